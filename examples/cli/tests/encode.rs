//! `annul encode`: what `decode --json --reveal` gives comes back byte for byte,
//! one message or one a line, and what is said twice is refused.

mod common;
mod messages;

use common::{Desk, Ran};
use messages::{ECHO, hex, sale};
use serde_json::Value;
use std::process::Stdio;

/// The command, with this on standard input.
fn piped(desk: &Desk, args: &[&str], text: &str) -> Ran {
    use std::io::Write;
    let mut child = desk
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    { child.stdin.take().unwrap() }
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// What `decode` tells of a message.
#[track_caller]
fn decoded(desk: &Desk, args: &[&str], message: &str) -> Value {
    let args = [&["decode", "--json", "--reveal"], args, &[message]].concat();
    desk.annul(&args).exits(0).json()
}

/// Decodes and encodes; the same comes back.
#[track_caller]
fn comes_back(desk: &Desk, args: &[&str], message: &str) {
    let told = decoded(desk, args, message);
    let ran = piped(desk, &["encode"], &told.to_string());
    assert_eq!(ran.exits(0).out.trim(), message, "{told}");
}

/// A dialect of ASCII with a bitmap of 16 bytes, bytes in hexadecimal, a length
/// in hexadecimal, and a header of its own.
const OWN: &str = r#"{"name": "mine", "encoding": "ascii",
    "header": {"length": {"form": "hex", "digits": 4},
               "parts": [{"name": "station", "bytes": 3}, {"name": "rest", "bytes": "first"}]},
    "bitmap": {"form": "hex", "bytes": 16},
    "fields": {
        "11": {"name": "trace", "format": "n", "length": 6},
        "45": {"name": "text", "format": "ans", "prefix": {"form": "hex", "digits": 2}, "max": 99},
        "47": {"name": "data", "format": "b", "encoding": "hex", "length": 4},
        "70": {"name": "code", "format": "n", "length": 3}}}"#;

#[test]
fn a_name_that_stands_twice_is_refused_with_its_place() {
    let desk = Desk::bare();
    for (json, said) in [
        (
            r#"{"mti":"0800","fields":{"11":"000016","11":"000017"}}"#,
            "line 1, column 42: the name \"11\" stands twice",
        ),
        (
            "{\"mti\":\"0800\",\n \"mti\":\"0810\",\"fields\":{}}",
            "line 2, column 6: the name \"mti\" stands twice",
        ),
        (
            r#"{"mti":"0800","fields":[{"field":11,"value":"000001","value":"000002"}]}"#,
            "the name \"value\" stands twice",
        ),
        // A name may be a card's number.
        (
            r#"{"mti":"0800","fields":{"6224242900000113":"","6224242900000113":""}}"#,
            "line 1, column 64: a name stands twice",
        ),
        (
            r#"{"mti":"0800","fields":{"11":"000016","011":"000017"}}"#,
            "field 11: given twice",
        ),
    ] {
        desk.annul(&["encode", json]).fails(said);
    }
}

#[test]
fn a_header_of_the_dialect_is_written_again() {
    let desk = Desk::bare();
    std::fs::write(desk.path("mine.json"), OWN).unwrap();
    let message = hex(&format!("08000020{}000016", "0".repeat(28)));
    // The length counts what is behind it: 5 bytes of parts and 42 of message.
    let framed = format!("{}AABBCC020F{message}", hex("002F"));
    let args = ["--spec", "mine.json"];
    let small = framed.replacen(&hex("F"), &hex("f"), 1);
    for message in [&framed[..], &small, &framed[8..], &message] {
        let mut told = decoded(&desk, &args, message);
        told["spec"] = "mine.json".into();
        let ran = piped(&desk, &["encode"], &told.to_string());
        assert_eq!(ran.exits(0).out.trim(), message, "{told}");
    }
    // By name, too, where the JSON says nothing of it.
    let plain = r#"{"mti":"0800","fields":{"11":"000016"},"found":{"header":"AABBCC020F"}}"#;
    let ran = desk.annul(&["encode", "--spec", "mine.json", "--header", "own", plain]);
    assert_eq!(ran.exits(0).out.trim(), framed);
    desk.annul(&["decode", "--spec", "mine.json", "--header", "own", &framed])
        .exits(0);
}

#[test]
fn what_values_do_not_say_is_carried_beside_them() {
    let desk = Desk::bare();
    std::fs::write(desk.path("mine.json"), OWN).unwrap();
    // Letters of either size in the bitmap, in a length and in bytes.
    let text = format!(
        "080000200000000a0000{}0000160aTEN LETTERDeadbeEf",
        "0".repeat(16)
    );
    let mut told = decoded(&desk, &["--spec", "mine.json"], &hex(&text));
    assert_eq!(told["fields"][1]["raw"], hex("0aTEN LETTER"));
    assert_eq!(told["fields"][2]["value"], "DEADBEEF");
    assert!(told["fields"][0].get("raw").is_none(), "{told}");
    told["spec"] = "mine.json".into();
    let ran = piped(&desk, &["encode"], &told.to_string());
    assert_eq!(ran.exits(0).out.trim(), hex(&text));
    // A value that was changed is not what the bytes say.
    told["fields"][2]["value"] = "00".into();
    piped(&desk, &["encode"], &told.to_string()).fails("field 47: raw is of another value");
    told["fields"][2].as_object_mut().unwrap().remove("raw");
    told["fields"][2]["value"] = "00112233".into();
    let ran = piped(&desk, &["encode"], &told.to_string());
    assert!(ran.exits(0).out.trim().ends_with(&hex("00112233")));
    told["fields"][1]["raw"] = "30".into();
    piped(&desk, &["encode"], &told.to_string()).fails("field 45: raw");

    for (spec, message) in [
        // A pad nibble that is not 0, and a track with = for its D.
        ("iso87-bcd", "080000000200000000005001".to_owned()),
        // Nothing above 64, and a second bitmap.
        (
            "iso87-ascii",
            hex("080080200000000000000000000000000000000016"),
        ),
        ("iso87-ascii", hex(&ECHO.replace("823A", "823a"))),
        ("iso87-ascii", sale("000016")),
    ] {
        comes_back(&desk, &["--spec", spec], &message);
    }
    // Without --reveal no byte is told that a value does not.
    let masked = desk.annul(&["decode", "--json", "--spec", "mine.json", &hex(&text)]);
    assert!(!masked.exits(0).out.contains("raw"), "{masked:?}");
}

#[test]
fn bitmaps_are_told_as_they_stand() {
    let desk = Desk::bare();
    std::fs::write(desk.path("mine.json"), OWN).unwrap();
    let bitmap = format!("0020{}", "0".repeat(28));
    let message = hex(&format!("0800{bitmap}000016"));
    let mut told = decoded(&desk, &["--spec", "mine.json"], &message);
    assert_eq!(told["bitmap"], bitmap);
    // The fields say what is there: a bitmap that says something else is none of theirs.
    told["spec"] = "mine.json".into();
    told["bitmap"] = "FF".into();
    let ran = piped(&desk, &["encode"], &told.to_string());
    assert_eq!(ran.exits(0).out.trim(), message);
}

#[test]
fn one_message_a_line() {
    let desk = Desk::bare();
    let messages = [hex(ECHO), sale("000016"), sale("000017")];
    std::fs::write(desk.path("lines.hex"), messages.join("\n")).unwrap();
    let decode = ["decode", "--spec", "iso87-ascii", "--lines"];
    let ran = desk.annul(&[&decode[..], &["--json", "--reveal", "lines.hex"]].concat());
    let told = ran.exits(0).out.clone();
    std::fs::write(desk.path("lines.json"), &told).unwrap();
    let ran = desk.annul(&["encode", "--lines", "lines.json"]);
    assert!(ran.exits(0).out.lines().eq(messages.iter()), "{ran:?}");
    let ran = piped(&desk, &["encode", "--lines"], &told);
    assert!(ran.exits(0).out.lines().eq(messages.iter()), "{ran:?}");

    let first = told.lines().next().unwrap();
    let text = format!(
        "\u{feff}{first}\n\n{{\"mti\":\n{{\"mti\":\"0800\",\"mti\":\"0800\"}}\n\
         {{\"mti\":\"0800\",\"fields\":{{\"11\":\"1\"}}}}\n{first}\n"
    );
    let ran = piped(&desk, &["encode", "--lines", "--json", "-"], &text);
    let lines: Vec<Value> = { ran.exits(1).out.lines() }
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let well: Vec<_> = { lines.iter() }
        .map(|line| line["ok"].as_bool().unwrap())
        .collect();
    assert_eq!(well, [true, false, false, false, true]);
    for (line, said) in [
        (1, "line 3, column 7: this is no JSON"),
        (2, "line 4, column 19: the name \"mti\" stands twice"),
        (3, "line 5: unionpay-pos: field 11"),
    ] {
        let message = lines[line]["error"]["message"].as_str().unwrap();
        assert!(message.starts_with(said), "{message}");
    }
    let ran = piped(&desk, &["encode", "--lines"], &text);
    assert_eq!(ran.exits(1).out.lines().count(), 2, "{ran:?}");
    assert!(ran.err.contains("line 5: unionpay-pos"), "{ran:?}");
    desk.annul(&["encode", "--lines", "missing.json"])
        .fails("missing.json");
}

/// The messages of other libraries, each in the dialect of its file.
#[test]
fn every_vector_comes_back() {
    let desk = Desk::bare();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../core/tests/vectors");
    let text = std::fs::read_to_string(format!("{folder}/iso8583.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let vectors = all["vectors"].as_array().unwrap();
    let mut seen = 0;
    for file in std::fs::read_dir(format!("{folder}/specs")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let dialect = path.file_stem().unwrap().to_str().unwrap();
        let of = vectors.iter().filter(|vector| vector["dialect"] == dialect);
        let messages: Vec<_> = of
            .map(|vector| vector["hex"].as_str().unwrap().to_uppercase())
            .collect();
        let spec = path.to_str().unwrap();
        let read = [
            "decode", "--json", "--reveal", "--lines", "--spec", spec, "-",
        ];
        let told = piped(&desk, &read, &messages.join("\n"));
        let told = told.exits(0).out.clone();
        let write = ["encode", "--lines", "--spec", spec];
        let ran = piped(&desk, &write, &told);
        for (written, message) in ran.exits(0).out.lines().zip(&messages) {
            assert_eq!(written, message, "{dialect}");
            seen += 1;
        }
    }
    assert_eq!(seen, vectors.len(), "each has its dialect");
}
