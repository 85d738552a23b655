//! What was read is written again, byte for byte or in the shortest form; and
//! what a writer was told to write, in any order, reads back or is refused.
#![no_main]

use annul::tlv::{LengthForm, Lengths, Mode, Reader, Tag, Writer};
use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
enum Order {
    Primitive(u32, Form, u8),
    Open(u32, Form),
    Close,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Form {
    Minimal,
    Octets(u8),
    Indefinite,
}

// The first byte says how large the buffer is; the rest is read as objects,
// and as orders.
fuzz_target!(|input: &[u8]| {
    let Some((&room, bytes)) = input.split_first() else {
        return;
    };
    for mode in [Mode::Strict, Mode::Emv, Mode::Ff, Mode::Ber] {
        again(bytes, mode);
    }
    if let Ok(orders) = Vec::<Order>::arbitrary(&mut Unstructured::new(bytes)) {
        obeyed(&orders, usize::from(room) * 16);
    }
});

/// Depth, tag and value of each object; templates have no value of their own.
fn objects(bytes: &[u8], mode: Mode) -> Option<Vec<(usize, Tag, Vec<u8>)>> {
    let object = |read: Result<annul::tlv::Object<'_>, _>| {
        let object = read.ok()?;
        let value = if object.is_constructed() {
            &[]
        } else {
            object.value()
        };
        Some((object.depth(), object.tag(), value.to_vec()))
    };
    Reader::new(bytes, mode).map(object).collect()
}

fn again(bytes: &[u8], mode: Mode) {
    let Some(before) = objects(bytes, mode) else {
        return;
    };
    let copy = |lengths| {
        let mut buffer = vec![0; bytes.len()];
        let mut writer = Writer::new(&mut buffer);
        let read = writer.transcribe(Reader::new(bytes, mode), lengths);
        assert!(read.is_ok(), "it was read before");
        let length = writer
            .finish()
            .expect("a copy is no longer than the original");
        buffer.truncate(length);
        buffer
    };
    assert_eq!(copy(Lengths::Preserved), bytes);
    let minimal = copy(Lengths::Minimal);
    assert_eq!(objects(&minimal, Mode::Strict), Some(before));
}

fn obeyed(orders: &[Order], room: usize) {
    let mut buffer = vec![0; room];
    let mut writer = Writer::new(&mut buffer);
    let (mut expected, mut depth) = (Vec::new(), 0);
    for order in orders {
        let (value, form) = match *order {
            Order::Close => {
                writer.close();
                depth = usize::saturating_sub(depth, 1);
                continue;
            }
            Order::Primitive(value, form, _) | Order::Open(value, form) => (value, form),
        };
        let Some(tag) = Tag::new(value) else { continue };
        let form = match form {
            Form::Minimal => LengthForm::Minimal,
            Form::Octets(octets) => LengthForm::Octets(octets % 6),
            Form::Indefinite => LengthForm::Indefinite,
        };
        if let Order::Primitive(_, _, size) = *order {
            let value = vec![size; usize::from(size)];
            writer.primitive_as(tag, form, &value);
            expected.push((depth, tag, value));
        } else {
            writer.open_as(tag, form);
            expected.push((depth, tag, Vec::new()));
            depth += 1;
        }
    }
    if let Ok(length) = writer.finish() {
        assert_eq!(objects(&buffer[..length], Mode::Ber), Some(expected));
    }
}
