package io.github.annulpos

import com.google.gson.JsonArray
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** The same messages that the core is tested with, read through the facade. */
class MessageTest {
    private val root = File(checkNotNull(System.getProperty("annul.root")))
    private val samples: JsonArray = JsonParser
        .parseString(File(root, "core/tests/vectors/unionpay/messages.json").readText())
        .asJsonArray

    /** Fields that show what they hold. */
    private val open = setOf(3, 4, 11, 25, 37, 38, 39, 41, 42, 49)

    private fun bytes(hex: String) = hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

    private fun JsonObject.text(name: String): String? = this[name]?.takeIf { !it.isJsonNull }?.asString

    /** Of another dialect, or without its last field: not to be read as a whole message. */
    private fun isOdd(sample: JsonObject) = sample.text("id") == "P19" || sample.text("form") == "mab"

    @Test
    fun `every sample reads as the vectors say`() {
        var read = 0
        for (sample in samples.map { it.asJsonObject }.filterNot(::isOdd)) {
            val id = sample.text("id")
            val message = Message.decode(bytes(sample.text("hex")!!), Language.ENGLISH)
            assertEquals(sample.text("mti"), message.mti, id)
            assertEquals(sample.text("tpdu"), message.tpdu, id)
            assertEquals(sample.text("header"), message.header, id)
            val listed = sample["fields"].asJsonObject
            assertEquals(listed.keySet().map(String::toInt).toSet(), message.fields.map { it.number }.toSet(), id)
            for (field in message.fields.filter { it.number in open }) {
                assertEquals(listed.text("${field.number}"), field.value, "$id, field ${field.number}")
            }
            read += 1
        }
        assertTrue(read >= 55, "only $read samples were read")
    }

    @Test
    fun `no sample shows a card number, track or PIN block`() {
        for (sample in samples.map { it.asJsonObject }.filterNot(::isOdd)) {
            val shown = Message.decode(bytes(sample.text("hex")!!), Language.ENGLISH).toString()
            for (secret in listOf("2", "35", "52").mapNotNull { sample["fields"].asJsonObject.text(it) }) {
                assertFalse(secret in shown, sample.text("id"))
            }
        }
    }

    @Test
    fun `bytes that are no message say where and how`() {
        val failure = assertThrows<AnnulException> { Message.decode(byteArrayOf(2, 0, 0)) }
        assertTrue(failure.code in 600..699, "${failure.code}")
    }
}
