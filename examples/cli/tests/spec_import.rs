//! `annul spec import`: packagers of jPOS and specs of moov-io/iso8583.

mod common;
mod messages;

use common::{Desk, Ran};
use messages::{ECHO, assert_hidden, hex, sale};
use serde_json::Value;

const PACKAGER: &str = include_str!("../../../core/tests/vectors/imports/iso87-ascii-hexbm.xml");
const PARTS: &str = include_str!("../../../core/tests/vectors/imports/parts.xml");
const MOOV: &str = include_str!("../../../core/tests/vectors/imports/iso87-ascii-hexbm.json");

fn desk(files: &[(&str, &[u8])]) -> Desk {
    let desk = Desk::bare();
    for (name, bytes) in files {
        std::fs::write(desk.path(name), bytes).unwrap();
    }
    desk
}

fn import(desk: &Desk, args: &[&str]) -> Ran {
    desk.annul(&[&["spec", "import"], args].concat())
}

#[test]
fn one_command_makes_a_dialect_that_reads_messages() {
    for (name, text) in [("host.xml", PACKAGER), ("host.json", MOOV)] {
        let desk = desk(&[(name, text.as_bytes())]);
        let ran = import(&desk, &[name, "-o", "mine.json"]);
        assert!(ran.exits(0).out.contains("mine.json"), "{ran:?}");
        assert_eq!(ran.err, "");
        for message in [hex(ECHO), sale("000016")] {
            let ran = desk.annul(&["decode", "--json", "--spec", "mine.json", &message]);
            assert_hidden(&ran);
        }
        let ran = desk.annul(&["decode", "--json", "--spec", "mine.json", &hex(ECHO)]);
        let fields = &ran.exits(0).json()["fields"];
        assert_eq!(fields[5]["value"], "001");
        let lint = desk.annul(&["spec", "lint", "mine.json"]);
        assert_eq!(lint.exits(0).out, "");
        // The same on standard output; a file that is there stays.
        let ran = import(&desk, &[name]);
        let spec: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
        let expected = if name == "host.xml" {
            "host"
        } else {
            "iso87-ascii-hexbm"
        };
        assert_eq!(spec["name"], expected);
        import(&desk, &[name, "-o", "mine.json"]).fails("there is a file of this name");
    }
}

#[test]
fn what_could_not_be_said_is_told_in_both_languages() {
    let desk = desk(&[("parts.xml", PARTS.as_bytes())]);
    let english = import(&desk, &["parts.xml"]);
    let err = &english.exits(0).err;
    assert!(
        err.contains("line 9, column 53, field 4: the sign stays"),
        "{err}"
    );
    assert!(err.contains("6 things could not be said"), "{err}");
    let chinese = desk.annul(&["--lang", "zh", "spec", "import", "parts.xml"]);
    assert!(chinese.exits(0).err.contains("以上6处"), "{chinese:?}");
    let sign = "第 9 行第 53 列，field 4：符号留在末位数字中";
    assert!(chinese.err.contains(sign), "{chinese:?}");
    let json = import(&desk, &["--json", "parts.xml"]);
    let notes: Vec<Value> = { json.exits(0).err.lines() }
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((notes.len(), &notes[1]["path"]), (6, &"field 4".into()));
    serde_json::from_str::<Value>(&json.out).unwrap();
}

#[test]
fn bad_files_are_refused_with_their_place() {
    let custom = PACKAGER.replace("org.jpos.iso.IFA_LLNUM", "com.acme.IFA_OWN");
    let mut huge = b"<!-- ".to_vec();
    huge.resize(5 << 20, b'x');
    let cut = &PACKAGER[..900];
    let files: &[(&str, &[u8], &str)] = &[
        ("empty", b"", "empty: the file is empty"),
        (
            "binary",
            b"\x7FELF\xFF\xFE\0",
            "byte 4 is not of a text in UTF-8",
        ),
        ("text", b"fields: []", "neither a packager of jPOS"),
        (
            "pom.xml",
            b"<project/>",
            "expected one of isopackager; found \"project\"",
        ),
        ("cut.xml", cut.as_bytes(), "no XML"),
        ("other.json", b"{\"elements\": {}}", "fields is missing"),
        ("huge.xml", &huge, "larger than 4194304 bytes"),
        (
            "custom.xml",
            custom.as_bytes(),
            "field 2: class com.acme.IFA_OWN is none of jPOS's own",
        ),
    ];
    for (name, bytes, said) in files {
        let desk = desk(&[(name, bytes)]);
        let ran = import(&desk, &[name, "-o", "out.json"]);
        ran.fails(said);
        assert!(!desk.path("out.json").exists(), "{name}");
    }
    let desk = desk(&[("host.xml", PACKAGER.as_bytes())]);
    import(&desk, &["missing.xml"]).fails("missing.xml");
    import(&desk, &["host.xml", "-o", "no/such/folder.json"]).fails("folder");
    desk.annul(&["spec", "show", "host.xml"])
        .fails("annul spec import");
}
