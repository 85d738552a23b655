package io.github.annulpos

/** Where keys are, and PINs entered. It prints nothing of a key. */
public sealed class Security {
    /**
     * Keys in this program's memory: for tests, simulators, and devices whose
     * operating system guards it. PINs of real cards want a [Device].
     *
     * @param masterKey the terminal master key: 8, 16 or 24 bytes DES, 16 bytes SM4
     */
    public class Software @JvmOverloads constructor(
        internal val masterKey: ByteArray,
        internal val algorithm: MacAlgorithm = MacAlgorithm.UNION_PAY_ECB,
        internal val cipher: MasterCipher = MasterCipher.DES,
        internal val pinEntry: PinEntry? = null,
    ) : Security() {
        override fun toString(): String = "Software($algorithm)"
    }

    /**
     * Keys in a PIN pad.
     *
     * @param sealingKey 32 bytes from the platform's key store that seal card
     * numbers for the journal; without it the pad does that itself
     */
    public class Device @JvmOverloads constructor(
        internal val pinPad: PinPad,
        internal val sealingKey: ByteArray? = null,
    ) : Security() {
        override fun toString(): String = "Device"
    }
}

/** How a host computes the MAC: a parameter of the acquirer. */
public enum class MacAlgorithm {
    /** UnionPay's default, "POS ECB". */
    UNION_PAY_ECB,

    /** The same with SM4. */
    SM4_ECB,

    /** ANSI X9.9, the block itself. */
    X9_9,

    /** ANSI X9.9 in hexadecimal. */
    X9_9_HEX,

    /** ANSI X9.19, the retail MAC. */
    X9_19,

    /** The reading of Chanjet's manual. */
    CHANJET,
}

/** The cipher of a master key. */
public enum class MasterCipher {
    /** DES of any length. */
    DES,

    /** SM4. */
    SM4,
}

/** Asks the customer for a PIN, where the keys are in software. */
public fun interface PinEntry {
    /**
     * 4 to 12 ASCII digits, or null where the customer gave up. What is thrown
     * ends the command before anything is sent. The array is wiped after use.
     */
    public fun enterPin(maskedCard: String): ByteArray?
}

/**
 * The device that holds the keys. Its methods may take as long as a customer
 * takes to enter a PIN; they are called one at a time, on the terminal's thread.
 * Throw [PinPadException] to say what went wrong; anything else that is thrown
 * counts as a failure of the device, and never as success.
 */
public interface PinPad {
    /** Loads working keys: field 62 as the host sent it. All or none. */
    public fun loadWorkingKeys(keys: ByteArray)

    /** The 8 bytes of field 64 for a message. */
    public fun mac(message: ByteArray): ByteArray

    /** Takes a PIN and gives the 8 bytes of field 52. [number] is the card's, in ASCII. */
    public fun encryptPin(number: ByteArray): ByteArray

    /**
     * Enciphers a track under the track key; only where the setup wants
     * [TrackProtection.ENCIPHERED].
     *
     * @param track track 2 packed two digits a byte, as field 35 has it
     * @return as many bytes; the eight that end one byte before the last are
     * enciphered with DES in ECB mode, the others as they were
     */
    public fun encryptTrack(track: ByteArray): ByteArray = throw PinPadException(PinPadFault.UNSUPPORTED)

    /** Seals card data into 34 bytes; only without a sealing key in the setup. */
    public fun seal(number: ByteArray, expiry: String?, nonce: ByteArray): ByteArray =
        throw PinPadException(PinPadFault.UNSUPPORTED)

    /** Opens what [seal] made. */
    public fun open(sealed: ByteArray): OpenedCard = throw PinPadException(PinPadFault.UNSUPPORTED)
}

/** Card data that a [PinPad] opened. It prints nothing of them. */
public class OpenedCard(internal val number: ByteArray, internal val expiry: String?) {
    override fun toString(): String = "OpenedCard(***)"
}

/** A [PinPad] did not do what it was asked. */
public class PinPadException @JvmOverloads constructor(
    public val fault: PinPadFault,
    public val deviceCode: Int = 0,
) : Exception("PIN pad: $fault")

/** Why a [PinPad] did not do what it was asked. */
public enum class PinPadFault {
    /** No working keys. */
    NO_KEYS,

    /** The check value of the PIN key is wrong. */
    WRONG_PIN_KEY,

    /** The check value of the MAC key is wrong. */
    WRONG_MAC_KEY,

    /** The check value of the track key is wrong. */
    WRONG_TRACK_KEY,

    /** Keys or an operation that it does not have. */
    UNSUPPORTED,

    /** No PIN was entered. */
    NO_PIN,

    /** The customer cancelled. */
    PIN_CANCELLED,

    /** A sealed card does not open. */
    SEAL_BROKEN,

    /** It took too long. */
    TIMED_OUT,

    /** Anything else; its own code is in [PinPadException.deviceCode]. */
    FAILED,
}
