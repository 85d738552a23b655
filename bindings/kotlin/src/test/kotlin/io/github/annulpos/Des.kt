package io.github.annulpos

import javax.crypto.Cipher
import javax.crypto.spec.SecretKeySpec

/** DES with a key of 8 bytes, TDES with one of 16, by the JDK. */
fun tripleDes(mode: Int, key: ByteArray, data: ByteArray): ByteArray =
    Cipher.getInstance("DESede/ECB/NoPadding").run {
        val parts = if (key.size == 8) key + key + key else key + key.copyOf(8)
        init(mode, SecretKeySpec(parts, "DESede"))
        doFinal(data)
    }

/** The MAC "POS ECB": field 64 of a message. */
fun unionPayMac(key: ByteArray, message: ByteArray): ByteArray {
    fun hexadecimal(bytes: ByteArray) = bytes.joinToString("") { "%02X".format(it) }.toByteArray()
    fun encrypt(block: ByteArray) = tripleDes(Cipher.ENCRYPT_MODE, key, block)
    fun xor(one: ByteArray, other: ByteArray) = ByteArray(8) { (one[it].toInt() xor other[it].toInt()).toByte() }

    val padded = message.copyOf((message.size + 7) / 8 * 8)
    val sum = (padded.indices step 8).fold(ByteArray(8)) { sum, at -> xor(sum, padded.copyOfRange(at, at + 8)) }
    val text = hexadecimal(sum)
    val mixed = xor(encrypt(text.copyOfRange(0, 8)), text.copyOfRange(8, 16))
    return hexadecimal(encrypt(mixed)).copyOf(8)
}
