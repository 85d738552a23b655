use crate::published;
use annul::crypto::key_block::{
    Header, KeyAlgorithm, KeyBlockError, KeyUsage, ModeOfUse, ProtectionKey, Rules, Unwrapped,
    Version, Wrap, Wrapped,
};
use annul::crypto::mac::HmacSha256;
use annul::crypto::{Key, MacKey, MasterKey, PinKey, TrackKey};
use zeroize::ZeroizeOnDrop;

const RANDOM: [u8; 32] = [0xC3; 32];

fn aes() -> ProtectionKey {
    ProtectionKey::new(Key::aes(&[0x41; 32]).unwrap()).unwrap()
}

/// A key of this usage, wrapped and unwrapped.
fn with<T>(usage: KeyUsage, key: &[u8], look: impl FnOnce(Unwrapped<'_, '_>) -> T) -> T {
    let algorithm = match usage {
        KeyUsage::HMAC => KeyAlgorithm::HMAC,
        KeyUsage::SIGNATURE => KeyAlgorithm::RSA,
        _ => KeyAlgorithm::TDES,
    };
    let header = Header::new(Version::D, usage, algorithm, ModeOfUse::ANY);
    let (protection, mut out, mut room) = (aes(), [0; 400], [0; 100]);
    let block = Wrap::new(header, &protection).bytes(key, &RANDOM, &mut out);
    let block = Wrapped::parse(block.unwrap().as_bytes(), Rules::Strict).unwrap();
    look(block.unwrap(&protection, &mut room).unwrap())
}

#[test]
fn a_key_becomes_what_its_header_says_and_nothing_else() {
    let kinds = |key: Unwrapped<'_, '_>| {
        [
            key.key().map(|_: MasterKey| "master").ok(),
            key.key().map(|_: PinKey| "PIN").ok(),
            key.key().map(|_: MacKey| "MAC").ok(),
            key.key().map(|_: TrackKey| "track").ok(),
            key.hmac_key().map(|_| "HMAC").ok(),
            key.protection_key().map(|_| "protection").ok(),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
    };
    for (usage, _) in KeyUsage::KNOWN {
        let expected: &[&str] = match usage.code() {
            "K0" => &["master"],
            "P0" => &["PIN"],
            "M0" | "M1" | "M2" | "M3" | "M4" | "M5" | "M6" | "M8" => &["MAC"],
            "D0" | "D3" => &["track"],
            "M7" => &["HMAC"],
            "K1" | "K4" => &["protection"],
            _ => &[],
        };
        assert_eq!(with(*usage, &[0x23; 16], kinds), expected, "{usage}");
    }
}

#[test]
fn the_error_says_which_key_it_is() {
    let error = with(KeyUsage::PIN_ENCRYPTION, &[0x23; 16], |key| {
        key.key().map(|_: MacKey| ()).unwrap_err()
    });
    let expected = "M0 to M6, or M8";
    let found = KeyUsage::PIN_ENCRYPTION;
    assert_eq!(error, KeyBlockError::Usage { expected, found });
    assert_eq!(
        error.to_string(),
        "key block: key usage P0, expected M0 to M6, or M8; a key has one use"
    );
    let error = with(KeyUsage::SIGNATURE, &[0x23; 77], |key| {
        key.key_of(KeyUsage::SIGNATURE).err()
    });
    let (expected, found) = ("A, D or T", KeyAlgorithm::RSA);
    assert_eq!(error, Some(KeyBlockError::Algorithm { expected, found }));
}

#[test]
fn keys_come_out_as_they_went_in() {
    for length in [16, 24] {
        let bytes = &b"0123456789abcdefghijklmn"[..length];
        let kcv = Key::des(bytes).unwrap().kcv();
        let found = with(KeyUsage::MAC_3, bytes, |key| {
            let key: MacKey = key.key().unwrap();
            key.kcv()
        });
        assert_eq!(found, kcv);
        let base = with(KeyUsage::BASE_DERIVATION, bytes, |key| {
            assert!(key.key_of(KeyUsage::INITIAL_DUKPT).is_err());
            key.key_of(KeyUsage::BASE_DERIVATION).unwrap().kcv()
        });
        assert_eq!(base, kcv);
    }
    for length in [1, 20, 32, 64] {
        let bytes = vec![0x6A; length];
        let found = with(KeyUsage::HMAC, &bytes, |key| {
            HmacSha256::new(&key.hmac_key().unwrap()).finish()
        });
        let key = annul::crypto::mac::HmacKey::new(&bytes).unwrap();
        assert_eq!(found, HmacSha256::new(&key).finish());
    }
}

/// A typed key goes into no header of another use, and no cipher into that of
/// another.
#[test]
fn wrapping_refuses_what_does_not_match() {
    let protection = aes();
    let wrap = |usage, algorithm| {
        Wrap::new(
            Header::new(Version::D, usage, algorithm, ModeOfUse::ANY),
            &protection,
        )
    };
    let mut out = [0; 300];
    let key = PinKey::new(Key::aes(&[9; 16]).unwrap());
    let pin = wrap(KeyUsage::PIN_ENCRYPTION, KeyAlgorithm::AES);
    assert!(pin.key(&key, &RANDOM, &mut out).is_ok());
    let mac = wrap(KeyUsage::CMAC, KeyAlgorithm::AES).key(&key, &RANDOM, &mut out);
    assert!(matches!(mac, Err(KeyBlockError::Usage { .. })), "{mac:?}");
    for (algorithm, key) in [
        (KeyAlgorithm::TDES, Key::aes(&[9; 16])),
        (KeyAlgorithm::AES, Key::des(&[9; 16])),
        (KeyAlgorithm::AES, Key::sm4(&[9; 16])),
        (KeyAlgorithm::TDES, Key::sm4(&[9; 16])),
        (KeyAlgorithm::HMAC, Key::aes(&[9; 16])),
    ] {
        let made = wrap(KeyUsage::DATA, algorithm).key_of(&key.unwrap(), &RANDOM, &mut out);
        assert!(
            matches!(made, Err(KeyBlockError::Algorithm { .. })),
            "{made:?}"
        );
    }
}

#[test]
fn protection_keys_that_are_none() {
    for key in [Key::des(&[1; 8]), Key::sm4(&[1; 16])] {
        let refused = ProtectionKey::new(key.unwrap()).err();
        assert_eq!(refused, Some(KeyBlockError::NoProtectionKey));
    }
    let (_, block) = published("openemv_11_ascii");
    let block = Wrapped::parse(block.as_bytes(), Rules::Strict).unwrap();
    let tdes = ProtectionKey::new(Key::des(&[1; 16]).unwrap()).unwrap();
    let version = Version::D;
    let opened = block.unwrap(&tdes, &mut [0; 64]).err();
    assert_eq!(opened, Some(KeyBlockError::ProtectionKey { version }));
}

/// Compiles only where the type can neither be shown nor copied nor compared.
macro_rules! lacks {
    ($secret:ty) => {
        const _: fn() = || {
            trait Ambiguous<Marker> {
                fn found() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            lacks!(@each std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
            let _ = <$secret as Ambiguous<_>>::found;
        };
    };
    (@each $($property:path),+) => {$({
        struct Marker;
        impl<T: ?Sized + $property> Ambiguous<Marker> for T {}
    })+};
}

lacks!(ProtectionKey);
lacks!(Unwrapped<'static, 'static>);

#[test]
fn secrets_wipe_themselves() {
    fn wipes<T: ZeroizeOnDrop>() {}
    wipes::<ProtectionKey>();
    wipes::<Unwrapped<'_, '_>>();
    let (protection, text) = published("openemv_11_ascii");
    let block = Wrapped::parse(text.as_bytes(), Rules::Strict).unwrap();
    let mut room = [0xEE; 60];
    let key = block.unwrap(&protection, &mut room).unwrap();
    assert_eq!(key.reveal().len(), 16);
    drop(key);
    assert_eq!(room[..block.room()], [0; 48]);
    assert_eq!(room[block.room()..], [0xEE; 12]);
}
