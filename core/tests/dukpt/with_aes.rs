//! ANSI X9.24-3, from both sides.

use super::*;
use annul::crypto::dukpt::aes::{
    BaseKey, Device, HmacLength, InitialKey, KeyType, TransactionKey, Ways,
};

fn base(hex: &str) -> BaseKey {
    BaseKey::new(Key::aes_hex(hex).unwrap()).unwrap()
}

/// Counters that the standard's own example has, and no device: taken on
/// demand only.
fn ksn(text: &str) -> AesKsn {
    AesKsn::parse(text).unwrap_or_else(|error| {
        assert_eq!(
            error,
            KsnError::Ones {
                most: 16,
                found: 17
            },
            "{text}"
        );
        AesKsn::with_any_counter(hex(text).try_into().unwrap())
    })
}

fn key_type(name: &str) -> KeyType {
    match name {
        "TDES2" => KeyType::Tdes2,
        "TDES3" => KeyType::Tdes3,
        "AES128" => KeyType::Aes128,
        "AES192" => KeyType::Aes192,
        "AES256" => KeyType::Aes256,
        other => panic!("{other}"),
    }
}

fn kcv_of(kind: KeyType, hex: &str) -> Kcv {
    match kind {
        KeyType::Tdes2 | KeyType::Tdes3 => des(hex),
        _ => aes_key(hex),
    }
}

/// The transaction key of the base key that all groups without one share.
fn transaction(vector: &Value) -> TransactionKey {
    let ksn = ksn(given(vector, "ksn"));
    let base = base("FEDCBA9876543210F1F1F1F1F1F1F1F1");
    let key = base.initial_key(&ksn).transaction_key(&ksn).unwrap();
    assert_eq!(key.kcv(), aes_key(given(vector, "derivation_key")));
    key
}

#[test]
fn initial_keys() {
    for vector in group("dukpt.aes.ik", 2) {
        let ksn = ksn(&format!("{}00000000", given(&vector, "ikid")));
        let key = base(given(&vector, "bdk")).initial_key(&ksn);
        assert_eq!(key.kcv(), aes_key(wanted(&vector, "ik")));
    }
}

#[test]
fn a_host_derives_every_published_key() {
    for vector in group("dukpt.aes.txn", 25) {
        let ksn = ksn(given(&vector, "ksn"));
        let initial = base(given(&vector, "bdk")).initial_key(&ksn);
        if let Some(key) = vector["input"]["ik"].as_str() {
            assert_eq!(initial.kcv(), aes_key(key));
        }
        check(&initial.transaction_key(&ksn).unwrap(), &vector);
    }
}

#[test]
fn a_device_comes_to_every_published_key() {
    let mut reached = 0;
    for vector in group("dukpt.aes.txn", 25) {
        let Ok(wanted) = AesKsn::parse(given(&vector, "ksn")) else {
            continue;
        };
        let key = || base(given(&vector, "bdk")).initial_key(&wanted);
        let before = wanted.counter() - 1;
        let mut bytes = *wanted.bytes();
        bytes[8..].copy_from_slice(&before.to_be_bytes());
        // A resumed device goes on behind any counter, sound or not.
        let mut device = Device::resume(key(), AesKsn::with_any_counter(bytes));
        let (ksn, key) = device.next().unwrap();
        assert_eq!(ksn, wanted);
        check(&key, &vector);
        reached += 1;
    }
    assert_eq!(reached, 23);
}

fn check(key: &TransactionKey, vector: &Value) {
    assert_eq!(key.kcv(), aes_key(wanted(vector, "derivation_key")));
    for (suffix, kind) in [("aes128", KeyType::Aes128), ("aes256", KeyType::Aes256)] {
        if let Some(expected) = wanted_key(vector, "pin", suffix) {
            assert_eq!(key.pin_key(kind).unwrap().kcv(), expected);
            let mac_key = key.mac_key(Ways::Request, kind).unwrap();
            assert_eq!(Some(mac_key.kcv()), wanted_key(vector, "cmac", suffix));
            let data_key = key.data_key(Ways::Request, kind).unwrap();
            assert_eq!(Some(data_key.kcv()), wanted_key(vector, "data", suffix));
        }
    }
    if let Some(block) = vector["expected"]["pin_block_iso4"].as_str() {
        let pan = PanField::parse(given(vector, "pan")).unwrap();
        let random = hex(&given(vector, "pin_field")[16..]).try_into().unwrap();
        let made = Format4Block::new(&Pin::parse(given(vector, "pin")).unwrap(), random);
        let pin_key = key.pin_key(KeyType::Aes128).unwrap();
        assert_eq!(made.encrypt(&pan, &pin_key).unwrap()[..], hex(block));
    }
}

fn wanted_key(vector: &Value, name: &str, suffix: &str) -> Option<Kcv> {
    let key = vector["expected"][format!("{name}_key_{suffix}")].as_str();
    key.map(aes_key)
}

#[test]
fn working_keys_of_every_length() {
    for vector in group("dukpt.aes.working", 9) {
        let ksn = ksn(given(&vector, "ksn"));
        let key = base(given(&vector, "bdk")).initial_key(&ksn);
        let key = key.transaction_key(&ksn).unwrap();
        let kind = key_type(given(&vector, "working_type"));
        assert_eq!(key.kcv(), aes_key(wanted(&vector, "derivation_key")));
        for (kcv, name) in [
            (key.pin_key(kind).unwrap().kcv(), "pin_key"),
            (
                key.mac_key(Ways::Request, kind).unwrap().kcv(),
                "mac_gen_key",
            ),
            (
                key.data_key(Ways::Request, kind).unwrap().kcv(),
                "data_enc_key",
            ),
        ] {
            assert_eq!(kcv, kcv_of(kind, wanted(&vector, name)), "{name}");
        }
    }
}

#[test]
fn working_keys_of_every_usage_and_cipher() {
    for vector in group("dukpt.aes.usage", 14) {
        let (key, kind) = (transaction(&vector), key_type(given(&vector, "type")));
        let found = match given(&vector, "usage") {
            "PIN" => key.pin_key(kind).unwrap().kcv(),
            "MAC_GEN" => key.mac_key(Ways::Request, kind).unwrap().kcv(),
            "MAC_VER" => key.mac_key(Ways::Response, kind).unwrap().kcv(),
            "DATA_ENC" => key.data_key(Ways::Request, kind).unwrap().kcv(),
            "DATA_DEC" => key.data_key(Ways::Response, kind).unwrap().kcv(),
            "KEK" => key.key_encryption_key(kind).unwrap().kcv(),
            // No working key: a unit test of the module has it.
            "KEY_DERIV" => continue,
            other => panic!("{other}"),
        };
        assert_eq!(found, kcv_of(kind, wanted(&vector, "key")), "{vector}");
    }
    // Nobody publishes the usages for both ways, 2002 and 3002; they are
    // none of the other keys.
    let key = transaction(&group("dukpt.aes.usage", 14)[0]);
    let mac = |ways| key.mac_key(ways, KeyType::Aes128).unwrap().kcv();
    let data = |ways| key.data_key(ways, KeyType::Aes128).unwrap().kcv();
    for ways in [Ways::Request, Ways::Response] {
        assert_ne!(mac(Ways::Both), mac(ways));
        assert_ne!(data(Ways::Both), data(ways));
    }
}

#[test]
fn update_keys() {
    for vector in group("dukpt.aes.update_key", 4) {
        let initial = InitialKey::new(Key::aes_hex(given(&vector, "ik")).unwrap()).unwrap();
        let ksn = ksn(&format!("{}00000000", given(&vector, "ikid")));
        let kind = key_type(given(&vector, "type"));
        let key = initial.update_key(&ksn, kind).unwrap();
        assert_eq!(key.kcv(), kcv_of(kind, wanted(&vector, "update_key")));
    }
}

#[test]
fn macs_and_data_of_both_directions() {
    for vector in group("dukpt.aes.mac_data", 8) {
        let (key, data) = (transaction(&vector), given(&vector, "data_ascii"));
        for (ways, name) in [(Ways::Request, "request"), (Ways::Response, "response")] {
            let value = |what: &str| hex(wanted(&vector, &format!("{what}_{name}")));
            let mac_key = key.mac_key(ways, KeyType::Aes128).unwrap();
            assert_eq!(cmac(&mac_key, data), value("cmac"));
            let mut mac = HmacSha256::new(&key.hmac_key(ways, HmacLength::Bits128).unwrap());
            mac.update(data.as_bytes());
            assert_eq!(mac.finish().bytes(), value("hmac"));
            let data_key = key.data_key(ways, KeyType::Aes128).unwrap();
            assert_eq!(enciphered(&data_key, data), value("data"));
        }
    }
}

#[test]
fn the_device_is_where_the_host_is_and_ends() {
    let first = ksn("123456789012345600000000");
    for bdk in ["FEDCBA9876543210F1F1F1F1F1F1F1F1", &"5A".repeat(32)] {
        let initial = || base(bdk).initial_key(&first);
        let mut device = Device::new(initial(), first);
        for round in 0..300 {
            if round % 11 == 0 {
                device = Device::resume(initial(), device.ksn());
            }
            let (ksn, key) = device.next().unwrap();
            assert_eq!(ksn.counter(), round + 1);
            let host = initial().transaction_key(&ksn).unwrap();
            assert_eq!(key.kcv(), host.kcv(), "{ksn}");
        }
    }
    let initial = base("FEDCBA9876543210F1F1F1F1F1F1F1F1").initial_key(&first);
    let mut device = Device::resume(initial, ksn("1234567890123456FFFEC000"));
    let counters: Vec<u32> = std::iter::from_fn(|| Some(device.next().ok()?.0.counter())).collect();
    assert_eq!(counters.last(), Some(&0xFFFF_0000));
    assert!(counters.windows(2).all(|two| two[0] < two[1]));
    assert!(counters.iter().all(|counter| counter.count_ones() <= 16));
    assert_eq!(device.next().err(), Some(DukptError::EndOfLife));
}

#[test]
fn what_is_too_strong_or_of_another_scheme_is_refused() {
    for key in [Key::des(&[1; 16]), Key::des(&[1; 24]), Key::sm4(&[1; 16])] {
        let refused = BaseKey::new(key.unwrap()).err();
        assert_eq!(refused, Some(DukptError::Key { expected: "AES" }));
    }
    let key = transaction(&group("dukpt.aes.usage", 14)[0]);
    for kind in [KeyType::Aes192, KeyType::Aes256] {
        assert_eq!(key.pin_key(kind).err(), Some(DukptError::Stronger));
        assert_eq!(
            key.mac_key(Ways::Both, kind).err(),
            Some(DukptError::Stronger)
        );
    }
    for length in [HmacLength::Bits192, HmacLength::Bits256] {
        assert_eq!(
            key.hmac_key(Ways::Both, length).err(),
            Some(DukptError::Stronger)
        );
    }
    let first = ksn("123456789012345600000000");
    let none = base(&"5A".repeat(32))
        .initial_key(&first)
        .transaction_key(&first);
    assert_eq!(none.err(), Some(DukptError::NoTransaction));
}

#[test]
fn keys_wipe_themselves() {
    fn wipes<T: ZeroizeOnDrop>() {}
    wipes::<BaseKey>();
    wipes::<InitialKey>();
    wipes::<TransactionKey>();
    wipes::<Device>();
    {
        lacks!(BaseKey);
    }
    {
        lacks!(InitialKey);
    }
    {
        lacks!(TransactionKey);
    }
    {
        lacks!(Device);
    }
}
