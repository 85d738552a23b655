//! What only the tests of the bindings call.

/// Panics, so that a test can see it arrive as an exception.
///
/// # Panics
/// Always.
#[uniffi::export]
pub fn provoke_panic(word: &str) -> i32 {
    panic!("provoked by a test: {word}")
}
