use super::FieldValue;
use crate::iso8583::bitmap::Extent;
use crate::iso8583::{Encoding, FieldSpec, Format, Length, Sensitivity, Spec, Unit};
use core::fmt;

/// What a type holds, as far as a field must know to be read as it.
///
/// | it holds | of fields |
/// |---|---|
/// | `Number(d)` | n of fixed length, `d` digits at most |
/// | `Digits(d)` | n, `d` digits at most |
/// | `Track(d)` | z, `d` characters at most |
/// | `Track2` | z packed, its separator the nibble `D` |
/// | `Array(c)` | text or bytes, always `c` of them |
/// | `Text(c)` | text or bytes, `c` at most |
/// | `Bytes` | text or bytes that stand on the wire as they are |
/// | `Str` | text in ASCII or UTF-8 |
/// | `Any` | all |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A number, which does not say how many zeros lead it.
    Number(usize),
    /// Decimal digits.
    Digits(usize),
    /// Characters of a track.
    Track(usize),
    /// A track 2 in clear.
    Track2,
    /// Just so many characters or bytes.
    Array(usize),
    /// Characters or bytes.
    Text(usize),
    /// The bytes of the message.
    Bytes,
    /// The same as a `str`.
    Str,
    /// A field as it was received.
    Any,
}

/// Why a field is not read as a type: found at compile time where the dialect
/// is a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// The dialect does not have the field.
    Unknown,
    /// The field is a bitmap.
    Bitmap,
    /// The type is one for other formats.
    Format(Format),
    /// The type is one for fields of fixed length.
    Varies {
        /// The longest value.
        most: usize,
    },
    /// The type has not just the length of the field.
    Length {
        /// Characters or bytes of the field.
        field: usize,
        /// Those of the type.
        holds: usize,
    },
    /// The type has no room for every value of the field.
    Small {
        /// Digits, characters or bytes of the longest value.
        field: usize,
        /// Those the type has room for.
        holds: usize,
    },
    /// The value stands otherwise on the wire than the type borrows it.
    Encoding,
    /// The dialect says not to show the value, and the type would.
    Shown,
}

impl Holds {
    /// Whether a field of this form can be read as the type.
    pub const fn fits(self, spec: &FieldSpec<'_>) -> Result<(), Misfit> {
        let format = spec.format();
        if !self.takes(spec) {
            return Err(Misfit::Format(format));
        }
        let field = longest(spec);
        match self {
            Self::Number(_) | Self::Array(_) if !always(spec) => {
                Err(Misfit::Varies { most: field })
            }
            Self::Array(holds) if holds != field => Err(Misfit::Length { field, holds }),
            Self::Number(holds) | Self::Digits(holds) | Self::Track(holds) | Self::Text(holds)
                if holds < field =>
            {
                Err(Misfit::Small { field, holds })
            }
            Self::Bytes if !matches!(spec.encoding(), Encoding::Ascii | Encoding::Binary) => {
                Err(Misfit::Encoding)
            }
            Self::Str if !matches!(spec.encoding(), Encoding::Ascii | Encoding::Utf8) => {
                Err(Misfit::Encoding)
            }
            _ => Ok(()),
        }
    }

    /// Whether it is a type for such fields at all.
    const fn takes(self, spec: &FieldSpec<'_>) -> bool {
        let packed = matches!(spec.encoding(), Encoding::Bcd);
        match (self, spec.format()) {
            (Self::Any, _)
            | (Self::Number(_) | Self::Digits(_), Format::N)
            | (Self::Track(_), Format::Z) => true,
            (Self::Track2, Format::Z) => packed && spec.separator() == 0x0D,
            (Self::Array(_) | Self::Text(_) | Self::Bytes, format) => {
                // The sign of a packed amount is no character of it.
                !format.is_digits() && !packed
            }
            (Self::Str, format) => !format.is_digits() && !packed && !matches!(format, Format::B),
            _ => false,
        }
    }
}

/// Characters of the longest value, of a b field its bytes.
const fn longest(spec: &FieldSpec<'_>) -> usize {
    let most = spec.length().most() as usize;
    match (spec.unit(), spec.encoding()) {
        (Unit::Bytes, Encoding::Bcd) => most * 2,
        (Unit::Bytes, Encoding::Hex) => most / 2,
        (Unit::Characters, Encoding::Utf8) => most * 4,
        _ => most,
    }
}

/// True where each value is as long as the longest.
const fn always(spec: &FieldSpec<'_>) -> bool {
    let wide = matches!(
        (spec.unit(), spec.encoding()),
        (Unit::Characters, Encoding::Utf8)
    );
    matches!(spec.length(), Length::Fixed(_)) && !wide
}

/// Whether field `number` of a dialect can be read as `T`.
pub const fn fits<'a, T: FieldValue<'a>>(spec: &Spec<'_>, number: u8) -> Result<(), Misfit> {
    let Some(field) = spec.field(number) else {
        return Err(Misfit::Unknown);
    };
    let third = matches!(spec.bitmap().extent(), Extent::TertiaryIn(third) if third == number);
    if third {
        return Err(Misfit::Bitmap);
    }
    if !T::GUARDED && !matches!(field.sensitivity(), Sensitivity::Public) {
        return Err(Misfit::Shown);
    }
    T::HOLDS.fits(field)
}

/// What the derive asks of each member where the dialect is a constant: what
/// the compiler then says, if the field cannot be read as `T`.
pub const fn check<'a, T: FieldValue<'a>>(
    spec: &Spec<'_>,
    number: u8,
    name: &str,
) -> Option<Words> {
    let Err(misfit) = fits::<T>(spec, number) else {
        return None;
    };
    let field = Words::EMPTY.text("field ").number(number as usize);
    Some(misfit.words(field.text(" (").text(name).text("): ")))
}

impl Misfit {
    /// What is wrong, and what to do.
    const fn words(self, before: Words) -> Words {
        match self {
            Self::Unknown => before.text("the dialect does not have it"),
            Self::Bitmap => before.text("it is a bitmap, which is read and written with the fields"),
            Self::Format(format) => before
                .text("it is of format ")
                .text(format.name())
                .text(", which takes ")
                .text(match format {
                    Format::N => "a number or Digits",
                    Format::Z => "Track, or packed Track2",
                    _ => "an array of bytes, Text, bytes or str; a packed amount only Field",
                }),
            Self::Varies { most } => before
                .text("its length varies, so the type must say it; take Digits<")
                .number(most)
                .text("> or Text<")
                .number(most)
                .text(">"),
            Self::Length { field, holds } => before
                .text("it has always ")
                .number(field)
                .text(" characters or bytes, the type has ")
                .number(holds),
            Self::Small { field, holds } => before
                .text("it has up to ")
                .number(field)
                .text(" digits or characters, the type holds ")
                .number(holds),
            Self::Encoding => before.text(
                "it stands in another encoding on the wire, so it cannot be borrowed; take Text or an array",
            ),
            Self::Shown => before.text(
                "the dialect does not show it, and the type would; take Secret<...>, Pan or Track",
            ),
        }
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words(Words::EMPTY).as_str())
    }
}

/// Words put together at compile time, where there is no formatting. What has
/// no room is left out.
pub struct Words {
    bytes: [u8; 192],
    len: usize,
}

impl Words {
    const EMPTY: Self = Self {
        bytes: [0; 192],
        len: 0,
    };

    const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if text.len() <= self.bytes.len() - self.len {
            let mut index = 0;
            while index < text.len() {
                self.bytes[self.len] = text[index];
                self.len += 1;
                index += 1;
            }
        }
        self
    }

    const fn number(self, number: usize) -> Self {
        let before = match number / 10 {
            0 => self,
            tens => self.number(tens),
        };
        let digit = [b'0' + (number % 10) as u8];
        match core::str::from_utf8(&digit) {
            Ok(digit) => before.text(digit),
            Err(_) => before,
        }
    }

    /// The words.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
