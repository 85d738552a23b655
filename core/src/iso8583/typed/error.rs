use super::Misfit;
use crate::card::CardError;
use crate::iso8583::{DecodeError, Mti};

/// Why a message is not the one that a struct describes. It names the field,
/// and the struct's member in brackets, and never quotes what stands there.
///
/// ```
/// # use annul::iso8583::typed::TypedError;
/// let error = TypedError::Missing { field: 11, name: "trace" };
/// assert_eq!(error.to_string(), "field 11 (trace) is not there");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// The bytes are no message of the dialect.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A message of another type.
    #[error("message type at byte 0: expected {expected}, found {found}")]
    Type {
        /// The type of the struct.
        expected: Mti,
        /// The type received.
        found: Mti,
    },
    /// The message has not a field that must be there.
    #[error("field {field} ({name}) is not there")]
    Missing {
        /// The field.
        field: u8,
        /// What the struct calls it.
        name: &'static str,
    },
    /// The message has a field that the struct does not: to go on would lose
    /// it. Name it in the struct, or say there that such are ignored
    /// (`ignore_unnamed`).
    #[error("field {field} at byte {offset}: the struct does not name it")]
    Unnamed {
        /// The field.
        field: u8,
        /// The byte of the message it begins at.
        offset: usize,
    },
    /// The dialect that read the message forms the field otherwise than the
    /// struct can hold.
    #[error("field {field} ({name}): {misfit}")]
    Misfit {
        /// The field.
        field: u8,
        /// What the struct calls it.
        name: &'static str,
        /// What does not fit.
        misfit: Misfit,
    },
    /// The type does not take this value.
    #[error("field {field} ({name}) at byte {offset}: {fault}")]
    Value {
        /// The field.
        field: u8,
        /// What the struct calls it.
        name: &'static str,
        /// The byte of the message it begins at.
        offset: usize,
        /// Why not.
        fault: ValueFault,
    },
}

impl TypedError {
    /// The field; 0 is the message type, 1 the bitmap.
    pub const fn field(&self) -> u8 {
        match self {
            Self::Decode(error) => error.field,
            Self::Type { .. } => 0,
            Self::Missing { field, .. }
            | Self::Unnamed { field, .. }
            | Self::Misfit { field, .. }
            | Self::Value { field, .. } => *field,
        }
    }
}

/// Why a type does not take a value. It never quotes the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// Not decimal, or too large.
    #[error("expected decimal digits of a number that the type can hold")]
    Number,
    /// A character that the type does not hold.
    #[error("character {position} is none that the type holds")]
    Character {
        /// Which one, counted from 0.
        position: usize,
    },
    /// Longer than the type, or not just as long.
    #[error("the type holds {holds} characters, found {found}")]
    Length {
        /// Characters of the type.
        holds: usize,
        /// Characters of the value.
        found: usize,
    },
    /// Bytes that are no UTF-8.
    #[error("expected text in ASCII or UTF-8; take bytes for a national code")]
    Text,
    /// No card number, expiry or track.
    #[error(transparent)]
    Card(#[from] CardError),
    /// What a type of the user's says.
    #[error("{0}")]
    Other(&'static str),
}
