use super::error::{DecodeError, DecodeFault};
use super::format::Prefix;
use super::prefix;

/// What stands before a message: a length, then parts.
///
/// ```text
///  00 4E │ 60 00 03 00 00 │ 60 31 00 31 00 00 │ 02 00 ...
///  length  TPDU             header              message
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    length: Option<Prefix>,
    parts: &'a [HeaderPart<'a>],
}

/// One part of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderPart<'a> {
    /// What it is called: `tpdu`.
    pub name: &'a str,
    /// How many bytes it has.
    pub size: HeaderSize,
}

/// How long a part of a header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderSize {
    /// So many bytes.
    Fixed(u8),
    /// Its first byte says how many, that byte among them.
    FirstByte,
}

/// A header taken off, and the message behind it.
#[derive(Clone, Copy, Debug)]
pub struct Opened<'a> {
    /// Length and parts as received.
    pub header: &'a [u8],
    /// The message, from its type on.
    pub message: &'a [u8],
}

impl<'a> Header<'a> {
    /// Nothing stands before the message.
    pub const NONE: Self = Self {
        length: None,
        parts: &[],
    };

    /// These parts, without a length.
    pub const fn of(parts: &'a [HeaderPart<'a>]) -> Self {
        Self {
            length: None,
            parts,
        }
    }

    /// The same parts behind a length, which counts all that follows it.
    #[must_use]
    pub const fn behind(mut self, length: Prefix) -> Self {
        self.length = Some(length);
        self
    }

    /// The same parts without a length.
    #[must_use]
    pub const fn bare(mut self) -> Self {
        self.length = None;
        self
    }

    /// The length, where there is one.
    pub const fn length(&self) -> Option<Prefix> {
        self.length
    }

    /// Its parts, in their order.
    pub const fn parts(&self) -> &'a [HeaderPart<'a>] {
        self.parts
    }

    /// Takes the header off `bytes`, which it and its message fill exactly.
    pub fn open<'b>(&self, bytes: &'b [u8]) -> Result<Opened<'b>, DecodeError> {
        let mut at = 0;
        if let Some(length) = self.length {
            let claimed = prefix::explain(length, bytes)
                .map_err(|(len, fault)| DecodeError::at(0, 0, len, fault))?;
            at = length.size();
            let left = bytes.len() - at;
            if claimed as usize != left {
                let fault = DecodeFault::Frame { claimed, left };
                return Err(DecodeError::at(0, 0, at, fault));
            }
        }
        for part in self.parts {
            let left = &bytes[at..];
            let expected = match part.size {
                HeaderSize::Fixed(size) => usize::from(size),
                HeaderSize::FirstByte => usize::from(left.first().copied().unwrap_or(1).max(1)),
            };
            if left.len() < expected {
                let fault = DecodeFault::Truncated {
                    expected,
                    left: left.len(),
                };
                return Err(DecodeError::at(0, at, left.len(), fault));
            }
            at += expected;
        }
        let (header, message) = bytes.split_at(at);
        Ok(Opened { header, message })
    }
}
