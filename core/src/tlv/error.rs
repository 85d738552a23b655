use super::tag::Tag;
use core::fmt;

/// Why bytes are no data objects: in which object, at which byte, what was
/// expected and found. It never quotes a value.
///
/// ```
/// # use annul::tlv::{Mode, Reader};
/// let bytes = [0x6F, 0x04, 0xA5, 0x02, 0x50, 0x08];
/// let error = Reader::new(&bytes, Mode::Emv).find_map(Result::err).unwrap();
/// assert_eq!(error.code(), "truncated_value");
/// assert_eq!(error.offset(), 6);
/// assert_eq!(error.path().to_string(), "6F.A5.50");
/// assert_eq!(error.to_string(), "6F.A5.50 at byte 6: value needs 8 bytes, 0 left");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    path: Path,
    offset: usize,
    fault: Fault,
}

impl Error {
    pub(super) const fn new(path: Path, offset: usize, fault: Fault) -> Self {
        Self {
            path,
            offset,
            fault,
        }
    }

    /// The fault's name, the same in every language: `truncated_value`.
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// The byte, counted from the first of the input. An error of a tag stands
    /// at the tag, one of a length at the length, one of a value at the value's
    /// first byte, also where that byte is missing.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The templates around the fault, and the object itself where its tag
    /// could be read.
    pub const fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong, what was expected.
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{} ", self.path)?;
        }
        write!(f, "at byte {}: {}", self.offset, self.fault)
    }
}

impl core::error::Error for Error {}

/// What is wrong with a data object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes end inside a tag.
    #[error("the bytes end inside the tag")]
    TruncatedTag,
    /// The fourth byte of a tag announces a fifth.
    #[error("the tag is longer than 4 bytes")]
    TagTooLong,
    /// A length is not there, or not whole.
    #[error("length needs {expected} bytes, {left} left")]
    TruncatedLength {
        /// Bytes the length still needs.
        expected: u8,
        /// Bytes left in the template or the input.
        left: usize,
    },
    /// More than four octets of length.
    #[error("length of {octets} octets; expected at most 4")]
    LengthTooLong {
        /// Octets that the first byte announces.
        octets: u8,
    },
    /// The value passes the end of its template or of the input.
    #[error("value needs {expected} bytes, {left} left")]
    TruncatedValue {
        /// Bytes the length says.
        expected: u32,
        /// Bytes left in the template or the input.
        left: usize,
    },
    /// Length 80, which EMV does not have.
    #[error("indefinite length, which EMV does not allow; mode ber reads it")]
    IndefiniteLength,
    /// Length 80 of an object that is no template.
    #[error("indefinite length of a primitive object; only templates can have it")]
    IndefinitePrimitive,
    /// The bytes end inside a template of indefinite length.
    #[error("expected the end-of-contents object 0000, the bytes end")]
    MissingEoc,
    /// 00 without another 00, in a template of indefinite length.
    #[error("expected the end-of-contents object 0000, found 00 alone")]
    BadEoc,
    /// An object inside too many templates.
    #[error("nested deeper than {limit} templates")]
    MaxDepth {
        /// Templates allowed around an object.
        limit: u8,
    },
    /// Mode strict: the length could be written shorter.
    #[error("length of {octets} octets behind the first, {least} would do")]
    NonMinimalLength {
        /// Octets behind the first.
        octets: u8,
        /// Octets needed behind the first.
        least: u8,
    },
    /// Mode strict: a byte 00 where a tag should begin.
    #[error("padding 00 where a tag should begin; mode emv skips it")]
    Padding,
    /// A tag that its format does not have.
    #[error("the tag is none that this format has")]
    BadTag,
    /// A length whose digits are none, or that is out of range.
    #[error("the length is not written in this format's digits")]
    BadLength,
}

impl Fault {
    /// The name, the same in every language.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TruncatedTag => "truncated_tag",
            Self::TagTooLong => "tag_too_long",
            Self::TruncatedLength { .. } => "truncated_length",
            Self::LengthTooLong { .. } => "length_too_long",
            Self::TruncatedValue { .. } => "truncated_value",
            Self::IndefiniteLength => "indefinite_length",
            Self::IndefinitePrimitive => "indefinite_primitive",
            Self::MissingEoc => "missing_eoc",
            Self::BadEoc => "bad_eoc",
            Self::MaxDepth { .. } => "max_depth",
            Self::NonMinimalLength { .. } => "non_minimal_length",
            Self::Padding => "padding",
            Self::BadTag => "bad_tag",
            Self::BadLength => "bad_length",
        }
    }
}

/// The tags from the outermost template to an object: `6F.A5.50`.
///
/// It holds [`Path::SIZE`] bytes of tags; deeper ones are left out and shown
/// as `..`, which no card makes necessary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Path {
    bytes: [u8; Self::SIZE],
    used: u8,
    cut: bool,
}

impl Path {
    /// Bytes of tags that are kept.
    pub const SIZE: usize = 80;

    pub(super) const EMPTY: Self = Self {
        bytes: [0; Self::SIZE],
        used: 0,
        cut: false,
    };

    pub(super) fn of(tag: Tag) -> Self {
        let mut path = Self::EMPTY;
        path.push(tag);
        path
    }

    /// The tags, outermost first.
    pub fn tags(&self) -> impl Iterator<Item = Tag> + use<'_> {
        let mut rest = self.bytes.get(..usize::from(self.used)).unwrap_or_default();
        core::iter::from_fn(move || {
            let tag = Tag::first_of(rest)?;
            rest = &rest[tag.len()..];
            Some(tag)
        })
    }

    /// True outside of any object.
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    pub(super) fn push(&mut self, tag: Tag) {
        let start = usize::from(self.used);
        let bytes = tag.bytes();
        match self.bytes.get_mut(start..start + bytes.len()) {
            Some(room) if !self.cut => {
                room.copy_from_slice(&bytes);
                self.used += bytes.len() as u8;
            }
            _ => self.cut = true,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, tag) in self.tags().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            write!(f, "{tag}")?;
        }
        f.write_str(if self.cut { ".." } else { "" })
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_path_keeps_what_it_has_room_for() {
        let mut path = Path::EMPTY;
        assert!(path.is_empty());
        for _ in 0..21 {
            path.push(Tag::literal(0xFF81_8101));
        }
        path.push(Tag::literal(0x70));
        assert_eq!(path.tags().count(), 20);
        assert!(path.to_string().ends_with("FF818101.."));
    }

    /// Larger ones make clippy warn at each function that returns one.
    #[test]
    fn an_error_stays_small() {
        assert!(size_of::<Error>() < 128);
    }
}
