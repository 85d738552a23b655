//! What tells a card number among other digits: how it begins, how many digits
//! it has, its check digit, and how people and programs part them.
//!
//! | in a text | digits that may belong together |
//! |---|---|
//! | `6224242900000113` | one group |
//! | `6224 2429 0000 0113`, `6224.2429__0000/0113` | groups with one or two [`SEPARATORS`] between |
//! | `6 2 2 4 2 4 2 9 ...` | the same, of one digit each |
//! | `f6f2f2f4f2f4f2f9...` | hexadecimal: a digit behind each of [`ZONES`] |
//!
//! A number begins where a group begins and ends where one ends: so dates,
//! times, amounts and references beside each other are none but by accident.

use super::characters::Characters;
use super::cover::FEWEST;
use crate::card::Pan;
use core::iter;
use core::ops::Range;

/// What stands between groups of digits.
const SEPARATORS: &[u8] = b" -./_";

/// As many of them between two groups, no more.
const BETWEEN: usize = 2;

/// The high halves of digits in EBCDIC and in ASCII.
const ZONES: &[u8] = b"Ff3";

/// Digits of a group, as cards are embossed and typed.
const EMBOSSED: [usize; 2] = [4, 6];

/// The first two digits of a card number, and how many the networks that have it
/// give out (ISO/IEC 7812-1). Any run of digits has some that pass the check
/// digit: with fewer lengths less is hidden for nothing. Years begin with 19
/// and 20.
const NUMBERS: &[(Range<u8>, &[usize])] = &[
    (22..28, &[16]),
    (30..40, &[14, 15, 16]),
    (40..50, &[13, 16, 19]),
    (50..60, &[16]),
    (60..70, &[16, 17, 18, 19]),
    (80..90, &[16, 17, 18, 19]),
    (90..100, &[16, 19]),
];

/// True where card numbers that begin so may have so many digits.
pub(super) fn is_length(number: Characters<'_>) -> bool {
    let begin = number.slice(0, 2).and_then(Characters::number);
    begin.is_some_and(|begin| is_length_of(begin as u8, number.len()))
}

fn is_length_of(begin: u8, len: usize) -> bool {
    let known = NUMBERS.iter().find(|(digits, _)| digits.contains(&begin));
    known.is_some_and(|(_, lengths)| lengths.contains(&len))
}

/// Digits that come one by one, and whether those so far are a card number.
#[derive(Default)]
pub(super) struct Digits {
    begin: u8,
    len: usize,
    /// With every digit at an even place doubled, and at an odd one.
    sums: [usize; 2],
}

impl Digits {
    pub(super) fn push(&mut self, digit: u8) {
        if self.len < 2 {
            self.begin = self.begin * 10 + digit;
        }
        let digit = usize::from(digit);
        self.sums[self.len % 2] += digit * 2 / 10 + digit * 2 % 10;
        self.sums[(self.len + 1) % 2] += digit;
        self.len += 1;
    }

    /// True where length and check digit (ISO/IEC 7812-1, annex B) are a card's:
    /// the last digit is not doubled.
    pub(super) fn are_card(&self) -> bool {
        is_length_of(self.begin, self.len) && self.sums[self.len % 2].is_multiple_of(10)
    }
}

/// The end of the digits at `start` that may be a card number or several: groups
/// as they are embossed, where they are enough, and what has a check digit. Else
/// the end of the first group.
pub(super) fn end_of_numbers(value: Characters<'_>, start: usize) -> usize {
    let (embossed, count) = embossed(value, start);
    let first = groups(value, start).next();
    let mut end = match first {
        Some(group) if count < FEWEST => group.end,
        Some(_) => embossed,
        None => start + 1,
    };
    let mut at = start;
    while at < end {
        end = end.max(end_of_card(value, at));
        at += 1;
    }
    end
}

/// The end of the longest card number with its check digit that begins at
/// `start`; `start` where none does.
pub(super) fn end_of_card(value: Characters<'_>, start: usize) -> usize {
    let digit = |at: usize| value.at(at).is_some_and(|byte| byte.is_ascii_digit());
    let begins = digit(start) && !start.checked_sub(1).is_some_and(digit);
    let grouped = if begins {
        end_of_groups(value, start)
    } else {
        start
    };
    grouped.max(end_of_pairs(value, start))
}

/// The end of digits that may be part of a card number which ends elsewhere;
/// `start` where they are too few, or in a row.
pub(super) fn end_of_parts(value: Characters<'_>, start: usize) -> usize {
    /// More than may be shown of the beginning, and one.
    const FEWEST: usize = 8;
    let (mut end, mut count) = (start, 0);
    for group in groups(value, start) {
        (end, count) = (group.end, count + group.len());
    }
    let pairs = pairs(value, start).count();
    if pairs >= FEWEST {
        return start + 2 * pairs;
    }
    let parted = end - start > count;
    if parted && count >= FEWEST {
        end
    } else {
        start
    }
}

/// The end of groups of four and six digits and one of any length behind them,
/// and how many digits that are.
fn embossed(value: Characters<'_>, start: usize) -> (usize, usize) {
    let (mut end, mut count) = (start, 0);
    for group in groups(value, start) {
        (end, count) = (group.end, count + group.len());
        if !EMBOSSED.contains(&group.len()) {
            break;
        }
    }
    (end, count)
}

/// The end of a card number in groups.
fn end_of_groups(value: Characters<'_>, start: usize) -> usize {
    let mut digits = Digits::default();
    let mut end = start;
    for group in groups(value, start) {
        if digits.len + group.len() > Pan::MAX {
            break;
        }
        for at in group.clone() {
            digits.push(value.at(at).map_or(0, |byte| byte - b'0'));
        }
        if digits.are_card() {
            end = group.end;
        }
    }
    end
}

/// The end of a card number in hexadecimal.
fn end_of_pairs(value: Characters<'_>, start: usize) -> usize {
    let mut digits = Digits::default();
    let mut end = start;
    for (index, digit) in pairs(value, start).take(Pan::MAX).enumerate() {
        digits.push(digit);
        if digits.are_card() {
            end = start + 2 * (index + 1);
        }
    }
    end
}

/// The digits in hexadecimal from `start` on.
fn pairs(value: Characters<'_>, start: usize) -> impl Iterator<Item = u8> {
    { start.. }.step_by(2).map_while(move |zone| {
        let digit = value.at(zone + 1)?.wrapping_sub(b'0');
        (digit < 10 && ZONES.contains(&value.at(zone)?)).then_some(digit)
    })
}

/// The groups of digits that may belong together, the first of which begins at
/// `start`.
fn groups(value: Characters<'_>, start: usize) -> impl Iterator<Item = Range<usize>> {
    let parts = move |at: &usize| value.at(*at).is_some_and(|byte| SEPARATORS.contains(&byte));
    let is_digit = move |at: &usize| value.at(*at).is_some_and(|byte| byte.is_ascii_digit());
    let mut end = start;
    iter::from_fn(move || {
        let between = if end == start { 0 } else { BETWEEN };
        let begin = end + { end..end + between }.take_while(parts).count();
        end = begin + { begin..value.len() }.take_while(is_digit).count();
        (begin < end).then_some(begin..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::Encoding;

    fn text(text: &str) -> Characters<'_> {
        Characters::whole(text.as_bytes(), Encoding::Ascii)
    }

    #[test]
    fn every_length_is_one_of_a_card() {
        for (begin, lengths) in NUMBERS {
            assert!(begin.start < begin.end && begin.end <= 100);
            assert!(lengths.is_sorted());
            assert!(lengths.iter().all(|len| (FEWEST..=Pan::MAX).contains(len)));
        }
        assert!(NUMBERS.is_sorted_by(|(one, _), (next, _)| one.end <= next.start));
    }

    #[test]
    fn no_year_begins_a_number() {
        assert!(is_length(text("6224242900000113")));
        assert!(!is_length(text("622424290000011")));
        assert!(!is_length(text("2026112318370012")));
    }

    #[test]
    fn groups_have_at_most_two_separators_between() {
        let all = |value| {
            groups(text(value), 0)
                .map(|group| group.len())
                .sum::<usize>()
        };
        assert_eq!(all("6224.2429 /0000"), 12);
        assert_eq!(all("6224 - 2429"), 4);
        assert_eq!(all("6224,2429"), 4);
        assert_eq!(all(" 6224"), 0);
    }

    #[test]
    fn a_number_ends_with_a_group_or_a_pair() {
        for (value, end) in [
            ("62242429.00000113 12/28", 17),
            ("62242429.0000011312/28", 0),
            ("36323234323432393030303030313133204F4B", 32),
            ("f6f2f2f4f2f4f2f9f0f0f0f0f0f1f1f340d6d2", 32),
            ("f6f2f2f4f2f4f2f9f0f0f0f0f0f1f1f4", 0),
        ] {
            assert_eq!(end_of_card(text(value), 0), end, "{value}");
        }
    }
}
