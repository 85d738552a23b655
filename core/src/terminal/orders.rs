use super::ordered::PinWanted;
#[cfg(feature = "kinds")]
use crate::journal::Approval;
use crate::message::Card;
use crate::transaction::{Amount, OperatorId, RequestId, Trace, VoidNote, VoidReason};
#[cfg(feature = "kinds")]
use crate::transaction::{AuthorizationCode, Reference};

/// A sale 消费.
#[derive(Debug)]
pub struct Sale {
    /// The caller's id, made before.
    pub request: RequestId,
    /// Minor units.
    pub amount: Amount,
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinWanted,
}

/// The void of a sale 消费撤销 or of a completion 预授权完成撤销, whole, on the same
/// day and in the same batch.
#[derive(Debug)]
pub struct Void {
    /// The caller's id, made before.
    pub request: RequestId,
    /// The trace of what is voided: the voucher number on its slip.
    pub original: Trace,
    /// The card, where it was presented; else it is taken from the journal.
    pub card: Option<Card>,
    /// Whether the customer enters a PIN.
    pub pin: PinWanted,
    /// The supervisor who allowed it.
    pub supervisor: OperatorId,
    /// Why.
    pub reason: VoidReason,
    /// What the operator added.
    pub note: VoidNote,
}

/// The void 预授权撤销 or the completion 预授权完成 of a pre-authorization, by what
/// stands on its slip: it may be that of another terminal of the merchant.
#[derive(Debug)]
#[cfg(feature = "kinds")]
pub struct Hold {
    /// The caller's id, made before.
    pub request: RequestId,
    /// Which of the two.
    pub claim: HoldClaim,
    /// The pre-authorization's authorization code.
    pub authorization: AuthorizationCode,
    /// Its date, `MMDD`: ASCII digits.
    pub date: [u8; 4],
    /// Minor units: the whole of a void, or what a completion takes.
    pub amount: Amount,
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinWanted,
}

/// What is done about a pre-authorization, and what that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "kinds")]
pub enum HoldClaim {
    /// The held money is let go: a supervisor allows it.
    Void(Approval),
    /// It is taken, or a part of it.
    Complete,
}

/// A refund 退货 of a sale or a completion, whole or in part, on any day. No message
/// undoes it: where its outcome stays unknown, a person asks the acquirer.
#[derive(Debug)]
#[cfg(feature = "kinds")]
pub struct Refund {
    /// The caller's id, made before.
    pub request: RequestId,
    /// Of which.
    pub of: RefundOf,
    /// Minor units.
    pub amount: Amount,
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinWanted,
    /// Who allowed it and why.
    pub approval: Approval,
}

/// The sale or completion that is refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "kinds")]
pub enum RefundOf {
    /// One of this journal, by its trace.
    Trace(Trace),
    /// By what stands on its slip: it may be of another terminal.
    Slip {
        /// Its reference number.
        reference: Reference,
        /// Its date, `MMDD`: ASCII digits.
        date: [u8; 4],
    },
}

/// A balance inquiry 余额查询.
#[derive(Debug)]
#[cfg(feature = "kinds")]
pub struct Inquiry {
    /// The card.
    pub card: Card,
    /// Whether the customer enters a PIN.
    pub pin: PinWanted,
}
