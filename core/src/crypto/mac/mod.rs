//! The message authentication code (MAC, 报文鉴别码) that tells whether a
//! message came from who holds the key, and whole.
//!
//! | [`Algorithm`] | Key | How | F64 |
//! |---|---|---|---|
//! | `UnionPayEcb` | DES 8, 16 or 24 bytes | XOR of all 8-byte blocks, its 16 hex characters enciphered in two halves, the first added to the second | hex of the first 4 bytes |
//! | `Sm4Ecb` | SM4 | the same over 16-byte blocks and 32 characters | hex of the first 4 bytes |
//! | `X9_9` | DES 8, 16 or 24 bytes | CBC-MAC | the 8 bytes |
//! | `X9_9Hex` | DES 8, 16 or 24 bytes | CBC-MAC | hex of the first 4 bytes |
//! | `X9_19` | DES 16 bytes | CBC-MAC under the left half, last block also deciphered under the right and enciphered under the left | hex of the first 4 bytes |
//! | `Chanjet` | DES 16 bytes | XOR of all 8-byte blocks, enciphered once | the 8 bytes |
//!
//! Input runs from the message type to the last byte before F64, as sent. It is
//! filled with zeros to whole blocks; nothing is added where it ends on one; an
//! empty input counts as one block of zeros (ISO/IEC 9797-1, padding method 1).
//! The sum in the UnionPay scheme forgets the order of blocks and blocks of
//! zeros, so it guards a line, not a contract; where a host offers `X9_19`,
//! take that.
//!
//! Other hosts than UnionPay's compute these, fed with the message as it comes;
//! each gives a [`Tag`]: the whole MAC, its leftmost bytes, or its characters.
//!
//! | Type | Key | How |
//! |---|---|---|
//! | [`CbcMac`] | DES, SM4 | ISO/IEC 9797-1 algorithm 1, [`Padding`] 1, 2 or 3 |
//! | [`RetailMac`] | DES 16 bytes; two of DES or SM4 | ISO/IEC 9797-1 algorithm 3, [`Padding`] 1, 2 or 3 |
//! | [`Cmac`] | DES 16 or 24 bytes, SM4, AES | NIST SP 800-38B |
//! | [`HmacSha256`] | [`HmacKey`] | RFC 2104 |
//!
//! Source: 银联卡 POS 终端规范 as quoted by New POS, Newland and Chanjet manuals;
//! ANSI X9.9 and X9.19 (ISO/IEC 9797-1 algorithms 1 and 3).

mod authentic;
mod chain;
mod cmac;
mod hmac;
mod iso9797;
mod stream;
mod tag;

pub use authentic::{Authentic, MacMismatch, MacValue};
pub use chain::Step;
pub use cmac::Cmac;
pub use hmac::{HmacKey, HmacSha256};
pub use iso9797::{CbcMac, Padding, RetailMac, WrongLength};
pub use stream::{Mac, MacBlock};
pub use tag::{Tag, TagText};

use super::{MacKey, UnsuitableKey};

/// How a host computes the MAC. A parameter of the terminal, set by the acquirer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// UnionPay's default, "POS ECB".
    #[default]
    UnionPayEcb,
    /// UnionPay's scheme with SM4.
    Sm4Ecb,
    /// ANSI X9.9, the block itself in F64 (self-service terminals).
    X9_9,
    /// ANSI X9.9, F64 in hexadecimal.
    X9_9Hex,
    /// ANSI X9.19, the retail MAC, F64 in hexadecimal.
    X9_19,
    /// The reading of Chanjet's manual, which contradicts UnionPay's.
    Chanjet,
}

impl Algorithm {
    /// All of them, in the order of the table above.
    pub const ALL: [Self; 6] = [
        Self::UnionPayEcb,
        Self::Sm4Ecb,
        Self::X9_9,
        Self::X9_9Hex,
        Self::X9_19,
        Self::Chanjet,
    ];
}

/// The MAC of a whole message at once; [`Mac`] takes it in parts.
///
/// ```
/// # use annul::crypto::{Algorithm, Key, MacKey, mac};
/// let key = MacKey::new(Key::des_hex("2222222222222222").unwrap());
/// let message = b"\x12\x34\x56\x78\x90\xAB\xCD\xEF\xAB\xCD\xEF\x12\x34\x56\x78\x90";
/// let block = mac::compute(Algorithm::UnionPayEcb, &key, message).unwrap();
/// assert_eq!(block.value().bytes(), b"E267B6E2");
/// ```
pub fn compute(
    algorithm: Algorithm,
    key: &MacKey,
    message: &[u8],
) -> Result<MacBlock, UnsuitableKey> {
    let mut mac = Mac::new(algorithm, key)?;
    mac.update(message);
    Ok(mac.finish())
}

/// Hands `value` back as [`Authentic`] where `received` (F64 as it came) is
/// the MAC of `message`.
///
/// # Errors
/// The inner error where it is not; the outer where the key does not fit the
/// algorithm. `value` is dropped in both.
pub fn verify<T>(
    algorithm: Algorithm,
    key: &MacKey,
    message: &[u8],
    received: &[u8],
    value: T,
) -> Result<Result<Authentic<T>, MacMismatch>, UnsuitableKey> {
    let block = compute(algorithm, key, message)?;
    Ok(block.value().authenticate(received, value))
}
