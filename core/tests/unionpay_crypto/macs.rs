//! MACs: every published value, and what the algorithms promise beyond them.

use crate::data::{algorithm, bytes, des, group, mac_key, optional, text};
use annul::crypto::mac::{self, Mac};
use annul::crypto::{Algorithm, Authentic, Key, MacKey, MacMismatch, MacValue};
use serde_json::Value;

#[test]
fn macs_with_every_intermediate_step() {
    let vectors = group("mac");
    assert_eq!(vectors.len(), 27);
    for vector in vectors {
        let (id, algorithm) = (text(&vector, "id"), algorithm(&vector));
        let (key, message) = (text(&vector, "key"), bytes(&vector, "message"));
        check_steps(&vector);
        if let Some(sum) = optional(&vector, "sum") {
            assert_eq!(sum_of(&message, sum.len()), sum, "{id}: sum");
        }
        let block = mac::compute(algorithm, &mac_key(algorithm, key), &message).unwrap();
        assert_eq!(block.bytes(), bytes(&vector, "block"), "{id}: block");
        assert_eq!(
            block.value().bytes()[..],
            bytes(&vector, "f64"),
            "{id}: F64"
        );
    }
}

#[test]
fn macs_from_the_sum_onward_where_the_card_is_withheld() {
    let vectors = group("mac_from_sum");
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        check_steps(&vector);
        let key = mac_key(Algorithm::UnionPayEcb, text(&vector, "key"));
        // The sum of one block is that block.
        let sum = bytes(&vector, "sum");
        let block = mac::compute(Algorithm::UnionPayEcb, &key, &sum).unwrap();
        assert_eq!(block.bytes(), bytes(&vector, "block"));
        assert_eq!(block.value().bytes()[..], bytes(&vector, "f64"));
    }
}

#[test]
fn what_was_published_wrong_does_not_reproduce() {
    let vectors = group("not_reproducing");
    assert_eq!(vectors.len(), 1);
    for vector in vectors {
        let key = text(&vector, "key");
        let (message, published) = (bytes(&vector, "message"), bytes(&vector, "published"));
        let unionpay = mac_key(Algorithm::UnionPayEcb, key);
        let block = mac::compute(Algorithm::UnionPayEcb, &unionpay, &message).unwrap();
        assert_eq!(block.value().bytes()[..], bytes(&vector, "computed"));
        for algorithm in [Algorithm::UnionPayEcb, Algorithm::X9_9, Algorithm::X9_9Hex] {
            let verified = mac::verify(algorithm, &unionpay, &message, &published, ()).unwrap();
            assert_eq!(verified, Err(MacMismatch), "{}", text(&vector, "reason"));
        }
    }
}

#[test]
fn messages_carry_the_mac_of_all_that_stands_before_it() {
    let vectors = group("messages");
    assert_eq!(vectors.len(), 20);
    for vector in vectors {
        let key = mac_key(Algorithm::UnionPayEcb, text(&vector, "key"));
        let mut message = bytes(&vector, "message");
        let verify = |message: &[u8]| {
            let (signed, f64) = message.split_at(message.len() - MacValue::SIZE);
            mac::verify(Algorithm::UnionPayEcb, &key, signed, f64, "read").unwrap()
        };
        let read = verify(&message).map(Authentic::into_inner);
        assert_eq!(read, Ok("read"), "{}", text(&vector, "id"));
        for index in 0..message.len() {
            message[index] ^= 1;
            assert_eq!(
                verify(&message),
                Err(MacMismatch),
                "{}",
                text(&vector, "id")
            );
            message[index] ^= 1;
        }
    }
}

#[test]
fn parts_of_any_size_give_the_mac_of_the_whole() {
    for vector in group("mac") {
        let algorithm = algorithm(&vector);
        let key = mac_key(algorithm, text(&vector, "key"));
        let message = bytes(&vector, "message");
        for size in [1, 3, 7, 8, 9, 15, 16, 17, 64] {
            let mut mac = Mac::new(algorithm, &key).unwrap();
            for part in message.chunks(size) {
                mac.update(part);
                mac.update(&[]);
            }
            assert_eq!(mac.finish().bytes(), bytes(&vector, "block"));
        }
    }
}

#[test]
fn zeros_fill_a_block_and_nothing_is_added_to_a_whole_one() {
    for algorithm in Algorithm::ALL {
        let hex = match algorithm {
            Algorithm::X9_9 | Algorithm::X9_9Hex => "3333333333333333",
            _ => "11111111111111112222222222222222",
        };
        let key = mac_key(algorithm, hex);
        let size = if algorithm == Algorithm::Sm4Ecb {
            16
        } else {
            8
        };
        let mac = |message: &[u8]| {
            mac::compute(algorithm, &key, message)
                .unwrap()
                .bytes()
                .to_vec()
        };
        let zeros = vec![0; 2 * size];
        assert_eq!(
            mac(b""),
            mac(&zeros[..size]),
            "{algorithm:?}: empty is one block"
        );
        assert_eq!(
            mac(b"1"),
            mac(&[b"1", &zeros[..size - 1]].concat()),
            "{algorithm:?}"
        );
        let block = &b"0123456789abcdef"[..size];
        let longer = mac(&[block, &zeros[..size]].concat());
        let sums = !matches!(
            algorithm,
            Algorithm::X9_9 | Algorithm::X9_9Hex | Algorithm::X9_19
        );
        // A sum forgets blocks of zeros; a chain does not.
        assert_eq!(mac(block) == longer, sums, "{algorithm:?}");
    }
}

#[test]
fn keys_that_do_not_fit_the_algorithm_are_refused() {
    let keys = [
        ("DES", MacKey::new(Key::des(&[0x33; 8]).unwrap())),
        ("double", MacKey::new(Key::des(&[0x33; 16]).unwrap())),
        ("triple", MacKey::new(Key::des(&[0x33; 24]).unwrap())),
        ("SM4", MacKey::new(Key::sm4(&[0x33; 16]).unwrap())),
    ];
    for algorithm in Algorithm::ALL {
        let fitting: Vec<_> = (keys.iter())
            .filter(|(_, key)| mac::compute(algorithm, key, b"").is_ok())
            .map(|(name, _)| *name)
            .collect();
        let expected: &[_] = match algorithm {
            Algorithm::UnionPayEcb | Algorithm::X9_9 | Algorithm::X9_9Hex => {
                &["DES", "double", "triple"]
            }
            Algorithm::Sm4Ecb => &["SM4"],
            Algorithm::X9_19 | Algorithm::Chanjet => &["double"],
        };
        assert_eq!(fitting, expected, "{algorithm:?}");
    }
}

/// The published steps of UnionPay's scheme, from the sum to the last block,
/// done here by hand: text of the sum, A = E(left), B = A + right, C = E(B).
fn check_steps(vector: &Value) {
    let Some(expected) = optional(vector, "a") else {
        return;
    };
    let key = des(text(vector, "key"));
    let characters = text(vector, "sum").as_bytes();
    let mut step = characters[..8].to_vec();
    key.encrypt(&mut step).unwrap();
    assert_eq!(step, expected, "A");
    (step.iter_mut().zip(&characters[8..])).for_each(|(byte, character)| *byte ^= character);
    assert_eq!(step, bytes(vector, "b"), "B");
    key.encrypt(&mut step).unwrap();
    assert_eq!(step, bytes(vector, "block"), "C");
}

fn sum_of(message: &[u8], size: usize) -> Vec<u8> {
    let mut sum = vec![0; size];
    for (index, byte) in message.iter().enumerate() {
        sum[index % size] ^= byte;
    }
    sum
}
