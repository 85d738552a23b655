//! What may become of a transaction now, and why not.

#[cfg(feature = "kinds")]
use super::{Claim, Refunded};
use super::{Engine, Refusal};
#[cfg(feature = "kinds")]
use crate::iso8583::value::Source;
use crate::ledger::Entry;
#[cfg(feature = "kinds")]
use crate::transaction::{Amount, Effect};
use crate::transaction::{Kind, Trace};

/// One thing that might be done about a transaction. A refusal says in both
/// languages why it cannot be, and what to do instead ([`crate::text::refusal`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What would be done.
    pub kind: Kind,
    /// Why it cannot be; none where it can.
    pub refusal: Option<Refusal>,
}

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// What may be done about the transaction of a trace, by the guards that the
    /// command itself will meet: nothing is begun. `room` is how many records
    /// fit the journal. Refused where no transaction has the trace.
    ///
    /// | it is | what is looked at |
    /// |---|---|
    /// | a sale | its void, its refund |
    /// | a pre-authorization | its void, its completion |
    /// | a completion | its void, its refund |
    /// | a void, a refund | nothing can be done: its void is refused |
    ///
    /// A refund is possible where anything is left to be given back, with the
    /// card there: [`crate::ledger::Ledger::refundable`] says how much.
    pub fn options(
        &self,
        trace: Trace,
        room: usize,
    ) -> Result<impl Iterator<Item = Choice> + '_, Refusal> {
        let entry = self.ledger.by_trace(trace).ok_or(Refusal::UnknownTrace)?;
        let general = if self.is_under_way() {
            Some(Refusal::ReversalPending)
        } else {
            self.general_guard(room).err()
        };
        let about = move |kind: &Kind| match entry.kind().voided_by() {
            None => *kind == entry.kind(),
            Some(_) => kind.quotes() == Some(entry.kind()) || is_refund_of(*kind, entry),
        };
        Ok(Kind::ALL.into_iter().filter(about).map(move |kind| Choice {
            kind,
            // What is wrong with the transaction itself says more.
            refusal: self.claim_refused(kind, entry).or(general),
        }))
    }

    fn claim_refused(&self, kind: Kind, entry: &Entry) -> Option<Refusal> {
        #[cfg(feature = "kinds")]
        if entry.kind() == Kind::PreAuthorization {
            return self.hold_refused(kind, entry);
        }
        #[cfg(feature = "kinds")]
        if is_refund_of(kind, entry) {
            return self.refund_refused(entry);
        }
        let _ = kind;
        let mut numbers = self.numbers();
        self.void_guard(entry.trace(), None, &mut numbers).err()
    }

    /// By what stands on its slip, as the command will ask.
    #[cfg(feature = "kinds")]
    fn hold_refused(&self, kind: Kind, hold: &Entry) -> Option<Refusal> {
        let Some(authorization) = hold.authorization() else {
            return Some(Refusal::HoldNotOpen(hold.status()));
        };
        let claim = match kind {
            Kind::Completion => Claim::Complete,
            _ => Claim::Void,
        };
        self.hold_guard(claim, authorization, hold.amount(), hold.card())
            .err()
    }

    /// All that is left, or as much of it as one refund may give back; where
    /// nothing is, the least there is, which is more.
    #[cfg(feature = "kinds")]
    fn refund_refused(&self, debit: &Entry) -> Option<Refusal> {
        let left = self.ledger.refundable(debit).unwrap_or(Amount::ZERO);
        let least = Amount::new(1).unwrap_or(Amount::ZERO);
        let amount = left.min(self.settings.refund_limit).max(least);
        let of = Refunded::Trace(debit.trace());
        self.refund_guard(of, amount, debit.card(), Source::Stripe)
            .err()
    }
}

/// Whether this kind gives back what the transaction took.
#[cfg(feature = "kinds")]
fn is_refund_of(kind: Kind, entry: &Entry) -> bool {
    kind.is_refund() && entry.kind().effect() == Effect::Debit
}

/// Without refunds none does.
#[cfg(not(feature = "kinds"))]
fn is_refund_of(_: Kind, _: &Entry) -> bool {
    false
}
