package io.github.annulpos

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import javax.crypto.Cipher
import javax.crypto.spec.SecretKeySpec
import kotlin.test.assertEquals
import kotlin.test.assertIs

/** A PIN pad in Kotlin: the MAC of the UnionPay kind with the JDK's DES. */
private class TestPinPad : PinPad {
    private val master = ByteArray(16) { 0x11 }
    private var macKey: ByteArray? = null
    private val cards = mutableListOf<OpenedCard>()
    var failure: () -> Throwable? = { null }

    private fun fail() = failure()?.let { throw it }

    override fun loadWorkingKeys(keys: ByteArray) {
        fail()
        // Layout of 60 bytes: PIN key 16 + 4, MAC key 16 + 4 of which 8 count, track key.
        val key = tripleDes(Cipher.DECRYPT_MODE, master, keys.copyOfRange(20, 28))
        val check = des(key, ByteArray(8)).copyOf(4)
        if (!check.contentEquals(keys.copyOfRange(36, 40))) throw PinPadException(PinPadFault.WRONG_MAC_KEY)
        macKey = key
    }

    override fun mac(message: ByteArray): ByteArray {
        fail()
        val key = macKey ?: throw PinPadException(PinPadFault.NO_KEYS)
        val sum = ByteArray(8)
        message.forEachIndexed { at, byte -> sum[at % 8] = (sum[at % 8].toInt() xor byte.toInt()).toByte() }
        val text = hex(sum)
        val first = des(key, text.copyOfRange(0, 8))
        val mixed = ByteArray(8) { (first[it].toInt() xor text[8 + it].toInt()).toByte() }
        return hex(des(key, mixed)).copyOf(8)
    }

    override fun encryptPin(number: ByteArray): ByteArray {
        fail()
        throw PinPadException(PinPadFault.PIN_CANCELLED)
    }

    override fun seal(number: ByteArray, expiry: String?, nonce: ByteArray): ByteArray {
        fail()
        cards += OpenedCard(number, expiry)
        return ByteArray(34).also { it[33] = (cards.size - 1).toByte() }
    }

    override fun open(sealed: ByteArray): OpenedCard {
        fail()
        return cards[sealed[33].toInt()]
    }

    private fun hex(bytes: ByteArray) = bytes.joinToString("") { "%02X".format(it) }.toByteArray()

    private fun des(key: ByteArray, block: ByteArray): ByteArray =
        Cipher.getInstance("DES/ECB/NoPadding").run {
            init(Cipher.ENCRYPT_MODE, SecretKeySpec(key, "DES"))
            doFinal(block)
        }

    private fun tripleDes(mode: Int, key: ByteArray, block: ByteArray): ByteArray =
        Cipher.getInstance("DESede/ECB/NoPadding").run {
            init(mode, SecretKeySpec(key + key.copyOf(8), "DESede"))
            doFinal(block)
        }
}

/** All effects of a security module as data: a device of the app's does them. */
@Timeout(60)
class PinPadTest {
    @TempDir
    lateinit var folder: File

    private fun withPad(
        sealingKey: ByteArray? = null,
        test: suspend (Terminal, TestPinPad, TestHost) -> Unit,
    ) = TestHost().use { host ->
        val pad = TestPinPad()
        val journal = File(folder, "journal${sealingKey?.size}")
        runBlocking {
            val setup = setup(journal, host.transport, Security.Device(pad, sealingKey))
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
    fun `a device that throws anything has failed`() = withPad { terminal, pad, host ->
        terminal.signIn()
        val throwables = listOf(AssertionError(), OutOfMemoryError(), RuntimeException())
        for ((number, throwable) in throwables.withIndex()) {
            pad.failure = { throwable }
            val order = sale("a$number", 100)
            val failure = assertThrows<AnnulException> { runBlocking { terminal.sale(order) } }
            assertEquals(408, failure.code)
            pad.failure = { null }
        }
        assertEquals(NOTHING_BOOKED, host.books())
        assertIs<Outcome.Approved>(terminal.sale(sale("b", 100)))
    }

    @Test
    fun `a device that cannot check the answer leaves the outcome unknown`() =
        withPad { terminal, pad, host ->
            terminal.signIn()
            var calls = 0
            // Sealing, then the request's MAC; the third call is for the answer's.
            pad.failure = { AssertionError("provoked").takeIf { ++calls == 3 } }
            assertIs<Outcome.Unknown>(terminal.sale(sale("a", 100)))
            pad.failure = { null }
            terminal.recover()
            assertEquals(NOTHING_BOOKED, host.books())
        }

    @Test
    fun `keys that the device refuses are no sign-in`() = withPad { terminal, pad, _ ->
        pad.failure = { PinPadException(PinPadFault.WRONG_MAC_KEY) }
        val failure = assertThrows<AnnulException> { runBlocking { terminal.signIn() } }
        assertEquals(401, failure.code)
        assertEquals(false, terminal.standing().isSignedIn)
    }
}
