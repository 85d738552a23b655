package io.github.annulpos

import io.github.annulpos.internal.ffi.defaultSettings
import java.io.File

/**
 * What a [Terminal] is opened with.
 *
 * @property terminalId field 41: 8 characters
 * @property merchantId field 42: 15 characters
 * @property journal the journal's file; made where there is none, locked while open
 * @property transport the way to the host
 * @property security where the keys are
 * @property operator who is signed in: 2 characters
 * @property tpdu the addresses of the line, 10 hexadecimal digits
 * @property header the bytes before each message, 12 hexadecimal digits
 * @property keyRequest which working keys a sign-in asks for
 * @property timing times and limits
 * @property capacity how many transactions the ledger holds
 * @property language the language of texts
 * @property tracks how tracks are sent
 */
public class Setup @JvmOverloads constructor(
    public val terminalId: String,
    public val merchantId: String,
    public val journal: File,
    public val transport: Transport,
    public val security: Security,
    public val operator: String = "01",
    public val tpdu: String = "6000030000",
    public val header: String = "603100000000",
    public val keyRequest: KeyRequest = KeyRequest.DOUBLE_WITH_TRACK,
    public val timing: Timing = Timing.default(),
    public val capacity: Int = 1_000,
    public val language: Language = Language.CHINESE,
    public val tracks: TrackProtection = TrackProtection.CLEAR,
) {
    override fun toString(): String = "Setup($terminalId, $merchantId, $journal, $security)"
}

/** Times in milliseconds, and limits; begin with [default] and `copy`. */
public data class Timing(
    /** How long an answer may take, connecting included. */
    public val responseTimeout: Long,
    /** How often a reversal is sent before it is parked. */
    public val reversalAttempts: Int,
    /** The wait before the second attempt; it doubles with each. */
    public val reversalBackoff: Long,
    /** The wait before a "not found" is confirmed. */
    public val guard: Long,
    /** How often parked reversals are tried again. */
    public val parkInterval: Long,
    /** With so many parked, new transactions are refused. */
    public val parkedLimit: Int,
    /** The largest amount in minor units. */
    public val amountLimit: Long,
    /** The largest refund in minor units. */
    public val refundLimit: Long,
) {
    public companion object {
        /** The values a UnionPay terminal begins with. */
        @JvmStatic
        public fun default(): Timing = defaultSettings().let {
            Timing(
                it.responseTimeout, it.reversalAttempts, it.reversalBackoff, it.guard,
                it.parkInterval, it.parkedLimit, it.amountLimit, it.refundLimit,
            )
        }
    }
}

/** Which working keys a sign-in asks for: field 60.3. */
public enum class KeyRequest {
    /** `001`: single-length keys. */
    SINGLE,

    /** `003`: a double-length PIN key. */
    DOUBLE,

    /** `004`: the same and a track key. */
    DOUBLE_WITH_TRACK,
}

/** How tracks are sent: a parameter of the acquirer. */
public enum class TrackProtection {
    /** In clear. */
    CLEAR,

    /**
     * Enciphered under the track key of the sign-in. What cannot be enciphered is
     * an exception and never sent in clear.
     */
    ENCIPHERED,
}

/** The language of texts. */
public enum class Language {
    /** 中文. */
    CHINESE,

    /** English. */
    ENGLISH,
}
