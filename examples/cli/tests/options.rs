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
fn a_sale_can_be_voided_until_it_is() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("5.00", &[]).exits(0).json();
    let before = options(&desk, &sale["trace"]);
    assert_eq!(told(before.exits(0)), [can("void")]);
    let void = desk
        .void(sale["trace"].as_str().unwrap(), &[])
        .exits(0)
        .json();
    let after = options(&desk, &sale["trace"]);
    let voided = cannot("void", "This sale is voided already");
    assert_eq!(told(after.exits(2)), [voided]);
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

#[test]
fn what_is_in_the_way_is_told_first() {
    let desk = Desk::signed_in(&["drop-answer@void"]);
    let sale = desk.sale("5.00", &[]).exits(0).json();
    desk.void(sale["trace"].as_str().unwrap(), &[]).exits(3);
    // The host found the void and reversed it: the sale stands.
    assert_eq!(told(options(&desk, &sale["trace"]).exits(0)), [can("void")]);

    let declined = Desk::signed_in(&["decline=51@sale"]);
    let sale = declined.sale("5.00", &[]).exits(2).json();
    let why = "This sale was declined; there is nothing to void";
    let told = told(options(&declined, &sale["trace"]).exits(2));
    assert_eq!(told, [cannot("void", why)]);
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
