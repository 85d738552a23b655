//! Real messages through structs, in four dialects, without a heap.

use crate::unionpay;
use annul::card::{Expiry, Pan, Track2};
use annul::iso8583::typed::{Digits, NamedField, Presence, Secret, Text, Track};
use annul::iso8583::{
    Field, ISO87_ASCII, ISO87_EBCDIC, ISO93_ASCII, ISO93_BCD, Iso8583, UNIONPAY_POS, View, Writer,
};

/// A sale by stripe, its members in no order.
#[derive(Debug, PartialEq, Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200)]
struct Sale {
    #[field(64)]
    mac: Option<[u8; 8]>,
    #[field(52)]
    pin_block: Option<Secret<[u8; 8]>>,
    #[field(3)]
    processing_code: Digits<6>,
    #[field(4)]
    amount: u64,
    #[field(11)]
    trace: u32,
    #[field(22)]
    entry_mode: Digits<3>,
    #[field(25)]
    condition: u8,
    #[field(26)]
    pin_length: Option<u8>,
    #[field(35)]
    track: Option<Track<37>>,
    #[field(41)]
    terminal: [u8; 8],
    #[field(42)]
    merchant: [u8; 15],
    #[field(49)]
    currency: [u8; 3],
    #[field(53)]
    security: Option<u64>,
    #[field(60)]
    class: Digits<17>,
}

/// Its answer, borrowed where that goes.
#[derive(Debug, Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0210)]
struct Answer<'m> {
    #[field(2)]
    pan: Option<Pan>,
    #[field(3)]
    processing_code: Digits<6>,
    #[field(4)]
    amount: u64,
    #[field(11)]
    trace: u32,
    #[field(12)]
    time: u32,
    #[field(13)]
    date: Digits<4>,
    #[field(14)]
    expiry: Option<Secret<Digits<4>>>,
    #[field(15)]
    settled: Option<u16>,
    #[field(25)]
    condition: u8,
    #[field(32)]
    acquirer: Digits<11>,
    #[field(37)]
    reference: &'m str,
    #[field(38)]
    authorization: Option<&'m [u8]>,
    #[field(39)]
    code: [u8; 2],
    #[field(41)]
    terminal: &'m str,
    #[field(42)]
    merchant: Text<15>,
    #[field(44)]
    banks: Option<&'m str>,
    #[field(49)]
    currency: &'m [u8],
    #[field(53)]
    security: Option<Digits<16>>,
    #[field(60)]
    class: Field<'m>,
    #[field(63)]
    remarks: Secret<&'m [u8]>,
    #[field(64)]
    mac: Option<&'m [u8]>,
}

/// A sale as a gateway sends it on: what is the card's in its own types.
#[derive(Iso8583)]
#[iso8583(spec = UNIONPAY_POS, mti = 0x0200, ignore_unnamed)]
struct Card {
    #[field(2)]
    pan: Option<Pan>,
    #[field(14)]
    expiry: Option<Expiry>,
    #[field(35)]
    track: Option<Track2>,
}

fn encoded<'m>(message: &impl Iso8583<'m>) -> Vec<u8> {
    let mut buffer = [0; 512];
    let size = message.encode(&mut buffer).unwrap();
    buffer[..size].to_vec()
}

#[test]
fn a_sale_is_written_again() {
    let sample = unionpay::named("G04");
    let sale = Sale::decode(sample.message()).unwrap();
    assert_eq!((sale.amount, sale.trace, sale.condition), (100, 2, 0));
    assert!(sale.entry_mode == "021" && sale.class == "2200000100060");
    assert_eq!(sale.security, Some(2_600_000_000_000_000));
    assert_eq!(encoded(&sale), sample.message());
}

/// No byte of a message, whatever it is, makes it panic or changes on its way
/// through the struct.
#[test]
fn damaged_sales_are_refused_or_kept() {
    let sample = unionpay::named("G04");
    let (mut kept, mut refused) = (0, 0);
    for at in 0..sample.message().len() {
        for damage in 1..=u8::MAX {
            let mut bytes = sample.message().to_vec();
            bytes[at] ^= damage;
            match Sale::decode(&bytes) {
                Ok(sale) => {
                    assert_eq!(Sale::decode(&encoded(&sale)).unwrap(), sale);
                    kept += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(kept > 10_000 && refused > 5000, "{kept} {refused}");
}

#[test]
fn answers_are_written_again() {
    for id in ["G05", "G06"] {
        let sample = unionpay::named(id);
        let answer = Answer::decode(sample.message()).unwrap();
        assert_eq!(answer.code.as_slice(), sample.fields[&39].as_bytes());
        assert!(answer.acquirer == "00010000");
        assert_eq!(answer.banks, Some("01020000   48020000   "));
        assert_eq!(encoded(&answer), sample.message(), "{id}");
    }
}

#[test]
fn a_card_is_read_and_written_as_such() {
    let sample = unionpay::named("P1");
    let card = Card::decode(sample.message()).unwrap();
    let shown = |pan: &Pan| pan.masked().to_string();
    assert_eq!(card.pan.as_ref().map(shown).unwrap(), "622424******0113");
    assert_eq!(card.expiry.map(|expiry| *expiry.digits()), Some(*b"2806"));
    assert_eq!(
        shown(card.track.as_ref().unwrap().pan()),
        "622424******0113"
    );
    let view = View::decode(&UNIONPAY_POS, sample.message()).unwrap();
    let mut buffer = [0; 128];
    let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, view.mti());
    for number in [2, 14, 35] {
        writer.copy(&view.field(number).unwrap());
    }
    let size = writer.finish().unwrap();
    assert_eq!(encoded(&card), buffer[..size]);
}

#[test]
fn a_debug_that_is_derived_shows_no_card() {
    let sample = unionpay::named("G05");
    let answer = format!("{:?}", Answer::decode(sample.message()).unwrap());
    assert!(answer.contains("Pan(621626*********0018)"), "{answer}");
    assert!(answer.contains("expiry: Some(Secret)"), "{answer}");
    let sample = unionpay::named("G04");
    let sale = format!("{:?}", Sale::decode(sample.message()).unwrap());
    assert!(sale.contains("track: Some(Track(35))"), "{sale}");
    assert!(sale.contains("pin_block: Some(Secret)"), "{sale}");
    for text in [answer, sale] {
        assert!(!text.contains("6216261000000000018"), "{text}");
    }
}

#[test]
fn a_message_is_signed_by_its_caller() {
    let sample = unionpay::named("G04");
    let mut sale = Sale::decode(sample.message()).unwrap();
    let mac = sale.mac.take().unwrap();
    let mut buffer = [0; 512];
    let covered = sale.encode_unsigned(&mut buffer).unwrap();
    let view = View::decode(&UNIONPAY_POS, sample.message()).unwrap();
    assert_eq!(Some(&buffer[..covered]), view.mab());
    buffer[covered..covered + 8].copy_from_slice(&mac);
    assert_eq!(&buffer[..covered + 8], sample.message());
    sale.mac = Some(mac);
    assert_eq!(sale.encode_unsigned(&mut buffer).unwrap_err().field, 64);
}

#[derive(Debug, PartialEq, Iso8583)]
#[iso8583(spec = ISO87_EBCDIC, mti = 0x0810)]
struct Ebcdic {
    #[field(11)]
    trace: u32,
    #[field(41)]
    terminal: [u8; 8],
    #[field(44)]
    data: Option<Secret<Text<25>>>,
}

#[test]
fn ebcdic_is_translated() {
    let message = Ebcdic {
        trace: 16,
        terminal: *b"TERM01  ",
        data: Text::new(b"OK").map(Secret::new),
    };
    let wire = unionpay::hex(
        "F0F8F1F0F0F0F2F0F0F0F0F0F0F0F9F0F0F0F0F0F0F0F0F0F1F6E3C5D9D4F0F14040F0F2D6D2",
    );
    assert_eq!(encoded(&message), wire);
    assert_eq!(Ebcdic::decode(&wire).unwrap(), message);
}

/// One shape of message in two encodings of one edition.
macro_rules! advice {
    ($name:ident, $spec:ident) => {
        #[derive(Debug, PartialEq, Iso8583)]
        #[iso8583(spec = $spec, mti = 0x1220)]
        struct $name {
            #[field(4)]
            amount: u64,
            #[field(24)]
            function: u16,
            #[field(52)]
            pin_data: Secret<[u8; 8]>,
            #[field(71)]
            message_number: u32,
            #[field(128)]
            mac: Option<[u8; 8]>,
        }

        impl $name {
            const SAMPLE: Self = Self {
                amount: 1234,
                function: 200,
                pin_data: Secret::new([0xA5; 8]),
                message_number: 7,
                mac: None,
            };
        }
    };
}
advice!(Packed, ISO93_BCD);
advice!(Printable, ISO93_ASCII);

#[test]
fn a_second_bitmap_and_its_mac() {
    let mut buffer = [0; 128];
    let covered = Packed::SAMPLE.encode_unsigned(&mut buffer).unwrap();
    let wire = "122090000100000010000200000000000001000000001234\
                0200A5A5A5A5A5A5A5A500000007";
    assert_eq!(buffer[..covered], unionpay::hex(wire));
    let signed = &buffer[..covered + 8];
    assert_eq!(Packed::decode(signed).unwrap().mac, Some([0; 8]));

    let covered = Printable::SAMPLE.encode_unsigned(&mut buffer).unwrap();
    let wire = b"122090000100000010000200000000000001000000001234200A5A5A5A5A5A5A5A500000007";
    assert_eq!(buffer[..covered], *wire);
    let signed = &buffer[..covered + 16];
    assert_eq!(Printable::decode(signed).unwrap().mac, Some([0; 8]));
}

#[test]
fn a_struct_tells_its_fields_in_order() {
    let field = |number, name, presence| NamedField {
        number,
        name,
        presence,
    };
    assert_eq!(
        Ebcdic::FIELDS,
        [
            field(11, "trace", Presence::Mandatory),
            field(41, "terminal", Presence::Mandatory),
            field(44, "data", Presence::Optional),
        ]
    );
    assert!(Sale::FIELDS.is_sorted_by_key(|field| field.number));
}

/// Without a dialect: whatever forms the fields so that they fit.
#[derive(Debug, PartialEq, Iso8583)]
#[iso8583(mti = 0x0800)]
struct Echo {
    #[field(11)]
    trace: u32,
    #[field(70)]
    code: Option<u16>,
}

#[test]
fn a_struct_without_dialect_takes_that_of_the_message() {
    for spec in [&ISO87_ASCII, &ISO87_EBCDIC, &ISO93_BCD, &UNIONPAY_POS] {
        let echo = Echo {
            trace: 16,
            code: None,
        };
        let mut buffer = [0; 64];
        let mut writer = Writer::new(spec, &mut buffer, Echo::MTI);
        echo.write(&mut writer);
        let size = writer.finish().unwrap();
        let view = View::decode(spec, &buffer[..size]).unwrap();
        assert_eq!(Echo::from_view(&view).unwrap(), echo, "{}", spec.name());
    }
}

#[test]
fn nothing_is_allocated() {
    let sample = unionpay::named("G05");
    let mut buffer = [0; 512];
    let mut size = 0;
    let counted = allocation_counter::measure(|| {
        let answer = Answer::decode(sample.message()).unwrap();
        size = answer.encode(&mut buffer).unwrap();
    });
    assert_eq!(counted.count_total, 0);
    assert_eq!(&buffer[..size], sample.message());
}
