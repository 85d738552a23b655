use super::Format;
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
    /// The field; 0 is the message type, 1 the bitmap.
    pub field: u8,
    /// The byte of the message, counted from the first byte of the MTI.
    pub offset: usize,
    /// What is wrong there.
    pub fault: DecodeFault,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            0 => f.write_str("message type")?,
            1 => f.write_str("bitmap")?,
            number => write!(f, "field {number}")?,
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
    /// The length prefix holds a nibble that is no decimal digit.
    #[error("expected a decimal length prefix, found nibble {found:X}")]
    Prefix {
        /// The nibble.
        found: u8,
    },
    /// The length prefix says more than the field may hold.
    #[error("length prefix says {claimed}, the field holds at most {most}")]
    TooLong {
        /// Digits or bytes the prefix says.
        claimed: u16,
        /// Digits or bytes the dialect allows.
        most: u16,
    },
    /// A nibble that is no decimal digit, in a field of digits.
    #[error("expected decimal digits, found nibble {found:X}")]
    NotDecimal {
        /// The nibble: A to F, so never part of a card number.
        found: u8,
    },
    /// The bitmap announces a field the dialect does not have.
    #[error("the bitmap announces it, but the dialect does not say how it is formed")]
    Unknown,
    /// Bit 1 announces a second bitmap, which POS messages do not have.
    #[error("bit 1 announces a second bitmap, which this dialect does not have")]
    SecondBitmap,
    /// Bytes follow the last field.
    #[error("{count} bytes follow the last field the bitmap announces")]
    Trailing {
        /// How many.
        count: usize,
    },
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
