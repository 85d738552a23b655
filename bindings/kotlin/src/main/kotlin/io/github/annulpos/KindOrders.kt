package io.github.annulpos

/**
 * The completion 预授权完成 of a pre-authorization, by what stands on its slip: it
 * may be that of another terminal of the merchant.
 *
 * @property requestId the caller's id, made and kept before
 * @property authorization the pre-authorization's authorization code: 6 characters
 * @property date its date, `MMDD`
 * @property amount minor units: what is taken of the held money
 * @property card the card
 * @property pin whether the customer enters a PIN
 */
public class CompletionOrder @JvmOverloads constructor(
    public val requestId: String,
    public val authorization: String,
    public val date: String,
    public val amount: Long,
    public val card: Card,
    public val pin: Pin = Pin.NONE,
) {
    override fun toString(): String = "CompletionOrder($requestId, $amount, $card)"
}

/**
 * The void 预授权撤销 of a pre-authorization, whole, by what stands on its slip.
 *
 * @property requestId the caller's id, made and kept before
 * @property authorization the pre-authorization's authorization code: 6 characters
 * @property date its date, `MMDD`
 * @property amount minor units: all that is held
 * @property card the card
 * @property supervisor who allowed it: 2 characters
 * @property reason a short word of `a-z`, `0-9` and `-`
 * @property note what the operator added
 * @property pin whether the customer enters a PIN
 */
public class PreauthorizationVoidOrder @JvmOverloads constructor(
    public val requestId: String,
    public val authorization: String,
    public val date: String,
    public val amount: Long,
    public val card: Card,
    public val supervisor: String,
    public val reason: String,
    public val note: String = "",
    public val pin: Pin = Pin.NONE,
) {
    override fun toString(): String = "PreauthorizationVoidOrder($requestId, $amount, $card)"
}

/**
 * A refund 退货 of a sale or a completion, whole or in part, on any day. No message
 * undoes it: see [Undoing.NEVER].
 *
 * @property requestId the caller's id, made and kept before
 * @property of which sale or completion
 * @property amount minor units
 * @property card the card
 * @property supervisor who allowed it: 2 characters
 * @property reason a short word of `a-z`, `0-9` and `-`
 * @property note what the operator added
 * @property pin whether the customer enters a PIN
 */
public class RefundOrder @JvmOverloads constructor(
    public val requestId: String,
    public val of: RefundOf,
    public val amount: Long,
    public val card: Card,
    public val supervisor: String,
    public val reason: String,
    public val note: String = "",
    public val pin: Pin = Pin.NONE,
) {
    override fun toString(): String = "RefundOrder($requestId, $of, $amount, $card)"
}

/** The sale or completion that is refunded. */
public sealed class RefundOf {
    /** One of this journal, by the voucher number on its slip. */
    public data class Trace(public val trace: Int) : RefundOf()

    /** By the reference number, 12 characters, and the date, `MMDD`, on its slip: it may be of another terminal. */
    public data class Slip(public val reference: String, public val date: String) : RefundOf()
}
