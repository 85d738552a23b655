//! Where card numbers may stand in bytes that are not what they were taken for:
//! read in a wrong dialect, any field may hold one.

use annul::card::Pan;
use std::ops::Range;
use zeroize::Zeroizing;

/// The first digit of a card number, and how many the networks that have it
/// give out (ISO/IEC 7812-1). Any run of digits has some that pass the check
/// digit: with fewer lengths fewer fields are hidden for nothing.
const NUMBERS: &[(u8, &[usize])] = &[
    (3, &[14, 15, 16]),
    (4, &[13, 16, 19]),
    (5, &[16]),
    (6, &[16, 17, 18, 19]),
    (9, &[16, 19]),
];
/// No message is larger.
const MOST: usize = 1 << 16;

/// The bytes in which digits stand that are a valid card number, in ASCII,
/// EBCDIC, or two a byte.
pub(super) fn suspects(bytes: &[u8]) -> Vec<Range<usize>> {
    let bytes = &bytes[..bytes.len().min(MOST)];
    let ascii: Vec<_> = bytes
        .iter()
        .map(|byte| digit(byte.wrapping_sub(b'0')))
        .collect();
    let ebcdic: Vec<_> = bytes
        .iter()
        .map(|byte| digit(byte.wrapping_sub(0xF0)))
        .collect();
    // What is digits in ASCII is no packed number.
    let packed = bytes.iter().flat_map(|byte| match byte {
        b'0'..=b'9' => [None, None],
        byte => [digit(byte >> 4), digit(byte & 15)],
    });
    let packed: Vec<_> = packed.collect();
    let halves = |range: Range<usize>| range.start / 2..range.end.div_ceil(2);
    { numbers(&ascii) }
        .chain(numbers(&ebcdic))
        .chain(numbers(&packed).map(halves))
        .collect()
}

fn digit(value: u8) -> Option<u8> {
    (value < 10).then_some(value)
}

fn numbers(digits: &[Option<u8>]) -> impl Iterator<Item = Range<usize>> {
    let lengths = |start: usize| {
        let known = NUMBERS.iter().find(|known| Some(known.0) == digits[start]);
        known.map_or(&[][..], |known| known.1).iter()
    };
    let ranges = (0..digits.len())
        .flat_map(move |start| lengths(start).map(move |length| start..start + length));
    ranges.filter(|range| digits.get(range.clone()).is_some_and(is_number))
}

fn is_number(digits: &[Option<u8>]) -> bool {
    let mut text = Zeroizing::new([0; Pan::MAX]);
    for (place, digit) in text.iter_mut().zip(digits) {
        match digit {
            Some(digit) => *place = b'0' + digit,
            None => return false,
        }
    }
    Pan::from_digits(&text[..digits.len()]).is_ok_and(|number| number.luhn_valid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_in_every_writing() {
        let there = |bytes: &[u8], range: Range<usize>| {
            assert!(suspects(bytes).contains(&range), "{:?}", suspects(bytes));
        };
        there(b"AB4111111111111111CD", 2..18);
        there(
            &[&[0xC1][..], &[0xF4], &[0xF1; 15], &[0x40]].concat(),
            1..17,
        );
        there(&[&[0xAA, 0x41][..], &[0x11; 7], &[0xBB]].concat(), 1..9);
        there(&[&[0xA4][..], &[0x11; 7], &[0x1A]].concat(), 0..9);
        assert_eq!(suspects(b"AB4111111111111112CD"), []);
    }
}
