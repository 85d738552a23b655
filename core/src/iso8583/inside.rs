use super::field_spec::FieldSpec;
use super::format::{Encoding, Prefix};
use super::spec::Spec;
use crate::tlv;

/// What a field is made of, where it has parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside<'a> {
    /// No parts.
    Plain,
    /// Parts one after the other, numbered from 1. Parts at the end may be
    /// missing. In a packed field they are counted in its digits.
    Positional(&'a [FieldSpec<'a>]),
    /// BER-TLV, as in field 55.
    Tlv(tlv::Mode),
    /// Each part behind a tag of characters that says how the part is formed:
    /// PDS, moov's indexed tags, the ASCII TLV of field 57 and 59.
    Tagged(Tagged<'a>),
    /// Each part behind a length that counts its tag and value (LTV).
    Ltv {
        /// The length.
        prefix: Prefix,
        /// Characters of the tag.
        tag: u8,
    },
    /// A message of its own, or, where its spec has no message type, parts that
    /// a bitmap announces.
    Message(&'a Spec<'a>),
}

/// Parts behind tags of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagged<'a> {
    /// Characters of a tag, 1 to 4.
    pub tag: u8,
    /// How the tag is written.
    pub encoding: Encoding,
    /// How each part is formed.
    pub known: &'a [(PartId, FieldSpec<'a>)],
    /// How all others are; none where an unknown tag is an error.
    pub other: Option<&'a FieldSpec<'a>>,
}

/// What a part is called within its field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartId {
    /// A position, or a bit of a bitmap, from 1 on.
    Number(u8),
    /// A tag of BER-TLV.
    Tag(tlv::Tag),
    /// A tag of one to four characters, zeros behind.
    Name([u8; 4]),
}

impl PartId {
    /// A tag of one to four characters.
    ///
    /// # Panics
    /// Where there are none or more: at compile time, for a constant.
    pub const fn name(characters: &str) -> Self {
        let bytes = characters.as_bytes();
        assert!(
            !bytes.is_empty() && bytes.len() <= 4,
            "one to four characters"
        );
        let mut name = [0; 4];
        let mut index = 0;
        while index < bytes.len() {
            name[index] = bytes[index];
            index += 1;
        }
        Self::Name(name)
    }

    /// True where a segment of a path such as `55.9F26` or `48.0002` means it.
    pub fn is(self, segment: &str) -> bool {
        match self {
            Self::Number(number) => segment.parse() == Ok(number),
            Self::Tag(tag) => tlv::Tag::from_hex(segment) == Some(tag),
            Self::Name(name) => {
                let len = name.iter().take_while(|byte| **byte != 0).count();
                segment.as_bytes() == &name[..len]
            }
        }
    }
}

impl core::fmt::Display for PartId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Tag(tag) => write!(f, "{tag}"),
            Self::Name(name) => (name.iter().filter(|byte| **byte != 0))
                .try_for_each(|byte| write!(f, "{}", byte.escape_ascii())),
        }
    }
}

impl core::fmt::Debug for PartId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{self}")
    }
}
