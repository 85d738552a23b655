//! The host, as good and as bad as hosts are: it answers a repeated request as
//! it did before, voids whatever sale stands, and either remembers a reversal
//! of what it never saw, or does not.

use crate::batch::Sums;
use crate::orders::{Order, amount};
use crate::state::ROWS;
use annul::transaction::ResponseCode;

/// What a host does about a reversal whose original it never saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// It keeps a tombstone: the original is declined if it comes later.
    Tombstone,
    /// It answers 25 and forgets (B.6 of state-machines.md).
    Forgets,
}

/// What the host makes of a message, where it has a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Approve,
    /// Of totals: they are not its own, even where they are.
    Decline,
    /// It does nothing: the keys are out of step. Of reversals only.
    RefuseMac,
    /// It takes the money and answers that it does not know. Of totals: it
    /// cannot compare them.
    Doubt,
}

/// A transaction as it stands at the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fate {
    Declined(ResponseCode),
    Live,
    Undone,
    /// Reversed before it came.
    Buried,
}

/// The host's book: one row a trace number of the batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Host {
    rows: [Option<(Fate, Order)>; ROWS],
}

pub(crate) const APPROVED: ResponseCode = ResponseCode::literal(*b"00");
pub(crate) const NOT_FOUND: ResponseCode = ResponseCode::literal(*b"25");
pub(crate) const REFUSED_MAC: ResponseCode = ResponseCode::literal(*b"A0");
pub(crate) const DECLINED: ResponseCode = ResponseCode::literal(*b"05");
const DUPLICATE: ResponseCode = ResponseCode::literal(*b"94");
pub(crate) const IN_DOUBT: ResponseCode = ResponseCode::literal(*b"98");

impl Host {
    /// True where the host has a choice.
    pub(crate) fn chooses(&self, at: u8, order: Order) -> bool {
        let stands = |sale| self.stands(sale);
        self.fate(at).is_none() && order.original().is_none_or(stands)
    }

    /// A request arrives.
    pub(crate) fn request(&mut self, at: u8, order: Order, says: Says) -> ResponseCode {
        match self.fate(at) {
            Some(Fate::Live) => return APPROVED,
            Some(Fate::Declined(code)) => return code,
            Some(Fate::Undone | Fate::Buried) => return DUPLICATE,
            None => {}
        }
        let (fate, code) = match (self.chooses(at, order), says) {
            (false, _) => (Fate::Declined(NOT_FOUND), NOT_FOUND),
            (true, Says::Approve) => (Fate::Live, APPROVED),
            (true, Says::Doubt) => (Fate::Live, IN_DOUBT),
            (true, Says::Decline | Says::RefuseMac) => (Fate::Declined(DECLINED), DECLINED),
        };
        self.set(at, fate, order);
        code
    }

    /// A reversal arrives.
    pub(crate) fn reversal(&mut self, at: u8, order: Order, memory: Memory) -> ResponseCode {
        match (self.fate(at), memory) {
            (Some(Fate::Live | Fate::Undone), _) => {
                self.set(at, Fate::Undone, order);
                APPROVED
            }
            (None, Memory::Tombstone) => {
                self.set(at, Fate::Buried, order);
                NOT_FOUND
            }
            (None, Memory::Forgets) | (Some(Fate::Declined(_) | Fate::Buried), _) => NOT_FOUND,
        }
    }

    /// True where the host's book holds a transaction's money.
    pub(crate) fn stands(&self, at: u8) -> bool {
        self.fate(at) == Some(Fate::Live)
    }

    /// The approved voids or completions of a transaction, but for those that
    /// were voided.
    pub(crate) fn claims_on(&self, original: u8) -> usize {
        let claims = (self.live()).filter(|(_, order)| order.original() == Some(original));
        let claims = claims.filter(|(_, order)| !matches!(order, Order::Refund(_)));
        claims.filter(|(at, _)| self.claims_on(*at) == 0).count()
    }

    /// True where more of a transaction was voided and refunded than it took.
    pub(crate) fn gave_too_much(&self, original: u8) -> bool {
        let given = (self.live())
            .filter(|(_, order)| order.original() == Some(original) && order.sign() < 0);
        let given: i64 = given.map(|(at, order)| self.amount(at, order)).sum();
        self.quoted(original)
            .is_some_and(|(at, order)| given > self.amount(at, order))
    }

    /// What transactions add up to.
    pub(crate) fn sums(&self, of: impl Fn(u8) -> bool) -> Sums {
        let mut sums = Sums::default();
        for (at, order) in self.live().filter(|(at, _)| of(*at)) {
            let amount = self.amount(at, order).unsigned_abs();
            match order.sign() {
                1 => sums.debit = (sums.debit.0 + 1, sums.debit.1 + amount),
                -1 => sums.credit = (sums.credit.0 + 1, sums.credit.1 + amount),
                _ => {}
            }
        }
        sums
    }

    /// Debit less credit, in minor units.
    pub(crate) fn net(&self) -> i64 {
        self.live()
            .map(|(at, order)| order.sign() * self.amount(at, order))
            .sum()
    }

    /// A void and a completion are of the whole of what they quote, a refund of
    /// a part.
    fn amount(&self, at: u8, order: Order) -> i64 {
        match order.original().and_then(|at| self.quoted(at)) {
            Some((at, quoted)) => order.part(self.amount(at, quoted)),
            None => amount(at),
        }
    }

    fn quoted(&self, at: u8) -> Option<(u8, Order)> {
        Some((at, self.rows[usize::from(at)]?.1))
    }

    fn live(&self) -> impl Iterator<Item = (u8, Order)> {
        let rows = (0..)
            .zip(self.rows)
            .filter_map(|(at, row)| Some((at, row?)));
        rows.filter_map(|(at, (fate, order))| (fate == Fate::Live).then_some((at, order)))
    }

    fn fate(&self, at: u8) -> Option<Fate> {
        self.rows[usize::from(at)].map(|(fate, _)| fate)
    }

    fn set(&mut self, at: u8, fate: Fate, order: Order) {
        self.rows[usize::from(at)] = Some((fate, order));
    }
}
