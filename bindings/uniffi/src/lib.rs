//! The terminal as Kotlin and Swift see it: one object that takes what
//! happened and gives back what is to be done.
//!
//! ```text
//!  step(now, input) ──> the terminal ──> outputs: connect, send, close, progress, finished,
//!                         │    │                  and last: wait until, or at rest
//!        SQLite journal <─┘    └─> software keys, or questions to the device's own
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `terminal` | [`Terminal`]: opened once, driven by `step` |
//! | `step` | the loop inside: actions of the core done or handed out |
//! | `setup` | [`Setup`]: who the terminal is, times, keys |
//! | `input`, `command`, `kinds` | [`Input`]: commands, bytes, answers of the device |
//! | `output` | [`Output`] and [`Progress`] |
//! | `report` | [`Transaction`], [`Totals`], how everything stands |
//! | `settlement` | [`Settlement`]: what a batch came to |
//! | `error`, `code` | [`AnnulError`]: a stable number, words, and what to do |
//! | `message` | [`decode_message`]: any message named and masked |
//! | `tlv` | [`decode_tlv`]: chip data taken apart and masked |
//!
//! Three rules come from what went wrong elsewhere. Nothing of this crate is
//! implemented in the foreign language: all effects are data, so an exception
//! in an app's callback can never be read as success. No function returns a
//! boolean or a small integer by value, which 32-bit ARM has mangled. And
//! whatever carries card data, keys or PINs prints itself masked.
//! Whatever could panic returns a [`Result`]: where a function has none, Swift
//! ends the program instead of throwing.
//!
//! A record is in the journal before `step` returns the output it justifies.

mod code;
mod command;
mod error;
mod input;
mod kinds;
mod message;
mod output;
mod report;
mod settlement;
mod setup;
mod step;
mod terminal;
#[cfg(feature = "testing")]
mod testing;
mod tlv;

pub use command::{Card, PinEntry, Resolution, SaleOrder, Verdict, VoidOrder};
pub use error::{Advice, AnnulError};
pub use input::{DeviceFault, Input, KeyUsage, Now, SendDoubt};
pub use kinds::{Approval, HoldClaim, HoldOrder, InquiryOrder, RefundOf, RefundOrder};
pub use message::{DecodedField, DecodedMessage, decode_message};
pub use output::{Finish, Output, Progress};
pub use report::{
    Choice, Discrepancy, Kind, OutcomeKind, SignedIn, Standing, Status, Totals, Transaction,
    Undoing,
};
pub use settlement::{Compared, RefusedDetail, Settlement, SettlementStage};
pub use setup::{
    KeyRequest, Language, MacAlgorithm, MasterCipher, Sealing, Security, Settings, Setup,
    TrackProtection, default_settings,
};
pub use terminal::Terminal;
#[cfg(feature = "testing")]
pub use testing::provoke_panic;
pub use tlv::{DecodedTlv, TlvFault, TlvMode, TlvObject, decode_tlv, reveal_tlv_value};

uniffi::setup_scaffolding!();
