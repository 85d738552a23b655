//! `annul host` and its books.

mod common;

use common::Desk;

#[test]
fn books_can_be_read_while_the_host_runs_and_after() {
    let mut desk = Desk::signed_in(&[]);
    let sale = desk.sale("12.34", &[]).exits(0).json();
    let [entry] = &desk.books()[..] else {
        panic!("one entry");
    };
    assert_eq!(entry["trace"], sale["trace"]);
    assert_eq!(entry["reference"], sale["reference"]);
    assert_eq!(
        (entry["status"].as_str(), entry["amount"].as_u64()),
        (Some("approved"), Some(1234))
    );
    assert_eq!(entry["card"], "622424******0113");
    let words = desk.annul(&["host", "ledger"]);
    assert!(words.exits(0).out.contains("net 12.34"), "{words:?}");
    let chinese = desk.annul(&["--lang", "zh", "host", "ledger"]);
    assert!(chinese.exits(0).out.contains("净额 12.34"), "{chinese:?}");
    assert_eq!(desk.stop_host(), Some(0), "Ctrl-C ends it well");
    assert_eq!(desk.books().len(), 1);
    let log = desk.printed();
    assert!(
        log.contains("sign-in 000001: 00") && log.contains("sale 000002: 00"),
        "{log}"
    );
    assert!(log.contains("stopped"), "{log}");
}

#[test]
fn a_restarted_host_knows_its_books_and_keys() {
    let mut desk = Desk::signed_in(&[]);
    let sale = desk.sale("12.34", &[]).exits(0).json();
    desk.stop_host();
    desk.start_host(&[]);
    desk.void(sale["trace"].as_str().unwrap(), &[]).exits(0);
    desk.assert_agreement();
}

#[test]
fn faults_are_explained_in_both_languages() {
    let desk = Desk::bare();
    assert!(
        desk.annul(&["host", "faults"])
            .exits(0)
            .out
            .contains("drop-answer")
    );
    assert!(
        desk.annul(&["--lang", "zh", "host", "faults"])
            .exits(0)
            .out
            .contains("应答丢失")
    );
}

#[test]
fn books_in_memory_cannot_be_read_by_another_process() {
    let desk = Desk::bare();
    desk.edit("host.toml", "ledger = \"host.db\"", "# no ledger");
    desk.annul(&["host", "ledger"])
        .fails("keeps its books in memory");
}
