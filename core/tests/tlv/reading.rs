//! The reader against the vectors, and against those who mean harm.

use crate::vectors::{self, bytes, hex, of, word};
use annul::tlv::{Mode, Object, Reader};
use serde_json::Value;

pub(crate) const MODES: [(&str, Mode); 4] = [
    ("emv", Mode::Emv),
    ("ff", Mode::Ff),
    ("ber", Mode::Ber),
    ("strict", Mode::Strict),
];

#[test]
fn every_vector_in_every_mode() {
    let vectors = of("read");
    assert!(vectors.len() >= 70);
    for vector in &vectors {
        let input = bytes(vector, "hex");
        for (name, mode) in MODES {
            let expected = match &vector[name] {
                Value::String(same) if same == "same as emv" => &vector["emv"],
                result => result,
            };
            check(
                &format!("{} in mode {name}", vector["id"]),
                &input,
                mode,
                expected,
            );
        }
    }
}

/// Reads, and compares objects, error code, offset and path.
fn check(name: &str, input: &[u8], mode: Mode, expected: &Value) {
    let mut reader = Reader::new(input, mode);
    let mut found = Vec::new();
    let mut error = None;
    for read in reader.by_ref() {
        match read {
            Ok(object) => found.push(object),
            Err(wrong) => error = Some(wrong),
        }
    }
    assert!(reader.next().is_none(), "{name}: it stays at its end");
    let ok = expected["ok"].as_bool().unwrap();
    let tree = &expected[if ok { "tree" } else { "partial" }];
    let mut wanted = Vec::new();
    flatten(tree, 0, &mut wanted);
    let shown: Vec<String> = found.iter().map(shown).collect();
    assert_eq!(shown, wanted, "{name}");
    let Some(error) = error else {
        assert!(ok, "{name}: expected {}", expected["error"]);
        return;
    };
    assert!(!ok, "{name}: {error}");
    assert_eq!(error.code(), expected["error"], "{name}");
    assert_eq!(error.offset() as u64, expected["offset"], "{name}");
    assert_eq!(error.path().to_string(), word(expected, "path"), "{name}");
}

fn shown(object: &Object<'_>) -> String {
    let length = object.length().map(|length| length.to_string());
    let value = if object.is_constructed() {
        String::new()
    } else {
        vectors::shown(object.value())
    };
    format!(
        "{} {} at {} of {} {value}",
        object.depth(),
        object.tag(),
        object.offset(),
        length.as_deref().unwrap_or("null"),
    )
}

fn flatten(tree: &Value, depth: usize, wanted: &mut Vec<String>) {
    for node in tree.as_array().unwrap() {
        let value = node
            .get("value")
            .map_or("", |value| value.as_str().unwrap());
        let (tag, offset, length) = (word(node, "tag"), &node["offset"], &node["len"]);
        wanted.push(format!("{depth} {tag} at {offset} of {length} {value}"));
        if let Some(children) = node.get("children") {
            flatten(children, depth + 1, wanted);
        }
    }
}

/// Where an object says it stands, it stands; an indefinite value ends before
/// its end-of-contents object.
#[test]
fn objects_point_into_the_input() {
    for vector in of("read") {
        let input = bytes(&vector, "hex");
        for (_, mode) in MODES {
            for object in Reader::new(&input, mode).flatten() {
                let start = object.offset();
                assert_eq!(&input[start..start + object.bytes().len()], object.bytes());
                let value = object.offset() + object.header_length();
                assert_eq!(&input[value..value + object.value().len()], object.value());
            }
        }
    }
    let nested = hex("6F808401AAA58088010200000000");
    let values: Vec<Vec<u8>> = Reader::new(&nested, Mode::Ber)
        .flatten()
        .map(|object| object.value().to_vec())
        .collect();
    assert_eq!(values[0], hex("8401AAA5808801020000"));
    assert_eq!(values[2], hex("880102"));
    let whole = Reader::new(&nested, Mode::Ber).next().unwrap().unwrap();
    assert_eq!(whole.bytes(), nested);
}

#[test]
fn fewer_templates_can_be_allowed_and_no_more() {
    let nested = hex("70067004700270005A00");
    let codes = |limit| {
        Reader::new(&nested, Mode::Emv)
            .depth(limit)
            .find_map(Result::err)
            .map(|error| (error.code(), error.offset()))
    };
    assert_eq!(codes(0), Some(("max_depth", 2)));
    assert_eq!(codes(2), Some(("max_depth", 6)));
    assert_eq!(codes(3), None);
    let deep = deep(40);
    let error = |limit| {
        Reader::new(&deep, Mode::Emv)
            .depth(limit)
            .find_map(Result::err)
    };
    assert_eq!(error(255), error(32));
    assert_eq!(error(32).unwrap().code(), "max_depth");
}

/// Templates one in the other, with lengths of four octets.
fn deep(levels: usize) -> Vec<u8> {
    let size = levels * 6;
    (0..levels)
        .flat_map(|level| {
            let inside = (size - (level + 1) * 6) as u32;
            [&[0x70, 0x84], inside.to_be_bytes().as_slice()].concat()
        })
        .collect()
}

/// 300 kB of nesting and 2 MB of `3080` on a stack of 64 kB: refused where the
/// limit stands, and what is behind it is never looked at.
#[test]
fn nesting_bombs_on_a_small_stack() {
    let nested = deep(50_000);
    let indefinite = [0x30, 0x80].repeat(1_000_000);
    assert_eq!((nested.len(), indefinite.len()), (300_000, 2_000_000));
    let work = move || {
        let end = |bytes: &[u8], mode| {
            let mut objects = 0;
            let error = Reader::new(bytes, mode).find_map(|read| {
                objects += 1;
                read.err()
            });
            error.map(|error| (error.code(), error.offset(), objects))
        };
        assert_eq!(end(&nested, Mode::Emv), Some(("max_depth", 198, 34)));
        assert_eq!(end(&nested, Mode::Ber), Some(("max_depth", 198, 34)));
        assert_eq!(
            end(&indefinite, Mode::Emv),
            Some(("indefinite_length", 1, 1))
        );
        assert_eq!(end(&indefinite, Mode::Ber), Some(("max_depth", 66, 34)));
        let outermost = Reader::new(&indefinite, Mode::Ber).flatten().next();
        assert_eq!(outermost.unwrap().value().len(), 1_999_998);
    };
    let thread = std::thread::Builder::new().stack_size(64 * 1024);
    thread.spawn(work).unwrap().join().unwrap();
}

/// Each byte of the input is taken once: as many steps as objects.
#[test]
fn thirty_levels_are_thirty_steps() {
    let nested = deep(30);
    assert_eq!(Reader::new(&nested, Mode::Emv).count(), 30);
    let zeros = vec![0; 100_000];
    assert_eq!(Reader::new(&zeros, Mode::Emv).count(), 0);
    let erased = vec![0xFF; 100_000];
    assert_eq!(Reader::new(&erased, Mode::Ff).count(), 0);
}

#[test]
fn neither_objects_nor_errors_show_values() {
    let card = hex("5A086224242900000113");
    let object = Reader::new(&card, Mode::Emv).next().unwrap().unwrap();
    assert_eq!(format!("{object:?}"), "5A at 0, 8 bytes");
    let error = Reader::new(&card[..9], Mode::Emv)
        .find_map(Result::err)
        .unwrap();
    let said = format!("{error} {error:?}");
    assert!(said.starts_with("5A at byte 2: value needs 8 bytes, 7 left"));
    assert!(!said.contains("622424") && !said.contains("2429"), "{said}");
}
