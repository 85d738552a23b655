//! Digits among any bytes, in the three ways in which messages write them.
//!
//! | writing | one digit is | the first of `12` |
//! |---|---|---|
//! | ASCII | a byte | `31` |
//! | EBCDIC | a byte | `F1` |
//! | packed | half a byte | `1` of `12` |

use super::cover::FEWEST;
use core::ops::Range;

/// A way to write digits. Its units are bytes, or halves of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    Ascii,
    Ebcdic,
    Packed,
}

/// Digits of a track that may stand behind its separator.
const BEHIND: usize = 24;

/// Characters of track 1 behind its card number.
const TRACK_1: usize = 60;

impl Writing {
    pub(super) const ALL: [Self; 3] = [Self::Ascii, Self::Ebcdic, Self::Packed];

    /// The units in a byte.
    pub(super) fn units_of(self, at: usize) -> Range<usize> {
        match self {
            Self::Ascii | Self::Ebcdic => at..at + 1,
            Self::Packed => 2 * at..2 * at + 2,
        }
    }

    /// The byte in which a unit stands.
    pub(super) fn byte_of(self, unit: usize) -> usize {
        match self {
            Self::Ascii | Self::Ebcdic => unit,
            Self::Packed => unit / 2,
        }
    }

    /// The digit at a unit, 0 to 9.
    pub(super) fn digit(self, bytes: &[u8], unit: usize) -> Option<u8> {
        let value = match self {
            Self::Ascii => bytes.get(unit)?.wrapping_sub(b'0'),
            Self::Ebcdic => bytes.get(unit)?.wrapping_sub(0xF0),
            Self::Packed => nibble(bytes, unit)?,
        };
        (value < 10).then_some(value)
    }

    /// The next digits in a row, from a unit on.
    pub(super) fn next_run(self, bytes: &[u8], from: usize) -> Option<Range<usize>> {
        let is_digit = |unit: &usize| self.digit(bytes, *unit).is_some();
        let end = self.units_of(bytes.len()).start;
        let start = (from..end).find(is_digit)?;
        let count = (start..end).take_while(is_digit).count();
        Some(start..start + count)
    }

    /// True for 13 digits in a row or more. Bytes that are digits in ASCII alone
    /// make no packed ones.
    pub(super) fn is_long_run(self, bytes: &[u8], run: &Range<usize>) -> bool {
        let text = |unit| {
            bytes
                .get(self.byte_of(unit))
                .is_some_and(u8::is_ascii_digit)
        };
        run.len() >= FEWEST && !(self == Self::Packed && run.clone().all(text))
    }

    /// What stands from a separator on behind a number, as in a track; nothing
    /// where there is no separator.
    pub(super) fn behind(self, bytes: &[u8], unit: usize) -> Range<usize> {
        if !self.separates(bytes, unit) {
            return unit..unit;
        }
        let name = self != Self::Packed && matches!(bytes.get(unit), Some(b'^' | 0x5F | 0xB0));
        let most = if name { TRACK_1 } else { BEHIND };
        let rest = (unit + 1..=unit + most).take_while(|at| {
            let digit = self.digit(bytes, *at).is_some();
            digit || name && self.is_of_track(bytes, *at)
        });
        unit..unit + 1 + rest.count()
    }

    /// True for what stands in a track behind its separator: digits, of track 1
    /// any character.
    fn is_of_track(self, bytes: &[u8], unit: usize) -> bool {
        match self {
            Self::Packed => self.digit(bytes, unit).is_some(),
            Self::Ascii => bytes
                .get(unit)
                .is_some_and(|byte| (0x20..0x7F).contains(byte)),
            Self::Ebcdic => bytes.get(unit).is_some_and(|byte| *byte >= 0x40),
        }
    }

    /// True for what parts a card number from what follows it in a track.
    fn separates(self, bytes: &[u8], unit: usize) -> bool {
        match self {
            Self::Packed => {
                let [_, _, tens, ones] =
                    [1, 2, 3, 4].map(|behind| self.digit(bytes, unit + behind));
                let month = matches!((tens, ones), (Some(0), Some(1..)) | (Some(1), Some(0..=2)));
                nibble(bytes, unit) == Some(0xD) && month
            }
            Self::Ascii => matches!(bytes.get(unit), Some(b'=' | b'^' | b'D')),
            Self::Ebcdic => matches!(bytes.get(unit), Some(0x7E | 0x5F | 0xB0 | 0xC4)),
        }
    }
}

fn nibble(bytes: &[u8], unit: usize) -> Option<u8> {
    let byte = bytes.get(unit / 2)?;
    Some(if unit.is_multiple_of(2) {
        byte >> 4
    } else {
        byte & 15
    })
}
