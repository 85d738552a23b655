use super::NumberError;
use core::fmt;

/// An amount of money in minor units (fen for RMB), 0 to 999 999 999 999:
/// field 4 has twelve digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(u64);

impl Amount {
    /// The largest amount that twelve digits hold.
    pub const MAX: u64 = 999_999_999_999;
    /// The largest amount.
    pub const LARGEST: Self = Self(Self::MAX);
    /// No money.
    pub const ZERO: Self = Self(0);

    /// Takes minor units.
    ///
    /// ```
    /// # use annul::transaction::Amount;
    /// assert_eq!(Amount::new(1234).unwrap().minor(), 1234);
    /// assert!(Amount::new(1_000_000_000_000).is_err());
    /// ```
    pub const fn new(minor: u64) -> Result<Self, NumberError> {
        if minor > Self::MAX {
            return Err(NumberError::Amount);
        }
        Ok(Self(minor))
    }

    /// Takes major units with two decimals, as a person writes them.
    ///
    /// ```
    /// # use annul::transaction::Amount;
    /// assert_eq!(Amount::parse("12.34").unwrap().minor(), 1234);
    /// assert_eq!(Amount::parse("12").unwrap().minor(), 1200);
    /// assert!(Amount::parse("12.345").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "00"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 2 || whole.len() > 10 {
            return Err(NumberError::Amount);
        }
        let number = |part: &str| part.parse::<u64>().map_err(|_| NumberError::Amount);
        let tenths = if fraction.len() == 1 { 10 } else { 1 };
        Self::new(number(whole)? * 100 + number(fraction)? * tenths)
    }

    /// Minor units.
    pub const fn minor(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn a_person_reads_back_what_a_person_wrote() {
        for text in ["0.00", "0.01", "12.34", "9999999999.99"] {
            assert_eq!(format!("{}", Amount::parse(text).unwrap()), text);
        }
        assert_eq!(Amount::parse("1.5").unwrap().minor(), 150);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1,5",
            "1.234",
            "10000000000.00",
            "1e3",
            "１",
        ] {
            assert_eq!(Amount::parse(text), Err(NumberError::Amount), "{text}");
        }
    }
}
