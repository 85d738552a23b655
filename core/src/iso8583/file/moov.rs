//! Spec files of moov-io/iso8583 (Go), as their exporter writes them.
//!
//! | there | here |
//! |---|---|
//! | `Numeric`; `String` in BCD | n, z for tracks; else ans |
//! | `Binary`, or any type in `Binary`, `HexToASCII`, `ASCIIToHex` | b |
//! | `BCD`, `LBCD` | packed, right and left |
//! | field 1 of 16 bytes, or with `disableautoexpand` | a bitmap of a fixed extent |
//! | `subfields` | positional; with `tag` tagged, or BER-TLV |
//!
//! What may be shown is not said there: it comes from the fields of ISO
//! 8583:1987 with the same numbers, and free text hides card numbers.

use super::error::{FileError, FileFault};
use super::place::{Object, Place, Source};
use super::tree::is_text;
use super::words::Words;
use crate::iso8583::{
    Bitmap, BitmapForm, CodePage, Encoding, Extent, FieldSpec, Format, Inside, Justify, PartId,
    Prefix, PrefixForm, Sensitivity, Spec, Tagged, preset,
};
use crate::tlv;
use alloc::string::String;
use alloc::vec::Vec;
use bumpalo::Bump;

const EBCDIC: Encoding = Encoding::Ebcdic(CodePage::Cp037);

/// Encoding, and the side that odd digits stand on.
const ENCODINGS: Words<(Encoding, Justify)> = &[
    ("ASCII", (Encoding::Ascii, Justify::Left)),
    ("BCD", (Encoding::Bcd, Justify::Right)),
    ("LBCD", (Encoding::Bcd, Justify::Left)),
    ("EBCDIC", (EBCDIC, Justify::Left)),
    (
        "EBCDIC1047",
        (Encoding::Ebcdic(CodePage::Cp1047), Justify::Left),
    ),
    ("Binary", (Encoding::Binary, Justify::Left)),
    ("HexToASCII", (Encoding::Hex, Justify::Left)),
    ("Hex", (Encoding::Hex, Justify::Left)),
    ("ASCIIToHex", (Encoding::Binary, Justify::Left)),
];

/// Form and digits of a prefix; no digits for a fixed length.
const PREFIXES: Words<Option<Prefix>> = &[
    ("ASCII.Fixed", None),
    ("ASCII.L", Some(Prefix::ascii(1))),
    ("ASCII.LL", Some(Prefix::ascii(2))),
    ("ASCII.LLL", Some(Prefix::ascii(3))),
    ("ASCII.LLLL", Some(Prefix::ascii(4))),
    ("BCD.Fixed", None),
    ("BCD.L", Some(Prefix::bcd(1))),
    ("BCD.LL", Some(Prefix::bcd(2))),
    ("BCD.LLL", Some(Prefix::bcd(3))),
    ("BCD.LLLL", Some(Prefix::bcd(4))),
    ("Hex.Fixed", None),
    ("EBCDIC.Fixed", None),
    ("EBCDIC.L", Some(Prefix::ebcdic(1))),
    ("EBCDIC.LL", Some(Prefix::ebcdic(2))),
    ("EBCDIC.LLL", Some(Prefix::ebcdic(3))),
    ("EBCDIC.LLLL", Some(Prefix::ebcdic(4))),
    ("Binary.Fixed", None),
    ("Binary.L", Some(Prefix::binary(1))),
    ("Binary.LL", Some(Prefix::binary(2))),
];

/// What a field is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    String,
    Numeric,
    Binary,
    Composite,
}

const KINDS: Words<Kind> = &[
    ("String", Kind::String),
    ("Numeric", Kind::Numeric),
    ("Binary", Kind::Binary),
    ("Composite", Kind::Composite),
];

/// Reads a spec file of moov-io/iso8583; [`write`](super::write) makes one of
/// ours of it.
///
/// ```
/// use annul::iso8583::{View, file};
/// let text = r#"{"name": "theirs", "fields": {
///     "0": {"type": "String", "length": 4, "enc": "ASCII", "prefix": "ASCII.Fixed"},
///     "1": {"type": "Bitmap", "length": 8, "enc": "HexToASCII", "prefix": "Hex.Fixed"},
///     "2": {"type": "String", "length": 19, "enc": "ASCII", "prefix": "ASCII.LL"}
/// }}"#;
/// let arena = file::Bump::new();
/// let spec = file::moov(text, &arena).unwrap();
/// let view = View::decode(spec, b"0100400000000000000004abcd").unwrap();
/// assert_eq!(view.field(2).unwrap().text(), Some("abcd"));
/// ```
pub fn moov<'a>(text: &str, arena: &'a Bump) -> Result<&'a Spec<'a>, FileError> {
    let mut object = Source { name: None, text }.open()?.object()?;
    let name = object.take("name").map(|name| name.text()).transpose()?;
    let name = name.unwrap_or_default();
    let fields = object.need("fields", "say how each field is formed")?;
    object.finish()?;
    let mut spec = Spec::new(arena.alloc_str(&name), &[]);
    let mut table = [None; Bitmap::FIELDS];
    for (key, place) in fields.object()?.pairs() {
        match key.parse::<u8>() {
            Ok(0) => spec = spec.typed(Some(message_type(&place)?)),
            Ok(1) => spec = spec.mapped(bitmap(&place)?),
            Ok(number) if usize::from(number) <= table.len() => {
                let field = field(&place, arena, number, 0)?;
                table[usize::from(number) - 1] = Some(hidden(field, number));
            }
            _ => {
                let fault = "fields are numbered from 0 to 192";
                return Err(place.fail(FileFault::Conflict(fault)));
            }
        }
    }
    let last = table.iter().rposition(Option::is_some);
    let table = &table[..last.map_or(0, |last| last + 1)];
    Ok(arena.alloc(spec.over(arena.alloc_slice_copy(table))))
}

fn message_type(place: &Place<'_>) -> Result<Encoding, FileError> {
    let mut object = place.object()?;
    let (encoding, _) = object
        .need("enc", "say how the type is written")?
        .word(ENCODINGS)?;
    match encoding {
        Encoding::Binary => Ok(Encoding::Bcd),
        Encoding::Hex => Ok(Encoding::Ascii),
        encoding => Ok(encoding),
    }
}

fn bitmap(place: &Place<'_>) -> Result<Bitmap, FileError> {
    let mut object = place.object()?;
    let (encoding, _) = object
        .need("enc", "say how the bitmap is written")?
        .word(ENCODINGS)?;
    let form = match encoding {
        Encoding::Hex => BitmapForm::Hex,
        Encoding::Ebcdic(_) => BitmapForm::EbcdicHex,
        _ => BitmapForm::Binary,
    };
    let length = object.take("length").map(|length| length.number(&(1..=24)));
    let length = length.transpose()?.unwrap_or(8) as u8;
    let fixed = object.take("disableautoexpand").map(|flag| flag.flag());
    let fixed = fixed.transpose()?.unwrap_or_default();
    // 16 bytes are read at once, whatever bit 1 says.
    let extent = if fixed || length != 8 {
        Extent::Fixed(length)
    } else {
        Extent::Auto(3)
    };
    Ok(Bitmap::new(form, extent))
}

/// What of a field may be shown, by its number.
fn hidden(field: FieldSpec<'_>, number: u8) -> FieldSpec<'_> {
    let known = preset("iso87-ascii").and_then(|spec| spec.field(number));
    let usual = known.map_or(Sensitivity::Public, FieldSpec::sensitivity);
    let inside = field.parts() != Inside::Plain;
    match usual {
        Sensitivity::Chip if field.format() != Format::B => field.shown(Sensitivity::Secret),
        Sensitivity::Chip if inside => field,
        Sensitivity::Public if is_text(field.format()) => field.shown(Sensitivity::Text),
        usual => field.shown(usual),
    }
}

/// Field `number`, or a part, which has none (0).
fn field<'a>(
    place: &Place<'_>,
    arena: &'a Bump,
    number: u8,
    depth: u8,
) -> Result<FieldSpec<'a>, FileError> {
    const DEEPEST: u8 = 8;
    if depth > DEEPEST {
        return Err(place.fail(FileFault::Deep { most: DEEPEST }));
    }
    let mut object = place.object()?;
    let kind = object.need("type", "say what the field is")?.word(KINDS)?;
    let name = object.take("description").map(|name| name.text());
    let name = arena.alloc_str(&name.transpose()?.unwrap_or_default());
    let composite = kind == Kind::Composite;
    let (encoding, side) = match object.take("enc") {
        Some(place) if !composite => place.word(ENCODINGS)?,
        _ => (Encoding::Ascii, Justify::Left),
    };
    let format = match (kind, encoding) {
        (Kind::Binary, _) | (_, Encoding::Binary | Encoding::Hex) => Format::B,
        (Kind::Numeric, _) => Format::N,
        (_, Encoding::Bcd) if matches!(number, 35 | 36) => Format::Z,
        (_, Encoding::Bcd) => Format::N,
        _ => Format::Ans,
    };
    // Bytes are bytes, whatever their type is called.
    let encoding = match (format, encoding) {
        (Format::B, Encoding::Hex) => Encoding::Hex,
        (Format::B, _) => Encoding::Binary,
        (_, encoding) => encoding,
    };
    let mut field = sized(&mut object, format)?.encoded(encoding);
    if encoding == Encoding::Bcd {
        field = field.justified(side);
    }
    field = padded(&mut object, field)?.named(name, "");
    if composite {
        let inside = inside(&mut object, arena, depth)?;
        if matches!(inside, Inside::Tlv(_)) {
            field = field.shown(Sensitivity::Chip);
        }
        field = field.inside(arena.alloc(inside));
    }
    // What remains is how they sort; here parts stay in the order they came.
    Ok(field)
}

fn sized<'a>(object: &mut Object<'_>, format: Format) -> Result<FieldSpec<'a>, FileError> {
    let length = object.need("length", "say how long the field is")?;
    let most = length.number(&(1..=u32::from(u16::MAX)))? as u16;
    let place = object.need("prefix", "say how the length is written")?;
    match place.word(PREFIXES)? {
        None => Ok(FieldSpec::fixed(format, most)),
        Some(prefix) if u32::from(most) <= prefix.most() => {
            Ok(FieldSpec::var(format, prefix, most))
        }
        Some(prefix) => {
            let says = prefix.most();
            // Binary prefixes there say whatever they can.
            if prefix.form() == PrefixForm::Binary {
                return Ok(FieldSpec::var(format, prefix, says as u16));
            }
            Err(place.fail(FileFault::Prefix { says, most }))
        }
    }
}

/// Left there is the pad, here the value.
fn padded<'a>(object: &mut Object<'_>, field: FieldSpec<'a>) -> Result<FieldSpec<'a>, FileError> {
    const SIDES: Words<Option<Justify>> = &[
        ("Left", Some(Justify::Right)),
        ("Right", Some(Justify::Left)),
        ("None", None),
    ];
    let Some(place) = object.take("padding") else {
        return Ok(field);
    };
    let mut object = place.object()?;
    let side = object
        .need("type", "say on which side the pad stands")?
        .word(SIDES)?;
    match (side, is_text(field.format())) {
        (Some(side), true) => {
            let pad = object.need("pad", "say which character fills")?;
            let pad = pad.character("the characters of ASCII", |c| matches!(c, ' '..='~'))?;
            Ok(field.justified(side).padded(pad as u8))
        }
        _ => Ok(field),
    }
}

fn inside<'a>(
    object: &mut Object<'_>,
    arena: &'a Bump,
    depth: u8,
) -> Result<Inside<'a>, FileError> {
    if let Some(place) = object.take("bitmap") {
        let fault = "subfields behind a bitmap: write inside.message by hand";
        return Err(place.fail(FileFault::Conflict(fault)));
    }
    let mut parts: Vec<(String, FieldSpec<'a>)> = Vec::new();
    let subfields = object.need("subfields", "say what the composite is made of")?;
    let tag = object.take("tag").map(|tag| tag.object()).transpose()?;
    let mut size = 0;
    if let Some(mut tag) = tag {
        let encoding = tag
            .take("enc")
            .map(|encoding| encoding.text())
            .transpose()?;
        if encoding.as_deref() == Some("BerTLVTag") {
            return Ok(Inside::Tlv(tlv::Mode::Emv));
        }
        let length = tag.take("length").map(|length| length.number(&(0..=4)));
        size = length.transpose()?.unwrap_or_default() as u8;
    }
    for (key, place) in subfields.object()?.pairs() {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = if size == 0 {
            key.parse::<u8>().is_ok()
        } else {
            key.len() == usize::from(size)
        };
        if !plain || !fits {
            let fault = "the key is no number, or no tag of that length";
            return Err(place.fail(FileFault::Conflict(fault)));
        }
        parts.push((key, field(&place, arena, 0, depth + 1)?));
    }
    if size == 0 {
        parts.sort_by_key(|(key, _)| key.parse::<u8>().unwrap_or_default());
        let parts: Vec<_> = parts.iter().map(|(_, part)| *part).take(254).collect();
        return Ok(Inside::Positional(arena.alloc_slice_copy(&parts)));
    }
    let known = parts.iter().map(|(key, part)| (PartId::name(key), *part));
    let known: Vec<_> = known.collect();
    Ok(Inside::Tagged(Tagged {
        tag: size,
        encoding: Encoding::Ascii,
        known: arena.alloc_slice_copy(&known),
        other: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::file;

    const THEIRS: &str = r#"{"name": "theirs", "fields": {
        "0": {"type": "String", "length": 4, "enc": "ASCII", "prefix": "ASCII.Fixed"},
        "1": {"type": "Bitmap", "length": 16, "enc": "HexToASCII", "prefix": "Hex.Fixed"},
        "2": {"type": "String", "length": 19, "enc": "BCD", "prefix": "ASCII.LL"},
        "3": {"type": "Composite", "length": 6, "prefix": "ASCII.Fixed", "subfields": {
            "2": {"type": "String", "length": 4, "enc": "ASCII", "prefix": "ASCII.Fixed"},
            "1": {"type": "Numeric", "length": 2, "enc": "ASCII", "prefix": "ASCII.Fixed"}}},
        "48": {"type": "Composite", "length": 999, "prefix": "ASCII.LLL",
            "tag": {"length": 2, "enc": "ASCII", "sort": "StringsByInt"}, "subfields": {
            "01": {"type": "String", "length": 9, "enc": "ASCII", "prefix": "ASCII.LL",
                   "padding": {"type": "Left", "pad": "*"}}}},
        "52": {"type": "Binary", "length": 8, "enc": "Binary", "prefix": "Binary.Fixed"},
        "55": {"type": "Composite", "length": 999, "prefix": "ASCII.LLL",
            "tag": {"enc": "BerTLVTag"}, "subfields": {
            "9A": {"type": "String", "length": 3, "enc": "Binary", "prefix": "BerTLV"}}}
    }}"#;

    #[test]
    fn theirs_becomes_ours() {
        let arena = Bump::new();
        let spec = moov(THEIRS, &arena).unwrap();
        assert_eq!(
            spec.bitmap(),
            Bitmap::new(BitmapForm::Hex, Extent::Fixed(16))
        );
        let field = |number| spec.field(number).unwrap();
        assert_eq!(field(2).sensitivity(), Sensitivity::Pan);
        assert_eq!(field(2).justify(), Justify::Right);
        assert_eq!(field(2).format(), Format::N);
        let Inside::Positional(parts) = field(3).parts() else {
            panic!("{:?}", field(3).parts());
        };
        assert_eq!(parts[0].format(), Format::N);
        let Inside::Tagged(tagged) = field(48).parts() else {
            panic!("{:?}", field(48).parts());
        };
        assert_eq!(tagged.known[0].1.pad(), b'*');
        assert_eq!(field(52).sensitivity(), Sensitivity::Secret);
        assert_eq!(field(55).parts(), Inside::Tlv(tlv::Mode::Emv));

        let text = file::write(spec);
        let again = file::read(&text, &arena, &|_| None).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(file::diff(spec, again), []);
    }

    #[test]
    fn what_has_no_counterpart_is_told_with_its_place() {
        let arena = Bump::new();
        let text = r#"{"fields": {"2": {"type": "Tariff", "length": 1}}}"#;
        let error = moov(text, &arena).unwrap_err();
        assert_eq!((error.column, error.path.as_str()), (27, "fields.2.type"));
    }
}
