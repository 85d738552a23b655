package io.github.annulpos

import java.io.IOException
import java.net.InetSocketAddress
import java.net.Socket
import java.net.SocketTimeoutException

/**
 * A way to the host. Called on the terminal's thread only, but for
 * [Connection.close]. Whatever is thrown, an [Error] too, counts as a
 * connection that failed: before [Connection.send] was called nothing was sent,
 * from then on everything may have been.
 */
public fun interface Transport {
    /** Connects within the time. */
    @Throws(IOException::class)
    public fun connect(timeoutMillis: Long): Connection
}

/** One connection; each exchange has its own. */
public interface Connection : AutoCloseable {
    /** Sends all bytes. */
    @Throws(IOException::class)
    public fun send(bytes: ByteArray)

    /**
     * Waits for bytes so long at most: how many came, 0 where none did, -1 where
     * the host ended the connection.
     */
    @Throws(IOException::class)
    public fun receive(buffer: ByteArray, timeoutMillis: Long): Int

    /** Ends it, also from another thread. */
    override fun close()
}

/** TCP without TLS, as terminals speak it inside a private network. */
public class TcpTransport(private val host: String, private val port: Int) : Transport {
    override fun connect(timeoutMillis: Long): Connection {
        val socket = Socket()
        try {
            socket.tcpNoDelay = true
            socket.connect(InetSocketAddress(host, port), atLeastOne(timeoutMillis))
            return TcpConnection(socket)
        } catch (failure: Throwable) {
            socket.close()
            throw failure
        }
    }

    override fun toString(): String = "TcpTransport($host:$port)"
}

private class TcpConnection(private val socket: Socket) : Connection {
    override fun send(bytes: ByteArray) = socket.getOutputStream().run {
        write(bytes)
        flush()
    }

    override fun receive(buffer: ByteArray, timeoutMillis: Long): Int {
        socket.soTimeout = atLeastOne(timeoutMillis)
        return try {
            socket.getInputStream().read(buffer)
        } catch (_: SocketTimeoutException) {
            0
        }
    }

    override fun close() = socket.close()
}

/** Zero would mean: for ever. */
private fun atLeastOne(millis: Long): Int = millis.coerceIn(1, Int.MAX_VALUE.toLong()).toInt()
