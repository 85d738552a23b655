//! Check values, working keys, PIN blocks and tracks.

use crate::data::{bytes, des, des_of, group, optional, packed, text};
use annul::card::{Pan, Pin};
use annul::crypto::pin::PinBlock;
use annul::crypto::{Kcv, Key, KeyFor, MacKey, MasterKey, PinKey, TrackKey, WorkingKeys, track};
use serde_json::Value;

#[test]
fn check_values() {
    let vectors = group("check_values");
    assert_eq!(vectors.len(), 12);
    for vector in vectors {
        let (key, value) = (
            Key::des_hex(text(&vector, "key")).unwrap(),
            bytes(&vector, "value"),
        );
        assert_eq!(key.check_block()[..value.len()], value);
        assert_eq!(key.kcv(), Kcv::new(value[..4].try_into().unwrap()));
    }
}

#[test]
fn working_keys_of_every_layout_unwrap_and_wrap_again() {
    let vectors = group("working_keys");
    assert_eq!(vectors.len(), 7);
    for vector in vectors {
        let field_62 = bytes(&vector, "field_62");
        let keys = WorkingKeys::decode(&field_62).unwrap();
        assert_eq!(keys.bytes(), field_62);

        let pin: PinKey = KeyFor::new(des(text(&vector, "pin")));
        let mac: MacKey = KeyFor::new(des(text(&vector, "mac")));
        let track: Option<TrackKey> = vector.get("track").map(|key| KeyFor::new(des_of(key)));
        assert_eq!(keys.pin().kcv(), pin.kcv());
        assert_eq!(keys.mac().kcv(), mac.kcv());
        assert_eq!(keys.mac().cryptogram().len(), 8);
        assert_eq!(
            keys.track().map(|block| block.kcv()),
            track.as_ref().map(KeyFor::kcv)
        );

        // Whose master key nobody published, P7, ends here.
        let Some(master) = vector.get("master") else {
            continue;
        };
        let master = MasterKey::new(des_of(master));
        assert_eq!(keys.pin().unwrap(&master).unwrap().kcv(), pin.kcv());
        assert_eq!(keys.mac().unwrap(&master).unwrap().kcv(), mac.kcv());
        let wrapped = WorkingKeys::wrap(&master, &pin, &mac, track.as_ref()).unwrap();
        assert_eq!(wrapped.bytes(), field_62);
    }
}

#[test]
fn a_single_key_block_unwraps() {
    let vectors = group("key_blocks");
    assert_eq!(vectors.len(), 1);
    for vector in vectors {
        let mut block = bytes(&vector, "cryptogram");
        des(text(&vector, "master")).decrypt(&mut block).unwrap();
        assert_eq!(block, bytes(&vector, "key"));
    }
}

#[test]
fn pins_encrypt_with_and_without_account_number() {
    let vectors = group("pin");
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let pin = Pin::parse(text(&vector, "pin")).unwrap();
        let key = des(text(&vector, "key"));
        let mut clear = bytes(&vector, "f52");
        key.decrypt(&mut clear).unwrap();
        assert_eq!(clear, bytes(&vector, "block"));
        let block = match vector.get("pan").and_then(Value::as_str) {
            Some(pan) => PinBlock::with_pan(&pin, &Pan::parse(pan).unwrap()),
            None => PinBlock::without_pan(&pin),
        };
        let f52 = block.encrypt(&PinKey::new(key)).unwrap();
        assert_eq!(f52[..], bytes(&vector, "f52"));
    }
}

#[test]
fn tracks_encrypt_in_eight_bytes_and_decrypt_again() {
    let vectors = group("track");
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let key = TrackKey::new(des(text(&vector, "key")));
        let clear = packed(text(&vector, "digits"));
        let mut track = clear.clone();
        track::encrypt(&key, &mut track).unwrap();
        let place = clear.len() - 9..clear.len() - 1;
        if let Some(block) = optional(&vector, "block") {
            assert_eq!(clear[place.clone()], block);
            assert_eq!(track[place.clone()], bytes(&vector, "encrypted"));
        }
        if let Some(whole) = optional(&vector, "packed_encrypted") {
            assert_eq!(track, whole);
        }
        assert_eq!(track[..place.start], clear[..place.start]);
        assert_eq!(track[place.end..], clear[place.end..]);
        track::decrypt(&key, &mut track).unwrap();
        assert_eq!(track, clear);
    }
}
