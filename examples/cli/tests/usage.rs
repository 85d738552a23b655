//! Garbage on the command line: status 1, a line that says what was expected,
//! and not one digit of what was typed.

mod common;

use std::io::Write as _;
use std::process::Stdio;

use common::{Desk, MASTER_KEY, PAN, SUPERVISOR, TRACK};

/// The beginning of a sale and of a void, and their cards.
const SALE: &[&str] = &["sale", "--amount", "1"];
const VOID: &[&str] = &[
    "void",
    "--reason",
    "error",
    "--supervisor",
    SUPERVISOR,
    "--trace",
];

/// What is typed behind a beginning, and what is said.
#[rustfmt::skip]
const GARBAGE: &[(&[&str], &[&str], &str)] = &[
    (&["sale", "--track2", TRACK, "--amount"], &["x"], "amount: expected"),
    (&["sale", "--track2", TRACK, "--amount"], &["-1"], "unexpected argument"),
    (&["sale", "--track2", TRACK, "--amount"], &["1.234"], "amount: expected"),
    (&["sale", "--track2", TRACK, "--amount"], &["99999999999"], "amount: expected"),
    (SALE, &[], "--track2"),
    (SALE, &["--track2", "garbage"], "track 2: expected"),
    (SALE, &["--track2", "6224242900000113=2813"], "track 2: expected"),
    (SALE, &["--track2", ""], "track 2: expected"),
    (SALE, &["--track2", "磁道"], "track 2: expected"),
    (SALE, &["--pan", PAN], "--expiry"),
    (SALE, &["--pan", "12", "--expiry", "2806"], "card number: expected"),
    (SALE, &["--pan", PAN, "--expiry", "2813"], "expiry: expected"),
    (SALE, &["--pan", PAN, "--track2", TRACK], "cannot be used with"),
    (SALE, &["--track2", TRACK, "--pin", "12"], "PIN: expected"),
    (SALE, &["--track2", TRACK, "--request-id", "a b"], "request id: expected"),
    (SALE, &["--track2", TRACK, "--operator", "01"], "--operator 01:0000"),
    (SALE, &[TRACK], "unexpected argument"),
    (VOID, &["0"], "trace: expected"),
    (VOID, &["abc"], "trace: expected"),
    (VOID, &["1", "--note", PAN], "card number"),
    (&["void", "--trace", "1", "--supervisor", SUPERVISOR, "--reason"], &["X Y"], "reason: expected"),
    (&["void", "--trace", "1", "--reason", "x"], &[], "--supervisor"),
    (&["status"], &["--trace", "1000000"], "trace: expected"),
    (&["nonsense"], &[], "unrecognized subcommand"),
    (&[], &[], "Usage"),
];

#[test]
fn garbage_on_the_command_line() {
    let desk = Desk::signed_in(&[]);
    let before = desk.journal();
    for (beginning, typed, advice) in GARBAGE {
        desk.till(&[*beginning, *typed].concat()).fails(advice);
    }
    desk.annul(&[]).fails("Usage");
    assert_eq!(desk.journal(), before);
}

#[test]
fn help_and_version_are_no_errors() {
    let desk = Desk::bare();
    let version = desk.annul(&["--version"]);
    assert_eq!(
        version.exits(0).out.trim(),
        concat!("annul ", env!("CARGO_PKG_VERSION"))
    );
    let help = desk.annul(&["till", "sale", "--help"]);
    assert!(help.exits(0).out.contains("--track2"), "{help:?}");
}

/// Of every kind of output: one line, JSON, many lines, help. What is to be
/// told and cannot be is an error; a reader who left is none.
#[cfg(target_os = "linux")]
#[test]
fn output_to_a_full_device_is_an_error() {
    let desk = Desk::bare();
    let key = [
        "key",
        "kcv",
        "--cipher",
        "tdes",
        "--key-env",
        "ANNUL_TEST_KEY",
    ];
    let refused = ["key", "parity", "--key-env", "ANNUL_TEST_WEAK"];
    for (args, code) in [
        (&key[..], 1),
        (&[&key[..], &["--json"]].concat(), 1),
        (&["host", "faults"], 1),
        (&["spec", "list"], 1),
        (&["--help"], 1),
        (&["--version"], 1),
        // Says more than that nobody could be told.
        (&refused, 2),
    ] {
        let ended = |out: std::process::Stdio| {
            let mut command = desk.command(args);
            let command = command
                .env("ANNUL_TEST_KEY", MASTER_KEY)
                .env("ANNUL_TEST_WEAK", "0101010101010101")
                .stdout(out)
                .stderr(Stdio::piped());
            let output = command.spawn().unwrap().wait_with_output().unwrap();
            let told = String::from_utf8(output.stderr).unwrap();
            (output.status.code(), told)
        };
        let full = std::fs::File::options().write(true).open("/dev/full");
        let (status, told) = ended(full.unwrap().into());
        assert_eq!(status, Some(code), "{args:?}: {told}");
        for said in ["standard output: ", "标准输出："] {
            assert_eq!(told.matches(said).count(), 1, "{args:?}: {told}");
        }
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (status, told) = ended(writer.into());
        assert_eq!(status, Some(if code == 2 { 2 } else { 0 }), "{args:?}");
        assert!(!told.contains("standard output"), "{told}");
    }
}

/// The key would be read, and the message were empty.
#[test]
fn standard_input_is_not_key_and_message() {
    let desk = Desk::bare();
    let key = ["mac", "--algorithm", "x9.19", "--key-file", "/dev/stdin"];
    for more in [&[][..], &["-"], &["--raw"]] {
        let mut command = desk.command(&[&key[..], more].concat());
        let command = command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let sent = child.stdin.take().unwrap();
        (&sent)
            .write_all(b"0123456789ABCDEFFEDCBA9876543210")
            .unwrap();
        drop(sent);
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("both key and data"), "{said}");
    }
}
