//! How many bytes a field takes, and whether its value is of its format.

use super::characters::Characters;
use super::error::DecodeFault;
use super::field_spec::FieldSpec;
use super::format::{Encoding, Format, Justify, Length, Unit};
use super::prefix;

/// The extent of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    /// Bytes of the length prefix.
    pub(super) prefix: usize,
    /// What the length counts: characters, or bytes where the spec says so.
    pub(super) count: usize,
    /// Bytes of the value.
    pub(super) size: usize,
}

/// At which byte of a field, over how many bytes, what is wrong.
pub(super) type Wrong = (usize, usize, DecodeFault);

impl<'a> FieldSpec<'a> {
    /// How many bytes the field takes that `bytes` begins with.
    #[inline]
    pub(super) fn measure(&self, bytes: &[u8]) -> Result<Measure, Wrong> {
        let (prefix, count) = match self.length() {
            Length::Fixed(length) => (0, usize::from(length)),
            Length::Var(prefix, most) => {
                let size = prefix.size();
                let claimed = prefix::read(prefix, bytes).map_err(|(len, fault)| (0, len, fault))?;
                if claimed > u32::from(most) {
                    return Err((0, size, DecodeFault::TooLong { claimed, most }));
                }
                (size, claimed as usize)
            }
        };
        // The prefix was read, so it is there.
        let value = bytes.get(prefix..).unwrap_or_default();
        let size = self.wire_size(count, value);
        if value.len() < size {
            let fault = DecodeFault::Truncated { expected: size, left: value.len() };
            return Err((prefix, value.len(), fault));
        }
        Ok(Measure { prefix, count, size })
    }

    /// Bytes that `count` of the field's units take at the beginning of `value`,
    /// which only UTF-8 has to look at.
    #[inline]
    fn wire_size(&self, count: usize, value: &[u8]) -> usize {
        match (self.unit(), self.encoding()) {
            (Unit::Characters, Encoding::Bcd) if self.format() == Format::Xn => 1 + count / 2,
            (Unit::Characters, Encoding::Bcd) => count.div_ceil(2),
            (Unit::Characters, Encoding::Hex) => count * 2,
            (Unit::Characters, Encoding::Utf8) => utf8_size(count, value),
            _ => count,
        }
    }

    /// The characters of a value that was measured.
    pub(super) fn characters<'v>(&self, value: &'v [u8], count: usize) -> Characters<'v> {
        if self.encoding() != Encoding::Bcd {
            return Characters::whole(value, self.encoding());
        }
        let nibbles = value.len() * 2;
        if self.format() == Format::Xn {
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
    pub(super) fn check(&self, value: &[u8], count: usize) -> Result<(), Wrong> {
        let good = match (self.format(), self.encoding()) {
            (Format::N, Encoding::Bcd) => packed_decimal(value),
            (Format::N, Encoding::Ascii | Encoding::Utf8) => all_decimal(value, 0x30),
            (Format::N, Encoding::Ebcdic(_)) => all_decimal(value, 0xF0),
            (Format::Xn, _) => false,
            (_, Encoding::Hex) => value.iter().all(u8::is_ascii_hexdigit) && value.len().is_multiple_of(2),
            _ => true,
        };
        if good { Ok(()) } else { self.find_wrong(value, count) }
    }

    /// Says what [`Self::check`] found, or that it is only the pad nibble, which
    /// may be anything.
    #[cold]
    fn find_wrong(&self, value: &[u8], count: usize) -> Result<(), Wrong> {
        if self.encoding() == Encoding::Hex {
            if let Some(at) = value.iter().position(|byte| !byte.is_ascii_hexdigit()) {
                return Err((at, 1, DecodeFault::NotHex { found: value[at] }));
            }
            let odd = !value.len().is_multiple_of(2);
            return if odd { Err((0, value.len(), DecodeFault::HalfByte)) } else { Ok(()) };
        }
        let mut characters = self.characters(value, count);
        if self.format() == Format::Xn && self.encoding() != Encoding::Bcd {
            characters = characters.slice(1, characters.len().saturating_sub(1)).unwrap_or_default();
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
    pub(super) fn pad_of(&self, value: &[u8], count: usize) -> Option<u8> {
        let odd = !count.is_multiple_of(2);
        if !self.is_packed() || self.unit() == Unit::Bytes || !odd || self.format() == Format::Xn {
            return None;
        }
        match self.justify() {
            Justify::Left => value.last().map(|byte| byte & 0x0F),
            Justify::Right => value.first().map(|byte| byte >> 4),
        }
    }

    /// Checks all that the dialect says of a value: every character is of the
    /// format and the pad nibble is the dialect's.
    pub(super) fn check_strictly(&self, value: &[u8], count: usize) -> Result<(), Wrong> {
        self.check(value, count)?;
        if let Some(found) = self.pad_of(value, count) {
            let expected = self.pad() & 0x0F;
            if found != expected {
                let at = if self.justify() == Justify::Left { value.len() - 1 } else { 0 };
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
        if format == Format::Xn {
            let sign = self.encoding_of_sign(value.first().copied().unwrap_or_default());
            if !matches!(sign, b'C' | b'D') {
                return Err((0, 1, DecodeFault::Character { position: 0, format }));
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
fn all_decimal(bytes: &[u8], zero: u8) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let high = u64::from_ne_bytes([zero; 8]);
    // A digit's high nibble stays `zero`'s, also six further on.
    let word = |word: &[u8; 8]| {
        let word = u64::from_ne_bytes(*word);
        let further = word.wrapping_add(0x0606_0606_0606_0606);
        (word & HIGH) == high && (further & HIGH) == high
    };
    words.iter().all(word) && rest.iter().all(|byte| byte.wrapping_sub(zero) < 10)
}

const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;

/// True where every nibble is a decimal digit.
#[inline]
fn packed_decimal(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
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
                    assert_eq!(all_decimal(&text, zero), digit.contains(&byte), "{at} {byte:02X}");
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
