//! Commands to a card and its status words.

use crate::vectors::{bytes, group, text};
use annul::emv::{Command, Name, StatusWord};

#[test]
fn commands() {
    let expected: &[(&str, &str)] = &[
        (
            "00A404000E325041592E5359532E444446303100",
            "SELECT 2PAY.SYS.DDF01",
        ),
        (
            "80A8000023832136A0400000000000100000000000000008400000000000084026010100DEADBEEF00",
            "GET PROCESSING OPTIONS",
        ),
        ("00B2011400", "READ RECORD 1 of file 2"),
        ("80CA9F3600", "GET DATA 9F36"),
        ("80CA9F1700", "GET DATA 9F17"),
        ("0088000004DEADBEEF00", "INTERNAL AUTHENTICATE"),
        (
            "80AE80001D000000000000000000000000000000000000000000000000000000000000",
            "GENERATE AC ARQC",
        ),
        ("80AE9000029A03", "GENERATE AC ARQC + CDA"),
        ("0020008008241234FFFFFFFFFF", "VERIFY plaintext PIN"),
        ("0084000000", "GET CHALLENGE"),
    ];
    let vectors = group("apdu");
    assert_eq!(vectors.len(), expected.len());
    for (vector, (hex, words)) in vectors.iter().zip(expected) {
        assert_eq!(text(vector, "hex"), *hex);
        let value = bytes(hex);
        let command = Command::parse(&value).unwrap();
        assert_eq!(command.words(Name::english).to_string(), *words);
        assert_eq!(command.is_secret(), words.starts_with("VERIFY"));
        assert!(!command.words(Name::chinese).to_string().is_ascii());
    }
    for wrong in [
        "",
        "00A404",
        "00A4040005325041",
        "00A40400023250414100",
        "00B2010000000000",
    ] {
        assert!(Command::parse(&bytes(wrong)).is_err(), "{wrong}");
    }
    let extended = bytes("00D6000000000301020300FF");
    let command = Command::parse(&extended).unwrap();
    assert_eq!(
        (command.data(), command.expected()),
        (&[1, 2, 3][..], Some(255))
    );
}

#[test]
fn status_words() {
    for vector in group("sw") {
        let pattern = text(&vector, "sw");
        let count = 5;
        let word = pattern.replace("xx", "05").replace('x', "5");
        let word = StatusWord::new(u16::from_str_radix(&word, 16).unwrap());
        assert_eq!(
            word.meaning().unwrap().english(),
            text(&vector, "meaning"),
            "{pattern}"
        );
        assert_eq!(word.count(), pattern.contains('x').then_some(count));
    }
    assert_eq!(StatusWord::new(0x1234).meaning(), None);
    assert!(StatusWord::new(0x9000).is_success() && StatusWord::new(0x6110).is_success());
}
