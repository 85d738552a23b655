package io.github.annulpos

import io.github.annulpos.internal.calling
import io.github.annulpos.internal.ffi.provokePanic
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.io.IOException
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** What a callback may throw: errors of the machine, of tests, of networks, of programs. */
val THROWABLES = listOf<() -> Throwable>(
    { AssertionError("provoked") },
    { OutOfMemoryError("provoked") },
    { NoClassDefFoundError("provoked") },
    { NotImplementedError("provoked") },
    { IOException("provoked") },
    { IllegalStateException("provoked") },
)

/**
 * Whatever an app's callback throws, an [Error] too, is a failure and never a
 * success: the app's books and the host's agree afterwards.
 */
@Timeout(60)
class CallbackTest {
    @TempDir
    lateinit var folder: File

    /** A transport whose connections can be made to throw. */
    private class Breaking(private val inner: Transport) : Transport {
        var onConnect: () -> Unit = {}
        var beforeSend: () -> Unit = {}
        var afterSend: () -> Unit = {}
        var onReceive: () -> Unit = {}
        var onClose: () -> Unit = {}

        override fun connect(timeoutMillis: Long): Connection {
            onConnect()
            val connection = inner.connect(timeoutMillis)
            return object : Connection {
                override fun send(bytes: ByteArray) {
                    beforeSend()
                    connection.send(bytes)
                    afterSend()
                }

                override fun receive(buffer: ByteArray, timeoutMillis: Long): Int {
                    onReceive()
                    return connection.receive(buffer, timeoutMillis)
                }

                override fun close() {
                    connection.close()
                    onClose()
                }
            }
        }
    }

    /** Each time another throwable, once; a callback that works again afterwards. */
    private fun once(make: () -> Throwable): () -> Unit {
        var left = 1
        return { if (left-- > 0) throw make() }
    }

    private fun eachThrowable(test: suspend (Terminal, Breaking, TestHost, () -> Throwable) -> Unit) {
        for ((number, make) in THROWABLES.withIndex()) {
            TestHost().use { host ->
                val transport = Breaking(host.transport)
                runBlocking {
                    Terminal.open(setup(File(folder, "journal$number"), transport)).use { terminal ->
                        terminal.signIn()
                        test(terminal, transport, host, make)
                    }
                }
            }
        }
    }

    @Test
    fun `connect that throws means not sent`() = eachThrowable { terminal, transport, host, make ->
        transport.onConnect = once(make)
        assertIs<Outcome.NotSent>(terminal.sale(sale("a", 100)))
        assertEquals(NOTHING_BOOKED, host.books())
    }

    @Test
    fun `send that throws before a byte left is in doubt and undone`() =
        eachThrowable { terminal, transport, host, make ->
            transport.beforeSend = once(make)
            assertIs<Outcome.Unknown>(terminal.sale(sale("a", 100)))
            assertEquals(NOTHING_BOOKED, host.books())
        }

    @Test
    fun `send that throws after the host has it is in doubt and undone`() =
        eachThrowable { terminal, transport, host, make ->
            transport.afterSend = once(make)
            val unknown = assertIs<Outcome.Unknown>(terminal.sale(sale("a", 100)))
            assertEquals(Status.REVERSED.takeIf { unknown.undoing == Undoing.DONE } ?: Status.PROVISIONAL,
                unknown.transaction.status)
            assertEquals(0, terminal.recover().unresolved)
            assertEquals(NOTHING_BOOKED, host.books())
        }

    @Test
    fun `receive that throws is in doubt and undone`() =
        eachThrowable { terminal, transport, host, make ->
            transport.onReceive = once(make)
            assertIs<Outcome.Unknown>(terminal.sale(sale("a", 100)))
            assertEquals(0, terminal.recover().unresolved)
            assertEquals(NOTHING_BOOKED, host.books())
        }

    @Test
    fun `a void whose connection throws is undone and the sale stands`() =
        eachThrowable { terminal, transport, host, make ->
            val sold = assertIs<Outcome.Approved>(terminal.sale(sale("a", 100)))
            transport.onReceive = once(make)
            assertIs<Outcome.Unknown>(terminal.void(void("b", sold.transaction.trace)))
            terminal.recover()
            assertEquals(Status.APPROVED, terminal.transaction(sold.transaction.trace)?.status)
            assertEquals(Books(1, 100, 0, 0), host.books())
        }

    @Test
    fun `close that throws changes no outcome`() = eachThrowable { terminal, transport, host, make ->
        transport.onClose = once(make)
        assertIs<Outcome.Approved>(terminal.sale(sale("a", 100)))
        assertEquals(Books(1, 100, 0, 0), host.books())
    }

    @Test
    fun `a listener that throws changes no outcome`() = eachThrowable { terminal, _, host, make ->
        terminal.addProgressListener { throw make() }
        host.fault("drop-answer@sale")
        assertIs<Outcome.Unknown>(terminal.sale(sale("a", 100)))
        host.fault("decline=51@sale")
        assertIs<Outcome.Declined>(terminal.sale(sale("b", 100)))
        assertEquals(NOTHING_BOOKED, host.books())
        assertIs<Outcome.Approved>(terminal.sale(sale("c", 100)))
        assertEquals(Books(1, 100, 0, 0), host.books())
    }

    @Test
    fun `what a transport threw is told`() = eachThrowable { terminal, transport, _, make ->
        val told = mutableListOf<Progress>()
        terminal.addProgressListener { told += it }
        transport.onConnect = once(make)
        terminal.sale(sale("a", 100))
        val failed = told.filterIsInstance<Progress.CallbackFailed>().single()
        assertEquals("transport, connect", failed.callback)
        assertEquals(make().javaClass, failed.cause.javaClass)
    }

    @Test
    fun `PIN entry that throws or is given up sends nothing`() {
        val entries = THROWABLES.map { make -> PinEntry { throw make() } } +
            PinEntry { null } + PinEntry { "12".toByteArray() }
        for ((number, entry) in entries.withIndex()) {
            TestHost().use { host ->
                val keys = Security.Software(ByteArray(16) { 0x11 }, pinEntry = entry)
                runBlocking {
                    Terminal.open(setup(File(folder, "pin$number"), host.transport, keys)).use { terminal ->
                        terminal.signIn()
                        val order = SaleOrder("a", 100, track2(), Pin.WANTED)
                        val failure = assertThrows<AnnulException> { runBlocking { terminal.sale(order) } }
                        assertTrue(failure.code in listOf(403, 404, 408), "${failure.code}")
                        assertEquals(NOTHING_BOOKED, host.books())
                        // Nothing is left open: the next sale goes through.
                        assertIs<Outcome.Approved>(terminal.sale(sale("b", 100)))
                    }
                }
            }
        }
    }

    @Test
    fun `a panic inside Rust is an exception, and the program goes on`() {
        val failure = assertThrows<AnnulException> { calling { provokePanic("boom") } }
        assertEquals(900, failure.code)
        assertEquals(Advice.REOPEN, failure.advice)
        assertTrue("boom" in failure.message!!, failure.message)
        assertThrows<AnnulException> { calling { provokePanic("again") } }
    }
}
