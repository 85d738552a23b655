//! Each reason the host has to refuse, and that a refusal moves no money.

mod common;

use annul::card::{Pan, Pin};
use annul::crypto::{Key, MacKey, PinKey, pin::PinBlock};
use annul_host::ledger::{Ledger, MemoryLedger};
use annul_host::settings::{EXAMPLE, Settings};
use annul_host::{Acquirer, Host};
use common::{
    CARD, Message, PIN_BLOCK, answer, code, cut, declined, echo, net, now, plan, ready, reversal,
    sale, send, sign_in, status, to_hex, void,
};
use std::fmt::Write as _;

/// Sends a request signed with the right key; its F39. The answer to a refusal
/// has no MAC and books nothing under that trace.
fn refused(host: &mut Host<MemoryLedger>, message: &Message) -> String {
    let before = host.ledger().entries().unwrap();
    let reply = answer(&send(host, now(0), &message.signed()));
    assert!(!reply.has(64) && !reply.has(15) && !reply.has(38));
    assert_eq!(host.ledger().entries().unwrap(), before);
    reply.text(39)
}

#[test]
fn every_mandatory_field_is_missed() {
    let original = sale(2, 100);
    let cases = [
        (original.clone(), &[3, 4, 11, 22, 25, 49, 60][..]),
        (void(3, 100, 2), &[3, 4, 11, 22, 25, 37, 49, 60, 61]),
        (reversal(&original), &[3, 4, 11, 22, 25, 39, 49, 60]),
        (
            reversal(&void(3, 100, 2)),
            &[3, 4, 11, 22, 25, 39, 49, 60, 61],
        ),
    ];
    for (message, fields) in cases {
        for field in fields {
            let mut host = ready(&[]);
            let code = refused(&mut host, &message.clone().without(*field));
            // Without the fields that say what it is, it is nothing known.
            let expected = if matches!(field, 3 | 25 | 60) {
                "40"
            } else {
                "30"
            };
            assert_eq!(code, expected, "without field {field}");
        }
    }
    let mut host = ready(&[]);
    for field in [11, 60, 63] {
        let code = code(&mut host, &sign_in().without(field).frame(None));
        assert_eq!(code, if field == 60 { "40" } else { "30" });
    }
}

#[test]
fn fields_in_the_wrong_form() {
    let mut host = ready(&[]);
    let sale = sale(2, 100);
    assert_eq!(refused(&mut host, &sale.clone().with(49, "840")), "30");
    assert_eq!(refused(&mut host, &sale.clone().with(11, "000000")), "30");
    assert_eq!(
        refused(&mut host, &sale.clone().with(4, "000000000000")),
        "13"
    );
    assert_eq!(refused(&mut host, &sale.clone().without(35)), "30");
    assert_eq!(
        refused(&mut host, &sale.clone().with(35, "6216=3012")),
        "14"
    );
    assert_eq!(
        refused(&mut host, &sale.clone().with(53, "2610000000000000")),
        "40"
    );
    assert_eq!(
        refused(&mut host, &void(3, 100, 2).with(61, "000001")),
        "30"
    );
}

#[test]
fn a_reversal_brings_neither_card_nor_pin() {
    let cases = [
        (26, "12"),
        (35, common::TRACK),
        (37, "101630000002"),
        (52, PIN_BLOCK),
        (63, "01 "),
    ];
    for (field, value) in cases {
        let mut host = ready(&[]);
        assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
        let message = reversal(&sale(2, 100)).with(field, value);
        assert_eq!(refused(&mut host, &message), "30", "with field {field}");
        assert_eq!(status(host.ledger(), 2), "approved");
    }
}

#[test]
fn terminal_and_merchant_must_be_known() {
    let mut host = ready(&[]);
    assert_eq!(refused(&mut host, &sale(2, 100).with(41, "12345679")), "97");
    assert_eq!(
        refused(&mut host, &sale(2, 100).with(42, "123456789012346")),
        "03"
    );
    assert_eq!(
        code(&mut host, &echo().with(41, "12345679").frame(None)),
        "97"
    );
    assert_eq!(
        code(
            &mut host,
            &sign_in().with(42, "123456789012346").frame(None)
        ),
        "03"
    );
}

#[test]
fn what_the_host_does_not_do() {
    let mut host = ready(&[]);
    // No message undoes a refund.
    let undone = sale(2, 100)
        .typed(0x0400)
        .with(3, "200000")
        .with(60, "2500000100060");
    assert_eq!(refused(&mut host, &undone), "40");
    let offline = sale(2, 100).with(60, "3600000100060");
    assert_eq!(refused(&mut host, &offline), "40");
    let preauthorization = sale(2, 100)
        .with(3, "030000")
        .with(25, "06")
        .with(60, "1000000100060");
    assert_eq!(refused(&mut host, &preauthorization), "40");
    assert_eq!(
        code(&mut host, &sign_in().with(60, "00000000005").frame(None)),
        "40"
    );
}

#[test]
fn the_mac_must_be_there_and_right() {
    let mut host = ready(&[]);
    let reply = answer(&send(&mut host, now(0), &sale(2, 100).frame(None)));
    assert_eq!((reply.text(39).as_str(), reply.has(64)), ("A0", false));
    let other = MacKey::new(Key::des(&[0x55; 8]).unwrap());
    for message in [sale(2, 100), void(3, 100, 2), reversal(&sale(2, 100))] {
        let reply = answer(&send(&mut host, now(0), &message.frame(Some(&other))));
        assert_eq!((reply.text(39).as_str(), reply.has(64)), ("A0", false));
    }
    let mut tampered = sale(2, 100).signed();
    let amount = tampered
        .windows(6)
        .position(|bytes| bytes == [0, 0, 0, 0, 1, 0])
        .unwrap();
    tampered[amount + 5] = 0x01;
    assert_eq!(code(&mut host, &tampered), "A0");
    assert!(host.ledger().entries().unwrap().is_empty());
}

#[test]
fn no_money_before_the_sign_in_or_in_another_batch() {
    let mut host = common::host(&[]);
    assert_eq!(refused(&mut host, &sale(2, 100)), "77");
    assert_eq!(code(&mut host, &sign_in().frame(None)), "00");
    assert_eq!(
        refused(&mut host, &sale(2, 100).with(60, "2200000200060")),
        "77"
    );
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
}

#[test]
fn a_trace_is_used_once() {
    let mut host = ready(&[]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(refused(&mut host, &sale(2, 100)), "94");
    assert_eq!(refused(&mut host, &void(2, 100, 2)), "94");
    assert_eq!(net(host.ledger()), 100);
}

#[test]
fn the_issuer_looks_at_pin_limit_and_balance() {
    let keyed = |trace, fen| {
        let message = sale(trace, fen)
            .without(35)
            .with(2, "6224242900000113")
            .with(14, "2806");
        message.with(22, "012")
    };
    let settings = Settings::parse(
        &(EXAMPLE.replace("1000000.00", "10000.00")).replace("50000.00", "5000.00"),
    );
    let acquirer = Acquirer::new(settings.unwrap(), MemoryLedger::new(), common::fixed());
    let mut host = Host::new(acquirer, plan(&[]));
    assert_eq!(code(&mut host, &sign_in().frame(None)), "00");
    let limit = 500_000;
    assert_eq!(declined(&mut host, 2, &keyed(2, limit + 1)), "61");
    assert_eq!(code(&mut host, &keyed(3, limit).signed()), "00");
    assert_eq!(code(&mut host, &keyed(4, limit).signed()), "00");
    assert_eq!(declined(&mut host, 5, &keyed(5, 1)), "51");
    // What is undone can be spent again.
    assert_eq!(code(&mut host, &reversal(&keyed(4, limit)).signed()), "00");
    assert_eq!(code(&mut host, &keyed(6, 1).signed()), "00");
    // The other card has neither, and a card that is not listed needs no PIN.
    let other = keyed(7, limit + 1).with(2, CARD);
    assert_eq!(code(&mut host, &other.signed()), "00");
    let unlisted = keyed(8, limit + 1).with(2, "6225000000000014");
    let unlisted = unlisted
        .with(26, "12")
        .with(52, PIN_BLOCK)
        .with(53, "2600000000000000");
    assert_eq!(code(&mut host, &unlisted.signed()), "00");
}

#[test]
fn the_pin_must_be_the_cards() {
    let with_pin = |trace, block: &str, form: &str| {
        sale(trace, 100)
            .with(26, "12")
            .with(52, block)
            .with(53, form)
    };
    let encrypted = |block: PinBlock| {
        let key = PinKey::new(Key::des(&[0x22; 16]).unwrap());
        to_hex(&block.encrypt(&key).unwrap())
    };
    let (pin, pan) = (|text| Pin::parse(text).unwrap(), Pan::parse(CARD).unwrap());
    let (form, bare) = ("2600000000000000", "1600000000000000");
    let mut host = ready(&[]);
    assert_eq!(
        code(&mut host, &with_pin(2, PIN_BLOCK, form).signed()),
        "00"
    );
    let without_pan = encrypted(PinBlock::without_pan(&pin("111111")));
    assert_eq!(
        code(&mut host, &with_pin(3, &without_pan, bare).signed()),
        "00"
    );
    let wrong = encrypted(PinBlock::with_pan(&pin("111112"), &pan));
    assert_eq!(declined(&mut host, 4, &with_pin(4, &wrong, form)), "55");
    assert_eq!(declined(&mut host, 5, &with_pin(5, PIN_BLOCK, bare)), "55");
    assert_eq!(
        declined(&mut host, 6, &with_pin(6, PIN_BLOCK, "0600000000000000")),
        "99"
    );
    assert_eq!(
        declined(&mut host, 7, &with_pin(7, PIN_BLOCK, form).without(53)),
        "99"
    );
    // A void is refused for its PIN too, and the sale stands.
    let void = void(8, 100, 2)
        .with(26, "12")
        .with(52, &wrong)
        .with(53, form);
    assert_eq!(declined(&mut host, 8, &void), "55");
    assert_eq!(status(host.ledger(), 2), "approved");
}

#[test]
fn frames_for_another_host_and_answers_are_not_answered() {
    let mut host = ready(&[]);
    let mut frame = sale(2, 100).signed();
    frame[4] = 0x04;
    let step = host.received(now(0), cut(&frame));
    assert_eq!(step.effects, [annul_host::Effect::Close]);
    assert!(
        step.events[0].to_string().contains("TPDU for 0004"),
        "{:?}",
        step.events
    );
    let mut frame = sale(2, 100).signed();
    frame[14] = 0x10;
    let step = host.received(now(0), cut(&frame));
    assert_eq!(step.effects, [annul_host::Effect::Close]);
    assert!(host.ledger().entries().unwrap().is_empty());
}

#[test]
fn the_books_and_the_log_keep_no_card_data() {
    let mut host = Host::new(common::acquirer(), plan(&[]));
    let mut seen = String::new();
    let message = sale(2, 100)
        .with(26, "12")
        .with(52, PIN_BLOCK)
        .with(53, "2600000000000000");
    for frame in [sign_in().frame(None), message.signed()] {
        let step = host.received(now(0), cut(&frame));
        for event in &step.events {
            let _ = write!(seen, "{event}\n{event:?}\n");
            if let annul_host::Event::Exchanged(exchanged) = event {
                for language in [
                    annul::iso8583::Language::English,
                    annul::iso8583::Language::Chinese,
                ] {
                    seen += &exchanged.request_lines(language).join("\n");
                    seen += &exchanged.answer_lines(language).join("\n");
                }
            }
        }
        let _ = write!(seen, "{:?}", step.effects);
    }
    let _ = write!(seen, "{:?}", host.ledger().entries().unwrap());
    assert!(seen.contains("621626*********0018"), "{seen}");
    for secret in [CARD, "30122010", PIN_BLOCK, "950973182317F80B"] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    assert!(EXAMPLE.contains(CARD));
}
