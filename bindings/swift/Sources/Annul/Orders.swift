import Foundation

/// A new request id. Keep it before you use it: the same id gives the same outcome.
public func newRequestId() -> String {
    UUID().uuidString.lowercased()
}

/// A sale 消费, or a pre-authorization 预授权.
public struct SaleOrder: Sendable {
    /// The caller's id, made and kept before: see ``newRequestId()``.
    public let requestId: String
    /// Minor units (fen).
    public let amount: Int64
    /// The card.
    public let card: Card
    /// Whether the customer enters a PIN.
    public let pin: Pin

    /// - Parameters:
    ///   - requestId: the caller's id, made and kept before: see ``newRequestId()``
    ///   - amount: minor units (fen)
    ///   - card: the card
    ///   - pin: whether the customer enters a PIN
    public init(requestId: String, amount: Int64, card: Card, pin: Pin = .none) {
        self.requestId = requestId
        self.amount = amount
        self.card = card
        self.pin = pin
    }
}

/// The void of a sale 消费撤销 or of a completion 预授权完成撤销, whole, in its batch.
public struct VoidOrder: Sendable {
    /// The caller's id, made and kept before.
    public let requestId: String
    /// The trace of what is voided: the voucher number on its slip.
    public let original: Int
    /// Who allowed it: 2 characters.
    public let supervisor: String
    /// A short word of `a-z`, `0-9` and `-`.
    public let reason: String
    /// What the operator added.
    public let note: String
    /// Where the card was presented; else the journal has it.
    public let card: Card?
    /// Whether the customer enters a PIN.
    public let pin: Pin

    /// - Parameters:
    ///   - requestId: the caller's id, made and kept before
    ///   - original: the trace of what is voided: the voucher number on its slip
    ///   - supervisor: who allowed it: 2 characters
    ///   - reason: a short word of `a-z`, `0-9` and `-`
    ///   - note: what the operator added
    ///   - card: where the card was presented; else the journal has it
    ///   - pin: whether the customer enters a PIN
    public init(
        requestId: String, original: Int, supervisor: String, reason: String,
        note: String = "", card: Card? = nil, pin: Pin = .none
    ) {
        self.requestId = requestId
        self.original = original
        self.supervisor = supervisor
        self.reason = reason
        self.note = note
        self.card = card
        self.pin = pin
    }
}

/// Whether the customer enters a PIN.
public enum Pin: Hashable, Sendable {
    /// It is asked for.
    case wanted

    /// There is none.
    case none
}

/// A supervisor's word on a parked transaction or a refund without an outcome, after asking the acquirer.
public struct Resolution: Hashable, Sendable {
    /// The request id of the parked transaction.
    public let requestId: String
    /// Who: 2 characters.
    public let supervisor: String
    /// How it stands at the host.
    public let verdict: Verdict
    /// Why.
    public let note: String

    /// - Parameters:
    ///   - requestId: the request id of the parked transaction
    ///   - supervisor: who: 2 characters
    ///   - verdict: how it stands at the host
    ///   - note: why
    public init(requestId: String, supervisor: String, verdict: Verdict, note: String = "") {
        self.requestId = requestId
        self.supervisor = supervisor
        self.verdict = verdict
        self.note = note
    }
}

/// How a parked transaction stands at the host.
public enum Verdict: Hashable, Sendable {
    /// It stands.
    case approved

    /// It was undone, or never was.
    case reversed
}
