//! Reads `vectors/crypto/unionpay.json`.

use annul::crypto::{Algorithm, Key, MacKey};
use serde_json::Value;

const VECTORS: &str = include_str!("../vectors/crypto/unionpay.json");

pub(crate) fn group(name: &str) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    vectors[name].as_array().unwrap().clone()
}

pub(crate) fn find(name: &str, id: &str) -> Value {
    let found = group(name)
        .into_iter()
        .find(|vector| text(vector, "id") == id);
    found.unwrap_or_else(|| panic!("no {id} in {name}"))
}

pub(crate) fn text<'v>(vector: &'v Value, name: &str) -> &'v str {
    vector[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {vector}"))
}

pub(crate) fn bytes(vector: &Value, name: &str) -> Vec<u8> {
    hex(text(vector, name))
}

pub(crate) fn optional(vector: &Value, name: &str) -> Option<Vec<u8>> {
    vector.get(name)?.as_str().map(hex)
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Track characters as BCD, `D` for the separator, filled with 0.
pub(crate) fn packed(track: &str) -> Vec<u8> {
    hex(&if track.len().is_multiple_of(2) {
        track.into()
    } else {
        format!("{track}0")
    })
}

pub(crate) fn algorithm(vector: &Value) -> Algorithm {
    let name = text(vector, "algorithm");
    let mut all = Algorithm::ALL.into_iter();
    all.find(|algorithm| format!("{algorithm:?}") == name)
        .unwrap()
}

pub(crate) fn mac_key(algorithm: Algorithm, hex: &str) -> MacKey {
    MacKey::new(match algorithm {
        Algorithm::Sm4Ecb => Key::sm4_hex(hex).unwrap(),
        _ => des(hex),
    })
}

pub(crate) fn des(hex: &str) -> Key {
    Key::des_hex(hex).unwrap()
}

pub(crate) fn des_of(hex: &Value) -> Key {
    des(hex.as_str().unwrap())
}
