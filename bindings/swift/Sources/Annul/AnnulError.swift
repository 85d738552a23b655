import Foundation

/// A command was not begun, or a terminal not opened. What became of money is
/// never an error: that is an ``Outcome``.
///
/// Where ``advice`` is ``Advice/reopen``, nothing is known of what was under way
/// until the journal was opened again; with any other advice nothing was sent.
public enum AnnulError: Error, Hashable, Sendable {
    /// A value that cannot be: numbers 100 to 299.
    case invalid(Reason)

    /// The command was refused: numbers 300 to 399.
    case refused(Reason)

    /// The security module, or who loaded its keys: numbers 400 to 499.
    case security(Reason)

    /// The journal or its file: numbers 500 to 599.
    case journal(Reason)

    /// Bytes that are no message: numbers 600 to 699.
    case undecodable(Reason)

    /// annul itself failed, or was closed: numbers 900 to 999.
    case failed(Reason)

    /// Why, in each of its cases.
    public struct Reason: Hashable, Sendable {
        /// A stable number; the table is in the chapter "Swift" of the book.
        public let code: Int

        /// Who is wrong and how, without card data.
        public let message: String

        /// What to do about it.
        public let advice: Advice
    }

    /// Why.
    public var reason: Reason {
        switch self {
        case .invalid(let reason), .refused(let reason), .security(let reason),
            .journal(let reason), .undecodable(let reason), .failed(let reason):
            reason
        }
    }

    /// A stable number; the table is in the chapter "Swift" of the book.
    public var code: Int { reason.code }

    /// What to do about it.
    public var advice: Advice { reason.advice }
}

extension AnnulError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { reason.message }

    public var description: String { "\(reason.code): \(reason.message)" }
}

/// What to do about an ``AnnulError``.
public enum Advice: Hashable, Sendable, CaseIterable {
    /// Try the same again, under the same request id.
    case retrySame

    /// A reversal comes first: run ``Terminal/recover()``, then try again.
    case recoverFirst

    /// Sign in, then try the same again.
    case signIn

    /// The operator or the customer has to decide or enter something else.
    case askOperator

    /// Mend the setup, the keys or the call.
    case fixConfiguration

    /// Close the terminal, open its journal again and recover.
    case reopen

    /// Call the acquirer or support.
    case callSupport
}
