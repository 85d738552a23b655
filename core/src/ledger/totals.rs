use super::{Entry, Outcome};
use crate::transaction::{Amount, Effect};

/// What a batch adds up to. A voided sale stays in the debit and its void
/// stands in the credit, with the refunds (unionpay.md 7.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Taken from cards.
    pub debit: Sum,
    /// Given back.
    pub credit: Sum,
    /// What of it was refunded; the rest was voided.
    pub refunds: Sum,
}

/// How many, and how much in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many transactions.
    pub count: u32,
    /// Minor units.
    pub amount: u64,
}

impl Totals {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut totals = Self::default();
        for entry in entries.iter().filter(|entry| stands(entry)) {
            match entry.kind().effect() {
                Effect::Debit => totals.debit.add(entry.amount()),
                Effect::Credit => {
                    totals.credit.add(entry.amount());
                    if entry.kind().is_refund() {
                        totals.refunds.add(entry.amount());
                    }
                }
                Effect::None => {}
            }
        }
        totals
    }

    /// What was voided.
    pub const fn voids(&self) -> Sum {
        Sum {
            count: self.credit.count - self.refunds.count,
            amount: self.credit.amount - self.refunds.amount,
        }
    }

    /// Debit less credit, in minor units.
    pub fn net(&self) -> i64 {
        let signed = |sum: Sum| i64::try_from(sum.amount).unwrap_or(i64::MAX);
        signed(self.debit) - signed(self.credit)
    }
}

impl Sum {
    fn add(&mut self, amount: Amount) {
        self.count += 1;
        self.amount += amount.minor();
    }
}

/// Whether money moved at the host, as far as the terminal knows.
fn stands(entry: &Entry) -> bool {
    entry.outcome() == Outcome::Approved
}
