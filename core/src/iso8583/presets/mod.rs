//! Dialects that are ready to use: the three editions of ISO 8583 as hosts
//! write them, and UnionPay's.
//!
//! | name | type and digits | bitmap | fixed binary fields |
//! |---|---|---|---|
//! | `iso87-ascii`, `iso93-ascii`, `iso2003-ascii` | ASCII | hexadecimal | hexadecimal |
//! | `iso87-ascii-128` | ASCII | hexadecimal, always two | hexadecimal |
//! | `iso87-ascii-binary` | ASCII | binary | binary |
//! | `iso87-bcd`, `iso93-bcd`, `iso2003-bcd` | BCD | binary | binary |
//! | `iso87-ebcdic` | EBCDIC 1047 | hexadecimal in EBCDIC | binary |
//! | `unionpay-pos` | BCD | binary | binary |
//!
//! Follows ISO 8583:1987 (4.3), 1993 (4.3) and 2003 (4.4). No header stands
//! before a message, for every network has its own: [`Spec::headed`] says it.
//! Hosts differ in a few fields each; [`FieldTable::with`] says which.

mod iso2003;
mod iso87;
mod iso93;

pub use iso87::ISO87_FIELDS;
pub use iso93::ISO93_FIELDS;
pub use iso2003::ISO2003_FIELDS;

use super::bitmap::{Bitmap, BitmapForm, Extent};
use super::ebcdic::CodePage;
use super::field_spec::FieldSpec;
use super::format::{Encoding, Format, Length, Prefix};
use super::spec::{FieldTable, Spec};
use super::unionpay::UNIONPAY_POS;

/// Every preset, those first that are met most.
pub static PRESETS: &[&Spec<'static>] = &[
    &UNIONPAY_POS,
    &ISO87_ASCII,
    &ISO87_ASCII_128,
    &ISO87_ASCII_BINARY,
    &ISO87_BCD,
    &ISO87_EBCDIC,
    &ISO93_ASCII,
    &ISO93_BCD,
    &ISO2003_ASCII,
    &ISO2003_BCD,
];

/// The preset of this name.
///
/// ```
/// # use annul::iso8583::{View, preset};
/// let spec = preset("iso87-ascii").unwrap();
/// let view = View::decode(spec, b"08000020000000000000000016").unwrap();
/// assert!(view.field(11).unwrap().characters() == "000016");
/// assert!(preset("visa").is_none());
/// ```
pub fn preset(name: &str) -> Option<&'static Spec<'static>> {
    { PRESETS.iter().copied() }.find(|spec| spec.name() == name)
}

/// ISO 8583:1987 in ASCII, bitmaps and fixed binary fields in hexadecimal.
pub static ISO87_ASCII: Spec<'static> = printable("iso87-ascii", &ISO87_PRINTABLE);
/// The same, with both bitmaps in every message and no meaning to bit 1, as
/// moov-io/iso8583 writes it.
pub static ISO87_ASCII_128: Spec<'static> = ISO87_ASCII
    .called("iso87-ascii-128")
    .mapped(Bitmap::new(BitmapForm::Hex, Extent::Fixed(16)));
/// ISO 8583:1987 in ASCII, bitmaps and binary fields as they are.
pub static ISO87_ASCII_BINARY: Spec<'static> =
    Spec::new("iso87-ascii-binary", ISO87_CHARACTERS.slots()).typed(Some(Encoding::Ascii));
/// ISO 8583:1987 with packed digits.
pub static ISO87_BCD: Spec<'static> = Spec::new("iso87-bcd", ISO87_FIELDS.slots());
/// ISO 8583:1987 in EBCDIC, code page 1047; digits and capital letters are the
/// same in 037 and 500.
pub static ISO87_EBCDIC: Spec<'static> = Spec::new("iso87-ebcdic", ISO87_HOST.slots())
    .typed(Some(EBCDIC))
    .mapped(Bitmap::new(BitmapForm::EbcdicHex, Extent::Auto(3)));
/// ISO 8583:1993 in ASCII, bitmaps and fixed binary fields in hexadecimal.
pub static ISO93_ASCII: Spec<'static> = printable("iso93-ascii", &ISO93_PRINTABLE);
/// ISO 8583:1993 with packed digits.
pub static ISO93_BCD: Spec<'static> = Spec::new("iso93-bcd", ISO93_FIELDS.slots());
/// ISO 8583:2003 in ASCII, bitmaps and fixed binary fields in hexadecimal.
pub static ISO2003_ASCII: Spec<'static> = printable("iso2003-ascii", &ISO2003_PRINTABLE);
/// ISO 8583:2003 with packed digits.
pub static ISO2003_BCD: Spec<'static> = Spec::new("iso2003-bcd", ISO2003_FIELDS.slots());

static ISO87_CHARACTERS: Table = ISO87_FIELDS.in_characters(Encoding::Ascii);
static ISO87_PRINTABLE: Table = hexadecimal(&ISO87_CHARACTERS);
static ISO87_HOST: Table = ISO87_FIELDS.in_characters(EBCDIC);
static ISO93_PRINTABLE: Table = hexadecimal(&ISO93_FIELDS.in_characters(Encoding::Ascii));
static ISO2003_PRINTABLE: Table = hexadecimal(&ISO2003_FIELDS.in_characters(Encoding::Ascii));

const EBCDIC: Encoding = Encoding::Ebcdic(CodePage::Cp1047);

/// The fields of an edition.
type Table = FieldTable<'static, 128>;
/// First and last field, how they are formed, their names.
type Row = (u8, u8, FieldSpec<'static>, &'static str, &'static str);

/// `number: how, "name", "名称";`, or a range of numbers.
macro_rules! table_of {
    ($name:ident: $($first:literal $(..=$last:literal)?: $spec:expr, $english:literal, $chinese:literal;)*) => {
        const $name: &[super::Row] = &[$((
            $first,
            super::last(&[$first $(, $last)?]),
            $spec,
            $english,
            $chinese,
        )),*];
    };
}
use table_of;

const fn last(numbers: &[u8]) -> u8 {
    numbers[numbers.len() - 1]
}

const fn n(digits: u16) -> FieldSpec<'static> {
    fixed(Format::N, digits)
}

/// An amount behind its sign, which counts as a digit of the length.
const fn xn(digits: u16) -> FieldSpec<'static> {
    fixed(Format::Xn, 1 + digits).encoded(Encoding::Bcd)
}

const fn ans(characters: u16) -> FieldSpec<'static> {
    fixed(Format::Ans, characters)
}

const fn b(bytes: u16) -> FieldSpec<'static> {
    fixed(Format::B, bytes)
}

const fn fixed(format: Format, length: u16) -> FieldSpec<'static> {
    FieldSpec::fixed(format, length)
}

const fn ll(format: Format, most: u16) -> FieldSpec<'static> {
    FieldSpec::ll(format, most)
}

const fn lll(format: Format, most: u16) -> FieldSpec<'static> {
    FieldSpec::lll(format, most)
}

const fn llll(format: Format, most: u16) -> FieldSpec<'static> {
    FieldSpec::var(format, Prefix::bcd(4), most)
}

const fn build(rows: &[Row]) -> Table {
    over(&Table::EMPTY, rows, &[])
}

/// The table `base` with these rows, and without the fields `gone`.
const fn over(base: &Table, rows: &[Row], gone: &[u8]) -> Table {
    let mut table = Table::EMPTY;
    let mut number = 1;
    while number <= 128 {
        if let Some(field) = base.slots()[number as usize - 1]
            && !has(gone, number)
        {
            table = table.with(number, field);
        }
        number += 1;
    }
    let mut row = 0;
    while row < rows.len() {
        let (first, last, field, english, chinese) = rows[row];
        let mut number = first;
        while number <= last {
            table = table.with(number, field.named(english, chinese));
            number += 1;
        }
        row += 1;
    }
    table
}

const fn has(list: &[u8], number: u8) -> bool {
    let mut index = 0;
    while index < list.len() {
        if list[index] == number {
            return true;
        }
        index += 1;
    }
    false
}

/// The same fields with those of fixed length and binary in hexadecimal.
const fn hexadecimal(fields: &Table) -> Table {
    let mut table = *fields;
    let mut number = 1;
    while number <= 128 {
        if let Some(field) = table.slots()[number as usize - 1]
            && let (Format::B, Length::Fixed(_)) = (field.format(), field.length())
        {
            table = table.with(number, field.encoded(Encoding::Hex));
        }
        number += 1;
    }
    table
}

const fn printable(name: &'static str, fields: &'static Table) -> Spec<'static> {
    Spec::new(name, fields.slots())
        .typed(Some(Encoding::Ascii))
        .mapped(Bitmap::new(BitmapForm::Hex, Extent::Auto(3)))
}

#[cfg(test)]
mod tests;
