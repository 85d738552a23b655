//! Chip cards: the host checks the card's cryptogram, and answers with its own,
//! of DES and of SM4; without an issuer's key it looks at neither.

mod common;

use annul::card::Pan;
use annul::crypto::Key;
use annul::crypto::issuer::{Card, ChipData, Cipher, Cryptogram, Exchange, IssuerKey, Scheme};
use annul_host::ledger::MemoryLedger;
use annul_host::settings::{EXAMPLE, Settings};
use annul_host::{Acquirer, Host};
use common::{
    CARD, Message, answer, code, fixed, hex, now, plan, sale, send, sign_in, status, to_hex,
};

const KEY: &str = "0123456789ABCDEFFEDCBA9876543210";

/// A signed-in host whose issuer has cards of this scheme.
fn issuing(scheme: &str) -> Host<MemoryLedger> {
    let chip = format!("[chip]\nscheme = \"{scheme}\"\nkey = \"{KEY}\"\n");
    let settings = Settings::parse(&EXAMPLE.replacen("# [chip]", &chip, 1)).unwrap();
    let acquirer = Acquirer::new(settings, MemoryLedger::new(), fixed());
    let mut host = Host::new(acquirer, plan(&[]));
    assert_eq!(code(&mut host, &sign_in().frame(None)), "00");
    host
}

/// What the chip gives without its cryptogram, and what it makes of it.
fn chip(scheme: &str, algorithm: &str) -> (String, String) {
    let data = [
        "9F2701809F02060000000001009F0306000000000000",
        "9F1A02015695050000048000",
        "5F2A0201569A032601059C01009F37041A2B3C4D82027C009F360201A4",
        "9F101307010103A02000",
        algorithm,
        "0A010000000000D1E2F3A4",
    ]
    .concat();
    let scheme = Scheme::named(scheme).unwrap();
    let key = match scheme.cipher {
        Cipher::Sm4 => Key::sm4_hex(KEY),
        _ => Key::des_hex(KEY),
    };
    let card = Card::new(Pan::parse(CARD).unwrap(), 1).unwrap();
    let key = IssuerKey::<Cryptogram>::new(key.unwrap()).unwrap();
    let key = key.card_key(&card, scheme.derivation).unwrap();
    let bytes = hex(&data);
    let chip = ChipData::read(&bytes).unwrap();
    let exchange = Exchange::new(&scheme, &key, chip, &mut |_| {}).unwrap();
    let cryptogram = exchange.cryptogram(&mut |_| {}).unwrap().to_string();
    (data, cryptogram)
}

/// A sale by chip with this field 55.
fn inserted(trace: u32, field: &str) -> Message {
    (sale(trace, 100).with(22, "051").with(23, "001")).with(55, field)
}

#[test]
fn the_issuer_knows_its_card_and_proves_itself() {
    for (scheme, algorithm) in [("unionpay-des", "01"), ("unionpay-sm4", "04")] {
        let mut host = issuing(scheme);
        let (data, cryptogram) = chip(scheme, algorithm);
        let field = format!("{data}9F2608{cryptogram}");
        let reply = answer(&send(&mut host, now(0), &inserted(2, &field).signed()));
        assert_eq!(reply.text(39), "00");
        assert_eq!(status(host.ledger(), 2), "approved");

        // The card checks it: counter, then the answer and its code.
        let answered = reply.bytes(55);
        let bytes = hex(&field);
        let scheme = Scheme::named(scheme).unwrap();
        let key = match scheme.cipher {
            Cipher::Sm4 => Key::sm4_hex(KEY),
            _ => Key::des_hex(KEY),
        };
        let card = Card::new(Pan::parse(CARD).unwrap(), 1).unwrap();
        let key = IssuerKey::<Cryptogram>::new(key.unwrap()).unwrap();
        let key = key.card_key(&card, scheme.derivation).unwrap();
        let chip = ChipData::read(&bytes).unwrap();
        let exchange = Exchange::new(&scheme, &key, chip, &mut |_| {}).unwrap();
        let expected = exchange.answer(*b"00", [0; 4], &mut |_| {}).unwrap();
        let expected = format!("9F360201A4910A{}", to_hex(expected.bytes()));
        assert_eq!(to_hex(&answered), expected);
        assert!(expected.ends_with("3030"));
    }
}

#[test]
fn a_card_that_is_not_the_issuers_is_declined_and_gets_no_answer() {
    let mut host = issuing("unionpay-des");
    let (data, cryptogram) = chip("unionpay-des", "01");
    let (_, other) = chip("unionpay-sm4", "04");
    for (trace, field, expected) in [
        (2, format!("{data}9F2608{other}"), "A7"),
        (3, data.clone(), "A7"),
        (4, "9F2608".to_owned(), "30"),
        (5, format!("9F2608{cryptogram}"), "30"),
    ] {
        let reply = answer(&send(&mut host, now(0), &inserted(trace, &field).signed()));
        assert_eq!(reply.text(39), expected, "{trace}");
        assert_eq!(status(host.ledger(), trace), "declined");
        assert!(!reply.has(55));
    }
    // Another sequence number is another card.
    let field = format!("{data}9F2608{cryptogram}");
    let message = inserted(6, &field).with(23, "002");
    let reply = answer(&send(&mut host, now(0), &message.signed()));
    assert_eq!(reply.text(39), "A7");
    // The amount that the card signed is another than the terminal's.
    let changed = field.replace("000000000100", "000000000001");
    let reply = answer(&send(&mut host, now(0), &inserted(7, &changed).signed()));
    assert_eq!(reply.text(39), "A7");
}

#[test]
fn without_an_issuers_key_field_55_is_not_looked_at() {
    let mut host = common::ready(&[]);
    let reply = answer(&send(&mut host, now(0), &inserted(2, "9F2608").signed()));
    assert_eq!(reply.text(39), "00");
    assert!(!reply.has(55));
}
