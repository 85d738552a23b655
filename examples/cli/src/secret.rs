use std::convert::Infallible;
use std::str::FromStr;
use zeroize::Zeroizing;

/// An argument that must not be shown: card data, a PIN, a password. It is
/// wiped on drop and has no `Debug` that tells.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

/// Text with every run of four or more digits starred, and of seven or more
/// where something stands between them: what a person typed in the wrong place
/// may be a card number or a PIN. Sixteen and more hexadecimal digits in a row
/// may be a key.
pub(crate) fn redact(text: &str) -> String {
    let keyless = star_runs(text, 16, u8::is_ascii_hexdigit);
    let clean = star_runs(&keyless, 4, u8::is_ascii_digit);
    let clean = star_parted(&clean, 7, |c| c.is_ascii_digit());
    // The name of an algorithm, which `--help` lists.
    clean.replace("iso****-", "iso9797-")
}

/// The name of a file or a variable, where somebody may have given a key, also in
/// groups of digits. Of a name more may be starred than of a sentence.
pub(crate) fn redact_name(name: &str) -> String {
    redact(&star_parted(name, 16, |c| c.is_ascii_hexdigit()))
}

/// Digits as `62 24 24 29` or `0x62, 0x24`: one or two of what is no letter
/// between them.
fn star_parted(text: &str, least: usize, of: fn(char) -> bool) -> String {
    let between = |c: char| c == 'x' || c == 'X' || !c.is_alphanumeric();
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(of) {
        let (before, digits) = rest.split_at(at);
        clean.push_str(before);
        let (mut end, mut count, mut gap) = (0, 0, 0);
        for (place, c) in digits.char_indices() {
            if of(c) {
                (end, count, gap) = (place + 1, count + 1, 0);
            } else {
                gap += 1;
                if gap > 2 || !between(c) {
                    break;
                }
            }
        }
        let (run, after) = digits.split_at(end);
        clean.push_str(if count < least { run } else { "****" });
        rest = after;
    }
    clean + rest
}

fn star_runs(text: &str, least: usize, of: fn(&u8) -> bool) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = rest.bytes().take_while(of).count();
        let (part, after) = rest.split_at(run.max(first.len_utf8()));
        clean.push_str(if run < least { part } else { "****" });
        rest = after;
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_a_card_or_a_pin_are_starred() {
        let said = "unexpected argument '6224242900000113=2806' after 123";
        let clean = "unexpected argument '****=****' after 123";
        assert_eq!(redact(said), clean);
        assert_eq!(redact("第1234号"), "第****号");
        for number in [
            "62 24 24 29 00 00 01 13",
            "0x62, 0x24, 0x24, 0x29",
            "622-424-290-000",
            "6,2,2,4,2,4,2,9",
        ] {
            let said = format!("value '{number}' for '--mode'");
            assert_eq!(redact(&said), "value '****' for '--mode'");
        }
        for key in ["0123456789ABCDEFFEDCBA9876543210", "abcdefabcdefabcd"] {
            let said = format!("{key}: no such environment variable");
            assert_eq!(redact(&said), "****: no such environment variable");
        }
        let said = "values: x9.19, iso9797-1, iso9797-3";
        assert_eq!(redact(said), said);
        let said = "values: 4.3, 4.4; c1 to c8, 95 or 9";
        assert_eq!(redact(said), said);
    }
}
