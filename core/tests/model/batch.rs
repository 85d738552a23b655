//! What the world remembers of a settlement: the totals that were sent, who was
//! listed, which details were told, and how the batch stood when it closed.

use crate::line::bit;
use crate::orders::Order;
use crate::state::{ROWS, World};
use crate::view::{Row, Rows, rows};
use annul::ledger::{Entry, Ledger, Stage, Status, totals};
use annul::transaction::Totals;

/// How many transactions and how much, of debit and of credit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Sums {
    pub(crate) debit: (u32, u64),
    pub(crate) credit: (u32, u64),
}

impl From<Totals> for Sums {
    fn from(totals: Totals) -> Self {
        Self {
            debit: (totals.debit.count, totals.debit.amount),
            credit: (totals.credit.count, totals.credit.amount),
        }
    }
}

/// A batch from the record that fixed its totals on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Settled {
    pub(crate) batch: u32,
    /// What was sent.
    pub(crate) totals: Sums,
    /// Parked or without an outcome when it began, a bit a transaction.
    pub(crate) listed: u8,
    /// The host was told of them, a bit a transaction.
    pub(crate) told: u8,
    /// The host found the totals equal.
    pub(crate) balanced: bool,
    /// How its transactions stood when it closed.
    pub(crate) closed: Option<Rows>,
}

impl Settled {
    /// True for a transaction of this batch.
    pub(crate) fn has(&self, row: Row) -> bool {
        row.batch == self.batch
    }

    /// How a transaction stood when the batch closed.
    pub(crate) fn closed_as(&self, at: u8) -> Option<Status> {
        self.closed
            .and_then(|rows| Some(rows[usize::from(at)]?.status))
    }

    /// True where a person knows that it is open still, or what it is about is.
    pub(crate) fn is_listed(&self, at: u8, orders: [Option<Order>; ROWS]) -> bool {
        let mut about = (0..)
            .zip(orders)
            .filter(|(by, _)| self.listed & bit(*by) != 0);
        self.listed & bit(at) != 0
            || about.any(|(_, order)| order.and_then(Order::original) == Some(at))
    }
}

impl World {
    /// Looks at what became durable.
    pub(crate) fn note_settlement(&mut self, before: &Self) {
        let (old, new) = (before.disk.ledger(), self.disk.ledger());
        let began = old.settlement().is_none();
        if let (true, Some(settlement)) = (began, new.settlement()) {
            let listed = (0..).zip(new.entries());
            let listed = listed.filter(|(_, entry)| entry.status().is_parked());
            let settled = Settled {
                batch: settlement.batch.number(),
                totals: settlement.totals.all().into(),
                listed: listed.fold(0, |bits, (at, _)| bits | bit(at)),
                told: 0,
                balanced: false,
                closed: None,
            };
            let free = self.settled.iter_mut().find(|one| one.is_none());
            *free.expect("so many settlements") = Some(settled);
        }
        let balanced = (new.settlement()).is_some_and(|one| one.stage == Stage::Balanced);
        let closed = new.settlement().is_none() && new.batch() != old.batch();
        if let Some(open) = self.settling_mut() {
            open.balanced |= balanced;
        }
        if closed {
            self.close_batch();
        }
    }

    /// The batch that is being settled is closed.
    pub(crate) fn close_batch(&mut self) {
        let now = rows(self.disk.ledger());
        if let Some(open) = self.settling_mut() {
            open.closed = Some(now.map(|row| row.filter(|row| open.has(*row))));
        }
    }

    pub(crate) fn settling(&self) -> Option<&Settled> {
        let mut settled = self.settled.iter().flatten();
        settled.find(|one| one.closed.is_none())
    }

    pub(crate) fn settling_mut(&mut self) -> Option<&mut Settled> {
        let mut settled = self.settled.iter_mut().flatten();
        settled.find(|one| one.closed.is_none())
    }

    /// Whether the host's totals of the batch are those that were sent.
    pub(crate) fn compares(&self) -> bool {
        self.settling().is_some_and(|one| {
            let rows = rows(self.disk.ledger());
            let own = |at: u8| rows[usize::from(at)].is_some_and(|row| one.has(row));
            self.host.sums(own) == one.totals
        })
    }

    /// The host is told of transactions.
    pub(crate) fn tell(&mut self, first: u8, last: u8) {
        let rows = rows(self.disk.ledger());
        if let Some(open) = self.settling_mut() {
            for at in first..=last {
                let row = rows[usize::from(at)];
                if row.is_some_and(|row| open.has(row) && row.detail) {
                    open.told |= bit(at);
                }
            }
        }
    }
}

/// What a ledger says that transactions of a batch add up to.
pub(crate) fn sums<T>(ledger: &Ledger<T>, batch: u32, of: impl Fn(u8) -> bool) -> Sums
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let own = (0..).zip(ledger.entries());
    let own = own.filter(|(at, entry)| entry.batch().number() == batch && of(*at));
    totals(own.map(|(_, entry)| entry)).into()
}
