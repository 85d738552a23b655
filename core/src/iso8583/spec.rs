use super::bitmap::{Bitmap, BitmapForm, Extent};
use super::field_spec::FieldSpec;
use super::format::{DIALECTS, Encoding};
use super::header::Header;

/// A dialect: what stands before a message, how its type and bitmaps are
/// written, and how each field is formed. A field that is not in it cannot be
/// skipped, since nothing says how long it is.
///
/// ```
/// # use annul::iso8583::{FieldSpec, FieldTable, Format, Spec, UNIONPAY_FIELDS, UNIONPAY_POS};
/// // A host that counts field 35 in bytes.
/// static FIELDS: FieldTable<'_, 64> = UNIONPAY_FIELDS.with(35, FieldSpec::ll(Format::B, 40));
/// static DIALECT: Spec = UNIONPAY_POS.over(FIELDS.slots());
/// assert_eq!(DIALECT.field(35).unwrap().format(), Format::B);
/// assert_eq!(DIALECT.field(2), UNIONPAY_POS.field(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec<'a> {
    name: &'a str,
    header: Header<'a>,
    mti: Option<Encoding>,
    bitmap: Bitmap,
    fields: &'a [Option<FieldSpec<'a>>],
}

impl<'a> Spec<'a> {
    /// A dialect with these fields, the first of them field 1. Nothing stands
    /// before the message, its type is BCD and its bitmaps are binary, as many
    /// as they say themselves.
    ///
    /// # Panics
    /// Where there are more than 192 fields: at compile time, for a constant.
    pub const fn new(name: &'a str, fields: &'a [Option<FieldSpec<'a>>]) -> Self {
        assert!(fields.len() <= Bitmap::FIELDS, "at most 192 fields");
        Self {
            name,
            header: Header::NONE,
            mti: Some(Encoding::Bcd),
            bitmap: Bitmap::new(BitmapForm::Binary, Extent::Auto(3)),
            fields,
        }
    }

    /// The same dialect with other fields.
    #[must_use]
    pub const fn over(mut self, fields: &'a [Option<FieldSpec<'a>>]) -> Self {
        self.fields = fields;
        self
    }

    /// The same dialect under another name.
    #[must_use]
    pub const fn called(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// Says how the message type is written; none where there is none, as in a
    /// field whose parts a bitmap announces.
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn typed(mut self, mti: Option<Encoding>) -> Self {
        self.mti = mti;
        self
    }

    /// Says how bitmaps are written and how many there are.
    #[must_use]
    pub const fn mapped(mut self, bitmap: Bitmap) -> Self {
        self.bitmap = bitmap;
        self
    }

    /// Says what stands before the message.
    #[must_use]
    pub const fn headed(mut self, header: Header<'a>) -> Self {
        self.header = header;
        self
    }

    /// What people call it.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// What stands before the message.
    pub const fn header(&self) -> Header<'a> {
        self.header
    }

    /// How the message type is written.
    pub const fn mti(&self) -> Option<Encoding> {
        if DIALECTS {
            self.mti
        } else {
            Some(Encoding::Bcd)
        }
    }

    /// How bitmaps are written.
    pub const fn bitmap(&self) -> Bitmap {
        self.bitmap
    }

    /// How field `number` is formed; none where the dialect does not have it.
    pub const fn field(&self, number: u8) -> Option<&'a FieldSpec<'a>> {
        match number {
            0 => None,
            _ => self.slot(number as usize - 1),
        }
    }

    /// How the field of bit `index` is formed, counted from 0.
    #[inline]
    pub(super) const fn slot(&self, index: usize) -> Option<&'a FieldSpec<'a>> {
        if index < self.fields.len() {
            self.fields[index].as_ref()
        } else {
            None
        }
    }

    /// Every field the dialect has, with its number.
    pub fn fields(&self) -> impl Iterator<Item = (u8, &'a FieldSpec<'a>)> + use<'a> {
        let fields = self.fields;
        (1..=fields.len())
            .filter_map(|number| Some((number as u8, fields.get(number - 1)?.as_ref()?)))
    }
}

/// The fields 1 to `N` of a dialect, as a constant.
#[derive(Clone, Copy, Debug)]
pub struct FieldTable<'a, const N: usize>([Option<FieldSpec<'a>>; N]);

impl<'a, const N: usize> FieldTable<'a, N> {
    /// No fields.
    pub const EMPTY: Self = Self([None; N]);

    /// The table of a list.
    ///
    /// # Panics
    /// As [`Self::with`].
    pub const fn of(list: &[(u8, FieldSpec<'a>)]) -> Self {
        let mut table = Self::EMPTY;
        let mut index = 0;
        while index < list.len() {
            let (number, field) = list[index];
            table = table.with(number, field);
            index += 1;
        }
        table
    }

    /// The same fields with this one formed differently, or added.
    ///
    /// # Panics
    /// Where `number` is not 1 to `N`: at compile time, for a constant.
    #[must_use]
    pub const fn with(&self, number: u8, field: FieldSpec<'a>) -> Self {
        assert!(1 <= number && number as usize <= N, "a field of the table");
        let mut table = *self;
        table.0[number as usize - 1] = Some(field);
        table
    }

    /// The same fields in a dialect of characters; see
    /// [`FieldSpec::in_characters`].
    #[must_use]
    #[cfg(feature = "dialects")]
    pub const fn in_characters(&self, encoding: Encoding) -> Self {
        let mut table = *self;
        let mut index = 0;
        while index < N {
            if let Some(field) = table.0[index] {
                table.0[index] = Some(field.in_characters(encoding));
            }
            index += 1;
        }
        table
    }

    /// For [`Spec::new`].
    pub const fn slots(&self) -> &[Option<FieldSpec<'a>>] {
        &self.0
    }
}
