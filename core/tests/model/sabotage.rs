//! Tills that break one rule. It is broken between engine and world, as in
//! `tests/sabotage.rs`: the engine is the real one, and the journal is made to
//! say what a till without the rule would have in it.

use crate::host::{APPROVED, NOT_FOUND};
use crate::orders::{self, Order};
use crate::state::{Table, World};
use annul::engine::{Numbers, Refusal};
use annul::journal::{Record, ReversalStage};
use annul::ledger::{Ledger, Status};
use annul::transaction::{Batch, Kind};

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
    /// M5, of refunds: a sale is refunded or voided although it was refunded.
    RefundsTwice,
    /// M6: a pending reversal is put aside for a new sale.
    PutsAside,
    /// M7: a reversal whose attempts are used up is dropped.
    GivesUp,
    /// M8: a void without an answer counts as done.
    VoidsByTimeout,
    /// M9: the second transaction has the trace of the first.
    ReusesTraces,
    /// M10: a decline is shown and not written.
    KeepsNoDecline,
    /// M11: a batch is settled although a reversal waits to be confirmed.
    SettlesWhilePending,
    /// M12: a sale is voided although its batch is closed.
    VoidsAfterClose,
    /// M13: the next transaction is begun while the batch is being settled.
    SellsWhileSettling,
    /// T2: the host is told of the first details and no others.
    SkipsDetails,
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
    pub(crate) fn miswritten(self, record: Record, ledger: &Ledger<Table>) -> Record {
        match (self, record) {
            (Self::Miswrites, Record::Declined { entry, mut answer }) => {
                answer.code = NOT_FOUND;
                Record::Declined { entry, answer }
            }
            (Self::KeepsNoDecline, Record::Declined { .. }) => again(ledger, ledger.batch()),
            (_, record) => record,
        }
    }

    /// The journal of a till that has not this guard; false where it has. The
    /// till starts anew behind it.
    pub(crate) fn overrules(
        self,
        refusal: Refusal,
        order: Order,
        at: u8,
        world: &mut World,
    ) -> bool {
        let ledger = world.engine.ledger();
        match (self, refusal) {
            (Self::VoidsTwice, Refusal::NotVoidable(Status::Voided)) => world.disk.deny(Kind::Void),
            (Self::RefundsTwice, Refusal::Refunded | Refusal::ExceedsOriginal) => {
                world.disk.deny(Kind::Refund);
            }
            (Self::PutsAside, Refusal::Busy) => {
                let numbers = Numbers {
                    kind: Kind::Sale,
                    trace: ledger.next_trace(None),
                    batch: ledger.batch(),
                    amount: orders::minor(orders::amount(at)),
                    original: None,
                    hold: None,
                };
                let intent = orders::intent(orders::request(at), order, &numbers);
                world.disk.append(&Record::Intent(intent));
                world.orders[usize::from(at)] = Some(order);
            }
            (Self::VoidsAfterClose, Refusal::BatchClosed) => {
                let original = order.original().expect("a void has an original");
                let batch = ledger.entries()[usize::from(original)].batch();
                let opened = again(ledger, batch);
                world.disk.append(&opened);
            }
            (Self::SellsWhileSettling, Refusal::Settling) => world.disk.forget_settlement(),
            _ => return false,
        }
        true
    }

    /// The transaction whose trace a message of another one has.
    pub(crate) fn quoted_trace(self, at: u8) -> u8 {
        match self {
            Self::ReusesTraces => 0,
            _ => at,
        }
    }

    /// What the broken till writes instead of a record. It then starts anew, and believes it.
    pub(crate) fn instead(self, record: &Record, ledger: &Ledger<Table>) -> Option<Record> {
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
            (Self::SkipsDetails, Record::UploadProgress { .. }) => Some(Record::UploadProgress {
                upto: ledger.entries().last()?.seq(),
                refused: None,
            }),
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

/// A sign-in that brings nothing but this batch.
fn again(ledger: &Ledger<Table>, batch: Batch) -> Record {
    Record::KeysChanged(orders::keys(ledger.next_trace(None), batch))
}
