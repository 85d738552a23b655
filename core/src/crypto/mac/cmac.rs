//! The MAC without the weaknesses of the older ones: CMAC, of AES, TDES and SM4.
//!
//! ```text
//!  m1 ─> E ─> + m2 ─> E ─> ... ─> + mq + K1 ─> E ─> MAC    where mq is whole
//!                                 + mq 80 00.. + K2 ─> E   where it is not
//!  K1 = 2 E(zeros), K2 = 2 K1, in the field of 2^64 or 2^128
//! ```
//!
//! Source: NIST SP 800-38B (RFC 4493 for AES-128), ISO/IEC 9797-1:2011
//! algorithm 5, GB/T 15852.1-2020 for SM4.

use super::super::key::Cipher;
use super::super::{Key, MacKey, UnsuitableKey};
use super::Tag;
use super::chain::{Chain, Step, UNWATCHED};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// CMAC, fed with the message as it comes.
///
/// ```
/// # use annul::crypto::{Key, MacKey, mac::Cmac};
/// let key = MacKey::new(Key::sm4_hex("0123456789ABCDEFFEDCBA9876543210").unwrap());
/// let mut mac = Cmac::new(&key).unwrap();
/// mac.update(b"This is the test message ");
/// assert_eq!(mac.finish().to_string(), "4738A6C760B280FC0C8A8AF3886E9F5D");
/// ```
pub struct Cmac<W = fn(Step<'_>)> {
    chain: Chain<W>,
}

impl Cmac {
    /// Starts a MAC under a key of DES of 16 or 24 bytes, SM4 or AES.
    pub fn new(key: &MacKey) -> Result<Self, UnsuitableKey> {
        Self::watched(key, UNWATCHED)
    }

    /// CMAC under a key that need not be one of MACs.
    pub(in super::super) fn of(key: &Key, message: &[u8]) -> Tag {
        let chain = Chain::new(key.cipher(), UNWATCHED);
        let mut mac = Self { chain };
        mac.update(message);
        mac.finish()
    }

    /// CMAC as a key: it goes into `out`, as much as there is room, and is
    /// nowhere left.
    #[cfg(feature = "key-blocks")]
    pub(in super::super) fn derive(key: &Key, message: &[u8], out: &mut [u8]) {
        let chain = Chain::new(key.cipher(), UNWATCHED);
        let mut mac = Self { chain };
        mac.update(message);
        mac.end();
        (out.iter_mut().zip(mac.chain.last())).for_each(|(byte, of)| *byte = *of);
    }
}

impl<W: FnMut(Step<'_>)> Cmac<W> {
    /// As [`Cmac::new`]; `watch` sees each step, without K1 and K2.
    pub fn watched(key: &MacKey, watch: W) -> Result<Self, UnsuitableKey> {
        match key.key().cipher() {
            Cipher::Des(_) => Err(MacKey::UNSUITABLE),
            fit => Ok(Self {
                chain: Chain::new(fit, watch),
            }),
        }
    }

    /// Takes the next part of the message, of any length.
    pub fn update(&mut self, part: &[u8]) {
        self.chain.update(part);
    }

    /// Ends the message.
    pub fn finish(mut self) -> Tag {
        self.end();
        self.chain.tag()
    }

    fn end(&mut self) {
        let size = self.chain.size();
        let mut subkey = Zeroizing::new([0; 16]);
        self.chain.cipher().encrypt(&mut subkey[..size]);
        double(&mut subkey[..size]);
        if !self.chain.is_full() {
            self.chain.update(&[0x80]);
            double(&mut subkey[..size]);
        }
        self.chain.mask(&subkey);
        self.chain.close();
    }
}

/// The chain wipes itself.
impl<W> ZeroizeOnDrop for Cmac<W> {}

/// Twice the block, in the field that its size says; the time does not tell
/// the bits.
fn double(block: &mut [u8]) {
    let polynomial = if block.len() == 8 { 0x1B } else { 0x87 };
    let mut carry = 0;
    for byte in block.iter_mut().rev() {
        let next = *byte >> 7;
        *byte = *byte << 1 | carry;
        carry = next;
    }
    if let Some(last) = block.last_mut() {
        *last ^= polynomial & 0_u8.wrapping_sub(carry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NIST SP 800-38B, appendix D: K1 and K2 of TDES, and RFC 4493 of AES.
    #[test]
    fn doubling_is_that_of_the_standard() {
        for (block, doubled) in [
            (0xC8CC_74E9_8A73_29A2_u64, 0x9198_E9D3_14E6_535F_u64),
            (0x9198_E9D3_14E6_535F, 0x2331_D3A6_29CC_A6A5),
        ] {
            let mut bytes = block.to_be_bytes();
            double(&mut bytes);
            assert_eq!(bytes, doubled.to_be_bytes());
        }
        for (block, doubled) in [
            (
                0x7DF7_6B0C_1AB8_99B3_3E42_F047_B91B_546F_u128,
                0xFBEE_D618_3571_3366_7C85_E08F_7236_A8DE_u128,
            ),
            (
                0xFBEE_D618_3571_3366_7C85_E08F_7236_A8DE,
                0xF7DD_AC30_6AE2_66CC_F90B_C11E_E46D_513B,
            ),
        ] {
            let mut bytes = block.to_be_bytes();
            double(&mut bytes);
            assert_eq!(bytes, doubled.to_be_bytes());
        }
    }

    #[test]
    fn any_parts_make_the_same_mac() {
        let key = MacKey::new(Key::sm4(&[7; 16]).unwrap());
        let message = [0xA5; 48];
        for length in [0, 1, 15, 16, 17, 32, 48] {
            let whole = |size: usize| {
                let mut mac = Cmac::new(&key).unwrap();
                message[..length]
                    .chunks(size)
                    .for_each(|part| mac.update(part));
                mac.finish()
            };
            (1..48).for_each(|size| assert_eq!(whole(size), whole(48), "{length} {size}"));
        }
    }

    #[test]
    fn single_des_is_refused() {
        let key = MacKey::new(Key::des(&[1; 8]).unwrap());
        assert_eq!(Cmac::new(&key).err(), Some(MacKey::UNSUITABLE));
    }
}
