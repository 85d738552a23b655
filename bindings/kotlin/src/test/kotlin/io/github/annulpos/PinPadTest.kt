package io.github.annulpos

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import javax.crypto.Cipher
import kotlin.test.assertEquals
import kotlin.test.assertIs

/** A PIN pad in Kotlin: the MAC of the UnionPay kind with the JDK's DES. */
private class TestPinPad : PinPad {
    private val master = ByteArray(16) { 0x11 }
    private var macKey: ByteArray? = null
    private var trackKey: ByteArray? = null
    private val cards = mutableListOf<OpenedCard>()

    /** What a method of this name throws, if anything. */
    var failure: (String) -> Throwable? = { null }

    /** What comes back instead of the enciphered track. */
    var instead: ((ByteArray) -> ByteArray)? = null

    private fun fail(method: String) = failure(method)?.let { throw it }

    override fun loadWorkingKeys(keys: ByteArray) {
        fail("loadWorkingKeys")
        // Layout of 60 bytes: PIN key 16 + 4, MAC key 16 + 4 of which 8 count, track key.
        val key = tripleDes(Cipher.DECRYPT_MODE, master, keys.copyOfRange(20, 28))
        val check = tripleDes(Cipher.ENCRYPT_MODE, key, ByteArray(8)).copyOf(4)
        if (!check.contentEquals(keys.copyOfRange(36, 40))) throw PinPadException(PinPadFault.WRONG_MAC_KEY)
        macKey = key
        trackKey = tripleDes(Cipher.DECRYPT_MODE, master, keys.copyOfRange(40, 56))
    }

    override fun encryptTrack(track: ByteArray): ByteArray {
        fail("encryptTrack")
        instead?.let { return it(track) }
        val key = trackKey ?: throw PinPadException(PinPadFault.NO_KEYS)
        val (from, to) = track.size - 9 to track.size - 1
        return track.copyOf().also {
            tripleDes(Cipher.ENCRYPT_MODE, key, track.copyOfRange(from, to)).copyInto(it, from)
        }
    }

    override fun mac(message: ByteArray): ByteArray {
        fail("mac")
        return unionPayMac(macKey ?: throw PinPadException(PinPadFault.NO_KEYS), message)
    }

    override fun encryptPin(number: ByteArray): ByteArray {
        fail("encryptPin")
        throw PinPadException(PinPadFault.PIN_CANCELLED)
    }

    override fun seal(number: ByteArray, expiry: String?, nonce: ByteArray): ByteArray {
        fail("seal")
        cards += OpenedCard(number, expiry)
        return ByteArray(34).also { it[33] = (cards.size - 1).toByte() }
    }

    override fun open(sealed: ByteArray): OpenedCard {
        fail("open")
        return cards[sealed[33].toInt()]
    }
}

/** All effects of a security module as data: a device of the app's does them. */
@Timeout(60)
class PinPadTest {
    @TempDir
    lateinit var folder: File

    private fun withPad(
        sealingKey: ByteArray? = null,
        tracks: TrackProtection = TrackProtection.CLEAR,
        test: suspend (Terminal, TestPinPad, TestHost) -> Unit,
    ) = TestHost().use { host ->
        val pad = TestPinPad()
        val journal = File(folder, "journal${sealingKey?.size}")
        runBlocking {
            val setup = setup(journal, host.transport, Security.Device(pad, sealingKey), tracks = tracks)
            Terminal.open(setup).use { terminal -> test(terminal, pad, host) }
        }
    }

    @Test
    fun `the whole story with keys in a device`() {
        for (sealingKey in listOf(null, ByteArray(32) { 7 })) {
            withPad(sealingKey) { terminal, _, host ->
                assertEquals(Answered.Yes(1), terminal.signIn())
                val card = Card.keyed("6216261000000000018".toByteArray(), "3012")
                val sold = assertIs<Outcome.Approved>(terminal.sale(SaleOrder("a", 900, card)))
                host.fault("drop-answer@void")
                assertIs<Outcome.Unknown>(terminal.void(void("b", sold.transaction.trace)))
                assertIs<Outcome.Approved>(terminal.void(void("c", sold.transaction.trace)))
                assertEquals(Books(1, 900, 1, 900), host.books())
            }
        }
    }

    @Test
    fun `a customer who cancels sends nothing`() = withPad { terminal, _, host ->
        terminal.signIn()
        val order = SaleOrder("a", 100, track2(), Pin.WANTED)
        val failure = assertThrows<AnnulException> { runBlocking { terminal.sale(order) } }
        assertEquals(404, failure.code)
        assertEquals(NOTHING_BOOKED, host.books())
    }

    @Test
    fun `keys that a device throws at are not loaded`() = withPad { terminal, pad, host ->
        for (throwable in THROWABLES) {
            pad.failure = { method -> throwable().takeIf { method == "loadWorkingKeys" } }
            val failure = assertThrows<AnnulException> { runBlocking { terminal.signIn() } }
            assertEquals(408, failure.code)
            assertEquals(false, terminal.standing().isSignedIn)
        }
        assertEquals(NOTHING_BOOKED, host.books())
    }

    @Test
    fun `a device that throws anything before sending has failed and nothing is sent`() =
        withPad { terminal, pad, host ->
            terminal.signIn()
            val methods = listOf("seal" to Pin.NONE, "mac" to Pin.NONE, "encryptPin" to Pin.WANTED)
            for ((method, pin) in methods) {
                for ((number, throwable) in THROWABLES.withIndex()) {
                    pad.failure = { called -> throwable().takeIf { called == method } }
                    val order = SaleOrder("$method$number", 100, track2(), pin)
                    val failure = assertThrows<AnnulException> { runBlocking { terminal.sale(order) } }
                    assertEquals(408, failure.code, method)
                }
            }
            pad.failure = { null }
            assertEquals(NOTHING_BOOKED, host.books())
            assertIs<Outcome.Approved>(terminal.sale(sale("b", 100)))
        }

    @Test
    fun `a card that the device throws at is not opened, and the sale stands`() =
        withPad { terminal, pad, host ->
            terminal.signIn()
            val sold = assertIs<Outcome.Approved>(terminal.sale(sale("a", 100)))
            for ((number, throwable) in THROWABLES.withIndex()) {
                pad.failure = { method -> throwable().takeIf { method == "open" } }
                val order = void("v$number", sold.transaction.trace)
                val failure = assertThrows<AnnulException> { runBlocking { terminal.void(order) } }
                assertEquals(408, failure.code)
                assertEquals(Status.APPROVED, terminal.transaction(sold.transaction.trace)?.status)
            }
            pad.failure = { null }
            assertEquals(Books(1, 100, 0, 0), host.books())
            assertIs<Outcome.Approved>(terminal.void(void("b", sold.transaction.trace)))
        }

    @Test
    fun `a device that cannot check the answer leaves the outcome unknown`() =
        withPad { terminal, pad, host ->
            for ((number, throwable) in THROWABLES.withIndex()) {
                // After an answer that could not be checked new keys come first.
                terminal.signIn()
                var macs = 0
                // The first is the request's, the second for the answer.
                pad.failure = { method -> throwable().takeIf { method == "mac" && ++macs == 2 } }
                assertIs<Outcome.Unknown>(terminal.sale(sale("a$number", 100)))
                pad.failure = { null }
                terminal.recover()
                assertEquals(NOTHING_BOOKED, host.books())
            }
        }

    @Test
    fun `a track that the device enciphers is opened by the host, and nothing goes in clear`() =
        withPad(tracks = TrackProtection.ENCIPHERED) { terminal, pad, host ->
            val signedOut = assertThrows<AnnulException> { runBlocking { terminal.sale(sale("s", 100)) } }
            assertEquals(303, signedOut.code)
            terminal.signIn()
            for ((number, throwable) in THROWABLES.withIndex()) {
                pad.failure = { method -> throwable().takeIf { method == "encryptTrack" } }
                val failure = assertThrows<AnnulException> { runBlocking { terminal.sale(sale("t$number", 100)) } }
                assertEquals(408, failure.code)
            }
            pad.failure = { null }
            for (wrong in listOf<(ByteArray) -> ByteArray>({ it }, { it.copyOf(8) })) {
                pad.instead = wrong
                val failure = assertThrows<AnnulException> { runBlocking { terminal.sale(sale("u", 100)) } }
                assertEquals(408, failure.code)
            }
            pad.instead = null
            assertEquals(NOTHING_BOOKED, host.books())
            val sold = assertIs<Outcome.Approved>(terminal.sale(sale("a", 100)))
            val order = VoidOrder(
                "b", sold.transaction.trace, supervisor = "00", reason = "customer-request", card = track2(),
            )
            assertIs<Outcome.Approved>(terminal.void(order))
            assertEquals(Books(1, 100, 1, 100), host.books())
        }

    @Test
    fun `keys that the device refuses are no sign-in`() = withPad { terminal, pad, _ ->
        pad.failure = { PinPadException(PinPadFault.WRONG_MAC_KEY) }
        val failure = assertThrows<AnnulException> { runBlocking { terminal.signIn() } }
        assertEquals(401, failure.code)
        assertEquals(false, terminal.standing().isSignedIn)
    }
}
