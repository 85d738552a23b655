//! The message itself: which fields it has, what stands in them, and how the
//! same is written.
//!
//! ```text
//!  MTI 2 │ bitmap 8 │ F2 │ F3 │ ... │ F64
//!          bit n says that field n follows; a Spec says how field n is formed
//! ```
//!
//! | type | what it is |
//! |---|---|
//! | [`Spec`], [`UNIONPAY_POS`] | the dialect as a table: one [`FieldSpec`] a field |
//! | [`View`], [`Field`], [`Digits`] | a received message, borrowed, nothing copied |
//! | [`Writer`] | a message into the caller's buffer |
//! | [`value`] | the fields that have an inside: F22, F53, F54, F60 to F63 |
//! | [`describe`] | every field named and masked, for people |
//! | [`detect`] | finds out what a piece of hex is |
//!
//! Reading is lossless: a view keeps pads and unknown values, and
//! [`Writer::copy`] writes the same bytes again. Errors say field, offset,
//! expected and found, and never what stands on a card.
//!
//! Follows ISO 8583:1987 as Q/CUP 009.1 packs it: BCD, a 64-bit bitmap, LLVAR
//! and LLLVAR in one and two BCD bytes.

mod chip;
mod describe;
mod detect;
mod digits;
mod error;
mod field;
mod mask;
mod mti;
mod pack;
mod spec;
mod unionpay;
pub mod value;
mod view;
mod writer;

pub use describe::{Description, Language, Line, describe};
pub use detect::{DetectError, Detected, Form, detect};
pub use digits::Digits;
pub use error::{DecodeError, DecodeFault, EncodeError, EncodeFault};
pub use field::Field;
pub use mask::Masked;
pub use mti::Mti;
pub use spec::{FieldSpec, Format, Justify, Length, Sensitivity, Spec, Unit};
pub use unionpay::UNIONPAY_POS;
pub use value::{
    Balance, Balances, EntryMode, MessageClass, Original, PrivateData, Remarks, SecurityControl,
    TerminalInfo, ValueError,
};
pub use view::{Fields, Partial, View};
pub use writer::Writer;
