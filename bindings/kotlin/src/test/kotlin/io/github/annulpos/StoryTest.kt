package io.github.annulpos

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.util.concurrent.ExecutionException
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** The story of a till, against the simulated host over TCP. */
@Timeout(60)
class StoryTest {
    @TempDir
    lateinit var folder: File

    private val journal get() = File(folder, "journal")

    private fun story(
        vararg faults: String,
        timing: Timing = QUICK,
        tell: suspend (Terminal, TestHost) -> Unit,
    ) =
        TestHost(*faults).use { host ->
            runBlocking {
                Terminal.open(setup(journal, host.transport, timing = timing)).use { terminal ->
                    assertEquals(Answered.Yes(1), terminal.signIn())
                    tell(terminal, host)
                }
            }
        }

    @Test
    fun `a sale is voided and both books agree`() = story { terminal, host ->
        val sold = assertIs<Outcome.Approved>(terminal.sale(sale("a", 12_34)))
        assertEquals("622424******0113", sold.transaction.card)
        val voided = assertIs<Outcome.Approved>(terminal.void(void("b", sold.transaction.trace)))
        assertEquals(Kind.VOID, voided.transaction.kind)
        assertEquals(sold.transaction.id, voided.transaction.original)
        assertEquals(Status.VOIDED, terminal.transaction(sold.transaction.trace)?.status)
        assertEquals(Books(1, 12_34, 1, 12_34), host.books())
        assertEquals(Totals(1, 12_34, 1, 12_34), terminal.totals())
        assertEquals(Standing(isSignedIn = true, batch = 1, unresolved = 0, parked = 0), terminal.standing())
        assertIs<Answered.Yes>(terminal.echo())
    }

    @Test
    fun `a lost answer is unknown, reversed, and the same for the same id`() =
        story("drop-answer@sale") { terminal, host ->
            val lost = assertIs<Outcome.Unknown>(terminal.sale(sale("a", 500)))
            assertEquals(Undoing.DONE, lost.undoing)
            assertEquals("98", lost.transaction.reversalReason)
            val again = assertIs<Outcome.Unknown>(terminal.sale(sale("a", 500)))
            assertEquals(lost.transaction, again.transaction)
            assertEquals(NOTHING_BOOKED, host.books())
            assertIs<Outcome.Unknown>(terminal.status("a"))
            assertNull(terminal.status("never"))
        }

    @Test
    fun `a declined sale is a value with the host's code`() =
        story("decline=51@sale") { terminal, host ->
            val declined = assertIs<Outcome.Declined>(terminal.sale(sale("a", 500)))
            assertEquals("51", declined.transaction.responseCode)
            assertEquals(NOTHING_BOOKED, host.books())
        }

    @Test
    fun `what is under way when the app ends is reversed on the same journal`() {
        TestHost("drop-answer@sale").use { host ->
            runBlocking {
                val first = Terminal.open(setup(journal, host.transport, timing = PATIENT))
                first.signIn()
                val cut = async(start = CoroutineStart.UNDISPATCHED) {
                    runCatching { first.sale(sale("a", 700)) }
                }
                withTimeout(20_000) { while (host.books().sales == 0L) delay(10) }
                first.close()
                val failure = assertIs<AnnulException>(cut.await().exceptionOrNull())
                assertEquals(Advice.REOPEN, failure.advice)
                assertEquals(Books(1, 700, 0, 0), host.books())
                Terminal.open(setup(journal, host.transport)).use { second ->
                    val pending = assertIs<Outcome.Unknown>(second.status("a"))
                    assertEquals(Undoing.PENDING, pending.undoing)
                    assertEquals(0, second.recover().unresolved)
                    val done = assertIs<Outcome.Unknown>(second.status("a"))
                    assertEquals(Undoing.DONE, done.undoing)
                }
                assertEquals(NOTHING_BOOKED, host.books())
            }
        }
    }

    @Test
    fun `progress tells what an operator may know`() = story("drop-answer@sale") { terminal, _ ->
        runBlocking {
            val heard = mutableListOf<Progress>()
            val hearing = launch(start = CoroutineStart.UNDISPATCHED) { terminal.progress.toList(heard) }
            terminal.sale(sale("a", 500))
            delay(100)
            hearing.cancel()
            assertTrue(heard.any { it is Progress.Reversing && it.attempt == 1 }, "$heard")
            assertTrue(heard.all { it.text.isNotEmpty() })
        }
    }

    @Test
    fun `a coroutine that is cancelled does not cut an exchange in half`() =
        story("delay=1s@sale", timing = PATIENT) { terminal, host ->
            runBlocking {
                val waiting = launch(start = CoroutineStart.UNDISPATCHED) { terminal.sale(sale("a", 300)) }
                withTimeout(20_000) { while (terminal.status("a") == null) delay(10) }
                waiting.cancel()
                waiting.join()
                // The next command waits for the one under way.
                terminal.echo()
                assertIs<Outcome.Approved>(terminal.status("a"))
                assertEquals(Books(1, 300, 0, 0), host.books())
            }
        }

    @Test
    fun `cancel has the exchange undone`() = story("delay=2s@sale", timing = PATIENT) { terminal, host ->
        assertEquals(CancelResult.NOTHING_UNDER_WAY, terminal.cancel())
        runBlocking {
            val selling = async(start = CoroutineStart.UNDISPATCHED) { terminal.sale(sale("a", 300)) }
            withTimeout(20_000) { while (terminal.status("a") == null) delay(10) }
            assertEquals(CancelResult.NOTED, terminal.cancel())
            val undone = assertIs<Outcome.Unknown>(selling.await())
            assertEquals(Undoing.DONE, undone.undoing)
            assertEquals(NOTHING_BOOKED, host.books())
        }
    }

    @Test
    fun `what waits for its confirmation is confirmed without a command`() =
        story("drop-request@sale") { terminal, host ->
            val unknown = assertIs<Outcome.Unknown>(terminal.sale(sale("a", 300)))
            assertEquals(Undoing.PENDING, unknown.undoing)
            assertEquals(Status.PROVISIONAL, unknown.transaction.status)
            withTimeout(20_000) {
                while ((terminal.status("a") as Outcome.Unknown).undoing != Undoing.DONE) delay(20)
            }
            assertEquals(NOTHING_BOOKED, host.books())
        }

    @Test
    fun `commands that wait when the terminal is closed are told`() =
        story("delay=20s@sale", timing = PATIENT) { terminal, _ ->
            runBlocking {
                val commands = listOf(terminal.saleAsync(sale("a", 300)), terminal.echoAsync())
                withTimeout(20_000) { while (terminal.status("a") == null) delay(10) }
                terminal.close()
                for (command in commands) {
                    val failure = assertThrows<ExecutionException> { command.get() }
                    assertEquals(902, assertIs<AnnulException>(failure.cause).code)
                }
            }
        }

    @Test
    fun `a listener may close the terminal`() = story { terminal, _ ->
        terminal.addProgressListener { terminal.close() }
        val failure = assertThrows<AnnulException> { runBlocking { terminal.signIn() } }
        assertEquals(902, failure.code)
    }

    @Test
    fun `operators read it in their language`() = TestHost().use { host ->
        runBlocking {
            Terminal.open(setup(journal, host.transport, language = Language.CHINESE)).use { terminal ->
                terminal.signIn()
                assertEquals("交易成功", terminal.sale(sale("a", 1)).transaction.text)
            }
        }
    }

    @Test
    fun `misuse is an exception with a number and advice`() = story { terminal, host ->
        val refused = assertThrows<AnnulException> { runBlocking { terminal.void(void("v", 77)) } }
        assertEquals(309, refused.code)
        assertEquals(Advice.ASK_OPERATOR, refused.advice)
        assertEquals("no transaction has this trace number; look it up on the slip", refused.message)
        val form = assertThrows<AnnulException> { runBlocking { terminal.sale(sale("a b", 1)) } }
        assertEquals(200, form.code)
        val inUse = assertThrows<AnnulException> {
            runBlocking { Terminal.open(setup(journal, host.transport)) }
        }
        assertEquals(550, inUse.code)
    }

    @Test
    fun `a terminal that was closed says so`() {
        TestHost().use { host ->
            runBlocking {
                val terminal = Terminal.open(setup(journal, host.transport))
                terminal.close()
                terminal.close()
                for (call in listOf<suspend () -> Any?>({ terminal.signIn() }, { terminal.status("a") })) {
                    val failure = assertThrows<AnnulException> { runBlocking { call() } }
                    assertEquals(902, failure.code)
                }
            }
        }
    }
}
