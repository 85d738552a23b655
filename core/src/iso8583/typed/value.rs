use super::{Digits, Holds, Presence, Secret, Text, Track, ValueFault, Wipe};
use crate::card::{CardError, Expiry, Pan, Track2};
use crate::iso8583::{Field, Writer};
use zeroize::Zeroizing;

/// A type that a field is read as and written from.
///
/// | type | of fields |
/// |---|---|
/// | `u8`, `u16`, `u32`, `u64` | n of fixed length, 2, 4, 9 or 19 digits |
/// | [`Digits<N>`] | n, up to `N` digits |
/// | `[u8; N]` | text or bytes of fixed length `N` |
/// | [`Text<N>`] | text or bytes, up to `N` |
/// | `&[u8]`, `&str` | the same, borrowed, where they stand on the wire as they are |
/// | [`Pan`], [`Expiry`], [`Track2`] | the card's; a track packed with the separator `D` |
/// | [`Track<N>`] | z, up to `N` characters |
/// | [`Secret<T>`] | those of `T` that a dialect does not show |
/// | [`Field`] | all, as received: with pads, and with its parts |
/// | `Option<T>` | those of `T` that a message may lack |
///
/// A type of your own says what it holds, and passes the rest on:
///
/// ```
/// use annul::iso8583::typed::{FieldValue, Holds, ValueFault};
/// use annul::iso8583::{Field, Writer};
///
/// #[derive(Debug, PartialEq)]
/// enum Currency {
///     Yuan,
///     Dollar,
/// }
///
/// impl<'a> FieldValue<'a> for Currency {
///     const HOLDS: Holds = Holds::Array(3);
///
///     fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
///         match &<[u8; 3]>::read(field)? {
///             b"156" => Ok(Self::Yuan),
///             b"840" => Ok(Self::Dollar),
///             _ => Err(ValueFault::Other("expected currency 156 or 840")),
///         }
///     }
///
///     fn write(&self, number: u8, writer: &mut Writer<'_>) {
///         let code: &[u8; 3] = match self {
///             Self::Yuan => b"156",
///             Self::Dollar => b"840",
///         };
///         writer.bytes(number, code);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a field of ISO 8583 is not read as `{Self}`",
    note = "the docs of `annul::iso8583::typed::FieldValue` list the types"
)]
pub trait FieldValue<'a>: Sized {
    /// What it holds, for the check against the dialect.
    const HOLDS: Holds;
    /// Whether its `Debug` hides what must not be shown, or there is none: only
    /// such types take fields that a dialect does not show.
    const GUARDED: bool = false;
    /// Whether a message may lack the field.
    const PRESENCE: Presence = Presence::Mandatory;

    /// Reads a field that fits [`Self::HOLDS`].
    fn read(field: &Field<'a>) -> Result<Self, ValueFault>;

    /// Writes field `number`. The writer keeps what is wrong with it.
    fn write(&self, number: u8, writer: &mut Writer<'_>);

    /// The value of a field that is not there; none where it must be.
    fn absent() -> Option<Self> {
        None
    }
}

impl<'a, T: FieldValue<'a>> FieldValue<'a> for Option<T> {
    const HOLDS: Holds = T::HOLDS;
    const GUARDED: bool = T::GUARDED;
    const PRESENCE: Presence = Presence::Optional;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        T::read(field).map(Some)
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        if let Some(value) = self {
            value.write(number, writer);
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<'a, T: FieldValue<'a> + Wipe> FieldValue<'a> for Secret<T> {
    const HOLDS: Holds = T::HOLDS;
    const GUARDED: bool = true;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        T::read(field).map(Self::new)
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        self.reveal().write(number, writer);
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl<'a> FieldValue<'a> for $number {
            // As many nines as it can hold.
            const HOLDS: Holds = Holds::Number(<$number>::MAX.ilog10() as usize);

            fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
                let number = field.characters().number();
                let held = number.and_then(|number| number.try_into().ok());
                held.ok_or(ValueFault::Number)
            }

            fn write(&self, number: u8, writer: &mut Writer<'_>) {
                writer.number(number, u64::from(*self));
            }
        }
    )*};
}
numbers!(u8 u16 u32 u64);

impl<'a, const N: usize> FieldValue<'a> for Digits<N> {
    const HOLDS: Holds = Holds::Digits(N);

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        Self::read(field.characters())
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.digits(number, self.as_bytes());
    }
}

impl<'a, const N: usize> FieldValue<'a> for Text<N> {
    const HOLDS: Holds = Holds::Text(N);

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        Self::read(field.characters())
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.bytes(number, self.as_bytes());
    }
}

impl<'a, const N: usize> FieldValue<'a> for Track<N> {
    const HOLDS: Holds = Holds::Track(N);
    const GUARDED: bool = true;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        Self::read(field.characters())
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.digits(number, self.reveal());
    }
}

impl<'a, const N: usize> FieldValue<'a> for [u8; N] {
    const HOLDS: Holds = Holds::Array(N);

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        let found = field.characters().len();
        let array = field.characters().array();
        array.ok_or(ValueFault::Length { holds: N, found })
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.bytes(number, self);
    }
}

impl<'a> FieldValue<'a> for &'a [u8] {
    const HOLDS: Holds = Holds::Bytes;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        Ok(field.bytes())
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.bytes(number, self);
    }
}

impl<'a> FieldValue<'a> for &'a str {
    const HOLDS: Holds = Holds::Str;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        core::str::from_utf8(field.bytes()).map_err(|_| ValueFault::Text)
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.bytes(number, self.as_bytes());
    }
}

impl<'a> FieldValue<'a> for Pan {
    const HOLDS: Holds = Holds::Digits(Pan::MAX);
    const GUARDED: bool = true;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        let mut digits = Zeroizing::new([0; Pan::MAX]);
        let digits = (field.characters().unpack(digits.as_mut())).ok_or(CardError::Pan)?;
        Ok(Self::from_digits(digits)?)
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.digits(number, self.reveal());
    }
}

impl<'a> FieldValue<'a> for Expiry {
    const HOLDS: Holds = Holds::Digits(4);
    const GUARDED: bool = true;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        let digits = Zeroizing::new(field.characters().array::<4>().ok_or(CardError::Expiry)?);
        let text = core::str::from_utf8(digits.as_ref()).map_err(|_| CardError::Expiry)?;
        Ok(Self::parse(text)?)
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.digits(number, self.digits());
    }
}

impl<'a> FieldValue<'a> for Track2 {
    const HOLDS: Holds = Holds::Track2;
    const GUARDED: bool = true;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        let mut characters = Zeroizing::new([0; Track2::MAX]);
        let characters = field.characters().unpack(characters.as_mut());
        let text = characters.and_then(|track| core::str::from_utf8(track).ok());
        Ok(Self::parse(text.ok_or(CardError::Track2)?)?)
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        writer.digits(number, self.reveal());
    }
}

impl<'a> FieldValue<'a> for Field<'a> {
    const HOLDS: Holds = Holds::Any;
    const GUARDED: bool = true;

    fn read(field: &Field<'a>) -> Result<Self, ValueFault> {
        Ok(*field)
    }

    fn write(&self, number: u8, writer: &mut Writer<'_>) {
        if self.number() == number {
            writer.copy(self);
        } else {
            // Another field put into this member: one of these is refused, in
            // the name of this one.
            writer.bytes(number, &[]).digits(number, &[]);
        }
    }
}
