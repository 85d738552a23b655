//! The nouns of a transaction: amount, trace, batch, reference, codes, reasons.
//!
//! Each is a checked value: where one exists, it is valid. Numbers are what
//! the field's standard says they are, in the unit its name says.
//!
//! | type | field | form |
//! |---|---|---|
//! | [`Amount`] | F4 | minor units (fen), 12 digits |
//! | [`Trace`] | F11 | 000001 to 999999, also the voucher number 凭证号 |
//! | [`Batch`] | F60.2 | 000000 to 999999; 0 only before the first sign-in |
//! | [`Reference`] | F37 | 12 characters |
//! | [`AuthorizationCode`] | F38 | 6 characters |
//! | [`ResponseCode`] | F39 | 2 characters |
//! | [`TerminalId`], [`MerchantId`] | F41, F42 | 8 and 15 characters |

mod amount;
mod civil;
mod code;
mod kind;
mod number;
mod request;
mod text;
mod totals;

pub use amount::Amount;
pub use civil::Civil;
pub use code::{
    AuthorizationCode, CodeError, MerchantId, OperatorId, Reference, ResponseCode, TerminalId,
};
pub use kind::{Effect, Kind};
pub use number::{Batch, NumberError, Trace};
pub use request::{RequestId, RequestTag, TextError, VoidNote, VoidReason};
pub use text::Text;
pub use totals::{BatchTotals, Sum, Totals};

/// Why a reversal is sent: field 39 of the 0400 (unionpay.md 5.1, R4 to R7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReversalReason {
    /// `98`: no answer in time.
    NoAnswer,
    /// `96`: approved, but the terminal could not finish.
    NotFinished,
    /// `A0`: the answer's MAC was wrong or missing.
    WrongMac,
    /// `06`: anything else, such as an answer that does not fit its request.
    Other,
}

impl ReversalReason {
    /// Every reason, in the order of its number in a record.
    pub const ALL: [Self; 4] = [
        Self::NoAnswer,
        Self::NotFinished,
        Self::WrongMac,
        Self::Other,
    ];

    /// The two characters of field 39.
    pub const fn code(self) -> ResponseCode {
        ResponseCode::literal(match self {
            Self::NoAnswer => *b"98",
            Self::NotFinished => *b"96",
            Self::WrongMac => *b"A0",
            Self::Other => *b"06",
        })
    }
}
