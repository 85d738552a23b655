//! The readers of data objects on any bytes: they read to the last one or say
//! where they stopped, inside the bytes or right behind them, and every object
//! stands where it says.
#![no_main]

use annul::tlv::{Counts, Layout, LengthDigits, Mode, Object, Reader, find};
use libfuzzer_sys::fuzz_target;

const MODES: [Mode; 4] = [Mode::Strict, Mode::Emv, Mode::Ff, Mode::Ber];

// The first byte says how many templates are allowed.
fuzz_target!(|input: &[u8]| {
    let Some((&limit, bytes)) = input.split_first() else {
        return;
    };
    for mode in MODES {
        read(bytes, mode, limit);
    }
    for layout in [
        Layout::SIMPLE,
        Layout::UNIONPAY,
        Layout::QR_CODE,
        Layout::ltv(LengthDigits::Bcd(2), 2, Counts::TagAndValue),
        Layout::ltv(LengthDigits::Binary(4), 1, Counts::Value),
    ] {
        fields(bytes, layout);
    }
});

fn read(bytes: &[u8], mode: Mode, limit: u8) {
    let mut reader = Reader::new(bytes, mode).depth(limit);
    let mut open: Vec<Object<'_>> = Vec::new();
    let mut end = 0;
    let mut error = None;
    for object in reader.by_ref() {
        let object = match object {
            Ok(object) => object,
            Err(wrong) => {
                error = Some(wrong);
                continue;
            }
        };
        assert!(error.is_none(), "nothing is read behind an error");
        assert!(object.depth() <= usize::from(limit.min(Reader::MAX_DEPTH)));
        assert!(object.offset() >= end, "objects follow one another");
        let place = &bytes[object.offset()..][..object.bytes().len()];
        assert_eq!(place, object.bytes());
        assert!(place.starts_with(&object.tag().bytes()));
        let value = object.offset() + object.header_length();
        assert_eq!(&bytes[value..][..object.value().len()], object.value());
        open.truncate(object.depth());
        assert_eq!(
            open.len(),
            object.depth(),
            "templates come before what is in them"
        );
        assert!(open.iter().all(|template| template.is_constructed()));
        end = value;
        if !object.is_constructed() {
            end += object.value().len();
        }
        open.push(object);
        if limit >= Reader::MAX_DEPTH {
            found(bytes, mode, &open);
        }
    }
    assert!(reader.next().is_none());
    if let Some(error) = error {
        assert!(error.offset() <= bytes.len() && error.offset() >= end.min(bytes.len()));
        assert!(error.to_string().contains(&error.offset().to_string()));
        assert!(error.path().tags().count() <= open.len() + 1);
    }
}

/// The path to an object finds one with the same tag, there or before. Far
/// objects are left out: each search begins at the first byte.
fn found(bytes: &[u8], mode: Mode, open: &[Object<'_>]) {
    let Some(object) = open.last().filter(|object| object.offset() < 48) else {
        return;
    };
    let tags: Vec<String> = open.iter().map(|object| object.tag().to_string()).collect();
    let first = find(bytes, mode, &tags.join(".")).expect("it was read before any error");
    let first = first.expect("it was read");
    assert_eq!((first.tag(), first.depth()), (object.tag(), object.depth()));
    assert!(first.offset() <= object.offset());
}

fn fields(bytes: &[u8], layout: Layout) {
    let mut end = 0;
    for field in layout.fields(bytes) {
        match field {
            Ok(field) => {
                assert_eq!(field.offset(), end);
                let mut buffer = vec![0; bytes.len() + 8];
                let size = layout
                    .encode(field.tag(), field.value(), &mut buffer)
                    .expect("what was read can be written");
                // Simple-TLV may have a long length where a short one would do.
                end += size;
                if layout == Layout::SIMPLE {
                    let long = bytes[field.offset() + 1] == 0xFF && field.value().len() < 0xFF;
                    end += if long { 2 } else { 0 };
                } else {
                    assert_eq!(&bytes[field.offset()..end], &buffer[..size]);
                }
            }
            Err(error) => assert!(error.offset() >= end && error.offset() <= bytes.len()),
        }
    }
}
