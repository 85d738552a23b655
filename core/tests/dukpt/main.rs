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

#[path = "../vectors/crypto/mod.rs"]
mod vectors;

use vectors::{given, hex, wanted};

const VECTORS: &str = include_str!("../vectors/crypto/dukpt.json");

fn group(name: &str, count: usize) -> Vec<Value> {
    vectors::group(VECTORS, name, count)
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

mod with_aes;
mod with_tdes;
