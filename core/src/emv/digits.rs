use super::error::{ValueError, ValueFault, sized};
use core::fmt;

/// Packed digits of format n or cn, two a byte.
///
/// cn ends in F; n has leading zeros. Both are read, and only digits can come
/// before, and only F behind the first F (EMV book 3, 4.3).
///
/// ```
/// # use annul::emv::Digits;
/// let number = Digits::parse(&[0x00, 0x12, 0x34]).unwrap();
/// assert_eq!((number.to_string(), number.number()), ("001234".into(), Some(1234)));
/// assert_eq!(Digits::parse(&[0x12, 0x3F]).unwrap().to_string(), "123");
/// assert!(Digits::parse(&[0x1F, 0x23]).is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Digits<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Digits<'a> {
    /// Reads all of `value`.
    pub fn parse(value: &'a [u8]) -> Result<Self, ValueError> {
        let mut count = None;
        for (at, nibble) in nibbles(value).enumerate() {
            let fault = match (nibble, count) {
                (0..=9, None) | (0xF, Some(_)) => continue,
                (0xF, None) => {
                    count = Some(at);
                    continue;
                }
                (0..=9, Some(_)) => ValueFault::DigitAfterPad,
                _ => ValueFault::Digit,
            };
            return Err(ValueError::new(at / 2, fault));
        }
        Ok(Self {
            bytes: value,
            count: count.unwrap_or(2 * value.len()),
        })
    }

    /// How many digits.
    pub const fn len(&self) -> usize {
        self.count
    }

    /// True where there is none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The digits, as ASCII.
    pub fn ascii(&self) -> impl Iterator<Item = u8> + 'a {
        nibbles(self.bytes)
            .take(self.count)
            .map(|digit| b'0' + digit)
    }

    /// Their number, up to 19 digits.
    pub fn number(&self) -> Option<u64> {
        self.ascii().try_fold(0_u64, |number, digit| {
            let digit = u64::from(digit - b'0');
            number.checked_mul(10)?.checked_add(digit)
        })
    }
}

/// The halves of each byte, the high one first.
pub(super) fn nibbles(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F])
}

/// Two digits as a number.
pub(super) fn pair(byte: u8) -> Option<u8> {
    let (high, low) = (byte >> 4, byte & 0x0F);
    (high <= 9 && low <= 9).then_some(high * 10 + low)
}

impl fmt::Display for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.ascii()).try_for_each(|digit| write!(f, "{}", char::from(digit)))
    }
}

/// `Debug` says how many: they may be a card's.
impl fmt::Debug for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits({})", self.count)
    }
}

/// A number in binary, of one to eight bytes.
pub(super) fn binary(value: &[u8]) -> Result<u64, ValueError> {
    sized(value, 1, 8)?;
    Ok((value.iter()).fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
