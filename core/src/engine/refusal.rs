use crate::crypto::SecurityFault;
use crate::ledger::Status;

/// Why a command was not begun. Nothing was recorded and nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another exchange is under way.
    #[error("another transaction is under way; wait for it")]
    Busy,
    /// A reversal must be finished first. It was begun.
    #[error("a reversal is pending; it is being sent, try again after it")]
    ReversalPending,
    /// Too many parked reversals.
    #[error("too many reversals are parked; run recover, or call the acquirer")]
    TooManyParked,
    /// There are no working keys, or the host asks for new ones.
    #[error("not signed in; sign in first")]
    SignInRequired,
    /// The table holds no more transactions.
    #[error("the batch is full; settle first")]
    BatchFull,
    /// The journal may not have room for the outcome.
    #[error("the journal is full; settle, or free storage")]
    JournalFull,
    /// The journal failed and must be opened again.
    #[error("the journal failed; restart the terminal, check its storage")]
    StorageFault,
    /// Zero, or above the limit.
    #[error("the amount is zero or above the limit")]
    Amount,
    /// The request id was used for something else.
    #[error("this request id was used for another transaction; use a new one")]
    RequestIdReused,
    /// No transaction has this trace number.
    #[error("no transaction has this trace number; look it up on the slip")]
    UnknownTrace,
    /// No transaction has this request id.
    #[error("no transaction has this request id")]
    UnknownRequest,
    /// The transaction is not an approved sale.
    #[error("a transaction that is {} cannot be voided", .0.word())]
    NotVoidable(Status),
    /// A void itself cannot be voided.
    #[error("a void cannot be voided; make a new sale")]
    VoidOfVoid,
    /// The sale's batch is closed.
    #[error("the sale's batch is closed; make a refund instead")]
    BatchClosed,
    /// The sale has no reference of the host, which a void must quote.
    #[error("the sale has no reference number, so the host cannot find it; call the acquirer")]
    NoReference,
    /// A pre-authorization is voided by what stands on its slip.
    #[error("this is a pre-authorization; void it by its authorization code, date and amount")]
    #[cfg(feature = "holds")]
    VoidByCode,
    /// The pre-authorization is not open.
    #[error("the pre-authorization is {}; it can be neither voided nor completed", .0.word())]
    #[cfg(feature = "holds")]
    HoldNotOpen(Status),
    /// More than the pre-authorization lets a completion take.
    #[error("more than the pre-authorization allows; take less, or sell the rest")]
    #[cfg(feature = "holds")]
    ExceedsHold,
    /// A void is for the whole amount.
    #[error("a void is for the whole amount; enter that of the pre-authorization")]
    #[cfg(feature = "holds")]
    OtherAmount,
    /// Another card than the sale's.
    #[error("this is not the card of the sale; use the same card")]
    OtherCard,
    /// Only a parked transaction can be resolved by hand.
    #[error("this transaction is not parked; only a parked one can be resolved")]
    NotParked,
    /// The security module did not do its part.
    #[error("{0}")]
    Security(SecurityFault),
    /// Cancelled while the request was being built.
    #[error("cancelled; nothing was sent")]
    Cancelled,
    /// The request does not fit a message.
    #[error("the request could not be built; check terminal id, merchant id and card data")]
    Message,
}

impl Refusal {
    /// Each refusal of the engine's own, in the order of the numbers that the
    /// bindings give them. Those that differ by a transaction's status are
    /// there once; those of the security module are not.
    pub const ALL: [Self; if cfg!(feature = "holds") { 23 } else { 19 }] = [
        Self::Busy,
        Self::ReversalPending,
        Self::TooManyParked,
        Self::SignInRequired,
        Self::BatchFull,
        Self::JournalFull,
        Self::StorageFault,
        Self::Amount,
        Self::RequestIdReused,
        Self::UnknownTrace,
        Self::UnknownRequest,
        Self::NotVoidable(Status::Declined),
        Self::VoidOfVoid,
        Self::BatchClosed,
        Self::NoReference,
        Self::OtherCard,
        Self::NotParked,
        Self::Cancelled,
        Self::Message,
        #[cfg(feature = "holds")]
        Self::VoidByCode,
        #[cfg(feature = "holds")]
        Self::HoldNotOpen(Status::Completed),
        #[cfg(feature = "holds")]
        Self::ExceedsHold,
        #[cfg(feature = "holds")]
        Self::OtherAmount,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A variant that is added does not compile here before it has its place.
    fn place(refusal: Refusal) -> Option<usize> {
        Some(match refusal {
            Refusal::Busy => 0,
            Refusal::ReversalPending => 1,
            Refusal::TooManyParked => 2,
            Refusal::SignInRequired => 3,
            Refusal::BatchFull => 4,
            Refusal::JournalFull => 5,
            Refusal::StorageFault => 6,
            Refusal::Amount => 7,
            Refusal::RequestIdReused => 8,
            Refusal::UnknownTrace => 9,
            Refusal::UnknownRequest => 10,
            Refusal::NotVoidable(_) => 11,
            Refusal::VoidOfVoid => 12,
            Refusal::BatchClosed => 13,
            Refusal::NoReference => 14,
            Refusal::OtherCard => 15,
            Refusal::NotParked => 16,
            Refusal::Cancelled => 17,
            Refusal::Message => 18,
            #[cfg(feature = "holds")]
            Refusal::VoidByCode => 19,
            #[cfg(feature = "holds")]
            Refusal::HoldNotOpen(_) => 20,
            #[cfg(feature = "holds")]
            Refusal::ExceedsHold => 21,
            #[cfg(feature = "holds")]
            Refusal::OtherAmount => 22,
            Refusal::Security(_) => return None,
        })
    }

    #[test]
    fn all_are_there_in_their_places() {
        let places = Refusal::ALL.iter().map(|refusal| place(*refusal));
        assert!(places.eq((0..Refusal::ALL.len()).map(Some)));
    }
}
