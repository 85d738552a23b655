//! Fields that have an inside: parsed, understood, written again.

use super::*;

/// A field written alone, as digits or bytes.
fn alone(number: u8, write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = [0; 256];
    let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0200));
    write(&mut writer);
    let size = writer.finish().unwrap();
    let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
    view.field(number).unwrap().raw().to_vec()
}

/// Every field `number` of the samples that are in the common dialect.
fn every(number: u8, mut check: impl FnMut(&Field<'_>)) {
    let mut seen = 0;
    for sample in whole().filter(|sample| sample.id != "P19") {
        let view = decode(&sample);
        view.field(number).iter().for_each(&mut check);
        seen += usize::from(view.field(number).is_some());
    }
    assert!(seen > 0, "no sample has field {number}");
}

#[test]
fn digits_fields_are_written_as_they_were_read() {
    every(22, |field| {
        let mode = EntryMode::parse(field).unwrap();
        assert_eq!(alone(22, |w| mode.write(w)), field.raw());
    });
    every(53, |field| {
        let control = SecurityControl::parse(field).unwrap();
        assert_eq!(alone(53, |w| control.write(w)), field.raw());
    });
    every(60, |field| {
        let class = MessageClass::parse(field).unwrap();
        assert_eq!(alone(60, |w| class.write(w)), field.raw());
    });
    every(61, |field| {
        let original = Original::parse(field).unwrap();
        assert_eq!(alone(61, |w| original.write(w)), field.raw());
    });
}

#[test]
fn balances_are_written_as_they_were_read() {
    every(54, |field| {
        let balances = Balances::parse(field).unwrap();
        assert_eq!(balances.first().minor, 123_456);
        assert_eq!(balances.first().characters(), field.bytes());
    });
}

#[test]
fn two_balances_on_either_side_of_zero() {
    let parse = |text: &[u8]| {
        let mut buffer = [0; 64];
        let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0210))
            .bytes(54, text)
            .finish()
            .unwrap();
        let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
        Balances::parse(&view.field(54).unwrap())
    };
    let text = b"1002156C0000001234563001840D000000000001";
    let balances = parse(text).unwrap();
    let second = balances.second().unwrap();
    assert_eq!((second.sign, second.minor), (Sign::Debit, 1));
    assert_eq!(second.currency, *b"840");
    assert_eq!(
        [balances.first().characters(), second.characters()].concat(),
        text
    );
    for wrong in [
        &b""[..],
        &text[..19],
        &text[..21],
        b"1002156X000000123456",
        b"1002156C00000012345 ",
        b"1002 56C000000123456",
    ] {
        assert!(parse(wrong).is_err(), "{}", wrong.escape_ascii());
    }
}

#[test]
fn a_sale_by_chip_without_contact() {
    let sample = named("P13");
    let view = decode(&sample);
    let class = MessageClass::parse(&view.field(60).unwrap()).unwrap();
    assert_eq!((class.kind(), class.batch()), (22, 512));
    assert_eq!(class.network_code(), Some(0));
    assert_eq!(class.capability(), Some(Capability::Contactless));
    assert_eq!(class.account_type(), None);
    let remarks = Remarks::parse(&view.field(63).unwrap());
    assert_eq!(remarks.organisation(), Some(Organisation::UnionPay));
}

#[test]
fn a_void_names_batch_and_trace_of_its_sale() {
    let sample = named("G10");
    let view = decode(&sample);
    let original = Original::parse(&view.field(61).unwrap()).unwrap();
    assert_eq!((original.batch(), original.trace()), (1, 2));
    assert_eq!(original.date(), None);
    let mode = EntryMode::parse(&view.field(22).unwrap()).unwrap();
    assert_eq!((mode.source, mode.pin), (Source::Keyed, PinEntry::None));
}

#[test]
fn a_refund_names_the_date_of_its_sale() {
    let sample = named("G13");
    let original = Original::parse(&decode(&sample).field(61).unwrap()).unwrap();
    assert_eq!(original.date(), Some(*b"0105"));
    assert_eq!(original.mode(), None);
}

#[test]
fn field_62_is_what_its_message_says() {
    for (id, licence, serial) in [
        ("P8", b"3060", &b"99999906"[..]),
        ("P9", b"3135", b"320-017-687"),
    ] {
        let sample = named(id);
        let view = decode(&sample);
        let field = view.field(62).unwrap();
        let PrivateData::TerminalInfo(info) = PrivateData::parse(view.mti(), &field) else {
            panic!("{id}: terminal information");
        };
        assert_eq!((info.licence(), info.serial()), (licence, serial));
        let again = TerminalInfo::new(licence, serial).unwrap();
        assert_eq!(alone(62, |w| again.write(w)), field.raw());
    }
    for (id, size) in [("G02", 40), ("G03", 60), ("P12", 40)] {
        let sample = named(id);
        let view = decode(&sample);
        let data = PrivateData::parse(view.mti(), &view.field(62).unwrap());
        assert!(matches!(data, PrivateData::Answer(keys) if keys.len() == size));
    }
    let sample = named("P22");
    let view = decode(&sample);
    let data = PrivateData::parse(view.mti(), &view.field(62).unwrap());
    assert!(matches!(data, PrivateData::Other(bytes) if bytes.starts_with(b"ACTN")));
}

#[test]
fn texts_of_field_63_are_told_apart_by_length() {
    let sample = named("P22");
    let remarks = Remarks::parse(&decode(&sample).field(63).unwrap());
    assert_eq!(remarks.organisation(), Some(Organisation::UnionPay));
    assert_eq!(remarks.issuer(), [b' '; 20]);
    assert_eq!(remarks.centre(), [b' '; 20]);
    assert!(remarks.acquirer().is_empty());
    assert!(remarks.terminal().is_empty());
}

#[test]
fn heads_of_field_63_are_written_as_they_were_read() {
    for (id, head) in [("P8", *b"001"), ("P9", *b"01 "), ("G13", *b"000")] {
        let sample = named(id);
        let field = decode(&sample).field(63).unwrap();
        assert_eq!(alone(63, |w| Remarks::write_head(head, w)), field.raw());
    }
}

#[test]
fn parts_that_do_not_fit_are_refused_by_name() {
    let told = |error: ValueError| error.to_string();
    let batch = MessageClass::new(22, 1_000_000).unwrap_err();
    assert_eq!(told(batch), "field 60: batch 60.2 is at most 999999");
    let kind = MessageClass::new(100, 1).unwrap_err();
    assert_eq!(told(kind), "field 60: type 60.1 is at most 99");
    let network = MessageClass::new(0, 1).unwrap().network(1000).unwrap_err();
    assert_eq!(told(network), "field 60: network code 60.3 is at most 999");
    let trace = Original::new(1, 1_000_000).unwrap_err();
    assert_eq!(told(trace), "field 61: trace 61.2 is at most 999999");
    let date = Original::new(1, 1).unwrap().on(*b"1/05").unwrap_err();
    assert_eq!(told(date), "field 61: date 61.3 must be decimal digits");
    let mode = EntryMode::from_digits(*b"0x1").unwrap_err();
    assert_eq!(
        told(mode),
        "field 22: expected 3 digits of entry mode, found 3 characters"
    );
}

#[test]
fn every_length_of_fields_60_and_61_is_built() {
    let points = MessageClass::new(22, 1).unwrap().account(65).unwrap();
    assert_eq!(points.digits(), b"22000001000000065");
    assert_eq!(points.account_type(), Some(65));
    let again = points.network(3).unwrap();
    assert_eq!(again.digits(), b"22000001003000065");
    let offline = Original::new(1, 2).unwrap().on(*b"0105").unwrap();
    let offline = offline.authorized(*b"01").unwrap();
    assert_eq!(offline.digits(), b"000001000002010501");
    let offline = offline.by(*b"00000001234").unwrap();
    assert_eq!(offline.digits(), b"00000100000201050100000001234");
    assert_eq!(offline.institution(), Some(*b"00000001234"));
    assert_eq!(offline.mode(), Some(*b"01"));
}
