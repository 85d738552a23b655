//! The writer: what it writes reads back, what was read it writes again.

use crate::reading::MODES;
use crate::vectors::{bytes, hex, of, shown, word};
use annul::tlv::{LengthForm, Lengths, Mode, Object, Reader, Tag, WriteError, Writer, encoded_len};
use proptest::prelude::*;
use serde_json::Value;

const TEMPLATE: Tag = Tag::literal(0x70);
const DATE: Tag = Tag::literal(0x9A);
const LONG_TAG: Tag = Tag::literal(0xDF81_8101);

/// What `write` writes. It says before how much it needs, and does with it.
fn written(write: impl Fn(&mut Writer<'_>)) -> Result<Vec<u8>, WriteError> {
    let into = |buffer: &mut [u8]| {
        let mut writer = Writer::new(buffer);
        write(&mut writer);
        (writer.len(), writer.finish())
    };
    let (needed, without) = into(&mut []);
    let mut exact = vec![0xEE; needed];
    let (counted, length) = into(&mut exact);
    let length = length?;
    assert_eq!((counted, length), (needed, needed));
    if needed > 0 {
        let available = 0;
        assert_eq!(without, Err(WriteError::Full { needed, available }));
        let available = needed - 1;
        let (_, short) = into(&mut vec![0; available]);
        assert_eq!(short, Err(WriteError::Full { needed, available }));
    }
    let mut roomy = vec![0xEE; needed + 3];
    assert_eq!(into(&mut roomy).1, Ok(needed));
    assert_eq!(
        (&roomy[..needed], &roomy[needed..]),
        (&exact[..], &[0xEE; 3][..])
    );
    Ok(exact)
}

#[test]
fn every_vector_is_written() {
    let vectors = of("write");
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let tree = written(|writer| write_tree(writer, &vector["tree"])).unwrap();
        assert_eq!(shown(&tree), word(&vector, "hex"), "{}", vector["id"]);
    }
}

fn write_tree(writer: &mut Writer<'_>, tree: &Value) {
    for node in tree.as_array().unwrap() {
        let tag = Tag::from_hex(word(node, "tag")).unwrap();
        if tag.is_constructed() {
            writer.open(tag);
            write_tree(writer, &node["children"]);
            writer.close();
        } else {
            writer.primitive(tag, &bytes(node, "value"));
        }
    }
}

/// Preserved: the same bytes. Minimal: bytes that mode strict takes, with the
/// same objects.
#[test]
fn what_was_read_is_written_again() {
    for vector in of("read") {
        let input = bytes(&vector, "hex");
        for (name, mode) in MODES {
            transcribed(&format!("{} in {name}", vector["id"]), &input, mode);
        }
    }
}

fn transcribed(name: &str, input: &[u8], mode: Mode) {
    let reader = Reader::new(input, mode);
    let Ok(objects) = reader.clone().collect::<Result<Vec<_>, _>>() else {
        let mut writer = Writer::new(&mut []);
        assert!(writer.transcribe(reader, Lengths::Preserved).is_err());
        return;
    };
    let copy = |lengths| {
        written(|writer| {
            writer.transcribe(reader.clone(), lengths).unwrap();
        })
    };
    assert_eq!(copy(Lengths::Preserved).as_deref(), Ok(input), "{name}");
    let minimal = copy(Lengths::Minimal).unwrap();
    assert!(minimal.len() <= input.len(), "{name}");
    let again: Vec<_> = Reader::new(&minimal, Mode::Strict)
        .map(Result::unwrap)
        .collect();
    let plain = |object: &Object<'_>| {
        let value = Some(object.value()).filter(|_| !object.is_constructed());
        (object.depth(), object.tag(), value.map(<[u8]>::to_vec))
    };
    let (before, after): (Vec<_>, Vec<_>) = (
        objects.iter().map(plain).collect(),
        again.iter().map(plain).collect(),
    );
    assert_eq!(before, after, "{name}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes_that_read_are_written_again(
        input in prop::collection::vec(prop_oneof![
            3 => Just(0_u8), 2 => Just(0x70), 2 => Just(0x80), 2 => Just(0x81), 1 => Just(0xFF),
            2 => Just(0x5A), 6 => 0_u8..6, 1 => any::<u8>(),
        ], 0..40),
    ) {
        for (name, mode) in MODES {
            transcribed(name, &input, mode);
        }
    }
}

/// Where one octet of length ends and the next begins.
#[test]
fn lengths_at_their_borders() {
    for (size, octets) in [
        (0, 0),
        (127, 0),
        (128, 1),
        (255, 1),
        (256, 2),
        (65_535, 2),
        (65_536, 3),
    ] {
        let value = vec![0xAB; size];
        let object = written(|writer| {
            writer.primitive(LONG_TAG, &value);
        })
        .unwrap();
        assert_eq!(object.len(), 4 + 1 + octets + size);
        assert_eq!(encoded_len(LONG_TAG, size), Some(object.len()));
        let inside = size.saturating_sub(5 + octets);
        let template = written(|writer| {
            writer
                .open(TEMPLATE)
                .primitive(LONG_TAG, &value[..inside])
                .close();
        });
        let template = template.unwrap();
        let objects: Vec<_> = Reader::new(&template, Mode::Strict)
            .map(Result::unwrap)
            .collect();
        assert_eq!(objects[1].value(), &value[..inside]);
        assert_eq!(objects[0].bytes(), template);
    }
    assert_eq!(encoded_len(DATE, 1 << 32), None);
}

#[test]
fn lengths_in_the_form_asked_for() {
    let forms = [
        (LengthForm::Minimal, "70059A03260101", "9A03260101"),
        (LengthForm::Octets(1), "7081059A03260101", "9A8103260101"),
        (
            LengthForm::Octets(4),
            "7084000000059A03260101",
            "9A8400000003260101",
        ),
    ];
    for (form, template, primitive) in forms {
        let value = hex("260101");
        let object = written(|writer| {
            writer.primitive_as(DATE, form, &value);
        });
        assert_eq!(object, Ok(hex(primitive)));
        let object = written(|writer| {
            writer
                .open_as(TEMPLATE, form)
                .primitive(DATE, &value)
                .close();
        });
        assert_eq!(object, Ok(hex(template)));
        let object = Reader::new(&hex(template), Mode::Emv)
            .next()
            .unwrap()
            .unwrap()
            .length_form();
        assert_eq!(object, form);
    }
    let indefinite = LengthForm::Indefinite;
    let object = written(|writer| {
        writer.open_as(TEMPLATE, indefinite).close();
    });
    assert_eq!(object, Ok(hex("70800000")));
    // Contents outgrow the octets that were kept for their length.
    let long = [0; 300];
    let object = written(|writer| {
        writer
            .open_as(TEMPLATE, LengthForm::Octets(1))
            .primitive(DATE, &long)
            .close();
    });
    assert_eq!(object.unwrap()[..4], [0x70, 0x82, 0x01, 0x30]);
}

/// Object by object with each length's form: the same bytes where there is no
/// padding.
#[test]
fn forms_are_kept_object_by_object() {
    for input in [
        "6F808401AAA58088010200000000",
        "70840000000A5A8200039A01269C81009F0200",
        "70815A",
    ] {
        let mut input = hex(input);
        if input.len() == 3 {
            input.extend([[0x9A, 1, 0]; 30].concat());
        }
        let again = written(|writer| {
            let mut depth = 0;
            for object in Reader::new(&input, Mode::Ber).map(Result::unwrap) {
                (object.depth()..depth).for_each(|_| {
                    writer.close();
                });
                depth = object.depth();
                let form = object.length_form();
                if object.is_constructed() {
                    writer.open_as(object.tag(), form);
                    depth += 1;
                } else {
                    writer.primitive_as(object.tag(), form, object.value());
                }
            }
            (0..depth).for_each(|_| {
                writer.close();
            });
        });
        assert_eq!(again, Ok(input));
    }
}

/// A template with one object taken out and the others as they were.
#[test]
fn objects_are_copied_whole() {
    let input = hex("7011 9A8103260101 5A03111111 A5049C010000"
        .replace(' ', "")
        .as_str());
    let objects: Vec<_> = Reader::new(&input, Mode::Emv).map(Result::unwrap).collect();
    let without_card = written(|writer| {
        writer.open(TEMPLATE);
        let children = objects.iter().filter(|object| object.depth() == 1);
        children
            .filter(|child| child.tag().value() != 0x5A)
            .for_each(|child| {
                writer.copy(child);
            });
        writer.close();
    });
    assert_eq!(without_card, Ok(hex("700C9A8103260101A5049C010000")));
}

#[test]
fn mistakes_are_kept_and_said() {
    type Mistake = fn(&mut Writer<'_>);
    let cases: [(Mistake, &str); 9] = [
        (
            |writer| {
                writer.close();
            },
            "no template is open",
        ),
        (
            |writer| {
                writer.open(TEMPLATE);
            },
            "1 templates are not closed",
        ),
        (
            |writer| {
                writer.open(DATE).close();
            },
            "9A is primitive and holds no objects",
        ),
        (
            |writer| {
                writer.primitive(TEMPLATE, &[]);
            },
            "70 is a template: open it and close it",
        ),
        (
            |writer| {
                writer.primitive(Tag::literal(0), &[]);
            },
            "00 is padding and no tag",
        ),
        (
            |writer| {
                writer.primitive_as(DATE, LengthForm::Indefinite, &[1, 2]);
            },
            "a length of 2 cannot be written in the form asked for",
        ),
        (
            |writer| {
                writer.primitive_as(DATE, LengthForm::Octets(1), &[0; 256]);
            },
            "a length of 256 cannot be written in the form asked for",
        ),
        (
            |writer| {
                writer.open_as(TEMPLATE, LengthForm::Octets(5)).close();
            },
            "a length of 0 cannot be written in the form asked for",
        ),
        (
            |writer| {
                (0..34).for_each(|_| {
                    writer.open(TEMPLATE);
                });
            },
            "nested deeper than 33 templates",
        ),
    ];
    for (mistake, said) in cases {
        let mut buffer = [0; 512];
        let mut writer = Writer::new(&mut buffer);
        mistake(&mut writer);
        // What follows does not hide it.
        writer.primitive(DATE, &[1]);
        assert_eq!(writer.finish().unwrap_err().to_string(), said);
    }
}
