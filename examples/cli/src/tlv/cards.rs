//! The card numbers that a command was given, so that their digits are hidden
//! wherever else they stand in what it prints.

use super::tree::hexadecimal;
use annul::emv::{Sensitivity, sensitivity};
use annul::tlv::Tag;
use zeroize::Zeroizing;

/// Digits of card numbers, as they may stand in hexadecimal and in text; wiped
/// when dropped.
#[derive(Default)]
pub(crate) struct Cards {
    numbers: usize,
    patterns: Vec<Zeroizing<String>>,
}

/// Digits in a row that give a card number away: more than may be shown of its
/// beginning.
const TOO_MANY: usize = 7;
/// So many zeros among them may stand anywhere, as amounts do.
const ZEROS: usize = 4;
/// More cards are not looked for in each other's data, so that a hostile log is
/// read in linear time. Their own objects are masked all the same.
const MOST: usize = 32;

impl Cards {
    /// Those in `bytes`.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut cards = Self::default();
        cards.look_into(bytes);
        cards
    }

    /// Takes those in `bytes` too: where the tag and the length of one stand,
    /// whatever stands around them.
    pub(crate) fn look_into(&mut self, bytes: &[u8]) {
        for at in 0..bytes.len() {
            let rest = &bytes[at..];
            let Some(tag) = Tag::first_of(rest).filter(|tag| is_card(*tag)) else {
                continue;
            };
            let (length, value) = match rest[tag.len()..] {
                [0x81, length, ref value @ ..] => (length.into(), value),
                [0x82, high, low, ref value @ ..] => {
                    (u16::from_be_bytes([high, low]).into(), value)
                }
                [length, ref value @ ..] => (usize::from(length), value),
                [] => continue,
            };
            self.note(tag, &value[..value.len().min(length)]);
        }
    }

    /// Takes the card number of a value, where its tag has one.
    pub(crate) fn note(&mut self, tag: Tag, value: &[u8]) {
        if !is_card(tag) {
            return;
        }
        let packed = Zeroizing::new(hexadecimal(value));
        let text = Zeroizing::new(String::from_utf8_lossy(value).into_owned());
        // Track 1 has a letter before it; a number may be filled up with zeros.
        let text = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        for digits in [packed.trim_start_matches('0'), text] {
            let count = digits.bytes().take_while(u8::is_ascii_digit).count();
            if (12..=21).contains(&count) {
                self.add(&digits[..count]);
            }
        }
    }

    fn add(&mut self, number: &str) {
        let known = |cards: &Self, digits: &str| cards.patterns.iter().any(|own| **own == digits);
        if self.numbers == MOST || known(self, number) {
            return;
        }
        self.numbers += 1;
        let telling = |digits: &&str| digits.matches('0').count() < ZEROS;
        let windows = (0..=number.len() - TOO_MANY).map(|at| &number[at..at + TOO_MANY]);
        for digits in windows.filter(telling).chain([number]) {
            for pattern in [digits.to_owned(), hexadecimal(digits.as_bytes())] {
                self.patterns.push(Zeroizing::new(pattern));
            }
        }
    }

    /// True where a value holds digits of one of them, packed or as text.
    pub(crate) fn are_in(&self, value: &[u8]) -> bool {
        let packed = Zeroizing::new(hexadecimal(value));
        (self.patterns.iter()).any(|pattern| packed.contains(&**pattern))
    }

    /// What is to be printed, with stars for their digits.
    pub(crate) fn hush(&self, text: &str) -> String {
        let mut hidden: Vec<(usize, usize)> = (self.patterns.iter())
            .flat_map(|pattern| {
                let found = text.match_indices(pattern.as_str());
                found.map(|(at, digits)| (at, at + digits.len()))
            })
            .collect();
        hidden.sort_unstable();
        let mut shown = String::with_capacity(text.len());
        let mut done = 0;
        for (begin, end) in hidden {
            shown.push_str(&text[done..begin.max(done)]);
            shown.push_str(&"*".repeat(end.saturating_sub(begin.max(done))));
            done = done.max(end);
        }
        shown + &text[done..]
    }
}

fn is_card(tag: Tag) -> bool {
    matches!(sensitivity(tag), Sensitivity::Pan | Sensitivity::Track)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_digits_of_a_card_are_hidden_wherever_they_stand() {
        let cards = Cards::of(&[
            0x01, 0x5A, 0x08, 0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13,
        ]);
        let written_long = Cards::of(&[
            0x01, 0x5A, 0x81, 0x08, 0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13, 0x82, 0x02,
            0x39, 0x00,
        ]);
        assert_eq!(written_long.hush("6224242900000113"), "****************");
        for (text, shown) in [
            ("x6224242900000113x", "x****************x"),
            ("622424 0113", "622424 0113"),
            ("0622424291", "0********1"),
            ("36323234323432", "**************"),
            ("9F0206000000000113", "9F0206000000000113"),
        ] {
            assert_eq!(cards.hush(text), shown);
        }
        assert!(cards.are_in(b"a6224242b") && !cards.are_in(b"622424"));
    }
}
