//! Messages as structs: a member is a field, and what does not fit the dialect
//! does not compile.
//!
//! ```
//! use annul::card::Pan;
//! use annul::iso8583::typed::{Digits, Secret};
//! use annul::iso8583::{Iso8583, UNIONPAY_POS};
//!
//! #[derive(Debug, PartialEq, Iso8583)]
//! #[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
//! struct Sale<'a> {
//!     #[field(2)]
//!     pan: Option<Pan>,
//!     #[field(3)]
//!     processing_code: Digits<6>,
//!     #[field(4)]
//!     amount: u64,
//!     #[field(11)]
//!     trace: u32,
//!     #[field(41)]
//!     terminal: [u8; 8],
//!     #[field(55)]
//!     chip: Option<Secret<&'a [u8]>>,
//! }
//!
//! let sale = Sale {
//!     pan: Pan::parse("6224242900000113").ok(),
//!     processing_code: Digits::literal(b"000000"),
//!     amount: 1234,
//!     trace: 16,
//!     terminal: *b"12345678",
//!     chip: None,
//! };
//! let mut buffer = [0; 128];
//! let size = sale.encode(&mut buffer)?;
//! assert_eq!(Sale::decode(&buffer[..size]).unwrap(), sale);
//! assert!(format!("{sale:?}").contains("Pan(622424******0113)"));
//! # Ok::<(), annul::iso8583::EncodeError>(())
//! ```
//!
//! | the struct says | meaning |
//! |---|---|
//! | `mti = 0x0200` | its message type; another one is an error |
//! | `spec = PATH` | a constant or static [`Spec`]: the struct is checked against it when it is compiled |
//! | no `spec` | it is checked against the dialect of the view, when a message is read |
//! | `ignore_unnamed` | fields that the struct does not have are passed over; without it they are an error |
//! | `#[field(11)]` | the number of a member's field; members stand in any order |
//! | `Option<T>` | the message may lack the field |
//!
//! What a dialect does not show (its [`Sensitivity`](super::Sensitivity)) must
//! be of a type that does not show it either, so that a `Debug` derived for the
//! struct is safe. [`FieldValue`] lists the types. [`Track2`](crate::card::Track2)
//! has no `Debug` at all: a struct that derives one takes [`Track`] for it, which
//! says how many characters there are.
//!
//! ```compile_fail,E0277
//! use annul::card::Track2;
//! use annul::iso8583::{Iso8583, UNIONPAY_POS};
//!
//! #[derive(Debug, Iso8583)]
//! #[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
//! struct Swiped {
//!     #[field(35)]
//!     track: Track2,
//! }
//! ```

mod error;
mod fits;
mod owned;
mod reading;
mod secret;
mod value;

pub use error::{TypedError, ValueFault};
pub use fits::{Holds, Misfit, Words, check, fits};
pub use owned::{Digits, Text, Track};
pub use reading::Reading;
pub use secret::{Secret, Wipe};
pub use value::FieldValue;

use super::{EncodeError, EncodeFault, Encoding, Mti, Spec, View, Writer};

/// A struct that is a message; to be derived, see [`typed`](self).
pub trait Iso8583<'a>: Sized {
    /// The dialect, where the struct says one.
    const SPEC: Option<&'static Spec<'static>>;
    /// The message type.
    const MTI: Mti;
    /// The fields, in ascending order.
    const FIELDS: &'static [NamedField];

    /// Takes a message that was read, in any dialect whose fields fit.
    fn from_view(view: &View<'a>) -> Result<Self, TypedError>;

    /// Writes the fields in ascending order; the writer keeps what is wrong.
    fn write(&self, writer: &mut Writer<'_>);

    /// Reads a message that fills `bytes` exactly, from its MTI on. For a struct
    /// that says its dialect; another does not compile:
    ///
    /// ```compile_fail,E0080
    /// # use annul::iso8583::Iso8583;
    /// #[derive(Iso8583)]
    /// #[iso8583(mti = 0x0820)]
    /// struct Echo {
    ///     #[field(11)]
    ///     trace: u32,
    /// }
    ///
    /// let echo = Echo::decode(b"\x08\x20");
    /// ```
    fn decode(bytes: &'a [u8]) -> Result<Self, TypedError> {
        let spec = const { said(Self::SPEC) };
        Self::from_view(&View::decode(spec, bytes)?)
    }

    /// Writes the message into `buffer` and returns its size. For a struct that
    /// says its dialect; another does not compile.
    fn encode(&self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        let spec = const { said(Self::SPEC) };
        let mut writer = Writer::new(spec, buffer, Self::MTI);
        self.write(&mut writer);
        writer.finish()
    }

    /// Writes a message that still lacks its MAC: the bit of the MAC is set, and
    /// the size returned is that of the bytes it covers. The caller computes it
    /// over `buffer[..size]` and puts it behind, as the dialect encodes it.
    ///
    /// The MAC is field 128 where the struct has a field above 64, else field
    /// 64. The struct need not have it; its member must be an `Option`, and none
    /// now. For a struct that says its dialect; another does not compile.
    ///
    /// ```
    /// use annul::iso8583::{Iso8583, UNIONPAY_POS};
    ///
    /// #[derive(Iso8583)]
    /// #[iso8583(spec = UNIONPAY_POS, mti = 0x0820)]
    /// struct Echo {
    ///     #[field(11)]
    ///     trace: u32,
    ///     #[field(64)]
    ///     mac: Option<[u8; 8]>,
    /// }
    ///
    /// let mut buffer = [0; 32];
    /// let covered = Echo { trace: 16, mac: None }.encode_unsigned(&mut buffer)?;
    /// assert_eq!(covered, 13);
    /// buffer[covered..covered + 8].copy_from_slice(b"C0FFEE00");
    /// let echo = Echo::decode(&buffer[..covered + 8]).unwrap();
    /// assert_eq!((echo.trace, echo.mac), (16, Some(*b"C0FFEE00")));
    /// # Ok::<(), annul::iso8583::EncodeError>(())
    /// ```
    fn encode_unsigned(&self, buffer: &mut [u8]) -> Result<usize, EncodeError> {
        let spec = const { said(Self::SPEC) };
        let field = const { mac_field(Self::FIELDS) };
        let mut writer = Writer::new(spec, buffer, Self::MTI);
        self.write(&mut writer);
        let end = writer.bytes(field, &[0; MAC]).finish()?;
        Ok(end - mac_size(spec, field)?)
    }
}

/// Bytes of a MAC.
const MAC: usize = 8;

/// The dialect a struct says.
const fn said(spec: Option<&'static Spec<'static>>) -> &'static Spec<'static> {
    spec.expect("the struct says no dialect: write spec = ..., or use from_view and write")
}

/// The field of the MAC, which is the last one.
const fn mac_field(fields: &[NamedField]) -> u8 {
    let Some(last) = fields.last() else {
        return 64;
    };
    let mac = if last.number > 64 { 128 } else { 64 };
    assert!(last.number <= mac, "no MAC is behind field 128");
    assert!(
        last.number < mac || matches!(last.presence, Presence::Optional),
        "the field of the MAC must be an Option, none while the message is unsigned"
    );
    mac
}

/// Bytes of the MAC's field on the wire.
fn mac_size(spec: &Spec<'_>, number: u8) -> Result<usize, EncodeError> {
    let fault = EncodeFault::Unknown;
    let field = (spec.field(number)).ok_or(EncodeError {
        field: number,
        fault,
    })?;
    let value = match field.encoding() {
        Encoding::Hex => 2 * MAC,
        _ => MAC,
    };
    Ok(field.length().prefix() + value)
}

/// A field of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedField {
    /// Its number.
    pub number: u8,
    /// What the struct calls it.
    pub name: &'static str,
    /// Whether a message may lack it.
    pub presence: Presence,
}

impl NamedField {
    /// The field of a member of type `T`.
    pub const fn of<'a, T: FieldValue<'a>>(number: u8, name: &'static str) -> Self {
        Self {
            number,
            name,
            presence: T::PRESENCE,
        }
    }
}

/// Whether a message may lack a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must be there.
    Mandatory,
    /// It may be absent.
    Optional,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: NamedField = NamedField::of::<u32>(11, "trace");

    #[test]
    fn the_mac_is_the_last_field_of_the_last_bitmap() {
        let code = NamedField::of::<u16>(70, "code");
        let mac = |number| NamedField::of::<Option<[u8; 8]>>(number, "mac");
        assert_eq!(mac_field(&[]), 64);
        assert_eq!(mac_field(&[TRACE]), 64);
        assert_eq!(mac_field(&[TRACE, mac(64)]), 64);
        assert_eq!(mac_field(&[TRACE, code]), 128);
        assert_eq!(mac_field(&[TRACE, code, mac(128)]), 128);
    }

    #[test]
    #[should_panic(expected = "must be an Option")]
    fn a_mac_that_is_always_there_is_never_lacking() {
        mac_field(&[TRACE, NamedField::of::<[u8; 8]>(64, "mac")]);
    }

    #[test]
    #[should_panic(expected = "behind field 128")]
    fn nothing_is_signed_behind_the_second_bitmap() {
        mac_field(&[TRACE, NamedField::of::<u32>(130, "more")]);
    }

    #[test]
    #[should_panic(expected = "write spec = ...")]
    fn a_dialect_that_is_not_said_is_not_guessed() {
        said(None);
    }
}
