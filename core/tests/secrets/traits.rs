//! What the types of secrets lack, decided by the compiler: a trait that one
//! of them had would make its row ambiguous.

use annul::card::{Pan, Pin, Track2};
use annul::crypto::mac::{CbcMac, Cmac, HmacKey, HmacSha256, Mac, RetailMac};
use annul::crypto::pin::{PinBlock, WideBlock};
use annul::crypto::{
    CardOnFile, Components, Key, MacKey, MasterKey, PinKey, SealingKey, SoftwareModule, TrackKey,
};
use annul::message::Card;
use std::fmt::{Debug, Display, LowerHex, UpperHex};
use std::hash::Hash;
use zeroize::ZeroizeOnDrop;

/// Compiles only where the type lacks the traits.
macro_rules! lacks {
    ($($secret:ty),+: $properties:tt) => {
        $(lacks!(@one $secret, $properties);)+
    };
    (@one $secret:ty, [$($property:path),+]) => {
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

/// Keys, PINs and tracks: shown, copied, compared and written by nobody.
macro_rules! secrets {
    ($($(#[$when:meta])? $secret:ty),+ $(,)?) => {
        $(
            $(#[$when])?
            lacks!($secret: [Debug, Display, LowerHex, UpperHex, Clone, PartialEq, Hash, AsRef<[u8]>]);
            $(#[$when])?
            #[cfg(feature = "alloc")]
            lacks!($secret: [serde::Serialize]);
        )+

        #[test]
        fn secrets_wipe_themselves() {
            fn wipes<T: ZeroizeOnDrop>() {}
            $(
                $(#[$when])?
                wipes::<$secret>();
            )+
        }
    };
}

secrets!(
    Key,
    MasterKey,
    PinKey,
    MacKey,
    TrackKey,
    SealingKey,
    Components,
    SoftwareModule,
    Pin,
    Track2,
    PinBlock,
    WideBlock,
    Mac,
    CbcMac,
    RetailMac,
    Cmac,
    HmacKey,
    HmacSha256,
    #[cfg(feature = "track-encryption")]
    annul::message::ProtectedTrack,
    #[cfg(feature = "aes")]
    annul::crypto::pin::Format4Block,
    #[cfg(feature = "aes")]
    annul::crypto::pin::PanField,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::tdes::BaseKey,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::tdes::InitialKey,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::tdes::TransactionKey,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::tdes::Device,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::aes::BaseKey,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::aes::InitialKey,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::aes::TransactionKey,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::aes::Device,
    #[cfg(feature = "dukpt")]
    annul::crypto::dukpt::DataKey,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::IssuerKey<annul::crypto::issuer::Cryptogram>,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::CardKey<annul::crypto::issuer::Cryptogram>,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::SessionKey<annul::crypto::issuer::Cryptogram>,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::Exchange<'static, 'static>,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::Script<'static, 'static>,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::Card,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::VerificationKey,
    #[cfg(feature = "issuer")]
    annul::crypto::issuer::PinVerificationKey,
    #[cfg(feature = "key-blocks")]
    annul::crypto::key_block::ProtectionKey,
    #[cfg(feature = "key-blocks")]
    annul::crypto::key_block::Unwrapped<'static, 'static>,
);

/// So do card numbers, and the parts of a typed message that its dialect hides.
#[test]
fn what_is_shown_in_part_wipes_itself() {
    fn wipes<T: ZeroizeOnDrop>() {}
    wipes::<Pan>();
    wipes::<CardOnFile>();
    wipes::<Card>();
    #[cfg(feature = "derive")]
    wipes::<annul::iso8583::typed::Track<37>>();
    #[cfg(feature = "derive")]
    wipes::<annul::iso8583::typed::Secret<[u8; 8]>>();
}

// Parts of a typed message: `Debug` says how many characters a track has, and of
// a secret nothing; they are compared in constant time.
#[cfg(feature = "derive")]
lacks!(annul::iso8583::typed::Track<37>, annul::iso8583::typed::Secret<[u8; 8]>:
    [Display, LowerHex, UpperHex, Clone, Hash, AsRef<[u8]>]);

// Card numbers show six digits and four to `Debug`, and are compared, in
// constant time.
lacks!(Pan, CardOnFile, Card: [Display, Clone, Hash, AsRef<[u8]>]);
#[cfg(feature = "alloc")]
lacks!(Pan, CardOnFile, Card: [serde::Serialize]);
