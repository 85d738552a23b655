//! Chip data taken apart, changed and put together again, without a heap:
//! `cargo run -p annul --example tlv`.

use annul::tlv::dol::{Dol, Format};
use annul::tlv::{Layout, Mode, Reader, Tag, Writer, find};

const CARD_NUMBER: Tag = Tag::literal(0x5A);
const AMOUNT: Tag = Tag::literal(0x9F02);

/// A record of a card: application label, expiry, card number.
const RECORD: &[u8] = b"\x70\x14\x50\x05DEBIT\x5F\x24\x01\x28\x5A\x07\x12\x34\x56\x78\x90\x12\x3F";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Every object, each template before what is in it.
    for object in Reader::new(RECORD, Mode::Emv) {
        let object = object?;
        let indent = "  ".repeat(object.depth());
        println!("{indent}{} at byte {}", object.tag(), object.offset());
    }

    // One of them, by its path.
    let label = find(RECORD, Mode::Emv, "70.50")?.ok_or("no label")?;
    assert_eq!(label.value(), b"DEBIT");

    // All but the card number, in a template of their own.
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    writer.open(Tag::literal(0xE1));
    for object in Reader::new(RECORD, Mode::Emv) {
        let object = object?;
        if object.depth() == 1 && object.tag() != CARD_NUMBER {
            writer.copy(&object);
        }
    }
    writer.close();
    let length = writer.finish()?;
    println!("{length} bytes without the card number");

    // What a card asks the terminal for.
    let list = Dol::parse(&[0x9F, 0x02, 0x06, 0x9A, 0x03])?;
    let length = list.build(&mut buffer, |tag| {
        (tag == AMOUNT).then_some((Format::Numeric, &[0x12, 0x34][..]))
    })?;
    assert_eq!(buffer[..length], [0, 0, 0, 0, 0x12, 0x34, 0, 0, 0]);

    // The other way of UnionPay: field 59 of a payment by code.
    for field in Layout::UNIONPAY.fields(b"A30196200000000000000001") {
        println!("{:?}", field?);
    }

    // What is wrong is said with its place.
    let torn = Reader::new(&RECORD[..12], Mode::Emv).find_map(Result::err);
    println!("{}", torn.ok_or("nothing is wrong")?);
    Ok(())
}
