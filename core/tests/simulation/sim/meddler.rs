//! Who stands between till and world. Nobody does in the simulation; the
//! sabotage test puts a saboteur here, so that the engine needs no test knobs.

use super::auditor::Screen;
use annul::engine::Refusal;
use annul::journal::Record;

/// What becomes of a record that is to be written.
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
pub(crate) enum Deal {
    /// It is written, then confirmed.
    Honest,
    /// It is confirmed at once and written with the next one.
    AckFirst,
    /// Other bytes are written, and confirmed.
    Bytes(Vec<u8>),
    /// The journal is made to say something else, and the till starts again.
    Rewrite(Rewrite),
}

/// A journal as a broken till would have it.
pub(crate) struct Rewrite {
    pub(crate) journal: Vec<Record>,
    /// The record that the broken till wrote as its own; the auditor reads it.
    pub(crate) wrote: Option<Record>,
}

/// Breaks rules, or not.
pub(crate) trait Meddler {
    /// A record is to be written behind these.
    fn persist(&mut self, _journal: &[Record], _record: &Record, _bytes: &[u8]) -> Deal {
        Deal::Honest
    }

    /// The till is about to read its journal.
    fn boots(&mut self, _journal: &[Record]) -> Option<Rewrite> {
        None
    }

    /// A command was refused; with another journal it might not be.
    fn refused(&mut self, _refusal: Refusal, _journal: &[Record]) -> Option<Rewrite> {
        None
    }

    /// An approval came for the transaction of this trace, whatever its state.
    fn approval(&mut self, _trace: u32, _journal: &[Record]) -> Option<Rewrite> {
        None
    }

    /// A frame leaves.
    fn sends(&mut self, _frame: &mut [u8]) {}

    /// A transaction is shown.
    fn shows(&mut self, _screen: &mut Screen) {}

    /// True where any of the above does something.
    fn meddles(&self) -> bool {
        true
    }
}

/// Nobody breaks anything.
pub(crate) struct Nobody;

impl Meddler for Nobody {
    fn meddles(&self) -> bool {
        false
    }
}
