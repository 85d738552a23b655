//! ANSI X9.24-1, from both sides.

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
