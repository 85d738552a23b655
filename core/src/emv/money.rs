use super::place::Currency;
use core::fmt;

/// Minor units of a currency, where the currency is known.
///
/// ```
/// # use annul::emv::{Currency, Money};
/// let yuan = Money::new(1234, Currency::by_number(0x0156));
/// let yen = Money::new(1234, Currency::by_number(0x0392));
/// let dinar = Money::new(1234, Currency::by_number(0x0414));
/// assert_eq!(yuan.to_string(), "CNY 12.34");
/// assert_eq!(yen.to_string(), "JPY 1234");
/// assert_eq!(dinar.to_string(), "KWD 1.234");
/// assert_eq!(Money::new(1234, None).to_string(), "1234");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    minor: u64,
    currency: Option<&'static Currency>,
}

impl Money {
    /// So many minor units.
    pub const fn new(minor: u64, currency: Option<&'static Currency>) -> Self {
        Self { minor, currency }
    }

    /// Minor units.
    pub const fn minor(self) -> u64 {
        self.minor
    }

    /// Of what.
    pub const fn currency(self) -> Option<&'static Currency> {
        self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(currency) = self.currency else {
            return write!(f, "{}", self.minor);
        };
        write!(f, "{} ", currency.alpha())?;
        let digits = currency.exponent().unwrap_or(0);
        let unit = 10_u64.pow(u32::from(digits));
        write!(f, "{}", self.minor / unit)?;
        if digits > 0 {
            let width = usize::from(digits);
            write!(f, ".{:0width$}", self.minor % unit)?;
        }
        Ok(())
    }
}
