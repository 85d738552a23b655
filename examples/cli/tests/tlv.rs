//! `annul tlv`: trees, modes, masks, pasted hexadecimal, differences.

mod common;

use common::{Desk, PAN, Ran};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

fn tlv(args: &[&str]) -> Ran {
    Desk::bare().annul(&[&["tlv", "--lang", "en"], args].concat())
}

#[test]
fn a_tree_with_names() {
    let read: Value = tlv(&["--json", "6F09A507500256498701019F36020001"])
        .exits(0)
        .json();
    let name = "File Control Information (FCI) Template";
    assert_eq!(read["ok"], true);
    assert!(read.get("error").is_none());
    let template = &read["objects"][0];
    assert_eq!(
        (&template["tag"], &template["name"]),
        (&json!("6F"), &json!(name))
    );
    assert_eq!(
        (&template["offset"], &template["length"]),
        (&json!(0), &json!(9))
    );
    let label = &template["children"][0]["children"][0];
    assert_eq!(
        *label,
        json!({ "tag": "50", "offset": 4, "length": 2, "value": "5649", "name": "Application Label" })
    );
    assert_eq!(read["objects"][1]["offset"], 11);
    let said = tlv(&["6F09A507500256498701019F36020001"]);
    assert!(
        said.exits(0).out.contains("    50      Application Label"),
        "{said:?}"
    );
    let chinese = Desk::bare().annul(&["tlv", "--lang", "zh", "9F36020001"]);
    assert!(
        chinese.exits(0).out.contains("应用交易计数器"),
        "{chinese:?}"
    );
}

#[test]
fn what_was_read_before_an_error_is_shown() {
    let read: Value = tlv(&["--json", "82023900", "6F06A504500856"])
        .exits(1)
        .json();
    assert_eq!(read["ok"], false);
    assert_eq!(read["objects"][0]["value"], "3900");
    assert_eq!(read["objects"].as_array().unwrap().len(), 1);
    let error = json!({
        "code": "truncated_value", "offset": 6, "path": "6F",
        "message": "6F at byte 6: value needs 6 bytes, 5 left",
    });
    assert_eq!(read["error"], error);
    let chinese = Desk::bare().annul(&["tlv", "--lang", "zh", "82"]);
    assert!(
        chinese
            .exits(1)
            .out
            .contains("82 第 1 字节：长度需要 1 字节"),
        "{chinese:?}"
    );
}

#[test]
fn modes() {
    let code = |mode, hex| {
        let ran = tlv(&["--json", "--mode", mode, hex]);
        ran.json()["error"]["code"].clone()
    };
    for (hex, strict, emv, ff, ber) in [
        ("9A8103260101", "non_minimal_length", "", "", ""),
        ("009A03260101", "padding", "", "", ""),
        (
            "9A03260101FF",
            "truncated_tag",
            "truncated_tag",
            "",
            "truncated_tag",
        ),
        (
            "6F800000",
            "indefinite_length",
            "indefinite_length",
            "indefinite_length",
            "",
        ),
    ] {
        for (mode, expected) in [("strict", strict), ("emv", emv), ("ff", ff), ("ber", ber)] {
            let expected = Some(expected).filter(|code| !code.is_empty());
            assert_eq!(code(mode, hex).as_str(), expected, "{hex} in {mode}");
        }
    }
    let read = tlv(&["--json", "--mode", "ber", "6F800000"]).json();
    assert_eq!(read["objects"][0]["length"], Value::Null);
}

/// The card number, the same digits elsewhere, a track, a holder's name.
#[test]
fn secrets_are_masked_unless_revealed() {
    let track = format!("5712{PAN}D2806201903101300000");
    let hex = format!("5A08{PAN}DF7F0A00{PAN}00700B5F2008534D4954482F414C{track}");
    let masked = tlv(&["--json", &hex]);
    let read = masked.exits(0).json();
    assert_eq!(read["objects"][0]["value"], "622424******0113");
    assert_eq!(read["objects"][1]["value"], "*".repeat(20));
    let name = &read["objects"][2]["children"][0]["value"];
    assert_eq!(*name, "*".repeat(16));
    let plain = tlv(&[&hex]);
    for ran in [&masked, &plain] {
        for middle in ["24290000", "534D495448", "28062019"] {
            assert!(!ran.out.contains(middle), "{ran:?}");
        }
    }
    let track_shown = read["objects"][3]["value"].as_str().unwrap();
    assert!(
        track_shown.starts_with("622424******0113="),
        "{track_shown}"
    );
    // The desk looks through all that was printed, so this is not for it.
    let revealed = std::process::Command::new(env!("CARGO_BIN_EXE_annul"))
        .args(["tlv", "--json", "--reveal", &hex])
        .output()
        .unwrap();
    let revealed: Value = serde_json::from_slice(&revealed.stdout).unwrap();
    assert_eq!(revealed["objects"][0]["value"], PAN);
}

#[test]
fn pasted_text() {
    for text in [
        "9a 03 26 01 01",
        "0x9A,0x03,0x26,0x01,0x01",
        "'9A03'\n'260101'",
        "\"9A03260101\"\r\n",
    ] {
        let read = tlv(&["--json", text]).exits(0).json();
        assert_eq!(read["objects"][0]["value"], "260101", "{text}");
    }
    // Options may stand behind, as people type them.
    let read = tlv(&["0x9a", "03260101", "--json", "--mode", "strict"])
        .exits(0)
        .json();
    assert_eq!(read["objects"][0]["tag"], "9A");
    let same = tlv(&["diff", "9A03260101", "9a 03 26 01 01", "--json"])
        .exits(0)
        .json();
    assert_eq!(same["same"], true);
    tlv(&["--json", "9A0"]).fails("3 hexadecimal digits");
    tlv(&["9A ZZ"]).fails("no hexadecimal digit");
}

/// Standard input, and a nesting bomb in it.
#[test]
fn a_bomb_from_standard_input() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_annul"))
        .args(["tlv", "--json", "--mode", "ber", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut bomb = child.stdin.take().unwrap();
    bomb.write_all("3080".repeat(1_000_000).as_bytes()).unwrap();
    drop(bomb);
    let ran = child.wait_with_output().unwrap();
    assert_eq!(ran.status.code(), Some(1));
    let read: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(read["error"]["code"], "max_depth");
    assert_eq!(read["error"]["offset"], 66);
}

#[test]
fn differences() {
    let (a, b) = (
        "9A032601019C010091020102",
        "9C01019A032601019F3601059F360106",
    );
    let ran = tlv(&["diff", "--json", a, b]);
    let read = ran.exits(0).json();
    assert_eq!(
        (&read["same"], &read["same_order"]),
        (&json!(false), &json!(false))
    );
    let changes = read["changes"].as_array().unwrap();
    let shown: Vec<String> = changes
        .iter()
        .map(|change| {
            format!(
                "{} {} {} {}",
                change["change"], change["path"], change["a"], change["b"]
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#""changed" "9C" "00" "01""#,
            r#""removed" "91" "0102" null"#,
            r#""added" "9F36" null "05""#,
            r#""added" "9F36" null "06""#,
        ]
    );
    let words = tlv(&["diff", a, b]);
    assert!(words.exits(0).out.contains("00 → 01"), "{words:?}");
    let same = tlv(&["diff", "--json", a, a]).exits(0).json();
    assert_eq!(same["same"], true);
    let torn = tlv(&["diff", "--json", a, "9C0"]);
    torn.fails("3 hexadecimal digits");
    let torn = tlv(&["diff", "--json", a, "9C"]).exits(1).json();
    assert_eq!(torn["errors"][0]["code"], "truncated_length");
    assert_eq!(torn["same"], false);
}

/// One side's card number in the other side's data; one standard input.
#[test]
fn differences_hide_the_cards_of_both() {
    let (a, b) = (format!("5A08{PAN}"), format!("9F1008{PAN}"));
    for args in [&["diff", &a, &b][..], &["diff", "--json", &b, &a]] {
        let ran = tlv(args);
        assert!(!ran.exits(0).out.contains("242429"), "{ran:?}");
    }
    tlv(&["diff", "-", "-"]).fails("standard input can be one of the two only");
}
