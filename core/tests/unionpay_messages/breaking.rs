//! Cut and damaged messages: each error names field and byte.

use super::*;

#[test]
fn every_cut_names_the_field_it_is_in() {
    for sample in whole() {
        let view = decode(&sample);
        for cut in 0..sample.message().len() {
            let error = View::decode(sample.spec(), &sample.message()[..cut]).unwrap_err();
            let expected = match cut {
                0..2 => 0,
                2..HEAD => 1,
                _ => {
                    let mut fields = view.fields();
                    let hit = fields.find(|f| cut < f.offset() + f.raw().len());
                    hit.expect("a field there").number()
                }
            };
            assert_eq!(error.field, expected, "{} cut at {cut}: {error}", sample.id);
            assert!(error.offset <= cut, "{}", sample.id);
            let fault = error.fault;
            assert!(
                matches!(fault, DecodeFault::Truncated { left, .. } if error.offset + left == cut)
            );
        }
    }
}

#[test]
fn a_partial_view_has_every_field_before_the_cut() {
    let sample = named("G05");
    let view = decode(&sample);
    for cut in HEAD..sample.message().len() {
        let cut_message = &sample.message()[..cut];
        let partial = View::decode_partial(&UNIONPAY_POS, cut_message).unwrap();
        let whole = view.fields().filter(|f| f.offset() + f.raw().len() <= cut);
        assert_eq!(partial.view.fields().count(), whole.count());
        assert!(partial.error.is_some());
    }
}

#[test]
fn bytes_behind_the_last_field_are_refused() {
    let mut message = named("G08").message().to_vec();
    let end = message.len();
    message.extend([0, 0]);
    let error = View::decode(&UNIONPAY_POS, &message).unwrap_err();
    assert_eq!((error.field, error.offset), (64, end));
    assert_eq!(error.fault, DecodeFault::Trailing { count: 2 });
}

#[test]
fn faults_say_field_offset_and_what_was_found() {
    let tell = |bitmap: u64, fields: &[u8]| {
        let bytes = [&[0x02, 0x00], &bitmap.to_be_bytes()[..], fields].concat();
        View::decode(&UNIONPAY_POS, &bytes).unwrap_err().to_string()
    };
    let bit = |number: u32| 1_u64 << (64 - number);
    for (told, expected) in [
        (
            tell(bit(2), &[0x1A]),
            "field 2 at byte 10: expected a decimal length prefix, found nibble A",
        ),
        (
            tell(bit(2), &[0x20]),
            "field 2 at byte 10: length prefix says 20, the field holds at most 19",
        ),
        (
            tell(bit(2), &[0x13, 0x62, 0x24]),
            "field 2 at byte 11: expected 7 bytes, 2 left",
        ),
        (
            tell(bit(3), &[0, 0x0C, 0]),
            "field 3 at byte 11: expected decimal digits, found nibble C",
        ),
        (
            tell(bit(22), &[0xB2, 0x10]),
            "field 22 at byte 10: expected decimal digits, found nibble B",
        ),
        (
            tell(bit(23), &[0x00, 0x0E]),
            "field 23 at byte 11: expected decimal digits, found nibble E",
        ),
        (
            tell(bit(60), &[0x00]),
            "field 60 at byte 10: expected 2 bytes, 1 left",
        ),
        (
            tell(bit(60), &[0x99, 0x99]),
            "field 60 at byte 10: length prefix says 9999, the field holds at most 17",
        ),
        (
            tell(bit(7), &[]),
            "field 7 at byte 10: the bitmap announces it, but the dialect does not say how it is formed",
        ),
        (
            tell(bit(1), &[]),
            "bitmap at byte 2: bit 1 announces a second bitmap, which this dialect does not have",
        ),
        (
            tell(0, &[1]),
            "bitmap at byte 10: 1 bytes follow the last field the bitmap announces",
        ),
    ] {
        assert_eq!(told, expected);
    }
    let error = View::decode(&UNIONPAY_POS, &[0x02, 0xF0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let told = error.unwrap_err().to_string();
    assert_eq!(
        told,
        "message type at byte 1: expected decimal digits, found nibble F"
    );
}

#[test]
fn a_pad_nibble_may_be_anything() {
    let bit = |number: u32| 1_u64 << (64 - number);
    let bitmap = (bit(22) | bit(23)).to_be_bytes();
    let bytes = [&[0x02, 0x00], &bitmap[..], &[0x02, 0x1F, 0xE0, 0x01]].concat();
    let view = View::decode(&UNIONPAY_POS, &bytes).unwrap();
    assert!(view.field(22).unwrap().digits().unwrap() == "021");
    assert!(view.field(23).unwrap().digits().unwrap() == "001");
    assert_eq!(view.field(22).unwrap().pad(), Some(0xF));
    assert_eq!(view.field(23).unwrap().pad(), Some(0xE));
    assert_eq!(copied(&view), bytes);
}
