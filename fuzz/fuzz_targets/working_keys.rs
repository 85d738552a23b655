//! Working keys as a host sends them: refused by length or by the kind of a
//! record, or kept byte for byte; a key opens where its check value fits, and
//! what opens makes the same field again.
#![no_main]

use annul::crypto::{
    Algorithm, Key, Layout, MasterKey, SecurityModule, SoftwareModule, WorkingKeys,
    WorkingKeysError,
};
use libfuzzer_sys::fuzz_target;

// The first byte chooses the master key and whether check values are mended,
// since by chance one in 2^32 would fit; behind it is field 62.
fuzz_target!(|input: &[u8]| {
    let Some((&choice, field_62)) = input.split_first() else {
        return;
    };
    let cipher = || match choice % 4 {
        0 => Key::des(&[0x31; 8]).unwrap(),
        1 => Key::des(&[0x11; 16]).unwrap(),
        2 => Key::des(b"master key of 24 bytes..").unwrap(),
        _ => Key::sm4(&[0x22; 16]).unwrap(),
    };
    let mut field_62 = field_62.to_vec();
    if choice & 4 != 0 {
        mend(&mut field_62, &cipher());
    }
    let keys = match WorkingKeys::decode(&field_62) {
        Ok(keys) => keys,
        Err(WorkingKeysError::Length { found }) => {
            assert_eq!(found, field_62.len());
            assert!(Layout::ALL.iter().all(|layout| layout.size() != found));
            return;
        }
        Err(WorkingKeysError::Record {
            offset,
            found,
            expected,
            ..
        }) => {
            assert!(field_62[offset] == found && found != expected);
            return;
        }
        Err(other) => panic!("{other}"),
    };
    assert_eq!(keys.bytes(), field_62);
    assert_eq!(keys.layout().size(), field_62.len());

    let master = MasterKey::new(cipher());
    let mut module = SoftwareModule::new(MasterKey::new(cipher()), Algorithm::UnionPayEcb);
    let loaded = module.load_working_keys(&keys);
    let track = keys.track().map(|block| block.unwrap(&master)).transpose();
    let (pin, mac) = (keys.pin().unwrap(&master), keys.mac().unwrap(&master));
    let (Ok(pin), Ok(mac), Ok(track)) = (&pin, &mac, &track) else {
        // All or none.
        assert!(loaded.is_err() && module.mac(b"").is_err());
        let errors = [pin.err(), mac.err(), track.err()];
        for error in errors.into_iter().flatten() {
            let end = error.offset + error.layout.key_size() + error.layout.check_size();
            assert!(end <= field_62.len());
        }
        return;
    };
    // UnionPay's MAC of DES takes no SM4 key.
    assert_eq!(loaded.is_ok(), choice % 4 != 3);
    let again = match keys.layout().check_size() {
        8 => WorkingKeys::wrap_records(&master, pin, mac, track.as_ref()),
        _ => WorkingKeys::wrap(&master, pin, mac, track.as_ref()),
    };
    let again = again.expect("keys of a layout");
    assert_eq!(again.bytes(), &field_62[..again.bytes().len()]);
});

/// Puts the right check value behind each encrypted key.
fn mend(field_62: &mut [u8], master: &Key) {
    let Ok(keys) = WorkingKeys::decode(field_62) else {
        return;
    };
    let (pin, mac, track) = (keys.pin(), keys.mac(), keys.track());
    let blocks = [
        Some((pin.offset(), pin.cryptogram())),
        Some((mac.offset(), mac.cryptogram())),
        track.map(|block| (block.offset(), block.cryptogram())),
    ];
    for (offset, cryptogram) in blocks.into_iter().flatten() {
        let mut clear = cryptogram.to_vec();
        let sm4 = master.block_size() == 16;
        if master.decrypt(&mut clear).is_err() {
            continue;
        }
        let read = if sm4 { Key::sm4 } else { Key::des };
        if let Ok(key) = read(&clear) {
            let check = keys.layout().check_size();
            field_62[offset + keys.layout().key_size()..][..check]
                .copy_from_slice(&key.check_block()[..check]);
        }
    }
}
