//! What the terminal must never forget: records, written before anything is
//! sent or shown, read back after a power loss.
//!
//! ```text
//!  Record ──body──> Envelope: version kind len seq prev-tag body tag ──> store
//!  store ──oldest first──> Replay ──checked──> Durable<Record> ──> ledger
//! ```
//!
//! A store keeps opaque bytes in order; it knows neither records nor cards.
//! What may stand in a record is decided by type: there is no codec for a
//! track, a PIN or a clear card number (PCI DSS 4.0.1, 3.3 and 3.5).

mod body;
mod envelope;
#[cfg(feature = "flash")]
mod flash;
#[cfg(feature = "dukpt")]
mod key_use;
#[cfg(feature = "alloc")]
mod memory;
mod record;
mod replay;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use envelope::{Envelope, EnvelopeError, MAX_RECORD, Tag};
#[cfg(feature = "flash")]
pub use flash::{FlashError, FlashJournal};
#[cfg(feature = "dukpt")]
pub use key_use::{KeyUseError, KeyUses};
#[cfg(feature = "alloc")]
pub use memory::MemoryJournal;
pub use record::{
    Approval, Balance, Comparison, Durable, HostAnswer, Identity, Intent, KeysChanged, Quotes,
    Record, ReversalStage, Seq, Verdict, VoidOrder,
};
#[cfg(feature = "kinds")]
pub use record::{HoldOrder, RefundOrder};
pub use replay::{Replay, ReplayError};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteError, SqliteJournal};

/// Keeps records in order. A record that [`Journal::append`] has confirmed
/// survives any power loss.
pub trait Journal {
    /// What can go wrong in the store.
    type Error: core::error::Error;

    /// True where a torn append leaves no trace, so that a bad last record is
    /// rot and not a write that was cut short.
    const ATOMIC: bool;

    /// Writes one record under its number; durable on return, all or nothing.
    /// A number that is taken may be refused: who writes it has not read the
    /// journal since.
    fn append(&mut self, seq: Seq, record: &[u8]) -> Result<(), Self::Error>;

    /// Looks whether what the records stand in is whole, where the store can tell:
    /// that records are lost at the end, no other record says.
    fn check(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Hands out every record, oldest first.
    fn replay(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<(), Self::Error>;

    /// Hands out the record of one number; false where there is none.
    fn recall(&mut self, seq: Seq, take: &mut dyn FnMut(&[u8])) -> Result<bool, Self::Error>;

    /// How many records of the largest size are sure to fit.
    fn room(&self) -> usize;
}
