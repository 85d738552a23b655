//! The software module from sign-in to sale, and what it refuses.

use crate::data::{bytes, des, find, mac_key, packed};
use annul::card::{Expiry, Pan, Pin};
use annul::crypto::{
    Algorithm, CardOnFile, Key, KeyFor, MacValue, MasterKey, SealedCard, SecurityFault,
    SecurityModule, SoftwareModule, Usage, WorkingKeys, mac,
};

/// Sign-in G03, then the PIN, track and MAC of sale G33 as its terminal sent them.
#[test]
fn a_software_module_serves_a_whole_sale() {
    let mut module = module();
    assert_eq!(module.mac(b"early"), Err(SecurityFault::NoKeys));
    assert_eq!(
        module.encrypt_track(&mut [0; 18]),
        Err(SecurityFault::NoKeys)
    );
    module.load_working_keys(&working_keys("G03")).unwrap();

    let g33 = message("G33");
    let (signed, f64) = g33.split_at(g33.len() - MacValue::SIZE);
    let mac = module.mac(signed).unwrap();
    assert_eq!(*mac.authenticate(f64, "G33").unwrap(), "G33");

    let pan = Pan::parse("6216261000000000018").unwrap();
    assert_eq!(module.encrypt_pin(&pan), Err(SecurityFault::NoPin));
    module.enter_pin(Pin::parse("111111").unwrap());
    let f52 = module.encrypt_pin(&pan).unwrap();
    assert!(signed.windows(8).any(|window| window == f52), "F52 of G33");
    assert_eq!(
        module.encrypt_pin(&pan),
        Err(SecurityFault::NoPin),
        "a PIN serves once"
    );

    let mut track = packed("6216261000000000018D301220100000000");
    module.encrypt_track(&mut track).unwrap();
    assert!(
        signed.windows(18).any(|window| window == track),
        "F35 of G33"
    );
}

#[test]
fn new_keys_replace_old_ones_all_or_none() {
    let mut module = module();
    module.load_working_keys(&working_keys("G03")).unwrap();
    let mac = module.mac(b"message").unwrap();
    let g03 = *working_keys("G03").bytes().first_chunk::<60>().unwrap();
    for (byte, key) in [(16, Usage::Pin), (36, Usage::Mac), (56, Usage::Track)] {
        // P6 has other keys under the same master key; one check value is spoilt.
        let mut field_62 = *working_keys("P6").bytes().first_chunk::<60>().unwrap();
        field_62[byte] ^= 1;
        let fault = module.load_working_keys(&WorkingKeys::decode(&field_62).unwrap());
        assert_eq!(fault, Err(SecurityFault::WrongCheckValue { key }));
        assert_eq!(module.mac(b"message"), Ok(mac));
    }
    for spoilt in [0, 15, 20, 40, 55] {
        let mut field_62 = g03;
        field_62[spoilt] ^= 0x80;
        let fault = module.load_working_keys(&WorkingKeys::decode(&field_62).unwrap());
        assert!(
            matches!(fault, Err(SecurityFault::WrongCheckValue { .. })),
            "byte {spoilt}"
        );
        assert_eq!(module.mac(b"message"), Ok(mac));
    }
    module.load_working_keys(&working_keys("P6")).unwrap();
    assert_ne!(module.mac(b"message"), Ok(mac));
    // G02 brings no track key; the old one must not stay behind.
    module.load_working_keys(&working_keys("G02")).unwrap();
    assert_eq!(
        module.encrypt_track(&mut [0; 18]),
        Err(SecurityFault::NoKeys)
    );
}

#[test]
fn single_length_and_sm4_master_keys_serve_their_layouts() {
    let mut single =
        SoftwareModule::new(MasterKey::new(des(&"31".repeat(8))), Algorithm::default());
    single.load_working_keys(&working_keys("24 bytes")).unwrap();
    let key = mac_key(Algorithm::UnionPayEcb, "3333333333333333");
    let expected = mac::compute(Algorithm::UnionPayEcb, &key, b"message").unwrap();
    assert_eq!(single.mac(b"message"), Ok(expected.value()));

    let sm4 = |byte| Key::sm4(&[byte; 16]).unwrap();
    let master = MasterKey::new(sm4(1));
    let (pin, mac, track) = (
        KeyFor::new(sm4(2)),
        KeyFor::new(sm4(3)),
        KeyFor::new(sm4(4)),
    );
    let keys = WorkingKeys::wrap(&master, &pin, &mac, Some(&track)).unwrap();
    assert_eq!(keys.bytes().len(), 60);
    let expected = mac::compute(Algorithm::Sm4Ecb, &mac, b"message").unwrap();
    let mut module = SoftwareModule::new(master, Algorithm::Sm4Ecb);
    module.load_working_keys(&keys).unwrap();
    assert_eq!(module.mac(b"message"), Ok(expected.value()));
    let eight_bytes = module.load_working_keys(&working_keys("24 bytes"));
    assert_eq!(eight_bytes, Err(SecurityFault::UnsupportedKeys));
    module.enter_pin(Pin::parse("111111").unwrap());
    let pan = Pan::parse("6216261000000000018").unwrap();
    assert_eq!(
        module.encrypt_pin(&pan),
        Err(SecurityFault::UnsupportedKeys)
    );
}

#[test]
fn keys_the_algorithm_cannot_use_are_refused_at_sign_in() {
    let master = MasterKey::new(des(&"11".repeat(16)));
    let mut module = SoftwareModule::new(master, Algorithm::X9_19);
    let single_mac_key = module.load_working_keys(&working_keys("G02"));
    assert_eq!(single_mac_key, Err(SecurityFault::UnsupportedKeys));
    assert_eq!(module.mac(b""), Err(SecurityFault::NoKeys));
}

#[test]
fn a_module_opens_what_it_sealed_and_nothing_else() {
    let card = || CardOnFile {
        pan: Pan::parse("6216261000000000018").unwrap(),
        expiry: Some(Expiry::parse("3012").unwrap()),
    };
    let nonce = [0, 0, 1, 0, 0, 0x18];
    let sealed = module().seal(&card(), nonce).unwrap();
    assert_eq!(
        module().open(&sealed),
        Ok(card()),
        "after a restart, before sign-in"
    );
    let in_clear = [0x62, 0x16, 0x26, 0x10];
    assert!(!sealed.bytes().windows(4).any(|window| window == in_clear));

    let mut other =
        SoftwareModule::new(MasterKey::new(des(&"44".repeat(16))), Algorithm::default());
    assert_eq!(other.open(&sealed), Err(SecurityFault::SealBroken));
    let mut bytes = *sealed.bytes();
    bytes[5] ^= 1;
    let moved = SealedCard::from_bytes(bytes);
    assert_eq!(
        module().open(&moved),
        Err(SecurityFault::SealBroken),
        "another trace"
    );
    assert_ne!(
        module().seal(&card(), [0; 6]).unwrap().bytes()[6..],
        sealed.bytes()[6..]
    );
}

/// Master key 11 x 16, under which G02, G03 and P6 arrive.
fn module() -> SoftwareModule {
    SoftwareModule::new(
        MasterKey::new(des(&"11".repeat(16))),
        Algorithm::UnionPayEcb,
    )
}

fn working_keys(id: &str) -> WorkingKeys {
    WorkingKeys::decode(&bytes(&find("working_keys", id), "field_62")).unwrap()
}

fn message(id: &str) -> Vec<u8> {
    bytes(&find("messages", id), "message")
}
