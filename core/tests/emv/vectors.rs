//! The vectors, and hexadecimal text.

use serde_json::Value;

pub(crate) const TAGS: &str = include_str!("../vectors/emv/tags.json");
pub(crate) const BITS: &str = include_str!("../vectors/emv/bits.json");
pub(crate) const VALUES: &str = include_str!("../vectors/emv/values.json");

pub(crate) fn read(file: &str) -> Value {
    serde_json::from_str(file).expect("a vector file is JSON")
}

/// One group of `values.json`, with at least one vector.
pub(crate) fn group(name: &str) -> Vec<Value> {
    let all = read(VALUES);
    let group = all[name].as_array().expect(name).clone();
    assert!(!group.is_empty(), "{name}");
    group
}

pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let pairs = digits.map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect(hex))
        .collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    (bytes.iter()).fold(String::new(), |text, byte| format!("{text}{byte:02X}"))
}

pub(crate) fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
    vector[key]
        .as_str()
        .unwrap_or_else(|| panic!("{vector}: {key}"))
}
