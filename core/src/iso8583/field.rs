use super::digits::Digits;
use super::error::DecodeFault;
use super::spec::{FieldSpec, Format, Justify, Length, Unit};
use core::fmt;

/// One field of a [`View`](super::View), as the bytes that were received.
///
/// Its `Debug` shows number and size only; [`describe`](super::describe) shows
/// the value, masked.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    number: u8,
    offset: usize,
    spec: &'a FieldSpec,
    raw: &'a [u8],
}

impl<'a> Field<'a> {
    pub(super) fn new(number: u8, offset: usize, spec: &'a FieldSpec, raw: &'a [u8]) -> Self {
        Self {
            number,
            offset,
            spec,
            raw,
        }
    }

    /// The field's number, 2 to 64.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// The byte of the message it begins at, with its length prefix.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// How the dialect forms it.
    pub fn spec(&self) -> &'a FieldSpec {
        self.spec
    }

    /// Length prefix and value, every bit as received.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The length prefix as received; empty for a fixed length.
    pub fn prefix(&self) -> &'a [u8] {
        &self.raw[..self.spec.length().prefix()]
    }

    /// The value as received, with its pad nibble where it has one.
    pub fn bytes(&self) -> &'a [u8] {
        &self.raw[self.spec.length().prefix()..]
    }

    /// Digits or bytes of the value, as its [`Unit`] counts.
    pub fn count(&self) -> usize {
        match self.spec.length() {
            Length::Fixed(length) => usize::from(length),
            Length::Ll(_) | Length::Lll(_) => usize::from(decimal(self.prefix())),
        }
    }

    /// The digits of an n or z field, without the pad nibble; none for text
    /// and bytes.
    pub fn digits(&self) -> Option<Digits<'a>> {
        self.spec
            .is_packed()
            .then(|| packed(self.spec, self.bytes(), self.count()))
    }

    /// The value as text; none where it is not ASCII, such as GBK, or the
    /// field is packed digits.
    pub fn text(&self) -> Option<&'a str> {
        let text = !self.spec.is_packed() && self.bytes().is_ascii();
        text.then(|| core::str::from_utf8(self.bytes()).ok())?
    }

    /// The pad nibble as received, where an odd number of digits leaves one.
    pub fn pad(&self) -> Option<u8> {
        let odd = !self.count().is_multiple_of(2);
        if !self.spec.is_packed() || self.spec.unit() == Unit::Bytes || !odd {
            return None;
        }
        match self.spec.justify() {
            Justify::Left => self.bytes().last().map(|byte| byte & 0x0F),
            Justify::Right => self.bytes().first().map(|byte| byte >> 4),
        }
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "F{}[{}]", self.number, self.count())
    }
}

impl FieldSpec {
    /// Checks the field that `bytes` begins with and says how many bytes it
    /// takes with its prefix, or at which byte of it what is wrong.
    pub(super) fn measure(&self, bytes: &[u8]) -> Result<usize, (usize, DecodeFault)> {
        let prefix = self.length().prefix();
        let count = count(self.length(), bytes).map_err(|fault| (0, fault))?;
        let expected = value_size(self, count);
        let left = &bytes[prefix..];
        let value = left.get(..expected).ok_or_else(|| {
            let left = left.len();
            (prefix, DecodeFault::Truncated { expected, left })
        })?;
        if self.format() == Format::N {
            check_decimal(self, value, count).map_err(|(at, fault)| (prefix + at, fault))?;
        }
        Ok(prefix + expected)
    }
}

/// Bytes that `count` digits or bytes take.
pub(super) const fn value_size(spec: &FieldSpec, count: usize) -> usize {
    match spec.unit() {
        Unit::Digits => count.div_ceil(2),
        Unit::Bytes => count,
    }
}

/// Reads the length prefix; the fixed length where there is none.
fn count(length: Length, bytes: &[u8]) -> Result<usize, DecodeFault> {
    let most = match length {
        Length::Fixed(length) => return Ok(usize::from(length)),
        Length::Ll(most) | Length::Lll(most) => most,
    };
    let expected = length.prefix();
    let prefix = bytes.get(..expected).ok_or(DecodeFault::Truncated {
        expected,
        left: bytes.len(),
    })?;
    if let Some(found) = prefix.iter().copied().find_map(hexadecimal) {
        return Err(DecodeFault::Prefix { found });
    }
    let claimed = decimal(prefix);
    if claimed > most {
        return Err(DecodeFault::TooLong { claimed, most });
    }
    Ok(usize::from(claimed))
}

fn check_decimal(spec: &FieldSpec, value: &[u8], count: usize) -> Result<(), (usize, DecodeFault)> {
    if value.iter().all(|byte| hexadecimal(*byte).is_none()) {
        return Ok(());
    }
    // Perhaps it is only the pad nibble, which may be anything.
    let digits = packed(spec, value, count);
    let Some(index) = digits.ascii().position(|digit| !digit.is_ascii_digit()) else {
        return Ok(());
    };
    let nibble = digits.first_nibble() + index;
    let byte = value[nibble / 2];
    let found = if nibble.is_multiple_of(2) {
        byte >> 4
    } else {
        byte & 0x0F
    };
    Err((nibble / 2, DecodeFault::NotDecimal { found }))
}

/// The digits among the nibbles of a value.
fn packed<'a>(spec: &FieldSpec, value: &'a [u8], count: usize) -> Digits<'a> {
    let nibbles = value.len() * 2;
    match (spec.unit(), spec.justify()) {
        (Unit::Bytes, _) => Digits::new(value, 0, nibbles),
        (Unit::Digits, Justify::Left) => Digits::new(value, 0, count),
        (Unit::Digits, Justify::Right) => Digits::new(value, nibbles.saturating_sub(count), count),
    }
}

/// The first nibble of a byte that is no decimal digit.
const fn hexadecimal(byte: u8) -> Option<u8> {
    match (byte >> 4, byte & 0x0F) {
        (high @ 10.., _) => Some(high),
        (_, low @ 10..) => Some(low),
        _ => None,
    }
}

/// The value of at most two BCD bytes.
fn decimal(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |value, byte| {
        value * 100 + u16::from(byte >> 4) * 10 + u16::from(byte & 0x0F)
    })
}
