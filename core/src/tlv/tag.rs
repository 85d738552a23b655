use super::header;
use core::fmt;
use core::ops::Deref;

/// The name of a data object: one to four bytes, such as `9F26`.
///
/// ```
/// # use annul::tlv::Tag;
/// const CRYPTOGRAM: Tag = Tag::literal(0x9F26);
/// assert_eq!(Tag::new(0x9F26), Some(CRYPTOGRAM));
/// assert_eq!(Tag::from_hex("9f26"), Some(CRYPTOGRAM));
/// assert_eq!(CRYPTOGRAM.to_string(), "9F26");
/// assert_eq!(*CRYPTOGRAM.bytes(), [0x9F, 0x26]);
/// assert!(!CRYPTOGRAM.is_constructed());
/// assert!(Tag::literal(0x6F).is_constructed());
/// // 5A is whole by itself, and 9F is not whole without a second byte.
/// assert_eq!((Tag::new(0x5A01), Tag::new(0x9F)), (None, None));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u32);

/// Bit 6 of the first byte: the value is made of data objects (ISO/IEC 8825-1,
/// 8.1.2.5).
const CONSTRUCTED: u8 = 0x20;
/// Bits 5 to 1 of the first byte all set: more bytes follow (8.1.2.4.1).
pub(super) const MORE: u8 = 0x1F;
/// Bit 8 of a later byte: it is not the last (8.1.2.4.2).
pub(super) const CONTINUED: u8 = 0x80;

impl Tag {
    /// Bytes of the longest tag.
    pub const MAX_SIZE: usize = 4;

    /// The tag whose bytes are those of `value` from the first that is not 00
    /// on; none where they are not exactly one tag.
    pub const fn new(value: u32) -> Option<Self> {
        let tag = Self(value);
        let [a, b, c, d] = value.to_be_bytes();
        let whole = match tag.len() {
            1 => d & MORE != MORE,
            2 => c & MORE == MORE && d < CONTINUED,
            3 => b & MORE == MORE && c >= CONTINUED && d < CONTINUED,
            _ => a & MORE == MORE && b >= CONTINUED && c >= CONTINUED && d < CONTINUED,
        };
        if whole { Some(tag) } else { None }
    }

    /// A tag that stands in the code.
    ///
    /// # Panics
    ///
    /// Where it is none: in a constant that is an error of compilation.
    pub const fn literal(value: u32) -> Self {
        match Self::new(value) {
            Some(tag) => tag,
            None => panic!("not a tag"),
        }
    }

    /// Reads two to eight hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let even = text.len().is_multiple_of(2) && text.len() <= 2 * Self::MAX_SIZE;
        let value = u32::from_str_radix(text, 16).ok()?;
        Self::new(value).filter(|tag| digits && even && tag.len() * 2 == text.len())
    }

    /// Takes the tag that `bytes` begin with, where there is one.
    pub fn first_of(bytes: &[u8]) -> Option<Self> {
        header::tag(bytes).ok().map(|(_, tag)| tag)
    }

    /// The tag as a number: `9F26` is 0x9F26.
    #[inline]
    pub const fn value(self) -> u32 {
        self.0
    }

    /// Bytes of the tag, 1 to 4.
    #[expect(clippy::len_without_is_empty, reason = "no tag is empty")]
    #[inline]
    pub const fn len(self) -> usize {
        Self::MAX_SIZE - (self.0 | 1).leading_zeros() as usize / 8
    }

    /// The bytes as they are sent.
    pub const fn bytes(self) -> TagBytes {
        TagBytes {
            bytes: self.0.to_be_bytes(),
            skipped: Self::MAX_SIZE - self.len(),
        }
    }

    /// True where the value is made of data objects: a template.
    #[inline]
    pub const fn is_constructed(self) -> bool {
        let first = self.0 >> (8 * (self.len() - 1));
        first as u8 & CONSTRUCTED != 0
    }

    /// A tag that was read, and so is whole.
    pub(super) const fn read(value: u32) -> Self {
        Self(value)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = 2 * self.len();
        write!(f, "{:0digits$X}", self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The bytes of a [`Tag`], on the stack.
#[derive(Clone, Copy, Debug)]
pub struct TagBytes {
    bytes: [u8; Tag::MAX_SIZE],
    skipped: usize,
}

impl Deref for TagBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.skipped..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn every_size_and_what_is_no_tag() {
        for (value, size) in [(0x5A, 1), (0x9F26, 2), (0xDF_8116, 3), (0xDF81_8101, 4)] {
            let tag = Tag::new(value).unwrap();
            assert_eq!((tag.len(), tag.bytes().len()), (size, size));
            assert_eq!(Tag::first_of(&tag.bytes()), Some(tag));
            assert_eq!(Tag::from_hex(&format!("{tag}")), Some(tag));
        }
        let none = [
            0x1F,
            0x9F80,
            0x5A_9F26,
            0x009F_2601,
            0xDF01_8101,
            0xDF81_8181,
        ];
        for value in none {
            assert_eq!(Tag::new(value), None, "{value:X}");
        }
    }

    #[test]
    fn hexadecimal_of_one_tag_only() {
        for text in [
            "",
            "5",
            "05A",
            "+5A",
            "9F",
            "9F2601",
            "DF8181810",
            "5a5a",
            "字",
        ] {
            assert_eq!(Tag::from_hex(text), None, "{text}");
        }
        assert_eq!(Tag::from_hex("5a"), Tag::new(0x5A));
    }

    #[test]
    fn the_first_byte_says_constructed() {
        for (value, constructed) in [
            (0x70, true),
            (0xBF0C, true),
            (0xFF_8106, true),
            (0xDF_8116, false),
        ] {
            assert_eq!(Tag::literal(value).is_constructed(), constructed);
        }
    }
}
