//! How every transaction stands: the sum of the journal's records, held in a
//! table the caller gives.
//!
//! ```text
//!  Pending ──> Approved | Declined | NotSent | Reversing
//!  Reversing ──> Reversed | Provisional | Parked
//!  Provisional ──> Reversing ──> Reversed        Parked ──> Reversed | Resolved
//!  Approved ──void──> VoidPending ──void approved──> Voided
//!                     VoidPending ──void declined, not sent, reversed──> Approved
//!  Approved ──completion──> CompletionPending ──completion approved──> Completed
//!                           CompletionPending ──declined, not sent, reversed──> Approved
//!  Pending ──a refund's outcome is not known──> Unresolved ──> Resolved
//! ```
//!
//! A record that this picture does not allow is refused (state-machines.md T4).

mod apply;
mod entry;
mod outcome;
mod query;
mod settlement;
mod totals;

use crate::journal::{Durable, Identity, Record, Replay, ReplayError, Seq, Tag};
use crate::profile::Profile;
#[cfg(feature = "kinds")]
use crate::transaction::Sum;
use crate::transaction::{Amount, Batch, BatchTotals, Effect, Kind, RequestTag, Trace};
pub use entry::{Entry, Status};
pub use outcome::{Outcome, Undoing};
pub use query::Query;
pub use settlement::{Details, Settlement, Stage};
pub use totals::totals;

/// Records of a settlement that tells no details: its totals, the host's word
/// on them, its end.
const SETTLEMENT_RECORDS: usize = 3;

/// A record that contradicts the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The transaction's status does not allow it.
    #[error("ledger: a record contradicts the ones before it")]
    Inconsistent,
    /// The table is full.
    #[error("ledger: the table is full; settle, or give it more room")]
    Full,
}

/// The fold of a journal. `T` is the table: `&mut [Entry]`, an array or a
/// vector; its length is how many transactions fit.
#[derive(Clone, Debug)]
pub struct Ledger<T> {
    profile: &'static Profile,
    table: T,
    len: usize,
    identity: Option<Identity>,
    batch: Batch,
    last_trace: Option<Trace>,
    keys: Option<Seq>,
    sign_in: SignIn,
    settlement: Option<Settlement>,
    last: Seq,
    tag: Tag,
}

/// Whether the host will take a transaction's MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignIn {
    Due,
    Done,
}

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Ledger<T> {
    /// An empty ledger over a table, for a host's dialect.
    pub fn new(table: T, profile: &'static Profile) -> Self {
        Self {
            profile,
            table,
            len: 0,
            identity: None,
            batch: Batch::NONE,
            last_trace: None,
            keys: None,
            sign_in: SignIn::Due,
            settlement: None,
            last: Seq(0),
            tag: Tag::default(),
        }
    }

    /// The host's dialect.
    pub fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// Takes the next record of a replay.
    pub fn replay(&mut self, replay: &mut Replay, bytes: &[u8]) -> Result<(), ReplayError> {
        if let Some((seq, record)) = replay.next(bytes)? {
            self.apply(seq, &record).map_err(|error| match error {
                ApplyError::Inconsistent => ReplayError::Inconsistent(seq),
                ApplyError::Full => ReplayError::LedgerFull,
            })?;
        }
        Ok(())
    }

    /// Ends a replay: new records follow the last one read.
    pub fn replayed(&mut self, replay: Replay) -> Result<(), ReplayError> {
        (self.last, self.tag) = replay.finish()?;
        Ok(())
    }

    /// Takes a record that is in the journal.
    pub fn apply(&mut self, seq: Seq, record: &Durable<Record>) -> Result<(), ApplyError> {
        apply::apply(self, seq, record.record())
    }

    /// Notes that the record of `seq`, with this tag, is the journal's last.
    pub fn advance(&mut self, seq: Seq, tag: Tag) {
        (self.last, self.tag) = (seq, tag);
    }

    /// Every transaction, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.table.as_ref()[..self.len]
    }

    /// The transaction of an intent's number.
    pub fn entry(&self, seq: Seq) -> Option<&Entry> {
        let index = self.entries().binary_search_by_key(&seq, Entry::seq).ok()?;
        self.entries().get(index)
    }

    /// The transaction of a request id: known for as long as its batch is open,
    /// and after that until its row is needed for another.
    pub fn by_request(&self, tag: RequestTag) -> Option<&Entry> {
        self.entries().iter().rfind(|entry| entry.tag() == tag)
    }

    /// The transaction of a trace number: the newest, where a number came round.
    pub fn by_trace(&self, trace: Trace) -> Option<&Entry> {
        self.entries()
            .iter()
            .rev()
            .find(|entry| entry.trace() == trace)
    }

    /// The oldest transaction in a status.
    pub fn oldest(&self, status: Status) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.status() == status)
    }

    /// How many transactions are in a status.
    pub fn count(&self, status: Status) -> usize {
        self.entries()
            .iter()
            .filter(|entry| entry.status() == status)
            .count()
    }

    /// How many transactions wait for a person, or for a host that comes to its
    /// senses.
    pub fn parked(&self) -> usize {
        let parked = |entry: &&Entry| entry.status().is_parked();
        self.entries().iter().filter(parked).count()
    }

    /// How much of a debit may still be given back; none where it does not stand,
    /// or is being voided. A refund counts from the moment it is recorded, and as
    /// long as nobody knows that it failed (scenarios 40 and 41).
    #[cfg(feature = "kinds")]
    pub fn refundable(&self, debit: &Entry) -> Option<Amount> {
        let stands = matches!(debit.status(), Status::Approved | Status::ResolvedApproved);
        if !stands || debit.kind().effect() != Effect::Debit {
            return None;
        }
        let refunds = (self.entries().iter())
            .filter(|entry| entry.kind().is_refund() && entry.original() == Some(debit.seq()))
            .filter(|entry| !entry.came_to_nothing());
        let given: u64 = refunds.map(|entry| entry.amount().minor()).sum();
        let left = debit.amount().minor().checked_sub(given)?;
        Amount::new(left).ok()
    }

    /// What the open batch adds up to.
    pub fn totals(&self) -> BatchTotals {
        totals::of_batch(self.entries(), self.batch)
    }

    /// The settlement that is not finished.
    pub fn settlement(&self) -> Option<&Settlement> {
        self.settlement.as_ref()
    }

    /// What the settlement tells the host of next; none where only the end is left.
    pub fn next_details(&self) -> Option<Details> {
        let settlement = self.settlement.as_ref()?;
        let most = usize::from(self.profile.details);
        settlement.next(self.entries(), most)
    }

    /// What of the open batch's credit was refunded; the rest was voided.
    #[cfg(feature = "kinds")]
    pub fn refunds(&self) -> Sum {
        let refunds = (self.entries().iter())
            .filter(|entry| entry.batch() == self.batch && entry.kind().is_refund());
        totals(refunds).credit
    }

    /// How many records the settlement of the open batch takes at most.
    pub fn settlement_records(&self) -> usize {
        let details = (self.entries().iter()).filter(|entry| entry.batch() == self.batch);
        SETTLEMENT_RECORDS + details.count()
    }

    /// Whose journal it is; none before its first record.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The open batch.
    pub fn batch(&self) -> Batch {
        self.batch
    }

    /// The record that holds the working keys last given out.
    pub fn keys(&self) -> Option<Seq> {
        self.keys
    }

    /// True once signed in, until the host says that it must be done again.
    pub fn signed_in(&self) -> bool {
        self.sign_in == SignIn::Done
    }

    /// How many transactions the table holds.
    pub fn capacity(&self) -> usize {
        self.table.as_ref().len()
    }

    /// True where no further transaction fits the table or the batch.
    pub fn is_full(&self) -> bool {
        let in_batch = (self.entries().iter()).filter(|entry| entry.batch() == self.batch);
        let no_row = self.len == self.table.as_ref().len() && self.forgettable().is_none();
        no_row || in_batch.count() >= usize::from(self.profile.batch_limit)
    }

    /// True where the batch's sums, with one more transaction, still have the twelve
    /// digits that a settlement tells them in. What has no outcome yet counts.
    pub fn has_room_for(&self, kind: Kind, amount: Amount) -> bool {
        let same = (self.entries().iter()).filter(|entry| {
            entry.batch() == self.batch
                && entry.kind().effect() == kind.effect()
                && !entry.came_to_nothing()
        });
        let sum: u64 = same.map(|entry| entry.amount().minor()).sum();
        kind.effect() == Effect::None || sum + amount.minor() <= Amount::MAX
    }

    /// The oldest transaction whose row another may take: its batch is closed,
    /// it came to its end, and nothing of the open batch is about it.
    fn forgettable(&self) -> Option<usize> {
        let open = |batch| {
            let settling = self.settlement.as_ref().map(|one| one.batch);
            batch == self.batch || settling == Some(batch)
        };
        let wanted = |entry: &Entry| {
            (self.entries().iter())
                .any(|other| open(other.batch()) && other.original() == Some(entry.seq()))
        };
        (self.entries().iter())
            .position(|entry| !open(entry.batch()) && entry.is_over() && !wanted(entry))
    }

    /// The number of the journal's last record, and its tag.
    pub fn last(&self) -> (Seq, Tag) {
        (self.last, self.tag)
    }

    /// The trace for the next message: one more than the last, leaving out the
    /// numbers of transactions that are open or stand in the open batch, and
    /// `taken`, a number used for a message that left no record.
    pub fn next_trace(&self, taken: Option<Trace>) -> Trace {
        let last = taken.or(self.last_trace);
        let mut trace = last.map_or(Trace::FIRST, Trace::next);
        // The table has fewer rows than there are numbers, so one is free.
        while self
            .entries()
            .iter()
            .any(|entry| entry.trace() == trace && self.holds(entry))
        {
            trace = trace.next();
        }
        trace
    }

    /// Whether an entry keeps its trace from being used again.
    fn holds(&self, entry: &Entry) -> bool {
        entry.batch() == self.batch || !entry.status().is_final()
    }

    fn find_mut(&mut self, seq: Seq) -> Result<&mut Entry, ApplyError> {
        let index = self.entries().binary_search_by_key(&seq, Entry::seq);
        let index = index.map_err(|_| ApplyError::Inconsistent)?;
        self.table
            .as_mut()
            .get_mut(index)
            .ok_or(ApplyError::Inconsistent)
    }

    fn push(&mut self, entry: Entry) -> Result<(), ApplyError> {
        if self.len == self.table.as_ref().len()
            && let Some(index) = self.forgettable()
        {
            // Row by row: a move of them all links 700 bytes more into firmware.
            let rows = self.table.as_mut();
            for place in index + 1..rows.len() {
                rows[place - 1] = rows[place];
            }
            self.len -= 1;
        }
        let slot = self
            .table
            .as_mut()
            .get_mut(self.len)
            .ok_or(ApplyError::Full)?;
        *slot = entry;
        self.len += 1;
        Ok(())
    }
}
