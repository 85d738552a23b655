//! Where messages and dialects come from: lines, files, captures, presets.

mod common;
mod messages;

use common::{Desk, Ran};
use messages::{ECHO, assert_hidden, hex, sale};
use serde_json::Value;

fn decode(desk: &Desk, args: &[&str]) -> Ran {
    desk.annul(&[&["decode", "--spec", "iso87-ascii"], args].concat())
}

#[test]
fn one_message_a_line_and_files() {
    let desk = Desk::bare();
    let (echo, sale) = (hex(ECHO), sale("000016"));
    let text = format!("{echo}\n\n{sale}\r\n0800 0\nzz\n{}\n", &echo[..40]);
    std::fs::write(desk.path("lines.txt"), &text).unwrap();
    let ran = decode(&desk, &["--json", "--lines", "lines.txt"]);
    assert_hidden(&ran);
    let lines: Vec<Value> = { ran.exits(1).out.lines() }
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let well: Vec<_> = lines
        .iter()
        .map(|line| line["ok"].as_bool().unwrap())
        .collect();
    assert_eq!(well, [true, true, false, false, false]);
    let said = lines[3]["error"]["message"].as_str().unwrap();
    assert!(said.starts_with("line 5: character 1"), "{said}");
    std::fs::write(desk.path("one.hex"), &echo).unwrap();
    std::fs::write(desk.path("one.bin"), ECHO).unwrap();
    decode(&desk, &["--json", "one.hex"]).exits(0);
    decode(&desk, &["--json", "--binary", "one.bin"]).exits(0);
    decode(&desk, &["missing.hex"]).fails("no file has this name");
    decode(&desk, &["--lines", "missing.hex"]).fails("missing.hex");
    decode(&desk, &["--lines", &echo, &echo]).fails("one file");
}

#[test]
fn presets_are_listed_and_shown() {
    let desk = Desk::bare();
    let list = desk.annul(&["spec", "list"]).exits(0).out.clone();
    for name in ["unionpay-pos", "iso87-ebcdic", "iso2003-bcd", "length-tpdu"] {
        assert!(list.contains(name), "{name}: {list}");
    }
    let show = desk.annul(&["--lang", "zh", "spec", "show", "iso93-bcd"]);
    assert!(show.exits(0).out.contains("主账号"), "{show:?}");
    let rows = desk
        .annul(&["spec", "show", "--json", "iso87-bcd"])
        .exits(0)
        .out
        .clone();
    let first: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!((&first["field"], &first["length"]), (&2.into(), &19.into()));
    desk.annul(&["spec", "show", "visa"]).fails("iso87-ascii");
}

/// A text in UTF-8 is shown as text; bytes that are none, and what would turn a
/// terminal's line, are not.
#[test]
fn text_in_utf_8() {
    let desk = Desk::bare();
    let own = r#"{"extends": "iso87-bcd", "name": "mine", "header": null,
        "fields": {"43": {"name": "city", "format": "ans", "max": 99, "encoding": "utf8",
            "unit": "bytes", "prefix": {"form": "binary", "bytes": 1}}}}"#;
    std::fs::write(desk.path("mine.json"), own).unwrap();
    let spec = ["--lang", "en", "--spec", "mine.json", "--header", "none"];
    let told = |city: &str| {
        let json = serde_json::json!({"mti": "0200", "fields": {"43": city}}).to_string();
        std::fs::write(desk.path("in.json"), json).unwrap();
        let written = desk.annul(&[&["encode"], &spec[2..], &["in.json"]].concat());
        let message = written.exits(0).out.trim().to_owned();
        let shown = |more: &[&str]| {
            let args = [&["decode", "--json"], &spec[..], more, &[&message]].concat();
            let ran = desk.annul(&args);
            ran.exits(0).json()["fields"][0]["value"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let (masked, clear) = (shown(&[]), shown(&["--reveal"]));
        assert_eq!(masked, clear);
        clear
    };
    for city in [
        "北京",
        "Zürich 1",
        "\\xE5\\x8C",
        "北\\xE5京",
        "\\xE2\\x80\\xAEmoney",
    ] {
        assert_eq!(told(city), city);
    }
}

/// What stands before the fields, and what a field has beside its form.
#[test]
fn show_tells_all_that_a_dialect_says() {
    let desk = Desk::bare();
    let own = r#"{"extends": "iso87-ascii", "name": "mine", "encoding": "ascii",
        "header": {"length": {"form": "binary", "bytes": 2}},
        "fields": {"70": {"name": "code", "format": "an", "length": 4,
            "justify": "right", "pad": "0"}}}"#;
    std::fs::write(desk.path("mine.json"), own).unwrap();
    let shown = desk
        .annul(&["spec", "show", "mine.json"])
        .exits(0)
        .out
        .clone();
    let said = |path: &str| {
        let line = shown.lines().find(|line| line.trim().starts_with(path));
        line.unwrap_or_else(|| panic!("{path}: {shown}")).to_owned()
    };
    assert!(said("header.length.bytes").ends_with(" 2"));
    assert!(said("mti").ends_with(" ascii"));
    assert!(said("bitmap.form").ends_with(" hex"));
    assert_eq!(said("justify"), "      justify = right");
}

#[test]
fn a_dialect_of_a_file() {
    let desk = Desk::bare();
    let own = r#"{"extends": "iso87-ascii", "name": "mine", "encoding": "ascii",
        "header": {"length": {"form": "binary", "bytes": 2}},
        "fields": {"70": {"name": "code", "format": "n", "length": 4}}}"#;
    std::fs::write(desk.path("mine.json"), own).unwrap();
    let echo = format!("{ECHO}9");
    let framed = format!("{:04X}{}", echo.len(), hex(&echo));
    for message in [&framed, &framed[4..]] {
        let ran = desk.annul(&["decode", "--json", "--spec", "mine.json", message]);
        let decoded = ran.exits(0).json();
        assert_eq!(decoded["spec"], "mine");
        assert_eq!(decoded["found"]["length_prefix"], *message == framed);
        assert_eq!(decoded["fields"][5]["value"], "0019");
    }
    let list = "extends.json";
    std::fs::write(
        desk.path(list),
        r#"{"extends": "mine.json", "name": "third"}"#,
    )
    .unwrap();
    desk.annul(&["decode", "--spec", list, &framed]).exits(0);
    // With or without its ending.
    std::fs::write(
        desk.path("short.json"),
        r#"{"extends": "mine", "name": "third"}"#,
    )
    .unwrap();
    desk.annul(&["spec", "diff", "short.json", list]).exits(0);
    std::fs::write(desk.path("lost.json"), r#"{"extends": "his"}"#).unwrap();
    desk.annul(&["spec", "lint", "lost.json"])
        .fails("\"his\"; name a preset or another file; there is no file his or his.json");
    let differences = desk.annul(&["spec", "diff", "iso87-ascii", "mine.json"]);
    assert!(
        differences.exits(1).out.contains("fields.70.length: 3 → 4"),
        "{differences:?}"
    );
    desk.annul(&["spec", "diff", list, list]).exits(0);
    let bare = r#"{"name": "bare", "fields": {"2": {"name": "number", "format": "n", "max": 19}}}"#;
    std::fs::write(desk.path("bare.json"), bare).unwrap();
    let remarks = desk.annul(&["spec", "lint", "bare.json"]);
    assert!(remarks.exits(1).out.contains("fields.2"), "{remarks:?}");
    let remarks = desk.annul(&["--lang", "zh", "spec", "lint", "bare.json"]);
    assert!(
        remarks.exits(1).out.contains("含有卡号且会被显示"),
        "{remarks:?}"
    );
    std::fs::write(desk.path("wrong.json"), "{\n \"name\": 7}").unwrap();
    desk.annul(&["spec", "lint", "wrong.json"])
        .fails("wrong.json: line 2, column 10");
    for name in [
        "unionpay-pos",
        "iso87-ascii",
        "iso87-ebcdic",
        "iso93-bcd",
        "iso2003-ascii",
    ] {
        let remarks = desk.annul(&["spec", "lint", name]);
        assert_eq!(remarks.exits(0).out, "", "{name}");
    }
}

fn packet(from: u8, to: u8, sequence: u32, carried: &[u8]) -> Vec<u8> {
    let mut packet = [&[0; 12][..], &[0x08, 0x00]].concat();
    let size = u16::try_from(40 + carried.len()).unwrap().to_be_bytes();
    packet.extend([0x45, 0, size[0], size[1], 0, 0, 0x40, 0, 64, 6, 0, 0]);
    packet.extend([10, 0, 0, from, 10, 0, 0, to]);
    packet.extend([from, 0, to, 0]);
    packet.extend(sequence.to_be_bytes());
    packet.extend([0, 0, 0, 0, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0]);
    packet.extend(carried);
    let size = u32::try_from(packet.len()).unwrap().to_le_bytes();
    [&[0; 8][..], &size, &size, &packet].concat()
}

#[test]
fn messages_of_a_capture() {
    let desk = Desk::bare();
    let header: &[u8] = &[0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0];
    let header = [header, &[0; 8], &[0xFF, 0xFF, 0, 0, 1, 0, 0, 0]].concat();
    let framed = |text: &str| {
        let size = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&size[..], text.as_bytes()].concat()
    };
    let (echo, other) = (framed(ECHO), framed(&ECHO.replace("900001", "900002")));
    let both = [echo.as_slice(), &other].concat();
    let sequence = u32::MAX - 20;
    let capture = [
        header.clone(),
        packet(1, 2, sequence, &both[..30]),
        packet(1, 2, sequence.wrapping_add(100), &both[100..]),
        packet(2, 1, 7, &echo),
        // Sent again, and what was missing.
        packet(1, 2, sequence, &both[..30]),
        packet(1, 2, sequence.wrapping_add(30), &both[30..100]),
    ]
    .concat();
    std::fs::write(desk.path("traffic.pcap"), &capture).unwrap();
    let ran = decode(&desk, &["--json", "--header", "length", "traffic.pcap"]);
    let traces: Vec<_> = { ran.exits(0).out.lines() }
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|message| message["fields"][1]["value"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(traces, ["900002", "900001", "900001"]);
    // What came whole before a cut is read, wherever the cut is.
    let whole = |bytes: &[u8]| {
        std::fs::write(desk.path("cut.pcap"), bytes).unwrap();
        let ran = decode(&desk, &["--json", "--header", "length", "cut.pcap"]);
        let lines: Vec<Value> = { ran.exits(1).out.lines() }
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let (last, messages) = lines.split_last().unwrap();
        assert!(messages.iter().all(|message| message["ok"] == true));
        let said = last["error"]["message"].as_str().unwrap();
        (messages.len(), said.to_owned())
    };
    let cut = |behind: &str| format!("the capture is cut behind packet {behind}: no more is read");
    let last = packet(2, 1, 7, &echo).len();
    for size in [capture.len() - 1, capture.len() - 9, capture.len() - 120] {
        assert_eq!(whole(&capture[..size]), (1, cut("4")));
    }
    let three = header.len() + packet(1, 2, 0, &both[..30]).len() + last;
    let three = three + packet(1, 2, 0, &both[100..]).len();
    assert_eq!(whole(&capture[..three + 15]), (1, cut("3")));
    assert_eq!(whole(&capture[..three - 1]), (0, cut("2")));
    assert_eq!(whole(&capture[..header.len() + 3]), (0, cut("0")));
    // A size that no packet has.
    let mut damaged = capture.clone();
    damaged[three + 8..three + 12].fill(0xFF);
    assert_eq!(whole(&damaged), (1, cut("3")));
    std::fs::write(desk.path("cut.pcap"), &capture[..capture.len() - 9]).unwrap();
    let ran = decode(&desk, &["--header", "length", "cut.pcap"]);
    assert!(ran.exits(1).out.contains("900001"), "{ran:?}");
    assert!(ran.err.contains("cut behind packet 4"), "{ran:?}");
    decode(&desk, &["--header", "length", "traffic.pcap"]).exits(0);
    std::fs::write(desk.path("cut.pcap"), &header[..20]).unwrap();
    decode(&desk, &["cut.pcap"]).fails("expected pcap or pcapng");
    std::fs::write(desk.path("empty.pcap"), &header).unwrap();
    decode(&desk, &["empty.pcap"]).fails("no message");
}
