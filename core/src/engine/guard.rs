//! What must hold before a transaction may begin. Guards read the ledger,
//! never the phase of the machine (decision D10).

use super::{Engine, Millis, Outputs, Refusal, State};
use crate::card::MaskedPan;
use crate::journal::Seq;
use crate::ledger::{Entry, Status};
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
    /// What, with what is its own.
    pub what: What,
}

/// A kind of transaction, with what is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A sale of so much on this card.
    Sale {
        /// Minor units.
        amount: Amount,
        /// The card.
        card: MaskedPan,
    },
    /// A pre-authorization of so much on this card.
    #[cfg(feature = "holds")]
    PreAuthorization {
        /// Minor units.
        amount: Amount,
        /// The card.
        card: MaskedPan,
    },
    /// The void of a sale or a completion, whole.
    Void {
        /// The trace of what is voided.
        original: Trace,
        /// The card, where one was presented.
        card: Option<MaskedPan>,
    },
    /// The void or the completion of a pre-authorization, which may be that of
    /// another terminal of the merchant.
    #[cfg(feature = "holds")]
    Hold {
        /// Which of the two.
        claim: Claim,
        /// Its authorization code.
        authorization: AuthorizationCode,
        /// Minor units: the whole of a void, or what a completion takes.
        amount: Amount,
        /// The card.
        card: MaskedPan,
    },
}

/// What is done about a pre-authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "holds")]
pub enum Claim {
    /// The held money is let go.
    Void,
    /// It is taken, or a part of it.
    Complete,
}

#[cfg(feature = "holds")]
impl Claim {
    /// The kind of its transaction.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Void => Kind::PreAuthorizationVoid,
            Self::Complete => Kind::Completion,
        }
    }
}

/// What the engine adds to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Its kind: that of a void follows from what is voided.
    pub kind: Kind,
    /// Field 11.
    pub trace: Trace,
    /// Field 60.2.
    pub batch: Batch,
    /// Field 4.
    pub amount: Amount,
    /// The sale or completion that is voided.
    pub original: Option<Original>,
    /// The pre-authorization, where this journal has it: intent, batch, trace.
    #[cfg(feature = "holds")]
    pub hold: Option<(Seq, Batch, Trace)>,
}

/// A sale or a completion as its void quotes it.
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
        let mut numbers = self.numbers();
        match order.what {
            What::Sale { amount, .. } => numbers.amount = amount,
            #[cfg(feature = "holds")]
            What::PreAuthorization { amount, .. } => {
                numbers.kind = Kind::PreAuthorization;
                numbers.amount = amount;
            }
            What::Void { original, card } => self.void_guard(original, card, &mut numbers)?,
            #[cfg(feature = "holds")]
            What::Hold {
                claim,
                authorization,
                amount,
                card,
            } => {
                numbers.kind = claim.kind();
                numbers.amount = amount;
                numbers.hold = self.hold_guard(claim, authorization, amount, card)?;
            }
        }
        if numbers.amount == Amount::ZERO || numbers.amount > self.settings.amount_limit {
            return Err(Refusal::Amount);
        }
        self.state = State::Preparing;
        Ok(numbers)
    }

    /// Those of the next transaction, before it is known what it is.
    pub(super) fn numbers(&self) -> Numbers {
        Numbers {
            kind: Kind::Sale,
            trace: self.ledger.next_trace(self.taken),
            batch: self.ledger.batch(),
            amount: Amount::ZERO,
            original: None,
            #[cfg(feature = "holds")]
            hold: None,
        }
    }

    /// Nothing under way and nothing to be reversed first (rows 2, 5, 39).
    pub(super) fn ready(&mut self, now: Millis, out: &mut dyn Outputs) -> Result<(), Refusal> {
        match self.state {
            State::Idle => {}
            State::Faulted => return Err(Refusal::StorageFault),
            _ => return Err(Refusal::Busy),
        }
        let unresolved = self.is_unresolved();
        let due = self.guard_due.is_some_and(|due| due <= now);
        if unresolved || (due && self.ledger.oldest(Status::Provisional).is_some()) {
            self.idle_work(now, out);
            return Err(Refusal::ReversalPending);
        }
        Ok(())
    }

    /// Something is to be reversed before anything else is done.
    pub(super) fn is_unresolved(&self) -> bool {
        let mut entries = self.ledger.entries().iter();
        entries.any(|entry| entry.status().is_unresolved())
    }

    pub(super) fn general_guard(&self, room: usize) -> Result<(), Refusal> {
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
    pub(super) fn void_guard(
        &self,
        trace: Trace,
        card: Option<MaskedPan>,
        numbers: &mut Numbers,
    ) -> Result<(), Refusal> {
        let sale = self.ledger.by_trace(trace).ok_or(Refusal::UnknownTrace)?;
        numbers.kind = match sale.kind().voided_by() {
            None => return Err(Refusal::VoidOfVoid),
            #[cfg(feature = "holds")]
            Some(Kind::PreAuthorizationVoid) => return Err(Refusal::VoidByCode),
            Some(kind) => kind,
        };
        if sale.status() != Status::Approved {
            return Err(Refusal::NotVoidable(sale.status()));
        }
        if sale.batch() != self.ledger.batch() {
            return Err(Refusal::BatchClosed);
        }
        if card.is_some_and(|card| card != sale.card()) {
            return Err(Refusal::OtherCard);
        }
        numbers.amount = sale.amount();
        numbers.original = Some(Original {
            seq: sale.seq(),
            batch: sale.batch(),
            trace: sale.trace(),
            reference: sale.reference().ok_or(Refusal::NoReference)?,
            authorization: sale.authorization(),
            card: sale.card(),
        });
        Ok(())
    }

    /// Scenario 42 and unionpay.md 5.3. Where the pre-authorization is another
    /// terminal's, the host decides.
    #[cfg(feature = "holds")]
    pub(super) fn hold_guard(
        &self,
        claim: Claim,
        authorization: AuthorizationCode,
        amount: Amount,
        card: MaskedPan,
    ) -> Result<Option<(Seq, Batch, Trace)>, Refusal> {
        let hold = |entry: &&Entry| {
            entry.kind() == Kind::PreAuthorization
                && entry.card() == card
                && entry.authorization() == Some(authorization)
        };
        let Some(hold) = self.ledger.entries().iter().rfind(hold) else {
            return Ok(None);
        };
        if hold.status() != Status::Approved {
            return Err(Refusal::HoldNotOpen(hold.status()));
        }
        let limit = hold.amount().minor() * u64::from(self.profile.completion_limit);
        match claim {
            Claim::Void if amount != hold.amount() => Err(Refusal::OtherAmount),
            Claim::Complete if amount.minor() * 100 > limit => Err(Refusal::ExceedsHold),
            _ => Ok(Some((hold.seq(), hold.batch(), hold.trace()))),
        }
    }

    /// Whether an entry is what an order with its id asks for again.
    fn same(&self, entry: &Entry, what: What) -> bool {
        match what {
            What::Sale { amount, card } => Self::fits(entry, Kind::Sale, amount, card),
            #[cfg(feature = "holds")]
            What::PreAuthorization { amount, card } => {
                Self::fits(entry, Kind::PreAuthorization, amount, card)
            }
            #[cfg(feature = "holds")]
            What::Hold {
                claim,
                authorization,
                amount,
                card,
            } => {
                let hold = entry.original().and_then(|seq| self.ledger.entry(seq));
                Self::fits(entry, claim.kind(), amount, card)
                    && hold.is_none_or(|hold| hold.authorization() == Some(authorization))
            }
            What::Void { original, card } => {
                let sale = entry.original().and_then(|seq| self.ledger.entry(seq));
                entry.kind().is_void()
                    && sale.is_some_and(|sale| sale.trace() == original)
                    && card.is_none_or(|card| card == entry.card())
            }
        }
    }

    fn fits(entry: &Entry, kind: Kind, amount: Amount, card: MaskedPan) -> bool {
        entry.kind() == kind && entry.amount() == amount && entry.card() == card
    }
}
