extension Terminal {
    /// News for the operator while the terminal works.
    ///
    /// It lives inside ``Terminal``, since Foundation has a `Progress` too.
    public enum Progress: Sendable {
        /// A transaction has its outcome, or is being reversed.
        case reached(Transaction, text: String)

        /// A transaction is being reversed; the attempt is 1 for the first.
        case reversing(Transaction, attempt: Int, text: String)

        /// The next attempt waits so many milliseconds.
        case waiting(Transaction, millis: Int64, text: String)

        /// Signing in again, because the host asks for it.
        case signingIn(text: String)

        /// Signed in; the batch is the host's.
        case signedIn(batch: Int, text: String)

        /// Not signed in: the host declined, or, without a code, did not answer.
        case signInFailed(responseCode: String?, text: String)

        /// The host answered the echo test.
        case echoAnswered(text: String)

        /// It did not.
        case echoFailed(text: String)

        /// A balance inquiry was answered; without a code, nothing came that can be
        /// believed.
        case balanceAnswered(responseCode: String?, balance: Int64?, text: String)

        /// The settlement goes on.
        case settling(SettlementStage, text: String)

        /// The batch is settled; the next is open now.
        case batchClosed(next: Int, text: String)

        /// The settlement did not come to its end: settle again, later.
        case notSettled(responseCode: String?, text: String)

        /// A reversal is parked, or a refund has no outcome: call the acquirer.
        case attention(Transaction, text: String)

        /// The journal did not take a record.
        case storageFault(text: String)

        /// A command was given up before anything was sent, for this reason.
        case refused(code: Int, text: String)

        /// The keys were not taken, for this reason.
        case keysRefused(code: Int, text: String)

        /// Something that the app gave the terminal threw this; it counted as a
        /// failure. What it says is the app's and is not shown by ``text``.
        case callbackFailed(callback: String, cause: any Error)

        /// The same in words, in the language of the setup.
        public var text: String {
            switch self {
            case .reached(_, let text), .reversing(_, _, let text), .waiting(_, _, let text),
                .signingIn(let text), .signedIn(_, let text), .signInFailed(_, let text),
                .echoAnswered(let text), .echoFailed(let text), .attention(_, let text),
                .balanceAnswered(_, _, let text), .settling(_, let text),
                .batchClosed(_, let text), .notSettled(_, let text),
                .storageFault(let text), .refused(_, let text), .keysRefused(_, let text):
                text
            case .callbackFailed(let callback, let cause):
                "\(callback): \(type(of: cause))"
            }
        }
    }
}

/// What a settlement tells the host next.
public enum SettlementStage: Hashable, Sendable, CaseIterable {
    /// The totals, to be compared.
    case comparing

    /// The end: the totals are equal.
    case balanced

    /// The transactions one by one, then the end: the totals are not equal.
    case uploading
}

extension Terminal.Progress: CustomStringConvertible {
    public var description: String { text }
}
