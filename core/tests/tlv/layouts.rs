//! Simple-TLV, LTV, and the ASCII TLV of UnionPay's fields 57 and 59.

use crate::vectors::hex;
use annul::tlv::{Counts, Layout, LayoutError, LengthDigits};
use proptest::prelude::*;

type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// Tags and values in order, then what ended it.
fn read(layout: Layout, bytes: &[u8]) -> (Pairs, Option<(&'static str, usize)>) {
    let mut error = None;
    let fields = layout.fields(bytes).filter_map(|field| match field {
        Ok(field) => Some((field.tag().to_vec(), field.value().to_vec())),
        Err(wrong) => {
            error = Some((wrong.code(), wrong.offset()));
            None
        }
    });
    (fields.collect(), error)
}

fn pairs(fields: &[(&[u8], &[u8])]) -> Pairs {
    let owned = fields
        .iter()
        .map(|(tag, value)| (tag.to_vec(), value.to_vec()));
    owned.collect()
}

/// The codes of unionpay.md 2.1: a customer's code in a request, the voucher
/// in the answer, a PIN block of SM4.
#[test]
fn fields_57_and_59() {
    let request = b"A30196200000000000000001";
    assert_eq!(
        read(Layout::UNIONPAY, request),
        (pairs(&[(b"A3", b"6200000000000000001")]), None)
    );
    let answer = b"A402058210526789789570802";
    assert_eq!(
        read(Layout::UNIONPAY, answer),
        (pairs(&[(b"A4", b"58210526789789570802")]), None)
    );
    let pin_block: Vec<u8> = (0..16).collect();
    let both = [b"A1016", pin_block.as_slice(), b"A2000"].concat();
    assert_eq!(
        read(Layout::UNIONPAY, &both),
        (pairs(&[(b"A1", &pin_block), (b"A2", b"")]), None)
    );
    let fields: Vec<_> = Layout::UNIONPAY.fields(&both).flatten().collect();
    assert_eq!(fields[1].offset(), 21);
    assert_eq!(format!("{:?}", fields[0]), "A1 at 0, 16 bytes");
}

#[test]
fn what_is_wrong_and_where() {
    let (simple, unionpay) = (Layout::SIMPLE, Layout::UNIONPAY);
    let counting = Layout::ltv(LengthDigits::Bcd(1), 1, Counts::TagAndValue);
    let cases: [(Layout, &[u8], &str, usize); 11] = [
        (unionpay, b"A3002xxA", "truncated_tag", 7),
        (unionpay, b"A30", "truncated_length", 2),
        (unionpay, b"A30x2ab", "bad_length", 2),
        (unionpay, b"A3003ab", "truncated_value", 5),
        (simple, &[0x00, 1, 1], "bad_tag", 0),
        (simple, &[0x01, 0, 0xFF, 0], "bad_tag", 2),
        (simple, &[0x01, 0xFF, 1], "truncated_length", 1),
        (simple, &[0x01, 3, 1, 2], "truncated_value", 2),
        (counting, &[0x00, 0x5A], "bad_length", 0),
        (counting, &[0x1A, 0x5A], "bad_length", 0),
        (counting, &[0x02], "truncated_tag", 1),
    ];
    for (layout, bytes, code, offset) in cases {
        assert_eq!(read(layout, bytes).1, Some((code, offset)), "{bytes:?}");
    }
    let (fields, error) = read(unionpay, b"A3002xxA4");
    assert_eq!(fields, pairs(&[(b"A3", b"xx")]));
    assert_eq!(error, Some(("truncated_length", 9)));
}

#[test]
fn simple_tlv_and_its_long_length() {
    let long = vec![7; 255];
    let bytes = [hex("80020102").as_slice(), &hex("81FF00FF"), &long].concat();
    let expected = pairs(&[(&[0x80], &[1, 2]), (&[0x81], &long)]);
    assert_eq!(read(Layout::SIMPLE, &bytes), (expected, None));
    let mut buffer = [0; 300];
    for (size, header) in [(254, 2), (255, 4)] {
        let written = Layout::SIMPLE.encode(&[0x81], &long[..1].repeat(size), &mut buffer);
        assert_eq!(written, Ok(size + header));
    }
    let too_long = vec![0; 65_536];
    let refused = Layout::SIMPLE.encode(&[1], &too_long, &mut buffer);
    assert_eq!(refused, Err(LayoutError::Length { length: 65_536 }));
    assert_eq!(
        Layout::SIMPLE.encode(&[0], &[], &mut buffer),
        Err(LayoutError::Tag)
    );
    assert_eq!(
        Layout::SIMPLE.encode(&[1, 2], &[], &mut buffer),
        Err(LayoutError::Tag)
    );
}

#[test]
fn length_first_in_every_kind_of_digits() {
    let cases = [
        (LengthDigits::Binary(1), Counts::Value, "02AABB0102"),
        (LengthDigits::Binary(2), Counts::TagAndValue, "0004AABB0102"),
        (LengthDigits::Bcd(1), Counts::Value, "02AABB0102"),
        (LengthDigits::Bcd(2), Counts::TagAndValue, "0004AABB0102"),
        (
            LengthDigits::Ascii(3),
            Counts::TagAndValue,
            "303034AABB0102",
        ),
    ];
    for (digits, counts, expected) in cases {
        let layout = Layout::ltv(digits, 2, counts);
        let mut buffer = [0; 16];
        let length = layout.encode(&[0xAA, 0xBB], &[1, 2], &mut buffer).unwrap();
        assert_eq!(buffer[..length], hex(expected));
        let fields = pairs(&[(&[0xAA, 0xBB], &[1, 2])]);
        assert_eq!(read(layout, &buffer[..length]), (fields, None));
    }
    let mut small = [0; 4];
    let (needed, available) = (5, 4);
    assert_eq!(
        Layout::ltv(LengthDigits::Bcd(1), 2, Counts::Value).encode(&[1, 2], &[1, 2], &mut small),
        Err(LayoutError::Full { needed, available })
    );
}

proptest! {
    /// What is written reads back; any bytes read to their end or to an error
    /// that stands inside them or right behind.
    #[test]
    fn round_trips_and_any_bytes(
        tag in 1_u8..=0xFE,
        value in prop::collection::vec(any::<u8>(), 0..400),
        digits in prop_oneof![
            (1_u8..=4).prop_map(LengthDigits::Binary),
            (1_u8..=4).prop_map(LengthDigits::Bcd),
            (1_u8..=4).prop_map(LengthDigits::Ascii),
            Just(LengthDigits::Simple),
        ],
    ) {
        for layout in [
            Layout::new(1, digits),
            Layout::ltv(digits, 1, Counts::Value),
            Layout::ltv(digits, 1, Counts::TagAndValue),
        ] {
            let mut buffer = [0; 500];
            if let Ok(length) = layout.encode(&[tag], &value, &mut buffer) {
                let expected = pairs(&[(&[tag], &value)]);
                prop_assert_eq!(read(layout, &buffer[..length]), (expected, None));
            }
            if let (_, Some((_, offset))) = read(layout, &value) {
                prop_assert!(offset <= value.len());
            }
        }
    }
}
