package io.github.annulpos

import com.google.gson.JsonObject
import com.google.gson.JsonParser
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.io.IOException
import java.util.HexFormat
import javax.crypto.Cipher
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue

/**
 * The vectors of the core on the line: a sign-in and a sale byte for byte, and
 * the working keys of every layout, whose MACs and PIN blocks then go out, and
 * the enciphered track.
 */
@Timeout(60)
class ReplayTest {
    @TempDir
    lateinit var folder: File

    /** A host that gives these answers one after the other, and then breaks the line. */
    private class Recorded(private val answers: List<ByteArray>) : Transport {
        val requests = mutableListOf<ByteArray>()

        override fun connect(timeoutMillis: Long) = object : Connection {
            private var answer = ByteArray(0)

            override fun send(bytes: ByteArray) {
                requests += bytes
                answer = answers.getOrNull(requests.size - 1) ?: throw IOException("no more answers")
            }

            override fun receive(buffer: ByteArray, timeoutMillis: Long): Int {
                answer.copyInto(buffer)
                return answer.size.also { answer = ByteArray(0) }.takeIf { it > 0 } ?: -1
            }

            override fun close() = Unit
        }
    }

    private val root = File(checkNotNull(System.getProperty("annul.root")))
    private val messages = read("unionpay/messages.json").asJsonArray.map { it.asJsonObject }
        .associate { it["id"].asString to hex(it["hex"].asString) }
    private val crypto = read("crypto/unionpay.json").asJsonObject

    private fun read(name: String) = JsonParser.parseString(File(root, "core/tests/vectors/$name").readText())

    private fun hex(text: String) = HexFormat.of().parseHex(text)

    private fun JsonObject.bytes(name: String) = hex(this[name].asString)

    private fun group(name: String) = crypto[name].asJsonArray.map { it.asJsonObject }

    private fun keys(master: ByteArray) =
        Security.Software(master) { "111111".toByteArray() }

    private fun pinSale() = SaleOrder(
        "a", 100, Card.swiped("6216261000000000018=301220100000000".toByteArray()), Pin.WANTED,
    )

    @Test
    fun `a sign-in and a sale go out and come in byte for byte`() {
        val line = Recorded(listOf("G02", "G05").map(messages::getValue))
        val setup = setup(
            File(folder, "journal"), line, keys(ByteArray(16) { 0x11 }), keyRequest = KeyRequest.DOUBLE,
        )
        runBlocking {
            Terminal.open(setup).use { terminal ->
                assertEquals(Answered.Yes(1), terminal.signIn())
                val sold = assertIs<Outcome.Approved>(terminal.sale(pinSale()))
                assertEquals("101630000002", sold.transaction.reference)
                assertEquals("123456", sold.transaction.authorization)
            }
        }
        for ((index, id) in listOf("G01", "G04").withIndex()) {
            assertContentEquals(messages.getValue(id), line.requests[index], id)
        }
    }

    /** The answer to a sign-in with these keys in field 62, for that key request in field 60. */
    private fun signedIn(field62: ByteArray): Pair<ByteArray, KeyRequest> {
        val (code, request) = when (field62.size) {
            24 -> "001" to KeyRequest.SINGLE
            40 -> "003" to KeyRequest.DOUBLE
            else -> "004" to KeyRequest.DOUBLE_WITH_TRACK
        }
        val sample = messages.getValue("G02")
        val head = sample.copyOf(sample.size - (2 + 40) - (2 + 6))
        val frame = head + hex("001100000001${code}0") + hex("%04d".format(field62.size)) + field62
        val length = frame.size - 2
        frame[0] = (length shr 8).toByte()
        frame[1] = length.toByte()
        return frame to request
    }

    @Test
    fun `working keys of every layout make the MAC and the PIN block`() {
        val block = group("pin").single { it["f52"].asString == "85311F557CB9C9E4" }.bytes("block")
        val vectors = group("working_keys").filter { it.has("master") }
        assertTrue(vectors.size >= 6)
        for (vector in vectors) {
            val id = vector["id"].asString
            val (answer, request) = signedIn(vector.bytes("field_62"))
            val line = Recorded(listOf(answer))
            val setup = setup(File(folder, id), line, keys(vector.bytes("master")), keyRequest = request)
            runBlocking {
                Terminal.open(setup).use { terminal ->
                    assertEquals(Answered.Yes(1), terminal.signIn(), id)
                    // The line breaks; what went out is what is looked at.
                    assertIs<Outcome.Unknown>(terminal.sale(pinSale()), id)
                }
            }
            val message = line.requests[1].drop(13).toByteArray()
            val signed = message.copyOf(message.size - 8)
            assertContentEquals(
                unionPayMac(vector.bytes("mac"), signed), message.copyOfRange(signed.size, message.size), id,
            )
            val pin = tripleDes(Cipher.ENCRYPT_MODE, vector.bytes("pin"), block)
            assertTrue(HexFormat.of().formatHex(pin) in HexFormat.of().formatHex(signed), id)
        }
    }

    @Test
    fun `an enciphered track goes out as the vector says`() {
        val vector = group("track").single { it.has("packed_encrypted") }
        val keys = group("working_keys").first { it["track"]?.asString == vector["key"].asString && it.has("master") }
        val (answer, request) = signedIn(keys.bytes("field_62"))
        val line = Recorded(listOf(answer))
        val setup = setup(
            File(folder, "tracks"), line, keys(keys.bytes("master")),
            keyRequest = request, tracks = TrackProtection.ENCIPHERED,
        )
        runBlocking {
            Terminal.open(setup).use { terminal ->
                // No key yet: nothing goes out, least of all the track in clear.
                val failure = assertThrows<AnnulException> { runBlocking { terminal.sale(pinSale()) } }
                assertEquals(303, failure.code)
                assertEquals(0, line.requests.size)
                terminal.signIn()
                assertIs<Outcome.Unknown>(terminal.sale(pinSale()))
            }
        }
        val sale = HexFormat.of().withUpperCase().formatHex(line.requests[1])
        // 35 digits, then the bytes; field 53 says PIN, triple DES, enciphered.
        assertTrue("35" + vector["packed_encrypted"].asString in sale, sale)
        assertTrue("2610000000000000" in sale, sale)
    }

    @Test
    fun `a key whose check value is wrong is no sign-in`() {
        for (vector in group("working_keys").filter { it.has("master") }) {
            val id = vector["id"].asString
            val field62 = vector.bytes("field_62")
            // The check value of the PIN key ends its block.
            val last = if (field62.size == 24) 11 else 19
            field62[last] = (field62[last].toInt() xor 1).toByte()
            val (answer, request) = signedIn(field62)
            val line = Recorded(listOf(answer))
            val setup = setup(File(folder, "wrong $id"), line, keys(vector.bytes("master")), keyRequest = request)
            runBlocking {
                Terminal.open(setup).use { terminal ->
                    val failure = assertThrows<AnnulException> { runBlocking { terminal.signIn() } }
                    assertEquals(401, failure.code, id)
                    assertEquals(false, terminal.standing().isSignedIn, id)
                }
            }
        }
    }
}
