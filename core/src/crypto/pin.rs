//! PIN blocks: how a PIN is packed before it is encrypted into F52.
//!
//! ```text
//!  length  PIN, filled with F         06 12 34 56 FF FF FF FF
//!  0000    12 digits of the PAN   xor 00 00 67 89 01 23 45 67   (without the check digit)
//!                                   = 06 12 53 DF FE DC BA 98
//! ```
//!
//! With the PAN added it is format 0 of ISO 9564-1 (F53 begins with 2); without,
//! UnionPay's own (F53 begins with 1), in which equal PINs give equal F52: use
//! it only where an acquirer insists. [`Format`] tells of the others, and
//! [`decrypt`] reads them all.

mod error;
mod fill;
mod format;
#[cfg(feature = "aes")]
mod format4;
mod wide;

pub use error::PinBlockError;
pub use fill::{LetterFill, UniqueFill};
pub use format::{Format, decrypt};
#[cfg(feature = "aes")]
pub use format4::{Format4Block, PanField};
pub use wide::WideBlock;

use super::{PinKey, UnsuitableKey};
use crate::card::{Pan, Pin};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A PIN block in clear, wiped on drop. It has no `Debug`, `Clone` or
/// comparison and can only be encrypted.
///
/// ```
/// # use annul::card::{Pan, Pin};
/// # use annul::crypto::{Key, PinKey, pin::PinBlock};
/// let pan = Pan::parse("6216261000000000018").unwrap();
/// let key = PinKey::new(Key::des_hex(&"22".repeat(16)).unwrap());
/// let f52 = PinBlock::with_pan(&Pin::parse("111111").unwrap(), &pan).encrypt(&key).unwrap();
/// assert_eq!(f52, [0x85, 0x31, 0x1F, 0x55, 0x7C, 0xB9, 0xC9, 0xE4]);
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PinBlock([u8; Self::SIZE]);

impl PinBlock {
    /// Bytes of a block.
    pub const SIZE: usize = 8;

    /// Format 0 of ISO 9564-1: the PIN and the account number added.
    pub fn with_pan(pin: &Pin, pan: &Pan) -> Self {
        let mut block = Self::without_pan(pin);
        // The twelve digits before the check digit, into the last six bytes.
        let (_check, digits) = pan.reveal().split_last().unwrap_or((&0, &[]));
        let pairs = digits.rchunks_exact(2);
        for (byte, pair) in block.0[2..].iter_mut().rev().zip(pairs) {
            *byte ^= (pair[0] - b'0') << 4 | (pair[1] - b'0');
        }
        block
    }

    /// UnionPay's block without the account number.
    pub fn without_pan(pin: &Pin) -> Self {
        let digits = pin.reveal();
        let mut block = [0xFF; Self::SIZE];
        block[0] = digits.len() as u8;
        for (byte, pair) in block[1..].iter_mut().zip(digits.chunks(2)) {
            let low = pair.get(1).map_or(0xF, |digit| digit - b'0');
            *byte = (pair[0] - b'0') << 4 | low;
        }
        Self(block)
    }

    /// The block in clear, for what is enciphered otherwise.
    #[cfg(feature = "issuer")]
    pub(super) fn reveal(&self) -> &[u8; Self::SIZE] {
        &self.0
    }

    /// Encrypts the block into F52 and wipes it.
    ///
    /// # Errors
    /// [`UnsuitableKey`] for an SM4 key: its PIN block has 16 bytes and another
    /// field (F57).
    pub fn encrypt(mut self, key: &PinKey) -> Result<[u8; Self::SIZE], UnsuitableKey> {
        key.key()
            .encrypt(&mut self.0)
            .map_err(|_| PinKey::UNSUITABLE)?;
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO 9564-1, and X9.24-1 A.4 for the first; the rest as psec has them.
    #[test]
    fn blocks_with_pan_are_those_of_iso_9564() {
        for (pin, pan, block) in [
            ("1234", "4012345678909", 0x0412_74ED_CBA9_876F),
            ("123456789", "5555555551234567", 0x0912_6103_2D8D_CBA9),
            ("123456789012", "5555555551234567", 0x0C12_6103_2D82_26A9),
            ("123456", "123456789012345678", 0x0612_53DF_FEDC_BA98),
            ("123456", "1234567890123456", 0x0612_7131_76FE_DCBA),
            ("111111", "6216261000000000018", 0x0611_0111_FFFF_FFFE_u64),
        ] {
            let (pin, pan) = (Pin::parse(pin).unwrap(), Pan::parse(pan).unwrap());
            assert_eq!(PinBlock::with_pan(&pin, &pan).0, block.to_be_bytes());
        }
    }

    #[test]
    fn blocks_without_pan_are_filled_with_f() {
        for (pin, block) in [
            ("1234", 0x0412_34FF_FFFF_FFFF),
            ("12345", 0x0512_345F_FFFF_FFFF),
            ("111111", 0x0611_1111_FFFF_FFFF),
            ("123456789012", 0x0C12_3456_7890_12FF_u64),
        ] {
            assert_eq!(
                PinBlock::without_pan(&Pin::parse(pin).unwrap()).0,
                block.to_be_bytes()
            );
        }
    }

    #[test]
    fn zeroize_clears_the_block() {
        let mut block = PinBlock::without_pan(&Pin::parse("1234").unwrap());
        block.zeroize();
        assert_eq!(block.0, [0; 8]);
    }
}
