use crate::{group, published, wanted};
use annul::crypto::key_block::{
    Header, KeyAlgorithm, KeyBlockError, KeyLength, KeyUsage, ModeOfUse, ProtectionKey, Rules,
    Version, Wrap, Wrapped,
};
use annul::crypto::mac::Cmac;
use annul::crypto::{Key, MacKey};

/// One published block of each version.
const BLOCKS: [&str; 5] = [
    "psec_9",
    "openemv_1_b",
    "openemv_1_c",
    "openemv_11_ascii",
    "openemv_9_ascii",
];

/// Whatever digit of the key or the MAC is changed, the error is the same one,
/// and nothing of the key is left in the room.
#[test]
fn every_changed_digit_is_one_error() {
    for id in BLOCKS {
        let (protection, text) = published(id);
        for place in Header::SIZE..text.len() {
            let mut text = text.clone().into_bytes();
            text[place] = if text[place] == b'0' { b'1' } else { b'0' };
            let block = Wrapped::parse(&text, Rules::Interoperable).unwrap();
            let mut room = [0xEE; 64];
            let opened = block.unwrap(&protection, &mut room).err();
            assert_eq!(opened, Some(KeyBlockError::Mac), "{id} {place}");
            assert!(
                room[..block.room()]
                    .iter()
                    .all(|byte| matches!(byte, 0 | 0xEE))
            );
        }
    }
}

/// The header is under the MAC, so the use of a key cannot be changed.
#[test]
fn every_changed_character_of_the_header_is_refused() {
    for id in BLOCKS {
        let (protection, text) = published(id);
        for place in 5..Header::SIZE {
            let mut text = text.clone().into_bytes();
            text[place] = if text[place] == b'M' { b'P' } else { b'M' };
            let Ok(block) = Wrapped::parse(&text, Rules::Interoperable) else {
                // The count of blocks is digits.
                assert!((12..14).contains(&place), "{id} {place}");
                continue;
            };
            let opened = block.unwrap(&protection, &mut [0; 64]).err();
            assert_eq!(opened, Some(KeyBlockError::Mac), "{id} {place}");
        }
    }
}

/// A and C differ by the letter only, which is under the MAC, too.
#[test]
fn a_block_is_of_one_version() {
    let (protection, text) = published("psec_9");
    let other = text.replacen('A', "C", 1);
    let block = Wrapped::parse(other.as_bytes(), Rules::Strict).unwrap();
    let opened = block.unwrap(&protection, &mut [0; 64]).err();
    assert_eq!(opened, Some(KeyBlockError::Mac));
}

#[test]
fn another_protection_key_is_the_same_error() {
    for id in BLOCKS {
        let (_, text) = published(id);
        let other = match &text[..1] {
            "D" | "E" => Key::aes(&[0x5A; 32]),
            _ => Key::des(&[0x5A; 16]),
        };
        let other = ProtectionKey::new(other.unwrap()).unwrap();
        let block = Wrapped::parse(text.as_bytes(), Rules::Interoperable).unwrap();
        let opened = block.unwrap(&other, &mut [0; 64]).err();
        assert_eq!(opened, Some(KeyBlockError::Mac), "{id}");
    }
}

#[test]
fn every_cut_is_refused() {
    for id in BLOCKS {
        let (_, text) = published(id);
        for length in 0..text.len() {
            for rules in [Rules::Strict, Rules::Interoperable] {
                let cut = Wrapped::parse(&text.as_bytes()[..length], rules);
                assert!(cut.is_err(), "{id} {length}");
            }
        }
        let longer = format!("{text}\n");
        let error = Wrapped::parse(longer.as_bytes(), Rules::Interoperable).err();
        let (said, found) = (text.len(), longer.len());
        assert_eq!(error, Some(KeyBlockError::Length { said, found }));
    }
}

/// Under a right MAC, which only the holder of the protection key can make, the
/// length of the key may still be nonsense.
#[test]
fn lengths_that_are_none_are_refused_behind_the_mac() {
    let (protection, text) = published("openemv_11_ascii");
    let vectors = group("tr31.unwrap", 22);
    let vector = vectors
        .iter()
        .find(|vector| vector["id"] == "openemv_11_ascii");
    let vector = vector.unwrap();
    let sealed = |bits: u16| {
        let mut payload = [0x77; 48];
        payload[..2].copy_from_slice(&bits.to_be_bytes());
        let mac = MacKey::new(Key::aes_hex(wanted(vector, "kbak")).unwrap());
        let mut mac = Cmac::new(&mac).unwrap();
        mac.update(&text.as_bytes()[..16]);
        mac.update(&payload);
        let mac = mac.finish();
        let encryption = Key::aes_hex(wanted(vector, "kbek")).unwrap();
        let mut last = mac.bytes().to_vec();
        for block in payload.chunks_mut(16) {
            (block.iter_mut().zip(&last)).for_each(|(byte, last)| *byte ^= last);
            encryption.encrypt(block).unwrap();
            last = block.to_vec();
        }
        let payload = payload.map(|byte| format!("{byte:02X}")).concat();
        format!("{}{payload}{mac}", &text[..16])
    };
    let opened = |bits| {
        let text = sealed(bits);
        let block = Wrapped::parse(text.as_bytes(), Rules::Interoperable).unwrap();
        let mut room = [0xEE; 48];
        let opened = block
            .unwrap(&protection, &mut room)
            .map(|key| key.reveal().len());
        assert_eq!(room, [0; 48]);
        opened
    };
    for bits in [128, 192, 256] {
        assert_eq!(opened(bits), Ok(usize::from(bits) / 8));
    }
    for bits in [0, 7, 8, 127, 129, 160, 368, 376, 0xFFFF] {
        let error = KeyBlockError::KeyLength {
            algorithm: KeyAlgorithm::AES,
            bits: usize::from(bits),
        };
        assert_eq!(opened(bits), Err(error));
    }
}

/// A room that is too small is told before anything is deciphered.
#[test]
fn rooms_have_a_size() {
    let (protection, text) = published("openemv_11_ascii");
    let block = Wrapped::parse(text.as_bytes(), Rules::Strict).unwrap();
    let (needed, mut room) = (48, [0xEE; 47]);
    let opened = block.unwrap(&protection, &mut room).err();
    assert_eq!(opened, Some(KeyBlockError::Buffer { needed, found: 47 }));
    assert_eq!(room, [0xEE; 47]);
    let key = Key::aes(&[0x11; 16]).unwrap();
    let wrap = Wrap::new(*block.header(), &protection);
    for found in 0..144 {
        let mut out = [0xEE; 144];
        let made = wrap.key_of(&key, &[0; 32], &mut out[..found]).err();
        assert_eq!(made, Some(KeyBlockError::Buffer { needed: 144, found }));
        assert_eq!(out, [0xEE; 144]);
    }
    assert!(wrap.key_of(&key, &[0; 32], &mut [0; 144]).is_ok());
}

/// Of each version, cipher and length: what is wrapped is unwrapped, and the
/// length of the block tells that of the key only where it was asked to.
#[test]
fn round_trips() {
    let keys = [8, 16, 24, 32].map(|size| vec![0xA7; size]);
    for version in Version::ALL {
        let protection = match version {
            Version::D | Version::E => Key::aes(&[0x3C; 32]),
            _ => Key::des(b"0123456789abcdefghijklmn"),
        };
        let protection = ProtectionKey::new(protection.unwrap()).unwrap();
        for (algorithm, sizes) in [
            (KeyAlgorithm::TDES, 1..3),
            (KeyAlgorithm::DES, 0..1),
            (KeyAlgorithm::AES, 1..4),
        ] {
            let header = Header::new(version, KeyUsage::DATA, algorithm, ModeOfUse::ANY);
            let mut lengths = Vec::new();
            for key in &keys[sizes] {
                for length in [KeyLength::Hidden, KeyLength::Shown] {
                    let wrap = Wrap::new(header, &protection);
                    let wrap = wrap.length(length).rules(Rules::Interoperable);
                    let (mut out, mut room) = ([0; 300], [0; 64]);
                    let made = wrap.bytes(key, &[0x99; 32], &mut out).unwrap();
                    let block = Wrapped::parse(made.as_bytes(), Rules::Interoperable).unwrap();
                    let opened = block.unwrap(&protection, &mut room).unwrap();
                    assert_eq!(opened.reveal(), key);
                    if length == KeyLength::Hidden {
                        lengths.push(made.len());
                    }
                }
            }
            assert!(
                lengths.windows(2).all(|two| two[0] == two[1]),
                "{lengths:?}"
            );
        }
    }
}
