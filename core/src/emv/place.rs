use super::name::Name;
use super::tables;

/// A country by ISO 3166-1.
///
/// ```
/// # use annul::emv::Country;
/// let china = Country::by_number(0x0156).unwrap();
/// assert_eq!((china.alpha2(), china.name().chinese()), ("CN", "中国"));
/// assert_eq!(Country::by_alpha("CHN"), Some(china));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    pub(super) number: u16,
    pub(super) alpha2: &'static str,
    pub(super) alpha3: &'static str,
    pub(super) name: Name<'static>,
}

impl Country {
    /// Every country, by number.
    pub fn all() -> core::slice::Iter<'static, Self> {
        tables::COUNTRIES.iter()
    }

    /// The country of a numeric code as EMV packs it: China is 0x0156.
    pub fn by_number(number: u16) -> Option<&'static Self> {
        let at = tables::COUNTRIES.binary_search_by_key(&number, |country| country.number);
        at.ok().map(|at| &tables::COUNTRIES[at])
    }

    /// The country of two or three capital letters.
    pub fn by_alpha(letters: &str) -> Option<&'static Self> {
        Self::all().find(|country| country.alpha2 == letters || country.alpha3 == letters)
    }

    /// Three digits, packed: 0x0156.
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// Two letters.
    pub const fn alpha2(&self) -> &'static str {
        self.alpha2
    }

    /// Three letters.
    pub const fn alpha3(&self) -> &'static str {
        self.alpha3
    }

    /// Its name.
    pub const fn name(&self) -> Name<'static> {
        self.name
    }
}

/// A currency by ISO 4217.
///
/// ```
/// # use annul::emv::Currency;
/// let yuan = Currency::by_number(0x0156).unwrap();
/// assert_eq!((yuan.alpha(), yuan.exponent()), ("CNY", Some(2)));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Currency {
    pub(super) number: u16,
    pub(super) alpha: &'static str,
    pub(super) exponent: Option<u8>,
    pub(super) name: Name<'static>,
}

impl Currency {
    /// Every currency, by number. Withdrawn ones are among them: cards live
    /// longer than currencies.
    pub fn all() -> core::slice::Iter<'static, Self> {
        tables::CURRENCIES.iter()
    }

    /// The currency of a numeric code as EMV packs it: the yuan is 0x0156.
    pub fn by_number(number: u16) -> Option<&'static Self> {
        let at = tables::CURRENCIES.binary_search_by_key(&number, |currency| currency.number);
        at.ok().map(|at| &tables::CURRENCIES[at])
    }

    /// Three digits, packed: 0x0156.
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// Three letters.
    pub const fn alpha(&self) -> &'static str {
        self.alpha
    }

    /// Digits right of the point; none for gold and the like.
    pub const fn exponent(&self) -> Option<u8> {
        self.exponent
    }

    /// Its name.
    pub const fn name(&self) -> Name<'static> {
        self.name
    }
}
