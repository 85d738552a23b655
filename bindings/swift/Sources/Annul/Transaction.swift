extension Terminal {
    /// One transaction as it stands. It holds nothing that may not be shown.
    ///
    /// It lives inside ``Terminal``, since StoreKit and SwiftUI have a
    /// `Transaction` too.
    public struct Transaction: Hashable, Sendable, Identifiable {
        /// Its number in the journal.
        public let id: Int64
        /// What kind of transaction it is.
        public let kind: Kind
        /// How it stands.
        public let status: Status
        /// Minor units.
        public let amount: Int64
        /// Field 11, the voucher number.
        public let trace: Int
        /// Field 60.2.
        public let batch: Int
        /// The date on its slip, `MMDD`: a completion or a refund may have to quote it.
        public let date: String?
        /// First six and last four digits.
        public let card: String
        /// Field 37 of the answer.
        public let reference: String?
        /// Field 38 of the answer.
        public let authorization: String?
        /// Field 39 of the answer.
        public let responseCode: String?
        /// The transaction that it undoes or claims.
        public let original: Int64?
        /// Field 39 of its reversal.
        public let reversalReason: String?
        /// True where the host did not find this sale when it was to be voided.
        public let isUnknownToHost: Bool
        /// The outcome in words for an operator.
        public let text: String
    }
}

extension Terminal.Transaction {
    /// What kind of transaction it is.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// 消费.
        case sale

        /// 消费撤销.
        case void

        /// 预授权.
        case preauthorization

        /// 预授权撤销.
        case preauthorizationVoid

        /// 预授权完成.
        case completion

        /// 预授权完成撤销.
        case completionVoid

        /// 退货.
        case refund

        /// 余额查询: it leaves no record.
        case balanceInquiry
    }

    /// How a transaction stands, as the journal says.
    public enum Status: Hashable, Sendable, CaseIterable {
        /// Recorded, and its outcome is not.
        case pending

        /// The host approved.
        case approved

        /// Its void is under way.
        case voidPending

        /// The host approved its void.
        case voided

        /// A pre-authorization whose completion is under way.
        case completionPending

        /// A pre-authorization whose completion the host approved.
        case completed

        /// The host declined.
        case declined

        /// It never left the terminal.
        case notSent

        /// It is being reversed.
        case reversing

        /// The host knew nothing of it; to be asked once more.
        case provisional

        /// It is being asked once more.
        case confirming

        /// Attempts are used up; kept and tried again later.
        case parked

        /// A refund without an outcome: ask the acquirer.
        case unresolved

        /// Undone.
        case reversed

        /// Ended by a supervisor: it stands.
        case resolvedApproved

        /// Ended by a supervisor: it was undone.
        case resolvedReversed
    }
}
