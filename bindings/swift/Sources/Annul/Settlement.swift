/// What a settlement 批结算 came to, for its slip. Where ``next`` is nil it is not
/// finished: no transaction is taken until it is settled again.
public struct Settlement: Hashable, Sendable {
    /// The batch.
    public let batch: Int
    /// What the terminal's journal adds up to, cards of the country 内卡.
    public let domestic: Totals
    /// The same of all other cards 外卡.
    public let foreign: Totals
    /// What the host found.
    public let found: Compared
    /// The transactions, by their ids, that it was told of one by one.
    public let told: [Int64]
    /// Those that it did not take: call the acquirer.
    public let refused: [RefusedDetail]
    /// Those whose outcome nobody knows: they are in no totals.
    public let open: [Int64]
    /// The batch that is open now.
    public let next: Int?
}

/// A transaction that the host did not take when it was told of it.
public struct RefusedDetail: Hashable, Sendable {
    /// Which: the id of a transaction.
    public let transaction: Int64
    /// Field 39.
    public let responseCode: String
}

/// Whether both sides have the same totals.
public enum Compared: Hashable, Sendable, CaseIterable {
    /// 对账平.
    case equal

    /// 对账不平: the transactions are told one by one.
    case unequal

    /// The host did not answer.
    case notAnswered
}

/// The answer to a balance inquiry 余额查询.
public struct Balance: Hashable, Sendable {
    /// Field 39; nil where nothing came that can be believed.
    public let responseCode: String?
    /// Minor units, below zero where the holder owes them; nil where the host said
    /// none.
    public let amount: Int64?
}

/// One thing that might be done about a transaction.
public struct Choice: Hashable, Sendable {
    /// What would be done.
    public let kind: Terminal.Transaction.Kind
    /// Why it cannot be, as the command would throw it; nil where it can.
    public let refusal: AnnulError?
    /// The same in words, in the language of the setup; empty where it can.
    public let text: String
}
