//! What is on a card, asked on the command line.

mod common;

use common::{Desk, LONG_PAN, PAN, PIN, TRACK};
use serde_json::json;

const ASK: [&str; 3] = ["balance", "--track2", TRACK];

#[test]
fn a_balance_is_told_and_leaves_no_record() {
    let desk = Desk::signed_in(&[]);
    desk.sale("12.34", &[]).exits(0);
    let records = desk.annul(&["journal", "show", "till.db"]).out;
    let told = desk.till(&[&ASK[..], &["--pin", PIN]].concat());
    let told = told.exits(0).json();
    assert_eq!(
        (&told["outcome"], &told["kind"], &told["response_code"]),
        (&json!("approved"), &json!("balance"), &json!("00"))
    );
    assert_eq!(told["balance"], 99_998_766);
    assert_eq!(
        (&told["trace"], &told["amount"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(desk.annul(&["journal", "show", "till.db"]).out, records);

    let words = desk.annul(&[&["till"], &ASK[..]].concat());
    assert!(
        words.exits(0).out.contains("balance 999987.66"),
        "{words:?}"
    );
    let chinese = desk.annul(&[&["--lang", "zh", "till"], &ASK[..]].concat());
    assert!(
        chinese.exits(0).out.contains("余额 999987.66"),
        "{chinese:?}"
    );
    assert!(!chinese.out.contains(PAN));
    let keyed = ["balance", "--pan", PAN, "--expiry", "3012"];
    assert_eq!(desk.till(&keyed).exits(0).json()["balance"], 99_998_766);
    desk.assert_agreement();
}

#[test]
fn a_balance_that_is_not_told() {
    let desk = Desk::signed_in(&[
        "decline=51@balance#2",
        "drop-answer@balance#3",
        "wrong-mac@balance#4",
    ]);
    let unknown = ["balance", "--pan", LONG_PAN, "--expiry", "3012"];
    let unknown = desk.till(&unknown).exits(2).json();
    assert_eq!(
        (&unknown["outcome"], &unknown["response_code"]),
        (&json!("declined"), &json!("40"))
    );
    let declined = desk.till(&ASK).exits(2).json();
    assert_eq!(declined["response_code"], "51");
    assert!(declined.get("balance").is_none());
    // Lost on the way, then not to be believed: nothing moved, so nothing is open.
    for _ in 0..2 {
        let silent = desk.till(&ASK).exits(2).json();
        assert_eq!(
            (&silent["outcome"], &silent["response_code"]),
            (&json!("refused"), &json!(null))
        );
        let en = "No answer; check the line and try again";
        assert_eq!(silent["message"]["en"], en);
    }
    assert!(desk.unresolved(0).is_empty());
    assert!(desk.journal().is_empty());
    desk.till(&["balance"]).fails("--track2");
    let wrong = [&ASK[..], &["--pin", "111111"]].concat();
    assert_eq!(desk.till(&wrong).exits(2).json()["response_code"], "55");
}

/// Without keys there is no MAC to ask with.
#[test]
fn a_till_that_is_not_signed_in_does_not_ask() {
    let desk = Desk::with_host(&[]);
    let told = desk.till(&ASK).exits(2).json();
    assert_eq!(told["message"]["en"], "Not signed in; sign in first");
}
