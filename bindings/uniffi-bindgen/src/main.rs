//! Writes the sources with which Kotlin and Swift call `annul-uniffi`, out of
//! what the compiled library says of itself. `cargo xtask` runs it; what it
//! writes is not committed.

fn main() {
    uniffi::uniffi_bindgen_main();
}
