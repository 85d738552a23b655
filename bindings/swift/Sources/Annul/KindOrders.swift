import Foundation

/// The completion 预授权完成 of a pre-authorization, by what stands on its slip: it
/// may be that of another terminal of the merchant.
public struct CompletionOrder: Sendable {
    /// The caller's id, made and kept before.
    public let requestId: String
    /// The pre-authorization's authorization code: 6 characters.
    public let authorization: String
    /// Its date, `MMDD`.
    public let date: String
    /// Minor units: what is taken of the held money.
    public let amount: Int64
    /// The card.
    public let card: Card
    /// Whether the customer enters a PIN.
    public let pin: Pin

    /// - Parameters:
    ///   - requestId: the caller's id, made and kept before
    ///   - authorization: the pre-authorization's authorization code: 6 characters
    ///   - date: its date, `MMDD`
    ///   - amount: minor units: what is taken of the held money
    ///   - card: the card
    ///   - pin: whether the customer enters a PIN
    public init(
        requestId: String, authorization: String, date: String, amount: Int64, card: Card,
        pin: Pin = .none
    ) {
        self.requestId = requestId
        self.authorization = authorization
        self.date = date
        self.amount = amount
        self.card = card
        self.pin = pin
    }
}

/// The void 预授权撤销 of a pre-authorization, whole, by what stands on its slip.
public struct PreauthorizationVoidOrder: Sendable {
    /// The caller's id, made and kept before.
    public let requestId: String
    /// The pre-authorization's authorization code: 6 characters.
    public let authorization: String
    /// Its date, `MMDD`.
    public let date: String
    /// Minor units: all that is held.
    public let amount: Int64
    /// The card.
    public let card: Card
    /// Who allowed it and why.
    public let approval: Approval
    /// Whether the customer enters a PIN.
    public let pin: Pin

    /// - Parameters:
    ///   - requestId: the caller's id, made and kept before
    ///   - authorization: the pre-authorization's authorization code: 6 characters
    ///   - date: its date, `MMDD`
    ///   - amount: minor units: all that is held
    ///   - card: the card
    ///   - approval: who allowed it and why
    ///   - pin: whether the customer enters a PIN
    public init(
        requestId: String, authorization: String, date: String, amount: Int64, card: Card,
        approval: Approval, pin: Pin = .none
    ) {
        self.requestId = requestId
        self.authorization = authorization
        self.date = date
        self.amount = amount
        self.card = card
        self.approval = approval
        self.pin = pin
    }
}

/// A refund 退货 of a sale or a completion, whole or in part, on any day. No message
/// undoes it: see ``Undoing/never``.
public struct RefundOrder: Sendable {
    /// The caller's id, made and kept before.
    public let requestId: String
    /// Which sale or completion.
    public let of: RefundOf
    /// Minor units.
    public let amount: Int64
    /// The card.
    public let card: Card
    /// Who allowed it and why.
    public let approval: Approval
    /// Whether the customer enters a PIN.
    public let pin: Pin

    /// - Parameters:
    ///   - requestId: the caller's id, made and kept before
    ///   - of: which sale or completion
    ///   - amount: minor units
    ///   - card: the card
    ///   - approval: who allowed it and why
    ///   - pin: whether the customer enters a PIN
    public init(
        requestId: String, of: RefundOf, amount: Int64, card: Card, approval: Approval,
        pin: Pin = .none
    ) {
        self.requestId = requestId
        self.of = of
        self.amount = amount
        self.card = card
        self.approval = approval
        self.pin = pin
    }
}

/// The sale or completion that is refunded.
public enum RefundOf: Hashable, Sendable {
    /// One of this journal, by the voucher number on its slip.
    case trace(Int)

    /// By the reference number, 12 characters, and the date, `MMDD`, on its slip: it
    /// may be of another terminal.
    case slip(reference: String, date: String)
}

/// A supervisor's word.
public struct Approval: Hashable, Sendable {
    /// Who allowed it: 2 characters.
    public let supervisor: String
    /// A short word of `a-z`, `0-9` and `-`.
    public let reason: String
    /// What the operator added.
    public let note: String

    /// - Parameters:
    ///   - supervisor: who allowed it: 2 characters
    ///   - reason: a short word of `a-z`, `0-9` and `-`
    ///   - note: what the operator added
    public init(supervisor: String, reason: String, note: String = "") {
        self.supervisor = supervisor
        self.reason = reason
        self.note = note
    }
}
