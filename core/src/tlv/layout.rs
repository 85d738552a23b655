//! The small cousins of BER-TLV: tag and length of fixed width, in either
//! order, in bytes or in digits.
//!
//! | layout | tag | length | where |
//! |---|---|---|---|
//! | [`Layout::SIMPLE`] | 1 byte, 01 to FE | 1 byte, or FF and 2 | ISO/IEC 7816-4, 5.2.1 |
//! | [`Layout::UNIONPAY`] | 2 characters | 3 digits | fields 57 and 59 of UnionPay POS |
//! | [`Layout::QR_CODE`] | 2 digits | 2 digits | EMV QR codes that a shop shows |
//! | [`Layout::ltv`] | behind the length | any of these | private fields of other hosts |

use super::error::{Error, Fault, Path};
use core::fmt;
use core::iter::FusedIterator;
use nom::bytes::complete::take;
use nom::{IResult, Parser};

/// How tag and length are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    order: Order,
    tag: u8,
    length: LengthDigits,
    counts: Counts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    TagFirst,
    LengthFirst,
}

/// How a length is written. The number is that of its bytes, 1 to 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthDigits {
    /// A number, most significant byte first.
    Binary(u8),
    /// Two decimal digits a byte.
    Bcd(u8),
    /// One decimal digit a byte, in ASCII.
    Ascii(u8),
    /// One byte up to FE, or FF and two bytes.
    Simple,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// The value alone.
    Value,
    /// The tag as well, where it stands behind the length.
    TagAndValue,
}

/// One tag and its value. Its `Debug` shows no value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    tag: &'a [u8],
    value: &'a [u8],
    offset: usize,
}

/// Why a field cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The tag has another width, or is 00 or FF in Simple-TLV.
    #[error("the tag is none that this layout has")]
    Tag,
    /// The length has more digits than there are.
    #[error("a length of {length} does not fit the layout")]
    Length {
        /// Bytes of the value.
        length: usize,
    },
    /// The buffer is too small.
    #[error("needs {needed} bytes of buffer, there are {available}")]
    Full {
        /// Bytes of the field.
        needed: usize,
        /// Bytes of the buffer.
        available: usize,
    },
}

/// What is left and what was taken, or how many bytes were fine and the fault
/// behind them.
type Taken<'a, T> = Result<(&'a [u8], T), (usize, Fault)>;

impl Layout {
    /// Simple-TLV.
    pub const SIMPLE: Self = Self::new(1, LengthDigits::Simple);
    /// Fields 57 and 59 of UnionPay POS: `A3` `019` and 19 characters.
    pub const UNIONPAY: Self = Self::new(2, LengthDigits::Ascii(3));
    /// EMV QR code, merchant-presented mode.
    pub const QR_CODE: Self = Self::new(2, LengthDigits::Ascii(2));

    /// `tag` bytes, then the length of the value, then the value.
    pub const fn new(tag: u8, length: LengthDigits) -> Self {
        Self {
            order: Order::TagFirst,
            tag,
            length,
            counts: Counts::Value,
        }
    }

    /// The length, then `tag` bytes, then the value.
    pub const fn ltv(length: LengthDigits, tag: u8, counts: Counts) -> Self {
        Self {
            order: Order::LengthFirst,
            tag,
            length,
            counts,
        }
    }

    /// The fields of `bytes`, one by one.
    ///
    /// ```
    /// # use annul::tlv::Layout;
    /// let fields: Vec<_> = Layout::UNIONPAY.fields(b"A30026101003ABC").flatten().collect();
    /// assert_eq!((fields[0].tag(), fields[0].value()), (&b"A3"[..], &b"61"[..]));
    /// assert_eq!((fields[1].tag(), fields[1].value()), (&b"01"[..], &b"ABC"[..]));
    /// ```
    pub const fn fields(self, bytes: &[u8]) -> Fields<'_> {
        Fields {
            layout: self,
            rest: bytes,
            offset: 0,
        }
    }

    /// Writes one field and returns its length.
    ///
    /// ```
    /// # use annul::tlv::Layout;
    /// let mut buffer = [0; 8];
    /// assert_eq!(Layout::UNIONPAY.encode(b"A3", b"61", &mut buffer), Ok(7));
    /// assert_eq!(&buffer[..7], b"A300261");
    /// ```
    pub fn encode(self, tag: &[u8], value: &[u8], buffer: &mut [u8]) -> Result<usize, LayoutError> {
        if !self.has(tag) {
            return Err(LayoutError::Tag);
        }
        let counted = match self.counts {
            Counts::Value => value.len(),
            Counts::TagAndValue => tag.len() + value.len(),
        };
        let length = value.len();
        let (digits, size) = (self.length.encode(counted)).ok_or(LayoutError::Length { length })?;
        let digits = &digits[..size];
        let parts = match self.order {
            Order::TagFirst => [tag, digits, value],
            Order::LengthFirst => [digits, tag, value],
        };
        let needed = parts.iter().map(|part| part.len()).sum();
        let available = buffer.len();
        let mut rest = (buffer.get_mut(..needed)).ok_or(LayoutError::Full { needed, available })?;
        for part in parts {
            let (place, after) = rest.split_at_mut(part.len());
            place.copy_from_slice(part);
            rest = after;
        }
        Ok(needed)
    }

    /// True where a tag can be this one.
    fn has(self, tag: &[u8]) -> bool {
        let reserved = self.length == LengthDigits::Simple && matches!(tag, [0 | 0xFF]);
        tag.len() == usize::from(self.tag) && !reserved
    }

    /// Takes a field.
    fn take(self, bytes: &[u8]) -> Taken<'_, (&[u8], &[u8])> {
        let (rest, tag, counted) = match self.order {
            Order::TagFirst => {
                let (rest, tag) = self.tag(bytes, bytes)?;
                let (rest, counted) = self.length.take(rest).map_err(|fault| (tag.len(), fault))?;
                (rest, tag, counted)
            }
            Order::LengthFirst => {
                let (rest, counted) = self.length.take(bytes).map_err(|fault| (0, fault))?;
                let (rest, tag) = self.tag(bytes, rest)?;
                (rest, tag, counted)
            }
        };
        let at = |part: &[u8]| bytes.len() - part.len();
        let around = match self.counts {
            Counts::Value => 0,
            Counts::TagAndValue => tag.len(),
        };
        let size = counted.checked_sub(around).ok_or((0, Fault::BadLength))?;
        let (expected, left) = (size as u32, rest.len());
        let (after, value) = bytes_of(rest, size)
            .map_err(|_| (at(rest), Fault::TruncatedValue { expected, left }))?;
        Ok((after, (tag, value)))
    }

    fn tag<'a>(self, field: &[u8], rest: &'a [u8]) -> Taken<'a, &'a [u8]> {
        let at = field.len() - rest.len();
        let (after, tag) =
            bytes_of(rest, usize::from(self.tag)).map_err(|_| (at, Fault::TruncatedTag))?;
        if !self.has(tag) {
            return Err((at, Fault::BadTag));
        }
        Ok((after, tag))
    }
}

impl LengthDigits {
    fn take(self, bytes: &[u8]) -> Result<(&[u8], usize), Fault> {
        let size = match self {
            Self::Binary(size) | Self::Bcd(size) | Self::Ascii(size) => usize::from(size),
            Self::Simple if bytes.first() == Some(&LONG) => 3,
            Self::Simple => 1,
        };
        let (expected, left) = (size as u8, bytes.len());
        let (rest, digits) =
            bytes_of(bytes, size).map_err(|_| Fault::TruncatedLength { expected, left })?;
        let value = match self {
            Self::Binary(_) => number(digits, 256, Some),
            Self::Bcd(_) => number(digits, 100, |byte| {
                let (high, low) = (byte >> 4, byte & 0x0F);
                (high < 10 && low < 10).then(|| high * 10 + low)
            }),
            Self::Ascii(_) => number(digits, 10, |byte| {
                byte.is_ascii_digit().then(|| byte - b'0')
            }),
            Self::Simple => number(
                digits
                    .get(1..)
                    .filter(|long| !long.is_empty())
                    .unwrap_or(digits),
                256,
                Some,
            ),
        };
        Ok((rest, value.ok_or(Fault::BadLength)?))
    }

    /// The digits of a length, and how many bytes they are; none where they
    /// cannot say it.
    fn encode(self, length: usize) -> Option<([u8; 4], usize)> {
        let mut bytes = [0; 4];
        let (size, base) = match self {
            Self::Binary(size) => (usize::from(size), 256),
            Self::Bcd(size) => (usize::from(size), 100),
            Self::Ascii(size) => (usize::from(size), 10),
            Self::Simple if length < usize::from(LONG) => (1, 256),
            Self::Simple => (3, 256),
        };
        let mut left = length;
        for slot in bytes.get_mut(..size)?.iter_mut().rev() {
            let digit = (left % base) as u8;
            *slot = match self {
                Self::Binary(_) | Self::Simple => digit,
                Self::Bcd(_) => ((digit / 10) << 4) | (digit % 10),
                Self::Ascii(_) => b'0' + digit,
            };
            left /= base;
        }
        if self == Self::Simple && size > 1 {
            // Two bytes are left behind the mark.
            left += usize::from(bytes[0]);
            bytes[0] = LONG;
        }
        (left == 0).then_some((bytes, size))
    }
}

/// The mark before a length of two bytes.
const LONG: u8 = 0xFF;

fn number(digits: &[u8], base: usize, digit: impl Fn(u8) -> Option<u8>) -> Option<usize> {
    digits.iter().try_fold(0_usize, |value, byte| {
        value.checked_mul(base)?.checked_add(digit(*byte)?.into())
    })
}

fn bytes_of(bytes: &[u8], size: usize) -> IResult<&[u8], &[u8], ()> {
    take(size).parse(bytes)
}

/// The fields of a [`Layout`]; after an error there are none.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    layout: Layout,
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let offset = self.offset;
        match self.layout.take(self.rest) {
            Ok((rest, (tag, value))) => {
                self.offset += self.rest.len() - rest.len();
                self.rest = rest;
                Some(Ok(Field { tag, value, offset }))
            }
            Err((at, fault)) => {
                self.rest = &[];
                Some(Err(Error::new(Path::EMPTY, offset + at, fault)))
            }
        }
    }
}

impl FusedIterator for Fields<'_> {}

impl<'a> Field<'a> {
    /// The tag's bytes.
    pub const fn tag(&self) -> &'a [u8] {
        self.tag
    }

    /// The value's bytes.
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// The byte of the input at which the field begins.
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tag, size) = (self.tag.escape_ascii(), self.value.len());
        write!(f, "{tag} at {}, {size} bytes", self.offset)
    }
}
