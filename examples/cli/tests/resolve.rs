//! What is left over at the till is listed, and a supervisor ends what is
//! parked: both verdicts, and every way to be refused.

mod common;

use common::{Desk, Ran, SUPERVISOR, TRACK};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;

const NOTE: &str = "acquirer, Ms Li, case 7";

/// The host books the sale and loses its answer; it declines the reversal.
const PARKED: [&str; 2] = ["drop-answer@sale#1", "decline=05@reversal#1..3"];

fn parked(desk: &Desk, id: &str) -> Value {
    let sale = desk.sale("25.00", &["--request-id", id]).exits(3).json();
    assert_eq!(sale["status"], "Parked");
    sale
}

fn resolve(desk: &Desk, id: &str, verdict: &str, more: &[&str]) -> Ran {
    let word = ["resolve", "--request-id", id, "--verdict", verdict];
    desk.till(&[&word[..], more].concat())
}

const ALLOWED: [&str; 4] = ["--note", NOTE, "--supervisor", SUPERVISOR];

/// Each line of `unresolved --json`.
#[track_caller]
fn unresolved(desk: &Desk, exit: i32) -> Vec<Value> {
    let ran = desk.till(&["unresolved"]);
    let lines = ran.exits(exit).out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[track_caller]
fn is_refused(ran: &Ran, en: &str) {
    let told = ran.exits(2).json();
    assert_eq!(
        (&told["outcome"], &told["kind"]),
        (&json!("refused"), &json!("resolve"))
    );
    assert!(
        told["message"]["en"].as_str().unwrap().contains(en),
        "{told}"
    );
    assert!(
        !told["message"]["zh"].as_str().unwrap().is_ascii(),
        "{told}"
    );
}

/// What the journal's records say of the supervisor's word.
fn resolved(desk: &Desk) -> Vec<Value> {
    let ran = desk.annul(&["journal", "show", "--json", "till.db"]);
    let lines = ran.exits(0).out.lines();
    lines
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|record| record["kind"] == "Resolved")
        .collect()
}

fn totals(desk: &Desk) -> String {
    let ran = desk.annul(&["till", "journal"]);
    ran.exits(0).out.lines().last().unwrap().to_owned()
}

#[test]
fn what_the_acquirer_says_stands_counts_as_sold() {
    let mut desk = Desk::signed_in(&PARKED);
    let sale = parked(&desk, "s1");
    assert_eq!(totals(&desk), "0 sold 0.00 · 0 voided 0.00 · net 0.00");
    assert_eq!(desk.stop_host(), Some(0));

    let ended = resolve(&desk, "s1", "approved", &ALLOWED).exits(0).json();
    assert_eq!(ended["outcome"], "approved");
    assert_eq!(ended["status"], "Resolved");
    assert_eq!(ended["reversal"], "none");
    for same in ["kind", "request_id", "trace", "batch", "amount"] {
        assert_eq!(ended[same], sale[same], "{same}");
    }
    assert_eq!(totals(&desk), "1 sold 25.00 · 0 voided 0.00 · net 25.00");
    let books = desk.books();
    assert_eq!(books.len(), 1);
    assert_eq!(
        (&books[0]["status"], &books[0]["trace"], &books[0]["amount"]),
        (&json!("approved"), &sale["trace"], &sale["amount"])
    );
    let [word] = &resolved(&desk)[..] else {
        panic!("one word")
    };
    assert_eq!(
        (&word["verdict"], &word["supervisor"], &word["note"]),
        (&json!("approved"), &json!("00"), &json!(NOTE))
    );
    let status = desk.till(&["status", "--request-id", "s1"]);
    assert_eq!(status.exits(0).json(), ended);
    let again = desk.sale("25.00", &["--request-id", "s1"]);
    assert_eq!(again.exits(0).json()["status"], "Resolved");
    assert_eq!(unresolved(&desk, 0), Vec::<Value>::new());
}

/// The host reversed it, and the till could not believe its answers.
#[test]
fn what_the_acquirer_says_is_undone_counts_for_nothing() {
    let mut desk = Desk::signed_in(&["drop-answer@sale#1", "wrong-mac@reversal#1..3"]);
    let sale = parked(&desk, "s1");
    let [open] = &unresolved(&desk, 3)[..] else {
        panic!("one is open")
    };
    assert_eq!(open["heard"]["en"], "nothing to rely on");
    assert_eq!(desk.stop_host(), Some(0));
    // As `status` tells it: nobody hands over goods for it.
    let ended = resolve(&desk, "s1", "reversed", &ALLOWED).exits(3).json();
    assert_eq!(
        (&ended["outcome"], &ended["reversal"], &ended["status"]),
        (&json!("unknown"), &json!("reversed"), &json!("Resolved"))
    );
    assert_eq!(ended["trace"], sale["trace"]);
    assert_eq!(resolved(&desk)[0]["verdict"], "reversed");
    assert_eq!(totals(&desk), "0 sold 0.00 · 0 voided 0.00 · net 0.00");
    assert_eq!(desk.books()[0]["status"], "reversed");
    desk.assert_agreement();
    assert_eq!(unresolved(&desk, 0), Vec::<Value>::new());
    // Nothing is left for `recover`, so it needs no host.
    assert_eq!(desk.till(&["recover"]).exits(0).json()["parked"], 0);
}

/// A void that is parked locks its sale; its end frees it, or ends it too.
#[test]
fn the_sale_behind_a_parked_void_goes_with_the_verdict() {
    for (verdict, exit, sale_stands, net) in [
        (
            "reversed",
            3,
            "Approved",
            "1 sold 9.00 · 0 voided 0.00 · net 9.00",
        ),
        (
            "approved",
            0,
            "Voided",
            "1 sold 9.00 · 1 voided 9.00 · net 0.00",
        ),
    ] {
        let desk = Desk::signed_in(&["drop-answer@void#1", "decline=05@reversal#1..3"]);
        let sale = desk.sale("9.00", &[]).exits(0).json();
        let trace = sale["trace"].as_str().unwrap();
        let void = desk.void(trace, &["--request-id", "v1"]).exits(3).json();
        assert_eq!(void["status"], "Parked");
        let open = unresolved(&desk, 3);
        assert_eq!(open.len(), 1, "the sale itself waits for nothing");
        assert_eq!(open[0]["original_trace"], sale["trace"]);
        let ended = resolve(&desk, "v1", verdict, &ALLOWED).exits(exit).json();
        assert_eq!(ended["original_trace"], sale["trace"]);
        assert_eq!(desk.journal()[0]["status"], sale_stands, "{verdict}");
        assert_eq!(totals(&desk), net);
    }
}

#[test]
fn what_is_refused_changes_nothing_and_sends_nothing() {
    let desk = Desk::signed_in(&PARKED);
    parked(&desk, "s1");
    desk.sale("1.00", &["--request-id", "s2"]).exits(0);
    let (before, sent) = (desk.journal(), desk.exchanges());
    for (supervisor, why) in [
        ("00:654321", "Wrong operator or password"),
        ("55:123456", "Wrong operator or password"),
        ("01:0000", "supervisor"),
        ("99:00000000", "supervisor"),
    ] {
        let more = ["--note", NOTE, "--supervisor", supervisor];
        is_refused(&resolve(&desk, "s1", "approved", &more), why);
    }
    let more = ["--note", NOTE, "--supervisor", "00123456"];
    resolve(&desk, "s1", "approved", &more).fails("--supervisor 00:123456");
    let long = "x".repeat(65);
    for (note, advice) in [
        ("", "note: it is empty"),
        (" \u{3000} ", "note: it is empty"),
        (long.as_str(), "at most 64 bytes"),
        ("line\nbreak", "control characters"),
        (common::PAN, "looks like a card number"),
        ("card 6224 2429 0000 0113", "looks like a card number"),
    ] {
        let more = ["--note", note, "--supervisor", SUPERVISOR];
        resolve(&desk, "s1", "approved", &more).fails(advice);
    }
    resolve(&desk, "s1", "approved", &["--supervisor", SUPERVISOR]).fails("--note");
    resolve(&desk, "s1", "approved", &["--note", NOTE]).fails("--supervisor");
    resolve(&desk, "s1", "voided", &ALLOWED).fails("approved");
    resolve(&desk, common::PAN, "approved", &ALLOWED).fails("request id");
    is_refused(&resolve(&desk, "s2", "reversed", &ALLOWED), "not parked");
    is_refused(&resolve(&desk, "s3", "reversed", &ALLOWED), "request id");
    assert_eq!((desk.journal(), desk.exchanges()), (before, sent));
    assert_eq!(resolved(&desk), Vec::<Value>::new());

    resolve(&desk, "s1", "approved", &ALLOWED).exits(0);
    for verdict in ["approved", "reversed"] {
        is_refused(&resolve(&desk, "s1", verdict, &ALLOWED), "not parked");
    }
    assert_eq!(resolved(&desk).len(), 1, "the first word is the last");
    assert_eq!(desk.exchanges(), sent);
}

#[test]
fn a_journal_that_is_not_there_is_not_made() {
    let desk = Desk::bare();
    desk.till(&["unresolved"]).fails("there is none");
    resolve(&desk, "s1", "approved", &ALLOWED).fails("there is none");
    assert!(!desk.path("till.db").exists());
}

#[test]
fn every_way_to_be_open_is_listed() {
    let mut desk = Desk::signed_in(&[
        "drop-answer@sale#1",
        "decline=05@reversal#1..3",
        "drop-request@sale#2",
    ]);
    parked(&desk, "parked");
    let provisional = desk.sale("26.00", &["--request-id", "unseen"]);
    assert_eq!(provisional.exits(3).json()["status"], "Provisional");
    desk.sale("1.00", &["--request-id", "done"]).exits(0);
    assert_eq!(desk.stop_host(), Some(0));

    let open = unresolved(&desk, 3);
    let told = |index: usize, name: &str| open[index][name]["en"].as_str().unwrap();
    assert_eq!(open.len(), 2);
    for line in &open {
        let journal = desk.journal();
        let same = journal.iter().find(|entry| entry["trace"] == line["trace"]);
        for (name, value) in same.unwrap().as_object().unwrap() {
            assert_eq!(&line[name], value, "{name}");
        }
        // 2026-01-05 12:34:56
        assert_eq!(line["since"].as_str().unwrap().len(), 19);
    }
    assert_eq!(open[0]["request_id"], "parked");
    assert!(told(0, "heard").starts_with("[05] "), "{open:?}");
    assert!(told(0, "advice").contains("annul till resolve"));
    assert_eq!(open[1]["status"], "Provisional");
    assert!(told(1, "heard").starts_with("[25] "), "{open:?}");
    assert!(told(1, "advice").contains("asks the host once more"));

    let english = desk.annul(&["till", "unresolved"]);
    let lines: Vec<&str> = english.exits(3).out.lines().collect();
    assert_eq!(lines.len(), 1 + 3 * open.len(), "{english:?}");
    assert!(lines[0].starts_with("trace") && lines[0].contains("since"));
    assert!(lines[1].contains("25.00") && lines[1].contains("reversal parked"));
    assert!(lines[2].contains("request parked") && lines[2].contains("[05]"));
    let chinese = desk.annul(&["--lang", "zh", "till", "unresolved"]);
    assert!(chinese.exits(3).out.contains("冲正挂起") && chinese.out.contains("收单行"));
    assert!(!chinese.out.contains("reversal"), "{chinese:?}");
}

/// A till that was killed while it waited for an answer: that one is reversed
/// first, as before every command that writes, and nothing of the parked one
/// is sent.
#[cfg(unix)]
#[test]
fn what_is_pending_is_reversed_before_the_word_is_taken() {
    let faults = [&PARKED[..], &["drop-answer@sale#2"]].concat();
    let desk = Desk::signed_in(&faults);
    parked(&desk, "s1");
    desk.edit("till.toml", "\"1500ms\"", "\"60s\"");
    let sale = ["till", "sale", "--amount", "7.00", "--track2", TRACK];
    let mut till = desk
        .command(&[&sale[..], &["--request-id", "s2"]].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while desk.books().len() < 2 {
        std::thread::sleep(Duration::from_millis(20));
    }
    till.kill().unwrap();
    till.wait().unwrap();

    let open = unresolved(&desk, 3);
    assert_eq!((open.len(), &open[1]["status"]), (2, &json!("Pending")));
    assert_eq!(open[1]["heard"]["en"], "nothing to rely on");
    let sent = desk.exchanges();
    is_refused(&resolve(&desk, "s2", "reversed", &ALLOWED), "not parked");
    assert_eq!(desk.exchanges(), sent, "a refusal sends nothing");

    resolve(&desk, "s1", "approved", &ALLOWED).exits(0);
    assert_eq!(desk.exchanges(), sent + 1, "the one reversal");
    let stands: Vec<Value> = desk
        .journal()
        .iter()
        .map(|line| line["status"].clone())
        .collect();
    assert_eq!(stands, ["Resolved", "Reversed"]);
    desk.assert_agreement();
    let books: Vec<Value> = desk
        .books()
        .iter()
        .map(|line| line["status"].clone())
        .collect();
    assert_eq!(books, ["approved", "reversed"]);
    assert_eq!(unresolved(&desk, 0), Vec::<Value>::new());
}
