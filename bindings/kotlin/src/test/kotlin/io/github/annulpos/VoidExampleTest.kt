package io.github.annulpos

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.io.TempDir
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** The example of the README, run. */
@Timeout(60)
class VoidExampleTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `it voids`() = TestHost().use { host ->
        val setup = setup(File(folder, "journal"), host.transport)
        runBlocking {
            val sold = Terminal.open(setup).use { terminal ->
                terminal.signIn()
                assertIs<Outcome.Approved>(terminal.sale(sale("a", 500))).transaction
            }
            assertTrue(voidSale(setup, "b", sold.trace).startsWith("voided, reference "))
        }
        assertEquals(Books(1, 500, 1, 500), host.books())
    }
}
