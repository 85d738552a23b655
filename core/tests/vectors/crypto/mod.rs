//! What the tests of published vectors have in common: groups of a JSON file,
//! and the texts of one vector.
#![allow(dead_code, reason = "each test file uses a part of it")]

use serde_json::Value;

/// The vectors of a group, which has just so many.
pub(crate) fn group(file: &str, name: &str, count: usize) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(file).unwrap();
    let vectors = vectors[name].as_array().unwrap().clone();
    assert_eq!(vectors.len(), count, "{name}");
    vectors
}

/// What a vector gives under this name.
pub(crate) fn given<'v>(vector: &'v Value, name: &str) -> &'v str {
    let text = vector["input"][name].as_str();
    text.unwrap_or_else(|| panic!("no {name} in {vector}"))
}

/// What is to come out of it.
pub(crate) fn wanted<'v>(vector: &'v Value, name: &str) -> &'v str {
    let text = vector["expected"][name].as_str();
    text.unwrap_or_else(|| panic!("no {name} in {vector}"))
}

/// Bytes of pairs of digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
