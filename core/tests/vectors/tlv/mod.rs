//! The TLV vectors, as tests take them.

use serde_json::Value;

/// The vectors of a topic.
pub(crate) fn of(topic: &str) -> Vec<Value> {
    let text = match topic {
        "read" => include_str!("read.json"),
        "write" => include_str!("write.json"),
        "dol" => include_str!("dol.json"),
        "dol_build" => include_str!("dol_build.json"),
        "tag_list" => include_str!("tag_list.json"),
        other => panic!("no vectors of {other}"),
    };
    serde_json::from_str(text).expect("vectors are JSON")
}

/// A word of a vector.
pub(crate) fn word<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector[name]
        .as_str()
        .unwrap_or_else(|| panic!("{} has no {name}", vector["id"]))
}

/// The bytes that a word of a vector stands for.
pub(crate) fn bytes(vector: &Value, name: &str) -> Vec<u8> {
    hex(word(vector, name))
}

/// Bytes out of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "{text}");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits"))
        .collect()
}

/// Hexadecimal digits of bytes.
pub(crate) fn shown(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").expect("a string takes all");
        text
    })
}
