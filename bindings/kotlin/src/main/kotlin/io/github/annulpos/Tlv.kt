package io.github.annulpos

import io.github.annulpos.internal.calling
import io.github.annulpos.internal.ffi.TlvMode
import io.github.annulpos.internal.ffi.decodeTlv
import io.github.annulpos.internal.ffi.revealTlvValue
import io.github.annulpos.internal.toFfi

/** Chip data taken apart, masked: it may be shown and logged. */
public class Tlv private constructor(
    /** The objects of all depths, each template before what is in it. */
    public val objects: List<Element>,
    /** Why what follows the objects is none; null where all was read. */
    public val fault: Fault?,
) {
    /**
     * One data object.
     *
     * @property tag in hexadecimal
     * @property offset the byte of the input at which the tag begins
     * @property length bytes of the value; null where the length is indefinite
     * @property depth templates around it
     * @property name what it is called, as a terminal of UnionPay knows it;
     *   null where that is not known
     * @property value in hexadecimal, masked where it names the card or its
     *   holder; null for a template, what is in it follows
     */
    public data class Element(
        val tag: String,
        val offset: Int,
        val length: Int?,
        val depth: Int,
        val name: String?,
        val value: String?,
    )

    /**
     * Where bytes are no data objects, and why. It quotes no value.
     *
     * @property code the same in every language: `truncated_value`
     * @property offset the byte of the input
     * @property path the templates around it: `6F.A5`
     * @property what all of it in words
     */
    public data class Fault(val code: String, val offset: Int, val path: String, val what: String)

    /** What is taken beside well-formed objects. */
    public enum class Mode {
        /** Minimal lengths, no padding. */
        STRICT,

        /** What EMV allows. */
        EMV,

        /** What real cards hold besides: erased memory. */
        FF,

        /** ISO/IEC 8825-1 with indefinite lengths. */
        BER,
    }

    override fun toString(): String {
        val lines = objects.map {
            listOfNotNull("  ".repeat(it.depth) + it.tag, it.name, it.value).joinToString(" ")
        }
        return (lines + listOfNotNull(fault?.what)).joinToString("\n")
    }

    public companion object {
        /**
         * Takes bytes apart. Where they are wrong, the objects before that are
         * there, and [fault] says what is wrong; nothing is thrown.
         */
        @JvmStatic
        @JvmOverloads
        public fun decode(
            bytes: ByteArray,
            mode: Mode = Mode.EMV,
            language: Language = Language.CHINESE,
        ): Tlv = calling {
            val decoded = decodeTlv(bytes, mode.toFfi(), language.toFfi())
            val objects = decoded.objects.map {
                Element(it.tag, it.offset, it.length, it.depth, it.name, it.value)
            }
            Tlv(objects, decoded.fault?.let { Fault(it.code, it.offset, it.path, it.what) })
        }

        /**
         * The value of an object in clear: it may be a card number. Wipe it
         * after use.
         *
         * @param offset that of an object of [decode]
         * @throws AnnulException where none begins there
         */
        @JvmStatic
        @JvmOverloads
        public fun reveal(bytes: ByteArray, offset: Int, mode: Mode = Mode.EMV): ByteArray =
            calling { revealTlvValue(bytes, mode.toFfi(), offset) }

        private fun Mode.toFfi(): TlvMode = when (this) {
            Mode.STRICT -> TlvMode.STRICT
            Mode.EMV -> TlvMode.EMV
            Mode.FF -> TlvMode.FF
            Mode.BER -> TlvMode.BER
        }
    }
}
