//! The stripe of a card: three tracks, read in place.
//!
//! ```text
//!  track 1   B 6224242900000113 ^ DOE/JANE ^ 2806 201 ...
//!  track 2     6224242900000113 = 2806 201 ...
//!  track 3  01 6224242900000113 = ...
//!              card number        expiry, service, the issuer's own
//! ```
//!
//! Nothing behind the service code is ever copied or given out: check values
//! stand there, and no terminal may keep them (PCI DSS 4.0.1, 3.3.1).
//! ISO/IEC 7813, ISO/IEC 4909.

use super::digits::nibbles;
use super::error::{ValueError, ValueFault, sized};
use super::layout::Layout;
use super::tables;
use crate::card::{Expiry, Pan};

/// Which stripe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackNumber {
    /// Text of up to 79 characters, with the holder's name.
    One,
    /// Digits, up to 40.
    Two,
    /// Digits, up to 107.
    Three,
}

/// A track, borrowed; it has no `Debug` and no `Display` of its data.
///
/// Track 2 is read from ASCII, as a reader gives it, or packed, as chips and
/// messages hold it.
///
/// ```
/// # use annul::emv::Track;
/// let track = Track::two(b";6224242900000113=28062019031013?").unwrap();
/// assert_eq!(track.pan().unwrap().masked().to_string(), "622424******0113");
/// assert_eq!(track.expiry().unwrap().digits(), b"2806");
/// assert_eq!(track.service_code(), Some(*b"201"));
/// assert_eq!(track.to_string(), "622424******0113=**************");
/// assert_eq!(Track::two(b"6224242900000113").err().unwrap().to_string(),
///     "at byte 16 of the value: expected a separator behind 8 to 19 digits");
/// ```
pub struct Track<'a> {
    number: TrackNumber,
    form: Form,
    characters: &'a [u8],
    /// Where the card number begins and ends.
    pan: (usize, usize),
    /// Where expiry and service code begin.
    rest: usize,
    count: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Ascii,
    Packed,
}

impl<'a> Track<'a> {
    /// Track 1: `B`, card number, `^`, name, `^`, expiry; sentinels may stand
    /// around it.
    pub fn one(value: &'a [u8]) -> Result<Self, ValueError> {
        let characters = bare(value, b'%');
        let start = value.len().min(usize::from(value.first() == Some(&b'%')));
        sized(characters, 2, 79)?;
        if characters[0] != b'B' {
            return Err(ValueError::new(start, ValueFault::FormatCode));
        }
        let mut track = Self::whole(TrackNumber::One, Form::Ascii, characters);
        track.pan = (1, track.digits_from(1));
        track.separated(track.pan, b"^")?;
        let from = track.pan.1 + 1;
        let name = characters[from..]
            .iter()
            .take_while(|c| **c != b'^')
            .count();
        track.rest = from + name + 1;
        if track.rest > track.count {
            return Err(ValueError::new(start + track.count, ValueFault::Separator));
        }
        if let Some(at) = characters.iter().position(|c| !(0x20..0x60).contains(c)) {
            return Err(ValueError::new(start + at, ValueFault::Text));
        }
        Ok(track)
    }

    /// Track 2, in ASCII or packed.
    pub fn two(value: &'a [u8]) -> Result<Self, ValueError> {
        Self::digital(TrackNumber::Two, value, 0, 40)
    }

    /// Track 3, in ASCII or packed. Two digits of format stand before the card
    /// number; what is behind the separator is not taken apart.
    pub fn three(value: &'a [u8]) -> Result<Self, ValueError> {
        Self::digital(TrackNumber::Three, value, 2, 107)
    }

    fn digital(
        number: TrackNumber,
        value: &'a [u8],
        before: usize,
        most: usize,
    ) -> Result<Self, ValueError> {
        // No packed track has a byte of ASCII at its second separator: bytes
        // 30 to 3F all over are ASCII.
        let ascii =
            !value.is_empty() && value.iter().all(|c| (0x30..0x40).contains(c) || *c == b'D');
        let bare = if ascii { bare(value, b';') } else { value };
        let (form, limit) = if ascii {
            (Form::Ascii, most)
        } else {
            (Form::Packed, most.div_ceil(2))
        };
        sized(bare, 1, limit)?;
        let mut track = Self::whole(number, form, bare);
        if form == Form::Packed {
            let digits = nibbles(bare).take_while(|nibble| *nibble != 0xF).count();
            track.count = digits;
            if let Some(at) = nibbles(bare).skip(digits).position(|nibble| nibble != 0xF) {
                return Err(ValueError::new(
                    usize::midpoint(digits, at),
                    ValueFault::DigitAfterPad,
                ));
            }
        }
        track.pan = (before, track.digits_from(before));
        track.separated(track.pan, b"=D")?;
        track.rest = track.pan.1 + 1;
        let mut behind = (track.rest..track.count).filter_map(|at| track.at(at));
        let sound = match number {
            // Fields of track 3 are parted by more separators.
            TrackNumber::Three => behind.all(|c| c.is_ascii_digit() || matches!(c, b'=' | b'D')),
            _ => behind.all(|c| c.is_ascii_digit()),
        };
        if sound {
            Ok(track)
        } else {
            Err(ValueError::new(0, ValueFault::Digit))
        }
    }

    const fn whole(number: TrackNumber, form: Form, characters: &'a [u8]) -> Self {
        let count = match form {
            Form::Ascii => characters.len(),
            Form::Packed => characters.len() * 2,
        };
        Self {
            number,
            form,
            characters,
            pan: (0, 0),
            rest: 0,
            count,
        }
    }

    /// The character at a place, as ASCII.
    fn at(&self, at: usize) -> Option<u8> {
        match self.form {
            Form::Ascii => self.characters.get(at).copied(),
            Form::Packed => {
                let byte = *self.characters.get(at / 2)?;
                let nibble = if at.is_multiple_of(2) {
                    byte >> 4
                } else {
                    byte & 0x0F
                };
                Some(match nibble {
                    0..=9 => b'0' + nibble,
                    _ => b'A' + nibble - 10,
                })
            }
        }
    }

    /// Where the digits end that begin at a place.
    fn digits_from(&self, from: usize) -> usize {
        let digit = |at: &usize| self.at(*at).is_some_and(|c| c.is_ascii_digit());
        (from..self.count)
            .take_while(digit)
            .last()
            .map_or(from, |last| last + 1)
    }

    fn separated(&self, pan: (usize, usize), separators: &[u8]) -> Result<(), ValueError> {
        let there = self.at(pan.1).is_some_and(|c| separators.contains(&c)) && pan.1 < self.count;
        if there && (8..=19).contains(&(pan.1 - pan.0)) {
            return Ok(());
        }
        let at = match self.form {
            Form::Ascii => pan.1,
            Form::Packed => pan.1 / 2,
        };
        // Track 3 may end before its card number begins.
        let at = at.min(self.characters.len());
        Err(ValueError::new(at, ValueFault::Separator))
    }

    /// Which stripe it is.
    pub const fn number(&self) -> TrackNumber {
        self.number
    }

    /// The card number, where it has the 13 to 19 digits of a payment card.
    pub fn pan(&self) -> Option<Pan> {
        let (from, to) = self.pan;
        let mut digits = zeroize::Zeroizing::new([0; Pan::MAX]);
        let digits = digits.get_mut(..to - from)?;
        for (at, digit) in (from..to).zip(digits.iter_mut()) {
            *digit = self.at(at)?;
        }
        Pan::from_digits(digits).ok()
    }

    /// True where the card number ends in its check digit (ISO/IEC 7812-1).
    pub fn luhn_valid(&self) -> bool {
        self.pan().is_some_and(|pan| pan.luhn_valid())
    }

    /// The expiry; none where a separator stands in its place, or on track 3.
    pub fn expiry(&self) -> Option<Expiry> {
        let digits = [0, 1, 2, 3].map(|at| self.behind(at));
        let [Some(a), Some(b), Some(c), Some(d)] = digits else {
            return None;
        };
        Expiry::parse(core::str::from_utf8(&[a, b, c, d]).ok()?).ok()
    }

    /// The service code: where the card may be used and what for; see the
    /// layout `service code`.
    pub fn service_code(&self) -> Option<[u8; 3]> {
        let skip = if self.expiry().is_some() { 4 } else { 1 };
        let digits = [skip, skip + 1, skip + 2].map(|at| self.behind(at));
        let [Some(a), Some(b), Some(c)] = digits else {
            return None;
        };
        [a, b, c]
            .iter()
            .all(u8::is_ascii_digit)
            .then_some([a, b, c])
    }

    /// The service code as two packed bytes, as tag 5F30 holds it.
    pub fn packed_service_code(&self) -> Option<[u8; 2]> {
        let [a, b, c] = self.service_code()?.map(|digit| digit - b'0');
        Some([a, b << 4 | c])
    }

    /// The layout of a service code in two packed bytes.
    pub fn service_code_layout() -> &'static Layout {
        &tables::SERVICE_CODE
    }

    /// How many characters the issuer has for itself.
    pub fn discretionary_length(&self) -> usize {
        let known = match (self.expiry().is_some(), self.service_code().is_some()) {
            (true, true) => 7,
            (true, false) | (false, true) => 4,
            (false, false) => 0,
        };
        (self.count - self.rest).saturating_sub(known)
    }

    /// A character behind the last separator.
    fn behind(&self, at: usize) -> Option<u8> {
        let place = self.rest + at;
        if self.number == TrackNumber::Three || place >= self.count {
            return None;
        }
        self.at(place)
    }
}

/// The card number masked, and stars.
impl core::fmt::Display for Track<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for at in 0..self.pan.0 {
            write!(f, "{}", char::from(self.at(at).unwrap_or(b'*')))?;
        }
        match self.pan() {
            Some(pan) => write!(f, "{}", pan.masked())?,
            None => stars(f, self.pan.1 - self.pan.0)?,
        }
        f.write_str(if self.number == TrackNumber::One {
            "^"
        } else {
            "="
        })?;
        stars(f, self.count - self.pan.1 - 1)
    }
}

fn stars(f: &mut core::fmt::Formatter<'_>, count: usize) -> core::fmt::Result {
    (0..count).try_for_each(|_| f.write_str("*"))
}

/// The characters between the sentinels, if there are any.
fn bare(value: &[u8], start: u8) -> &[u8] {
    let value = value.strip_prefix(&[start]).unwrap_or(value);
    match value.iter().position(|c| *c == b'?') {
        // A check character may follow.
        Some(end) if end + 2 >= value.len() => &value[..end],
        _ => value,
    }
}
