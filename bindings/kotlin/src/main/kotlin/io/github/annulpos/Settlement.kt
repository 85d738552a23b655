package io.github.annulpos

/**
 * What a settlement 批结算 came to, for its slip. Where [next] is null it is not
 * finished: no transaction is taken until it is settled again.
 */
public data class Settlement(
    /** The batch. */
    public val batch: Int,
    /** What the terminal's journal adds up to, cards of the country 内卡. */
    public val domestic: Totals,
    /** The same of all other cards 外卡. */
    public val foreign: Totals,
    /** What the host found. */
    public val found: Compared,
    /** The transactions, by [Transaction.id], that it was told of one by one. */
    public val told: List<Long>,
    /** Those that it did not take: call the acquirer. */
    public val refused: List<RefusedDetail>,
    /** Those whose outcome nobody knows: they are in no totals. */
    public val open: List<Long>,
    /** The batch that is open now. */
    public val next: Int?,
)

/** A transaction that the host did not take when it was told of it. */
public data class RefusedDetail(
    /** Which: a [Transaction.id]. */
    public val transaction: Long,
    /** Field 39. */
    public val responseCode: String,
)

/** Whether both sides have the same totals. */
public enum class Compared {
    /** 对账平. */
    EQUAL,

    /** 对账不平: the transactions are told one by one. */
    UNEQUAL,

    /** The host did not answer. */
    NOT_ANSWERED,
}

/** The answer to a balance inquiry 余额查询. */
public data class Balance(
    /** Field 39; null where nothing came that can be believed. */
    public val responseCode: String?,
    /** Minor units, below zero where the holder owes them; null where the host said none. */
    public val amount: Long?,
)

/** One thing that might be done about a transaction. */
public class Choice internal constructor(
    /** What would be done. */
    public val kind: Kind,
    /** Why it cannot be, as the command would throw it; null where it can. */
    public val refusal: AnnulException?,
    /** The same in words, in the language of the setup; empty where it can. */
    public val text: String,
) {
    override fun toString(): String = "Choice($kind${refusal?.let { ", ${it.code}" } ?: ""})"
}
