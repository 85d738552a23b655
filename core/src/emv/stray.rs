//! Card data in values whose tag does not say so: dumps in vendors' tags,
//! records in primitive objects, tracks in text.
//!
//! | what | known by |
//! |---|---|
//! | object of a card number, a track or another secret | its tag, its length, and digits where they have to be |
//! | packed track | 13 digits or more, `D`, a year and a month |
//! | track in text | 13 digits or more, then `=`, `^` or `D` |
//! | card number in text | 13 to 19 digits, the last its check digit |
//!
//! What is found is hidden (PCI DSS 4.0.1, 3.4). A certificate of 248 random
//! bytes looks like this about once in a thousand times.

use super::digits::nibbles;
use super::sensitivity::{Sensitivity, sensitivity};
use super::track::Track;
use crate::card::Pan;
use crate::tlv::Tag;
use core::ops::Range;

/// Fewest digits of a card number.
pub(super) const FEWEST: usize = 13;

/// Bytes of the longest track.
pub(super) const LONGEST: usize = 107;

/// The first card data from the byte `from` on: the bytes to be hidden.
pub(super) fn card_data(value: &[u8], from: usize) -> Option<Range<usize>> {
    // Digits in a row before the position, packed and as text.
    let (mut packed, mut text) = (0, 0);
    for at in from..value.len() {
        let (rest, byte) = (&value[at..], value[at]);
        if let Some(contents) = object(rest) {
            return Some(at + contents.start..at + contents.end);
        }
        if byte.is_ascii_digit() {
            text += 1;
        } else {
            let separated = matches!(byte, b'=' | b'^' | b'D') && text >= FEWEST;
            if separated || is_number(&value[at - text..at]) {
                return Some(at - text..at + text_behind(rest));
            }
            text = 0;
        }
        for (half, nibble) in [byte >> 4, byte & 0x0F].into_iter().enumerate() {
            if nibble > 9 {
                let behind = || nibbles(rest).skip(half + 1);
                if nibble == 0xD && packed >= FEWEST && is_expiry(behind()) {
                    let digits = behind().take_while(|nibble| *nibble <= 9).count();
                    let begin = (2 * at + half - packed) / 2;
                    return Some(begin..at + (half + 1 + digits).div_ceil(2));
                }
                packed = 0;
            } else {
                packed += 1;
            }
        }
    }
    let end = value.len();
    is_number(&value[end - text..]).then(|| end - text..end)
}

/// True where any card data stand in the value.
pub(super) fn holds_card_data(value: &[u8]) -> bool {
    card_data(value, 0).is_some()
}

/// The value of a secret object that `bytes` begin with, if it is of digits;
/// also of one that is cut off.
fn object(bytes: &[u8]) -> Option<Range<usize>> {
    // No other tag begins like those that are looked for.
    if !matches!(bytes.first(), Some(0x56..=0x5A | 0x5F | 0x99 | 0x9F)) {
        return None;
    }
    let tag = Tag::first_of(bytes)?;
    let kind = sensitivity(tag);
    let (octets, size) = length(bytes.get(tag.len()..)?)?;
    let begin = tag.len() + octets;
    let end = bytes.len().min(begin.saturating_add(size));
    let contents = bytes.get(begin..end)?;
    let whole = contents.len() == size;
    let found = match kind {
        Sensitivity::Public => false,
        Sensitivity::Track if whole => is_track(contents),
        Sensitivity::Track => (8..=LONGEST).contains(&size) && begins_as_track(contents, size),
        Sensitivity::Holder | Sensitivity::Identity if tag.len() > 1 => is_words(contents),
        // Two bytes of a tag are rarely there by chance.
        Sensitivity::Discretionary if tag.len() > 1 => {
            size > 2 && (all_digits(contents) || all_text(contents))
        }
        // A card number, or what stands in its place.
        _ => (7..=20).contains(&size) && (all_digits(contents) || all_text(contents)),
    };
    found.then_some(begin..end)
}

/// How many octets a length takes, and the length: one octet, or two or three
/// where it says 81 or 82.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes {
        [0x81, size, ..] => Some((2, size.into())),
        [0x82, high, low, ..] => Some((3, u16::from_be_bytes([high, low]).into())),
        [size @ ..=0x7F, ..] => Some((1, size.into())),
        _ => None,
    }
}

/// A name or a number of a document, in any script; a list of tags has lengths
/// between them, which are no letters.
fn is_words(contents: &[u8]) -> bool {
    contents.len() > 1 && contents.iter().all(|byte| *byte >= 0x20 && *byte != 0x7F)
}

/// Packed digits, F behind them.
fn all_digits(contents: &[u8]) -> bool {
    let digits = nibbles(contents).take_while(|nibble| *nibble <= 9).count();
    digits > 0 && nibbles(contents).skip(digits).all(|nibble| nibble == 0xF)
}

fn all_text(contents: &[u8]) -> bool {
    !contents.is_empty() && contents.iter().all(u8::is_ascii_digit)
}

fn is_track(contents: &[u8]) -> bool {
    let read = [Track::two, Track::one, Track::three];
    all_digits(contents) && contents.len() >= 7 || read.iter().any(|read| read(contents).is_ok())
}

/// Eight digits, packed or as text, of track 1 behind its format code.
fn begins_as_track(contents: &[u8], size: usize) -> bool {
    let packed = |digits: &[u8]| nibbles(digits).all(|nibble| nibble <= 9);
    let text = |from| {
        let digits = contents.get(from..from + 8);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_digit))
    };
    // 19 bytes hold the longest packed track 2.
    size <= 19 && contents.get(..4).is_some_and(packed) || [0, 1, 2].into_iter().any(text)
}

/// Two digits of the year, then a month.
fn is_expiry(nibbles: impl Iterator<Item = u8>) -> bool {
    let mut digits = [0xF; 4];
    for (place, nibble) in digits.iter_mut().zip(nibbles) {
        *place = nibble;
    }
    let [tens, ones, month @ ..] = digits;
    tens <= 9 && ones <= 9 && matches!(month, [0, 1..=9] | [1, 0..=2])
}

/// A card number in text.
fn is_number(digits: &[u8]) -> bool {
    Pan::from_digits(digits).is_ok_and(|pan| pan.luhn_valid())
}

/// What stands behind a card number in text, up to a sentinel or what is no
/// text.
fn text_behind(rest: &[u8]) -> usize {
    let of_track = |byte: &&u8| (0x20..0x7F).contains(*byte) && **byte != b'?';
    rest.iter().take_while(of_track).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn found(value: &[u8]) -> Vec<(usize, usize)> {
        let mut from = 0;
        core::iter::from_fn(|| {
            let range = card_data(value, from)?;
            from = range.end;
            Some((range.start, range.end))
        })
        .collect()
    }

    #[test]
    fn a_name_in_small_letters_is_of_the_track() {
        let track = b"B4111111111111111^doe/jane ^30122010000000000?";
        assert_eq!(found(track), [(1, track.len() - 1)]);
    }

    #[test]
    fn a_number_and_a_track_among_other_bytes() {
        let number = [0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13];
        let object = [&[0x01, 0x5A, 0x08][..], &number, &[0x9F, 0x36]].concat();
        assert_eq!(found(&object), [(3, 11)]);
        assert_eq!(found(&object[..9]), [(3, 9)], "cut off");
        let track = [&number[..], &[0xD2, 0x80, 0x62, 0x01, 0x9F, 0x00]].concat();
        assert_eq!(found(&track), [(0, 13)]);
        // At the other half of the bytes.
        assert_eq!(
            found(&[0xF6, 0x22, 0x42, 0x42, 0x90, 0x00, 0x01, 0x13, 0xFF, 0xFF]),
            [],
            "digits alone may be anything"
        );
        let odd = [
            0xF6, 0x22, 0x42, 0x42, 0x90, 0x00, 0x00, 0x11, 0x3D, 0x28, 0x06, 0x20, 0x1F,
        ];
        assert_eq!(found(&odd), [(0, 13)]);
        let mut twice = object.clone();
        twice.extend(&object);
        assert_eq!(found(&twice), [(3, 11), (16, 24)]);
    }

    #[test]
    fn longer_lengths_and_names() {
        let number = [0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13];
        let in_two = [&[0x01, 0x5A, 0x81, 0x08][..], &number, &[0x9F]].concat();
        assert_eq!(found(&in_two), [(4, 12)]);
        let in_three = [&[0x01, 0x5A, 0x82, 0x00, 0x08][..], &number].concat();
        assert_eq!(found(&in_three), [(5, 13)]);
        let track = [&number[..], &[0xD2, 0x80, 0x62, 0x01]].concat();
        let track = [&[0x01, 0x57, 0x81, 0x0C][..], &track].concat();
        assert_eq!(found(&track), [(4, 16)]);
        assert_eq!(found(b"\x01\x5F\x20\x08DOE/JANE\x82\x02"), [(4, 12)]);
        assert_eq!(found(b"\x01\x5F\x20\x1ADOE/JA"), [(4, 10)], "cut off");
        let of_track = [0x01, 0x9F, 0x20, 0x05, 0x44, 0x38, 0x04, 0x40, 0x76];
        assert_eq!(found(&of_track), [(4, 9)]);
    }

    #[test]
    fn text() {
        assert_eq!(found(b"card 6224242900000113!"), [(5, 22)]);
        assert_eq!(found(b"6224242900000113"), [(0, 16)]);
        assert_eq!(found(b"6224242900000114"), [], "not its check digit");
        assert_eq!(found(b";6224242900000114=2806201?"), [(1, 25)]);
        assert_eq!(found(b"B6224242900000113^DOE/JANE^2806201?"), [(1, 34)]);
    }

    #[test]
    fn what_chips_say_otherwise() {
        for public in [
            &[0x9F, 0x02, 0x06, 0x9F, 0x03, 0x06, 0x5A, 0x08][..],
            &[0, 0, 0, 0, 0x12, 0x34, 0, 0, 0, 0, 0, 0],
            &[0x5A, 0x0A, 0x57, 0x13, 0x9F, 0x20, 0x03],
            &[0x5F, 0x20, 0x1A, 0x9F, 0x0B, 0x2D, 0x5A, 0x0A],
            b"A0000003330101",
            b"00000000001234 ",
        ] {
            assert_eq!(found(public), [], "{public:02X?}");
        }
    }
}
