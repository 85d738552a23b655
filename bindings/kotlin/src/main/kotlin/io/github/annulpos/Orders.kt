package io.github.annulpos

import java.util.UUID

/** A new request id. Keep it before you use it: the same id gives the same outcome. */
public fun newRequestId(): String = UUID.randomUUID().toString()

/**
 * A sale 消费, or a pre-authorization 预授权.
 *
 * @property requestId the caller's id, made and kept before: see [newRequestId]
 * @property amount minor units (fen)
 * @property card the card
 * @property pin whether the customer enters a PIN
 */
public class SaleOrder @JvmOverloads constructor(
    public val requestId: String,
    public val amount: Long,
    public val card: Card,
    public val pin: Pin = Pin.NONE,
) {
    override fun toString(): String = "SaleOrder($requestId, $amount, $card)"
}

/**
 * The void of a sale 消费撤销 or of a completion 预授权完成撤销, whole, in its batch.
 *
 * @property requestId the caller's id, made and kept before
 * @property original the trace of what is voided: the voucher number on its slip
 * @property supervisor who allowed it: 2 characters
 * @property reason a short word of `a-z`, `0-9` and `-`
 * @property note what the operator added
 * @property card where the card was presented; else the journal has it
 * @property pin whether the customer enters a PIN
 */
public class VoidOrder @JvmOverloads constructor(
    public val requestId: String,
    public val original: Int,
    public val supervisor: String,
    public val reason: String,
    public val note: String = "",
    public val card: Card? = null,
    public val pin: Pin = Pin.NONE,
) {
    override fun toString(): String = "VoidOrder($requestId, $original, $reason)"
}

/** Whether the customer enters a PIN. */
public enum class Pin {
    /** It is asked for. */
    WANTED,

    /** There is none. */
    NONE,
}

/** A card as it was presented. It prints nothing of what stands on it. */
public class Card private constructor(
    internal val data: ByteArray,
    internal val expiry: String?,
    private val source: Source,
) {
    internal enum class Source { SWIPED, KEYED }

    internal val isSwiped: Boolean get() = source == Source.SWIPED

    /** Overwrites the data; the card cannot be used any more. */
    public fun wipe(): Unit = data.fill(0)

    override fun toString(): String = "Card($source)"

    public companion object {
        /** Track 2 without its sentinels, in ASCII. The array is the caller's to wipe. */
        @JvmStatic
        public fun swiped(track2: ByteArray): Card = Card(track2.copyOf(), null, Source.SWIPED)

        /** A card number in ASCII digits and its expiry `YYMM`. The array is the caller's to wipe. */
        @JvmStatic
        @JvmOverloads
        public fun keyed(number: ByteArray, expiry: String? = null): Card =
            Card(number.copyOf(), expiry, Source.KEYED)
    }
}

/** A supervisor's word on a parked transaction or a refund without an outcome, after asking the acquirer. */
public class Resolution @JvmOverloads constructor(
    public val requestId: String,
    public val supervisor: String,
    public val verdict: Verdict,
    public val note: String = "",
)

/** How a parked transaction stands at the host. */
public enum class Verdict {
    /** It stands. */
    APPROVED,

    /** It was undone, or never was. */
    REVERSED,
}
