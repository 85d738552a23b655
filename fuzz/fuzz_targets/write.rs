//! The writer, told to write anything in any order into a buffer of any size:
//! it refuses, or what it wrote is a message that reads back with the same
//! fields.
#![no_main]

use annul::iso8583::{Mti, UNIONPAY_POS, View, Writer};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Order<'a> {
    mti: u16,
    room: u16,
    fields: Vec<(u8, Content<'a>)>,
}

#[derive(Arbitrary, Debug)]
enum Content<'a> {
    Digits(&'a [u8]),
    /// Digits that are digits, so that more than refusals is tried.
    Decimal(u64),
    Number(u64),
    Bytes(&'a [u8]),
}

fuzz_target!(|order: Order<'_>| {
    let Some(mti) = Mti::new(order.mti) else {
        return;
    };
    let mut buffer = vec![0; usize::from(order.room)];
    let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, mti);
    for (number, content) in &order.fields {
        match content {
            Content::Digits(digits) => writer.digits(*number, digits),
            Content::Decimal(value) => writer.digits(*number, value.to_string().as_bytes()),
            Content::Number(value) => writer.number(*number, *value),
            Content::Bytes(bytes) => writer.bytes(*number, bytes),
        };
    }
    let Ok(size) = writer.finish() else {
        return;
    };
    let view = View::decode(&UNIONPAY_POS, &buffer[..size]).expect("what was written reads back");
    assert_eq!(view.mti(), mti);
    let written: Vec<u8> = order.fields.iter().map(|(number, _)| *number).collect();
    let read: Vec<u8> = view.fields().map(|field| field.number()).collect();
    assert_eq!(read, written);
});
