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
    #[error("too many transactions have no outcome; run recover, or call the acquirer")]
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
    #[cfg(feature = "kinds")]
    VoidByCode,
    /// The pre-authorization is not open.
    #[error("the pre-authorization is {}; it can be neither voided nor completed", .0.word())]
    #[cfg(feature = "kinds")]
    HoldNotOpen(Status),
    /// More than the pre-authorization lets a completion take.
    #[error("more than the pre-authorization allows; take less, or sell the rest")]
    #[cfg(feature = "kinds")]
    ExceedsHold,
    /// A void is for the whole amount.
    #[error("a void is for the whole amount; enter that of the pre-authorization")]
    #[cfg(feature = "kinds")]
    OtherAmount,
    /// A refund is not voided.
    #[error("a refund cannot be voided; make a new sale")]
    #[cfg(feature = "kinds")]
    VoidOfRefund,
    /// A part of the sale was given back already.
    #[error("a part of it was refunded, or is being; refund the rest")]
    #[cfg(feature = "kinds")]
    Refunded,
    /// What is to be refunded took no money, or does not stand.
    #[error("a transaction that is {} cannot be refunded", .0.word())]
    #[cfg(feature = "kinds")]
    NotRefundable(Status),
    /// More than is left of the sale.
    #[error("more than is left of the original; refund less")]
    #[cfg(feature = "kinds")]
    ExceedsOriginal,
    /// A refund needs the card itself.
    #[error("a refund needs the card; swipe it, a keyed number is not taken")]
    #[cfg(feature = "kinds")]
    KeyedCard,
    /// Another card than the sale's.
    #[error("this is not the card of the sale; use the same card")]
    OtherCard,
    /// Only a parked transaction can be resolved by hand.
    #[error("this transaction is not parked and not without an outcome; it cannot be resolved")]
    NotParked,
    /// The security module did not do its part.
    #[error("{0}")]
    Security(SecurityFault),
    /// The batch is being settled.
    #[error("the batch is being settled; finish that first: settle again")]
    Settling,
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
    pub const ALL: [Self; if cfg!(feature = "kinds") { 29 } else { 20 }] = [
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
        #[cfg(feature = "kinds")]
        Self::VoidByCode,
        #[cfg(feature = "kinds")]
        Self::HoldNotOpen(Status::Completed),
        #[cfg(feature = "kinds")]
        Self::ExceedsHold,
        #[cfg(feature = "kinds")]
        Self::OtherAmount,
        #[cfg(feature = "kinds")]
        Self::VoidOfRefund,
        #[cfg(feature = "kinds")]
        Self::Refunded,
        #[cfg(feature = "kinds")]
        Self::NotRefundable(Status::Voided),
        #[cfg(feature = "kinds")]
        Self::ExceedsOriginal,
        #[cfg(feature = "kinds")]
        Self::KeyedCard,
        Self::Settling,
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
            #[cfg(feature = "kinds")]
            Refusal::VoidByCode => 19,
            #[cfg(feature = "kinds")]
            Refusal::HoldNotOpen(_) => 20,
            #[cfg(feature = "kinds")]
            Refusal::ExceedsHold => 21,
            #[cfg(feature = "kinds")]
            Refusal::OtherAmount => 22,
            #[cfg(feature = "kinds")]
            Refusal::VoidOfRefund => 23,
            #[cfg(feature = "kinds")]
            Refusal::Refunded => 24,
            #[cfg(feature = "kinds")]
            Refusal::NotRefundable(_) => 25,
            #[cfg(feature = "kinds")]
            Refusal::ExceedsOriginal => 26,
            #[cfg(feature = "kinds")]
            Refusal::KeyedCard => 27,
            Refusal::Settling => Refusal::ALL.len() - 1,
            Refusal::Security(_) => return None,
        })
    }

    #[test]
    fn all_are_there_in_their_places() {
        let places = Refusal::ALL.iter().map(|refusal| place(*refusal));
        assert!(places.eq((0..Refusal::ALL.len()).map(Some)));
    }
}
