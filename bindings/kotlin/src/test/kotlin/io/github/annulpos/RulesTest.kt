package io.github.annulpos

import org.junit.jupiter.api.Test
import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** What no compiler checks: the rules for R8, and what prints. */
class RulesTest {
    private val root = File(checkNotNull(System.getProperty("annul.root")))
    private val android = File(root, "bindings/kotlin/android")

    @Test
    fun `consumer rules keep what JNA finds by reflection`() {
        val rules = File(android, "consumer-rules.pro").readLines().map(String::trim)
        for (rule in listOf(
            "-dontwarn java.awt.**",
            "-keep class com.sun.jna.** { *; }",
            "-keep class * extends com.sun.jna.** { *; }",
            "-keep class io.github.annulpos.internal.ffi.** { *; }",
        )) {
            assertTrue(rule in rules, rule)
        }
        assertTrue(rules.any { it.startsWith("-keepattributes") && "RuntimeVisibleAnnotations" in it })
    }

    @Test
    fun `the Android library gives its rules to the app`() {
        val build = File(android, "build.gradle.kts").readText()
        assertTrue("""consumerProguardFiles("consumer-rules.pro")""" in build)
        assertTrue("src/main/kotlin" in build, "its sources are those of the JVM module")
        for (abi in listOf("arm64-v8a", "armeabi-v7a", "x86_64")) {
            assertTrue(File(android, "src/main/jniLibs/$abi").isDirectory, abi)
        }
    }

    @Test
    fun `nothing that holds secrets prints them`() {
        val card = Card.keyed("6216261000000000018".toByteArray(), "3012")
        val keys = Security.Software("0123456789abcdef".toByteArray())
        val order = SaleOrder("a", 1, card)
        val shown = listOf(card, keys, order, setup(File("j"), { error("") }, keys)).joinToString()
        for (secret in listOf("6216261000000000018", "0123456789abcdef", "3012")) {
            assertFalse(secret in shown, shown)
        }
        card.wipe()
        assertTrue(card.data.all { it == 0.toByte() })
    }

    @Test
    fun `the public names carry no unsigned types`() {
        val sources = File(root, "bindings/kotlin/src/main/kotlin/io/github/annulpos").listFiles { file -> file.isFile }!!
        assertTrue(sources.size >= 8)
        val unsigned = Regex("\\b(UByte|UShort|UInt|ULong)\\b")
        assertEquals(emptyList(), sources.filter { unsigned in it.readText() })
    }
}
