use super::PinBlockError;
use super::format::{filled, mix};
use crate::card::{Pan, Pin};
use crate::crypto::{PinKey, UnsuitableKey};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// UnionPay's PIN block of sixteen bytes, which SM4 enciphers (F57, tag A1);
/// in clear, wiped on drop.
///
/// ```text
///  length  PIN, filled with F         06 11 11 11 FF FF FF FF FF FF FF FF FF FF FF FF
///  zeros   12 digits of the PAN   xor 00 00 00 00 00 00 00 00 00 00 10 00 00 00 00 01
/// ```
///
/// UnionPay publishes no example. This is the form that acquirers tell of:
/// that of the eight bytes, with the card number at the right end. Ask yours.
///
/// ```
/// # use annul::card::{Pan, Pin};
/// # use annul::crypto::{Key, PinKey, pin::{Format, WideBlock, decrypt}};
/// let pan = Pan::parse("6216261000000000018").unwrap();
/// let key = PinKey::new(Key::sm4_hex(&"22".repeat(16)).unwrap());
/// let block = WideBlock::with_pan(&Pin::parse("111111").unwrap(), &pan).encrypt(&key).unwrap();
/// assert_eq!(decrypt(&block, Format::Sm4(Some(&pan)), &key).ok().unwrap().reveal(), b"111111");
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct WideBlock([u8; Self::SIZE]);

impl WideBlock {
    /// Bytes of a block.
    pub const SIZE: usize = 16;

    /// With the card number added (F53 begins with 2).
    pub fn with_pan(pin: &Pin, pan: &Pan) -> Self {
        let mut block = Self::without_pan(pin);
        mix(&mut block.0, pan);
        block
    }

    /// Without the card number (F53 begins with 1).
    pub fn without_pan(pin: &Pin) -> Self {
        Self(filled(pin, 0, |_| 0xF))
    }

    /// Encrypts the block and wipes it.
    ///
    /// # Errors
    /// [`UnsuitableKey`] for a key of another cipher.
    pub fn encrypt(mut self, key: &PinKey) -> Result<[u8; Self::SIZE], UnsuitableKey> {
        if !key.key().is_sm4() {
            return Err(PinKey::UNSUITABLE);
        }
        key.key().cipher().encrypt(&mut self.0);
        Ok(self.0)
    }

    pub(super) fn decrypt(
        block: &[u8; Self::SIZE],
        key: &PinKey,
    ) -> Result<Zeroizing<[u8; Self::SIZE]>, PinBlockError> {
        if !key.key().is_sm4() {
            return Err(PinKey::UNSUITABLE.into());
        }
        let mut block = Zeroizing::new(*block);
        key.key().cipher().decrypt(&mut *block);
        Ok(block)
    }
}
