package io.github.annulpos

/**
 * A command was not begun, or a terminal not opened. What became of money is
 * never an exception: that is an [Outcome].
 *
 * Where [advice] is [Advice.REOPEN], nothing is known of what was under way
 * until the journal was opened again; with any other advice nothing was sent.
 *
 * @property code a stable number; the table is in the chapter "Kotlin" of the book
 * @property advice what to do about it
 */
public class AnnulException internal constructor(
    public val code: Int,
    message: String,
    public val advice: Advice,
    cause: Throwable? = null,
) : Exception(message, cause)

/** What to do about an [AnnulException]. */
public enum class Advice {
    /** Try the same again, under the same request id. */
    RETRY_SAME,

    /** A reversal comes first: run [Terminal.recover], then try again. */
    RECOVER_FIRST,

    /** Sign in, then try the same again. */
    SIGN_IN,

    /** The operator or the customer has to decide or enter something else. */
    ASK_OPERATOR,

    /** Mend the setup, the keys or the call. */
    FIX_CONFIGURATION,

    /** Close the terminal, open its journal again and recover. */
    REOPEN,

    /** Call the acquirer or support. */
    CALL_SUPPORT,
}
