//! `annul decode`: forms, fields, parts, and where it stops.

mod common;

use common::{Desk, Ran};
use serde_json::Value;
use std::io::Write;
use std::process::Stdio;

fn decode(desk: &Desk, args: &[&str]) -> Ran {
    desk.annul(&[&["decode"], args].concat())
}

#[test]
fn a_reversal_in_every_form() {
    let desk = Desk::bare();
    let whole = sample();
    let (without_length, message) = (&whole[4..], &whole[26..]);
    for (hex, prefix, framed) in [
        (whole.as_str(), true, true),
        (without_length, false, true),
        (message, false, false),
    ] {
        let decoded: Value = decode(&desk, &["--json", hex]).exits(0).json();
        assert_eq!(decoded["ok"], true);
        assert_eq!(decoded["found"]["length_prefix"], prefix);
        let expected = if framed {
            ("6000030000", "603100000000")
        } else {
            ("", "")
        };
        let text = |name: &str| {
            decoded["found"][name]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        assert_eq!(
            (text("tpdu"), text("header")),
            (expected.0.to_owned(), expected.1.to_owned())
        );
        assert_eq!(decoded["mti"], "0400");
        let fields = decoded["fields"].as_array().unwrap();
        let numbers: Vec<_> = fields
            .iter()
            .map(|field| field["field"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers, [2, 3, 4, 11, 39, 41, 60, 61]);
        assert_eq!(fields[0]["value"], "622424******0113");
        assert_eq!(fields[0]["length"], 16);
        assert_eq!(fields[0]["name"]["zh"], "主账号");
        assert_eq!(fields[6]["parts"][1]["value"], "000001");
        assert_eq!(fields[7]["parts"][1]["part"], "61.2");
        assert_eq!(fields[7]["parts"][1]["value"], "000002");
        assert!(decoded.get("error").is_none());
    }
}

/// A reversal, put together here: prefix, TPDU, header, message.
fn sample() -> String {
    let fields = [
        "166224242900000113", // F2
        "200000",             // F3
        "000000001234",       // F4
        "000003",             // F11
        "3938",               // F39 98
        "3132333435363738",   // F41
        "001323000001000600", // F60, 13 digits and a pad
        "0012000001000002",   // F61
    ];
    let message = format!(
        "0400{}{}",
        bitmap(&[2, 3, 4, 11, 39, 41, 60, 61]),
        fields.concat()
    );
    let length = message.len() / 2 + 11;
    format!("{length:04X}6000030000603100000000{message}")
}

fn bitmap(fields: &[u32]) -> String {
    let bits = fields
        .iter()
        .fold(0_u64, |bits, field| bits | 1 << (64 - field));
    format!("{bits:016X}")
}

#[test]
fn hex_as_logs_write_it_and_from_standard_input() {
    let desk = Desk::bare();
    let whole = sample();
    let pairs: Vec<String> = whole
        .as_bytes()
        .chunks(2)
        .map(|pair| format!("0x{}", String::from_utf8_lossy(pair)))
        .collect();
    let lines = pairs
        .chunks(16)
        .map(|line| line.join(", "))
        .collect::<Vec<_>>()
        .join("\r\n");
    let expected = decode(&desk, &["--json", &whole]).json();
    assert_eq!(decode(&desk, &["--json", &lines]).exits(0).json(), expected);
    let mut child = desk
        .command(&["decode", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&output.stdout).unwrap(),
        expected
    );
}

#[test]
fn words_name_the_form_the_header_and_the_parts() {
    let desk = Desk::bare();
    let english = decode(&desk, &[&sample()]).exits(0).out.clone();
    for part in [
        "length prefix, TPDU, header and message",
        "6000030000",
        "version 31",
        "requirement 0 none",
        "622424******0113",
        "61.2",
        "original trace",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    let chinese = desk.annul(&["--lang", "zh", "decode", &sample()]);
    assert!(chinese.exits(0).out.contains("原凭证号"), "{chinese:?}");
}

#[test]
fn a_cut_message_shows_what_could_be_read() {
    let desk = Desk::bare();
    let message = &sample()[26..];
    let cut = &message[..message.len() - 8];
    let ran = decode(&desk, &["--json", cut]);
    let decoded = ran.exits(1).json();
    assert_eq!(decoded["ok"], false);
    assert_eq!(decoded["error"]["field"], 61);
    assert_eq!(decoded["error"]["offset"], cut.len() / 2 - 2);
    assert!(
        decoded["error"]["message"]
            .as_str()
            .unwrap()
            .contains("field 61"),
        "{decoded}"
    );
    assert_eq!(decoded["fields"].as_array().unwrap().len(), 7);
    let words = decode(&desk, &[cut]);
    assert!(
        words.exits(1).out.contains("622424******0113") && words.out.contains("field 61"),
        "{words:?}"
    );
}

#[test]
fn what_is_no_hex_and_what_is_no_message() {
    let desk = Desk::bare();
    decode(&desk, &["08 2G"]).fails("no hexadecimal digit");
    decode(&desk, &["082"]).fails("no whole bytes");
    decode(&desk, &[""]).fails("nothing to decode");
    decode(&desk, &["--spec", "visa", "0820"]).fails("unionpay-pos");
    for garbage in [
        "00",
        "FFFF",
        &"FF".repeat(40_000),
        "0200FFFFFFFFFFFFFFFF",
        "FFFF6000030000",
    ] {
        let ran = decode(&desk, &["--json", garbage]);
        let decoded = ran.exits(1).json();
        assert_eq!(decoded["ok"], false);
        assert!(decoded["error"]["offset"].is_u64() && decoded["error"]["message"].is_string());
    }
}
