//! Format 4 of ISO 9564-1: for AES, and the only one with a block of its own
//! for the card number.
//!
//! ```text
//!  PIN field  4 | length | PIN, filled with A to 16 nibbles | 8 random bytes
//!  PAN field  digits beyond 12 | PAN of 12 to 19 digits, filled with 0
//!
//!  PIN field ── AES ──> ⊕ PAN field ── AES ──> block
//! ```

use super::PinBlockError;
use super::fill::set_nibble;
use super::format::{filled, read};
use crate::card::{Pan, Pin};
use crate::crypto::{PinKey, UnsuitableKey};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A PIN field of format 4 in clear, wiped on drop. It can only be encrypted.
///
/// ```
/// # use annul::card::{Pan, Pin};
/// # use annul::crypto::{Key, PinKey, pin::{Format4Block, PanField}};
/// let key = PinKey::new(Key::aes_hex("AF8CB133A78F8DC2D1359F18527593FB").unwrap());
/// let pan = PanField::new(&Pan::parse("4111111111111111").unwrap());
/// let random = [0x2F, 0x69, 0xAD, 0xDE, 0x2E, 0x9E, 0x7A, 0xCE];
/// let block = Format4Block::new(&Pin::parse("1234").unwrap(), random).encrypt(&pan, &key).unwrap();
/// assert_eq!(block[..4], [0xA9, 0x12, 0x15, 0x03]); // ANSI X9.24-3, supplement
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Format4Block([u8; Self::SIZE]);

impl Format4Block {
    /// Bytes of a block.
    pub const SIZE: usize = 16;

    /// The PIN, and random bytes drawn anew for each block.
    pub fn new(pin: &Pin, random: [u8; 8]) -> Self {
        let mut block = Self([0; Self::SIZE]);
        let half: Zeroizing<[u8; 8]> = Zeroizing::new(filled(pin, 4, |_| 0xA));
        block.0[..8].copy_from_slice(&*half);
        block.0[8..].copy_from_slice(&random);
        block
    }

    /// Encrypts the block together with the card number and wipes it.
    ///
    /// # Errors
    /// [`UnsuitableKey`] for a key of another cipher.
    pub fn encrypt(
        mut self,
        pan: &PanField,
        key: &PinKey,
    ) -> Result<[u8; Self::SIZE], UnsuitableKey> {
        let cipher = (key.key().is_aes().then(|| key.key().cipher())).ok_or(PinKey::UNSUITABLE)?;
        cipher.encrypt(&mut self.0);
        pan.add(&mut self.0);
        cipher.encrypt(&mut self.0);
        Ok(self.0)
    }
}

pub(super) fn decrypt(
    block: &[u8; Format4Block::SIZE],
    pan: &PanField,
    key: &PinKey,
) -> Result<Pin, PinBlockError> {
    let cipher = (key.key().is_aes().then(|| key.key().cipher())).ok_or(PinKey::UNSUITABLE)?;
    let mut field = Zeroizing::new(*block);
    cipher.decrypt(&mut *field);
    pan.add(&mut field);
    cipher.decrypt(&mut *field);
    // The second half is random. Another card number spoils the whole field,
    // and looks like another key.
    let mut half = Zeroizing::new([0; 8]);
    half.copy_from_slice(&field[..8]);
    read(half, 4, None, |fill| fill == 0xA)
}

/// The PAN field of format 4, wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PanField([u8; Format4Block::SIZE]);

impl PanField {
    /// The field of a card.
    pub fn new(pan: &Pan) -> Self {
        Self::of(pan.reveal())
    }

    /// The field of an account number of 1 to 19 digits, for those who have
    /// shorter ones than cards have; none for anything else.
    pub fn parse(digits: &str) -> Option<Self> {
        let digits = digits.as_bytes();
        let sound = (1..=19).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
        sound.then(|| Self::of(digits))
    }

    /// The sixteen bytes in clear. They tell the card number.
    pub fn reveal(&self) -> &[u8; Format4Block::SIZE] {
        &self.0
    }

    /// Shorter numbers than twelve digits get zeros on the left.
    fn of(digits: &[u8]) -> Self {
        let (more, zeros) = (
            digits.len().saturating_sub(SHORTEST),
            SHORTEST.saturating_sub(digits.len()),
        );
        let mut field = Self([0; Format4Block::SIZE]);
        set_nibble(&mut field.0, 0, more as u8);
        for (index, digit) in digits.iter().enumerate() {
            set_nibble(&mut field.0, 1 + zeros + index, digit - b'0');
        }
        field
    }

    fn add(&self, field: &mut [u8; Format4Block::SIZE]) {
        for (byte, pan) in field.iter_mut().zip(&self.0) {
            *byte ^= pan;
        }
    }
}

/// Digits that are always there.
const SHORTEST: usize = 12;
