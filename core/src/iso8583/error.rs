use super::format::Format;
use super::inside::PartId;
use core::fmt;

/// Why bytes are no message of the dialect: which field, at which byte of the
/// message, what was expected and found. It never quotes card data.
///
/// ```
/// # use annul::iso8583::{View, UNIONPAY_POS};
/// let error = View::decode(&UNIONPAY_POS, b"\x08\x20\0\x20\0\0\0\0\0\0\x12").unwrap_err();
/// assert_eq!(error.to_string(), "field 11 at byte 10: expected 3 bytes, 1 left");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The field; 0 is the header or the message type, 1 the bitmap.
    pub field: u8,
    /// The part of the field, where one is meant.
    pub part: Option<PartId>,
    /// The byte of the message, counted from the first byte of the MTI; in the
    /// header from its first byte.
    pub offset: usize,
    /// How many bytes from there on are concerned.
    pub len: usize,
    /// What is wrong there.
    pub fault: DecodeFault,
}

impl DecodeError {
    /// An error that concerns no part.
    pub(super) const fn at(field: u8, offset: usize, len: usize, fault: DecodeFault) -> Self {
        Self {
            field,
            part: None,
            offset,
            len,
            fault,
        }
    }

    /// The same error counted from `bytes` earlier, such as before a header.
    #[must_use]
    pub const fn moved(mut self, bytes: usize) -> Self {
        self.offset += bytes;
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.field, self.fault) {
            (0, DecodeFault::Frame { .. }) => f.write_str("header")?,
            (0, _) => f.write_str("message type")?,
            (1, _) => f.write_str("bitmap")?,
            (number, _) => write!(f, "field {number}")?,
        }
        if let Some(part) = self.part {
            write!(f, ".{part}")?;
        }
        write!(f, " at byte {}: {}", self.offset, self.fault)
    }
}

impl core::error::Error for DecodeError {}

/// What is wrong with a field that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFault {
    /// The message ends inside the field.
    #[error("expected {expected} bytes, {left} left")]
    Truncated {
        /// Bytes of the field, or of its length prefix.
        expected: usize,
        /// Bytes left in the message.
        left: usize,
    },
    /// The length prefix holds a character that is no digit.
    #[error("expected a decimal length prefix, found {}", Found(*found))]
    Prefix {
        /// The nibble or byte.
        found: u8,
    },
    /// The length prefix says more than the field may hold.
    #[error("length prefix says {claimed}, the field holds at most {most}")]
    TooLong {
        /// Digits or bytes the prefix says.
        claimed: u32,
        /// Digits or bytes the dialect allows.
        most: u16,
    },
    /// A length that counts its own bytes says fewer than these.
    #[error("length prefix counts itself, but says only {claimed}")]
    PrefixTooSmall {
        /// Bytes the prefix says.
        claimed: u32,
    },
    /// The length before the message is not that of what follows.
    #[error("length prefix says {claimed}, {left} bytes follow")]
    Frame {
        /// Bytes the prefix says.
        claimed: u32,
        /// Bytes that follow it.
        left: usize,
    },
    /// A character that is no decimal digit, in a field of digits.
    #[error("expected decimal digits, found {}", Found(*found))]
    NotDecimal {
        /// The nibble or byte: not a digit, so never part of a card number.
        found: u8,
    },
    /// A character that is no hexadecimal digit.
    #[error("expected hexadecimal digits, found byte {found:02X}")]
    NotHex {
        /// The byte.
        found: u8,
    },
    /// An odd number of hexadecimal digits.
    #[error("expected whole bytes, found an odd number of hexadecimal digits")]
    HalfByte,
    /// The bitmap announces a field the dialect does not have.
    #[error("the bitmap announces it, but the dialect does not say how it is formed")]
    Unknown,
    /// Bit 1 announces a second bitmap, which the dialect does not have.
    #[error("bit 1 announces a second bitmap, which this dialect does not have")]
    SecondBitmap,
    /// Bytes follow the last field.
    #[error("{count} bytes follow the last field the bitmap announces")]
    Trailing {
        /// How many.
        count: usize,
    },
    /// A message larger than any.
    #[error("a message has at most 65535 bytes")]
    TooLarge,
    /// A character that the field's format does not hold.
    #[error("character {position} is none of format {format:?}")]
    Character {
        /// Which one, counted from 0.
        position: usize,
        /// The format.
        format: Format,
    },
    /// Another nibble than the dialect fills with.
    #[error("expected pad nibble {expected:X}, found {found:X}")]
    Pad {
        /// The nibble of the dialect.
        expected: u8,
        /// The nibble received.
        found: u8,
    },
    /// Bytes that are no data objects of BER-TLV.
    #[error("{0}")]
    Tlv(crate::tlv::Fault),
    /// A tag the dialect does not know, so that its length is not known.
    #[error("the dialect does not say how a part with this tag is formed")]
    UnknownPart,
}

/// A nibble or a byte that is no digit.
struct Found(u8);

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            nibble @ 0..=15 => write!(f, "nibble {nibble:X}"),
            byte => write!(f, "byte {byte:02X}"),
        }
    }
}

/// Why a message cannot be written: the first mistake that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field {field}: {fault}")]
pub struct EncodeError {
    /// The field; 0 is the message type, 1 the bitmap.
    pub field: u8,
    /// What is wrong with it.
    pub fault: EncodeFault,
}

/// What is wrong with a field to be written. It never quotes the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeFault {
    /// Fields are written once each, in the order of their numbers.
    #[error("written after field {last}; fields go in ascending order, each once")]
    Order {
        /// The field written last.
        last: u8,
    },
    /// The dialect does not have the field.
    #[error("the dialect does not have it")]
    Unknown,
    /// Digits for a field of bytes, or the other way round.
    #[error("it is of format {format:?}, which takes another kind of value")]
    Kind {
        /// The field's format.
        format: Format,
    },
    /// A character that the field cannot pack.
    #[error("character {position} is not one its format can hold")]
    Character {
        /// Which one, counted from 0.
        position: usize,
    },
    /// Longer than allowed, or not the fixed length.
    #[error("expected {expected} digits or bytes, found {found}")]
    Length {
        /// The fixed or longest length.
        expected: usize,
        /// The length given.
        found: usize,
    },
    /// A number with more digits than the field.
    #[error("the number has more than {digits} digits")]
    Number {
        /// Digits of the field.
        digits: usize,
    },
    /// A field copied from another dialect that does not fit this one.
    #[error("the copied bytes are not formed as this dialect says")]
    Foreign,
    /// The buffer is too small.
    #[error("needs {needed} bytes of buffer, {available} left")]
    Full {
        /// Bytes the field takes.
        needed: usize,
        /// Bytes left.
        available: usize,
    },
}
