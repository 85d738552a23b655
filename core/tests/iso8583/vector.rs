//! The shared vectors as tests take them.

use annul::iso8583::{Characters, Field, View, Writer};
use serde_json::Value;

/// One message.
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) dialect: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

/// Every message that is good.
pub(crate) fn good() -> Vec<Vector> {
    of("vectors")
}

/// Every message that is none.
pub(crate) fn bad() -> Vec<Vector> {
    of("negative")
}

fn of(list: &str) -> Vec<Vector> {
    let text = include_str!("../vectors/iso8583.json");
    let mut all: Value = serde_json::from_str(text).expect("vectors are JSON");
    let vectors = all[list].take();
    let Value::Array(vectors) = vectors else {
        panic!("no {list}")
    };
    { vectors.into_iter() }
        .map(|json| Vector {
            id: word(&json["id"]).to_owned(),
            dialect: word(&json["dialect"]).to_owned(),
            bytes: hex(word(&json["hex"])),
            json,
        })
        .collect()
}

pub(crate) fn word(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Bytes out of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "{text}");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits"))
        .collect()
}

/// A value as the vectors write it: characters, or the bytes of `{"hex": ...}`.
pub(crate) fn value(json: &Value) -> Vec<u8> {
    match json {
        Value::String(text) => text.as_bytes().to_vec(),
        other => hex(word(&other["hex"])),
    }
}

pub(crate) fn plain(characters: Characters<'_>) -> Vec<u8> {
    characters.ascii().collect()
}

/// The message again, every field copied.
pub(crate) fn copied(view: &View<'_>) -> Vec<u8> {
    let mut buffer = vec![0; view.bytes().len()];
    let mut writer = Writer::like(view, &mut buffer);
    for field in view.fields() {
        writer.copy(&field);
    }
    let size = writer.finish().expect("what was read can be written");
    buffer.truncate(size);
    buffer
}

/// The fields of a message in their order.
pub(crate) fn fields<'a>(view: &View<'a>) -> Vec<Field<'a>> {
    view.fields().collect()
}
