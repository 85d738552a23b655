//! EMV: what a chip's data mean, in words a cashier's engineer can act on.
//!
//! ```text
//!  95 05 8000048000
//!  │     └ bit 8 of byte 1: offline data authentication was not performed
//!  └ Terminal Verification Results, 终端验证结果
//! ```
//!
//! | question | answer |
//! |---|---|
//! | what is this tag? | [`Dictionary`], by kernel, template and edition |
//! | what do these bits say? | [`Layout`] |
//! | what is this code? | [`List`], [`Country`], [`Currency`] |
//! | may this be shown? | [`sensitivity()`] |
//!
//! Names, layouts and lists are data: the files in `core/data/emv`, made into
//! constant tables when the crate is built. EMV 4.4 books 1 to 4, EMV
//! contactless books A to C-8, PBOC 3.0 (JR/T 0025).

mod afl;
mod apdu;
mod cvm;
mod date;
mod describe;
mod dictionary;
mod digits;
mod error;
#[cfg(feature = "alloc")]
mod extension;
mod field55;
mod iad;
mod issuer;
mod kernel;
mod layout;
mod list;
mod mask;
mod money;
mod name;
mod parameters;
mod part;
mod place;
mod sensitivity;
mod session;
mod status;
mod stray;
mod tables;
mod track;

pub use afl::{Afl, AflFile};
pub use apdu::{Action, Command, Words};
pub use cvm::{CvmList, CvmRule};
pub use date::{Date, Time};
pub use describe::{Context, Secrets, describe};
pub use dictionary::{Dictionary, Entry, Format, Reading, Source, entries, meanings};
pub use digits::Digits;
pub use error::{ValueError, ValueFault};
#[cfg(feature = "alloc")]
pub use extension::{Extension, ExtensionError};
pub use field55::{Field55Error, FieldSet, IssuerAnswer, Need, Wanted};
pub use iad::{Iad, IadForm};
pub use issuer::{ArpcMethod, IssuerAuthenticationData, Script, ScriptResult};
pub use kernel::{Edition, Kernel};
pub use layout::{Bit, Bits, Field, Key, Layout, Meaning, WrongLength};
pub use list::List;
pub use mask::Masked;
pub use money::Money;
pub use name::{Name, Tongue};
pub use parameters::{Follow, ParameterKind, ParameterSet, Parameters};
pub use part::{Bytes, Part, PartJson, PartText, Said, Text};
pub use place::{Country, Currency};
pub use sensitivity::{Sensitivity, sensitivity};
pub use session::{Received, Sent, Session};
pub use status::StatusWord;
pub use track::{Track, TrackNumber};
