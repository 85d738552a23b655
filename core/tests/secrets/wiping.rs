//! Every type that holds a secret, made of two, dropped, and looked for.

use crate::memory::{Found, holds, look};
use annul::card::{Expiry, Pan, Pin, Track2};
use annul::crypto::mac::{CbcMac, Cmac, HmacKey, HmacSha256, Mac, Padding, RetailMac};
use annul::crypto::pin::{PinBlock, WideBlock};
use annul::crypto::{
    Algorithm, CardOnFile, Components, Key, KeyFor, MacKey, MasterKey, Parity, PinKey, SealingKey,
    SecurityModule, SoftwareModule, TrackKey, WorkingKeys,
};
use annul::message::Card;
use std::sync::LazyLock;

/// Two keys no byte of which is the same, in parity neither. One is not the
/// other with its bits turned: then DUKPT's keys would be the same.
const KEYS: [&[u8; 32]; 2] = [
    b"\x10\x32\x54\x76\x98\xBA\xDC\xFE\x13\x35\x57\x79\x9B\xBD\xDF\xF1\x16\x38\x5A\x7C\x9E\xB0\xD2\xF4\x19\x3B\x5D\x7F\x91\xB3\xD5\xF7",
    b"\x2A\xA5\x0B\x47\xC9\x23\x42\xDD\xDA\x1D\xCC\xB7\x74\xE5\x0E\x49\x7D\x75\x96\x32\xDB\x2C\x3A\x8B\x86\xB3\x1A\x9D\x73\x7F\x81\x51",
];
const PINS: [&str; 2] = ["123456", "987014"];
const PANS: [&str; 2] = ["6224242900000113", "6216261000000000018"];

fn des(secret: usize, size: usize) -> Key {
    Key::des(&KEYS[secret][..size]).unwrap()
}

fn sm4(secret: usize) -> Key {
    Key::sm4(&KEYS[secret][..16]).unwrap()
}

fn mac_key(secret: usize) -> MacKey {
    MacKey::new(des(secret, 16))
}

/// Keys that lie where they are, for rows whose value only borrows one: moving
/// a key leaves copies on the stack, which the value would carry along between
/// its parts.
struct Held {
    des: MacKey,
    sm4: MacKey,
    hmac: HmacKey,
}

static HELD: LazyLock<[Held; 2]> = LazyLock::new(|| {
    [0, 1].map(|secret| Held {
        des: mac_key(secret),
        sm4: MacKey::new(sm4(secret)),
        hmac: hmac_key(secret),
    })
});

fn pin(secret: usize) -> Pin {
    Pin::parse(PINS[secret]).unwrap()
}

fn pan(secret: usize) -> Pan {
    Pan::parse(PANS[secret]).unwrap()
}

/// Its expiry alone is no secret, so both have the same.
fn card(secret: usize) -> CardOnFile {
    CardOnFile {
        pan: pan(secret),
        expiry: Expiry::parse("2806").ok(),
    }
}

fn track(secret: usize) -> Track2 {
    let digits = ["2019031013", "2201000000"][secret];
    Track2::parse(&format!("{}=2806{digits}", PANS[secret])).unwrap()
}

#[cfg(feature = "track-encryption")]
fn protected(secret: usize) -> annul::message::ProtectedTrack {
    annul::message::ProtectedTrack::new(&track(secret), |_| Ok(())).unwrap()
}

fn components(secret: usize) -> Components {
    let mut components = Components::new(Parity::Ignored);
    components.add(&des(secret, 16)).unwrap();
    components
}

/// With working keys loaded and a PIN entered.
fn module(secret: usize) -> SoftwareModule {
    let master = MasterKey::new(des(secret, 16));
    let mut module = SoftwareModule::new(master, Algorithm::UnionPayEcb);
    module.load_working_keys(&working_keys(secret)).unwrap();
    module.enter_pin(pin(secret));
    module
}

/// Under its master key.
fn working_keys(secret: usize) -> WorkingKeys {
    let master = MasterKey::new(des(secret, 16));
    let (pin_key, track_key) = (PinKey::new(des(secret, 16)), TrackKey::new(des(secret, 16)));
    WorkingKeys::wrap(&master, &pin_key, &mac_key(secret), Some(&track_key)).unwrap()
}

/// Half a block is in its buffer.
fn unionpay(algorithm: Algorithm, key: &MacKey) -> Mac {
    let mut mac = Mac::new(algorithm, key).unwrap();
    mac.update(b"message");
    mac
}

/// Each row: what it is, what was found, how many bytes of it must depend on
/// the secret at least.
fn table() -> Vec<(&'static str, Found, usize)> {
    let mut table = vec![
        ("Key of 8 bytes", look(|secret| des(secret, 8)), 8),
        ("Key of 16 bytes", look(|secret| des(secret, 16)), 16),
        ("Key of 24 bytes", look(|secret| des(secret, 24)), 24),
        ("Key of SM4", look(sm4), 16),
        (
            "MasterKey",
            look(|secret| KeyFor::new(des(secret, 16)) as MasterKey),
            16,
        ),
        (
            "PinKey",
            look(|secret| KeyFor::new(des(secret, 16)) as PinKey),
            16,
        ),
        ("MacKey", look(mac_key), 16),
        (
            "TrackKey",
            look(|secret| KeyFor::new(des(secret, 16)) as TrackKey),
            16,
        ),
        (
            "SealingKey",
            look(|secret| SealingKey::derive(&MasterKey::new(des(secret, 16)))),
            24,
        ),
        ("Components", look(components), 16),
        ("SoftwareModule", look(module), 4 * 16 + 24 + 6),
        ("Pin", look(pin), 6),
        ("Pan", look(pan), 12),
        ("Track2", look(track), 30),
        ("CardOnFile", look(card), 12),
        (
            "Card, swiped",
            look(|secret| Card::Swiped(track(secret))),
            30,
        ),
        ("Card, keyed", look(|secret| Card::Keyed(card(secret))), 12),
        (
            "PinBlock",
            look(|secret| PinBlock::with_pan(&pin(secret), &pan(0))),
            3,
        ),
        (
            "WideBlock",
            look(|secret| WideBlock::without_pan(&pin(secret))),
            3,
        ),
    ];
    table.extend(macs());
    #[cfg(feature = "aes")]
    table.extend(aes::table());
    #[cfg(feature = "dukpt")]
    table.extend(dukpt::table());
    #[cfg(feature = "issuer")]
    table.extend(issuer::table());
    #[cfg(feature = "key-blocks")]
    table.extend(key_blocks::table());
    #[cfg(feature = "track-encryption")]
    table.push(("ProtectedTrack", look(protected), 30));
    #[cfg(feature = "derive")]
    table.push((
        "typed::Secret",
        look(|secret| annul::iso8583::typed::Secret::new(*KEYS[secret])),
        32,
    ));
    table
}

fn macs() -> Vec<(&'static str, Found, usize)> {
    vec![
        (
            "Mac of UnionPay",
            look(|secret| unionpay(Algorithm::UnionPayEcb, &HELD[secret].des)),
            180,
        ),
        (
            "Mac of UnionPay with SM4",
            look(|secret| unionpay(Algorithm::Sm4Ecb, &HELD[secret].sm4)),
            100,
        ),
        (
            "Mac of X9.19",
            look(|secret| unionpay(Algorithm::X9_19, &HELD[secret].des)),
            180,
        ),
        (
            "CbcMac",
            look(|secret| CbcMac::new(&HELD[secret].des, Padding::Method1).unwrap()),
            180,
        ),
        (
            "RetailMac",
            look(|secret| RetailMac::new(&HELD[secret].des, Padding::Method2).unwrap()),
            180,
        ),
        (
            "Cmac",
            look(|secret| Cmac::new(&HELD[secret].des).unwrap()),
            180,
        ),
        ("HmacKey", look(hmac_key), 32),
        (
            "HmacSha256",
            look(|secret| HmacSha256::new(&HELD[secret].hmac)),
            32,
        ),
    ]
}

fn hmac_key(secret: usize) -> HmacKey {
    HmacKey::new(KEYS[secret]).unwrap()
}

/// The module lives on, the PIN does not.
#[test]
fn a_pin_is_gone_once_it_is_encrypted() {
    let mut module = Box::new(module(0));
    assert!(holds(&*module, PINS[0].as_bytes()));
    module.encrypt_pin(&pan(0)).unwrap();
    assert!(!holds(&*module, PINS[0].as_bytes()));
}

#[cfg(feature = "aes")]
mod aes {
    use super::*;
    use annul::crypto::pin::{Format4Block, PanField};

    pub(super) fn key(secret: usize) -> Key {
        Key::aes(KEYS[secret]).unwrap()
    }

    /// Where it lies, as [`HELD`].
    pub(super) static HELD: LazyLock<[MacKey; 2]> =
        LazyLock::new(|| [0, 1].map(|secret| MacKey::new(key(secret))));

    pub(super) fn table() -> Vec<(&'static str, Found, usize)> {
        vec![
            ("Key of AES", look(key), 32),
            (
                "Cmac of AES",
                look(|secret| Cmac::new(&HELD[secret]).unwrap()),
                180,
            ),
            (
                "Format4Block",
                look(|secret| Format4Block::new(&pin(secret), [7; 8])),
                3,
            ),
            ("PanField", look(|secret| PanField::new(&pan(secret))), 6),
        ]
    }
}

#[cfg(feature = "dukpt")]
mod dukpt {
    use super::*;
    use annul::crypto::dukpt::{AesKsn, Direction, TdesKsn, aes, tdes};

    fn ksn() -> TdesKsn {
        TdesKsn::parse("FFFF9876543210E00001").unwrap()
    }

    fn wide() -> AesKsn {
        AesKsn::parse("123456789012345600000001").unwrap()
    }

    fn initial(secret: usize) -> tdes::InitialKey {
        tdes::InitialKey::new(des(secret, 16)).unwrap()
    }

    fn of_aes(secret: usize) -> aes::InitialKey {
        aes::InitialKey::new(super::aes::key(secret)).unwrap()
    }

    fn data(secret: usize) -> annul::crypto::dukpt::DataKey {
        let key = initial(secret).transaction_key(&ksn()).unwrap();
        key.data_key(Direction::Request, tdes::DataVariant::default())
    }

    /// Who opens the device later learns nothing of what it sent before. The
    /// next keys are other ones; each is gone in its turn, also where its
    /// register stays empty.
    #[test]
    fn a_key_is_gone_once_it_is_handed_out() {
        let mut device = Box::new(tdes::Device::new(initial(0), ksn()));
        for _ in 0..40 {
            let (ksn, key) = device.next().unwrap();
            let key = key.pin_key(tdes::Variant::Bare);
            assert!(holds(&key, key.reveal()));
            assert!(!holds(&*device, key.reveal()), "{ksn}");
        }
    }

    pub(super) fn table() -> Vec<(&'static str, Found, usize)> {
        vec![
            (
                "tdes::BaseKey",
                look(|secret| tdes::BaseKey::new(des(secret, 16)).unwrap()),
                16,
            ),
            ("tdes::InitialKey", look(initial), 16),
            (
                "tdes::TransactionKey",
                look(|secret| initial(secret).transaction_key(&ksn()).unwrap()),
                12,
            ),
            (
                "tdes::Device",
                look(|secret| tdes::Device::new(initial(secret), ksn())),
                21 * 12,
            ),
            ("DataKey", look(data), 12),
            (
                "aes::BaseKey",
                look(|secret| aes::BaseKey::new(super::aes::key(secret)).unwrap()),
                32,
            ),
            ("aes::InitialKey", look(of_aes), 32),
            (
                "aes::TransactionKey",
                look(|secret| of_aes(secret).transaction_key(&wide()).unwrap()),
                24,
            ),
            (
                "aes::Device",
                look(|secret| aes::Device::new(of_aes(secret), wide())),
                32 * 24,
            ),
        ]
    }
}

#[cfg(feature = "issuer")]
mod issuer {
    use super::*;
    use annul::crypto::issuer::{
        Card, CardKey, Cryptogram, Derivation, IssuerKey, PinVerificationKey, Session,
        VerificationKey,
    };

    fn issuer(secret: usize) -> IssuerKey<Cryptogram> {
        IssuerKey::new(des(secret, 16)).unwrap()
    }

    fn card_key(secret: usize) -> CardKey<Cryptogram> {
        let card = Card::new(pan(0), 1).unwrap();
        issuer(secret).card_key(&card, Derivation::A).unwrap()
    }

    pub(super) fn table() -> Vec<(&'static str, Found, usize)> {
        let session = Session::of_counter([0, 7]);
        vec![
            ("issuer::IssuerKey", look(issuer), 16),
            ("issuer::CardKey", look(card_key), 12),
            (
                "issuer::SessionKey",
                look(|secret| card_key(secret).session_key(session).unwrap()),
                12,
            ),
            (
                "issuer::Card",
                look(|secret| Card::new(pan(secret), 1).unwrap()),
                12,
            ),
            (
                "issuer::VerificationKey",
                look(|secret| VerificationKey::new(des(secret, 16)).unwrap()),
                16,
            ),
            (
                "issuer::PinVerificationKey",
                look(|secret| PinVerificationKey::new(des(secret, 16)).unwrap()),
                16,
            ),
        ]
    }
}

#[cfg(feature = "key-blocks")]
mod key_blocks {
    use super::*;
    use annul::crypto::key_block::{
        Header, KeyAlgorithm, KeyUsage, ModeOfUse, ProtectionKey, Rules, Version, Wrap, Wrapped,
    };

    fn protection(secret: usize) -> ProtectionKey {
        ProtectionKey::new(super::aes::key(secret)).unwrap()
    }

    pub(super) fn table() -> Vec<(&'static str, Found, usize)> {
        vec![("key_block::ProtectionKey", look(protection), 32)]
    }

    /// The room is the caller's, who can look at it when the key is gone.
    #[test]
    fn the_room_of_an_unwrapped_key_is_wiped() {
        let (usage, algorithm) = (KeyUsage::PIN_ENCRYPTION, KeyAlgorithm::AES);
        let header = Header::new(Version::D, usage, algorithm, ModeOfUse::ENCRYPT);
        let protection = protection(0);
        let key = PinKey::new(Key::aes(&KEYS[1][..16]).unwrap());
        let mut text = [0; 256];
        let wrap = Wrap::new(header, &protection);
        let text = wrap.key(&key, &[0x5A; 32], &mut text).unwrap();
        let mut room = [0x77; 64];
        let block = Wrapped::parse(text.as_bytes(), Rules::Strict).unwrap();
        let used = block.room();
        let unwrapped = block.unwrap(&protection, &mut room).unwrap();
        assert_eq!(unwrapped.reveal(), &KEYS[1][..16]);
        drop(unwrapped);
        assert_eq!(room[..used], [0; 64][..used]);
    }
}

#[test]
fn nothing_is_left_of_any_secret() {
    LazyLock::force(&HELD);
    #[cfg(feature = "aes")]
    LazyLock::force(&aes::HELD);
    let table = table();
    for (what, found, least) in &table {
        println!("{what}: {} bytes, {} left", found.secret, found.left);
        assert!(
            found.secret >= *least,
            "{what}: only {} bytes of a secret",
            found.secret
        );
        assert_eq!(found.left, 0, "{what}: of {} bytes", found.secret);
    }
    println!("{} types", table.len());
}
