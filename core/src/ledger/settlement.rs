use super::{Entry, Status};
use crate::journal::Seq;
use crate::transaction::{Batch, BatchTotals, Effect, Trace};

/// A batch that is being settled 批结算, from the record that fixed its totals to
/// the one that closes it. What it sends next follows from it alone, so that a
/// settlement goes on where power went (row S12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The batch.
    pub batch: Batch,
    /// Field 11 of the totals; the details and the end have the two after it.
    pub trace: Trace,
    /// What was sent, and is sent again: never computed anew.
    pub totals: BatchTotals,
    /// How far it is.
    pub stage: Stage,
}

/// How far a settlement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The host is asked whether its totals are the same.
    Comparing,
    /// They are: the end is told.
    Balanced,
    /// They are not: details are told up to this transaction, then the end.
    Uploading(Seq),
}

/// Transactions that one message tells the host of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Details {
    /// The first.
    pub first: Seq,
    /// The last.
    pub last: Seq,
}

impl Settlement {
    /// The next to be told: as many as one message takes, in the order of the
    /// journal; a refund goes alone, as a copy of its request (unionpay.md 7.2).
    pub(super) fn next(&self, entries: &[Entry], most: usize) -> Option<Details> {
        let Stage::Uploading(told) = self.stage else {
            return None;
        };
        let mut left =
            (entries.iter()).filter(|entry| entry.seq() > told && entry.is_detail(self.batch));
        let first = left.next()?;
        let mut details = Details {
            first: first.seq(),
            last: first.seq(),
        };
        if !first.kind().is_refund() {
            let alike = left.take_while(|entry| !entry.kind().is_refund());
            if let Some(last) = alike.take(most - 1).last() {
                details.last = last.seq();
            }
        }
        Some(details)
    }
}

impl Entry {
    /// True where the host is told of it one by one: money that was taken or
    /// refunded and still stands. A voided sale and its void say nothing; one
    /// whose void is parked stands, as that void will be reversed (scenario 57).
    pub fn is_detail(&self, batch: Batch) -> bool {
        let stands = matches!(
            self.status(),
            Status::Approved | Status::ResolvedApproved | Status::VoidPending
        );
        let moved = self.kind().effect() == Effect::Debit || self.kind().is_refund();
        self.batch() == batch && stands && moved
    }
}
