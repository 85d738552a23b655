//! Refunds on the command line, against the simulated host.

mod common;

use common::{Desk, PAN, PIN, Ran, SUPERVISOR, TRACK};
use serde_json::{Value, json};

const ALLOWED: [&str; 4] = ["--reason", "customer-request", "--supervisor", SUPERVISOR];

fn sold(desk: &Desk, amount: &str) -> (Value, String) {
    let sale = desk.sale(amount, &[]).exits(0).json();
    let trace = sale["trace"].as_str().unwrap().to_owned();
    (sale, trace)
}

#[track_caller]
fn is_refused(ran: &Ran, en: &str) {
    let told = ran.exits(2).json();
    assert_eq!(
        (&told["outcome"], &told["kind"]),
        (&json!("refused"), &json!("refund"))
    );
    assert_eq!(told["message"]["en"], en);
    assert!(!told["message"]["zh"].as_str().unwrap().is_ascii());
}

#[test]
fn a_sale_is_given_back_in_parts_and_never_more() {
    let desk = Desk::signed_in(&[]);
    let (sale, trace) = sold(&desk, "10.00");
    let part = desk.refund(&trace, "4.00", &["--request-id", "r1"]);
    let part = part.exits(0).json();
    assert_eq!(
        (&part["outcome"], &part["kind"], &part["amount"]),
        (&json!("approved"), &json!("refund"), &json!(400))
    );
    assert_eq!(
        (&part["original_trace"], &part["status"], &part["reversal"]),
        (&sale["trace"], &json!("Approved"), &json!("none"))
    );
    let over = "More than is left of the original transaction; refund less";
    is_refused(&desk.refund(&trace, "6.01", &[]), over);
    let sent = desk.exchanges();
    let again = desk.refund(&trace, "4.00", &["--request-id", "r1"]);
    assert_eq!(again.exits(0).json(), part);
    assert_eq!(desk.exchanges(), sent, "asking again sends nothing");
    desk.refund(&trace, "6.00", &["--pin", PIN]).exits(0);
    is_refused(&desk.refund(&trace, "0.01", &[]), over);

    let partly = "A part of it was refunded, or is being; refund the rest instead";
    let void = desk.void(&trace, &[]).exits(2).json();
    assert_eq!(void["message"]["en"], partly);
    let listing = desk.annul(&["till", "journal"]);
    let sums = "1 sold 10.00 · 0 voided 0.00 · 2 refunded 10.00 · net 0.00";
    assert_eq!(listing.exits(0).out.lines().last(), Some(sums));
    let chinese = desk.annul(&["--lang", "zh", "till", "journal"]);
    assert!(chinese.exits(0).out.contains("退货 2 笔 10.00"));
    desk.assert_agreement();
}

/// What was taken of a hold is given back by the trace of its completion.
#[test]
fn a_completion_of_a_closed_batch_is_given_back() {
    let desk = Desk::signed_in(&[]);
    let hold = ["preauth", "--amount", "100.00", "--track2", TRACK];
    let hold = desk.till(&hold).exits(0).json();
    let (code, date) = (&hold["authorization"], day(&desk, &hold));
    let claim = ["complete", "--authorization", code.as_str().unwrap()];
    let paid = ["--date", &date, "--amount", "95.00", "--track2", TRACK];
    let taken = desk.till(&[&claim[..], &paid].concat()).exits(0).json();
    desk.till(&["settle"]).exits(0);
    let back = desk.refund(taken["trace"].as_str().unwrap(), "95.00", &[]);
    let back = back.exits(0).json();
    assert_eq!(back["batch"], "000002");
    desk.assert_agreement();
}

/// The day that the host booked it on, which is on the slip.
fn day(desk: &Desk, entry: &Value) -> String {
    let books = desk.books();
    let booked = books.iter().find(|other| other["trace"] == entry["trace"]);
    let at = booked.unwrap()["at"].as_str().unwrap();
    format!("{}{}", &at[5..7], &at[8..10])
}

/// Another till of the shop knows nothing of the sale but what is on its slip:
/// there the host alone decides.
#[test]
fn another_till_gives_back_by_the_slip() {
    let mut desk = Desk::bare();
    let host = std::fs::read_to_string(desk.path("host.toml")).unwrap();
    let from = host.find("[[terminals]]").unwrap();
    let to = from + host[from..].find("# The issuer").unwrap();
    let second = host[from..to].replace("12345678\" ", "87654321\" ");
    assert_ne!(second, host[from..to]);
    std::fs::write(desk.path("host.toml"), format!("{host}\n{second}")).unwrap();
    desk.start_host(&[]);
    let till = std::fs::read_to_string(desk.path("till.toml")).unwrap();
    let other = till.replace("id = \"12345678\"", "id = \"87654321\"");
    std::fs::write(desk.path("other.toml"), other).unwrap();
    let there = ["--profile", "other.toml", "--journal", "other.db"];
    desk.till(&["sign-in"]).exits(0);
    desk.till(&[&["sign-in"][..], &there].concat()).exits(0);

    let (sale, _) = sold(&desk, "10.00");
    let (reference, date) = (sale["reference"].as_str().unwrap(), day(&desk, &sale));
    let by_slip = |amount: &str, date: &str| {
        let slip = ["refund", "--reference", reference, "--date", date];
        let paid = ["--amount", amount, "--track2", TRACK];
        desk.till(&[&slip[..], &paid, &ALLOWED, &there].concat())
    };
    let part = by_slip("4.00", &date).exits(0).json();
    assert!(part.get("original_trace").is_none(), "{part}");
    assert_eq!(part["amount"], 400);
    let over = by_slip("6.01", &date).exits(2).json();
    assert_eq!(
        (&over["outcome"], &over["response_code"]),
        (&json!("declined"), &json!("61"))
    );
    let other_day = by_slip("6.00", "0230").exits(2).json();
    assert_eq!(other_day["response_code"], "25");
    by_slip("6.00", &date).exits(0);
    // Its own till finds it by the slip too, and quotes it.
    let slip = ["refund", "--reference", reference, "--date", &date];
    let paid = ["--amount", "0.01", "--track2", TRACK];
    let own = desk.till(&[&slip[..], &paid, &ALLOWED].concat());
    assert_eq!(own.exits(2).json()["outcome"], "declined");
}

#[test]
fn a_refund_needs_the_card_and_a_supervisor() {
    let desk = Desk::signed_in(&[]);
    let (_, trace) = sold(&desk, "10.00");
    let sent = desk.exchanges();
    let refund = ["refund", "--trace", &trace, "--amount", "1.00"];
    let keyed = [&refund[..], &["--pan", PAN, "--expiry", "3012"], &ALLOWED].concat();
    let swipe = "A refund needs the card; swipe it, a keyed number is not taken";
    is_refused(&desk.till(&keyed), swipe);
    let swiped = [&refund[..], &["--track2", TRACK]].concat();
    let by = ["--reason", "customer-request", "--supervisor", "01:0000"];
    let cashier = desk.till(&[&swiped[..], &by].concat()).exits(2).json();
    assert!(
        cashier["message"]["en"]
            .as_str()
            .unwrap()
            .contains("supervisor")
    );
    desk.till(&swiped).fails("--reason");
    desk.till(
        &[
            &["refund", "--amount", "1.00", "--track2", TRACK][..],
            &ALLOWED,
        ]
        .concat(),
    )
    .fails("--trace");
    let half = ["refund", "--reference", "101630000002", "--amount", "1.00"];
    desk.till(&[&half[..], &["--track2", TRACK], &ALLOWED].concat())
        .fails("--date");
    is_refused(
        &desk.refund("999", "1.00", &[]),
        "No transaction has this trace number; look it up on the slip",
    );
    assert_eq!(desk.exchanges(), sent, "a refusal sends nothing");
}

/// The host gave the money back and its answer is lost: no message undoes that,
/// so it waits for a person.
#[test]
fn a_refund_without_an_answer_is_resolved_as_the_acquirer_says() {
    for (fault, verdict, exit, net, booked) in [
        (
            "drop-answer@refund",
            "approved",
            0,
            "1 sold 10.00 · 0 voided 0.00 · 1 refunded 4.00 · net 6.00",
            Some("approved"),
        ),
        (
            "drop-request@refund",
            "reversed",
            3,
            "1 sold 10.00 · 0 voided 0.00 · net 10.00",
            None,
        ),
    ] {
        let desk = Desk::signed_in(&[fault]);
        let (_, trace) = sold(&desk, "10.00");
        let lost = desk.refund(&trace, "4.00", &["--request-id", "r1"]);
        let told = lost.exits(3).json();
        assert_eq!(
            (&told["outcome"], &told["status"], &told["reversal"]),
            (&json!("unknown"), &json!("Unresolved"), &json!("never"))
        );
        assert!(lost.err.contains("annul till unresolved"), "{lost:?}");
        let [open] = &desk.unresolved(3)[..] else {
            panic!("one is open")
        };
        assert_eq!(
            (&open["request_id"], &open["trace"]),
            (&json!("r1"), &told["trace"])
        );
        assert_eq!(open["heard"]["en"], "nothing to rely on");
        let advice = open["advice"]["en"].as_str().unwrap();
        assert!(advice.starts_with("do not repeat the refund"), "{advice}");
        let words = desk.annul(&["--lang", "zh", "till", "unresolved"]);
        assert!(words.exits(3).out.contains("请勿重复退货"), "{words:?}");

        // It counts as given back as long as nobody knows; nothing is sent for it.
        let sent = desk.exchanges();
        let left = desk.refund(&trace, "6.01", &[]).exits(2).json();
        assert_eq!(left["outcome"], "refused");
        let recover = desk.till(&["recover"]).exits(3).json();
        assert_eq!(
            (
                &recover["unresolved"],
                &recover["parked"],
                &recover["reversal"]
            ),
            (&json!(1), &json!(0), &json!("never"))
        );
        assert_eq!(desk.exchanges(), sent);
        let verify = desk.annul(&["journal", "verify", "--json", "till.db"]);
        let verified = verify.exits(0).json();
        assert_eq!(verified["unresolved"], 1);
        assert_eq!(verified["open"][0]["status"], "Unresolved");

        let ended = desk.resolve("r1", verdict).exits(exit).json();
        assert_eq!(ended["status"], "Resolved");
        assert_eq!(desk.unresolved(0), Vec::<Value>::new());
        desk.till(&["recover"]).exits(0);
        let listing = desk.annul(&["till", "journal"]);
        assert_eq!(listing.exits(0).out.lines().last(), Some(net));
        let books = desk.books();
        let back = books.iter().find(|entry| entry["kind"] == "refund");
        assert_eq!(
            back.map(|entry| &entry["status"]),
            booked.map(Value::from).as_ref()
        );
        desk.assert_agreement();
    }
}

/// The records say what the till did.
#[test]
fn the_journal_shows_a_refund() {
    let desk = Desk::signed_in(&["drop-answer@refund#2"]);
    let (sale, trace) = sold(&desk, "10.00");
    desk.refund(&trace, "4.00", &["--note", "顾客退货"])
        .exits(0);
    desk.refund(&trace, "1.00", &[]).exits(3);
    let shown = desk.annul(&["journal", "show", "--json", "till.db"]);
    let records: Vec<Value> = (shown.exits(0).out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let refund = |record: &&Value| record["transaction"] == "refund";
    let intent = records.iter().find(refund).unwrap();
    assert_eq!(intent["original_reference"], sale["reference"]);
    assert_eq!(intent["original_trace"], sale["trace"]);
    assert_eq!(intent["note"], "顾客退货");
    let last = records.last().unwrap();
    assert_eq!(
        (&last["kind"], &last["reversal_reason"]),
        (&json!("Unresolved"), &json!("98"))
    );
    let export = desk.annul(&["journal", "export", "--json", "till.db"]);
    let rows: Vec<Value> = (export.exits(0).out.lines())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (&rows[2]["kind"], &rows[2]["status"], &rows[2]["reversal"]),
        (&json!("refund"), &json!("Unresolved"), &json!("never"))
    );
}
