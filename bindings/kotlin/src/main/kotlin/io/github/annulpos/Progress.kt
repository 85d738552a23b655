package io.github.annulpos

/** News for the operator while the terminal works. */
public sealed class Progress {
    /** The same in words, in the language of the setup. */
    public abstract val text: String

    /** A transaction has its outcome, or is being reversed. */
    public data class Reached(val transaction: Transaction, override val text: String) : Progress()

    /** A transaction is being reversed; [attempt] is 1 for the first. */
    public data class Reversing(
        val transaction: Transaction,
        val attempt: Int,
        override val text: String,
    ) : Progress()

    /** The next attempt waits so many milliseconds. */
    public data class Waiting(
        val transaction: Transaction,
        val millis: Long,
        override val text: String,
    ) : Progress()

    /** Signing in again, because the host asks for it. */
    public data class SigningIn(override val text: String) : Progress()

    /** Signed in; the batch is the host's. */
    public data class SignedIn(val batch: Int, override val text: String) : Progress()

    /** Not signed in: the host declined, or did not answer. */
    public data class SignInFailed(val responseCode: String?, override val text: String) : Progress()

    /** The host answered the echo test. */
    public data class EchoAnswered(override val text: String) : Progress()

    /** It did not. */
    public data class EchoFailed(override val text: String) : Progress()

    /** A balance inquiry was answered; without a code, nothing came that can be believed. */
    public data class BalanceAnswered(
        val responseCode: String?,
        val balance: Long?,
        override val text: String,
    ) : Progress()

    /** The settlement goes on. */
    public data class Settling(val stage: SettlementStage, override val text: String) : Progress()

    /** The batch is settled; [next] is open now. */
    public data class BatchClosed(val next: Int, override val text: String) : Progress()

    /** The settlement did not come to its end: settle again, later. */
    public data class NotSettled(val responseCode: String?, override val text: String) : Progress()

    /** A reversal is parked, or a refund has no outcome: call the acquirer. */
    public data class Attention(val transaction: Transaction, override val text: String) : Progress()

    /** The journal did not take a record. */
    public data class StorageFault(override val text: String) : Progress()

    /** A command was given up before anything was sent, for this reason. */
    public data class Refused(val code: Int, override val text: String) : Progress()

    /** The keys were not taken, for this reason. */
    public data class KeysRefused(val code: Int, override val text: String) : Progress()

    /** Something that the app gave the terminal threw this; it counted as a failure. */
    public data class CallbackFailed(val callback: String, val cause: Throwable) : Progress() {
        override val text: String get() = "$callback: ${cause.javaClass.name}"
        override fun toString(): String = "CallbackFailed($text)"
    }
}

/** What a settlement tells the host next. */
public enum class SettlementStage {
    /** The totals, to be compared. */
    COMPARING,

    /** The end: the totals are equal. */
    BALANCED,

    /** The transactions one by one, then the end: the totals are not equal. */
    UPLOADING,
}

/** Told of [Progress] on the terminal's thread. What it throws changes no outcome. */
public fun interface ProgressListener {
    /** News. */
    public fun onProgress(progress: Progress)
}
