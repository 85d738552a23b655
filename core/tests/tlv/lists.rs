//! Data object lists and tag lists against the vectors, and what a kernel does
//! with them.

use crate::vectors::{bytes, hex, of, shown, word};
use annul::tlv::dol::{Dol, Entries, Format, Tags};
use annul::tlv::{Mode, Reader, Tag};
use serde_json::{Value, json};

#[test]
fn every_list_is_read() {
    let vectors = of("dol");
    assert_eq!(vectors.len(), 14);
    for vector in vectors {
        let name = word(&vector, "id");
        let input = bytes(&vector, "hex");
        match Dol::parse(&input) {
            Ok(dol) => {
                assert_eq!(vector["ok"], true, "{name}");
                let entries: Vec<Value> = (dol.entries())
                    .map(|entry| json!({ "tag": entry.tag().to_string(), "len": entry.length() }))
                    .collect();
                assert_eq!(vector["entries"], Value::Array(entries), "{name}");
                assert_eq!(vector["total_len"], dol.data_length(), "{name}");
            }
            Err(error) => {
                assert_eq!(vector["ok"], false, "{name}: {error}");
                assert_eq!(vector["error"], error.code(), "{name}");
                assert_eq!(vector["offset"], error.offset(), "{name}");
            }
        }
    }
}

#[test]
fn entries_before_an_error_are_kept() {
    let mut entries = Entries::new(&[0x9F, 0x02, 0x06, 0x95]);
    let amount = entries.next().unwrap().unwrap();
    assert_eq!((amount.tag(), amount.offset()), (Tag::literal(0x9F02), 0));
    let error = entries.next().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "95 at byte 4: length needs 1 bytes, 0 left"
    );
    assert!(entries.next().is_none());
}

#[test]
fn every_tag_list_is_read() {
    let vectors = of("tag_list");
    assert_eq!(vectors.len(), 2);
    for vector in vectors {
        let input = bytes(&vector, "hex");
        let tags: Vec<Value> = Tags::new(&input)
            .map(|tag| Value::from(tag.unwrap().to_string()))
            .collect();
        assert_eq!(vector["entries"], Value::Array(tags), "{}", vector["id"]);
    }
    let mut torn = Tags::new(&[0x82, 0x9F]);
    assert!(torn.next().unwrap().is_ok());
    let error = torn.next().unwrap().unwrap_err();
    assert_eq!((error.code(), error.offset()), ("truncated_tag", 1));
    assert!(torn.next().is_none());
}

#[test]
fn every_answer_is_built() {
    let vectors = of("dol_build");
    assert_eq!(vectors.len(), 8);
    for vector in vectors {
        let (dol, data) = (bytes(&vector, "dol"), bytes(&vector, "data"));
        let answer = built(&dol, &data);
        assert_eq!(
            shown(&answer),
            word(&vector, "expected"),
            "{}",
            vector["id"]
        );
    }
}

fn built(dol: &[u8], data: &[u8]) -> Vec<u8> {
    let dol = Dol::parse(dol).unwrap();
    let mut buffer = vec![0xEE; dol.data_length()];
    let length = dol.build(&mut buffer, |tag| {
        let mut objects = Reader::new(data, Mode::Emv).flatten();
        let object = objects.find(|object| object.tag() == tag)?;
        Some((format(tag), object.value()))
    });
    assert_eq!(length, Ok(buffer.len()));
    buffer
}

/// The formats of the tags in the vectors (EMV book 3, annex A).
fn format(tag: Tag) -> Format {
    match tag.value() {
        0x9F02 | 0x9F03 | 0x9F1A | 0x5F2A | 0x9A | 0x9C | 0x9F19 => Format::Numeric,
        0x5A | 0x9F20 => Format::CompressedNumeric,
        _ => Format::Other,
    }
}

#[test]
fn values_that_are_there_and_empty_are_filled_up() {
    assert_eq!(built(&hex("9A03"), &hex("9A00")), hex("000000"));
    assert_eq!(built(&hex("5A02"), &hex("5A00")), hex("FFFF"));
    assert_eq!(built(&hex("9F3702"), &hex("9F3700")), hex("0000"));
    assert_eq!(built(&hex("9A005A00"), &hex("9A03260101")), hex(""));
}

#[test]
fn a_buffer_that_is_too_small_is_left_alone() {
    let bytes = hex("9F02819A03");
    let dol = Dol::parse(&bytes).unwrap();
    let mut buffer = [0xEE; 131];
    let error = dol.build(&mut buffer, |_| None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the list asks for 132 bytes, the buffer has 131"
    );
    assert_eq!(buffer, [0xEE; 131]);
}
