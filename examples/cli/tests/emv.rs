//! `annul emv`: tags and values, lists and their data, logs of commands; and
//! no card number in anything that is printed.

mod common;

use common::{Desk, Ran};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::process::Stdio;

const VALUES: &str = include_str!("../../../core/tests/vectors/emv/values.json");
const DEBIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/logs/debit.apdu");
/// The card of `DEBIT`.
const CARD: &str = "6224242900000113";

fn emv(desk: &Desk, args: &[&str]) -> Ran {
    desk.annul(&[&["--lang", "en", "emv"], args].concat())
}

/// With a text on standard input.
fn emv_reads(desk: &Desk, args: &[&str], input: &str) -> Ran {
    let mut command = desk.command(&[&["--lang", "en", "emv"], args].concat());
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A command that refuses its input may be gone before it has read it all.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_tag_and_a_value_of_it() {
    let desk = Desk::bare();
    let told = emv(&desk, &["tag", "95", "80 00 04 80 00", "--json"])
        .exits(0)
        .json();
    assert_eq!(told["ok"], true);
    assert_eq!(told["tag"], "95");
    assert_eq!(told["name"], "Terminal Verification Results");
    assert_eq!(told["value"], "8000048000");
    let keys: Vec<&Value> = told["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| &field["key"])
        .collect();
    assert_eq!(keys, ["tvr.1.80", "tvr.3.04", "tvr.4.80"]);
    let chinese = desk.annul(&["emv", "tag", "95", "0x8000048000", "--lang", "zh"]);
    assert!(
        chinese.exits(0).out.contains("交易超过最低限额"),
        "{chinese:?}"
    );
    let money = emv(
        &desk,
        &["tag", "9f02", "000000001234", "--currency", "0156"],
    );
    assert!(money.exits(0).out.contains("CNY 12.34"), "{money:?}");
}

#[test]
fn who_defines_a_tag() {
    let desk = Desk::bare();
    let name = |args: &[&str]| {
        let told = emv(&desk, &[args, &["--json"]].concat());
        let told = told.exits(0).json();
        (told["kernel"].clone(), told["name"].clone())
    };
    let expected = |kernel: &str, name: &str| (json!(kernel), json!(name));
    assert_eq!(
        name(&["tag", "9F5D"]),
        expected("c7", "Available Offline Spending Amount")
    );
    let mastercard = expected("c2", "Application Capabilities Information (ACI)");
    assert_eq!(name(&["tag", "9F5D", "--kernel", "c2"]), mastercard);
    assert_eq!(
        name(&["tag", "DF8129"]),
        expected("c2", "Outcome Parameter Set")
    );
    assert_eq!(
        name(&["tag", "0xdf 0x81 0x29"]),
        expected("c2", "Outcome Parameter Set")
    );
    assert_eq!(name(&["tag", "FFEE01"]), (Value::Null, Value::Null));
    let old = emv(&desk, &["tag", "82", "8000", "--edition", "4.3"]);
    assert!(old.exits(0).out.contains("RFU set"), "{old:?}");
}

#[test]
fn wrong_input_is_refused() {
    let desk = Desk::bare();
    emv(&desk, &["tag", "9F"]).fails("expected a tag");
    emv(&desk, &["tag", "95", "8G"]).fails("no hexadecimal digit");
    emv(&desk, &["dol", "9F0"]).fails("hexadecimal digits");
    emv(&desk, &["apdu", "nosuch.log"]).fails("the log");
    emv(&desk, &["tag", "95", "--kernel", "c9"]).fails("expected emv, c1 to c8");
    for (tag, value) in [
        ("95", "8000"),
        ("94", "F8010100"),
        ("9A", "250230"),
        ("8E", "00"),
        ("5A", "1234567890123456789012"),
    ] {
        let told = emv(&desk, &["tag", tag, value, "--json"]).exits(1).json();
        assert_eq!(told["ok"], false, "{tag}");
        assert!(told["error"]["message"].is_string(), "{tag}");
    }
    let torn = emv(&desk, &["apdu", "> 00B2010C00\n< 70095F349000", "--json"]);
    let torn = torn.exits(1).json();
    assert_eq!(torn["apdus"][1]["error"]["offset"], 2);
    let broken = emv_reads(&desk, &["apdu", "-", "--json"], "> 00A4\n< 90\n");
    assert_eq!(broken.exits(1).json()["ok"], false);
}

#[test]
fn lists_and_their_data() {
    let desk = Desk::bare();
    let vectors: Value = serde_json::from_str(VALUES).unwrap();
    for vector in vectors["dol"].as_array().unwrap() {
        if vector["kind"] != "DOL" {
            continue;
        }
        let ran = emv(&desk, &["dol", vector["hex"].as_str().unwrap(), "--json"]);
        if vector["ok"] == false {
            let told = ran.exits(1).json();
            assert_eq!(told["error"]["code"], vector["error"], "{vector}");
            assert_eq!(told["error"]["offset"], vector["offset"], "{vector}");
            continue;
        }
        let told = ran.exits(0).json();
        let found = told["entries"].as_array().unwrap().iter();
        assert!(told.get("data").is_none() && told.get("error").is_none());
        let found = found.map(|entry| json!({"tag": entry["tag"], "len": entry["length"]}));
        assert_eq!(found.collect::<Value>(), vector["entries"], "{vector}");
    }
    for vector in vectors["dol_build"].as_array().unwrap() {
        let [dol, data, expected] =
            ["dol", "data", "expected"].map(|key| vector[key].as_str().unwrap());
        let args = ["dol", dol, "--data", data, "--json"];
        let revealed = emv_reads(&desk, &[&args[..], &["--reveal"]].concat(), "");
        assert_eq!(revealed.exits(0).json()["data"], expected, "{vector}");
        let masked = emv(&desk, &args).exits(0).json();
        let masked = masked["data"].as_str().unwrap();
        assert_eq!(masked.len(), expected.len());
        let secret = vector["id"] == "test7";
        assert_eq!(masked.contains('*'), secret, "{vector}");
        assert!(!masked.contains("5413330089"));
    }
}

#[test]
fn a_log_from_select_to_the_second_cryptogram() {
    let desk = Desk::bare();
    let told = emv(&desk, &["apdu", DEBIT, "--json"]).exits(0).json();
    let apdus = told["apdus"].as_array().unwrap();
    let said = |key: &str| -> Vec<String> {
        let found = apdus.iter().filter_map(|apdu| apdu[key].as_str());
        found.map(str::to_owned).collect()
    };
    assert_eq!(
        said("command"),
        [
            "SELECT A000000333010101",
            "GET PROCESSING OPTIONS",
            "READ RECORD 1 of file 1",
            "READ RECORD 2 of file 1",
            "READ RECORD 1 of file 2",
            "VERIFY plaintext PIN",
            "GENERATE AC ARQC",
            "EXTERNAL AUTHENTICATE",
            "GENERATE AC TC",
        ]
    );
    assert_eq!(apdus[11]["count"], 2, "tries left");
    let tags = |at: usize| -> Vec<&str> {
        let objects = apdus[at]["objects"].as_array().unwrap();
        objects
            .iter()
            .map(|object| object["tag"].as_str().unwrap())
            .collect()
    };
    assert_eq!(tags(2), ["9F66", "9F02", "5F2A", "9F37"], "by the PDOL");
    assert_eq!(tags(3), ["82", "94"], "of a response 80");
    assert_eq!(
        tags(12),
        ["9F02", "9F03", "9F1A", "95", "5F2A", "9A", "9C", "9F37"],
        "by CDOL1"
    );
    assert_eq!(tags(13), ["9F27", "9F36", "9F26", "9F10"]);
    assert_eq!(tags(16)[0], "8A", "by CDOL2");
    assert_eq!(apdus[12]["objects"][0]["fields"][0]["value"], "CNY 12.34");
    // The PIN block is in no output, and in clear only where it was asked for.
    let words = emv(&desk, &["apdu", DEBIT]);
    assert!(!words.exits(0).out.contains("241234"));
    // Not through the desk, which would find the card in what it prints.
    let revealed = emv_reads(&desk, &["apdu", DEBIT, "--reveal"], "");
    assert!(revealed.exits(0).out.contains("241234FFFFFFFFFF"));
    assert!(revealed.out.contains(CARD));
}

#[test]
fn an_application_brings_the_tags_of_its_kernel() {
    let desk = Desk::bare();
    // 9F5D of Visa is an amount, of Mastercard capabilities.
    let log = |application: &str| {
        format!("00A4040007{application}00\n9000\n80CA9F5D00\n9F5D03000001 9000\n")
    };
    let name = |application: &str| {
        let told = emv_reads(&desk, &["apdu", "-", "--json"], &log(application));
        told.exits(0).json()["apdus"][3]["objects"][0]["kernel"].clone()
    };
    assert_eq!(name("A0000000031010"), "c3");
    assert_eq!(name("A0000000041010"), "c2");
    assert_eq!(name("A0000003330101"), "c7");
}

/// Seven digits in a row of any card in the corpus: one more than may be shown.
/// Runs of zeros stand in amounts too, so they prove nothing.
fn runs() -> BTreeSet<String> {
    let vectors: Value = serde_json::from_str(VALUES).unwrap();
    let cards = vectors["mask"].as_array().unwrap().iter();
    let cards = cards.map(|vector| vector["in"].as_str().unwrap().to_owned());
    let more = vectors["track2"].as_array().unwrap().iter();
    let more = more.filter_map(|vector| Some(vector["pan"].as_str()?.to_owned()));
    let mut runs = BTreeSet::new();
    for card in cards.chain(more).chain([CARD.to_owned()]) {
        let own = card
            .as_bytes()
            .windows(7)
            .map(|run| String::from_utf8(run.to_vec()).unwrap());
        runs.extend(own.filter(|run| run.matches('0').count() < 4));
    }
    assert!(runs.len() > 30, "{runs:?}");
    runs
}

/// Every string of hexadecimal digits in the vectors.
fn corpus() -> Vec<String> {
    fn gather(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::String(text) => {
                let digits = text.len() >= 4 && text.len().is_multiple_of(2);
                if digits && text.bytes().all(|c| c.is_ascii_hexdigit()) {
                    into.push(text.clone());
                }
            }
            Value::Array(values) => values.iter().for_each(|value| gather(value, into)),
            Value::Object(members) => members.values().for_each(|value| gather(value, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    gather(&serde_json::from_str(VALUES).unwrap(), &mut found);
    assert!(found.len() > 500, "{}", found.len());
    found
}

#[test]
fn no_card_number_in_any_output() {
    let desk = Desk::bare();
    let runs = runs();
    let mut printed = String::new();
    // All of it as commands, as responses, and in responses' templates.
    let mut log = Vec::new();
    for hex in corpus() {
        log.push(format!("> {hex}"));
        log.push(format!("< {hex}"));
        log.push(format!("< {hex}9000"));
        let length = hex.len() / 2;
        if length < 128 {
            log.extend(["70", "57", "5A"].map(|tag| format!("< {tag}{length:02X}{hex}9000")));
        }
    }
    let log = log.join("\n");
    for form in [&["apdu", "-"][..], &["apdu", "-", "--json"]] {
        let ran = emv_reads(&desk, form, &log);
        assert!(ran.out.len() > 10_000, "{}", ran.err);
        printed += &ran.out;
        printed += &ran.err;
    }
    // Each secret tag, and templates around it, by hand.
    let vectors: Value = serde_json::from_str(VALUES).unwrap();
    for vector in vectors["track2"].as_array().unwrap() {
        let track = vector["hex"].as_str().unwrap();
        let size = track.len() / 2;
        for (tag, value) in [
            ("57", track.to_owned()),
            ("9F6B", track.to_owned()),
            ("9F20", track.to_owned()),
            ("70", format!("57{size:02X}{track}")),
            ("77", format!("57{size:02X}{track}9F")),
            ("6F", format!("A5{:02X}57{size:02X}{track}", size + 2)),
        ] {
            for json in [&[][..], &["--json"]] {
                let ran = emv(&desk, &[&["tag", tag, &value][..], json].concat());
                printed += &ran.out;
                printed += &ran.err;
            }
        }
        let ran = emv(
            &desk,
            &[
                "dol",
                "5A0A57139F2003",
                "--data",
                &format!("57{size:02X}{track}"),
            ],
        );
        printed += &ran.exits(0).out;
    }
    let digits: String = printed
        .chars()
        .filter(|c| c.is_ascii_graphic() || *c == '\n')
        .collect();
    for run in runs {
        let place = digits
            .find(&run)
            .map(|at| &digits[at.saturating_sub(60)..at]);
        assert_eq!(place, None, "{run}");
    }
}
