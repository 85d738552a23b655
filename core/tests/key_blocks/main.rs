//! Key blocks: every published one opened and made again, byte for byte; every
//! rule that refuses one; and nothing learnt from a wrong one. The data are in
//! `vectors/crypto/key_blocks.json`.
#![cfg(feature = "key-blocks")]

mod published;
mod roles;
mod rules;
mod tampering;

use annul::crypto::Key;
use annul::crypto::key_block::ProtectionKey;
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/crypto/key_blocks.json");

fn group(name: &str, count: usize) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = vectors[name].as_array().unwrap().clone();
    assert_eq!(vectors.len(), count, "{name}");
    vectors
}

/// The published block of this name.
fn published(id: &str) -> (ProtectionKey, String) {
    let vectors = group("tr31.unwrap", 22);
    let vector = vectors.iter().find(|vector| vector["id"] == *id).unwrap();
    (protection(vector), given(vector, "key_block").to_owned())
}

fn given<'v>(vector: &'v Value, name: &str) -> &'v str {
    let text = vector["input"][name].as_str();
    text.unwrap_or_else(|| panic!("no {name} in {vector}"))
}

fn wanted<'v>(vector: &'v Value, name: &str) -> &'v str {
    let text = vector["expected"][name].as_str();
    text.unwrap_or_else(|| panic!("no {name} in {vector}"))
}

fn hex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// The protection key of a vector, of the cipher that its version has.
fn protection(vector: &Value) -> ProtectionKey {
    let version = match vector["input"]["version"].as_str() {
        Some(version) => version,
        None => &given(vector, "key_block")[..1],
    };
    ProtectionKey::new(key(version, given(vector, "kbpk"))).unwrap()
}

/// A key of the cipher that protects blocks of this version.
fn key(version: &str, text: &str) -> Key {
    match version {
        "D" | "E" => Key::aes_hex(text).unwrap(),
        _ => Key::des_hex(text).unwrap(),
    }
}
