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

#[path = "../vectors/crypto/mod.rs"]
mod vectors;

use vectors::{given, hex, wanted};

const VECTORS: &str = include_str!("../vectors/crypto/key_blocks.json");

fn group(name: &str, count: usize) -> Vec<Value> {
    vectors::group(VECTORS, name, count)
}

/// The published block of this name.
fn published(id: &str) -> (ProtectionKey, String) {
    let vectors = group("tr31.unwrap", 22);
    let vector = vectors.iter().find(|vector| vector["id"] == *id).unwrap();
    (protection(vector), given(vector, "key_block").to_owned())
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
