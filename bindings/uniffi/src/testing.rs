//! What only the tests of the bindings call.

use crate::error::AnnulError;

/// Panics, so that a test can see it arrive as an exception.
///
/// # Panics
/// Always.
#[uniffi::export]
pub fn provoke_panic(word: &str) -> Result<i32, AnnulError> {
    panic!("provoked by a test: {word}")
}
