//! Sealed cards, and types that keep what they hold to themselves.

use crate::data::{bytes, des, group, text};
use annul::card::{Expiry, Pan};
use annul::crypto::mac::{CbcMac, Cmac, HmacKey, HmacSha256, Mac, RetailMac};
use annul::crypto::pin::PinBlock;
use annul::crypto::{
    CardOnFile, Components, Key, MacKey, MasterKey, PinKey, SealedCard, SealingKey, SoftwareModule,
    TrackKey,
};
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The derivation and the seal are promises to journals already written:
/// computed with Python's `hmac` and `hashlib`.
#[test]
fn sealing_is_the_same_in_every_version() {
    let vectors = group("sealed_cards");
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let key = match text(&vector, "cipher") {
            "SM4" => Key::sm4_hex(text(&vector, "master")).unwrap(),
            _ => des(text(&vector, "master")),
        };
        let key = SealingKey::derive(&MasterKey::new(key));
        let card = CardOnFile {
            pan: Pan::parse(text(&vector, "pan")).unwrap(),
            expiry: (vector.get("expiry").and_then(Value::as_str))
                .map(|expiry| Expiry::parse(expiry).unwrap()),
        };
        let nonce = bytes(&vector, "nonce").try_into().unwrap();
        let sealed = SealedCard::seal(&key, &card, nonce);
        assert_eq!(sealed.bytes()[..], bytes(&vector, "sealed"));
        assert_eq!(sealed.open(&key), Ok(card));
    }
}

#[test]
fn secrets_wipe_themselves() {
    fn wipes<T: ZeroizeOnDrop>() {}
    wipes::<Key>();
    wipes::<MasterKey>();
    wipes::<PinKey>();
    wipes::<MacKey>();
    wipes::<TrackKey>();
    wipes::<SealingKey>();
    wipes::<PinBlock>();
    wipes::<CardOnFile>();
    wipes::<Mac>();
    wipes::<CbcMac>();
    wipes::<RetailMac>();
    wipes::<Cmac>();
    wipes::<HmacKey>();
    wipes::<HmacSha256>();
    wipes::<SoftwareModule>();
    wipes::<Components>();

    let mut key = des("3333333333333333");
    key.zeroize();
    assert_eq!(key.check_block(), des("0000000000000000").check_block());
}

/// Compiles only where the type lacks the traits.
macro_rules! lacks {
    ($secret:ty: $($property:path),+) => {
        const _: fn() = || {
            trait Ambiguous<Marker> { fn found() {} }
            impl<T: ?Sized> Ambiguous<()> for T {}
            $({
                struct Marker;
                impl<T: ?Sized + $property> Ambiguous<Marker> for T {}
            })+
            let _ = <$secret as Ambiguous<_>>::found;
        };
    };
}

lacks!(Key: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(MasterKey: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(MacKey: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(SealingKey: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(PinBlock: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(Mac: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(CbcMac: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(RetailMac: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(Cmac: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(HmacKey: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(HmacSha256: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(Components: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(SoftwareModule: std::fmt::Debug, std::fmt::Display, Clone, PartialEq);
lacks!(CardOnFile: std::fmt::Display, Clone);
