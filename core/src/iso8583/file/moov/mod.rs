//! Spec files of moov-io/iso8583 (Go), as its exporter writes them.
//!
//! | there | here |
//! |---|---|
//! | `Numeric`; `String` in BCD | n, z for tracks; else ans |
//! | `Binary`, `Hex`, or any type in `Binary`, `HexToASCII`, `ASCIIToHex` | b |
//! | `BCD`, `LBCD` | packed, right and left |
//! | field 1 of 16 bytes, or with `disableautoexpand` | a bitmap of a fixed extent |
//! | `subfields` | positional, as `sort` orders them; with `tag` tagged, or BER-TLV; with `bitmap` a message |
//!
//! What may be shown is not said there: it comes from the fields of ISO
//! 8583:1987 with the same numbers, and free text hides card numbers.

mod inside;
mod words;

use super::error::{FileError, FileFault};
use super::import::{EMV, Import, Notes, Within, bounded, bytes, hidden, not_kept};
use super::place::{Object, Place, Source};
use super::read::over;
use super::tree::is_text;
use super::words::Words;
use crate::iso8583::{
    Bitmap, BitmapForm, Encoding, Extent, FieldSpec, Format, Justify, PrefixForm, Spec,
};
use alloc::format;
use bumpalo::Bump;
use words::{ENCODINGS, KINDS, Kind, PREFIXES};

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
/// let spec = file::moov(text, &arena).unwrap().spec;
/// let view = View::decode(spec, b"0100400000000000000004abcd").unwrap();
/// assert_eq!(view.field(2).unwrap().text(), Some("abcd"));
/// ```
///
/// # Errors
/// Text that is no JSON, and the first thing that no dialect can say.
pub fn moov<'a>(text: &str, arena: &'a Bump) -> Result<Import<'a>, FileError> {
    bounded(text)?;
    let mut object = Source { name: None, text }.open()?.object()?;
    let name = object.take("name").map(|name| name.text()).transpose()?;
    let name = arena.alloc_str(&name.unwrap_or_default());
    let fields = object.need("fields", "say how each field is formed")?;
    let mut reader = Reader {
        arena,
        notes: Notes::default(),
    };
    reader.rest(object);
    let spec = Spec::new(name, &[]);
    let spec = reader.message(spec, &fields, None)?;
    Ok(Import {
        spec: arena.alloc(spec),
        notes: reader.notes.told(text),
    })
}

/// Reads fields into an arena.
struct Reader<'a> {
    arena: &'a Bump,
    notes: Notes,
}

impl<'a> Reader<'a> {
    /// The fields of a message, or of a field whose parts a bitmap announces.
    fn message(
        &mut self,
        mut spec: Spec<'a>,
        fields: &Place<'_>,
        within: Option<Within>,
    ) -> Result<Spec<'a>, FileError> {
        let mut table = [None; Bitmap::FIELDS];
        for (key, place) in fields.object()?.pairs() {
            // 07 and +7 would be 7 once more.
            let number = key.parse::<u8>().ok();
            let number = number.filter(|number| format!("{number}") == key);
            match (number, within) {
                (Some(0), None) => spec = spec.typed(self.message_type(&place)?),
                (Some(1), None) => spec = spec.mapped(self.bitmap(&place)?),
                (Some(number @ 1..), within) if usize::from(number) <= table.len() => {
                    let within = within.unwrap_or(Within::message(number));
                    table[usize::from(number) - 1] = Some(self.field(&place, within)?);
                }
                _ => {
                    let fault = "fields are numbered from 0 to 192, and subfields from 1";
                    return Err(place.fail(FileFault::Conflict(fault)));
                }
            }
        }
        Ok(over(spec, &table, self.arena))
    }

    /// Keys that nothing is made of.
    fn rest(&mut self, object: Object<'_>) {
        for (key, place) in object.pairs() {
            self.notes.add(place.offset(), place.path(), not_kept(&key));
        }
    }

    fn message_type(&mut self, place: &Place<'_>) -> Result<Option<Encoding>, FileError> {
        let mut object = place.object()?;
        let written = object.need("enc", "say how the type is written")?;
        let (encoding, _) = written.word(ENCODINGS)?;
        let length = object.take("length").map(|length| length.number(&(1..=4)));
        let length = length.transpose()?.unwrap_or(4);
        let encoding = match (encoding, length) {
            // Bytes as they are: the four digits, or two of them a byte.
            (Encoding::Binary, 4) | (Encoding::Hex, 2) => Encoding::Ascii,
            (Encoding::Binary, 2) => Encoding::Bcd,
            (Encoding::Binary | Encoding::Hex, _) => {
                let fault = "the digits of the message type as hexadecimal of their characters: \
                             no dialect can say this; use ASCII of length 4, or Binary of length 2";
                return Err(written.fail(FileFault::Conflict(fault)));
            }
            (encoding, _) => encoding,
        };
        for key in ["type", "description", "prefix", "padding"] {
            object.take(key);
        }
        self.rest(object);
        Ok(Some(encoding))
    }

    fn bitmap(&mut self, place: &Place<'_>) -> Result<Bitmap, FileError> {
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
        for key in ["type", "description", "prefix"] {
            object.take(key);
        }
        self.rest(object);
        Ok(Bitmap::new(form, extent))
    }

    /// A field, or a part of one.
    fn field(&mut self, place: &Place<'_>, within: Within) -> Result<FieldSpec<'a>, FileError> {
        const DEEPEST: u8 = 8;
        if within.depth > DEEPEST {
            return Err(place.fail(FileFault::Deep { most: DEEPEST }));
        }
        let mut object = place.object()?;
        let kind = object.need("type", "say what the field is")?.word(KINDS)?;
        let name = object.take("description").map(|name| name.text());
        let name = self.arena.alloc_str(&name.transpose()?.unwrap_or_default());
        let composite = kind == Kind::Composite;
        let (encoding, side) = match object.take("enc") {
            Some(place) if !composite => place.word(ENCODINGS)?,
            None if !composite => {
                let key = "enc";
                let hint = "say how the field is written";
                return Err(place.fail(FileFault::Missing { key, hint }));
            }
            _ => (Encoding::Ascii, Justify::Left),
        };
        let format = format_of(kind, encoding, within.number);
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
        field = self.padded(&mut object, field)?.named(name, "");
        if composite {
            let inside = self.inside(&mut object, within)?;
            if inside == EMV {
                field = bytes(field);
            }
            field = field.inside(self.arena.alloc(inside));
        }
        self.rest(object);
        Ok(hidden(field, within.shown))
    }

    /// Left there is the pad, here the value.
    fn padded(
        &mut self,
        object: &mut Object<'_>,
        field: FieldSpec<'a>,
    ) -> Result<FieldSpec<'a>, FileError> {
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
        let Some(side) = side else {
            return Ok(field);
        };
        let pad = object.need("pad", "say which character fills")?;
        let pad = pad.character("the characters of ASCII", |c| matches!(c, ' '..='~'))?;
        if is_text(field.format()) {
            return Ok(field.justified(side).padded(pad as u8));
        }
        // Digits of a fixed length have zeros before them as it is.
        let zeros = pad == '0' && side == Justify::Right && field.format().is_digits();
        if !zeros {
            let text = [
                "the pad is not kept: digits and bytes are given as long as they are",
                "填充不保留：数字与字节按实际长度给出",
            ];
            self.notes.add(place.offset(), place.path(), text);
        }
        Ok(field)
    }
}

fn format_of(kind: Kind, encoding: Encoding, number: Option<u8>) -> Format {
    match (kind, encoding) {
        (Kind::Binary, _) | (_, Encoding::Binary | Encoding::Hex) => Format::B,
        (Kind::Numeric, _) => Format::N,
        (Kind::Track, _) => Format::Z,
        (_, Encoding::Bcd) if matches!(number, Some(35 | 36)) => Format::Z,
        (_, Encoding::Bcd) => Format::N,
        _ => Format::Ans,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::{Inside, Length, PartId, Prefix, Sensitivity, file};
    use alloc::vec::Vec;

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
        let import = moov(THEIRS, &arena).unwrap();
        let spec = import.spec;
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
        assert_eq!(field(55).parts(), Inside::Tlv(crate::tlv::Mode::Emv));

        let text = file::write(spec);
        let again = file::read(&text, &arena, &|_| None).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(file::diff(spec, again), []);
    }

    /// What moov-io/iso8583 calls a field, and what stands here.
    fn one(text: &str) -> Result<Import<'static>, FileError> {
        let arena = alloc::boxed::Box::leak(alloc::boxed::Box::new(Bump::new()));
        moov(&format!(r#"{{"name": "x", "fields": {text}}}"#), arena)
    }

    #[test]
    fn subfields_stand_behind_bitmaps_and_filled_tags() {
        let text = r#"{
            "48": {"type": "Composite", "length": 99, "prefix": "ASCII.LL",
                "bitmap": {"type": "Bitmap", "length": 1, "enc": "HexToASCII",
                           "prefix": "Hex.Fixed", "disableautoexpand": true},
                "subfields": {"8": {"type": "Hex", "length": 2, "enc": "HexToASCII",
                                    "prefix": "Hex.L"}}},
            "62": {"type": "Composite", "length": 99, "prefix": "EBCDIC.LLL",
                "tag": {"length": 2, "enc": "EBCDIC", "sort": "StringsByInt",
                        "padding": {"type": "Left", "pad": "0"}},
                "subfields": {"7": {"type": "Track2", "length": 37, "enc": "EBCDIC",
                                    "prefix": "EBCDIC.LL"}}}}"#;
        let import = one(text).unwrap();
        assert_eq!(import.notes, []);
        let Inside::Message(spec) = import.spec.field(48).unwrap().parts() else {
            panic!()
        };
        assert_eq!(
            (spec.mti(), spec.bitmap().extent()),
            (None, Extent::Fixed(1))
        );
        let part = spec.field(8).unwrap();
        assert_eq!(part.length(), Length::Var(Prefix::hex(2), 2));
        let Inside::Tagged(tagged) = import.spec.field(62).unwrap().parts() else {
            panic!()
        };
        assert_eq!(tagged.known[0].0, PartId::name("07"));
        assert_eq!(tagged.known[0].1.format(), Format::Z);
        assert!(matches!(tagged.encoding, Encoding::Ebcdic(_)));
    }

    #[test]
    fn parts_stand_in_the_order_that_is_said() {
        let of = |sort: &str| {
            let keys = (1..=11).rev().map(|key| {
                let field = r#""type": "String", "enc": "ASCII", "prefix": "ASCII.Fixed""#;
                format!(r#""{key}": {{"length": {key}, {field}}}"#)
            });
            let keys: Vec<_> = keys.collect();
            let import = one(&format!(
                r#"{{"48": {{"type": "Composite", "length": 99, "prefix": "ASCII.LL",
                    "tag": {{"sort": "{sort}"}}, "subfields": {{{}}}}}}}"#,
                keys.join(",")
            ));
            let import = import.unwrap();
            let Inside::Positional(parts) = import.spec.field(48).unwrap().parts() else {
                panic!()
            };
            let lengths: Vec<_> = parts.iter().map(|part| part.length().most()).collect();
            let paths: Vec<_> = import.notes.into_iter().map(|note| note.path).collect();
            (lengths, paths)
        };
        let numbers: Vec<u16> = (1..=11).collect();
        for sort in ["StringsByInt", "Sort.StringsByInt", "StringsByHex"] {
            assert_eq!(of(sort), (numbers.clone(), Vec::new()), "{sort}");
        }
        let characters = [1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9].to_vec();
        let counted = "fields.48.subfields".into();
        assert_eq!(of("Strings"), (characters, [counted].to_vec()));
        let unknown = "fields.48.tag.sort".into();
        assert_eq!(of("func1"), (numbers, [unknown].to_vec()));
    }

    #[test]
    fn a_message_type_is_four_digits_or_two_bytes() {
        let of = |enc: &str, length: u8| {
            let text = r#"{"0": {"type": "String", "length": L, "enc": "E", "prefix": "P"}}"#;
            one(&text
                .replace('L', &format!("{length}"))
                .replace("\"E\"", &format!("\"{enc}\"")))
        };
        for (enc, length, expected) in [
            ("ASCII", 4, Encoding::Ascii),
            ("BCD", 4, Encoding::Bcd),
            ("Binary", 4, Encoding::Ascii),
            ("Binary", 2, Encoding::Bcd),
            ("ASCIIToHex", 2, Encoding::Bcd),
            ("HexToASCII", 2, Encoding::Ascii),
        ] {
            assert_eq!(of(enc, length).unwrap().spec.mti(), Some(expected), "{enc}");
        }
        let error = of("HexToASCII", 4).unwrap_err();
        assert_eq!(error.path, "fields.0.enc");
    }

    #[test]
    fn what_is_not_kept_is_noted() {
        let text = r#"{"4": {"type": "Numeric", "length": 12, "enc": "ASCII",
            "prefix": "ASCII.Fixed", "padding": {"type": "Right", "pad": "9"}, "owner": "x"}}"#;
        let notes = one(text).unwrap().notes;
        let told: Vec<_> = notes.iter().map(|note| note.path.as_str()).collect();
        assert_eq!(told, ["fields.4.padding", "fields.4.owner"]);
    }

    #[test]
    fn what_has_no_counterpart_is_told_with_its_place() {
        let arena = Bump::new();
        let text = r#"{"fields": {"2": {"type": "Tariff", "length": 1}}}"#;
        let error = moov(text, &arena).unwrap_err();
        assert_eq!((error.column, error.path.as_str()), (27, "fields.2.type"));
        for (field, path) in [
            (
                r#"{"3": {"type": "String", "length": 1, "prefix": "ASCII.Fixed"}}"#,
                "fields.3",
            ),
            (r#"{"03": {"type": "String"}}"#, "fields.03"),
            (r#"{"300": {"type": "String"}}"#, "fields.300"),
            (
                r#"{"3": {"type": "Composite", "length": 9, "prefix": "ASCII.LL",
                "subfields": {"1": {"type": "String", "length": 1, "enc": "ASCII",
                "prefix": "ASCII.Fixed"}, "b": {}}}}"#,
                "fields.3.subfields.b",
            ),
            (
                r#"{"3": {"type": "Composite", "length": 9, "prefix": "ASCII.LL",
                "tag": {"length": 2, "enc": "Binary"}, "subfields": {}}}"#,
                "fields.3.tag.enc",
            ),
        ] {
            assert_eq!(one(field).unwrap_err().path, path, "{field}");
        }
    }
}
