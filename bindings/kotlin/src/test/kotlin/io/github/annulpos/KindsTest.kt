package io.github.annulpos

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull

/** What is beyond sale and void, against the simulated host over TCP. */
@Timeout(60)
class KindsTest {
    @TempDir
    lateinit var folder: File

    private fun story(vararg faults: String, tell: suspend (Terminal, TestHost) -> Unit) =
        TestHost(*faults).use { host ->
            runBlocking {
                Terminal.open(setup(File(folder, "journal"), host.transport)).use { terminal ->
                    assertEquals(Answered.Yes(1), terminal.signIn())
                    tell(terminal, host)
                }
            }
        }

    @Test
    fun `a hold is completed in part, and the completion voided`() = story { terminal, host ->
        val held = assertIs<Outcome.Approved>(terminal.preauthorize(sale("h", 100_00))).transaction
        assertEquals(Kind.PREAUTHORIZATION, held.kind)
        assertEquals(NOTHING_BOOKED, host.books())
        val order = CompletionOrder("c", held.slipCode, held.slipDate, 80_00, track2())
        val taken = assertIs<Outcome.Approved>(terminal.complete(order)).transaction
        assertEquals(held.id, taken.original)
        assertEquals(Status.COMPLETED, terminal.transaction(held.trace)?.status)
        assertEquals(Totals(1, 80_00, 0, 0), terminal.totals())
        val voided = assertIs<Outcome.Approved>(terminal.void(void("v", taken.trace))).transaction
        assertEquals(Kind.COMPLETION_VOID, voided.kind)
        assertEquals(Totals(1, 80_00, 1, 80_00), terminal.totals())
        assertEquals(Books(1, 80_00, 1, 80_00), host.books())
        val again = assertIs<Outcome.Approved>(terminal.complete(order))
        assertEquals(taken.trace, again.transaction.trace)
    }

    @Test
    fun `a hold is let go, and then nothing can be taken of it`() = story { terminal, _ ->
        val held = assertIs<Outcome.Approved>(terminal.preauthorize(sale("h", 50_00))).transaction
        assertEquals(
            listOf(Kind.PREAUTHORIZATION_VOID to null, Kind.COMPLETION to null),
            terminal.options(held.trace).map { it.kind to it.refusal },
        )
        val order = PreauthorizationVoidOrder(
            "v", held.slipCode, held.slipDate, 50_00, track2(), "00", "customer-request",
        )
        val gone = assertIs<Outcome.Approved>(terminal.voidPreauthorization(order)).transaction
        assertEquals(Kind.PREAUTHORIZATION_VOID, gone.kind)
        val completion = terminal.options(held.trace).single { it.kind == Kind.COMPLETION }
        assertEquals(320, completion.refusal?.code)
        assertEquals("Choice(COMPLETION, 320)", "$completion")
        val refused = assertThrows<AnnulException> {
            runBlocking {
                terminal.complete(CompletionOrder("c", held.slipCode, held.slipDate, 1_00, track2()))
            }
        }
        assertEquals(320, refused.code)
        assertEquals("This pre-authorization is voided already", completion.text)
    }

    @Test
    fun `a refund without an answer is resolved by the acquirer's word, and the batch balances`() =
        story("drop-answer@refund") { terminal, host ->
            val sold = assertIs<Outcome.Approved>(terminal.sale(sale("a", 12_34))).transaction
            val lost = assertIs<Outcome.Unknown>(terminal.refund(refund("r", RefundOf.Trace(sold.trace), 2_34)))
            assertEquals(Undoing.NEVER, lost.undoing)
            assertEquals(Status.UNRESOLVED, lost.transaction.status)
            assertEquals(1, terminal.standing().parked)
            val word = Resolution("r", "00", Verdict.APPROVED, "asked the acquirer")
            val resolved = assertIs<Outcome.Approved>(terminal.resolve(word)).transaction
            assertEquals(Status.RESOLVED_APPROVED, resolved.status)
            val slip = RefundOf.Slip(assertNotNull(sold.reference), sold.slipDate)
            val rest = assertIs<Outcome.Approved>(terminal.refund(refund("s", slip, 10_00))).transaction
            assertEquals(sold.id, rest.original)
            val more = assertThrows<AnnulException> {
                runBlocking { terminal.refund(refund("t", slip, 1)) }
            }
            assertEquals(326, more.code)
            assertEquals(Totals(1, 12_34, 2, 12_34), terminal.totals())
            val settled = terminal.settle()
            assertEquals(Compared.EQUAL, settled.found)
            assertEquals(Totals(1, 12_34, 2, 12_34), settled.domestic)
            assertEquals(Totals(0, 0, 0, 0), settled.foreign)
            assertEquals(listOf(1, 2), listOf(settled.batch, settled.next))
            assertEquals(emptyList(), settled.told + settled.open)
            assertEquals(2, terminal.standing().batch)
            assertIs<Outcome.Approved>(terminal.sale(sale("b", 1_00)))
        }

    @Test
    fun `a wrong word on a refund shows when the batch is settled`() =
        story("drop-answer@refund") { terminal, _ ->
            val sold = assertIs<Outcome.Approved>(terminal.sale(sale("a", 5_00))).transaction
            terminal.refund(refund("r", RefundOf.Trace(sold.trace), 5_00))
            terminal.resolve(Resolution("r", "00", Verdict.REVERSED))
            val settled = terminal.settle()
            assertEquals(Compared.UNEQUAL, settled.found)
            assertEquals(listOf(sold.id), settled.told)
            assertEquals(2, settled.next)
        }

    @Test
    fun `a settlement without an answer is gone on with`() =
        story("drop-answer@settlement#1..3") { terminal, _ ->
            assertIs<Outcome.Approved>(terminal.sale(sale("a", 5_00)))
            val begun = terminal.settle()
            assertEquals(Compared.NOT_ANSWERED, begun.found)
            assertNull(begun.next)
            val refused = assertThrows<AnnulException> { runBlocking { terminal.sale(sale("b", 1)) } }
            assertEquals(328, refused.code)
            assertEquals(2, terminal.settle().next)
        }

    @Test
    fun `a balance is asked for, and nothing is recorded`() = story { terminal, _ ->
        assertEquals(Balance("00", 1_000_000_00), terminal.balance(track2()))
        assertIs<Outcome.Approved>(terminal.sale(sale("a", 1_00)))
        assertEquals(Balance("00", 999_999_00), terminal.balance(track2()))
        assertEquals(1, terminal.transactions().size)
    }

    @Test
    fun `what is no date is refused with a number`() = story { terminal, _ ->
        for (date in listOf("1301", "105", "")) {
            val failure = assertThrows<AnnulException> {
                runBlocking { terminal.complete(CompletionOrder("c", "123456", date, 1, track2())) }
            }
            assertEquals(212, failure.code)
        }
    }

    private val Transaction.slipCode get() = assertNotNull(authorization)

    private val Transaction.slipDate get() = assertNotNull(date)

    private fun refund(requestId: String, of: RefundOf, amount: Long) =
        RefundOrder(requestId, of, amount, track2(), supervisor = "00", reason = "goods-returned")
}
