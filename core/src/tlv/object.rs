use super::header::{self, Length, least_octets};
use super::tag::Tag;
use core::fmt;

/// One data object, borrowed from the input.
///
/// Its `Debug` shows tag, offset and length, never the value: that may be a
/// card number.
#[derive(Clone, Copy)]
pub struct Object<'a> {
    /// From the tag to the end of the value; where the length is indefinite,
    /// to the end of what is around it.
    pub(super) bytes: &'a [u8],
    pub(super) offset: usize,
    pub(super) tag: Tag,
    pub(super) length: Length,
    pub(super) header: u8,
    pub(super) depth: u8,
}

/// How a length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthForm {
    /// As short as can be, which EMV books and ISO/IEC 8825-1 DER want.
    Minimal,
    /// A first byte 81 to 84 and this many octets behind it, though fewer do.
    Octets(u8),
    /// 80, and 0000 behind the contents.
    Indefinite,
}

impl<'a> Object<'a> {
    /// The tag.
    #[inline]
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// The byte of the input at which the tag begins.
    #[inline]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes of tag and length: the value begins at `offset + header_length`.
    #[inline]
    pub const fn header_length(&self) -> usize {
        self.header as usize
    }

    /// Templates around the object: 0 for the outermost.
    #[inline]
    pub const fn depth(&self) -> usize {
        self.depth as usize
    }

    /// True for a template, whose value is made of objects.
    #[inline]
    pub const fn is_constructed(&self) -> bool {
        self.tag.is_constructed()
    }

    /// Bytes of the value as the length says; none where it is indefinite.
    pub const fn length(&self) -> Option<usize> {
        match self.length {
            Length::Definite { value, .. } => Some(value as usize),
            Length::Indefinite => None,
        }
    }

    /// How the length was written.
    pub const fn length_form(&self) -> LengthForm {
        match self.length {
            Length::Indefinite => LengthForm::Indefinite,
            Length::Definite { value, octets } if octets == least_octets(value) => {
                LengthForm::Minimal
            }
            Length::Definite { octets, .. } => LengthForm::Octets(octets),
        }
    }

    /// The value. Of an indefinite length: up to its end-of-contents object,
    /// which is looked for at each call, or to the end of the bytes where it
    /// is missing.
    #[inline]
    pub fn value(&self) -> &'a [u8] {
        let rest = self.bytes.get(self.header_length()..).unwrap_or_default();
        match self.length {
            Length::Definite { .. } => rest,
            Length::Indefinite => contents(rest),
        }
    }

    /// Tag, length and value as they stand in the input.
    pub fn bytes(&self) -> &'a [u8] {
        match self.length {
            Length::Definite { .. } => self.bytes,
            Length::Indefinite => {
                let end = self.header_length() + self.value().len() + END.len();
                self.bytes.get(..end).unwrap_or(self.bytes)
            }
        }
    }
}

/// The end-of-contents object (ISO/IEC 8825-1, 8.1.5).
pub(super) const END: [u8; 2] = [0, 0];

/// What stands before the end-of-contents object that belongs to the bytes.
/// A counter does for a stack: objects of definite length are stepped over.
fn contents(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    let mut open = 0_usize;
    loop {
        if let Some(after) = rest.strip_prefix(&END) {
            if open == 0 {
                return &bytes[..bytes.len() - rest.len()];
            }
            open -= 1;
            rest = after;
            continue;
        }
        let object = header::tag(rest).and_then(|(rest, _)| header::length(rest));
        rest = match object {
            Ok((rest, Length::Definite { value, .. })) => {
                let Some(rest) = rest.get(value as usize..) else {
                    return bytes;
                };
                rest
            }
            Ok((rest, Length::Indefinite)) => {
                open += 1;
                rest
            }
            Err(_) => return bytes,
        };
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.tag, self.offset)?;
        match self.length() {
            Some(length) => write!(f, ", {length} bytes"),
            None => f.write_str(", indefinite"),
        }
    }
}
