//! What must hold before a transaction may begin. Guards read the ledger,
//! never the phase of the machine (decision D10).

use super::{Engine, Millis, Outputs, Refusal, State};
use crate::card::MaskedPan;
#[cfg(feature = "kinds")]
use crate::iso8583::value::Source;
use crate::journal::Seq;
use crate::ledger::{Entry, Status};
#[cfg(feature = "kinds")]
use crate::profile::KeyedRefund;
#[cfg(feature = "kinds")]
use crate::transaction::Effect;
use crate::transaction::{Amount, AuthorizationCode, Batch, Kind, Reference, RequestId, Trace};

/// Records that one exchange may come to need: intent, outcome or reversal,
/// not found, confirmation, parked, resolved. An exchange begins only where
/// the journal has room for them all, for those that parked and provisional
/// ones may still need, for as many sign-ins on the way, and for the batch's
/// settlement (scenario 26).
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
    #[cfg(feature = "kinds")]
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
    #[cfg(feature = "kinds")]
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
    /// The refund of a sale or a completion, whole or in part.
    #[cfg(feature = "kinds")]
    Refund {
        /// Of which.
        of: Refunded,
        /// Minor units.
        amount: Amount,
        /// The card.
        card: MaskedPan,
        /// Where its number came from.
        source: Source,
    },
}

/// What is refunded, as the operator found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "kinds")]
pub enum Refunded {
    /// By its trace, in this journal.
    Trace(Trace),
    /// By the reference on its slip; the host decides where this journal has
    /// no such transaction.
    Reference(Reference),
}

/// What is done about a pre-authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "kinds")]
pub enum Claim {
    /// The held money is let go.
    Void,
    /// It is taken, or a part of it.
    Complete,
}

#[cfg(feature = "kinds")]
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
    /// The sale or completion that is voided or refunded.
    pub original: Option<Original>,
    /// The pre-authorization, where this journal has it: intent, batch, trace.
    #[cfg(feature = "kinds")]
    pub hold: Option<(Seq, Batch, Trace)>,
}

/// A sale or a completion as its void or refund quotes it.
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
    /// Its day, `MMDD`.
    #[cfg(feature = "kinds")]
    pub date: Option<[u8; 4]>,
    /// Its card.
    pub card: MaskedPan,
}

impl Original {
    fn of(entry: &Entry) -> Result<Self, Refusal> {
        Ok(Self {
            seq: entry.seq(),
            batch: entry.batch(),
            trace: entry.trace(),
            reference: entry.reference().ok_or(Refusal::NoReference)?,
            authorization: entry.authorization(),
            #[cfg(feature = "kinds")]
            date: entry.date(),
            card: entry.card(),
        })
    }
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
            #[cfg(feature = "kinds")]
            What::PreAuthorization { amount, .. } => {
                numbers.kind = Kind::PreAuthorization;
                numbers.amount = amount;
            }
            What::Void { original, card } => self.void_guard(original, card, &mut numbers)?,
            #[cfg(feature = "kinds")]
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
            #[cfg(feature = "kinds")]
            What::Refund {
                of,
                amount,
                card,
                source,
            } => {
                numbers.kind = Kind::Refund;
                numbers.amount = amount;
                numbers.original = self.refund_guard(of, amount, card, source)?;
            }
        }
        if numbers.amount == Amount::ZERO || numbers.amount > self.settings.amount_limit {
            return Err(Refusal::Amount);
        }
        if !self.ledger.has_room_for(numbers.kind, numbers.amount) {
            return Err(Refusal::BatchFull);
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
            #[cfg(feature = "kinds")]
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
        let unresolved = self.is_under_way();
        let due = self.guard_due.is_some_and(|due| due <= now);
        if unresolved || (due && self.ledger.oldest(Status::Provisional).is_some()) {
            self.idle_work(now, out);
            return Err(Refusal::ReversalPending);
        }
        Ok(())
    }

    /// Something is to be reversed before anything else is done.
    pub(super) fn is_under_way(&self) -> bool {
        let mut entries = self.ledger.entries().iter();
        entries.any(|entry| entry.status().is_under_way())
    }

    pub(super) fn general_guard(&self, room: usize) -> Result<(), Refusal> {
        let parked = self.ledger.parked();
        if parked >= usize::from(self.settings.parked_limit) {
            return Err(Refusal::TooManyParked);
        }
        if !self.ledger.signed_in() {
            return Err(Refusal::SignInRequired);
        }
        if self.ledger.settlement().is_some() {
            return Err(Refusal::Settling);
        }
        if self.ledger.is_full() {
            return Err(Refusal::BatchFull);
        }
        let open = parked + self.ledger.count(Status::Provisional);
        if room < RESERVE * (2 + open) + self.ledger.settlement_records() {
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
            #[cfg(feature = "kinds")]
            None if sale.kind().is_refund() => return Err(Refusal::VoidOfRefund),
            None => return Err(Refusal::VoidOfVoid),
            #[cfg(feature = "kinds")]
            Some(Kind::PreAuthorizationVoid) => return Err(Refusal::VoidByCode),
            Some(kind) => kind,
        };
        if sale.status() != Status::Approved {
            return Err(Refusal::NotVoidable(sale.status()));
        }
        if sale.batch() != self.ledger.batch() {
            return Err(Refusal::BatchClosed);
        }
        #[cfg(feature = "kinds")]
        if self.ledger.refundable(sale) != Some(sale.amount()) {
            return Err(Refusal::Refunded);
        }
        if card.is_some_and(|card| card != sale.card()) {
            return Err(Refusal::OtherCard);
        }
        numbers.amount = sale.amount();
        numbers.original = Some(Original::of(sale)?);
        Ok(())
    }

    /// Scenario 40 and unionpay.md 5.3. Where the sale is not in this journal,
    /// the host decides.
    #[cfg(feature = "kinds")]
    pub(super) fn refund_guard(
        &self,
        of: Refunded,
        amount: Amount,
        card: MaskedPan,
        source: Source,
    ) -> Result<Option<Original>, Refusal> {
        if source == Source::Keyed && self.profile.keyed_refund == KeyedRefund::Refused {
            return Err(Refusal::KeyedCard);
        }
        if amount > self.settings.refund_limit {
            return Err(Refusal::Amount);
        }
        let debit = match of {
            Refunded::Trace(trace) => {
                let entry = self.ledger.by_trace(trace);
                Some(entry.ok_or(Refusal::UnknownTrace)?)
            }
            Refunded::Reference(reference) => {
                let debit = |entry: &&Entry| {
                    entry.reference() == Some(reference)
                        && entry.kind().effect() == Effect::Debit
                        && entry.card() == card
                };
                self.ledger.entries().iter().rfind(debit)
            }
        };
        let Some(debit) = debit else {
            return Ok(None);
        };
        let left = self.ledger.refundable(debit);
        let left = left.ok_or(Refusal::NotRefundable(debit.status()))?;
        if debit.card() != card {
            return Err(Refusal::OtherCard);
        }
        if amount > left {
            return Err(Refusal::ExceedsOriginal);
        }
        Original::of(debit).map(Some)
    }

    /// Scenario 42 and unionpay.md 5.3. Where the pre-authorization is another
    /// terminal's, the host decides.
    #[cfg(feature = "kinds")]
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
            #[cfg(feature = "kinds")]
            What::PreAuthorization { amount, card } => {
                Self::fits(entry, Kind::PreAuthorization, amount, card)
            }
            #[cfg(feature = "kinds")]
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
            #[cfg(feature = "kinds")]
            What::Refund {
                of, amount, card, ..
            } => {
                let debit = entry.original().and_then(|seq| self.ledger.entry(seq));
                Self::fits(entry, Kind::Refund, amount, card)
                    && debit.is_none_or(|debit| match of {
                        Refunded::Trace(trace) => debit.trace() == trace,
                        Refunded::Reference(reference) => debit.reference() == Some(reference),
                    })
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
