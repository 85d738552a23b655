//! What a dialect may say and hardly means: card data that would be shown,
//! fields no bitmap announces, limits its prefix cannot reach.

use super::said::Said;
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
    pub text: Said,
}

/// Fields that carry card data in every edition of the standard, and what of
/// them may be shown at most.
const CARD_DATA: &[(u8, [&str; 2], &[Sensitivity])] = &[
    (2, ["a card number", "卡号"], NUMBER),
    (14, ["an expiry date", "有效期"], &[Sensitivity::Secret]),
    (34, ["a card number", "卡号"], NUMBER),
    (35, ["track 2", "二磁道"], TRACK),
    (36, ["track 3", "三磁道"], TRACK),
    (45, ["track 1", "一磁道"], TRACK),
    (52, ["a PIN block", "PIN 块"], &[Sensitivity::Secret]),
    (
        55,
        ["chip data", "IC 卡数据"],
        &[Sensitivity::Chip, Sensitivity::Secret],
    ),
];
const NUMBER: &[Sensitivity] = &[Sensitivity::Pan, Sensitivity::Secret];
const TRACK: &[Sensitivity] = &[Sensitivity::Track, Sensitivity::Secret];

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
        let text = ["is empty; give the dialect a name", "为空；请为方言命名"];
        remark(&mut remarks, "name", text);
    }
    for (number, [what, chinese], shown) in CARD_DATA {
        let field = spec.field(*number);
        if field.is_some_and(|field| !shown.contains(&field.sensitivity())) {
            let text = [
                format!("holds {what} and would be shown; set its sensitivity"),
                format!("含有{chinese}且会被显示；请设 sensitivity"),
            ];
            remark(&mut remarks, &format!("fields.{number}"), text);
        }
    }
    body("", spec, &mut remarks);
    remarks
}

fn remark(remarks: &mut Vec<Remark>, path: &str, text: impl Into<Said>) {
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
            let text = [
                format!("no bitmap announces it: they speak of {reach} fields"),
                format!("没有位图标示它：位图只涉及 {reach} 个域"),
            ];
            remark(remarks, &path, text);
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
        let text = [
            format!("field {number} must be format b, length 8, to be a bitmap"),
            format!("域 {number} 须为格式 b、长度 8 才能作位图"),
        ];
        remark(remarks, &path, text);
    }
}

/// Fields 1 and 65, whose bits say that another bitmap follows.
fn announcers(path: &str, spec: &Spec<'_>, remarks: &mut Vec<Remark>) {
    let extent = spec.bitmap().extent();
    for number in [1, 65] {
        let Some(field) = spec.field(number) else {
            continue;
        };
        let text = match (number, extent) {
            (1, Extent::Auto(2..) | Extent::TertiaryIn(_)) | (65, Extent::Auto(3)) => [
                "is never read: its bit says that another bitmap follows; leave the field out, or \
                 say under bitmap how many there are",
                "从不读取：它的位表示还有一个位图；请去掉该域，或在 bitmap 中说明位图个数",
            ],
            (1, Extent::Fixed(9..)) => [
                "with most hosts the bit only says that a second bitmap follows, which is read \
                 with the first; leave the field out unless data stand there",
                "多数主机的这一位只表示有第二位图，它与第一位图一并读取；若此处没有数据，请去掉该域",
            ],
            (1, Extent::Auto(_)) if is_bitmap(field) => [
                "looks like the bitmap, which is no field; describe it under bitmap",
                "像是位图，而位图不是域；请在 bitmap 中说明",
            ],
            _ => continue,
        };
        remark(remarks, &format!("{path}fields.{number}"), text);
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
        let text = [
            "has no name; people will see a number only",
            "没有名称；人们只会看到域号",
        ];
        remark(remarks, path, text);
    }
    if let Length::Var(prefix, most) = field.length() {
        let own = if prefix.is_inclusive() {
            prefix.size()
        } else {
            0
        };
        if u32::from(most) + own as u32 > prefix.most() {
            let says = prefix.most();
            let most = says - own as u32;
            let text = [
                format!("the prefix counts itself and says {says} at most; lower max to {most}"),
                format!("长度前缀含自身，最多表示 {says}；请把 max 降为 {most}"),
            ];
            remark(remarks, &format!("{path}.max"), text);
        }
    }
    if field.unit() == Unit::Bytes && is_text(field.format()) && field.encoding() != Encoding::Utf8
    {
        let text = [
            "a character is a byte here; leave the unit out",
            "此处一个字符即一个字节；请去掉 unit",
        ];
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
        let text = [
            format!("its parts take {sum} at least, the field holds {most}"),
            format!("子域至少需要 {sum}，该域只有 {most}"),
        ];
        remark(remarks, &format!("{path}.inside.positional"), text);
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
