//! The fields that have an inside, each a type of its own: what the digits of
//! F22 or the parts of F60 say.
//!
//! | type | field |
//! |---|---|
//! | [`EntryMode`] | F22: where the card data came from, and whether a PIN can follow |
//! | [`SecurityControl`] | F53: how the PIN block and the track are formed |
//! | [`Balance`], [`Balances`] | F54 |
//! | [`MessageClass`] | F60: type, batch, network code, capabilities |
//! | [`Original`] | F61: batch, trace and date of the transaction meant |
//! | [`TerminalInfo`], [`PrivateData`] | F62, by message |
//! | [`Remarks`] | F63: operator, or card organisation and texts |
//!
//! Each is parsed from a [`Field`] and written with a
//! [`Writer`](super::Writer). Codes that are not known are carried.

/// An enum of wire codes that carries the codes it does not know.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$case_doc])* $case,)+
            /// Any other code.
            Unknown(u8),
        }

        impl $name {
            /// The code's meaning.
            pub const fn from_code(code: u8) -> Self {
                match code {
                    $($code => Self::$case,)+
                    other => Self::Unknown(other),
                }
            }

            /// The code as a decimal number.
            pub const fn code(self) -> u8 {
                match self {
                    $(Self::$case => $code,)+
                    Self::Unknown(code) => code,
                }
            }
        }
    };
}

mod balance;
mod class;
mod entry;
mod original;
mod private;
mod remarks;
mod security;

pub use balance::{AccountType, Balance, BalanceType, Balances, Sign};
pub use class::{Capability, ChipCondition, MessageClass, PartialApproval};
pub use entry::{EntryMode, PinEntry, Source};
pub use original::Original;
pub use private::{PrivateData, TerminalInfo};
pub use remarks::{Organisation, Remarks};
pub use security::{Cipher, PinFormat, SecurityControl, TrackProtection};

use super::characters::Characters;
use super::field::Field;

/// Why a field's value is not what its type says, or a part does not fit. It
/// never quotes the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// A received field of another form.
    #[error("field {field}: expected {expected}, found {found} characters")]
    Form {
        /// The field.
        field: u8,
        /// What it should be.
        expected: &'static str,
        /// Its length.
        found: usize,
    },
    /// A part with more digits than its place.
    #[error("field {field}: {part} is at most {most}")]
    Range {
        /// The field.
        field: u8,
        /// The part.
        part: &'static str,
        /// The largest value.
        most: u32,
    },
    /// A part that must be digits and is not.
    #[error("field {field}: {part} must be decimal digits")]
    Digits {
        /// The field.
        field: u8,
        /// The part.
        part: &'static str,
    },
}

/// The digits of a field, where it is one of digits.
fn digits<'a>(field: &Field<'a>, expected: &'static str) -> Result<Characters<'a>, ValueError> {
    field.digits().ok_or_else(|| form(field, expected))
}

fn form(field: &Field<'_>, expected: &'static str) -> ValueError {
    ValueError::Form {
        field: field.number(),
        expected,
        found: field.count(),
    }
}

/// The value of at most nine ASCII digits; other bytes count as zero, since
/// those who call have checked them.
fn value_of(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value: u32, digit| {
        let digit = u32::from(digit.wrapping_sub(b'0').min(9));
        value.wrapping_mul(10).wrapping_add(digit)
    })
}

/// Writes a number as ASCII digits with leading zeros; `part` names it in the
/// error where it does not fit.
fn put(field: u8, part: &'static str, value: u32, digits: &mut [u8]) -> Result<(), ValueError> {
    let mut left = value;
    for slot in digits.iter_mut().rev() {
        *slot = b'0' + (left % 10) as u8;
        left /= 10;
    }
    if left == 0 {
        return Ok(());
    }
    let most = digits.iter().fold(0_u32, |most, _| most * 10 + 9);
    Err(ValueError::Range { field, part, most })
}
