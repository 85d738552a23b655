//! What a dialect may say and hardly means: card data that would be shown,
//! fields no bitmap announces, limits its prefix cannot reach.

use super::tree::is_text;
use crate::iso8583::{
    Encoding, Extent, FieldSpec, Format, Inside, Length, Sensitivity, Spec, Unit,
};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Something about a dialect that its author should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where its file says it: `fields.35`.
    pub path: String,
    /// What is odd, and what to do.
    pub text: String,
}

/// Fields that carry card data in every edition of the standard, and what of
/// them may be shown at most.
const CARD_DATA: &[(u8, &str, &[Sensitivity])] = &[
    (2, "a card number", &[Sensitivity::Pan, Sensitivity::Secret]),
    (14, "an expiry date", &[Sensitivity::Secret]),
    (
        34,
        "a card number",
        &[Sensitivity::Pan, Sensitivity::Secret],
    ),
    (35, "track 2", &[Sensitivity::Track, Sensitivity::Secret]),
    (36, "track 3", &[Sensitivity::Track, Sensitivity::Secret]),
    (45, "track 1", &[Sensitivity::Track, Sensitivity::Secret]),
    (52, "a PIN block", &[Sensitivity::Secret]),
    (55, "chip data", &[Sensitivity::Chip, Sensitivity::Secret]),
];

/// Remarks on a dialect, field by field; none is the best answer.
///
/// ```
/// use annul::iso8583::{FieldSpec, FieldTable, Format, Spec, UNIONPAY_POS, file};
/// assert_eq!(file::lint(&UNIONPAY_POS), []);
/// static FIELDS: FieldTable<'_, 64> = FieldTable::EMPTY.with(2, FieldSpec::ll(Format::N, 19));
/// let remarks = file::lint(&Spec::new("bare", FIELDS.slots()));
/// assert_eq!(remarks[0].path, "fields.2");
/// ```
pub fn lint(spec: &Spec<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if spec.name().is_empty() {
        remark(&mut remarks, "name", "is empty; give the dialect a name");
    }
    for (number, what, shown) in CARD_DATA {
        let field = spec.field(*number);
        if field.is_some_and(|field| !shown.contains(&field.sensitivity())) {
            let text = format!("holds {what} and would be shown; set its sensitivity");
            remark(&mut remarks, &format!("fields.{number}"), &text);
        }
    }
    body("", spec, &mut remarks);
    remarks
}

fn remark(remarks: &mut Vec<Remark>, path: &str, text: &str) {
    remarks.push(Remark {
        path: path.into(),
        text: text.into(),
    });
}

fn body(path: &str, spec: &Spec<'_>, remarks: &mut Vec<Remark>) {
    let reach = match spec.bitmap().extent() {
        Extent::Auto(most) => 64 * u16::from(most),
        Extent::Fixed(bytes) => 8 * u16::from(bytes),
        Extent::TertiaryIn(_) => 192,
    };
    if let Extent::TertiaryIn(number) = spec.bitmap().extent() {
        third(path, number, spec.field(number), remarks);
    }
    announcers(path, spec, remarks);
    for (number, field) in spec.fields() {
        let path = format!("{path}fields.{number}");
        if u16::from(number) > reach {
            let text = format!("no bitmap announces it: they speak of {reach} fields");
            remark(remarks, &path, &text);
        }
        one(&path, field, remarks);
    }
}

/// The field that is the third bitmap has its eight bytes.
fn third(path: &str, number: u8, field: Option<&FieldSpec<'_>>, remarks: &mut Vec<Remark>) {
    let fits = field
        .is_some_and(|field| field.format() == Format::B && field.length() == Length::Fixed(8));
    if !fits {
        let path = format!("{path}bitmap.third_in");
        let text = format!("field {number} must be format b, length 8, to be a bitmap");
        remark(remarks, &path, &text);
    }
}

/// Fields 1 and 65, whose bits say that another bitmap follows.
fn announcers(path: &str, spec: &Spec<'_>, remarks: &mut Vec<Remark>) {
    let extent = spec.bitmap().extent();
    for (number, next) in [(1, "second"), (65, "third")] {
        let Some(field) = spec.field(number) else {
            continue;
        };
        let text = match (number, extent) {
            (1, Extent::Auto(2..) | Extent::TertiaryIn(_)) | (65, Extent::Auto(3)) => format!(
                "is never read: its bit says that a {next} bitmap follows; leave the field out, or \
                 say under bitmap how many there are"
            ),
            (1, Extent::Fixed(9..)) => "with most hosts the bit only says that a second bitmap \
                 follows, which is read with the first; leave the field out unless data stand there"
                .into(),
            (1, Extent::Auto(_)) if is_bitmap(field) => {
                "looks like the bitmap, which is no field; describe it under bitmap".into()
            }
            _ => continue,
        };
        remark(remarks, &format!("{path}fields.{number}"), &text);
    }
}

/// A field as others describe the bitmap: 8, 16 or 24 bytes, or their digits.
fn is_bitmap(field: &FieldSpec<'_>) -> bool {
    let digits = field.format() != Format::B || field.encoding() == Encoding::Hex;
    match field.length() {
        Length::Fixed(8 | 24) => field.format() == Format::B,
        Length::Fixed(16 | 48) => true,
        Length::Fixed(32) => digits,
        _ => false,
    }
}

fn one(path: &str, field: &FieldSpec<'_>, remarks: &mut Vec<Remark>) {
    if field.name().is_empty() {
        remark(remarks, path, "has no name; people will see a number only");
    }
    if let Length::Var(prefix, most) = field.length() {
        let own = if prefix.is_inclusive() {
            prefix.size()
        } else {
            0
        };
        if u32::from(most) + own as u32 > prefix.most() {
            let text = format!(
                "the prefix counts itself and says {} at most; lower max to {}",
                prefix.most(),
                prefix.most() - own as u32
            );
            remark(remarks, &format!("{path}.max"), &text);
        }
    }
    if field.unit() == Unit::Bytes && is_text(field.format()) && field.encoding() != Encoding::Utf8
    {
        let text = "a character is a byte here; leave the unit out";
        remark(remarks, &format!("{path}.unit"), text);
    }
    parts(path, field, remarks);
}

fn parts(path: &str, field: &FieldSpec<'_>, remarks: &mut Vec<Remark>) {
    match field.parts() {
        Inside::Plain | Inside::Tlv(_) | Inside::Ltv { .. } => {}
        Inside::Positional(parts) => {
            for (number, part) in (1..).zip(parts) {
                let path = format!("{path}.inside.positional.{number}");
                one(&path, part, remarks);
            }
            fits(path, field, parts, remarks);
        }
        Inside::Tagged(tagged) => {
            for (id, part) in tagged.known {
                one(&format!("{path}.inside.tagged.known.{id}"), part, remarks);
            }
        }
        Inside::Message(spec) => body(&format!("{path}.inside.message."), spec, remarks),
    }
}

/// Parts of a fixed length may not be longer than what they are parts of.
fn fits(path: &str, field: &FieldSpec<'_>, parts: &[FieldSpec<'_>], remarks: &mut Vec<Remark>) {
    let fixed = parts.iter().map(|part| match part.length() {
        Length::Fixed(length) => u32::from(length),
        Length::Var(prefix, _) => prefix.size() as u32,
    });
    let (sum, most) = (fixed.sum::<u32>(), u32::from(field.length().most()));
    if sum > most {
        let text = format!("its parts take {sum} at least, the field holds {most}");
        remark(remarks, &format!("{path}.inside.positional"), &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::{Bitmap, BitmapForm, FieldTable, Prefix};

    fn paths(spec: &Spec<'_>) -> Vec<String> {
        lint(spec).into_iter().map(|remark| remark.path).collect()
    }

    #[test]
    fn card_data_that_would_be_shown_is_remarked() {
        for (number, _, shown) in CARD_DATA {
            let field = FieldSpec::fixed(Format::B, 8).named("x", "");
            let open: FieldTable<'_, 64> = FieldTable::EMPTY.with(*number, field);
            let spec = Spec::new("open", open.slots());
            assert_eq!(paths(&spec), [format!("fields.{number}")]);
            let shut = open.with(*number, field.shown(shown[0]));
            assert_eq!(lint(&Spec::new("shut", shut.slots())), []);
        }
    }

    #[test]
    fn what_cannot_be_is_remarked() {
        const PARTS: &[FieldSpec<'static>] = &[
            FieldSpec::fixed(Format::Ans, 3).named("a", ""),
            FieldSpec::fixed(Format::Ans, 2),
        ];
        const INSIDE: &Inside<'static> = &Inside::Positional(PARTS);
        let named = |field: FieldSpec<'static>| field.named("x", "");
        let prefix = Prefix::ascii(2).inclusive();
        let fields: FieldTable<'_, 70> = FieldTable::EMPTY
            .with(3, FieldSpec::fixed(Format::N, 6))
            .with(4, named(FieldSpec::var(Format::Ans, prefix, 98)))
            .with(43, named(FieldSpec::fixed(Format::Ans, 4).inside(INSIDE)))
            .with(
                44,
                named(FieldSpec::fixed(Format::Ans, 4).counted(Unit::Bytes)),
            )
            .with(70, named(FieldSpec::fixed(Format::N, 3)));
        let bitmap = Bitmap::new(BitmapForm::Binary, Extent::Auto(1));
        let spec = Spec::new("", fields.slots()).mapped(bitmap);
        let expected = [
            "name",
            "fields.3",
            "fields.4.max",
            "fields.43.inside.positional.2",
            "fields.43.inside.positional",
            "fields.44.unit",
            "fields.70",
        ];
        assert_eq!(paths(&spec), expected);
        let third = Bitmap::new(BitmapForm::Binary, Extent::TertiaryIn(65));
        assert!(paths(&spec.mapped(third)).contains(&"bitmap.third_in".into()));
    }

    #[test]
    fn a_bitmap_that_is_called_a_field_is_remarked() {
        let named = |field: FieldSpec<'static>| field.named("x", "");
        let map: FieldTable<'_, 65> = FieldTable::EMPTY
            .with(1, named(FieldSpec::fixed(Format::B, 8)))
            .with(65, named(FieldSpec::fixed(Format::B, 8)));
        let digit = map.with(1, named(FieldSpec::fixed(Format::N, 1)));
        for (table, extent, expected) in [
            (&map, Extent::Auto(3), &["fields.1", "fields.65"][..]),
            (&digit, Extent::Auto(2), &["fields.1"]),
            (&map, Extent::TertiaryIn(65), &["fields.1"]),
            (&map, Extent::Fixed(16), &["fields.1"]),
            // One bitmap alone may announce a field 1, which is none of 8 bytes.
            (&map, Extent::Auto(1), &["fields.1", "fields.65"]),
            (&digit, Extent::Auto(1), &["fields.65"]),
            (&digit, Extent::Fixed(8), &["fields.65"]),
        ] {
            let bitmap = Bitmap::new(BitmapForm::Binary, extent);
            let spec = Spec::new("x", table.slots()).mapped(bitmap);
            assert_eq!(paths(&spec), expected, "{extent:?}");
        }
    }
}
