//! The bytes of a record between its header and its tag. Fixed order, big end
//! first, no self-description: `docs/src/journal.md` is the format's text, and a
//! kind's number is never used again for another shape.

mod put;
mod take;

use super::record::{Balance, Record, ReversalStage, Verdict};
pub(super) use put::Put;
pub(super) use take::Take;

/// Kind numbers with this bit may not be skipped by a reader that does not
/// know them: they speak of money or keys.
pub(super) const CRITICAL: u8 = 0x80;

/// The kind's number in the header.
pub(super) const fn kind(record: &Record) -> u8 {
    CRITICAL
        | match record {
            Record::Opened(_) => 1,
            Record::KeysChanged(_) => 2,
            Record::Intent(_) => 3,
            Record::NotSent { .. } => 4,
            Record::Approved { .. } => 5,
            Record::Declined { .. } => 6,
            Record::ReversalQueued { .. } => 7,
            Record::ReversalNotFound { .. } => 8,
            Record::Reversed { .. } => 9,
            Record::Parked { .. } => 10,
            Record::Resolved { .. } => 11,
            #[cfg(feature = "kinds")]
            Record::Unresolved { .. } => 12,
            Record::SettlementStarted { .. } => 13,
            Record::SettlementAnswered { .. } => 14,
            Record::UploadProgress { .. } => 15,
            Record::BatchClosed { .. } => 16,
        }
}

/// Why a body does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// A kind this version does not know.
    UnknownKind,
    /// A known kind whose bytes do not make sense.
    Malformed,
}

const STAGES: [ReversalStage; 2] = [ReversalStage::First, ReversalStage::Confirmation];
const BALANCES: [Balance; 2] = [Balance::Equal, Balance::Unequal];
const VERDICTS: [Verdict; 2] = [Verdict::Approved, Verdict::Reversed];
