// The Android library: the sources of the JVM module, JNA as an archive with
// its own native parts, and libannul_uniffi.so for each ABI.
//
// Not built by this project's tests, which have no Android SDK: see README.md.
plugins {
    id("com.android.library") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.2.20"
}

// What `cargo xtask kotlin` wrote; the same sources for every platform.
val staged = providers.gradleProperty("annul.staged").orElse("../target/staged")

android {
    namespace = "io.github.annulpos"
    compileSdk = 36

    defaultConfig {
        minSdk = 24
        consumerProguardFiles("consumer-rules.pro")
        ndk { abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64") }
    }

    sourceSets.named("main") {
        kotlin.srcDir("../src/main/kotlin")
        kotlin.srcDir(staged.map { "$it/generated" })
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")
    implementation("net.java.dev.jna:jna:5.18.1@aar")
}
