//! MACs, check values and PIN blocks without a terminal, for those who use the
//! codec alone and have the keys as bytes.

use crate::boundary::{self, bytes, characters, give};
use crate::status::{annul_fault, annul_status};
use annul::card::{Pan, Pin};
use annul::crypto::pin::PinBlock;
use annul::crypto::{Algorithm, Key, MacKey, PinKey, mac};
use core::ffi::c_char;

/// How a host computes the MAC; a parameter of the acquirer.
#[repr(i32)]
pub enum annul_mac_algorithm {
    /// UnionPay's default, POS ECB.
    UnionpayEcb = 0,
    /// The same with SM4.
    Sm4Ecb = 1,
    /// ANSI X9.9, the block itself.
    X99 = 2,
    /// ANSI X9.9, in hexadecimal.
    X99Hex = 3,
    /// ANSI X9.19.
    X919 = 4,
    /// As the manual of Chanjet reads.
    Chanjet = 5,
}

/// The algorithm of a number, in the order of `annul_mac_algorithm`.
pub(crate) fn algorithm(number: i32) -> Result<Algorithm, annul_fault> {
    let index = usize::try_from(number).map_err(|_| annul_status::Range)?;
    let found = Algorithm::ALL.get(index).copied();
    found.ok_or_else(|| annul_status::Range.into())
}

/// A key of the cipher that an algorithm works with.
pub(crate) fn key(algorithm: Algorithm, bytes: &[u8]) -> Result<Key, annul_fault> {
    Ok(match algorithm {
        Algorithm::Sm4Ecb => Key::sm4(bytes)?,
        _ => Key::des(bytes)?,
    })
}

/// The MAC of a message, from its type to the byte before field 64: the 8
/// bytes that go into that field. `mac_algorithm` is an `annul_mac_algorithm`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_mac(
    mac_algorithm: i32,
    key_bytes: *const u8,
    key_length: usize,
    message: *const u8,
    length: usize,
    value: *mut u8,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let algorithm = algorithm(mac_algorithm)?;
        let key = MacKey::new(key(algorithm, bytes(key_bytes, key_length)?)?);
        let block = mac::compute(algorithm, &key, bytes(message, length)?);
        let block = block.map_err(|_| annul_status::UnsupportedKeys)?;
        give(value.cast::<[u8; 8]>(), *block.value().bytes())
    })
}

/// The check value of a key, 8 bytes in `value` of which most hosts compare 4. The cipher
/// is that of `mac_algorithm`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_check_value(
    mac_algorithm: i32,
    key_bytes: *const u8,
    key_length: usize,
    value: *mut u8,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let key = key(algorithm(mac_algorithm)?, bytes(key_bytes, key_length)?)?;
        give(value.cast::<[u8; 8]>(), key.check_block())
    })
}

/// The encrypted PIN block of format 0 under a DES key: the 8 bytes of field 52.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_pin_block(
    key_bytes: *const u8,
    key_length: usize,
    pin: *const c_char,
    pan: *const c_char,
    block: *mut u8,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let key = PinKey::new(Key::des(bytes(key_bytes, key_length)?)?);
        let pin = Pin::from_digits(characters(pin)?)?;
        let pan = Pan::from_digits(characters(pan)?)?;
        let encrypted = PinBlock::with_pan(&pin, &pan).encrypt(&key);
        give(
            block.cast::<[u8; 8]>(),
            encrypted.map_err(|_| annul_status::UnsupportedKeys)?,
        )
    })
}
