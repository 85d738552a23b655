//! How many bytes a field takes, and whether its value is of its format.

use super::characters::Characters;
use super::error::DecodeFault;
use super::field_spec::FieldSpec;
use super::format::{Encoding, Format, Justify, Length, Unit};
use super::plan::{Check, Scale};
use super::prefix;
use core::ops::Range;

/// The extent of one field. A message has 65,535 bytes at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    /// Bytes of the length prefix.
    pub(super) prefix: u16,
    /// What the length counts: characters, or bytes where the spec says so.
    pub(super) count: u16,
    /// Bytes of the value.
    pub(super) size: u16,
}

impl Measure {
    /// Where the value stands in the bytes of the field.
    pub(super) const fn value(self) -> Range<usize> {
        self.prefix as usize..self.prefix as usize + self.size as usize
    }
}

/// One field, and what follows it.
pub(super) struct Cut<'b> {
    /// As in [`Measure`].
    pub(super) count: u16,
    pub(super) value: &'b [u8],
    pub(super) rest: &'b [u8],
}

impl Cut<'_> {
    /// Its extent in the bytes it was cut off.
    pub(super) const fn measure(&self, bytes: &[u8]) -> Measure {
        Measure {
            prefix: offset(bytes, self.rest).wrapping_sub(self.value.len()) as u16,
            count: self.count,
            size: self.value.len() as u16,
        }
    }
}

/// Where `rest` begins, which is the end of `bytes`.
pub(super) const fn offset(bytes: &[u8], rest: &[u8]) -> usize {
    bytes.len().wrapping_sub(rest.len())
}

/// At which byte of a field, over how many bytes, what is wrong.
pub(super) type Wrong = (usize, usize, DecodeFault);

impl FieldSpec<'_> {
    /// How many bytes the field takes that `bytes` begins with, of which there
    /// are 65,535 at most.
    #[cold]
    pub(super) fn measure(&self, bytes: &[u8]) -> Result<Measure, Wrong> {
        let (prefix, count) = match self.length() {
            Length::Fixed(length) => (0, length),
            Length::Var(prefix, most) => {
                let claimed = prefix::explain(prefix, bytes);
                let claimed = claimed.map_err(|(len, fault)| (0, len, fault))?;
                if claimed > u32::from(most) {
                    let fault = DecodeFault::TooLong { claimed, most };
                    return Err((0, prefix.size(), fault));
                }
                (prefix.size(), claimed as u16)
            }
        };
        let value = bytes.get(prefix..).unwrap_or_default();
        let (expected, left) = (self.wire_size(usize::from(count), value), value.len());
        if expected > left {
            let fault = DecodeFault::Truncated { expected, left };
            return Err((prefix, left, fault));
        }
        Ok(Measure {
            prefix: prefix as u16,
            count,
            size: expected as u16,
        })
    }

    /// As [`Self::measure`], without the reason.
    #[inline]
    pub(super) fn extent(&self, bytes: &[u8]) -> Option<Measure> {
        self.cut(bytes).map(|cut| cut.measure(bytes))
    }

    /// Takes the field off that `bytes` begins with.
    #[cfg_attr(not(target_os = "none"), inline(always))]
    #[allow(clippy::inline_always, reason = "a third of the time of decoding")]
    pub(super) fn cut<'b>(&self, bytes: &'b [u8]) -> Option<Cut<'b>> {
        if cfg!(target_os = "none") {
            // Firmware is small instead.
            let Measure {
                prefix,
                count,
                size,
            } = self.measure(bytes).ok()?;
            let after = bytes.get(usize::from(prefix)..)?;
            let (value, rest) = after.split_at_checked(usize::from(size))?;
            return Some(Cut { count, value, rest });
        }
        let (count, after) = match self.length() {
            Length::Fixed(length) => (length, bytes),
            Length::Var(prefix, most) => {
                let claimed = prefix::read(prefix, bytes)?;
                if claimed > u32::from(most) {
                    return None;
                }
                (claimed as u16, bytes.get(prefix.size()..)?)
            }
        };
        let size = self.wire_size(usize::from(count), after);
        let (value, rest) = after.split_at_checked(size)?;
        Some(Cut { count, value, rest })
    }

    /// Bytes that `count` of the field's units take at the beginning of `value`,
    /// which only UTF-8 has to look at.
    #[inline]
    fn wire_size(&self, count: usize, value: &[u8]) -> usize {
        match self.plan().scale {
            Scale::Same => count,
            Scale::Half => count.div_ceil(2),
            Scale::Signed => 1 + count / 2,
            Scale::Double => count * 2,
            Scale::Utf8 => utf8_size(count, value),
        }
    }

    /// The characters of a value that was measured.
    pub(super) fn characters<'v>(&self, value: &'v [u8], count: u16) -> Characters<'v> {
        if self.encoding() != Encoding::Bcd {
            return Characters::whole(value, self.encoding());
        }
        let (nibbles, count) = (value.len() * 2, usize::from(count));
        if self.is_signed() {
            // Its sign takes a byte of its own.
            return Characters::nibbles(value, 2, nibbles.saturating_sub(2));
        }
        match (self.unit(), self.justify()) {
            (Unit::Bytes, _) => Characters::nibbles(value, 0, nibbles),
            (Unit::Characters, Justify::Left) => Characters::nibbles(value, 0, count),
            (Unit::Characters, Justify::Right) => {
                Characters::nibbles(value, nibbles.saturating_sub(count), count)
            }
        }
    }

    /// Checks what must hold for the value to be read at all: digits are digits.
    #[inline]
    pub(super) fn check(&self, value: &[u8], count: u16) -> Result<(), Wrong> {
        if self.is_good(value) {
            Ok(())
        } else {
            self.find_wrong(value, count)
        }
    }

    /// False where the value has to be looked at by [`Self::find_wrong`].
    #[cfg_attr(not(target_os = "none"), inline(always))]
    #[allow(
        clippy::inline_always,
        reason = "as `extent`; firmware is small instead"
    )]
    pub(super) fn is_good(&self, value: &[u8]) -> bool {
        match self.plan().check {
            Check::Anything => true,
            Check::Packed => packed_decimal(value),
            Check::Ascii => all_decimal(value, 0x30),
            Check::Ebcdic => all_decimal(value, 0xF0),
            Check::Hex | Check::Signed => false,
        }
    }

    /// Says what [`Self::check`] found, or that it is only the pad nibble, which
    /// may be anything.
    #[cold]
    pub(super) fn find_wrong(&self, value: &[u8], count: u16) -> Result<(), Wrong> {
        if self.encoding() == Encoding::Hex {
            if let Some(at) = value.iter().position(|byte| !byte.is_ascii_hexdigit()) {
                return Err((at, 1, DecodeFault::NotHex { found: value[at] }));
            }
            let odd = !value.len().is_multiple_of(2);
            return if odd {
                Err((0, value.len(), DecodeFault::HalfByte))
            } else {
                Ok(())
            };
        }
        let mut characters = self.characters(value, count);
        if self.is_signed() && self.encoding() != Encoding::Bcd {
            characters = characters
                .slice(1, characters.len().saturating_sub(1))
                .unwrap_or_default();
        }
        let Some(index) = characters.ascii().position(|digit| !digit.is_ascii_digit()) else {
            return Ok(());
        };
        let at = characters.byte_of(index);
        let found = match self.encoding() {
            Encoding::Bcd => {
                let digit = characters.at(index).unwrap_or_default();
                digit.wrapping_sub(b'A').wrapping_add(10)
            }
            _ => value[at],
        };
        Err((at, 1, DecodeFault::NotDecimal { found }))
    }

    /// The pad nibble of a value, where an odd number of digits leaves one.
    pub(super) fn pad_of(&self, value: &[u8], count: u16) -> Option<u8> {
        let odd = !count.is_multiple_of(2);
        if !self.is_packed() || self.unit() == Unit::Bytes || !odd || self.is_signed() {
            return None;
        }
        match self.justify() {
            Justify::Left => value.last().map(|byte| byte & 0x0F),
            Justify::Right => value.first().map(|byte| byte >> 4),
        }
    }

    /// Checks all that the dialect says of a value: every character is of the
    /// format and the pad nibble is the dialect's.
    pub(super) fn check_strictly(&self, value: &[u8], count: u16) -> Result<(), Wrong> {
        self.check(value, count)?;
        if let Some(found) = self.pad_of(value, count) {
            let expected = self.pad() & 0x0F;
            if found != expected {
                let at = if self.justify() == Justify::Left {
                    value.len() - 1
                } else {
                    0
                };
                return Err((at, 1, DecodeFault::Pad { expected, found }));
            }
        }
        let format = self.format();
        // National text is of no alphabet that could be checked here.
        let text = !matches!(format, Format::N | Format::Xn | Format::B | Format::Ans);
        if text && !(format == Format::Z && self.is_packed()) {
            let characters = self.characters(value, count);
            if let Some(position) = characters.ascii().position(|byte| !format.holds(byte)) {
                let at = characters.byte_of(position);
                return Err((at, 1, DecodeFault::Character { position, format }));
            }
        }
        if self.is_signed() {
            let sign = self.encoding_of_sign(value.first().copied().unwrap_or_default());
            if !matches!(sign, b'C' | b'D') {
                return Err((
                    0,
                    1,
                    DecodeFault::Character {
                        position: 0,
                        format,
                    },
                ));
            }
        }
        Ok(())
    }

    const fn encoding_of_sign(&self, byte: u8) -> u8 {
        match self.encoding() {
            Encoding::Ebcdic(page) => page.decode(byte),
            _ => byte,
        }
    }
}

/// Bytes of `count` characters of UTF-8; more than there are where the text
/// ends before. Bytes that are none count as a character each.
fn utf8_size(count: usize, value: &[u8]) -> usize {
    let mut size = 0;
    for _ in 0..count {
        size += match value.get(size) {
            Some(0xC2..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..=0xF4) => 4,
            _ => 1,
        };
    }
    size
}

/// True where every byte is one of the ten from `zero` on.
#[inline]
pub(super) fn all_decimal(bytes: &[u8], zero: u8) -> bool {
    let word = |word: &[u8; 8]| is_decimal(*word, zero);
    let half = |half: &[u8; 4]| {
        let mut whole = [zero; 8];
        whole[..4].copy_from_slice(half);
        is_decimal(whole, zero)
    };
    let byte = |byte: &u8| byte.wrapping_sub(zero) < 10;
    if cfg!(target_os = "none") {
        return bytes.iter().all(byte);
    }
    // Both ends, which may overlap; between them whole words.
    match (bytes.split_first_chunk(), bytes.last_chunk()) {
        (Some((first, rest)), Some(last)) => {
            word(first) && word(last) && words(rest).0.iter().all(word)
        }
        _ => match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => half(first) && half(last),
            _ => bytes.iter().all(byte),
        },
    }
}

/// True where all of eight bytes are among the ten from `zero` on.
#[inline]
pub(super) const fn is_decimal(word: [u8; 8], zero: u8) -> bool {
    let high = u64::from_ne_bytes([zero; 8]);
    let word = u64::from_ne_bytes(word);
    // A digit's high nibble stays `zero`'s, also six further on.
    let further = word.wrapping_add(0x0606_0606_0606_0606);
    (word & HIGH) == high && (further & HIGH) == high
}

/// Words of eight bytes, and the bytes behind them; firmware is small instead
/// and has bytes only.
pub(super) const fn words(bytes: &[u8]) -> (&[[u8; 8]], &[u8]) {
    if cfg!(target_os = "none") {
        (&[], bytes)
    } else {
        bytes.as_chunks::<8>()
    }
}

const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;

/// True where every nibble is a decimal digit.
#[inline]
fn packed_decimal(bytes: &[u8]) -> bool {
    let (words, rest) = words(bytes);
    let word = |word: &[u8; 8]| {
        let word = u64::from_ne_bytes(*word);
        // Above nine: bit 3 with bit 2 or bit 1.
        (word >> 3) & ((word >> 2) | (word >> 1)) & 0x1111_1111_1111_1111 == 0
    };
    let byte = |byte: &u8| (byte >> 3) & ((byte >> 2) | (byte >> 1)) & 0x11 == 0;
    words.iter().all(word) && rest.iter().all(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_checked_as_bytes_are() {
        for at in 0..20 {
            for byte in 0..=u8::MAX {
                for (zero, digit) in [(0x30, b'0'..=b'9'), (0xF0, 0xF0..=0xF9)] {
                    let mut text = [zero + 5; 20];
                    text[at] = byte;
                    assert_eq!(
                        all_decimal(&text, zero),
                        digit.contains(&byte),
                        "{at} {byte:02X}"
                    );
                }
                let mut packed = [0x95; 20];
                packed[at] = byte;
                assert_eq!(packed_decimal(&packed), byte >> 4 < 10 && byte & 15 < 10);
            }
        }
    }

    #[test]
    fn utf8_is_counted_in_characters() {
        let text = "Zürich 站".as_bytes();
        assert_eq!(utf8_size(8, text), text.len());
        assert_eq!(utf8_size(3, text), 4);
        assert!(utf8_size(9, text) > text.len());
    }
}
