package io.github.annulpos.internal

import io.github.annulpos.Connection
import io.github.annulpos.PinPadException
import io.github.annulpos.Progress
import io.github.annulpos.Security
import io.github.annulpos.Setup
import io.github.annulpos.internal.ffi.DeviceFault
import io.github.annulpos.internal.ffi.Input
import io.github.annulpos.internal.ffi.Output
import io.github.annulpos.internal.ffi.SendDoubt

/**
 * Calls what the app gave: transport, PIN entry, PIN pad. Every call has an
 * answer for the case that it throws, whatever it throws; there is no way from
 * a throwable to a value.
 */
internal class Callbacks(private val setup: Setup, private val tell: (Progress) -> Unit) {
    private class Open(val link: Long, val connection: Connection)

    @Volatile
    private var open: Open? = null
    private val buffer = ByteArray(2048)

    /** Carries out one output; gives the input that answers it. */
    fun carryOut(output: Output, timeoutMillis: Long): Input? = when (output) {
        is Output.Connect -> connect(output.link, timeoutMillis)
        is Output.Send -> send(output.link, output.frame)
        is Output.Close -> {
            hangUp()
            null
        }
        is Output.EnterPin -> enterPin(output)
        is Output.EncryptPin -> asking("PIN pad, encryptPin", output.question) {
            Input.PinEncrypted(output.question, pinPad.encryptPin(output.number).ofSize(8))
        }
        is Output.EncryptTrack -> asking("PIN pad, encryptTrack", output.question) {
            val encrypted = pinPad.encryptTrack(output.track.copyOf()).ofSize(output.track.size)
            check(!encrypted.contentEquals(output.track)) { "the track is in clear" }
            Input.TrackEncrypted(output.question, encrypted)
        }
        is Output.ComputeMac -> asking("PIN pad, mac", output.question) {
            Input.MacComputed(output.question, pinPad.mac(output.message).ofSize(8))
        }
        is Output.LoadKeys -> asking("PIN pad, loadWorkingKeys", output.question) {
            pinPad.loadWorkingKeys(output.keys)
            Input.KeysLoaded(output.question)
        }
        is Output.SealCard -> asking("PIN pad, seal", output.question) {
            val sealed = pinPad.seal(output.number, output.expiry, output.nonce)
            Input.CardSealed(output.question, sealed.ofSize(34))
        }
        is Output.OpenCard -> asking("PIN pad, open", output.question) {
            val card = pinPad.open(output.sealed)
            check(card.number.size in 13..19 && card.number.all(::isDigit)) { "no card number" }
            Input.CardOpened(output.question, card.number, card.expiry)
        }
        is Output.Progress, is Output.Finished, is Output.Wait, is Output.Rest ->
            error("the worker does this itself: $output")
    }

    /** Waits for bytes; null where none came in the time. */
    fun await(millis: Long): Input? {
        val open = open
        return try {
            if (open == null) {
                Thread.sleep(millis.coerceAtLeast(1))
                return null
            }
            when (val count = open.connection.receive(buffer, millis.coerceAtLeast(1))) {
                0 -> null
                in 1..buffer.size -> Input.Received(open.link, buffer.copyOf(count))
                else -> down(open.link, SendDoubt.MAYBE_SENT)
            }
        } catch (_: InterruptedException) {
            // The terminal is being closed; the worker looks.
            null
        } catch (failure: Throwable) {
            report("connection, receive", failure)
            open?.let { down(it.link, SendDoubt.MAYBE_SENT) }
        }
    }

    /** Ends the connection; what that throws changes nothing. */
    fun hangUp() {
        val connection = open?.connection ?: return
        open = null
        try {
            connection.close()
        } catch (failure: Throwable) {
            report("connection, close", failure)
        }
    }

    private fun connect(link: Long, timeoutMillis: Long): Input = try {
        hangUp()
        open = Open(link, setup.transport.connect(timeoutMillis))
        Input.Connected(link)
    } catch (failure: Throwable) {
        report("transport, connect", failure)
        down(link, SendDoubt.NOTHING_SENT)
    }

    private fun send(link: Long, frame: ByteArray): Input {
        val open = open?.takeIf { it.link == link } ?: return down(link, SendDoubt.NOTHING_SENT)
        return try {
            open.connection.send(frame)
            Input.Sent(link)
        } catch (failure: Throwable) {
            report("connection, send", failure)
            down(link, SendDoubt.MAYBE_SENT)
        }
    }

    private fun down(link: Long, doubt: SendDoubt): Input {
        hangUp()
        return Input.Down(link, doubt)
    }

    private fun enterPin(output: Output.EnterPin): Input {
        val question = output.question
        return asking("PIN entry", question) {
            val entry = (setup.security as? Security.Software)?.pinEntry
            val pin = entry?.enterPin(output.card)
            when {
                entry == null -> Input.DeviceFailed(question, DeviceFault.NoPin)
                pin == null -> Input.DeviceFailed(question, DeviceFault.PinCancelled)
                !isPin(pin) -> Input.DeviceFailed(question, DeviceFault.NoPin)
                else -> Input.PinEntered(question, pin.copyOf()).also { pin.fill(0) }
            }
        }
    }

    private fun isPin(pin: ByteArray) =
        pin.size in 4..12 && pin.all(::isDigit)

    private fun isDigit(byte: Byte) = byte in '0'.code..'9'.code

    /** A device that answers in another size has failed. */
    private fun ByteArray.ofSize(wanted: Int): ByteArray =
        also { check(size == wanted) { "expected $wanted bytes, found $size" } }

    private val pinPad get() = (setup.security as Security.Device).pinPad

    private fun asking(callback: String, question: Long, call: () -> Input): Input = try {
        call()
    } catch (fault: PinPadException) {
        Input.DeviceFailed(question, fault.toFfi())
    } catch (failure: Throwable) {
        report(callback, failure)
        Input.DeviceFailed(question, DeviceFault.Failed(-1))
    }

    private fun report(callback: String, failure: Throwable) =
        tell(Progress.CallbackFailed(callback, failure))
}
