//! Which states are the same. Two are where everything that can still happen is
//! the same: how often one tried and in which order the journal tells it is
//! left out, for rule I16 says that the ledger is all a restart takes from it.
//! What the engine does not show follows from what it shows: with times of 0
//! and of the end of time, the guard time runs where something is provisional.

use crate::batch::{Settled, Sums};
use crate::host::Host;
use crate::line::{Link, Message, Sent};
use crate::orders::Order;
use crate::state::{BATCHES, ROWS, Table, World};
use annul::engine::{Attempt, Cancel, KeysRenewed, State, Then};
use annul::journal::{Balance, Record, Seq};
use annul::ledger::{Ledger, Stage, Status};
use annul::transaction::{Kind, ResponseCode, ReversalReason};
use std::fmt;
use std::hash::{Hash, Hasher};

#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct View {
    phase: Phase,
    writing: Option<(Writing, Option<ResponseCode>)>,
    running: Rows,
    durable: Rows,
    /// Running and durable.
    signed_in: [bool; 2],
    batch: [u32; 2],
    round: Option<u8>,
    unwritten: bool,
    link: Link,
    stale: Option<(Message, ResponseCode)>,
    sent: Sent,
    host: Host,
    orders: [Option<Order>; ROWS],
    shown: u8,
    changed: bool,
    /// Running and durable.
    settling: [Option<(Reached, Sums)>; 2],
    settled: [Option<Settled>; BATCHES],
}

pub(crate) type Rows = [Option<Row>; ROWS];

/// What of an entry can differ between two states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) status: Status,
    pub(crate) kind: Kind,
    code: Option<ResponseCode>,
    pub(crate) reason: Option<ReversalReason>,
    discrepancy: bool,
    pub(crate) batch: u32,
    /// The host is told of it one by one.
    pub(crate) detail: bool,
    pub(crate) not_found: bool,
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Phase {
    Idle,
    Opening(Cancel),
    Awaiting(u8, Cancel),
    Concluding(u8),
    ReversalOpening(u8),
    ReversalAwaiting(Try, u64),
    ReversalBackoff(Try, u64),
    ReversalConcluding(u8),
    /// With the reversal that it is for.
    SignInAwaiting(Option<Try>, u64),
    SignInConcluding(Option<Try>),
    /// With the number of the attempt.
    SettlementAwaiting(u8, u64),
    SettlementBackoff(u8, u64),
    SettlementConcluding,
    Faulted,
}

/// The place of a transaction, the number of the attempt, and its keys.
type Try = (u8, u8, KeysRenewed);

/// How far a settlement is; details by the place of the last that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Reached {
    Comparing,
    Balanced,
    Uploading(Option<u8>),
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Writing {
    Intent,
    NotSent,
    Approved,
    Declined,
    Queued(ReversalReason),
    NotFound,
    Reversed,
    Parked,
    Unresolved(ReversalReason),
    Resolved(Status),
    Keys,
    SettlementStarted,
    SettlementAnswered(bool),
    /// Up to whom follows from the ledger.
    UploadProgress,
    BatchClosed,
}

/// The transactions of a ledger by their place.
pub(crate) fn rows(ledger: &Ledger<Table>) -> Rows {
    let mut rows = [None; ROWS];
    for (row, entry) in rows.iter_mut().zip(ledger.entries()) {
        *row = Some(Row {
            status: entry.status(),
            kind: entry.kind(),
            code: entry.code(),
            reason: entry.reversal_reason(),
            discrepancy: entry.discrepancy(),
            batch: entry.batch().number(),
            detail: entry.is_detail(entry.batch()),
            not_found: entry.was_not_found(),
        });
    }
    rows
}

impl World {
    pub(crate) fn view(&self) -> View {
        View {
            phase: self.phase(),
            writing: self.engine.outstanding().map(writing),
            running: rows(self.engine.ledger()),
            durable: rows(self.disk.ledger()),
            signed_in: [&self.engine.ledger(), &self.disk.ledger()].map(|it| it.signed_in()),
            batch: [&self.engine.ledger(), &self.disk.ledger()].map(|it| it.batch().number()),
            round: self.round,
            unwritten: self.unwritten.is_some(),
            link: self.link,
            stale: self.stale,
            sent: self.sent,
            host: self.host,
            orders: self.orders,
            shown: self.shown,
            changed: self.changed,
            settling: [&self.engine.ledger(), &self.disk.ledger()].map(|it| self.settling_of(it)),
            settled: self.settled,
        }
    }

    fn phase(&self) -> Phase {
        match self.engine.state() {
            State::Idle => Phase::Idle,
            State::Opening { cancelled } => Phase::Opening(*cancelled),
            State::Awaiting {
                entry, cancelled, ..
            } => Phase::Awaiting(self.place(*entry), *cancelled),
            State::Concluding { entry } => Phase::Concluding(self.place(*entry)),
            State::ReversalOpening { entry } => Phase::ReversalOpening(self.place(*entry)),
            State::ReversalAwaiting { attempt, due } => {
                Phase::ReversalAwaiting(self.attempt(*attempt), due.0)
            }
            State::ReversalBackoff { attempt, due } => {
                Phase::ReversalBackoff(self.attempt(*attempt), due.0)
            }
            State::SignInAwaiting { then, due, .. } => {
                Phase::SignInAwaiting(self.then(*then), due.0)
            }
            State::SignInConcluding { then } => Phase::SignInConcluding(self.then(*then)),
            State::ReversalConcluding { entry } => Phase::ReversalConcluding(self.place(*entry)),
            State::SettlementAwaiting { attempt, due } => {
                Phase::SettlementAwaiting(*attempt, due.0)
            }
            State::SettlementBackoff { attempt, due } => Phase::SettlementBackoff(*attempt, due.0),
            State::SettlementConcluding => Phase::SettlementConcluding,
            State::Faulted => Phase::Faulted,
            other @ (State::Founding
            | State::Preparing
            | State::InquiryAwaiting { .. }
            | State::EchoAwaiting { .. }) => {
                unreachable!("the model does not come here: {other:?}")
            }
        }
    }

    fn settling_of(&self, ledger: &Ledger<Table>) -> Option<(Reached, Sums)> {
        let settlement = ledger.settlement()?;
        let reached = match settlement.stage {
            Stage::Comparing => Reached::Comparing,
            Stage::Balanced => Reached::Balanced,
            Stage::Uploading(Seq(0)) => Reached::Uploading(None),
            Stage::Uploading(told) => Reached::Uploading(Some(self.place(told))),
        };
        Some((reached, settlement.totals.all().into()))
    }

    fn attempt(&self, attempt: Attempt) -> Try {
        (self.place(attempt.entry), attempt.number, attempt.keys)
    }

    fn then(&self, then: Then) -> Option<Try> {
        match then {
            Then::Idle => None,
            Then::Reversal(attempt) => Some(self.attempt(attempt)),
        }
    }
}

fn writing(record: &Record) -> (Writing, Option<ResponseCode>) {
    match record {
        Record::Intent(_) => (Writing::Intent, None),
        Record::NotSent { .. } => (Writing::NotSent, None),
        Record::Approved { answer, .. } => (Writing::Approved, Some(answer.code)),
        Record::Declined { answer, .. } => (Writing::Declined, Some(answer.code)),
        Record::ReversalQueued { reason, code, .. } => (Writing::Queued(*reason), *code),
        Record::ReversalNotFound { code, .. } => (Writing::NotFound, Some(*code)),
        Record::Reversed { code, .. } => (Writing::Reversed, Some(*code)),
        Record::KeysChanged(_) => (Writing::Keys, None),
        Record::Parked { code, .. } => (Writing::Parked, *code),
        Record::Unresolved { reason, code, .. } => (Writing::Unresolved(*reason), *code),
        Record::Resolved { verdict, .. } => (Writing::Resolved((*verdict).into()), None),
        Record::SettlementStarted { .. } => (Writing::SettlementStarted, None),
        Record::SettlementAnswered { comparison } => {
            let equal = comparison.domestic == Balance::Equal;
            (Writing::SettlementAnswered(equal), None)
        }
        Record::UploadProgress { refused, .. } => (Writing::UploadProgress, *refused),
        Record::BatchClosed { .. } => (Writing::BatchClosed, None),
        Record::Opened(_) => unreachable!("the model founds no journal"),
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.view() == other.view()
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.view().hash(state);
    }
}
