use super::CardError;
use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The primary account number (主账号), 13 to 19 digits, wiped on drop.
///
/// Equality takes the same time wherever the first difference stands.
///
/// ```
/// # use annul::card::Pan;
/// let pan = Pan::parse("6224242900000113").unwrap();
/// assert_eq!(format!("{}", pan.masked()), "622424******0113");
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Pan {
    digits: [u8; Self::MAX],
    len: u8,
}

impl Pan {
    /// Digits of the longest number.
    pub const MAX: usize = 19;
    const MIN: usize = 13;

    /// Takes 13 to 19 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        Self::from_digits(text.as_bytes())
    }

    /// Takes 13 to 19 ASCII digits as bytes.
    pub fn from_digits(digits: &[u8]) -> Result<Self, CardError> {
        if !(Self::MIN..=Self::MAX).contains(&digits.len())
            || !digits.iter().all(u8::is_ascii_digit)
        {
            return Err(CardError::Pan);
        }
        let mut pan = Self {
            digits: [0; Self::MAX],
            len: digits.len() as u8,
        };
        pan.digits[..digits.len()].copy_from_slice(digits);
        Ok(pan)
    }

    /// The ASCII digits in clear. Write them to a message, never to a log.
    pub fn reveal(&self) -> &[u8] {
        &self.digits[..usize::from(self.len)]
    }

    /// The form that may be shown and kept: first six, last four.
    pub fn masked(&self) -> MaskedPan {
        let digits = self.reveal();
        // A wiped number has no digits left to show.
        let Some(((first, _), (_, last))) =
            (digits.split_first_chunk()).zip(digits.split_last_chunk())
        else {
            return MaskedPan::NONE;
        };
        MaskedPan {
            first: *first,
            last: *last,
            len: self.len,
        }
    }

    /// True where the last digit is the check digit of ISO/IEC 7812-1, annex B.
    pub fn luhn_valid(&self) -> bool {
        let sum: u32 = (self.reveal().iter().rev().enumerate())
            .map(|(index, digit)| {
                let digit = u32::from(digit - b'0');
                match (index % 2, digit * 2) {
                    (0, _) => digit,
                    (_, doubled) if doubled > 9 => doubled - 9,
                    (_, doubled) => doubled,
                }
            })
            .sum();
        sum.is_multiple_of(10)
    }
}

impl PartialEq for Pan {
    fn eq(&self, other: &Self) -> bool {
        // Behind the last digit both are zeros.
        (self.digits.ct_eq(&other.digits) & self.len.ct_eq(&other.len)).into()
    }
}

impl Eq for Pan {}

impl fmt::Debug for Pan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pan({})", self.masked())
    }
}

/// A card number cut to what may be kept in clear: first six and last four
/// digits and how many there were (PCI DSS 3.5.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaskedPan {
    first: [u8; 6],
    last: [u8; 4],
    len: u8,
}

impl MaskedPan {
    /// No card: what an unused row of a table holds.
    pub const NONE: Self = Self {
        first: [b'0'; 6],
        last: [b'0'; 4],
        len: Pan::MIN as u8,
    };
    /// Bytes of [`MaskedPan::to_bytes`].
    pub const SIZE: usize = 6;

    /// Packs the ten digits as BCD and the length into six bytes.
    pub fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut packed = [0, 0, 0, 0, 0, self.len];
        let digits = self.first.iter().chain(&self.last);
        for (index, digit) in digits.enumerate() {
            packed[index / 2] = packed[index / 2] << 4 | digit & 0x0F;
        }
        packed
    }

    /// The value [`MaskedPan::to_bytes`] packed, or none where a nibble is no
    /// digit or the length is impossible.
    pub fn from_bytes(bytes: [u8; Self::SIZE]) -> Option<Self> {
        let mut digits = [0; 10];
        for (index, byte) in bytes[..5].iter().enumerate() {
            digits[index * 2] = b'0' + (byte >> 4);
            digits[index * 2 + 1] = b'0' + (byte & 0x0F);
        }
        let len = bytes[5];
        let sound = digits.iter().all(u8::is_ascii_digit)
            && (Pan::MIN..=Pan::MAX).contains(&usize::from(len));
        let [a, b, c, d, e, f, last @ ..] = digits;
        sound.then_some(Self {
            first: [a, b, c, d, e, f],
            last,
            len,
        })
    }
}

impl fmt::Display for MaskedPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for digit in self.first {
            write!(f, "{}", char::from(digit))?;
        }
        for _ in 10..self.len {
            f.write_str("*")?;
        }
        for digit in self.last {
            write!(f, "{}", char::from(digit))?;
        }
        Ok(())
    }
}

impl fmt::Debug for MaskedPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MaskedPan({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn shows_first_six_and_last_four_only() {
        let pan = Pan::parse("6216261000000000018").unwrap();
        assert_eq!(format!("{pan:?}"), "Pan(621626*********0018)");
    }

    #[test]
    fn masked_form_survives_packing() {
        let masked = Pan::parse("6224242900000113").unwrap().masked();
        assert_eq!(MaskedPan::from_bytes(masked.to_bytes()), Some(masked));
        assert_eq!(MaskedPan::from_bytes([0xFF; 6]), None);
        assert_eq!(MaskedPan::from_bytes([0; 6]), None);
    }

    #[test]
    fn length_and_digits_are_checked() {
        assert_eq!(Pan::parse("123456789012").unwrap_err(), CardError::Pan);
        assert_eq!(
            Pan::parse("12345678901234567890").unwrap_err(),
            CardError::Pan
        );
        assert_eq!(Pan::parse("62242429000001A3").unwrap_err(), CardError::Pan);
    }

    #[test]
    fn luhn() {
        assert!(Pan::parse("6224242900000113").unwrap().luhn_valid());
        assert!(Pan::parse("6216261000000000018").unwrap().luhn_valid());
        assert!(!Pan::parse("6224242900000114").unwrap().luhn_valid());
    }
}
