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
fn standard_input() {
    let desk = Desk::bare();
    let told = emv_reads(&desk, &["tag", "95", "-", "--json"], "0x80 00\n04 80 00\n");
    assert_eq!(told.exits(0).json()["value"], "8000048000");
    let dol = emv_reads(&desk, &["dol", "-", "--json"], "9F02 06\r\n9A03\n");
    assert_eq!(dol.exits(0).json()["entries"][1]["tag"], "9A");
    let data = emv_reads(
        &desk,
        &["dol", "9A03", "--data", "-", "--json"],
        "9A03260101",
    );
    assert_eq!(data.exits(0).json()["data"], "260101");
    let both = emv(&desk, &["dol", "-", "--data", "-"]);
    both.fails("standard input can be the list or the data only");
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

/// A card number in every place that no tag announces, through every command.
#[test]
fn no_card_number_where_no_tag_announces_it() {
    let desk = Desk::bare();
    let size = |hex: &str| format!("{:02X}", hex.len() / 2);
    let packed = format!("5A08{CARD}");
    let track = format!("5712{CARD}D2806201903101300000");
    let text: Vec<String> = CARD.bytes().map(|byte| format!("{byte:02X}")).collect();
    let text = text.concat();
    let known = format!("{packed}DF7F08{CARD}");
    let torn = &known[..known.len() - 2];
    let mut printed = String::new();
    let mut run = |args: &[&str], input: &str| {
        for extra in [&[][..], &["--json"]] {
            let ran = emv_reads(&desk, &[args, extra].concat(), input);
            assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
            printed += &ran.out;
            printed += &ran.err;
        }
    };
    let written = format!("5710{text}");
    for inner in [&packed, &track, &written, &known, torn] {
        let length = size(inner);
        let places = [
            inner.to_string(),
            format!("DF10{length}{inner}"),
            format!("7050{inner}"),
            format!("9F36020001{inner}9F"),
            format!("E1{}DF11{length}{inner}", size(&format!("DF1100{inner}"))),
        ];
        for place in &places {
            for tag in ["70", "DF7F", "80", "50", "86", "9F10", "9F06", "8C"] {
                run(&["tag", tag, place], "");
            }
            run(&["dol", "5A085713DF7F05DF1020", "--data", place], "");
            let length = size(place);
            let log = format!(
                "> 00A40400{length}{place}\n< {place}9000\n> 80A80000{length}{place}\n\
                 < 80{length}{place}9000\n> 00DC0104{length}{place}\n< {place}6283\n> {place}"
            );
            run(&["apdu", "-"], &log);
        }
    }
    for run in [&CARD[2..9], &CARD[3..10], &text[4..18]] {
        let place = printed
            .find(run)
            .map(|at| &printed[at.saturating_sub(60)..at + 20]);
        assert_eq!(place, None);
    }
}

#[test]
fn a_dictionary_of_the_users() {
    let desk = Desk::bare();
    let file = "\
# kernel | tag  | within | format | bytes | reading | secret | English       | 中文
c7       | DF70 |        | n      | 6     | amount  |        | Tip           | 小费
own      | 9F66 |        | b      | 2     |         |        | Our word      | 我方字段
list     | DF7E |        | ans    | 1-16  |         | holder | Member's name | 会员姓名
";
    std::fs::write(desk.path("own.txt"), format!("\u{feff}{file}")).unwrap();
    let with = ["--dictionary", "own.txt"];
    let told = |args: &[&str]| emv(&desk, &[args, &with, &["--json"]].concat());
    let tip = told(&["tag", "DF70", "000000001234", "--currency", "0156"]);
    let tip = tip.exits(0).json();
    assert_eq!(
        (&tip["name"], &tip["kernel"]),
        (&json!("Tip"), &json!("c7"))
    );
    assert_eq!(tip["fields"][0]["value"], "CNY 12.34");
    let own = told(&["tag", "9F66", "--kernel", "own"]).exits(0).json();
    assert_eq!(own["name"], "Our word");
    let built_in = told(&["tag", "95", "8000048000"]).exits(0).json();
    assert_eq!(built_in["name"], "Terminal Verification Results");
    let dol = emv(&desk, &[&["dol", "DF7006"], &with[..]].concat());
    assert!(dol.exits(0).out.contains("Tip"), "{dol:?}");
    // What the file calls secret is masked by every command, in templates too.
    let name = "DF7E05534D495448";
    for args in [
        &["tag", "DF7E", "534D495448"][..],
        &["tag", "70", name],
        &["dol", "DF7E05", "--data", name],
        &["apdu", "> 00B2010C00\n< DF7E05534D4954489000"],
    ] {
        for extra in [&[][..], &["--json"]] {
            let ran = emv(&desk, &[args, &with, extra].concat());
            let shown = &ran.exits(0).out;
            assert!(
                !shown.contains("534D") && !shown.contains("SMITH"),
                "{ran:?}"
            );
        }
    }
    let tlv = desk.annul(&[&["tlv", "--lang", "zh", "--json", name][..], &with].concat());
    let object = tlv.exits(0).json()["objects"][0].clone();
    assert_eq!(
        (&object["name"], &object["value"]),
        (&json!("会员姓名"), &json!("**********"))
    );
}

#[test]
fn a_dictionary_that_cannot_be_used() {
    let desk = Desk::bare();
    std::fs::write(desk.path("bad.txt"), "# a remark\nc7 | DF70 | | x |").unwrap();
    let bad = ["--dictionary", "bad.txt"];
    let words = emv(&desk, &[&["tag", "95"][..], &bad].concat());
    words.fails("the dictionary, line 2, column 18, line: expected nine fields");
    for command in [&["emv", "tag", "95"][..], &["tlv", "9A03260101"]] {
        let ran = desk.annul(&[command, &bad, &["--json"]].concat());
        let told = ran.exits(1).json();
        assert_eq!(told["ok"], false);
        let error = &told["error"];
        assert_eq!(
            (&error["code"], &error["line"], &error["column"]),
            (&json!("bad_dictionary"), &json!(2), &json!(18))
        );
    }
    emv(&desk, &["tag", "95", "--dictionary", "no.txt"]).fails("expected a text file of lines");
}

/// Both languages, also of what is wrong.
#[test]
fn errors_in_chinese() {
    let desk = Desk::bare();
    for (args, text) in [
        (
            &["tag", "95", "8000"][..],
            "值的第 2 字节：应为 5 字节，实为 2 字节",
        ),
        (
            &["tag", "94", "F8010100"],
            "文件标识符应为 1 到 30，实为 31",
        ),
        (&["tag", "9A", "250230"], "没有这一天"),
        (
            &["tag", "57", "4761739001010119FFFF", "--reveal"],
            "应为分隔符",
        ),
        (&["tag", "70", "9F3605"], "值需要 5 字节，只剩 0 字节"),
        (&["dol", "9F02069F"], "标签不完整"),
        (&["dol", "9F0206", "--data", "9F0205"], "值需要 5 字节"),
        (
            &["apdu", "> 00B2010C00\n< 70095F349000"],
            "值需要 9 字节，只剩 2 字节",
        ),
        (&["apdu", "> 00A404\n< 90"], "应为命令：CLA INS P1 P2"),
    ] {
        for extra in [&[][..], &["--json"]] {
            let ran = desk.annul(&[&["--lang", "zh", "emv"], args, extra].concat());
            assert!(ran.exits(1).out.contains(text), "{ran:?}");
        }
    }
}
