//! Every bad message, every truncation and every byte too many: refused, with
//! the field and the byte.

use crate::specs;
use crate::vector::{bad, good, word};
use annul::iso8583::file::Bump;
use annul::iso8583::{DecodeError, DecodeFault, Spec, View};

/// Reads a message behind its header; places count from the first byte.
fn refusal(spec: &Spec<'_>, bytes: &[u8]) -> DecodeError {
    let opened = match spec.header().open(bytes) {
        Err(error) => return error,
        Ok(opened) => opened,
    };
    let refused = View::decode(spec, opened.message).err();
    refused.expect("refused").moved(opened.header.len())
}

/// Where the fields stand that could be read: number, first byte, end.
fn places(spec: &Spec<'_>, bytes: &[u8]) -> Vec<(u8, usize, usize)> {
    let Ok(opened) = spec.header().open(bytes) else {
        return Vec::new();
    };
    let Ok(partial) = View::decode_partial(spec, opened.message) else {
        return Vec::new();
    };
    let before = opened.header.len();
    { partial.view.fields() }
        .map(|field| {
            let start = before + field.offset();
            (field.number(), start, start + field.raw().len())
        })
        .collect()
}

#[test]
fn every_bad_message_is_refused_as_listed() {
    let vectors = bad();
    assert_eq!(vectors.len(), 9);
    for vector in vectors {
        let (id, expected) = (&vector.id, &vector.json["expect"]);
        let arena = Bump::new();
        let spec = specs::read(&vector.dialect, &arena);
        let error = refusal(spec, &vector.bytes);
        let as_listed = match word(&expected["error"]) {
            "truncated" | "truncated_or_desync" => {
                matches!(error.fault, DecodeFault::Truncated { .. })
            }
            "length_over_max" => matches!(error.fault, DecodeFault::TooLong { .. }),
            "bad_length_prefix" => matches!(error.fault, DecodeFault::Prefix { .. }),
            "trailing_data" => error.fault == DecodeFault::Trailing { count: 5 },
            "bad_bitmap" => matches!(error.fault, DecodeFault::NotHex { .. }),
            "bad_bcd" => matches!(error.fault, DecodeFault::NotDecimal { .. }),
            "undefined_field" => error.fault == DecodeFault::Unknown,
            other => panic!("{id}: {other}"),
        };
        assert!(as_listed, "{id}: {error}");
        if let Some(field) = expected["field"].as_str() {
            assert_eq!(error.field.to_string(), field, "{id}");
        }
        if let Some(offset) = expected["offset"].as_u64() {
            // The list says where the field begins, the error which byte of it.
            let places = places(spec, &vector.bytes);
            let before = { places.iter() }.rfind(|(number, ..)| *number < error.field);
            let start = match (error.fault, before) {
                (DecodeFault::Trailing { .. }, _) | (_, None) => error.offset,
                (_, Some((_, _, end))) => *end,
            };
            assert_eq!(start as u64, offset, "{id}");
            assert!(error.offset >= start && error.offset - start < 8, "{id}");
        }
    }
}

#[test]
fn a_message_cut_anywhere_names_the_field_that_was_cut() {
    for vector in good() {
        let arena = Bump::new();
        let spec = specs::read(&vector.dialect, &arena);
        let header = spec.header().open(&vector.bytes).unwrap().header.len();
        let places = places(spec, &vector.bytes);
        let (_, fields, _) = places[0];
        // Bytes of the message type, from which the bitmaps follow.
        let mti = if spec.mti() == Some(annul::iso8583::Encoding::Bcd) {
            2
        } else {
            4
        };
        for cut in 0..vector.bytes.len() {
            let error = refusal(spec, &vector.bytes[..cut]);
            let cut_at = |&&(_, start, end): &&(u8, usize, usize)| start <= cut && cut < end;
            let (field, start) = match { places.iter() }.find(cut_at) {
                Some((number, start, _)) => (*number, *start),
                None if cut < header => (0, 0),
                None if cut < header + mti => (0, header),
                None => (1, header + mti),
            };
            let at = format!("{} cut at {cut} of {fields}: {error}", vector.id);
            assert_eq!(error.field, field, "{at}");
            assert!((start..=cut).contains(&error.offset), "{at}");
            assert!(matches!(error.fault, DecodeFault::Truncated { .. }), "{at}");
        }
    }
}

#[test]
fn bytes_too_many_are_counted_behind_the_last_field() {
    for vector in good() {
        let arena = Bump::new();
        let spec = specs::read(&vector.dialect, &arena);
        let last = places(spec, &vector.bytes).pop().unwrap();
        for count in 1..=5 {
            for byte in [0x00, b'0', 0xFF] {
                let mut longer = vector.bytes.clone();
                longer.extend(vec![byte; count]);
                let error = refusal(spec, &longer);
                assert_eq!(
                    error.fault,
                    DecodeFault::Trailing { count },
                    "{}",
                    vector.id
                );
                assert_eq!(
                    (error.field, error.offset),
                    (last.0, last.2),
                    "{}",
                    vector.id
                );
            }
        }
    }
}
