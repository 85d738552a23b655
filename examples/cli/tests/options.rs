//! What the till says may be done about a transaction, and whether that is so.

mod common;

use common::{Desk, Ran, TRACK};
use serde_json::Value;

fn options(desk: &Desk, trace: &Value) -> Ran {
    desk.till(&["options", "--trace", trace.as_str().unwrap()])
}

/// Each kind, and why it cannot be.
fn told(ran: &Ran) -> Vec<(String, Option<String>)> {
    let object = ran.json();
    let options = object["options"].as_array().unwrap().iter();
    options
        .map(|option| {
            let why = option["why"]["en"].as_str().map(str::to_owned);
            assert_eq!(option["possible"], why.is_none(), "{option}");
            (option["kind"].as_str().unwrap().to_owned(), why)
        })
        .collect()
}

fn can(kind: &str) -> (String, Option<String>) {
    (kind.to_owned(), None)
}

fn cannot(kind: &str, why: &str) -> (String, Option<String>) {
    (kind.to_owned(), Some(why.to_owned()))
}

#[test]
fn a_sale_can_be_voided_or_refunded_until_it_is() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("5.00", &[]).exits(0).json();
    let before = options(&desk, &sale["trace"]);
    assert_eq!(told(before.exits(0)), [can("void"), can("refund")]);
    assert_eq!(before.json()["options"][1]["left"], 500);
    let void = desk
        .void(sale["trace"].as_str().unwrap(), &[])
        .exits(0)
        .json();
    let after = options(&desk, &sale["trace"]);
    let voided = cannot("void", "This sale is voided already");
    let refunded = cannot(
        "refund",
        "This transaction is voided; the money went back already",
    );
    assert_eq!(told(after.exits(2)), [voided, refunded]);
    let of_the_void = options(&desk, &void["trace"]);
    let never = cannot("void", "A void cannot be voided; make a new sale");
    assert_eq!(told(of_the_void.exits(2)), [never]);
}

#[test]
fn a_hold_can_be_let_go_or_completed() {
    let desk = Desk::signed_in(&[]);
    let hold = ["preauth", "--amount", "5.00", "--track2", TRACK];
    let hold = desk.till(&hold).exits(0).json();
    let both = options(&desk, &hold["trace"]);
    assert_eq!(told(both.exits(0)), [can("preauth-void"), can("complete")]);
}

/// What is given back in parts is given back until nothing is left.
#[test]
fn what_is_left_to_refund_is_told() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("5.00", &[]).exits(0).json();
    let trace = sale["trace"].as_str().unwrap();
    let part = desk.refund(trace, "3.50", &[]).exits(0).json();
    let refunded = cannot(
        "void",
        "A part of it was refunded, or is being; refund the rest instead",
    );
    let rest = options(&desk, &sale["trace"]);
    assert_eq!(told(rest.exits(0)), [refunded.clone(), can("refund")]);
    assert_eq!(rest.json()["options"][1]["left"], 150);
    let words = desk.annul(&["till", "options", "--trace", trace]);
    assert!(words.exits(0).out.contains("up to 1.50"), "{words:?}");

    desk.refund(trace, "1.50", &[]).exits(0);
    let all = options(&desk, &sale["trace"]);
    let over = "More than is left of the original transaction; refund less";
    assert_eq!(told(all.exits(2)), [refunded, cannot("refund", over)]);
    let never = cannot("refund", "A refund cannot be voided; make a new sale");
    assert_eq!(told(options(&desk, &part["trace"]).exits(2)), [never]);
}

/// Its batch is closed: only a refund is left.
#[test]
fn behind_a_settlement_a_sale_is_refunded() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("5.00", &[]).exits(0).json();
    desk.till(&["settle"]).exits(0);
    let closed = cannot("void", "The sale's batch is closed; make a refund instead");
    let told = told(options(&desk, &sale["trace"]).exits(0));
    assert_eq!(told, [closed, can("refund")]);
}

#[test]
fn what_is_in_the_way_is_told_first() {
    let desk = Desk::signed_in(&["drop-answer@void"]);
    let sale = desk.sale("5.00", &[]).exits(0).json();
    desk.void(sale["trace"].as_str().unwrap(), &[]).exits(3);
    // The host found the void and reversed it: the sale stands.
    let stands = options(&desk, &sale["trace"]);
    assert_eq!(told(stands.exits(0)), [can("void"), can("refund")]);

    let declined = Desk::signed_in(&["decline=51@sale"]);
    let sale = declined.sale("5.00", &[]).exits(2).json();
    let why = "This sale was declined; there is nothing to void";
    let told = told(options(&declined, &sale["trace"]).exits(2));
    let nothing = "This transaction did not succeed; there is nothing to refund";
    assert_eq!(told, [cannot("void", why), cannot("refund", nothing)]);
}

#[test]
fn words_in_both_languages_and_an_unknown_trace() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("5.00", &[]).exits(0).json();
    let trace = sale["trace"].as_str().unwrap();
    let english = desk.annul(&["till", "options", "--trace", trace]);
    assert!(
        english.exits(0).out.contains("annul till void"),
        "{english:?}"
    );
    desk.void(trace, &[]).exits(0);
    let chinese = desk.annul(&["till", "--lang", "zh", "options", "--trace", trace]);
    assert!(chinese.exits(2).out.contains("此交易已撤销"), "{chinese:?}");
    let unknown = desk.till(&["options", "--trace", "999"]).exits(2).json();
    assert_eq!(unknown["outcome"], "refused");
}
