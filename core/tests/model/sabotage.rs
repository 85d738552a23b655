//! Tills that break one rule. It is broken between engine and world, as in
//! `tests/sabotage.rs`: the engine is the real one, and the journal is made to
//! say what a till without the rule would have in it.

use crate::host::{APPROVED, NOT_FOUND};
use crate::orders;
use annul::journal::{Record, ReversalStage};
use annul::ledger::Ledger;
use annul::transaction::Kind;

/// Which rule is broken. Numbers as in `tests/sabotage.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    None,
    /// M1: sends a request before its intent is written.
    SendsFirst,
    /// M2: shows an approval before it is written.
    ShowsFirst,
    /// M3: an approval counts although its reversal was decided.
    BelievesLate,
    /// M4: a restart forgets an intent without an outcome.
    Forgets,
    /// M5: a sale is voided although it was voided already.
    VoidsTwice,
    /// M7: a reversal whose attempts are used up is dropped.
    GivesUp,
    /// M8: a void without an answer counts as done.
    VoidsByTimeout,
    /// B.6: "not found" is the end, without asking once more.
    NeverConfirms,
    /// D8: an answer on an old link is heard.
    HearsOldLinks,
    /// D7: the guard time is shorter than a request can live.
    ShortGuard,
    /// D9: what is parked or provisional is never looked at again.
    Sleeps,
    /// Another code is written than the host said.
    Miswrites,
}

impl Sabotage {
    /// Whether a record counts as durable before it is written.
    pub(crate) fn calls_durable(self, record: &Record) -> bool {
        matches!(
            (self, record),
            (Self::SendsFirst, Record::Intent(_)) | (Self::ShowsFirst, Record::Approved { .. })
        )
    }

    /// The record as it reaches the store; the engine does not learn of it.
    pub(crate) fn miswritten(self, mut record: Record) -> Record {
        if let (Self::Miswrites, Record::Declined { answer, .. }) = (self, &mut record) {
            answer.code = NOT_FOUND;
        }
        record
    }

    /// What the broken till writes instead of a record. It then starts anew, and believes it.
    pub(crate) fn instead(
        self,
        record: &Record,
        ledger: &Ledger<crate::state::Table>,
    ) -> Option<Record> {
        match (self, record) {
            (Self::GivesUp, Record::Parked { entry, .. })
            | (Self::NeverConfirms, Record::ReversalNotFound { entry, .. }) => {
                Some(Record::Reversed {
                    entry: *entry,
                    code: APPROVED,
                })
            }
            (Self::VoidsByTimeout, Record::ReversalQueued { entry, stage, .. })
                if *stage == ReversalStage::First && ledger.entry(*entry)?.kind() == Kind::Void =>
            {
                Some(Record::Approved {
                    entry: *entry,
                    answer: orders::kept(APPROVED, None),
                })
            }
            _ => None,
        }
    }

    /// The approval in place of the reversal that was decided last.
    pub(crate) fn late_approval(self, last: &Record) -> Option<Record> {
        match last {
            Record::ReversalQueued { entry, stage, .. }
                if self == Self::BelievesLate && *stage == ReversalStage::First =>
            {
                Some(Record::Approved {
                    entry: *entry,
                    answer: orders::kept(APPROVED, None),
                })
            }
            _ => None,
        }
    }
}
