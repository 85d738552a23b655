package io.github.annulpos.internal

import io.github.annulpos.internal.ffi.Now
import java.util.Calendar

/**
 * Milliseconds since it was made, which decide, and the wall clock, which only
 * stamps records. On a device that sleeps the first one may sleep too; a
 * timeout then takes longer, and nothing else changes.
 */
internal class Clock {
    private val begun = System.nanoTime()

    fun millis(): Long = (System.nanoTime() - begun) / 1_000_000

    fun now(): Now {
        val wall = Calendar.getInstance()
        return Now(
            millis(),
            wall[Calendar.YEAR],
            wall[Calendar.MONTH] + 1,
            wall[Calendar.DAY_OF_MONTH],
            wall[Calendar.HOUR_OF_DAY],
            wall[Calendar.MINUTE],
            wall[Calendar.SECOND],
        )
    }
}
