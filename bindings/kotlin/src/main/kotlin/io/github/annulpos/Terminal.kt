package io.github.annulpos

import io.github.annulpos.internal.Worker
import io.github.annulpos.internal.calling
import io.github.annulpos.internal.ffi.Finish
import io.github.annulpos.internal.ffi.Input
import io.github.annulpos.internal.inquiry
import io.github.annulpos.internal.toFacade
import io.github.annulpos.internal.toFfi
import io.github.annulpos.internal.toOutcome
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import java.util.concurrent.CompletableFuture
import java.util.function.Supplier
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * A card terminal over its journal.
 *
 * It works on a thread of its own, one command at a time; commands that come
 * meanwhile wait. Cancelling a coroutine only ends its waiting: the exchange
 * goes on to its end, because half an exchange is what this library is there to
 * prevent. Ask [status] for its outcome, or [cancel] to have it undone.
 *
 * Each suspending function has a twin for Java that ends in `Async`.
 */
public class Terminal private constructor(private val worker: Worker) : AutoCloseable {
    /** News for the operator. A slow collector loses the oldest, never the terminal time. */
    public val progress: Flow<Progress> get() = worker.progress

    /** Fetches working keys and the batch number. */
    public suspend fun signIn(): Answered = signInAsync().detached()

    /** Asks the host whether it is there. */
    public suspend fun echo(): Answered = echoAsync().detached()

    /**
     * Sells. Returns when the outcome is known or, where it is not, when the
     * reversal has come to rest. The same request id gives the same outcome.
     */
    public suspend fun sale(order: SaleOrder): Outcome = saleAsync(order).detached()

    /** Voids a sale or a completion; returns as [sale] does. */
    public suspend fun void(order: VoidOrder): Outcome = voidAsync(order).detached()

    /** Holds an amount on a card 预授权; returns as [sale] does. */
    public suspend fun preauthorize(order: SaleOrder): Outcome = preauthorizeAsync(order).detached()

    /** Takes what a pre-authorization holds, or a part of it; returns as [sale] does. */
    public suspend fun complete(order: CompletionOrder): Outcome = completeAsync(order).detached()

    /** Lets go what a pre-authorization holds; returns as [sale] does. */
    public suspend fun voidPreauthorization(order: PreauthorizationVoidOrder): Outcome =
        voidPreauthorizationAsync(order).detached()

    /**
     * Gives back what a sale or a completion took, or a part of it. Where its
     * outcome stays unknown nothing undoes it: ask the acquirer, then [resolve].
     */
    public suspend fun refund(order: RefundOrder): Outcome = refundAsync(order).detached()

    /** Asks for the balance of a card 余额查询; nothing is recorded. */
    public suspend fun balance(card: Card, pin: Pin = Pin.NONE): Balance =
        balanceAsync(card, pin).detached()

    /**
     * Settles the batch, or goes on with a settlement that was begun. What is to be
     * reversed or confirmed comes first.
     */
    public suspend fun settle(): Settlement = settleAsync().detached()

    /** Works until nothing is left to be reversed or confirmed; what is parked stays so. */
    public suspend fun recover(): Standing = recoverAsync().detached()

    /** Ends a parked transaction, or a refund without an outcome, by a supervisor's word. */
    public suspend fun resolve(resolution: Resolution): Outcome = resolveAsync(resolution).detached()

    /** The outcome of a request, also while it is under way; null where it was never begun. */
    public suspend fun status(requestId: String): Outcome? = reading { statusNow(requestId) }

    /** The newest transaction of a trace number. */
    public suspend fun transaction(trace: Int): Transaction? =
        reading { calling { worker.terminal.byTrace(trace)?.toFacade() } }

    /**
     * What may be done about the newest transaction of a trace number, and why not,
     * by the rules that the command itself will meet. Nothing is begun.
     */
    public suspend fun options(trace: Int): List<Choice> =
        reading { calling { worker.terminal.options(trace).map { it.toFacade() } } }

    /** Every transaction of the ledger, oldest first. */
    public suspend fun transactions(): List<Transaction> =
        reading { calling { worker.terminal.transactions().map { it.toFacade() } } }

    /** What the batch adds up to. */
    public suspend fun totals(): Totals = reading { calling { worker.terminal.totals().toFacade() } }

    /** How the terminal stands. */
    public suspend fun standing(): Standing = reading { standingNow() }

    /** [signIn] for Java. */
    public fun signInAsync(): CompletableFuture<Answered> =
        worker.command(Input.SignIn) { it.toAnswered() }

    /** [echo] for Java. */
    public fun echoAsync(): CompletableFuture<Answered> =
        worker.command(Input.Echo) { it.toAnswered() }

    /** [sale] for Java. */
    public fun saleAsync(order: SaleOrder): CompletableFuture<Outcome> =
        worker.command(Input.Sale(order.toFfi())) { it.toOutcome() }

    /** [void] for Java. */
    public fun voidAsync(order: VoidOrder): CompletableFuture<Outcome> =
        worker.command(Input.Void(order.toFfi())) { it.toOutcome() }

    /** [preauthorize] for Java. */
    public fun preauthorizeAsync(order: SaleOrder): CompletableFuture<Outcome> =
        worker.command(Input.Preauthorize(order.toFfi())) { it.toOutcome() }

    /** [complete] for Java. */
    public fun completeAsync(order: CompletionOrder): CompletableFuture<Outcome> =
        worker.command(Input.Hold(order.toFfi())) { it.toOutcome() }

    /** [voidPreauthorization] for Java. */
    public fun voidPreauthorizationAsync(
        order: PreauthorizationVoidOrder,
    ): CompletableFuture<Outcome> = worker.command(Input.Hold(order.toFfi())) { it.toOutcome() }

    /** [refund] for Java. */
    public fun refundAsync(order: RefundOrder): CompletableFuture<Outcome> =
        worker.command(Input.Refund(order.toFfi())) { it.toOutcome() }

    /** [balance] for Java. */
    @JvmOverloads
    public fun balanceAsync(card: Card, pin: Pin = Pin.NONE): CompletableFuture<Balance> =
        worker.command(Input.Balance(inquiry(card, pin))) {
            when (it) {
                is Finish.Balance -> Balance(it.responseCode, it.minor)
                else -> unexpected(it)
            }
        }

    /** [settle] for Java. */
    public fun settleAsync(): CompletableFuture<Settlement> = worker.command(Input.Settle) {
        when (it) {
            is Finish.Settled -> it.settlement.toFacade()
            else -> unexpected(it)
        }
    }

    /** [recover] for Java. */
    public fun recoverAsync(): CompletableFuture<Standing> = worker.command(Input.Recover) {
        when (it) {
            is Finish.Recovered -> standingNow()
            else -> unexpected(it)
        }
    }

    /** [resolve] for Java. */
    public fun resolveAsync(resolution: Resolution): CompletableFuture<Outcome> =
        worker.command(Input.Resolve(resolution.toFfi())) { it.toOutcome() }

    /** [status] for Java; null in the future where the request was never begun. */
    public fun statusAsync(requestId: String): CompletableFuture<Outcome?> =
        CompletableFuture.supplyAsync(Supplier { statusNow(requestId) })

    /** [standing] for Java. */
    public fun standingAsync(): CompletableFuture<Standing> =
        CompletableFuture.supplyAsync(Supplier { standingNow() })

    /** [totals] for Java. */
    public fun totalsAsync(): CompletableFuture<Totals> =
        CompletableFuture.supplyAsync(Supplier { calling { worker.terminal.totals().toFacade() } })

    /** [progress] for Java; close what it returns to hear no more. */
    public fun addProgressListener(listener: ProgressListener): AutoCloseable =
        worker.addListener(listener)

    /**
     * Wants the exchange under way undone, if it still can be: before it is sent
     * nothing is sent, later it is reversed. The outcome says what became of it.
     */
    public fun cancel(): CancelResult = worker.cancel()

    /**
     * Ends what is under way where it stands, as a power cut would, and frees the
     * journal. What was unfinished is finished by the next terminal on it.
     */
    override fun close(): Unit = worker.close()

    private fun statusNow(requestId: String): Outcome? =
        calling { worker.terminal.byRequest(requestId)?.toOutcome() }

    private fun standingNow(): Standing = calling { worker.terminal.standing().toFacade() }

    public companion object {
        /**
         * Reads the journal. Nothing is sent yet; the first command finishes what
         * the last run left.
         */
        public suspend fun open(setup: Setup): Terminal = reading { openNow(setup) }

        /** [open] for Java. */
        @JvmStatic
        public fun openAsync(setup: Setup): CompletableFuture<Terminal> =
            CompletableFuture.supplyAsync(Supplier { openNow(setup) })

        private fun openNow(setup: Setup): Terminal = Terminal(Worker.open(setup))
    }
}

/** What [Terminal.cancel] could do. */
public enum class CancelResult {
    /** The wish was noted; the outcome says what became of it. */
    NOTED,

    /** Nothing was under way. */
    NOTHING_UNDER_WAY,
}

private fun Finish.toAnswered(): Answered = when (this) {
    is Finish.Answered -> Answered.Yes(batch)
    is Finish.NotAnswered -> Answered.No(responseCode)
    else -> unexpected(this)
}

internal fun Finish.toOutcome(): Outcome = when (this) {
    is Finish.Transaction -> transaction.toOutcome()
    else -> unexpected(this)
}

private fun unexpected(finish: Finish): Nothing = error("a command ended as another does: $finish")

/** Waits; being cancelled ends the waiting and nothing else. */
private suspend fun <T> CompletableFuture<T>.detached(): T = suspendCancellableCoroutine { waiting ->
    whenComplete { value, failure ->
        if (failure == null) waiting.resume(value) else waiting.resumeWithException(failure)
    }
}

private suspend fun <T> reading(read: () -> T): T = withContext(Dispatchers.IO) { read() }
