//! Spec files: what they give, and what they say where they are wrong.

use crate::specs;
use annul::iso8583::file::{self, Base, Bump};
use annul::iso8583::{
    Encoding, Format, Inside, Length, Mask, PRESETS, Prefix, Sensitivity, Spec, Unit, View,
};

#[test]
fn every_file_is_written_and_read_again() {
    for (name, _) in specs::FILES {
        let arena = Bump::new();
        again(specs::read(name, &arena));
    }
    for preset in PRESETS {
        again(preset);
    }
}

/// A dialect, its file, and the dialect of that say the same.
fn again(spec: &Spec<'_>) {
    let text = file::write(spec);
    let arena = Bump::new();
    let read = file::read(&text, &arena, &|_| None);
    let read = read.unwrap_or_else(|error| panic!("{}: {error}", spec.name()));
    assert_eq!(file::diff(spec, read), []);
    assert!(spec.fields().eq(read.fields()), "{}", spec.name());
    assert_eq!(file::write(read), text);
}

#[test]
fn no_file_shows_card_data() {
    for (name, _) in specs::FILES {
        let arena = Bump::new();
        assert_eq!(file::lint(specs::read(name, &arena)), [], "{name}");
    }
    for preset in PRESETS {
        assert_eq!(file::lint(preset), [], "{}", preset.name());
    }
}

#[test]
fn what_is_not_said_follows_from_what_is() {
    let text = r#"{"name": "x", "encoding": "cp037", "fields": {
        "2": {"format": "n", "max": 19},
        "4": {"format": "ans", "max": 1000, "unit": "bytes"},
        "5": {"format": "b", "max": 255, "prefix": {"form": "binary"}},
        "6": {"format": "n", "max": 9, "encoding": "bcd", "prefix": {"form": "bcd", "digits": 3}},
        "7": {"format": "b", "max": 9, "sensitivity": "chip", "inside": null},
        "8": {"format": "b", "max": 9, "sensitivity": "chip"}
    }}"#;
    let arena = Bump::new();
    let spec = file::read(text, &arena, &|_| None).unwrap();
    let ebcdic = spec.mti().unwrap();
    assert!(matches!(ebcdic, Encoding::Ebcdic(_)));
    let field = |number| spec.field(number).unwrap();
    assert_eq!(field(2).encoding(), ebcdic);
    assert_eq!(field(2).length(), Length::Var(Prefix::ebcdic(2), 19));
    assert_eq!(field(4).length(), Length::Var(Prefix::ebcdic(4), 1000));
    assert_eq!(field(4).unit(), Unit::Bytes);
    assert_eq!(field(5).encoding(), Encoding::Binary);
    assert_eq!(field(5).length(), Length::Var(Prefix::binary(1), 255));
    assert_eq!(field(6).length(), Length::Var(Prefix::bcd(3), 9));
    assert_eq!(field(7).parts(), Inside::Plain);
    assert!(matches!(field(8).parts(), Inside::Tlv(_)));
    assert_eq!(field(8).sensitivity(), Sensitivity::Chip);
    assert!(spec.field(3).is_none());
}

#[test]
fn a_file_may_extend_a_file_that_extends_a_preset() {
    let middle = r#"{"extends": "iso87-ascii", "name": "middle", "fields": {"3": null}}"#;
    let top = r#"{"extends": "middle", "header": {"length": {"form": "ascii", "digits": 4}},
                  "fields": {"63": {"format": "b", "max": 20}}}"#;
    let find = |name: &str| match name {
        "middle" => Some(Base::Text(middle)),
        other => file::preset(other),
    };
    let arena = Bump::new();
    let spec = file::read(top, &arena, &find).unwrap();
    assert_eq!(spec.name(), "middle");
    assert_eq!(spec.header().length(), Some(Prefix::ascii(4)));
    assert!(spec.field(3).is_none());
    assert_eq!(spec.field(63).unwrap().format(), Format::B);
    let preset = annul::iso8583::preset("iso87-ascii").unwrap();
    assert_eq!(spec.field(2), preset.field(2));
    assert_eq!(spec.bitmap(), preset.bitmap());
}

#[test]
fn parts_of_parts_are_read() {
    let text = r#"{"name": "x", "encoding": "ascii", "bitmap": {"most": 1}, "fields": {
        "48": {"format": "ans", "max": 999, "inside": {"message": {
            "mti": null, "encoding": "ascii", "bitmap": {"form": "hex", "bytes": 1}, "fields": {
                "1": {"format": "ans", "max": 99, "inside": {"ltv": {
                    "tag": 2, "prefix": {"form": "ascii", "digits": 2}}}},
                "8": {"format": "n", "length": 4, "inside": {"positional": [
                    {"format": "n", "length": 1}, {"format": "n", "length": 3}]}}
            }}}}
    }}"#;
    let arena = Bump::new();
    let spec = file::read(text, &arena, &|_| None).unwrap();
    let message = b"0800\0\0\0\0\0\x01\0\x00019811105AAxyz02BB1234";
    let view = View::decode_strict(spec, message).unwrap();
    let text = |path: &str| -> Vec<u8> {
        let field = view.at(path).unwrap_or_else(|| panic!("{path}"));
        field.characters().ascii().collect()
    };
    assert_eq!(text("48.1.AA"), b"xyz");
    assert_eq!(text("48.1.BB"), b"");
    assert_eq!(text("48.8.2"), b"234");
    again(spec);
}

#[test]
fn parts_behind_a_length_are_written_as_their_field() {
    for page in ["cp037", "cp500", "cp1047"] {
        let text = r#"{"name": "x", "encoding": "PAGE", "bitmap": {"most": 1}, "fields": {
            "48": {"format": "ans", "max": 99, "inside": {"ltv": {
                "tag": 2, "prefix": {"form": "ebcdic", "digits": 2}}}}
        }}"#;
        let arena = Bump::new();
        let spec = file::read(&text.replace("PAGE", page), &arena, &|_| None).unwrap();
        let head = b"\xF0\xF8\xF0\xF0\0\0\0\0\0\x01\0\0";
        let field = b"\xF0\xF7\xF0\xF5\xC1\xC2\xA7\xA8\xA9";
        let message = [&head[..], field].concat();
        let view = View::decode_strict(spec, &message).unwrap();
        let part = view.at("48.AB").unwrap();
        assert_eq!(part.characters().array(), Some(*b"xyz"), "{page}");
        assert_eq!(Mask::of(&view).value(part).to_string(), "xyz");
    }
}

/// Text and what is said to it.
const WRONG: &[(&str, &str)] = &[
    ("", "line 1, column 1: no JSON: EOF while parsing a value"),
    ("[1]", "line 1, column 1: expected an object, found a list"),
    (
        "{\n \"name\": }",
        "line 2, column 10: no JSON: expected value",
    ),
    (
        "{}",
        "line 1, column 1: name is missing: say what people call the dialect",
    ),
    (
        r#"{"name": "x", "nmae": "y"}"#,
        "line 1, column 23, nmae: no such key; known here are $schema, about, extends, name, \
         header, encoding, prefix, mti, bitmap, fields",
    ),
    (
        r#"{"name": "\ud800"}"#,
        "line 1, column 10, name: no JSON: an escape of the text is no character",
    ),
    (
        r#"{"name": "x", "name": "y"}"#,
        "line 1, column 23, name: stands twice; keep one of the two",
    ),
    (
        r#"{"extends": "visa"}"#,
        "line 1, column 13, extends: no spec is called \"visa\"; name a preset or another file",
    ),
    (
        r#"{"extends": "loop"}"#,
        "loop: line 1, column 13, extends: extends itself through loop; let one of them stand alone",
    ),
    (
        r#"{"extends": "broken"}"#,
        "broken: line 2, column 8, name: expected a text, found a number",
    ),
    (
        r#"{"name": "x", "mti": "hex"}"#,
        "line 1, column 22, mti: a message type is four digits: use bcd, ascii, cp037, cp500 or cp1047",
    ),
    (
        r#"{"name": "x", "bitmap": {"most": 2, "bytes": 16}}"#,
        "line 1, column 46, bitmap.bytes: most, bytes and third_in exclude each other; keep one",
    ),
    (
        r#"{"name": "x", "bitmap": {"most": 4}}"#,
        "line 1, column 34, bitmap.most: expected a number from 1 to 3, found 4",
    ),
    (
        r#"{"name": "x", "header": {"length": {"form": "bcd"}}}"#,
        "line 1, column 36, header.length: digits is missing: say how large the prefix is",
    ),
    (
        r#"{"name": "x", "fields": {"193": null}}"#,
        "line 1, column 33, fields.193: expected a number from 1 to 192, found 193",
    ),
    (
        r#"{"name": "x", "fields": {"07": null}}"#,
        "line 1, column 32, fields.07: expected a number from 1 to 192, found 07",
    ),
];

/// Field 2 and what is said to it, behind the place.
const WRONG_FIELDS: &[(&str, &str)] = &[
    (
        r#"{"length": 1}"#,
        "fields.2: format is missing: say what characters the field holds",
    ),
    (
        r#"{"format": "N", "length": 1}"#,
        "fields.2.format: expected one of a, n, s, an, as, ns, ans, b, z, x+n; found \"N\"",
    ),
    (
        r#"{"format": "n", "length": 65536}"#,
        "fields.2.length: expected a number from 1 to 65535, found 65536",
    ),
    (
        r#"{"format": "n", "length": 1.5}"#,
        "fields.2.length: expected a number from 1 to 65535, found 1.5",
    ),
    (
        r#"{"format": "n", "length": 1, "max": 2}"#,
        "fields.2.max: length is fixed and max is variable; keep one of the two",
    ),
    (
        r#"{"format": "n", "length": 1, "prefix": {}}"#,
        "fields.2.prefix: a fixed length has no prefix; give max instead of length",
    ),
    (
        r#"{"format": "n", "max": 100, "prefix": {"digits": 2}}"#,
        "fields.2.prefix: the prefix says 99 at most, max is 100; give it more digits or lower max",
    ),
    (
        r#"{"format": "n", "max": 9, "prefix": {"form": "binary", "digits": 1}}"#,
        "fields.2.prefix.digits: a binary prefix is counted in bytes, every other in digits",
    ),
    (
        r#"{"format": "n", "max": 9, "prefix": {"digits": 7}}"#,
        "fields.2.prefix.digits: expected a number from 1 to 6, found 7",
    ),
    (
        r#"{"format": "n", "length": 6, "encoding": "hex"}"#,
        "fields.2.encoding: format n cannot be written in hex; use one of ascii, bcd, cp037, cp500, cp1047",
    ),
    (
        r#"{"format": "b", "length": 8, "pad": "0"}"#,
        "fields.2.pad: nothing is filled here: digits in characters and bytes have their length",
    ),
    (
        r#"{"format": "n", "length": 3, "pad": "G"}"#,
        "fields.2.pad: expected one of the nibbles 0 to F; found \"G\"",
    ),
    (
        r#"{"format": "n", "max": 9, "inside": {}}"#,
        "fields.2.inside: positional, tlv, tagged, ltv or message is missing: \
         say what the parts are, or leave inside out",
    ),
    (
        r#"{"format": "n", "max": 9, "inside": {"tlv": "emv", "positional": []}}"#,
        "fields.2.inside.tlv: a field is made up in one way; keep one key here",
    ),
    (
        r#"{"format": "n", "max": 9, "inside": {"tagged": {"tag": 2, "known": {"1": {}}}}}"#,
        "fields.2.inside.tagged.known.1: the key is no tag: \
         it must have as many characters as tag says",
    ),
    (
        r#"{"format": "n", "max": 9, "inside": {"positional": [{"format": "n"}]}}"#,
        "fields.2.inside.positional.1: length or max is missing: say how long the field is",
    ),
];

fn said(text: &str) -> String {
    let find = |name: &str| match name {
        "loop" => Some(Base::Text(r#"{"extends": "loop"}"#)),
        "broken" => Some(Base::Text("{\n\"name\":1}")),
        _ => None,
    };
    let arena = Bump::new();
    file::read(text, &arena, &find).expect_err(text).to_string()
}

#[test]
fn every_mistake_is_told_with_its_place() {
    for (text, expected) in WRONG {
        assert_eq!(said(text), *expected, "{text}");
    }
    for (field, expected) in WRONG_FIELDS {
        let said = said(&format!(
            "{{\"name\": \"x\", \"fields\": {{\n\"2\": {field}}}}}"
        ));
        assert!(said.starts_with("line 2, column "), "{said}");
        assert!(
            said.ends_with(&format!(", {expected}")),
            "{said}\n{expected}"
        );
    }
}

#[test]
fn parts_are_nested_eight_deep_at_most() {
    let nested = |levels: usize| {
        let open = r#"{"format": "ans", "max": 99, "inside": {"positional": ["#.repeat(levels);
        let leaf = r#"{"format": "ans", "max": 99}"#;
        let text = format!(
            r#"{{"name": "x", "fields": {{"2": {open}{leaf}{}}}}}"#,
            "]}}".repeat(levels)
        );
        let arena = Bump::new();
        file::read(&text, &arena, &|_| None)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(nested(8), Ok(()));
    let error = nested(9).unwrap_err();
    assert!(
        error.ends_with("more than 8 levels of parts; describe the innermost as plain"),
        "{error}"
    );
    assert!(nested(5000).is_err());
}
