use super::CardError;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A PIN in clear, 4 to 12 digits, wiped on drop. It has no `Debug`, `Display`
/// or `Clone`: it goes into a PIN block and nowhere else (ISO 9564-1, 9.3).
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Pin {
    digits: [u8; Self::MAX],
    len: u8,
}

impl Pin {
    /// Digits of the longest PIN.
    pub const MAX: usize = 12;

    /// Takes 4 to 12 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        Self::from_digits(text.as_bytes())
    }

    /// Takes 4 to 12 ASCII digits as bytes.
    pub fn from_digits(digits: &[u8]) -> Result<Self, CardError> {
        if !(4..=Self::MAX).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_digit) {
            return Err(CardError::Pin);
        }
        let mut pin = Self {
            digits: [0; Self::MAX],
            len: digits.len() as u8,
        };
        pin.digits[..digits.len()].copy_from_slice(digits);
        Ok(pin)
    }

    /// The ASCII digits in clear, for the PIN block alone.
    pub fn reveal(&self) -> &[u8] {
        &self.digits[..usize::from(self.len)]
    }
}
