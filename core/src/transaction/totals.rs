use super::{Amount, Effect};

/// What a batch adds up to, cards of the country and others apart, as the host
/// compares them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchTotals {
    /// Cards of a domestic organisation 内卡.
    pub domestic: Totals,
    /// All other cards 外卡.
    pub foreign: Totals,
}

/// What was taken and what was given back. A voided sale stays in the debit and
/// its void stands in the credit, with the refunds (unionpay.md 7.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Taken from cards.
    pub debit: Sum,
    /// Given back.
    pub credit: Sum,
}

/// How many, and how much in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many transactions.
    pub count: u32,
    /// Minor units.
    pub amount: u64,
}

impl BatchTotals {
    /// Both together.
    pub fn all(&self) -> Totals {
        let sum = |one: Sum, other: Sum| Sum {
            count: one.count + other.count,
            amount: one.amount + other.amount,
        };
        Totals {
            debit: sum(self.domestic.debit, self.foreign.debit),
            credit: sum(self.domestic.credit, self.foreign.credit),
        }
    }

    /// Domestic debit and credit, foreign debit and credit.
    pub const fn sums(&self) -> [Sum; 4] {
        let Self { domestic, foreign } = self;
        [
            domestic.debit,
            domestic.credit,
            foreign.debit,
            foreign.credit,
        ]
    }

    /// Of sums in the same order.
    pub const fn of_sums([debit, credit, abroad, back]: [Sum; 4]) -> Self {
        Self {
            domestic: Totals { debit, credit },
            foreign: Totals {
                debit: abroad,
                credit: back,
            },
        }
    }
}

impl Totals {
    /// One more transaction.
    pub(crate) fn add(&mut self, effect: Effect, amount: Amount) {
        match effect {
            Effect::Debit => self.debit.add(amount),
            Effect::Credit => self.credit.add(amount),
            Effect::None => {}
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
