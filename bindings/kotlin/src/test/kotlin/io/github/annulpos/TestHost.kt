package io.github.annulpos

import java.io.File

/** The simulated host, started as a program of its own; faults as it lists them. */
class TestHost(vararg faults: String) : AutoCloseable {
    private val program = ProcessBuilder(
        listOf(checkNotNull(System.getProperty("annul.serve"))) + faults,
    ).redirectError(ProcessBuilder.Redirect.DISCARD).start()
    private val answers = program.inputStream.bufferedReader()
    private val orders = program.outputStream.bufferedWriter()
    private val port = answers.readLine().substringAfterLast(':').toInt()

    val transport: Transport = TcpTransport("127.0.0.1", port)

    /** What it has sold and voided, in minor units. */
    fun books(): Books {
        val (sales, sold, voids, voided) = order("totals").split(' ').drop(1).map(String::toLong)
        return Books(sales, sold, voids, voided)
    }

    /** Orders a fault while it runs. */
    fun fault(text: String) = check(order("fault $text") == "fault ordered")

    private fun order(line: String): String {
        orders.write(line + "\n")
        orders.flush()
        return answers.readLine()
    }

    override fun close() {
        orders.close()
        program.waitFor()
    }
}

data class Books(val sales: Long, val sold: Long, val voids: Long, val voided: Long)

val NOTHING_BOOKED = Books(0, 0, 0, 0)

/**
 * Short times, so that a lost answer does not take a minute; long enough for a
 * machine that is busy.
 */
val QUICK: Timing = Timing.default().copy(responseTimeout = 1_500, reversalBackoff = 50, guard = 200)

/** Where a test ends the waiting itself. */
val PATIENT: Timing = QUICK.copy(responseTimeout = 30_000)

val SOFTWARE_KEYS = Security.Software(ByteArray(16) { 0x11 })

@JvmOverloads
fun setup(
    journal: File,
    transport: Transport,
    security: Security = SOFTWARE_KEYS,
    language: Language = Language.ENGLISH,
    timing: Timing = QUICK,
    keyRequest: KeyRequest = KeyRequest.DOUBLE_WITH_TRACK,
    tracks: TrackProtection = TrackProtection.CLEAR,
) = Setup(
    "12345678", "123456789012345", journal, transport, security,
    keyRequest = keyRequest, timing = timing, language = language, tracks = tracks,
)

fun track2(): Card = Card.swiped("6224242900000113=28062019031013".toByteArray())

fun sale(requestId: String, amount: Long) = SaleOrder(requestId, amount, track2())

fun void(requestId: String, original: Int) =
    VoidOrder(requestId, original, supervisor = "00", reason = "customer-request")
