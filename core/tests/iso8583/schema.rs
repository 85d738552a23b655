//! The published schema says what the reader says, key by key and word by word,
//! and every spec file of the repository is valid by it.

use crate::specs;
use annul::iso8583::PRESETS;
use annul::iso8583::file::{self, Bump, FileFault};
use serde_json::Value;

fn schema() -> Value {
    let text = include_str!("../../data/iso8583/spec.schema.json");
    serde_json::from_str(text).expect("the schema is JSON")
}

/// What the reader says to a file.
fn fault(text: &str) -> FileFault {
    let arena = Bump::new();
    file::read(text, &arena, &|_| None).expect_err(text).fault
}

/// A file whose field 2 is this.
fn with_field(field: &str) -> String {
    format!(r#"{{"name": "x", "fields": {{"2": {field}}}}}"#)
}

fn with_inside(inside: &str) -> String {
    with_field(&format!(
        r#"{{"format": "ans", "max": 99, "inside": {inside}}}"#
    ))
}

fn sorted<'t>(words: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut words: Vec<_> = words.into_iter().map(str::to_owned).collect();
    words.sort();
    words
}

#[test]
fn every_object_has_the_keys_that_the_reader_knows() {
    let objects = [
        ("", r#"{"name": "x", "?": 1}"#.to_owned()),
        (
            "/$defs/header",
            r#"{"name": "x", "header": {"?": 1}}"#.to_owned(),
        ),
        (
            "/$defs/headerPart",
            r#"{"name": "x", "header": {"parts": [{"name": "a", "bytes": 1, "?": 1}]}}"#.to_owned(),
        ),
        (
            "/$defs/bitmap",
            r#"{"name": "x", "bitmap": {"?": 1}}"#.to_owned(),
        ),
        ("/$defs/inside", with_inside(r#"{"?": 1}"#)),
        (
            "/$defs/tagged",
            with_inside(r#"{"tagged": {"tag": 1, "?": 1}}"#),
        ),
        (
            "/$defs/ltv",
            with_inside(r#"{"ltv": {"tag": 1, "prefix": {"form": "hex", "digits": 2}, "?": 1}}"#),
        ),
        ("/$defs/message", with_inside(r#"{"message": {"?": 1}}"#)),
        (
            "/$defs/field",
            with_field(r#"{"format": "n", "max": 9, "?": 1}"#),
        ),
        (
            "/$defs/prefix",
            with_field(r#"{"format": "n", "max": 9, "prefix": {"form": "bcd", "?": 1}}"#),
        ),
    ];
    for (place, text) in objects {
        let FileFault::Key { known } = fault(&text) else {
            panic!("{text}: {}", fault(&text));
        };
        let schema = schema();
        let object = schema.pointer(place).unwrap();
        assert_eq!(object["additionalProperties"], false, "{place}");
        let keys = object["properties"].as_object().unwrap().keys();
        assert_eq!(
            sorted(keys.map(String::as_str)),
            sorted(known.split(", ")),
            "{place}"
        );
    }
}

#[test]
fn every_word_is_one_that_the_reader_knows() {
    let field = |key: &str| with_field(&format!(r#"{{"format": "n", "max": 9, "{key}": "?"}}"#));
    let prefix = r#"{"format": "n", "max": 9, "prefix": {"form": "?"}}"#;
    let words = [
        (
            "/$defs/field/properties/format",
            with_field(r#"{"format": "?"}"#),
        ),
        ("/$defs/field/properties/encoding", field("encoding")),
        ("/$defs/field/properties/unit", field("unit")),
        ("/$defs/field/properties/justify", field("justify")),
        ("/$defs/field/properties/sensitivity", field("sensitivity")),
        ("/$defs/prefixForm", with_field(prefix)),
        (
            "/$defs/bitmap/properties/form",
            r#"{"name": "x", "bitmap": {"form": "?"}}"#.to_owned(),
        ),
        (
            "/$defs/inside/properties/tlv",
            with_inside(r#"{"tlv": "?"}"#),
        ),
    ];
    for (place, text) in words {
        let FileFault::Word { expected, .. } = fault(&text) else {
            panic!("{text}: {}", fault(&text));
        };
        let schema = schema();
        let listed = schema.pointer(place).unwrap()["enum"].as_array().unwrap();
        let listed = listed.iter().map(|word| word.as_str().unwrap());
        assert_eq!(sorted(listed), sorted(expected.split(", ")), "{place}");
    }
}

#[test]
fn every_spec_file_is_valid() {
    let schema = schema();
    let written = PRESETS
        .iter()
        .map(|preset| (preset.name(), file::write(preset)));
    let files = specs::FILES
        .iter()
        .map(|(name, text)| (*name, (*text).to_owned()));
    for (name, text) in files.chain(written) {
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(invalid(&schema, &schema, &value), None, "{name}");
    }
}

#[test]
fn what_the_reader_refuses_for_its_shape_is_not_valid() {
    let schema = schema();
    for text in [
        r#"{"name": 1}"#.to_owned(),
        r#"{"nome": "x"}"#.to_owned(),
        r#"{"name": "x", "bitmap": {"most": 4}}"#.to_owned(),
        with_field("[]"),
        with_field(r#"{"format": "n", "length": 0}"#),
        with_field(r#"{"length": 6}"#),
        with_field(r#"{"format": "nn", "length": 6}"#),
        with_field(r#"{"format": "ans", "length": 6, "pad": "00"}"#),
        with_inside(r#"{"tlv": "emv", "ltv": {}}"#),
    ] {
        fault(&text);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(invalid(&schema, &schema, &value).is_some(), "{text}");
    }
}

/// The chapter of the book, in both languages.
const PAGES: [&str; 2] = [
    include_str!("../../../docs/src/iso8583.md"),
    include_str!("../../../docs/src/zh/iso8583.md"),
];

#[test]
fn the_book_names_every_key_and_every_preset() {
    let schema = schema();
    let objects = schema["$defs"].as_object().unwrap().values();
    let objects = objects.chain([&schema]);
    let keys = objects.filter_map(|object| object["properties"].as_object());
    let keys = keys.flat_map(|properties| properties.keys().map(String::as_str));
    let presets = PRESETS.iter().map(|preset| preset.name());
    for name in keys.chain(presets) {
        for page in PAGES {
            assert!(page.contains(&format!("`{name}`")), "{name}");
        }
    }
}

#[test]
fn the_file_of_the_book_is_read() {
    for page in PAGES {
        let (_, rest) = page.split_once("```json\n").unwrap();
        let (text, _) = rest.split_once("```").unwrap();
        let arena = Bump::new();
        let spec = file::read(text, &arena, &file::preset).unwrap();
        assert_eq!(file::lint(spec), []);
        assert!(spec.field(63).is_none() && spec.field(2).is_some());
    }
}

/// Why a value is not valid by a schema, of which it knows what this one uses.
fn invalid(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = schema.as_object().unwrap();
    schema.iter().find_map(|(keyword, rule)| {
        let bad = |is_bad: bool| is_bad.then(|| format!("{keyword} {rule}: {value}"));
        let number = || rule.as_u64().unwrap();
        match keyword.as_str() {
            "$schema" | "title" | "description" | "default" | "$defs" => None,
            "$ref" => {
                let place = rule.as_str().unwrap().trim_start_matches('#');
                invalid(root, root.pointer(place).unwrap(), value)
            }
            "type" => bad(rule != kind(value)),
            "enum" => bad(!rule.as_array().unwrap().contains(value)),
            "anyOf" => {
                let mut ways = rule.as_array().unwrap().iter();
                bad(ways.all(|way| invalid(root, way, value).is_some()))
            }
            "minimum" => bad(value.as_u64().is_some_and(|found| found < number())),
            "maximum" => bad(value.as_u64().is_some_and(|found| found > number())),
            "minLength" | "minProperties" => bad(size(value) < number()),
            "maxLength" | "maxItems" | "maxProperties" => bad(size(value) > number()),
            "items" => { value.as_array()?.iter() }.find_map(|item| invalid(root, rule, item)),
            "required" => {
                let mut keys = rule.as_array().unwrap().iter();
                bad(keys.any(|key| value.get(key.as_str().unwrap()).is_none()))
            }
            "properties" => { value.as_object()?.iter() }
                .find_map(|(key, value)| invalid(root, rule.get(key)?, value)),
            "additionalProperties" => {
                let known = schema.get("properties");
                let is_known = |key: &str| known.is_some_and(|known| known.get(key).is_some());
                let mut others = value.as_object()?.iter().filter(|(key, _)| !is_known(key));
                match rule {
                    Value::Bool(false) => bad(others.next().is_some()),
                    rule => others.find_map(|(_, value)| invalid(root, rule, value)),
                }
            }
            other => panic!("the schema says {other}, which nothing here checks"),
        }
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn size(value: &Value) -> u64 {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(pairs) => pairs.len(),
        other => panic!("{other} has no size"),
    };
    size as u64
}
