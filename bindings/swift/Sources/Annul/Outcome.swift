/// What a transaction came to, as a cashier acts on it. None of it is an error.
public enum Outcome: Hashable, Sendable {
    /// The host approved: goods may change hands, a void stands.
    case approved(Terminal.Transaction)

    /// The host declined: nothing happened.
    case declined(Terminal.Transaction)

    /// The request never left the terminal: nothing happened.
    case notSent(Terminal.Transaction)

    /// It was not known whether the host booked it, so it is undone: no goods,
    /// no money. ``Undoing`` says how far that is. A refund cannot be undone: see
    /// ``Undoing/never``.
    case unknown(Terminal.Transaction, Undoing)

    /// The transaction behind it.
    public var transaction: Terminal.Transaction {
        switch self {
        case .approved(let transaction), .declined(let transaction), .notSent(let transaction),
            .unknown(let transaction, _):
            transaction
        }
    }
}

/// How far the undoing of an unknown outcome is.
public enum Undoing: Hashable, Sendable, CaseIterable {
    /// The terminal works on it.
    case pending

    /// It is undone at the host.
    case done

    /// The terminal could not get it done yet: call the acquirer.
    case parked

    /// No message undoes a refund: ask the acquirer before it is repeated, then
    /// ``Terminal/resolve(_:)``.
    case never
}

/// How a sign-in or an echo test ended.
public enum Answered: Hashable, Sendable {
    /// It succeeded; after a sign-in the batch is the host's.
    case yes(batch: Int)

    /// The host declined, or, without a code, did not answer.
    case no(responseCode: String?)
}

/// What the batch adds up to, in minor units.
public struct Totals: Hashable, Sendable {
    /// How many sales and completions.
    public let debitCount: Int
    /// What they add up to.
    public let debitAmount: Int64
    /// How many voids and refunds.
    public let creditCount: Int
    /// What they add up to.
    public let creditAmount: Int64
}

/// How the terminal stands.
public struct Standing: Hashable, Sendable {
    /// False where a sign-in comes first.
    public let isSignedIn: Bool
    /// The open batch.
    public let batch: Int
    /// Transactions to be reversed or confirmed.
    public let unresolved: Int
    /// Parked ones and refunds without an outcome: call the acquirer.
    public let parked: Int
}
