//! How a published value is read out of a file of them.

use serde_json::Value;

/// The vectors of this group.
#[track_caller]
pub fn group(file: &str, name: &str) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(file).unwrap();
    vectors[name].as_array().unwrap().clone()
}

/// What a vector has under a name, in its `input` or its `expected`.
#[track_caller]
pub fn text<'v>(vector: &'v Value, part: &str, name: &str) -> &'v str {
    vector[part][name].as_str().unwrap()
}
