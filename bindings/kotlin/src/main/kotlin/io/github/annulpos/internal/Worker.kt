package io.github.annulpos.internal

import io.github.annulpos.Advice
import io.github.annulpos.AnnulException
import io.github.annulpos.CancelResult
import io.github.annulpos.Progress
import io.github.annulpos.ProgressListener
import io.github.annulpos.Setup
import io.github.annulpos.internal.ffi.Finish
import io.github.annulpos.internal.ffi.Input
import io.github.annulpos.internal.ffi.Output
import io.github.annulpos.internal.ffi.Terminal
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.flow.MutableSharedFlow
import java.util.ArrayDeque
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.TimeUnit

/** The longest wait without a look at whether the exchange is to be undone. */
private const val SLICE = 100L

/**
 * Does what the terminal asks, on one thread: step, carry out the outputs, give
 * back what came of them, until it rests. Everything of the app's is called
 * through [Callbacks], where nothing that is thrown can pass for success.
 */
internal class Worker private constructor(val terminal: Terminal, setup: Setup) : AutoCloseable {
    val progress = MutableSharedFlow<Progress>(0, 64, BufferOverflow.DROP_OLDEST)
    private val listeners = CopyOnWriteArrayList<ProgressListener>()
    private val callbacks = Callbacks(setup) { tell(it) }
    private val clock = Clock()
    private val waiting = ConcurrentHashMap.newKeySet<CompletableFuture<*>>()

    @Volatile
    private var own: Thread? = null
    private val thread = ScheduledThreadPoolExecutor(1) { work ->
        Thread(work, "annul").apply { isDaemon = true }.also { own = it }
    }
    private var wake: ScheduledFuture<*>? = null

    @Volatile
    private var cancelWanted = false

    @Volatile
    private var closing = false

    /** Queues a command; [read] turns its end into what the caller wants. */
    fun <T> command(input: Input, read: (Finish) -> T): CompletableFuture<T> {
        val future = CompletableFuture<T>()
        waiting += future
        try {
            thread.execute {
                val result = runCatching { read(finished(drive(input))) }
                waiting -= future
                if (waiting.isEmpty()) cancelWanted = false
                result.fold(future::complete, future::completeExceptionally)
            }
        } catch (_: RejectedExecutionException) {
            waiting -= future
            future.completeExceptionally(closed())
        }
        return future
    }

    fun cancel(): CancelResult {
        if (waiting.isEmpty()) return CancelResult.NOTHING_UNDER_WAY
        cancelWanted = true
        return CancelResult.NOTED
    }

    fun addListener(listener: ProgressListener): AutoCloseable {
        listeners += listener
        return AutoCloseable { listeners -= listener }
    }

    override fun close() {
        closing = true
        thread.shutdownNow()
        callbacks.hangUp()
        // The thread ends within a slice, unless a callback holds it; what is
        // freed below is only freed when it has left the terminal.
        if (Thread.currentThread() !== own) {
            thread.awaitTermination(5, TimeUnit.SECONDS)
        }
        waiting.forEach { it.completeExceptionally(closed()) }
        terminal.close()
    }

    private fun finished(finish: Finish?): Finish = when (finish) {
        null -> error("the terminal rests, and the command has no end")
        is Finish.Failed -> throw finish.error.toFacade()
        else -> finish
    }

    /** Works from one input until the terminal rests. */
    private fun drive(first: Input): Finish? {
        val inputs = ArrayDeque<Input>()
        var finish: Finish? = null
        var until: Long? = null
        wake?.cancel(false)
        try {
            var input = first
            while (true) {
                if (closing) throw closed()
                val outputs = calling { terminal.step(clock.now(), input) }
                until = (outputs.last() as? Output.Wait)?.until
                for (output in outputs) {
                    when (output) {
                        is Output.Progress -> tell(output.progress.toFacade(output.text, clock.millis()))
                        is Output.Finished -> finish = output.finish
                        is Output.Wait -> Unit
                        is Output.Rest -> {
                            output.until?.let(::wakeAt)
                            return finish
                        }
                        else -> callbacks.carryOut(output, left(until))?.let(inputs::add)
                    }
                }
                input = next(inputs, until)
            }
        } finally {
            callbacks.hangUp()
        }
    }

    private fun next(inputs: ArrayDeque<Input>, until: Long?): Input = when {
        cancelWanted -> {
            cancelWanted = false
            Input.Cancel
        }
        inputs.isNotEmpty() -> inputs.remove()
        else -> callbacks.await(left(until).coerceAtMost(SLICE)) ?: Input.Tick
    }

    private fun left(until: Long?): Long = ((until ?: 0) - clock.millis()).coerceAtLeast(0)

    /**
     * What is parked or provisional is tried again without a command. What goes
     * wrong then goes wrong for the next command too, and is thrown there.
     */
    private fun wakeAt(millis: Long) {
        if (closing) return
        val work = Runnable { runCatching { drive(Input.Tick) } }
        wake = try {
            thread.schedule(work, left(millis) + 1, TimeUnit.MILLISECONDS)
        } catch (_: RejectedExecutionException) {
            null
        }
    }

    /** A listener that fails is told of no failure; the others are. */
    private fun tell(news: Progress) {
        progress.tryEmit(news)
        for (listener in listeners) {
            try {
                listener.onProgress(news)
            } catch (failure: Throwable) {
                progress.tryEmit(Progress.CallbackFailed("progress listener", failure))
            }
        }
    }

    companion object {
        fun open(setup: Setup): Worker = Worker(calling { Terminal.open(setup.toFfi()) }, setup)

        private fun closed() =
            AnnulException(902, "the terminal was closed; open its journal again", Advice.REOPEN)
    }
}
