package io.github.annulpos

/** What a transaction came to, as a cashier acts on it. None of it is an error. */
public sealed class Outcome {
    /** The transaction behind it. */
    public abstract val transaction: Transaction

    /** The host approved: goods may change hands, a void stands. */
    public class Approved internal constructor(override val transaction: Transaction) : Outcome()

    /** The host declined: nothing happened. */
    public class Declined internal constructor(override val transaction: Transaction) : Outcome()

    /** The request never left the terminal: nothing happened. */
    public class NotSent internal constructor(override val transaction: Transaction) : Outcome()

    /**
     * It was not known whether the host booked it, so it is undone: no goods,
     * no money. A refund cannot be undone: see [Undoing.NEVER].
     *
     * @property undoing how far that is
     */
    public class Unknown internal constructor(
        override val transaction: Transaction,
        public val undoing: Undoing,
    ) : Outcome()

    override fun toString(): String = "${javaClass.simpleName}($transaction)"
}

/** How far the undoing of an unknown outcome is. */
public enum class Undoing {
    /** The terminal works on it. */
    PENDING,

    /** It is undone at the host. */
    DONE,

    /** The terminal could not get it done yet: call the acquirer. */
    PARKED,

    /** No message undoes a refund: ask the acquirer before it is repeated, then [Terminal.resolve]. */
    NEVER,
}

/** One transaction as it stands. It holds nothing that may not be shown. */
public data class Transaction(
    /** Its number in the journal. */
    public val id: Long,
    /** What kind of transaction it is. */
    public val kind: Kind,
    /** How it stands. */
    public val status: Status,
    /** Minor units. */
    public val amount: Long,
    /** Field 11, the voucher number. */
    public val trace: Int,
    /** Field 60.2. */
    public val batch: Int,
    /** The date on its slip, `MMDD`: a completion or a refund may have to quote it. */
    public val date: String?,
    /** First six and last four digits. */
    public val card: String,
    /** Field 37 of the answer. */
    public val reference: String?,
    /** Field 38 of the answer. */
    public val authorization: String?,
    /** Field 39 of the answer. */
    public val responseCode: String?,
    /** The transaction that it undoes or claims. */
    public val original: Long?,
    /** Field 39 of its reversal. */
    public val reversalReason: String?,
    /** True where the host did not find this sale when it was to be voided. */
    public val isUnknownToHost: Boolean,
    /** The outcome in words for an operator. */
    public val text: String,
)

/** What kind of transaction it is. */
public enum class Kind {
    /** 消费. */
    SALE,

    /** 消费撤销. */
    VOID,

    /** 预授权. */
    PREAUTHORIZATION,

    /** 预授权撤销. */
    PREAUTHORIZATION_VOID,

    /** 预授权完成. */
    COMPLETION,

    /** 预授权完成撤销. */
    COMPLETION_VOID,

    /** 退货. */
    REFUND,

    /** 余额查询: it leaves no record. */
    BALANCE_INQUIRY,
}

/** How a transaction stands, as the journal says. */
public enum class Status {
    /** Recorded, and its outcome is not. */
    PENDING,

    /** The host approved. */
    APPROVED,

    /** Its void is under way. */
    VOID_PENDING,

    /** The host approved its void. */
    VOIDED,

    /** A pre-authorization whose completion is under way. */
    COMPLETION_PENDING,

    /** A pre-authorization whose completion the host approved. */
    COMPLETED,

    /** The host declined. */
    DECLINED,

    /** It never left the terminal. */
    NOT_SENT,

    /** It is being reversed. */
    REVERSING,

    /** The host knew nothing of it; to be asked once more. */
    PROVISIONAL,

    /** It is being asked once more. */
    CONFIRMING,

    /** Attempts are used up; kept and tried again later. */
    PARKED,

    /** A refund without an outcome: ask the acquirer. */
    UNRESOLVED,

    /** Undone. */
    REVERSED,

    /** Ended by a supervisor: it stands. */
    RESOLVED_APPROVED,

    /** Ended by a supervisor: it was undone. */
    RESOLVED_REVERSED,
}

/** How a sign-in or an echo test ended. */
public sealed class Answered {
    /** It succeeded; after a sign-in [batch] is the host's. */
    public data class Yes(public val batch: Int) : Answered()

    /** The host declined, or, without a code, did not answer. */
    public data class No(public val responseCode: String?) : Answered()
}

/** What the batch adds up to, in minor units. */
public data class Totals(
    public val debitCount: Int,
    public val debitAmount: Long,
    public val creditCount: Int,
    public val creditAmount: Long,
)

/** How the terminal stands. */
public data class Standing(
    /** False where a sign-in comes first. */
    public val isSignedIn: Boolean,
    /** The open batch. */
    public val batch: Int,
    /** Transactions to be reversed or confirmed. */
    public val unresolved: Int,
    /** Parked ones and refunds without an outcome: call the acquirer. */
    public val parked: Int,
)
