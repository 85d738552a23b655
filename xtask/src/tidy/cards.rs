//! Nobody's card number may stand in this project: 13 to 19 digits that begin
//! like a card and end in a right check digit must be one of the test cards.

use super::File;

/// Numbers that belong to nobody.
const TEST_CARDS: &[&str] = &[
    // UnionPay's test cards: the ones to use.
    "6224242900000113",
    "6216261000000000018",
    // In a published sample message, made up by its author.
    "6225000000000014",
    // The example of ANSI X9.24-1, annex A.4.
    "4012345678909",
    // Published test cards of the EMV vectors, one a scheme and length.
    "4761739001010119",
    "4761739001010010",
    "5413330089020011",
    "6200000000000005",
    "374245455400126",
    "36070500001020",
    // Everybody's test card, in the ISO 8583 vectors.
    "4111111111111111",
];

pub(super) fn check(files: &[File]) -> Vec<String> {
    (files
        .iter()
        .filter(|file| !file.path.ends_with("Cargo.lock")))
    .flat_map(|file| {
        let lines = file.text.lines().enumerate();
        lines.flat_map(move |(index, line)| {
            let found = digit_runs(line).filter(|digits| is_card(digits));
            found.map(move |digits| {
                let (first, last) = (&digits[..6], &digits[digits.len() - 4..]);
                file.at(
                    index + 1,
                    &format!("{first}...{last} looks like a real card"),
                )
            })
        })
    })
    .collect()
}

/// Runs of digits that are no part of a longer hexadecimal string. `D` and
/// `=` part a card number from what follows it in track 2.
fn digit_runs(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| word.split(['D', 'd']).next())
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_card(digits: &str) -> bool {
    let length_of_scheme = match digits.as_bytes() {
        [b'4', ..] => matches!(digits.len(), 13 | 16 | 19),
        [b'3', b'4' | b'7', ..] => digits.len() == 15,
        [b'3', b'0' | b'6' | b'8', ..] => digits.len() == 14,
        [b'3' | b'5', ..] => digits.len() == 16,
        [b'6', ..] => (16..=19).contains(&digits.len()),
        _ => false,
    };
    length_of_scheme && luhn(digits) && !is_mac(digits) && !TEST_CARDS.contains(&digits)
}

/// Field 64 in hexadecimal: eight characters, each a hexadecimal digit.
fn is_mac(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 16
        && (bytes.chunks(2)).all(|pair| matches!(pair, [b'3', _] | [b'4', b'1'..=b'6']))
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn luhn(digits: &str) -> bool {
    let sum: u32 = (digits.bytes().rev().enumerate())
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0');
            let weighted = if index % 2 == 0 { digit } else { digit * 2 };
            weighted / 10 + weighted % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number with a right check digit, made here so that none is written.
    fn made_up(separator: char) -> String {
        let payload = "400000123456789";
        let check = ('0'..='9')
            .find(|digit| luhn(&format!("{payload}{digit}")))
            .unwrap();
        format!("track {payload}{check}{separator}2806")
    }

    #[test]
    fn a_foreign_card_is_found_and_masked() {
        for separator in ['=', 'D', ' '] {
            let file = File {
                path: "a.txt".into(),
                bytes: 0,
                text: made_up(separator),
            };
            let found = check(&[file]);
            assert_eq!(found.len(), 1, "{separator}");
            assert!(found[0].starts_with("a.txt:1: 400000..."));
        }
    }

    #[test]
    fn test_cards_hexadecimal_and_macs_are_fine() {
        let text = "6224242900000113=2806 0x4000001234567899AB 1234567890123 4134354545363345";
        assert!(!digit_runs(text).any(is_card));
        assert!(
            luhn("4134354545363345"),
            "else the last number proves nothing"
        );
    }
}
