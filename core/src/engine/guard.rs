//! What must hold before a transaction may begin. Guards read the ledger,
//! never the phase of the machine (decision D10).

use super::{Engine, Millis, Outputs, Refusal, State};
use crate::card::MaskedPan;
use crate::journal::Seq;
use crate::ledger::{Entry, Status};
use crate::profile::Voidable;
use crate::transaction::{Amount, AuthorizationCode, Batch, Kind, Reference, RequestId, Trace};

/// Records that one exchange may come to need: intent, outcome or reversal,
/// not found, confirmation, parked, resolved. An exchange begins only where
/// the journal has room for them all, for those that parked and provisional
/// ones may still need, and for as many sign-ins on the way (scenario 26).
pub const RESERVE: usize = 6;

/// What an operator wants, as far as guards decide by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The caller's id.
    pub request: RequestId,
    /// Sale or void, with what is its own.
    pub what: What,
}

/// Sale or void, with what is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A sale of so much on this card.
    Sale {
        /// Minor units.
        amount: Amount,
        /// The card.
        card: MaskedPan,
    },
    /// The void of a sale, whole.
    Void {
        /// The sale's trace.
        original: Trace,
        /// The card, where one was presented.
        card: Option<MaskedPan>,
    },
}

/// What the engine adds to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Field 11.
    pub trace: Trace,
    /// Field 60.2.
    pub batch: Batch,
    /// Field 4.
    pub amount: Amount,
    /// The sale that is voided.
    pub original: Option<Original>,
}

/// A sale as its void quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its intent.
    pub seq: Seq,
    /// Field 61.1.
    pub batch: Batch,
    /// Field 61.2.
    pub trace: Trace,
    /// Field 37.
    pub reference: Reference,
    /// Field 38.
    pub authorization: Option<AuthorizationCode>,
    /// Its card.
    pub card: MaskedPan,
}

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// The transaction that was begun before under an order's id; refused where
    /// the id was used for something else (rows 3 and 4).
    pub fn known(&self, order: &Order) -> Result<Option<Seq>, Refusal> {
        match self.ledger.by_request(order.request.tag()) {
            None => Ok(None),
            Some(entry) if self.same(entry, order.what) => Ok(Some(entry.seq())),
            Some(_) => Err(Refusal::RequestIdReused),
        }
    }

    /// Takes a new order if every guard lets it; then the engine is
    /// [`State::Preparing`] until the request is built or abandoned. `room` is
    /// how many records fit the journal.
    pub fn admit(
        &mut self,
        now: Millis,
        order: &Order,
        room: usize,
        out: &mut dyn Outputs,
    ) -> Result<Numbers, Refusal> {
        if self.known(order)?.is_some() {
            return Err(Refusal::RequestIdReused);
        }
        self.ready(now, out)?;
        self.general_guard(room)?;
        let (amount, original) = match order.what {
            What::Sale { amount, .. } => (amount, None),
            What::Void { original, card } => {
                let (amount, original) = self.void_guard(original, card)?;
                (amount, Some(original))
            }
        };
        if amount == Amount::ZERO || amount > self.settings.amount_limit {
            return Err(Refusal::Amount);
        }
        self.state = State::Preparing;
        Ok(Numbers {
            trace: self.ledger.next_trace(self.taken),
            batch: self.ledger.batch(),
            amount,
            original,
        })
    }

    /// Nothing under way and nothing to be reversed first (rows 2, 5, 39).
    pub(super) fn ready(&mut self, now: Millis, out: &mut dyn Outputs) -> Result<(), Refusal> {
        match self.state {
            State::Idle => {}
            State::Faulted => return Err(Refusal::StorageFault),
            _ => return Err(Refusal::Busy),
        }
        let unresolved = self
            .ledger
            .entries()
            .iter()
            .any(|entry| entry.status().is_unresolved());
        let due = self.guard_due.is_some_and(|due| due <= now);
        if unresolved || (due && self.ledger.oldest(Status::Provisional).is_some()) {
            self.idle_work(now, out);
            return Err(Refusal::ReversalPending);
        }
        Ok(())
    }

    fn general_guard(&self, room: usize) -> Result<(), Refusal> {
        if self.ledger.count(Status::Parked) >= usize::from(self.settings.parked_limit) {
            return Err(Refusal::TooManyParked);
        }
        if !self.ledger.signed_in() {
            return Err(Refusal::SignInRequired);
        }
        if self.ledger.is_full() {
            return Err(Refusal::BatchFull);
        }
        let open = self.ledger.count(Status::Parked) + self.ledger.count(Status::Provisional);
        if room < RESERVE * (2 + open) {
            return Err(Refusal::JournalFull);
        }
        Ok(())
    }

    /// Scenarios 15 and 16, rules V1 to V3 and V5 of unionpay.md 5.2.
    fn void_guard(
        &self,
        trace: Trace,
        card: Option<MaskedPan>,
    ) -> Result<(Amount, Original), Refusal> {
        let sale = self.ledger.by_trace(trace).ok_or(Refusal::UnknownTrace)?;
        if self.profile.row(sale.kind()).voidable == Voidable::No {
            return Err(Refusal::VoidOfVoid);
        }
        if sale.status() != Status::Approved {
            return Err(Refusal::NotVoidable(sale.status()));
        }
        if sale.batch() != self.ledger.batch() {
            return Err(Refusal::BatchClosed);
        }
        if card.is_some_and(|card| card != sale.card()) {
            return Err(Refusal::OtherCard);
        }
        let original = Original {
            seq: sale.seq(),
            batch: sale.batch(),
            trace: sale.trace(),
            reference: sale.reference().ok_or(Refusal::NoReference)?,
            authorization: sale.authorization(),
            card: sale.card(),
        };
        Ok((sale.amount(), original))
    }

    /// Whether an entry is what an order with its id asks for again.
    fn same(&self, entry: &Entry, what: What) -> bool {
        match what {
            What::Sale { amount, card } => {
                entry.kind() == Kind::Sale && entry.amount() == amount && entry.card() == card
            }
            What::Void { original, card } => {
                let sale = entry.original().and_then(|seq| self.ledger.entry(seq));
                entry.kind() == Kind::Void
                    && sale.is_some_and(|sale| sale.trace() == original)
                    && card.is_none_or(|card| card == entry.card())
            }
        }
    }
}
