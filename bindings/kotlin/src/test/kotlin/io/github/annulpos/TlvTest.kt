package io.github.annulpos

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.io.File
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue

/** The same bytes that the core is tested with, read through the facade in every mode. */
class TlvTest {
    private val root = File(checkNotNull(System.getProperty("annul.root")))
    private val vectors = list("core/tests/vectors/tlv/read.json")

    /** What the dictionary says may not be shown. */
    private val sensitive = list("core/data/emv/tags.json")
        .filter { it.has("secret") }.map { it["tag"].asString }.toSet()

    private fun list(path: String): List<JsonObject> = JsonParser
        .parseString(File(root, path).readText()).asJsonArray.map { it.asJsonObject }

    private fun bytes(hex: String) = hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

    private fun hex(bytes: ByteArray) = bytes.joinToString("") { "%02X".format(it) }

    private fun JsonObject.of(mode: Tlv.Mode): JsonObject =
        this[mode.name.lowercase()].let { if (it.isJsonObject) it.asJsonObject else this["emv"].asJsonObject }

    /** An object of the vectors and how deep it stands. */
    private class Expected(val node: JsonObject, val depth: Int) {
        val value: String? = node["value"]?.asString
    }

    private fun flat(tree: JsonArray, depth: Int = 0): List<Expected> = tree.map(JsonElement::getAsJsonObject)
        .flatMap { node ->
            val children = node["children"]?.asJsonArray?.let { flat(it, depth + 1) }.orEmpty()
            listOf(Expected(node, depth)) + children
        }

    @Test
    fun `every vector reads in every mode as it does in the core`() {
        assertTrue(vectors.size >= 70)
        for (vector in vectors) {
            for (mode in Tlv.Mode.entries) {
                val (id, input) = vector["id"].asString + " in $mode" to bytes(vector["hex"].asString)
                val result = vector.of(mode)
                val read = Tlv.decode(input, mode)
                val expected = flat(result[if (result["ok"].asBoolean) "tree" else "partial"].asJsonArray)
                assertEquals(expected.size, read.objects.size, id)
                expected.zip(read.objects).forEach { (wanted, found) -> check(id, input, mode, wanted, found) }
                assertEquals(result["error"]?.asString, read.fault?.code, id)
                assertEquals(result["offset"]?.asInt, read.fault?.offset, id)
                assertEquals(result["path"]?.asString, read.fault?.path, id)
            }
        }
    }

    private fun check(id: String, input: ByteArray, mode: Tlv.Mode, wanted: Expected, found: Tlv.Element) {
        assertEquals(wanted.node["tag"].asString, found.tag, id)
        assertEquals(wanted.node["offset"].asInt, found.offset, id)
        assertEquals(wanted.node["len"].takeIf { !it.isJsonNull }?.asInt, found.length, id)
        assertEquals(wanted.depth, found.depth, id)
        if (found.tag in sensitive && !wanted.value.isNullOrEmpty()) {
            assertNotEquals(wanted.value, found.value, id)
        } else {
            // A value of any tag may hold card data or a PIN: those are stars in their place.
            assertEquals(wanted.value?.length, found.value?.length, id)
            val shown = wanted.value?.zip(found.value!!) { clear, char -> if (char == '*') '*' else clear }
            assertEquals(shown?.joinToString(""), found.value, id)
            if (found.tag !in MAY_HOLD_SECRETS) assertEquals(wanted.value, found.value, id)
        }
        if (wanted.value != null) {
            assertEquals(wanted.value, hex(Tlv.reveal(input, found.offset, mode)), id)
        }
    }

    private companion object {
        /** Scripts for a chip: among them one that changes a PIN. */
        val MAY_HOLD_SECRETS = setOf("86")
    }

    private val record = bytes("70145A0862242429000001135F2003412F429A022601")

    @Test
    fun `what names the card or its holder does not show`() {
        val never = setOf("5A", "57", "56", "9F6B", "5F20", "9F0B", "9F1F", "9F20", "99")
        assertEquals(never, never.intersect(sensitive))
        val read = Tlv.decode(record, language = Language.ENGLISH)
        assertEquals("  5F20 Cardholder Name ******", read.toString().lines()[2])
        assertEquals(listOf(null, "622424******0113", "******", "2601"), read.objects.map { it.value })
        assertFalse("6224242900000113" in read.toString())
        assertContentEquals(bytes("6224242900000113"), Tlv.reveal(record, 2))
    }

    @Test
    fun `what is wrong is said after what is before it`() {
        val read = Tlv.decode(bytes("9A0226019F"))
        assertEquals(listOf("9A"), read.objects.map { it.tag })
        assertEquals("truncated_tag", read.fault?.code)
        assertEquals(107, assertThrows<AnnulException> { Tlv.reveal(record, 1) }.code)
    }
}
