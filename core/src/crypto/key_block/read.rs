use super::error::Found;
use super::{Field, KeyBlockError, Rules};
use nom::Parser;
use nom::bytes::complete::take;

/// Takes a key block apart from the left, and knows where it stands.
#[derive(Clone)]
pub(super) struct Reader<'t> {
    size: usize,
    rest: &'t [u8],
}

/// Characters that a field may have.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    Digits,
    UpperHex,
    Hex,
    Alphanumeric,
    Printable,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        let size = text.len();
        Self { size, rest: text }
    }

    pub(super) fn offset(&self) -> usize {
        self.size - self.rest.len()
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.rest
    }

    /// The next `count` characters.
    pub(super) fn take(
        &mut self,
        field: Field,
        count: usize,
        charset: Charset,
    ) -> Result<&'t [u8], KeyBlockError> {
        let (offset, found) = (self.offset(), self.rest.len());
        let taken: Result<_, nom::Err<()>> = take(count).parse(self.rest);
        let (rest, text) = taken.map_err(|_| KeyBlockError::Short {
            field,
            offset,
            needed: count,
            found,
        })?;
        charset.guard(field, offset, text)?;
        self.rest = rest;
        Ok(text)
    }

    /// The next `N` characters.
    pub(super) fn array<const N: usize>(
        &mut self,
        field: Field,
        charset: Charset,
    ) -> Result<[u8; N], KeyBlockError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(field, N, charset)?);
        Ok(array)
    }

    /// The next `count` digits as a number.
    pub(super) fn decimal(&mut self, field: Field, count: usize) -> Result<usize, KeyBlockError> {
        self.take(field, count, Charset::Digits)
            .map(|text| number(text, 10))
    }

    /// The next `count` hexadecimal digits as a number.
    pub(super) fn hexadecimal(
        &mut self,
        field: Field,
        count: usize,
        rules: Rules,
    ) -> Result<usize, KeyBlockError> {
        self.take(field, count, rules.hex())
            .map(|text| number(text, 16))
    }
}

impl Charset {
    /// Refuses a text with other characters, and says the first.
    pub(super) fn guard(
        self,
        field: Field,
        offset: usize,
        text: &[u8],
    ) -> Result<(), KeyBlockError> {
        match text.iter().position(|byte| !self.holds(*byte)) {
            None => Ok(()),
            Some(at) => {
                // A short field is told whole, a long one from what is wrong.
                let at = if text.len() <= 8 { 0 } else { at };
                Err(KeyBlockError::Field {
                    field,
                    offset: offset + at,
                    expected: self.expected(),
                    found: Found::new(&text[at..]),
                })
            }
        }
    }

    fn holds(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::UpperHex => matches!(byte, b'0'..=b'9' | b'A'..=b'F'),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Printable => matches!(byte, b' '..=b'~'),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Digits => "decimal digits",
            Self::UpperHex => "upper-case hexadecimal digits",
            Self::Hex => "hexadecimal digits",
            Self::Alphanumeric => "letters and digits",
            Self::Printable => "printable ASCII",
        }
    }
}

impl Rules {
    /// The hexadecimal digits there may be.
    pub(super) fn hex(self) -> Charset {
        match self {
            Self::Strict => Charset::UpperHex,
            Self::Interoperable => Charset::Hex,
        }
    }
}

/// The value of digits, of which there are so few that it fits.
pub(super) fn number(digits: &[u8], radix: u32) -> usize {
    digits.iter().fold(0_usize, |value, digit| {
        let digit = char::from(*digit).to_digit(radix).unwrap_or_default();
        (value.saturating_mul(radix as usize)).saturating_add(digit as usize)
    })
}
