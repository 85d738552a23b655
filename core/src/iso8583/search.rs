//! Looks for card numbers in a value, in one pass: where a number ends is known
//! where it begins, so no character is looked at anew for those before it.
//!
//! | digits | looked for |
//! |---|---|
//! | characters of the value | in groups, see `number` |
//! | EBCDIC, packed, among bytes that may be anything | with their check digit |
//! | any, before a separator of tracks | for what stands behind |

use super::characters::Characters;
use super::cover::FEWEST;
use super::field::Field;
use super::number::{Digits, end_of_card};
use super::writing::Writing;
use crate::card::Pan;

/// Looks for card numbers in a value, once from its first character to its last.
pub(super) struct Search<'a> {
    value: Characters<'a>,
    scans: [Scan<'a>; 3],
    end: usize,
}

impl<'a> Search<'a> {
    pub(super) fn of(field: &Field<'a>) -> Self {
        Self {
            value: field.characters(),
            scans: Writing::ALL.map(|writing| Scan::new(writing, field.bytes())),
            end: 0,
        }
    }

    /// What the bytes of a character are part of.
    pub(super) fn at(&mut self, index: usize) -> Found {
        let byte = self.value.byte_of(index);
        let [ascii, ebcdic, packed] = &mut self.scans;
        let [ascii, ebcdic, packed] = [ascii, ebcdic, packed].map(|scan| scan.at(byte));
        Found {
            number: ascii.number || ebcdic.number || packed.number || packed.behind,
            behind: ascii.behind || ebcdic.behind,
        }
    }

    /// True for a character of a card number with its check digit, or of what
    /// follows one as in a track.
    pub(super) fn is_in_number(&mut self, index: usize) -> bool {
        self.end = self.end.max(end_of_card(self.value, index));
        let found = self.at(index);
        index < self.end || found.number || found.behind
    }
}

/// Goes through bytes once, for the digits in one writing.
struct Scan<'a> {
    writing: Writing,
    bytes: &'a [u8],
    /// The byte that comes next, and the first from it on that is no character.
    next: usize,
    strange: usize,
    /// Digits right before it.
    digits: usize,
    /// The ends of card numbers, and of what follows them, that began so far.
    number: usize,
    behind: usize,
    last: Found,
}

/// What a byte is part of.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    /// Digits that are a card number with its check digit, written so: not in
    /// ASCII, and packed only with a byte among them that is no character.
    pub(super) number: bool,
    /// What follows 13 digits and a separator, as in a track.
    pub(super) behind: bool,
}

impl<'a> Scan<'a> {
    fn new(writing: Writing, bytes: &'a [u8]) -> Self {
        Self {
            writing,
            bytes,
            next: 0,
            strange: 0,
            digits: 0,
            number: 0,
            behind: 0,
            last: Found::default(),
        }
    }

    /// What the byte is part of. Bytes are asked for in ascending order.
    fn at(&mut self, byte: usize) -> Found {
        while self.next <= byte && self.next < self.bytes.len() {
            self.find_strange();
            self.last = Found::default();
            for unit in self.writing.units_of(self.next) {
                self.pass(unit);
                self.last.number |= unit < self.number;
                self.last.behind |= unit < self.behind;
            }
            self.next += 1;
        }
        self.last
    }

    fn find_strange(&mut self) {
        if self.strange <= self.next {
            let rest = self.bytes.iter().skip(self.next);
            let characters = rest.take_while(|byte| matches!(byte, b' '..=b'~'));
            self.strange = self.next + characters.count();
        }
    }

    fn pass(&mut self, unit: usize) {
        if self.writing.digit(self.bytes, unit).is_some() {
            self.digits += 1;
            self.number = self.number.max(self.end_of_card(unit));
        } else {
            if self.digits >= FEWEST {
                let behind = self.writing.behind(self.bytes, unit);
                self.behind = self.behind.max(behind.end);
            }
            self.digits = 0;
        }
    }

    /// The end of the longest card number that begins with the unit; the unit
    /// where none does.
    fn end_of_card(&self, start: usize) -> usize {
        let longest = start..start + Pan::MAX;
        if self.strange > self.writing.byte_of(longest.end - 1) {
            return start;
        }
        let mut digits = Digits::default();
        let mut end = start;
        for unit in longest {
            let Some(digit) = self.writing.digit(self.bytes, unit) else {
                break;
            };
            digits.push(digit);
            if self.strange <= self.writing.byte_of(unit) && digits.are_card() {
                end = unit + 1;
            }
        }
        end
    }
}
