//! A till and a host that speak plain ISO 8583:1987 to each other over TCP.

mod common;

use common::Desk;
use serde_json::Value;

/// A desk of the other dialect, signed in.
fn desk(faults: &[&str]) -> Desk {
    let mut desk = Desk::bare();
    desk.edit("till.toml", "\"unionpay-pos\"", "\"iso87-ascii\"");
    desk.edit("host.toml", "# dialect", "dialect");
    desk.start_host(faults);
    desk.till(&["sign-in"]).exits(0);
    desk
}

fn trace(entry: &Value) -> &str {
    entry["trace"].as_str().unwrap()
}

#[test]
fn a_sale_its_void_a_refund_and_the_end_of_the_batch() {
    let desk = desk(&[]);
    let voided = desk.sale("12.50", &[]).exits(0).json();
    let kept = desk.sale("3.00", &[]).exits(0).json();
    desk.void(trace(&voided), &[]).exits(0);
    desk.refund(trace(&kept), "1.00", &[]).exits(0);
    desk.assert_agreement();
    let told = desk.till(&["settle"]).exits(0).json();
    assert_eq!(told["host"]["domestic"], "equal");
    assert_eq!(told["next_batch"], "000002");
    desk.annul(&["journal", "verify", "till.db"]).exits(0);
    desk.sale("1.00", &[]).exits(0);
    desk.assert_agreement();
}

#[test]
fn a_lost_answer_is_reversed_by_an_0420_and_its_repeat_is_an_0421() {
    let desk = desk(&["drop-answer@sale", "drop-answer@reversal"]);
    let shown = desk.annul(&[
        "till",
        "--verbose",
        "sale",
        "--amount",
        "2.00",
        "--track2",
        common::TRACK,
    ]);
    for message in ["-> 0200", "-> 0420", "-> 0421", "<- 0430"] {
        assert!(shown.err.contains(message), "{message}: {shown:?}");
    }
    assert!(!shown.err.contains("<- 0210"), "{shown:?}");
    let entries = desk.journal();
    assert_eq!(entries[0]["status"], "Reversed", "{entries:?}");
    desk.assert_agreement();
}

#[test]
fn what_the_host_lacks_is_told_one_by_one() {
    let desk = desk(&[]);
    let lost = desk.sale("12.50", &[]).exits(0).json();
    desk.sale("3.00", &[]).exits(0);
    assert!(desk.lose_at_the_host("000001", trace(&lost)));
    let told = desk.till(&["settle"]).exits(0).json();
    assert_eq!(told["host"]["domestic"], "unequal");
    assert_eq!(told["uploaded"].as_array().unwrap().len(), 2);
    desk.assert_agreement();
}

#[test]
fn a_till_of_one_dialect_hears_no_host_of_the_other() {
    let mut desk = Desk::bare();
    desk.edit("host.toml", "# dialect", "dialect");
    desk.start_host(&[]);
    assert_ne!(desk.till(&["sign-in"]).code, Some(0));
}
