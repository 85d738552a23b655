use super::{FieldValue, Iso8583, TypedError, fits};
use crate::iso8583::View;

/// A message as a derived `from_view` reads it, field by field.
///
/// The derive writes these calls:
///
/// ```
/// # use annul::iso8583::{Iso8583, Mti, Spec, UNIONPAY_POS, View, Writer};
/// # use annul::iso8583::typed::{FieldValue, NamedField, Reading, TypedError};
/// struct Echo {
///     trace: u32,
/// }
///
/// impl<'a> Iso8583<'a> for Echo {
///     const SPEC: Option<&'static Spec<'static>> = Some(&UNIONPAY_POS);
///     const MTI: Mti = Mti::literal(0x0820);
///     const FIELDS: &'static [NamedField] = &[NamedField::of::<u32>(11, "trace")];
///
///     fn from_view(view: &View<'a>) -> Result<Self, TypedError> {
///         let mut reading = Reading::begin::<Self>(view)?;
///         let message = Self {
///             trace: reading.field(11, "trace")?,
///         };
///         reading.end::<Self>()?;
///         Ok(message)
///     }
///
///     fn write(&self, writer: &mut Writer<'_>) {
///         FieldValue::write(&self.trace, 11, writer);
///     }
/// }
/// # let echo = Echo::decode(b"\x08\x20\0\x20\0\0\0\0\0\0\x00\x00\x16").unwrap();
/// # assert_eq!(echo.trace, 16);
/// ```
pub struct Reading<'v, 'a> {
    view: &'v View<'a>,
    /// The dialect is the one that the struct was checked against.
    checked: bool,
    /// Fields that were there.
    found: usize,
}

impl<'v, 'a> Reading<'v, 'a> {
    /// Begins a message of the type of `T`.
    pub fn begin<T: Iso8583<'a>>(view: &'v View<'a>) -> Result<Self, TypedError> {
        if view.mti() != T::MTI {
            return Err(TypedError::Type {
                expected: T::MTI,
                found: view.mti(),
            });
        }
        let checked = T::SPEC.is_some_and(|spec| core::ptr::addr_eq(spec, view.spec()));
        Ok(Self {
            view,
            checked,
            found: 0,
        })
    }

    /// Reads field `number`, which the struct calls `name`.
    pub fn field<T: FieldValue<'a>>(
        &mut self,
        number: u8,
        name: &'static str,
    ) -> Result<T, TypedError> {
        let Some(field) = self.view.field(number) else {
            return T::absent().ok_or(TypedError::Missing {
                field: number,
                name,
            });
        };
        self.found += 1;
        if !self.checked {
            fits::<T>(self.view.spec(), number).map_err(|misfit| TypedError::Misfit {
                field: number,
                name,
                misfit,
            })?;
        }
        T::read(&field).map_err(|fault| TypedError::Value {
            field: number,
            name,
            offset: field.offset(),
            fault,
        })
    }

    /// Ends a message that may have no field which the struct does not name.
    pub fn end<T: Iso8583<'a>>(self) -> Result<(), TypedError> {
        let fields = self.view.fields();
        if fields.size_hint() == (self.found, Some(self.found)) {
            return Ok(());
        }
        let named = |number| T::FIELDS.iter().any(|field| field.number == number);
        let unnamed = { fields }.find(|field| !named(field.number()));
        unnamed.map_or(Ok(()), |field| {
            Err(TypedError::Unnamed {
                field: field.number(),
                offset: field.offset(),
            })
        })
    }
}
