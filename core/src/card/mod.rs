//! What stands on a card: the account number, its expiry, track 2 and the PIN.
//!
//! None of these values can be printed whole. [`Pan`] shows its first six and
//! last four digits; [`Track2`] and [`Pin`] show nothing; all wipe themselves
//! when dropped (PCI DSS 4.0.1, requirements 3.3 and 3.5).

mod pan;
mod pin;
mod track2;

pub use pan::{MaskedPan, Pan};
pub use pin::Pin;
pub use track2::Track2;

/// A card's expiry as it stands on the card: year and month, `YYMM`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Expiry([u8; 4]);

impl Expiry {
    /// Takes four ASCII digits `YYMM`; the month must be 01 to 12.
    ///
    /// ```
    /// # use annul::card::Expiry;
    /// assert!(Expiry::parse("2806").is_ok());
    /// assert!(Expiry::parse("2813").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let digits: [u8; 4] = text.as_bytes().try_into().map_err(|_| CardError::Expiry)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(CardError::Expiry);
        }
        let month = (digits[2] - b'0') * 10 + (digits[3] - b'0');
        if !(1..=12).contains(&month) {
            return Err(CardError::Expiry);
        }
        Ok(Self(digits))
    }

    /// The four digits `YYMM`.
    pub fn digits(&self) -> &[u8; 4] {
        &self.0
    }
}

/// What is wrong with card data. It never quotes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Not 13 to 19 digits.
    #[error("card number: expected 13 to 19 digits")]
    Pan,
    /// Not `YYMM`.
    #[error("expiry: expected four digits YYMM with a month from 01 to 12")]
    Expiry,
    /// Not a card number, a separator `=` or `D`, an expiry and up to 37 characters in all.
    #[error("track 2: expected PAN, '=' or 'D', expiry YYMM and digits, at most 37 characters")]
    Track2,
    /// Not 4 to 12 digits.
    #[error("PIN: expected 4 to 12 digits")]
    Pin,
}
