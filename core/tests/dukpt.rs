//! DUKPT with TDES and AES: every published key, from the host's side and from
//! the device's, and what is made with them. The data are in
//! `vectors/crypto/dukpt.json`.
#![cfg(feature = "dukpt")]

use annul::card::{Pan, Pin};
use annul::crypto::dukpt::{AesKsn, DataKey, Direction, DukptError, KsnError, TdesKsn};
use annul::crypto::mac::{Cmac, HmacSha256, Padding, RetailMac};
use annul::crypto::pin::{Format4Block, PanField, PinBlock};
use annul::crypto::{Kcv, Key, MacKey};
use serde_json::Value;
use zeroize::ZeroizeOnDrop;

const VECTORS: &str = include_str!("vectors/crypto/dukpt.json");

fn group(name: &str, count: usize) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = vectors[name].as_array().unwrap().clone();
    assert_eq!(vectors.len(), count, "{name}");
    vectors
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

/// The check value of a key in clear. Keys do not come out of their types, so
/// this is how two are compared.
fn des(key: &str) -> Kcv {
    Key::des_hex(key).unwrap().kcv()
}

fn aes_key(key: &str) -> Kcv {
    Key::aes_hex(key).unwrap().kcv()
}

/// Zeros up to whole blocks of the key, enciphered.
fn enciphered(key: &DataKey, data: &str) -> Vec<u8> {
    let mut bytes = data.as_bytes().to_vec();
    bytes.resize(bytes.len().next_multiple_of(key.block_size()), 0);
    let clear = bytes.clone();
    key.encrypt(&mut bytes).unwrap();
    let done = bytes.clone();
    key.decrypt(&mut bytes).unwrap();
    assert_eq!(bytes, clear);
    done
}

fn cmac(key: &MacKey, data: &str) -> Vec<u8> {
    let mut mac = Cmac::new(key).unwrap();
    mac.update(data.as_bytes());
    mac.finish().bytes().to_vec()
}

fn retail_mac(key: &MacKey, data: &str) -> Vec<u8> {
    let mut mac = RetailMac::new(key, Padding::Method1).unwrap();
    mac.update(data.as_bytes());
    mac.finish().unwrap().bytes()[..4].to_vec()
}

/// Compiles only where the type can neither be shown nor copied nor compared.
macro_rules! lacks {
    ($secret:ty) => {
        trait Ambiguous<Marker> {
            fn found() {}
        }
        impl<T: ?Sized> Ambiguous<()> for T {}
        lacks!(@each std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
        let _ = <$secret as Ambiguous<_>>::found;
    };
    (@each $($property:path),+) => {$({
        struct Marker;
        impl<T: ?Sized + $property> Ambiguous<Marker> for T {}
    })+};
}

mod with_tdes {
    use super::*;
    use annul::crypto::PinKey;
    use annul::crypto::dukpt::tdes::{
        BaseKey, DataVariant, Device, InitialKey, TransactionKey, Variant,
    };

    const IK: &str = "6AC292FAA1315B4D858AB3A3D7D5933A";

    fn initial_key() -> InitialKey {
        InitialKey::new(Key::des_hex(IK).unwrap()).unwrap()
    }

    fn ksn(text: &str) -> TdesKsn {
        TdesKsn::parse(text).unwrap()
    }

    #[test]
    fn initial_keys() {
        for vector in group("dukpt.tdes.ik", 1) {
            let base = BaseKey::new(Key::des_hex(given(&vector, "bdk")).unwrap()).unwrap();
            let key = base.initial_key(&ksn(given(&vector, "iksn")));
            assert_eq!(key.kcv(), des(wanted(&vector, "ik")));
        }
    }

    #[test]
    fn a_host_derives_every_published_key() {
        for vector in group("dukpt.tdes.txn", 23) {
            let base = BaseKey::new(Key::des_hex(given(&vector, "bdk")).unwrap()).unwrap();
            let ksn = ksn(given(&vector, "ksn"));
            let initial = base.initial_key(&ksn);
            assert_eq!(initial.kcv(), des(given(&vector, "ik")));
            check(&initial.transaction_key(&ksn).unwrap(), &vector);
        }
    }

    /// A device resumed before the transaction, and one that has run to it.
    #[test]
    fn a_device_comes_to_every_published_key() {
        let mut device = Device::new(initial_key(), ksn("FFFF9876543210E00000"));
        for vector in group("dukpt.tdes.txn", 23) {
            let wanted = ksn(given(&vector, "ksn"));
            if device.ksn().counter() + 100 < wanted.counter() {
                let before = format!("{:06X}", 0x00E0_0000 + wanted.counter() - 1);
                let before = TdesKsn::parse(&format!("FFFF9876543210{before}"));
                // Some counters before have too many ones: from further back.
                let before = before.unwrap_or_else(|_| ksn("FFFF9876543210EFF400"));
                device = Device::resume(initial_key(), before);
            }
            loop {
                let (ksn, key) = device.next().unwrap();
                if ksn == wanted {
                    check(&key, &vector);
                    break;
                }
                assert!(ksn.counter() < wanted.counter());
            }
        }
    }

    fn check(key: &TransactionKey, vector: &Value) {
        let data = given(vector, "data_ascii");
        assert_eq!(key.kcv(), des(wanted(vector, "txn_key")));

        let pin_key = key.pin_key(Variant::Standard);
        assert_eq!(pin_key.kcv(), des(wanted(vector, "pin_key")));
        let pin = Pin::parse(given(vector, "pin")).unwrap();
        let pan = Pan::parse(given(vector, "pan")).unwrap();
        let block = PinBlock::with_pan(&pin, &pan).encrypt(&pin_key).unwrap();
        assert_eq!(block[..], hex(wanted(vector, "pin_block_enc")));

        for (direction, name) in [
            (Direction::Request, "request"),
            (Direction::Response, "response"),
        ] {
            let value = |what: &str| hex(wanted(vector, &what.replace('*', name)));
            let mac_key = key.mac_key(direction, Variant::Standard);
            let expected = des(wanted(vector, &format!("mac_{name}_key")));
            assert_eq!(mac_key.kcv(), expected);
            assert_eq!(retail_mac(&mac_key, data), value("mac_*"));
            assert_eq!(cmac(&mac_key, data), value("cmac_*"));
            let data_key = key.data_key(direction, DataVariant::Standard);
            let expected = des(wanted(vector, &format!("data_{name}_key")));
            assert_eq!(data_key.kcv(), expected);
            assert_eq!(enciphered(&data_key, data), value("data_*_cbc"));
        }
    }

    #[test]
    fn counters_skip_what_has_too_many_ones() {
        for vector in group("dukpt.tdes.ksn", 8) {
            if let Some(count) = vector["expected"]["valid_counters"].as_u64() {
                let first = Some(ksn("FFFF9876543210E00001"));
                let all = std::iter::successors(first, TdesKsn::next);
                assert_eq!(all.count() as u64, count);
            } else {
                let next = ksn(given(&vector, "ksn")).next().unwrap();
                assert_eq!(next.to_string(), wanted(&vector, "next"));
            }
        }
    }

    #[test]
    fn readers_that_deviate_have_their_variants() {
        let ksn = ksn("FFFF9876543210E00002");
        let key = || initial_key().transaction_key(&ksn).unwrap();
        let bare = des("C46551CEF9FD24B0AA9AD834130D3BC7");
        assert_eq!(key().pin_key(Variant::Bare).kcv(), bare);
        let both = [Direction::Request, Direction::Response];
        for direction in both {
            assert_eq!(key().mac_key(direction, Variant::Bare).kcv(), bare);
            assert_eq!(key().data_key(direction, DataVariant::Bare).kcv(), bare);
            let pin = key().data_key(direction, DataVariant::PinMask).kcv();
            assert_eq!(pin, des("C46551CEF9FD244FAA9AD834130D3B38"));
        }
        let masks = both.map(|direction| key().data_key(direction, DataVariant::MaskOnly).kcv());
        // The key with FF over the bytes 5 and 13, and over 3 and 11.
        assert_eq!(masks[0], des("C46551CEF90224B0AA9AD83413F23BC7"));
        assert_eq!(masks[1], des("C4655131F9FD24B0AA9AD8CB130D3BC7"));
    }

    #[test]
    fn the_device_is_at_every_counter_where_the_host_is_however_it_came_there() {
        let mut device = Device::new(initial_key(), ksn("FFFF9876543210E00000"));
        for round in 0..600 {
            if round % 7 == 0 {
                device = Device::resume(initial_key(), device.ksn());
            }
            let (ksn, key) = device.next().unwrap();
            assert_eq!(ksn.counter(), round + 1);
            let host = initial_key().transaction_key(&ksn).unwrap();
            assert_eq!(key.kcv(), host.kcv(), "{ksn}");
        }
    }

    #[test]
    fn the_end_of_life_is_an_error_and_stays_one() {
        let before_last = ksn("FFFF9876543210FFF400");
        let mut device = Device::resume(initial_key(), before_last);
        let mut last = before_last;
        while let Ok((ksn, key)) = device.next() {
            assert_eq!(Some(ksn), last.next());
            let host = initial_key().transaction_key(&ksn).unwrap();
            assert_eq!(key.kcv(), host.kcv(), "{ksn}");
            last = ksn;
        }
        assert_eq!(last.to_string(), "FFFF9876543210FFF800");
        for _ in 0..3 {
            assert_eq!(device.next().err(), Some(DukptError::EndOfLife));
            assert_eq!(device.ksn(), last);
        }
        let mut dead = Device::resume(initial_key(), last);
        assert_eq!(dead.next().err(), Some(DukptError::EndOfLife));
    }

    #[test]
    fn what_is_no_key_of_the_scheme_is_refused() {
        for key in [
            Key::des(&[1; 8]),
            Key::des(&[1; 24]),
            Key::sm4(&[1; 16]),
            Key::aes(&[1; 16]),
        ] {
            let refused = BaseKey::new(key.unwrap()).err();
            let expected = "16-byte DES";
            assert_eq!(refused, Some(DukptError::Key { expected }));
        }
        let none = initial_key().transaction_key(&ksn("FFFF9876543210E00000"));
        assert_eq!(none.err(), Some(DukptError::NoTransaction));
    }

    #[test]
    fn keys_wipe_themselves() {
        fn wipes<T: ZeroizeOnDrop>() {}
        wipes::<BaseKey>();
        wipes::<InitialKey>();
        wipes::<TransactionKey>();
        wipes::<Device>();
        wipes::<DataKey>();
        wipes::<PinKey>();
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
        {
            lacks!(DataKey);
        }
    }
}

mod with_aes {
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
        let counters: Vec<u32> =
            std::iter::from_fn(|| Some(device.next().ok()?.0.counter())).collect();
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
}
