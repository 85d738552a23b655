//! Plain ISO 8583:1987: bytes made by hand from the standard, and answers read.

use super::*;
use annul::iso8583::ISO87_ASCII_BINARY as ISO;
use annul::message::{balanced, keys_in_text, uploaded_copy};
use annul::profile::ISO87_ASCII;

/// A transaction at 10:16:30 on the fifth of January.
fn at_ten(kind: Kind) -> Intent {
    Intent {
        stamp: Civil::new((2026, 1, 5), (10, 16, 30)).unwrap(),
        ..intent(kind, 2, *b"021")
    }
}

/// Text with bytes in hexadecimal where a brace opens.
fn bytes(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        match part.strip_prefix('{') {
            Some(hex) => {
                let pairs = (0..hex.len() / 2).map(|at| &hex[2 * at..2 * at + 2]);
                bytes.extend(pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()));
            }
            None => bytes.extend_from_slice(part.as_bytes()),
        }
    }
    bytes
}

fn written(
    write: impl FnOnce(&Station, &mut [u8]) -> Result<usize, annul::message::MessageError>,
) -> Vec<u8> {
    let mut buffer = [0; 1024];
    let size = write(&station(KeyRequest::Double), &mut buffer).unwrap();
    buffer[..size].to_vec()
}

fn reversed(sending: Sending) -> Vec<u8> {
    let why = (ReversalReason::NoAnswer, sending);
    written(|station, buffer| {
        reversal(
            station,
            &ISO87_ASCII,
            &at_ten(Kind::Sale),
            None,
            why,
            buffer,
        )
    })
}

#[test]
fn a_sale_is_an_0200_with_its_mac_in_field_64() {
    let (intent, card) = (at_ten(Kind::Sale), swiped());
    let draft = Draft {
        intent: &intent,
        card: &card,
        pin_block: None,
    };
    let found = written(|station, buffer| financial(station, &ISO87_ASCII, draft, buffer));
    let expected = bytes(&[
        "0200",
        "{3238048020C08001",
        "000000",
        "000000000100",
        "0105101630",
        "000002",
        "101630",
        "0105",
        "021",
        "00",
        "35",
        "6216261000000000018D301220100000000",
        "12345678",
        "123456789012345",
        "156",
    ]);
    assert_eq!(found, expected);
}

#[test]
fn a_reversal_is_an_0420_that_names_its_original_in_field_90() {
    let body = [
        "{B238048002C080000000004200000001",
        "000000",
        "000000000100",
        "0105101630",
        "000002",
        "101630",
        "0105",
        "021",
        "00",
        "98",
        "12345678",
        "123456789012345",
        "156",
        "0200",
        "000002",
        "0105101630",
        "00000000000",
        "00000000000",
        "000000000000000000000000000000000000000000",
    ];
    for (sending, message_type) in [(Sending::First, "0420"), (Sending::Repeat, "0421")] {
        let expected = [bytes(&[message_type]), bytes(&body)].concat();
        assert_eq!(reversed(sending), expected, "{sending:?}");
    }
}

#[test]
fn the_mac_of_a_reversal_is_field_128() {
    let mut message = reversed(Sending::First);
    let covered = message.len();
    message.extend(*b"MACVALUE");
    let view = View::decode(&ISO, &message).unwrap();
    assert_eq!(view.mac().unwrap().number(), 128);
    assert_eq!(view.mac().unwrap().bytes(), b"MACVALUE");
    assert_eq!(view.mab().unwrap(), &message[..covered]);
}

#[test]
fn a_void_names_its_sale_by_reference_and_code() {
    let (intent, card) = (at_ten(Kind::Void), swiped());
    let draft = Draft {
        intent: &intent,
        card: &card,
        pin_block: Some(&[7; 8]),
    };
    let mut message = written(|station, buffer| financial(station, &ISO87_ASCII, draft, buffer));
    message.extend([0; 8]);
    let view = View::decode(&ISO, &message).unwrap();
    let expected: [(u8, &[u8]); 5] = [
        (3, b"020000"),
        (37, b"101630000002"),
        (38, b"123456"),
        (52, &[7; 8]),
        (53, b"2600000000000000"),
    ];
    for (number, value) in expected {
        assert_eq!(view.field(number).unwrap().bytes(), value, "{number}");
    }
    assert!((54..64).all(|number| view.field(number).is_none()));
}

fn batch() -> Settlement {
    let sum = |count, amount| Sum { count, amount };
    Settlement {
        batch: Batch::new(1).unwrap(),
        trace: Trace::new(13).unwrap(),
        totals: BatchTotals::of_sums([sum(3, 1500), sum(1, 400), sum(0, 0), sum(0, 0)]),
        stage: Stage::Comparing,
    }
}

fn told(told: Told<'_>) -> Vec<u8> {
    let operator = OperatorId::literal(*b"01");
    written(|station, buffer| settlement(station, &ISO87_ASCII, &batch(), operator, told, buffer))
}

#[test]
fn totals_stand_in_fields_74_to_97() {
    let rest = [
        "12345678",
        "123456789012345",
        "156",
        "0000000001",
        "0000000000",
        "0000000003",
        "0000000000",
        "0000000000000400",
        "0000000000000000",
        "0000000000001500",
        "0000000000000000",
        "C0000000000001100",
    ];
    let bitmap = "{A020000000C080000078078080000000";
    for (what, kind, code, trace) in [
        (Told::Totals, "0500", "920000", "000013"),
        (Told::Balanced, "0520", "920000", "000015"),
        (Told::Uploaded(4), "0520", "960000", "000015"),
    ] {
        let expected = [bytes(&[kind, bitmap, code, trace]), bytes(&rest)].concat();
        assert_eq!(told(what), expected, "{what:?}");
    }
}

#[test]
fn a_detail_is_a_copy_of_its_request() {
    let message = written(|station, buffer| {
        uploaded_copy(
            station,
            &ISO87_ASCII,
            &at_ten(Kind::Sale),
            Some(&keyed()),
            buffer,
        )
    });
    let view = View::decode(&ISO, &message).unwrap();
    assert_eq!(view.mti(), Mti::literal(0x0320));
    assert_eq!(view.field(2).unwrap().bytes(), PAN.as_bytes());
    assert_eq!(view.field(11).unwrap().bytes(), b"000002");
    assert!(
        [26, 35, 52, 53, 64]
            .iter()
            .all(|number| view.field(*number).is_none())
    );
}

#[test]
fn the_host_says_in_field_66_whether_the_totals_are_its_own() {
    let expected = Expected {
        mti: Mti::literal(0x0510),
        trace: Some(Trace::new(13).unwrap()),
        processing_code: None,
    };
    let comparison = |domestic| {
        Compared::With(Comparison {
            domestic,
            foreign: Balance::Equal,
            totals: None,
        })
    };
    for (word, meaning) in [
        ("1", comparison(Balance::Equal)),
        ("2", comparison(Balance::Unequal)),
        ("3", Compared::Not),
    ] {
        let bitmap = "{8020000000C000004000000000000000";
        let message = bytes(&[
            "0510",
            bitmap,
            "000013",
            "12345678",
            "123456789012345",
            word,
        ]);
        let view = View::decode(&ISO, &message).unwrap();
        let found = balanced(&view, &station(KeyRequest::Double), &expected);
        assert_eq!(found, meaning, "{word}");
    }
}

#[test]
fn keys_come_as_text_and_the_request_says_which() {
    let (trace, batch) = (Trace::new(1).unwrap(), Batch::NONE);
    let operator = OperatorId::literal(*b"01");
    let asked =
        written(|station, buffer| sign_in(station, &ISO87_ASCII, trace, batch, operator, buffer));
    let expected = bytes(&[
        "0800",
        "{8020000000C100000400000000000000",
        "000001",
        "12345678",
        "123456789012345",
        "003",
        "003",
        "001",
    ]);
    assert_eq!(asked, expected);
    let text = "0123456789ABCDEFFEDCBA987654321000112233445566778899AABBCCDDEEFF0011223344556677";
    let answer = |text: &str| {
        bytes(&[
            "0810",
            "{0000000000010000",
            &format!("{:03}", text.len()),
            text,
        ])
    };
    let message = answer(text);
    let keys = keys_in_text(&View::decode(&ISO, &message).unwrap()).unwrap();
    assert_eq!(keys.bytes()[..3], [0x01, 0x23, 0x45]);
    assert_eq!(keys.bytes().len(), 40);
    for wrong in [&text[1..], &text[2..], "", "XY"] {
        let message = answer(wrong);
        assert!(keys_in_text(&View::decode(&ISO, &message).unwrap()).is_none());
    }
}

#[test]
fn no_answer_of_a_host_makes_the_terminal_fall_over() {
    let keys = "0123456789ABCDEFFEDCBA9876543210001122334455667";
    let answers = [
        bytes(&[
            "0810",
            "{8020000000C100000400000000000000",
            "000001",
            "12345678",
            "123456789012345",
            "047",
            keys,
            "001",
        ]),
        bytes(&[
            "0510",
            "{8020000000C000004000000000000000",
            "000013",
            "12345678",
            "123456789012345",
            "1",
        ]),
    ];
    let expected = Expected {
        mti: Mti::literal(0x0510),
        trace: Some(Trace::new(13).unwrap()),
        processing_code: None,
    };
    let station = station(KeyRequest::Double);
    let mut compared = 0;
    let mut hear = |message: &[u8]| {
        let Ok(view) = View::decode(&ISO, message) else {
            return;
        };
        assert!(keys_in_text(&view).is_none(), "47 digits are no keys");
        if let Compared::With(_) = balanced(&view, &station, &expected) {
            compared += 1;
        }
        let _ = receive(&view, &station, &expected);
    };
    for answer in &answers {
        for cut in 0..=answer.len() {
            hear(&answer[..cut]);
        }
        for at in 0..answer.len() {
            for byte in 0..=u8::MAX {
                let mut changed = answer.clone();
                changed[at] = byte;
                hear(&changed);
            }
        }
    }
    assert!(compared > 1, "the second is one, and so it is with word 2");
}
