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

/// Text with every run of four or more digits starred: what a person typed in
/// the wrong place may be a card number or a PIN.
pub(crate) fn redact(text: &str) -> String {
    star_runs(text, 4)
}

/// Text with every run of digits that may be a card number starred.
pub(crate) fn redact_cards(text: &str) -> String {
    star_runs(text, 13)
}

fn star_runs(text: &str, least: usize) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = rest.bytes().take_while(u8::is_ascii_digit).count();
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
    }
}
