//! Every published MAC, padding, check value and parity of
//! `vectors/crypto/general.json`, recomputed: whole, in single bytes, and
//! verified. Each value there says who published it.
//!
//! Where sources disagree, the test of the group says which is followed and why.

use annul::crypto::mac::{self, CbcMac, Cmac, HmacKey, HmacSha256, Padding, RetailMac, Step, Tag};
use annul::crypto::{Algorithm, Key, MacKey, odd_parity};
use serde_json::Value;
use sm3::Digest;

const VECTORS: &str = include_str!("vectors/crypto/general.json");

type Check = fn(&Vector<'_>);

/// How many vectors a group has, and what is done with them.
const GROUPS: &[(&str, usize, Check)] = &[
    ("mac.iso9797_1.alg1", 4, algorithm_1),
    ("mac.iso9797_1.alg3", 8, algorithm_3),
    ("mac.x9_9", 1, algorithm_1),
    ("mac.x9_19", 1, algorithm_3),
    ("mac.sm4.cbc", 2, algorithm_1_of_sm4),
    ("mac.sm4.alg3", 4, algorithm_3_of_sm4),
    ("mac.sm4.cmac", 3, cmac_of_sm4),
    ("mac.unionpay_ecb", 6, unionpay),
    ("mac.unionpay_sm4_ecb", 3, unionpay_of_sm4),
    ("mac.xor_then_3des", 1, chanjet),
    ("padding.iso9797_1", 4, padding),
    ("cmac.tdes", 6, cmac_of_tdes),
    ("cmac.aes", 10, cmac_of_aes),
    ("hmac.sha256", 13, hmac),
    ("kcv.tdes_zero", 11, check_value_of_des),
    ("kcv.tdes_cmac", 1, check_value_by_cmac),
    ("kcv.aes_cmac", 3, check_value_of_aes),
    ("kcv.aes_ecb_zero", 2, old_check_value_of_aes),
    ("key.parity_odd", 2, parity),
    ("sm4.block", 1, block_of_sm4),
    ("sm3.hash", 1, hash_of_sm3),
];

#[test]
fn every_vector_is_met() {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    let all = all["vectors"].as_array().unwrap();
    for (group, count, check) in GROUPS {
        let of_group = all.iter().filter(|vector| vector["group"] == *group);
        let done = of_group.map(|vector| check(&Vector(vector))).count();
        assert_eq!(done, *count, "{group}");
    }
    let known: usize = GROUPS.iter().map(|(_, count, _)| count).sum();
    assert_eq!(known, all.len(), "a group of the file is not tested");
}

/// `retail-mac` 0.1.0 chains no block at all, and only does the last turn. The
/// standard wants a positive number of blocks, as psec has it; so the MAC of
/// nothing is that of a block of zeros, and the check value of the key.
#[test]
fn nothing_is_a_block_of_zeros() {
    let [left, right] = ["0123456789ABCDEF", "FEDCBA9876543210"];
    let key = Key::des_hex(&[left, right].concat()).unwrap();
    let check = key.check_block();
    let mac = RetailMac::new(&MacKey::new(key), Padding::Method1).unwrap();
    let tag = mac.finish().unwrap();
    assert_eq!(tag.to_string(), "08D7B4FB629D0885");
    assert_eq!(tag.bytes(), check);

    let mut other = [0; 8];
    Key::des_hex(right).unwrap().decrypt(&mut other).unwrap();
    Key::des_hex(left).unwrap().encrypt(&mut other).unwrap();
    assert_eq!(other, *hex("BA13558A17FC034C"));
}

struct Vector<'v>(&'v Value);

impl Vector<'_> {
    fn input(&self, name: &str) -> &str {
        let text = self.0["input"][name].as_str();
        text.unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        hex(self.input(name))
    }

    fn des(&self, name: &str) -> MacKey {
        MacKey::new(Key::des_hex(self.input(name)).unwrap())
    }

    fn sm4(&self, name: &str) -> MacKey {
        MacKey::new(Key::sm4_hex(self.input(name)).unwrap())
    }

    fn expected(&self, name: &str) -> &str {
        self.0["expected"][name].as_str().unwrap()
    }

    /// Method 1 where none is named: it adds nothing to whole blocks.
    fn padding(&self, name: &str) -> Padding {
        match self.0["input"][name].as_u64() {
            None | Some(1) => Padding::Method1,
            Some(2) => Padding::Method2,
            Some(3) => Padding::Method3 {
                length: self.bytes("data_hex").len() as u64,
            },
            Some(other) => panic!("no padding {other}"),
        }
    }

    /// Whole, short, as characters, and verified; what is not the MAC is not.
    fn assert_is(&self, tag: Tag) {
        let id = &self.0["id"];
        let expected = self.expected("mac");
        assert_eq!(tag.to_string(), expected, "{id}");
        if let Some(short) = self.0["expected"]["mac4"].as_str() {
            assert_eq!(tag.leftmost(4).unwrap().to_string(), short, "{id}");
        }
        let mut received = hex(expected);
        assert_eq!(*tag.authenticate(&received, id).unwrap(), id);
        received[7] ^= 1;
        assert!(tag.authenticate(&received, id).is_err());
        let text = tag.text();
        assert_eq!(text.characters(), expected.as_bytes(), "{id}");
        let lower = expected.to_ascii_lowercase();
        assert!(text.authenticate(lower.as_bytes(), id).is_ok());
    }

    /// The MAC of the data, whole and byte by byte.
    fn assert_mac<M>(&self, start: impl Fn() -> M, update: fn(&mut M, &[u8]), end: fn(M) -> Tag) {
        let data = self.bytes("data_hex");
        let mut mac = start();
        update(&mut mac, &data);
        self.assert_is(end(mac));
        let mut mac = start();
        data.chunks(1).for_each(|byte| update(&mut mac, byte));
        self.assert_is(end(mac));
    }
}

fn algorithm_1(vector: &Vector) {
    let start = || CbcMac::new(&vector.des("key"), vector.padding("padding")).unwrap();
    vector.assert_mac(start, CbcMac::update, |mac| mac.finish().unwrap());
}

/// A host and a library write K and K' as one key of 16 bytes. psec takes two
/// of 16 bytes, each a double-length key; in its vectors their halves are equal.
/// Both readings are met: with the two keys, and with the halves put together.
fn algorithm_3(vector: &Vector) {
    let padding = vector.padding("padding");
    let end = |mac: RetailMac| mac.finish().unwrap();
    if vector.0["input"]["key2"].is_null() {
        let start = || RetailMac::new(&vector.des("key"), padding).unwrap();
        return vector.assert_mac(start, RetailMac::update, end);
    }
    let (first, second) = (vector.des("key"), vector.des("key2"));
    let start = || RetailMac::with_keys(&first, &second, padding).unwrap();
    vector.assert_mac(start, RetailMac::update, end);
    let joined = [vector.input("key"), vector.input("key2")].map(|key| &key[..16]);
    let key = MacKey::new(Key::des_hex(&joined.concat()).unwrap());
    let start = || RetailMac::new(&key, padding).unwrap();
    vector.assert_mac(start, RetailMac::update, end);
}

/// One source is an encryption (CBC) with an initial vector and no padding,
/// where the standard's MAC has none: the vector is added to the first block.
fn algorithm_1_of_sm4(vector: &Vector) {
    let mut data = vector.bytes("data_hex");
    if !vector.0["input"]["iv"].is_null() {
        let initial = vector.bytes("iv");
        (data.iter_mut().zip(initial)).for_each(|(byte, initial)| *byte ^= initial);
    }
    let padding = match vector.0["input"]["padding"].as_str() {
        Some("none") => Padding::Method1,
        _ => vector.padding("padding"),
    };
    let mut mac = CbcMac::new(&vector.sm4("key"), padding).unwrap();
    mac.update(&data);
    vector.assert_is(mac.finish().unwrap());
}

fn algorithm_3_of_sm4(vector: &Vector) {
    let (first, second) = (vector.sm4("key"), vector.sm4("key2"));
    let start = || RetailMac::with_keys(&first, &second, vector.padding("padding")).unwrap();
    vector.assert_mac(start, RetailMac::update, |mac| mac.finish().unwrap());
}

fn cmac_of_sm4(vector: &Vector) {
    cmac(vector, &vector.sm4("key"));
}

fn cmac_of_tdes(vector: &Vector) {
    cmac(vector, &vector.des("key"));
}

fn cmac(vector: &Vector, key: &MacKey) {
    vector.assert_mac(|| Cmac::new(key).unwrap(), Cmac::update, Cmac::finish);
}

fn hmac(vector: &Vector) {
    let key = HmacKey::hex(vector.input("key")).unwrap();
    let start = || HmacSha256::new(&key);
    vector.assert_mac(start, HmacSha256::update, HmacSha256::finish);
}

fn unionpay(vector: &Vector) {
    of_algorithm(vector, Algorithm::UnionPayEcb, &vector.des("key"));
}

fn unionpay_of_sm4(vector: &Vector) {
    of_algorithm(vector, Algorithm::Sm4Ecb, &vector.sm4("key"));
}

fn of_algorithm(vector: &Vector, algorithm: Algorithm, key: &MacKey) {
    let block = mac::compute(algorithm, key, &vector.bytes("data_hex")).unwrap();
    assert_eq!(block.bytes(), hex(vector.expected("final_block")));
    let field_64 = vector.expected("mac_field64_ascii");
    assert_eq!(block.value().bytes(), field_64.as_bytes());
}

/// One acquirer's manual contradicts UnionPay's: the sum is enciphered once.
/// It is an algorithm of its own, so that neither is taken for the other.
fn chanjet(vector: &Vector) {
    let data = vector.bytes("data_hex");
    let block = mac::compute(Algorithm::Chanjet, &vector.des("key"), &data).unwrap();
    assert_eq!(block.bytes(), hex(vector.expected("mac")));
}

fn padding(vector: &Vector) {
    let key = MacKey::new(Key::des(&[0x23; 8]).unwrap());
    let mut padded = Vec::new();
    let watch = |step: Step| match step {
        Step::Chained { input, .. } => padded.extend_from_slice(input),
        other => panic!("{other:?}"),
    };
    let mut mac = CbcMac::watched(&key, vector.padding("method"), watch).unwrap();
    mac.update(&vector.bytes("data_hex"));
    mac.finish().unwrap();
    assert_eq!(padded, hex(vector.expected("padded")));
}

fn check_value_of_des(vector: &Vector) {
    assert_starts(
        vector,
        &Key::des_hex(vector.input("key")).unwrap().check_block(),
    );
}

fn check_value_by_cmac(vector: &Vector) {
    assert_starts(
        vector,
        &Key::des_hex(vector.input("key")).unwrap().kcv_cmac(),
    );
}

/// Some show three bytes, some five, of the same value.
fn assert_starts(vector: &Vector, check: &[u8]) {
    let expected = hex(vector.expected("kcv"));
    assert!(check.starts_with(&expected), "{}", vector.0);
}

#[cfg(feature = "aes")]
fn cmac_of_aes(vector: &Vector) {
    cmac(
        vector,
        &MacKey::new(Key::aes_hex(vector.input("key")).unwrap()),
    );
}

/// ANSI X9.24-1:2017 wants CMAC, older devices show zeros enciphered: two
/// methods, told apart by name, as either is right on some device.
#[cfg(feature = "aes")]
fn check_value_of_aes(vector: &Vector) {
    assert_starts(
        vector,
        &Key::aes_hex(vector.input("key")).unwrap().kcv_cmac(),
    );
}

#[cfg(feature = "aes")]
fn old_check_value_of_aes(vector: &Vector) {
    assert_starts(
        vector,
        &Key::aes_hex(vector.input("key")).unwrap().check_block(),
    );
}

#[cfg(not(feature = "aes"))]
use without_aes as cmac_of_aes;
#[cfg(not(feature = "aes"))]
use without_aes as check_value_of_aes;
#[cfg(not(feature = "aes"))]
use without_aes as old_check_value_of_aes;

/// There are no keys of AES to try.
#[cfg(not(feature = "aes"))]
fn without_aes(_: &Vector) {}

fn parity(vector: &Vector) {
    let adjusted = odd_parity(vector.bytes("byte")[0]);
    assert_eq!([adjusted], *hex(vector.expected("adjusted")));
    let key = Key::des(&[vector.bytes("byte")[0]; 8]).unwrap();
    assert!(key.with_odd_parity().has_odd_parity());
}

fn block_of_sm4(vector: &Vector) {
    let key = Key::sm4_hex(vector.input("key")).unwrap();
    let (plain, cipher) = (
        vector.bytes("plaintext"),
        hex(vector.expected("ciphertext")),
    );
    let mut block = plain.clone();
    key.encrypt(&mut block).unwrap();
    assert_eq!(block, cipher);
    key.decrypt(&mut block).unwrap();
    assert_eq!(block, plain);
}

/// No MAC of ours hashes with SM3; the crate is tried that one would be made of.
fn hash_of_sm3(vector: &Vector) {
    let hash = sm3::Sm3::digest(vector.input("data_ascii"));
    assert_eq!(hash[..], hex(vector.expected("hash")));
}

fn hex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
