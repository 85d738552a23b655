//! Sealed cards.

use crate::data::{bytes, des, group, text};
use annul::card::{Expiry, Pan};
use annul::crypto::{CardOnFile, Key, MasterKey, SealedCard, SealingKey};
use serde_json::Value;

/// The derivation and the seal are promises to journals already written:
/// computed with Python's `hmac` and `hashlib`.
#[test]
fn sealing_is_the_same_in_every_version() {
    let vectors = group("sealed_cards");
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let key = match text(&vector, "cipher") {
            "SM4" => Key::sm4_hex(text(&vector, "master")).unwrap(),
            _ => des(text(&vector, "master")),
        };
        let key = SealingKey::derive(&MasterKey::new(key));
        let card = CardOnFile {
            pan: Pan::parse(text(&vector, "pan")).unwrap(),
            expiry: (vector.get("expiry").and_then(Value::as_str))
                .map(|expiry| Expiry::parse(expiry).unwrap()),
        };
        let nonce = bytes(&vector, "nonce").try_into().unwrap();
        let sealed = SealedCard::seal(&key, &card, nonce);
        assert_eq!(sealed.bytes()[..], bytes(&vector, "sealed"));
        assert_eq!(sealed.open(&key), Ok(card));
    }
}
