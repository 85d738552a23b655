//! `annul decode`, `encode`, `diff`, `convert`, `redact` and `doctor` over
//! dialects other than UnionPay's.

mod common;
mod messages;

use common::{Desk, PAN, Ran};
use messages::{CARD, ECHO, SHOWN, assert_hidden, hex, sale};
use std::io::Write;
use std::process::Stdio;

fn decode(desk: &Desk, args: &[&str]) -> Ran {
    desk.annul(&[&["decode", "--spec", "iso87-ascii"], args].concat())
}

#[test]
fn fields_of_another_dialect_are_named_and_masked() {
    let desk = Desk::bare();
    let message = sale("000016");
    let ran = decode(&desk, &["--json", &message]);
    assert_hidden(&ran);
    let decoded = ran.exits(0).json();
    assert_eq!(decoded["spec"], "iso87-ascii");
    assert_eq!(decoded["found"]["framing"], "none");
    let fields = decoded["fields"].as_array().unwrap();
    let value = |number: u64| {
        let field = fields.iter().find(|field| field["field"] == number);
        field.unwrap()["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(value(2), SHOWN);
    assert_eq!(value(14), "****");
    assert_eq!(value(35), format!("{SHOWN}{}", "*".repeat(17)));
    assert_eq!(value(48), "NOTE 4111 11** **** 1111 OK ");
    assert_eq!(fields[1]["offset"], 38);
    assert_eq!(fields[1]["name"]["zh"], "交易处理码");
    let chinese = decode(&desk, &["--lang", "zh", &message]);
    assert_hidden(&chinese);
    assert!(chinese.exits(0).out.contains("主账号"), "{chinese:?}");
    let clear = decode(&desk, &["--json", "--reveal", &message]);
    assert_eq!(clear.exits(0).json()["fields"][0]["value"], CARD);
}

#[test]
fn a_dump_ends_at_the_byte_that_is_wrong() {
    let desk = Desk::bare();
    let good = decode(&desk, &["--dump", &hex(ECHO)]);
    let lines: Vec<_> = good.exits(0).out.lines().collect();
    assert!(lines[0].starts_with("0000  30 38 30 30 "), "{good:?}");
    assert!(lines[0].ends_with("MTI 0800"), "{good:?}");
    assert_eq!(lines.len(), 9, "{good:?}");
    let bad = hex(&ECHO.replace("0420090613", "04200906X3"));
    let ran = decode(&desk, &["--dump", &bad]);
    let lines: Vec<_> = ran.exits(1).out.lines().collect();
    let at = lines.iter().position(|line| line.contains("^^")).unwrap();
    // Of what could not be read nothing is shown: it may be another dialect's card.
    assert!(lines[at - 1].starts_with("0024  ** ** ** ** ** ** ** ** ** **"));
    assert_eq!(lines[at].find("^^"), Some(6 + 8 * 3), "{ran:?}");
    assert!(lines[at].contains("field 7 at byte 44"), "{ran:?}");
    let cut = decode(&desk, &["--dump", &sale("000016")[..120]]);
    assert_hidden(&cut);
    let out = &cut.exits(1).out;
    assert!(
        out.contains("F2 primary account number") && out.contains("not read"),
        "{out}"
    );
    assert!(!out.contains("31 31"), "{out}");
}

#[test]
fn strict_refuses_what_is_else_a_remark() {
    let desk = Desk::bare();
    // Field 23 in BCD: three digits, and a pad that is not 0.
    let message = "080000000200000000005001";
    let args = ["--spec", "iso87-bcd", "--json"];
    let lenient = desk.annul(&[&["decode"], &args[..], &[message]].concat());
    let decoded = lenient.exits(0).json();
    assert_eq!(decoded["problems"][0]["offset"], 10, "{decoded}");
    let strict = desk.annul(&[&["decode", "--strict"], &args[..], &[message]].concat());
    let decoded = strict.exits(1).json();
    assert_eq!(decoded["error"]["field"], 23);
    assert!(
        decoded["error"]["message"]
            .as_str()
            .unwrap()
            .contains("pad nibble")
    );
    // A script template without data objects; the dialect is the right one.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../core/tests/vectors");
    let text = std::fs::read_to_string(format!("{folder}/iso8583.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut vectors = all["vectors"].as_array().unwrap().iter();
    let vector = vectors.find(|vector| vector["id"] == "nao-basei-0110-auth-response");
    let message = vector.unwrap()["hex"].as_str().unwrap();
    let spec = format!("{folder}/specs/iso87-ascii-hexbm-emv.json");
    let read = ["decode", "--spec", &spec, message];
    let remark = desk.annul(&read);
    assert!(remark.exits(0).out.contains("! field 55.11"), "{remark:?}");
    let ran = desk.annul(&[&read[..], &["--strict"]].concat());
    assert!(ran.exits(1).out.contains("✗ field 55.11"), "{ran:?}");
    assert!(!ran.out.contains("this looks like"), "{ran:?}");
}

#[test]
fn errors_say_what_to_try() {
    let desk = Desk::bare();
    let framed = format!("6000030000{}", hex(ECHO));
    let ran = decode(&desk, &[&framed]);
    assert!(
        ran.exits(1)
            .out
            .contains("try --spec iso87-ascii --header tpdu"),
        "{ran:?}"
    );
    decode(&desk, &["--header", "tpdu", &framed]).exits(0);
    let ran = decode(&desk, &["600003000060310031000800"]);
    assert!(
        ran.exits(1).out.contains("this looks like a TPDU"),
        "{ran:?}"
    );
    // One that was read is not spoken of again.
    let behind = "600003000060310000000008000020000000000000000016";
    let ran = desk.annul(&["decode", "--spec", "iso87-bcd", "--header", "tpdu", behind]);
    assert!(
        ran.exits(1).out.contains("set header = tpdu-header"),
        "{ran:?}"
    );
    let own = r#"{"extends": "iso87-bcd", "name": "mine",
        "header": {"parts": [{"name": "tpdu", "bytes": 5}]}}"#;
    std::fs::write(desk.path("mine.json"), own).unwrap();
    let ran = desk.annul(&["decode", "--spec", "mine.json", &behind[..behind.len() - 2]]);
    assert!(!ran.exits(1).out.contains("TPDU"), "{ran:?}");
    let twice = format!("6000030000{}", &behind[..behind.len() - 2]);
    let ran = desk.annul(&["decode", "--spec", "iso87-bcd", "--header", "tpdu", &twice]);
    assert!(!ran.exits(1).out.contains("like a TPDU"), "{ran:?}");
    // Of no dialect as it is: what the bytes look like is said.
    let mixed = format!("{}00200000000000000000", hex("0800"));
    let ran = decode(&desk, &[&mixed]);
    assert!(ran.exits(1).out.contains("set bitmap = binary"), "{ran:?}");
    let ran = decode(&desk, &["--lang", "zh", &mixed]);
    assert!(ran.exits(1).out.contains("位图像是二进制"), "{ran:?}");
    decode(&desk, &["--header", "visa", &framed]).fails("length-tpdu");
    desk.annul(&["redact", "--spec", "iso87-bcd", &framed])
        .fails("try --spec iso87-ascii --header tpdu");
}

/// What `decode` could read of a damaged message is no message.
#[test]
fn what_was_read_of_a_damaged_message_is_not_encoded() {
    let desk = Desk::bare();
    let whole = hex(ECHO);
    let cut = &whole[..whole.len() - 2];
    let ran = decode(&desk, &["--json", cut]);
    let told = ran.exits(1).out.trim().to_owned();
    desk.annul(&["encode", "--spec", "iso87-ascii", &told])
        .fails("damaged");
}

#[test]
fn a_doctor_finds_dialect_and_header() {
    let desk = Desk::bare();
    let ascii = hex(ECHO);
    let size = ECHO.len();
    for (message, spec, header) in [
        (ascii.clone(), "iso87-ascii", "none"),
        (format!("{size:04X}{ascii}"), "iso87-ascii", "length"),
        (
            format!("{:04X}{ascii}", size + 2),
            "iso87-ascii",
            "length-inclusive",
        ),
        (
            format!("{}{ascii}", hex(&format!("{size:04}"))),
            "iso87-ascii",
            "length-ascii",
        ),
        (format!("{size:04}{ascii}"), "iso87-ascii", "length-bcd"),
        (
            format!("{:04X}6000030000{ascii}", size + 5),
            "iso87-ascii",
            "length-tpdu",
        ),
        (
            hex(
                "08000238010000810000040000000000000006041616166543211616160604001TERMNET1015HEARTBEAT=BASEI301",
            ),
            "iso87-ascii-128",
            "none",
        ),
        (
            "30383030222001000080000039393030303030383233313531373136303030303031383331".to_owned()
                + &hex("00000001"),
            "iso87-ascii-binary",
            "none",
        ),
        (sale("000016"), "iso87-ascii", "none"),
    ] {
        let ran = desk.annul(&["doctor", "--json", &message]);
        assert_hidden(&ran);
        let found = ran.exits(0).json();
        assert_eq!(found["best"]["spec"], spec, "{found}");
        assert_eq!(found["best"]["header"], header, "{found}");
        assert_eq!(found["best"]["exact"], true);
        let words = desk.annul(&["doctor", &message]);
        assert!(words.exits(0).out.starts_with(spec), "{words:?}");
    }
    let none = desk.annul(&["doctor", "--json", "FFFF"]).exits(1).json();
    assert_eq!(none["ok"], false);
    desk.annul(&["doctor", "0"]).fails("no whole bytes");
}

#[test]
fn what_is_decoded_can_be_encoded() {
    let desk = Desk::bare();
    for (header, message) in [
        ("none", sale("000016")),
        (
            "length-tpdu",
            format!("{:04X}6000030000{}", ECHO.len() + 5, hex(ECHO)),
        ),
    ] {
        let args = ["--json", "--reveal", "--header", header, &message];
        let json = decode(&desk, &args).exits(0).out.clone();
        let mut child = desk
            .command(&["encode"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        { child.stdin.take().unwrap() }
            .write_all(json.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), message);
    }
    let plain = r#"{"mti":"0800","fields":{"41":"12345678","11":"000016"}}"#;
    let written = desk.annul(&["encode", plain]);
    assert_eq!(
        written.exits(0).out.trim(),
        "080000200000008000000000163132333435363738"
    );
}

#[test]
fn what_cannot_be_encoded() {
    let desk = Desk::bare();
    for (json, advice) in [
        ("{", "this is no JSON"),
        ("no file of this name", "expected JSON"),
        (r#"{"fields":{}}"#, "mti: expected four digits"),
        (r#"{"mti":"0800"}"#, "fields: expected"),
        (r#"{"mti":"0800","fields":{"x":"1"}}"#, "has no number"),
        (
            r#"{"mti":"0800","fields":{"11":16}}"#,
            "field 11: expected a value in a string",
        ),
        (
            r#"{"mti":"0800","fields":{"7":"1"}}"#,
            "field 7: unionpay-pos does not have it",
        ),
        (
            r#"{"mti":"0800","fields":{"11":"16"}}"#,
            "field 11: expected 6",
        ),
        (
            r#"{"mti":"0800","fields":{"2":"622424******0113"}}"#,
            "masked",
        ),
        (
            r#"{"mti":"0800","fields":{"55":"9F3"}}"#,
            "field 55: 3 hexadecimal digits",
        ),
        (r#"{"mti":"0800","spec":"visa","fields":{}}"#, "iso87-ascii"),
        (
            r#"{"mti":"0800","fields":[{"field":11,"value":"000001"},{"field":11,"value":"000001"}]}"#,
            "given twice",
        ),
    ] {
        desk.annul(&["encode", json]).fails(advice);
    }
    desk.annul(&[
        "encode",
        "--header",
        "tpdu",
        r#"{"mti":"0800","fields":{"11":"000016"}}"#,
    ])
    .fails("header tpdu");
}

#[test]
fn differences_are_of_values_and_shown_masked() {
    let desk = Desk::bare();
    let (a, b) = (sale("000016"), sale("000017"));
    let same = desk.annul(&["diff", "--spec", "iso87-ascii", "--json", &a, &a]);
    assert_eq!(same.exits(0).json()["same"], true);
    let ran = desk.annul(&["diff", "--spec", "iso87-ascii", "--json", &a, &b]);
    let report = ran.exits(1).json();
    assert_eq!(report["differences"].as_array().unwrap().len(), 1);
    assert_eq!(report["differences"][0]["field"], 11);
    assert_eq!(report["differences"][0]["b"], "000017");
    let other = b.replacen(&hex(CARD), &hex("4111110000001111"), 1);
    let ran = desk.annul(&["diff", "--spec", "iso87-ascii", &a, &other]);
    assert_hidden(&ran);
    assert!(
        ran.exits(1).out.contains("differ in what is hidden"),
        "{ran:?}"
    );
    desk.annul(&["diff", "--spec", "iso87-ascii", &a, "00"])
        .fails("no message");
    desk.annul(&["diff", "-", "-"]).fails("one of the two");
}

#[test]
fn a_redacted_message_is_as_long_and_still_read() {
    let desk = Desk::bare();
    let message = sale("000016");
    for spec in [
        "iso87-ascii",
        "iso87-ascii-binary",
        "iso87-bcd",
        "iso87-ebcdic",
    ] {
        let args = ["convert", "--reveal", "--from", "iso87-ascii", "--to", spec];
        let message = desk.annul(&[&args[..], &[&message]].concat());
        let message = message.exits(0).out.trim().to_owned();
        let ran = desk.annul(&["redact", "--spec", spec, &message]);
        let clean = ran.exits(0).out.trim().to_owned();
        assert_hidden(&ran);
        assert_eq!(clean.len(), message.len());
        let args = [
            "decode", "--json", "--reveal", "--strict", "--spec", spec, &clean,
        ];
        let decoded = desk.annul(&args).exits(0).json();
        let fields = decoded["fields"].as_array().unwrap();
        let value = |number: u64| {
            let field = fields.iter().find(|field| field["field"] == number);
            field.unwrap()["value"].as_str().unwrap().to_owned()
        };
        assert_eq!(value(14), "0000");
        assert_eq!(value(11), "000016");
        let number = value(2);
        assert!(
            number.starts_with("411111") && number.ends_with("001111"),
            "{number}"
        );
        assert!(!luhn(&number), "{number}");
        let track = value(35);
        assert_eq!(track.len(), 33);
        assert!(
            track[16..].starts_with(['=', 'D']) && !track.contains("28061"),
            "{track}"
        );
        assert!(!luhn(&track[..16]), "{track}");
        assert!(value(48).starts_with("NOTE 4111 11"), "{}", value(48));
    }
}

fn luhn(digits: &str) -> bool {
    let digits = digits.bytes().rev().map(|digit| u32::from(digit - b'0'));
    let sum = digits
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => digit,
            (_, double) => double / 10 + double % 10,
        });
    sum.sum::<u32>() % 10 == 0
}

#[test]
fn a_conversion_says_what_it_cannot_hold() {
    let desk = Desk::bare();
    let message = sale("000016");
    let args = ["convert", "--json", "--from", "iso87-ascii", "--to"];
    let ran = desk.annul(&[&args[..], &["iso2003-bcd", &message]].concat());
    assert_hidden(&ran);
    let lost = ran.exits(1).json()["lost"].clone();
    let lost: Vec<_> = { lost.as_array().unwrap().iter() }
        .map(|lost| lost["field"].as_u64().unwrap())
        .collect();
    assert_eq!(lost, [4, 11, 22]);
    let ran = desk.annul(&[&args[..], &["iso87-bcd", &message]].concat());
    assert_hidden(&ran);
    assert_eq!(ran.exits(0).json()["ok"], true);
    desk.annul(&["convert", "--from", "iso87-ascii", "--to", "visa", &message])
        .fails("iso87-bcd");
}

#[test]
fn a_conversion_keeps_separators_and_a_third_bitmap_in_a_field() {
    let desk = Desk::bare();
    for (name, nibble) in [("d", "D"), ("c", "C")] {
        let spec = r#"{"extends": "iso87-bcd", "name": "N", "bitmap": {"third_in": 66}, "fields": {
            "35": {"format": "z", "max": 37, "separator": "@", "sensitivity": "track"},
            "66": {"format": "b", "length": 8},
            "130": {"format": "n", "length": 4}}}"#;
        let spec = spec
            .replace('@', nibble)
            .replace("\"N\"", &format!("\"{name}\""));
        std::fs::write(desk.path(&format!("{name}.json")), spec).unwrap();
    }
    let json = r#"{"mti":"0200","fields":{"35":"4111111111111111=2806","130":"0042"}}"#;
    let written = |spec| {
        let ran = desk.annul(&["encode", "--spec", spec, json]);
        ran.exits(0).out.trim().to_owned()
    };
    let [from, to] = ["c.json", "d.json"].map(written);
    assert!(
        from.contains("C2806") && to.contains("D2806"),
        "{from} {to}"
    );
    let convert = ["convert", "--reveal", "--from", "c.json", "--to"];
    let ran = desk.annul(&[&convert[..], &["d.json", &from]].concat());
    assert_eq!(ran.exits(0).out.trim(), to);
    let ran = desk.annul(&[&convert[..], &["iso87-ascii", &from]].concat());
    let track = hex("4111111111111111=2806").to_uppercase();
    assert!(ran.exits(1).out.contains(&track), "{ran:?}");
    assert!(!ran.err.contains("field 66"), "{ran:?}");
}

/// A packet of a capture: Ethernet, IPv4, TCP, and what it carries.
#[test]
fn garbage_is_an_error_and_no_panic() {
    let desk = Desk::bare();
    let message = sale("000016");
    for spec in [
        "iso87-ascii",
        "iso87-bcd",
        "iso87-ebcdic",
        "iso93-ascii",
        "iso2003-bcd",
    ] {
        for size in (2..message.len()).step_by(38) {
            for command in [
                ["decode", "--json"].as_slice(),
                &["decode", "--dump"],
                &["redact"],
            ] {
                let ran = desk.annul(&[command, &["--spec", spec, &message[..size]]].concat());
                assert_hidden(&ran);
                assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
                assert!(!ran.err.contains("defect"), "{ran:?}");
            }
        }
    }
    let unionpay = format!("0200400000000000000016{PAN}");
    let ran = desk.annul(&["decode", "--dump", &unionpay]);
    assert!(
        ran.exits(0).out.contains("16 ** ** ** ** ** ** ** **"),
        "{ran:?}"
    );
}
