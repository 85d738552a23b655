//! Pre-authorizations on the command line, against the simulated host.

mod common;

use common::{Desk, PIN, Ran, SUPERVISOR, TRACK};
use serde_json::Value;

fn preauth(desk: &Desk, amount: &str) -> Value {
    let hold = ["preauth", "--amount", amount, "--track2", TRACK];
    desk.till(&[&hold[..], &["--pin", PIN]].concat())
        .exits(0)
        .json()
}

/// With what stands on the slip of the pre-authorization.
fn claim(desk: &Desk, command: &str, hold: &Value, amount: &str, more: &[&str]) -> Ran {
    let code = hold["authorization"].as_str().unwrap();
    let date = day(desk, hold);
    let named = [command, "--authorization", code, "--date", &date];
    let paid = ["--amount", amount, "--track2", TRACK];
    desk.till(&[&named[..], &paid, more].concat())
}

/// The day that the host booked it on, which is on the slip.
fn day(desk: &Desk, hold: &Value) -> String {
    let books = desk.books();
    let booked = books.iter().find(|entry| entry["trace"] == hold["trace"]);
    let at = booked.unwrap()["at"].as_str().unwrap();
    format!("{}{}", &at[5..7], &at[8..10])
}

const ALLOWED: [&str; 4] = ["--reason", "customer-request", "--supervisor", SUPERVISOR];

#[test]
fn a_hold_is_completed_in_part_and_that_is_voided() {
    let desk = Desk::signed_in(&[]);
    let hold = preauth(&desk, "100.00");
    assert_eq!(
        (&hold["kind"], &hold["amount"]),
        (&"preauth".into(), &10_000.into())
    );
    assert_eq!(hold["authorization"].as_str().unwrap().len(), 6);

    let over = claim(&desk, "complete", &hold, "115.01", &[])
        .exits(2)
        .json();
    assert_eq!(over["outcome"], "refused");
    let done = claim(&desk, "complete", &hold, "95.00", &[])
        .exits(0)
        .json();
    assert_eq!(
        (&done["kind"], &done["amount"]),
        (&"complete".into(), &9_500.into())
    );
    assert_eq!(done["original_trace"], hold["trace"]);
    claim(&desk, "complete", &hold, "95.00", &[]).exits(2);

    let trace = done["trace"].as_str().unwrap();
    desk.void(trace, &[])
        .fails("use `annul till complete-void`");
    let void = ["complete-void", "--trace", trace];
    let void = desk.till(&[&void[..], &ALLOWED].concat()).exits(0).json();
    assert_eq!(
        (&void["kind"], &void["amount"]),
        (&"complete-void".into(), &9_500.into())
    );
    desk.assert_agreement();
}

#[test]
fn a_hold_is_let_go() {
    let desk = Desk::signed_in(&[]);
    let hold = preauth(&desk, "100.00");
    let trace = hold["trace"].as_str().unwrap();
    desk.void(trace, &[]).fails("use `annul till preauth-void`");
    let part = claim(&desk, "preauth-void", &hold, "99.00", &ALLOWED);
    assert_eq!(part.exits(2).json()["outcome"], "refused");
    let done = claim(&desk, "preauth-void", &hold, "100.00", &ALLOWED);
    assert_eq!(done.exits(0).json()["kind"], "preauth-void");
    let late = claim(&desk, "complete", &hold, "100.00", &[])
        .exits(2)
        .json();
    assert_eq!(
        late["message"]["en"],
        "This pre-authorization is voided already"
    );
    desk.assert_agreement();
}

/// The answer to the completion is lost: it is reversed, and the hold is open.
#[test]
fn a_completion_without_an_answer_leaves_the_hold_open() {
    let desk = Desk::signed_in(&["drop-answer@complete"]);
    let hold = preauth(&desk, "100.00");
    let lost = claim(&desk, "complete", &hold, "100.00", &[])
        .exits(3)
        .json();
    assert_eq!(lost["outcome"], "unknown");
    desk.till(&["recover"]).exits(0);
    claim(&desk, "complete", &hold, "100.00", &[]).exits(0);
    desk.assert_agreement();
}

/// A till that has lost its journal, or another one of the shop.
#[test]
fn another_till_completes_what_this_one_held() {
    let desk = Desk::signed_in(&[]);
    let hold = preauth(&desk, "100.00");
    std::fs::rename(desk.path("till.db"), desk.path("lost.db")).unwrap();
    desk.till(&["sign-in"]).exits(0);
    let done = claim(&desk, "complete", &hold, "50.00", &[])
        .exits(0)
        .json();
    assert!(done.get("original_trace").is_none(), "{done}");
}

#[test]
fn what_is_mistyped_is_told() {
    let desk = Desk::signed_in(&[]);
    let hold = preauth(&desk, "1.00");
    let code = hold["authorization"].as_str().unwrap();
    for (code, date, advice) in [
        (code, "1301", "MMDD"),
        (code, "0132", "MMDD"),
        (code, "115", "MMDD"),
        (code, "0一5", "MMDD"),
        ("12345", "0105", "authorization code"),
    ] {
        let named = ["complete", "--authorization", code, "--date", date];
        let paid = ["--amount", "1.00", "--track2", TRACK];
        desk.till(&[&named[..], &paid].concat()).fails(advice);
    }
    assert_eq!(desk.journal().len(), 1);
}
