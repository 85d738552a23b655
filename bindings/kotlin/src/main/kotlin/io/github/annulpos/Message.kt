package io.github.annulpos

import io.github.annulpos.internal.calling
import io.github.annulpos.internal.ffi.decodeMessage
import io.github.annulpos.internal.toFfi

/** A message taken apart, masked: it may be shown and logged. */
public class Message private constructor(
    /** How much of the envelope was there, in words. */
    public val form: String,
    /** 5 bytes in hexadecimal, where they were there. */
    public val tpdu: String?,
    /** 6 bytes in hexadecimal, where they were there. */
    public val header: String?,
    /** The message type: four digits. */
    public val mti: String,
    /** The fields in order. */
    public val fields: List<Field>,
) {
    /** One field: 2 to 64, its name, and what may be shown of its value. */
    public data class Field(val number: Int, val name: String, val value: String)

    override fun toString(): String =
        fields.joinToString("\n", "$mti\n") { "F${it.number} ${it.name}: ${it.value}" }

    public companion object {
        /**
         * Takes a message apart: a whole frame, one without its length prefix,
         * or the message alone.
         *
         * @throws AnnulException where it is none; says the byte and the field
         */
        @JvmStatic
        @JvmOverloads
        public fun decode(bytes: ByteArray, language: Language = Language.CHINESE): Message =
            calling {
                val message = decodeMessage(bytes, language.toFfi())
                val fields = message.fields.map { Field(it.number, it.name, it.value) }
                Message(message.form, message.tpdu, message.header, message.mti, fields)
            }
    }
}
