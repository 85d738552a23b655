//! Every good message: fields, bytes and bits as listed, and written again.

use crate::specs;
use crate::vector::{Vector, copied, fields, good, plain, value, word};
use annul::iso8583::file::Bump;
use annul::iso8583::{Field, View, Writer};
use serde_json::Value;

/// Reads every message and hands it over with the bytes of its header.
fn each(check: impl Fn(&Vector, &View<'_>, usize)) {
    let vectors = good();
    assert_eq!(vectors.len(), 25);
    for vector in vectors {
        let arena = Bump::new();
        let spec = specs::read(&vector.dialect, &arena);
        let opened = spec.header().open(&vector.bytes).unwrap();
        let expected = word(&vector.json["expected"]["header_hex"]);
        assert_eq!(opened.header, crate::vector::hex(expected), "{}", vector.id);
        let view = View::decode(spec, opened.message)
            .unwrap_or_else(|error| panic!("{}: {error}", vector.id));
        check(&vector, &view, opened.header.len());
    }
}

#[test]
fn type_bits_values_and_places_are_as_listed() {
    each(|vector, view, header| {
        let (id, expected) = (&vector.id, &vector.json["expected"]);
        assert_eq!(view.mti().to_string(), word(&expected["mti"]), "{id}");
        let [first, second, third] = view.bitmaps();
        let bitmap = format!("{first:016X}{second:016X}{third:016X}");
        let listed = word(&expected["bitmap"]);
        assert_eq!(&bitmap[..listed.len()], listed, "{id}");
        assert!(bitmap[listed.len()..].bytes().all(|digit| digit == b'0'));

        let listed = expected["fields"].as_object().unwrap();
        assert_eq!(view.fields().count(), listed.len(), "{id}");
        for (number, expected) in listed {
            let field = view.at(number).unwrap_or_else(|| panic!("{id}: {number}"));
            let found = plain(field.characters());
            assert_eq!(found, value(expected), "{id}: field {number}");
            let end = field.offset() + field.raw().len();
            let place = [header + field.offset(), header + end];
            let offsets = &vector.json["expected"]["offsets"][number];
            assert_eq!(*offsets, serde_json::json!(place), "{id}: field {number}");
        }
    });
}

#[test]
fn bits_are_the_fields_and_the_bitmaps_announced() {
    each(|vector, view, _| {
        let bits = vector.json["expected"]["bits"].as_array().unwrap();
        let listed: Vec<u64> = bits.iter().map(|bit| bit.as_u64().unwrap()).collect();
        let words = view.bitmaps();
        let set = |bit: &u64| words[(*bit as usize - 1) / 64] << ((bit - 1) % 64) >> 63 == 1;
        let found: Vec<u64> = (1..=192).filter(set).collect();
        assert_eq!(found, listed, "{}", vector.id);
        let fields = view.fields().map(|field| u64::from(field.number()));
        let told = listed.into_iter().filter(|bit| *bit != 1);
        assert!(fields.eq(told), "{}", vector.id);
    });
}

#[test]
fn parts_are_as_listed() {
    each(|vector, view, _| {
        let Some(listed) = vector.json["expected"]["subfields"].as_object() else {
            return;
        };
        for (number, parts) in listed {
            let field = view.at(number).unwrap();
            let found: Vec<Field<'_>> = field.parts().map(Result::unwrap).collect();
            // Objects of chip data in hexadecimal, all others in characters.
            let expected: Vec<(String, Vec<u8>)> = match parts {
                Value::Array(pairs) => pairs
                    .iter()
                    .map(|pair| {
                        (
                            word(&pair[0]).to_owned(),
                            crate::vector::hex(word(&pair[1])),
                        )
                    })
                    .collect(),
                Value::Object(pairs) => pairs
                    .iter()
                    .map(|(tag, text)| (tag.clone(), value(text)))
                    .collect(),
                other => panic!("{other}"),
            };
            let found: Vec<_> = found
                .iter()
                .map(|part| (part.id().to_string(), plain(part.characters())))
                .collect();
            assert_eq!(found, expected, "{}: field {number}", vector.id);
        }
    });
}

#[test]
fn a_copy_is_the_same_bytes() {
    each(|vector, view, _| {
        assert_eq!(copied(view), view.bytes(), "{}", vector.id);
    });
}

#[test]
fn values_written_anew_are_the_same_bytes() {
    each(|vector, view, _| {
        let mut buffer = vec![0xEE; view.bytes().len()];
        let mut writer = Writer::new(view.spec(), &mut buffer, view.mti());
        for field in fields(view) {
            let number = field.number();
            let value = value(&vector.json["expected"]["fields"][number.to_string()]);
            if field.spec().format().is_digits() {
                writer.digits(number, &value);
            } else {
                writer.bytes(number, &value);
            }
        }
        let size = writer
            .finish()
            .unwrap_or_else(|error| panic!("{}: {error}", vector.id));
        assert_eq!(&buffer[..size], view.bytes(), "{}", vector.id);
    });
}

/// Tags 71 and 72 are constructed (EMV book 3, annex B1: bit 6 is set) and hold
/// the data objects 9F18 and 86 (10.10). Two messages hold a made-up number
/// there instead, such as `71 06 112233445566`: they are read as they are, the
/// template is an object of its length, and strict reading refuses them at the
/// first byte that is no object.
#[test]
fn strict_reading_refuses_templates_without_objects_and_nothing_else() {
    let of = |id: &str| match id {
        "nao-basei-0110-auth-response" => Some(175),
        "nao-basei-0210-financial-response" => Some(178),
        _ => None,
    };
    each(|vector, view, _| {
        let strict = View::decode_strict(view.spec(), view.bytes());
        let refused = strict.err().map(|error| (error.field, error.offset));
        let expected = of(&vector.id).map(|offset| (55, offset));
        assert_eq!(refused, expected, "{}", vector.id);
        if expected.is_some() {
            let template = view.at("55.71").unwrap();
            assert_eq!(template.bytes(), [0x11, 0x22, 0x33, 0x44, 0x55, 0x66]);
            assert_eq!(view.at("55.8A").unwrap().bytes(), *b"00");
        }
    });
}
