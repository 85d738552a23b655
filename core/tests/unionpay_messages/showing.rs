//! Names and masks: no card data comes out.

use super::*;
use annul::iso8583::{ISO87_ASCII, ISO87_ASCII_128, Mask};

#[test]
fn no_sample_shows_card_data() {
    for sample in whole() {
        let text = shown(&sample);
        let field = |number: u8| sample.fields.get(&number);
        let track = field(35).map(|track| track.split('D').next().unwrap().to_owned());
        for number in field(2).cloned().into_iter().chain(track) {
            assert!(!text.contains(&number), "{}: card number", sample.id);
        }
        for hidden in [35, 52, 14] {
            if let Some(value) = field(hidden) {
                let line = format!("F{hidden} ");
                let line = text.lines().find(|l| l.starts_with(&line)).unwrap();
                assert!(!line.contains(&value[value.len() - 4..]), "{line}");
                assert!(line.ends_with("****"), "{line}");
            }
        }
    }
}

#[test]
fn working_keys_are_hidden_and_terminal_data_shown() {
    let count = |text: &str| text.matches('*').count();
    assert_eq!(count(&shown(&named("G02"))), 40);
    assert_eq!(count(&shown(&named("G03"))), 60);
    assert!(shown(&named("P9")).contains("F62 private data: Sequence No153135320-017-687"));
}

/// Found by the fuzz target `preset`: a card where details have an amount.
#[test]
fn details_that_are_laid_out_otherwise_are_not_shown() {
    let mut number = String::from("010000000200000000000000006224");
    number += "242900000113";
    let mut buffer = [0; 64];
    let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0320))
        .digits(48, number.as_bytes())
        .finish()
        .unwrap();
    let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
    let line = describe(&view, Language::English).next().unwrap();
    assert_eq!(line.value.to_string(), "*".repeat(42));
}

/// Found by the same: a track in chip data whose tag is public.
#[test]
fn a_track_in_a_public_value_of_a_chip_is_not_shown() {
    let track = b"\x62\x24\x24\x29\x00\x00\x01\x13\xD2\x80\x62\x01";
    let value = [b"\x9F\x16\x0D\x07", &track[..]].concat();
    let mut buffer = [0; 64];
    let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0200))
        .bytes(55, &value)
        .finish()
        .unwrap();
    let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
    let line = describe(&view, Language::English).next().unwrap();
    assert!(!line.value.to_string().contains("2429"), "{}", line.value);
}

/// Digits behind the separator are as many as a card number has.
#[test]
fn a_track_in_free_text_shows_nothing_behind_its_number() {
    for track in [
        "6224242900000113=2912201987654321",
        "%B6224242900000113^DOE/J^2912201987654321?",
    ] {
        let mut buffer = [0; 128];
        let size = Writer::new(&ISO87_ASCII, &mut buffer, Mti::literal(0x0200))
            .digits(2, b"6224242900000113")
            .bytes(48, track.as_bytes())
            .finish()
            .unwrap();
        let view = View::decode(&ISO87_ASCII, &buffer[..size]).unwrap();
        for line in describe(&view, Language::English) {
            let line = line.to_string();
            assert!(!line.contains("29122") && !line.contains("4321"), "{line}");
        }
    }
}

/// Sixteen bytes of bitmap, of which the message has eight.
#[test]
fn a_card_number_taken_for_a_bitmap_is_not_shown() {
    let mut buffer = [0; 128];
    let size = Writer::new(&ISO87_ASCII, &mut buffer, Mti::literal(0x0200))
        .digits(2, b"6224242900000113")
        .digits(3, b"000000")
        .digits(4, b"000000000123")
        .digits(11, b"412345")
        .finish()
        .unwrap();
    let wrong = View::decode_partial(&ISO87_ASCII_128, &buffer[..size]).unwrap();
    assert!(!Mask::of(&wrong.view).shows_bitmaps());
    let right = View::decode(&ISO87_ASCII, &buffer[..size]).unwrap();
    assert!(Mask::of(&right).shows_bitmaps());
}

/// A merchant's number may have as many digits as a card's (found by the suites
/// of Kotlin and Swift).
#[test]
fn what_is_no_secret_is_shown_in_every_sample() {
    const OPEN: [u8; 10] = [3, 4, 11, 25, 37, 38, 39, 41, 42, 49];
    for sample in whole() {
        let view = decode(&sample);
        for line in describe(&view, Language::English).filter(|line| OPEN.contains(&line.number)) {
            let listed = &sample.fields[&line.number];
            assert_eq!(
                line.value.to_string(),
                *listed,
                "{} F{}",
                sample.id,
                line.number
            );
        }
    }
}

#[test]
fn lines_read_as_they_should() {
    for (id, line) in [
        ("G05", "F2 card number: 621626*********0018"),
        ("G04", "F35 track 2: 621626*********0018****************"),
        ("G33", "F35 track 2: ***********************************"),
        ("G04", "F52 PIN block: ********"),
        ("G04", "F4 amount: 000000000100"),
        ("G04", "F64 MAC: F4980F4F"),
        ("G05", "F42 merchant: 123456789012345"),
        ("G15", "F54 balance: 1002156C000000123456"),
        ("G25", "F48 additional data: 0002"),
        (
            "G21",
            "F48 additional data: 00000000030000300000000005000100000000000000000000000000000000",
        ),
        (
            "G24",
            "F48 additional data: 0200000002621626*********0018\
             00000000010000000014622424******0113000000000200",
        ),
        ("G32", "F59 payment code: A30196200***********0001"),
        ("P16", "F55 chip data: 9F36=031E 91=42FE066E2918B0883030"),
    ] {
        let text = shown(&named(id));
        assert!(
            text.lines().any(|shown| shown == line),
            "{id}: {line}\n{text}"
        );
    }
}

#[test]
fn names_are_there_in_chinese() {
    let sample = named("G05");
    let view = decode(&sample);
    let line = describe(&view, Language::Chinese).next().unwrap();
    assert_eq!(line.to_string(), "F2 主账号: 621626*********0018");
}

#[test]
fn debug_shows_numbers_and_sizes_only() {
    let sample = named("G30");
    let debug = format!("{:?}", decode(&sample));
    assert_eq!(debug, "View(0820 [F41[8], F42[15], F60[11]])");
}

#[test]
fn chip_data_that_are_no_tlv_are_hidden() {
    for (value, text) in [
        ("5A0862242429000001139F36020157", "5A=******** 9F36=0157"),
        (
            "57116224242900000113D280620139490310139F3602",
            "57=***************** ***",
        ),
        ("70045A021234", "70=****"),
        ("9F", "*"),
        ("95FF", "**"),
        ("958105000000800091", "95=0000008000 *"),
    ] {
        let mut buffer = [0; 64];
        let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0200))
            .bytes(55, &hex(value))
            .finish()
            .unwrap();
        let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
        let line = describe(&view, Language::English).next().unwrap();
        assert_eq!(line.value.to_string(), text);
    }
}

#[test]
fn tracks_and_details_of_another_form_are_hidden() {
    for (number, digits) in [
        (35, "12345678901234567890D30121010000"),
        (35, "123456789012D30121010000"),
        (35, "6216261000000000018C30121010000"),
        (48, "1234567890123"),
        (48, "12345678901234567890123456789012345678901234"),
    ] {
        let mut buffer = [0; 64];
        let size = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0200))
            .digits(number, digits.as_bytes())
            .finish()
            .unwrap();
        let view = View::decode(&UNIONPAY_POS, &buffer[..size]).unwrap();
        let line = describe(&view, Language::English).next().unwrap();
        assert_eq!(line.value.to_string(), "*".repeat(digits.len()));
    }
}
