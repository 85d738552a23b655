//! The MACs that banks everywhere else compute: ISO/IEC 9797-1, algorithms 1
//! and 3, each with three ways to fill the last block.
//!
//! ```text
//!  algorithm 1  m1 ─> E ─> + m2 ─> E ─> ... ─> + mq ─> E ─> MAC
//!  algorithm 3  the same, and then              D under K', E under K ─> MAC
//! ```
//!
//! | Padding | Message | Before | Behind | Empty message |
//! |---|---|---|---|---|
//! | [`Padding::Method1`] | any | nothing | zeros up to a whole block, none where there is one | a block of zeros |
//! | [`Padding::Method2`] | any | nothing | 80, then zeros up to a whole block | 80 and zeros |
//! | [`Padding::Method3`] | of known length | a block: its length in bits | as method 1 | two blocks of zeros |
//!
//! With method 1 a message and the same with zeros behind it have one MAC; take
//! it only where the length is fixed or the host says so. ANSI X9.9 is
//! algorithm 1 of DES with padding method 1, and ANSI X9.19, the retail MAC,
//! is algorithm 3 of DES.
//!
//! Source: ISO/IEC 9797-1:2011, 6.3 and 7; GB/T 15852.1-2020 for SM4.

use super::super::key::Cipher;
use super::super::{MacKey, UnsuitableKey};
use super::Tag;
use super::chain::{Chain, Step, UNWATCHED};
use core::mem::discriminant;
use zeroize::ZeroizeOnDrop;

/// How a message is made whole blocks (ISO/IEC 9797-1, 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Zeros.
    Method1,
    /// A one bit, then zeros.
    Method2,
    /// The length first, then as method 1.
    Method3 {
        /// Bytes that the message will have.
        length: u64,
    },
}

/// ISO/IEC 9797-1 algorithm 1, fed with the message as it comes: a CBC-MAC.
/// With DES and [`Padding::Method1`] it is ANSI X9.9.
///
/// ```
/// # use annul::crypto::{Key, MacKey, mac::{CbcMac, Padding}};
/// let key = MacKey::new(Key::des_hex("0123456789ABCDEF").unwrap());
/// let mut mac = CbcMac::new(&key, Padding::Method1).unwrap();
/// mac.update(b"7654321 Now is ");
/// mac.update(b"the time for ");
/// assert_eq!(mac.finish().unwrap().to_string(), "F1D30F6849312CA4");
/// ```
pub struct CbcMac<W = fn(Step<'_>)> {
    message: Padded<W>,
}

impl CbcMac {
    /// Starts a MAC under a key of DES of any length, or of SM4.
    pub fn new(key: &MacKey, padding: Padding) -> Result<Self, UnsuitableKey> {
        Self::watched(key, padding, UNWATCHED)
    }
}

impl<W: FnMut(Step<'_>)> CbcMac<W> {
    /// As [`CbcMac::new`]; `watch` sees each step.
    pub fn watched(key: &MacKey, padding: Padding, watch: W) -> Result<Self, UnsuitableKey> {
        let message = Padded::new(cipher(key)?, padding, watch);
        Ok(Self { message })
    }

    /// Takes the next part of the message, of any length.
    pub fn update(&mut self, part: &[u8]) {
        self.message.update(part);
    }

    /// Ends the message.
    ///
    /// # Errors
    /// Another length than [`Padding::Method3`] announced.
    pub fn finish(mut self) -> Result<Tag, WrongLength> {
        self.message.end()?;
        Ok(self.message.chain.tag())
    }
}

/// ISO/IEC 9797-1 algorithm 3, fed with the message as it comes. With a DES key
/// of 16 bytes it is ANSI X9.19, the retail MAC.
///
/// ```
/// # use annul::crypto::{Key, MacKey, mac::{Padding, RetailMac}};
/// let key = MacKey::new(Key::des_hex("0123456789ABCDEFFEDCBA9876543210").unwrap());
/// let mut mac = RetailMac::new(&key, Padding::Method1).unwrap();
/// mac.update(b"Now is the time for all ");
/// assert_eq!(mac.finish().unwrap().to_string(), "A1C72E74EA3FA9B6");
/// ```
pub struct RetailMac<W = fn(Step<'_>)> {
    message: Padded<W>,
    second: Cipher,
}

impl RetailMac {
    /// Starts a MAC under a DES key of 16 bytes: the left half is K, the right K'.
    pub fn new(key: &MacKey, padding: Padding) -> Result<Self, UnsuitableKey> {
        Self::watched(key, padding, UNWATCHED)
    }

    /// Starts a MAC under two keys, K and K': both of SM4, or both of DES and of
    /// one length.
    pub fn with_keys(
        first: &MacKey,
        second: &MacKey,
        padding: Padding,
    ) -> Result<Self, UnsuitableKey> {
        Self::with_keys_watched(first, second, padding, UNWATCHED)
    }
}

impl<W: FnMut(Step<'_>)> RetailMac<W> {
    /// As [`RetailMac::new`]; `watch` sees each step.
    pub fn watched(key: &MacKey, padding: Padding, watch: W) -> Result<Self, UnsuitableKey> {
        let (left, right) = key.key().halves().ok_or(MacKey::UNSUITABLE)?;
        Ok(Self {
            message: Padded::new(Cipher::Des(left), padding, watch),
            second: Cipher::Des(right),
        })
    }

    /// As [`RetailMac::with_keys`]; `watch` sees each step.
    pub fn with_keys_watched(
        first: &MacKey,
        second: &MacKey,
        padding: Padding,
        watch: W,
    ) -> Result<Self, UnsuitableKey> {
        let (first, second) = (cipher(first)?, cipher(second)?);
        if discriminant(&first) != discriminant(&second) {
            return Err(MacKey::UNSUITABLE);
        }
        Ok(Self {
            message: Padded::new(first, padding, watch),
            second,
        })
    }

    /// Takes the next part of the message, of any length.
    pub fn update(&mut self, part: &[u8]) {
        self.message.update(part);
    }

    /// Ends the message.
    ///
    /// # Errors
    /// Another length than [`Padding::Method3`] announced.
    pub fn finish(mut self) -> Result<Tag, WrongLength> {
        self.message.end()?;
        self.message.chain.turn(&self.second);
        Ok(self.message.chain.tag())
    }
}

/// The chain and the ciphers wipe themselves.
impl<W> ZeroizeOnDrop for CbcMac<W> {}
impl<W> ZeroizeOnDrop for RetailMac<W> {}

/// The message is shorter or longer than was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "MAC with padding method 3: {expected} bytes were announced, {found} came; announce the length of the whole message"
)]
pub struct WrongLength {
    /// Bytes announced.
    pub expected: u64,
    /// Bytes that came.
    pub found: u64,
}

/// The cipher of a key that these algorithms take. Of AES no host wants them;
/// it has CMAC.
fn cipher(key: &MacKey) -> Result<Cipher, UnsuitableKey> {
    let key = key.key();
    if key.is_des() || key.is_sm4() {
        Ok(key.cipher())
    } else {
        Err(MacKey::UNSUITABLE)
    }
}

/// A message and what is added to it.
struct Padded<W> {
    chain: Chain<W>,
    padding: Padding,
    found: u64,
}

impl<W: FnMut(Step<'_>)> Padded<W> {
    fn new(cipher: Cipher, padding: Padding, watch: W) -> Self {
        let mut chain = Chain::new(cipher, watch);
        if let Padding::Method3 { length } = padding {
            // As wide as the longest block; more than 2^61 bytes never come.
            let bits = (u128::from(length) * 8).to_be_bytes();
            chain.update(&bits[bits.len() - chain.size()..]);
        }
        Self {
            chain,
            padding,
            found: 0,
        }
    }

    fn update(&mut self, part: &[u8]) {
        self.found = self.found.saturating_add(part.len() as u64);
        self.chain.update(part);
    }

    /// Fills the last block and chains it.
    fn end(&mut self) -> Result<(), WrongLength> {
        match self.padding {
            Padding::Method2 => self.chain.update(&[0x80]),
            Padding::Method3 { length } if length != self.found => {
                return Err(WrongLength {
                    expected: length,
                    found: self.found,
                });
            }
            // The block of the length does not stand for an empty message.
            Padding::Method3 { length: 0 } => self.chain.close(),
            Padding::Method1 | Padding::Method3 { .. } => {}
        }
        self.chain.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Key;
    use super::*;

    fn key() -> MacKey {
        MacKey::new(Key::des_hex("0123456789ABCDEFFEDCBA9876543210").unwrap())
    }

    #[test]
    fn any_parts_make_the_same_mac() {
        let message = [0x5A; 40];
        for padding in [
            Padding::Method1,
            Padding::Method2,
            Padding::Method3 { length: 40 },
        ] {
            let whole = |size: usize| {
                let mut mac = RetailMac::new(&key(), padding).unwrap();
                message.chunks(size).for_each(|part| mac.update(part));
                mac.finish().unwrap()
            };
            (1..40).for_each(|size| assert_eq!(whole(size), whole(40), "{size}"));
        }
    }

    #[test]
    fn another_length_than_announced_is_an_error() {
        for (expected, part) in [(0, &b"1"[..]), (2, b"1"), (1, b""), (u64::MAX, b"12")] {
            let padding = Padding::Method3 { length: expected };
            let mut mac = CbcMac::new(&key(), padding).unwrap();
            mac.update(part);
            let found = part.len() as u64;
            assert_eq!(mac.finish(), Err(WrongLength { expected, found }));
        }
    }

    #[test]
    fn an_empty_message_is_padded_as_the_standard_says() {
        for (padding, expected) in [
            (Padding::Method1, &[[0; 8]][..]),
            (Padding::Method2, &[[0x80, 0, 0, 0, 0, 0, 0, 0]]),
            (Padding::Method3 { length: 0 }, &[[0; 8], [0; 8]]),
        ] {
            let mut expected = expected.iter();
            let watch = |step: Step<'_>| {
                if let Step::Chained { input, .. } = step {
                    assert_eq!(Some(input), expected.next().map(|block| &block[..]));
                }
            };
            CbcMac::watched(&key(), padding, watch)
                .unwrap()
                .finish()
                .unwrap();
            assert_eq!(expected.next(), None);
        }
    }

    #[test]
    fn keys_that_do_not_fit_are_refused() {
        let des = |length| MacKey::new(Key::des(&[1; 24][..length]).unwrap());
        let sm4 = || MacKey::new(Key::sm4(&[1; 16]).unwrap());
        let one = |key: &MacKey| RetailMac::new(key, Padding::Method1).is_ok();
        assert!(one(&des(16)));
        assert!(![des(8), des(24), sm4()].iter().any(one));
        let two = |a: &MacKey, b: &MacKey| RetailMac::with_keys(a, b, Padding::Method1).is_ok();
        assert!(two(&des(8), &des(8)) && two(&des(16), &des(16)) && two(&sm4(), &sm4()));
        assert!(!two(&des(8), &des(16)) && !two(&sm4(), &des(16)));
        assert!(
            [8, 16, 24]
                .iter()
                .all(|length| CbcMac::new(&des(*length), Padding::Method1).is_ok())
        );
    }

    #[cfg(feature = "aes")]
    #[test]
    fn aes_is_for_cmac() {
        let aes = MacKey::new(Key::aes(&[1; 16]).unwrap());
        assert!(CbcMac::new(&aes, Padding::Method2).is_err());
        assert!(RetailMac::with_keys(&aes, &aes, Padding::Method2).is_err());
    }
}
