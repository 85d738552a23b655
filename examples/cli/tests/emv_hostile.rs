//! `annul emv` and what is meant to break it, or to make it repeat a card number.

mod common;

use common::Desk;
use std::fs;

/// A stack that grew with the templates did not hold these.
#[test]
fn templates_without_end() {
    let desk = Desk::bare();
    // Every length is written in three bytes.
    let nested: Vec<String> = (0..60_000_u32)
        .rev()
        .map(|inside| format!("7083{:06X}", 5 * inside))
        .collect();
    let path = desk.path("nested.hex");
    fs::write(&path, nested.concat()).unwrap();
    for form in ["--json", "--reveal"] {
        let mut command = desk.command(&["emv", "tag", "70", "-", form]);
        let output = command.stdin(fs::File::open(&path).unwrap()).output();
        assert_eq!(output.unwrap().status.code(), Some(1));
    }
}

#[test]
fn digits_in_the_wrong_place_are_not_repeated() {
    let desk = Desk::bare();
    let number = "62 24 24 29 00 00 01 13";
    for args in [
        &["emv", "tag", number][..],
        &["emv", "tag", "9F02", "--currency", number],
        &["emv", "apdu", "log", number],
        &["tlv", "--mode", number, "9F02"],
        &[number],
    ] {
        let told = desk.annul(args);
        let err = &told.exits(1).err;
        assert!(!err.contains("24 29"), "{err}");
    }
}
