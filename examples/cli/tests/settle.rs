//! Settlement on the command line: equal, unequal, interrupted, gone on with.

mod common;

use common::{Desk, LONG_PAN, PAN, Ran, TRACK};
use serde_json::{Value, json};

const CARD: &str = "622424******0113";

fn settle(desk: &Desk) -> Ran {
    desk.till(&["settle"])
}

fn trace(entry: &Value) -> &str {
    entry["trace"].as_str().unwrap()
}

fn side(debit: [u64; 2], credit: [u64; 2]) -> Value {
    json!({
        "debit_count": debit[0], "debit_amount": debit[1],
        "credit_count": credit[0], "credit_amount": credit[1],
    })
}

/// Totals of domestic cards; of foreign ones there are none.
fn sides(debit: [u64; 2], credit: [u64; 2]) -> Value {
    json!({ "domestic": side(debit, credit), "foreign": side([0; 2], [0; 2]) })
}

/// The traces of a list.
fn traces(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(trace).collect()
}

/// The kinds of the last records.
fn kinds(desk: &Desk) -> Vec<String> {
    let shown = desk.annul(&["journal", "show", "--json", "till.db"]);
    let lines = shown.exits(0).out.lines().map(|line| {
        let record: Value = serde_json::from_str(line).unwrap();
        record["kind"].as_str().unwrap().to_owned()
    });
    let settlement = |kind: &String| {
        kind.starts_with("Settlement") || kind == "UploadProgress" || kind == "BatchClosed"
    };
    lines.filter(settlement).collect()
}

#[test]
fn equal_totals_close_the_batch() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("10.00", &[]).exits(0).json();
    let other = desk.sale("5.00", &[]).exits(0).json();
    desk.void(trace(&other), &[]).exits(0);
    desk.refund(trace(&sale), "4.00", &[]).exits(0);
    let told = settle(&desk).exits(0).json();
    let totals = sides([2, 1500], [2, 900]);
    assert_eq!(
        told,
        json!({
            "outcome": "approved",
            "kind": "settle",
            "batch": "000001",
            "next_batch": "000002",
            "sent": totals,
            "host": { "totals": totals, "domestic": "equal", "foreign": "equal" },
            "uploaded": [], "refused": [], "open": [],
            "message": { "zh": "结算完成，对账平", "en": "Settled; the totals are equal" },
        })
    );
    assert_eq!(
        kinds(&desk),
        ["SettlementStarted", "SettlementAnswered", "BatchClosed"]
    );
    desk.assert_agreement();
    // The next batch is empty, and settled as well.
    let empty = desk.annul(&["--lang", "zh", "till", "settle"]);
    let said = empty.exits(0).out.clone();
    assert!(said.contains("批次号 000002 · 新批次 000003"), "{said}");
    assert!(said.contains("借 0 / 0.00, 贷 0 / 0.00"), "{said}");
    let next = desk.sale("1.00", &[]).exits(0).json();
    assert_eq!(next["batch"], "000003");
    let listing = desk.annul(&["till", "journal"]);
    let sums = "1 sold 1.00 · 0 voided 0.00 · net 1.00";
    assert_eq!(listing.exits(0).out.lines().last(), Some(sums));
}

/// The host lost a sale: everything that stands is told, and it books what it
/// lacked.
#[test]
fn unequal_totals_are_told_one_by_one() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("10.00", &[]).exits(0).json();
    let lost = desk.sale("5.00", &[]).exits(0).json();
    let voided = desk.sale("7.00", &[]).exits(0).json();
    desk.void(trace(&voided), &[]).exits(0);
    let back = desk.refund(trace(&sale), "4.00", &[]).exits(0).json();
    assert!(desk.lose_at_the_host("000001", trace(&lost)));

    let told = settle(&desk).exits(0).json();
    assert_eq!(told["sent"], sides([3, 2200], [2, 1100]));
    assert_eq!(
        told["host"],
        json!({
            "totals": sides([2, 1700], [2, 1100]), "domestic": "unequal", "foreign": "equal"
        })
    );
    let all = [trace(&sale), trace(&lost), trace(&back)];
    assert_eq!(traces(&told["uploaded"]), all);
    assert_eq!(
        told["uploaded"][2],
        json!({
            "trace": trace(&back), "kind": "refund", "amount": 400, "card": CARD,
            "status": "Approved",
        })
    );
    assert_eq!((&told["refused"], &told["open"]), (&json!([]), &json!([])));
    assert_eq!(
        kinds(&desk),
        [
            "SettlementStarted",
            "SettlementAnswered",
            "UploadProgress",
            "UploadProgress",
            "BatchClosed"
        ]
    );
    desk.assert_agreement();
}

/// What parked is in no totals: the host has it beyond them, and reverses it.
#[test]
fn what_has_no_outcome_is_listed() {
    let mut desk = Desk::signed_in(&["drop-answer@sale#2", "decline=05@reversal#*"]);
    let stands = desk.sale("10.00", &[]).exits(0).json();
    let parked = desk.sale("25.00", &[]).exits(3).json();
    assert_eq!(parked["status"], "Parked");
    let words = desk.annul(&["till", "settle"]);
    let said = &words.exits(0).out;
    for line in [
        "the details were sent",
        "sent: domestic debit 1 / 10.00, credit 0 / 0.00",
        "host: domestic debit 2 / 35.00, credit 0 / 0.00",
        &format!("told: {} Sale 10.00 {CARD}", trace(&stands)),
        &format!("without an outcome: {} Sale 25.00 {CARD}", trace(&parked)),
    ] {
        assert!(
            said.to_lowercase().contains(&line.to_lowercase()),
            "{line}: {said}"
        );
    }
    assert_eq!(desk.stop_host(), Some(0));
    desk.start_host(&[]);
    desk.till(&["recover"]).exits(0);
    desk.assert_agreement();
}

/// Wherever the line breaks the settlement goes on there, and nothing is taken
/// before it is done.
#[test]
fn an_interrupted_settlement_is_gone_on_with() {
    for (fault, records, uploaded) in [
        ("drop-request@settlement#1..3", 1, 0),
        ("drop-answer@settlement#1..3", 1, 0),
        ("drop-request@upload#1..3", 2, 0),
        ("drop-answer@upload#1..3", 2, 0),
        ("drop-answer@upload#2..4", 3, 2),
        ("drop-answer@upload-end#1..3", 4, 3),
    ] {
        let mut desk = Desk::bare();
        desk.edit("till.toml", "\"1500ms\"", "\"600ms\"");
        desk.start_host(&[fault]);
        desk.till(&["sign-in"]).exits(0);
        let sale = desk.sale("10.00", &[]).exits(0).json();
        let lost = desk.sale("5.00", &[]).exits(0).json();
        desk.refund(trace(&sale), "4.00", &[]).exits(0);
        assert!(desk.lose_at_the_host("000001", trace(&lost)));

        let told = settle(&desk).exits(3).json();
        assert_eq!(told["outcome"], "unknown", "{fault}");
        assert!(told.get("next_batch").is_none(), "{fault}: {told}");
        assert_eq!(told.get("host").is_some(), records > 1, "{fault}: {told}");
        assert_eq!(traces(&told["uploaded"]).len(), uploaded, "{fault}: {told}");
        assert_eq!(kinds(&desk).len(), records, "{fault}");
        let en = "The batch is being settled; finish that first: settle again";
        for refused in [
            desk.sale("1.00", &[]),
            desk.void(trace(&sale), &[]),
            desk.refund(trace(&sale), "1.00", &[]),
            desk.till(&["balance", "--track2", TRACK]),
        ] {
            assert_eq!(refused.exits(2).json()["message"]["en"], en, "{fault}");
        }
        let verify = desk.annul(&["journal", "verify", "--json", "till.db"]);
        assert_eq!(verify.exits(0).json()["settling"], "000001");

        let done = settle(&desk).exits(0).json();
        assert_eq!(done["next_batch"], "000002", "{fault}");
        assert_eq!(done["sent"], told["sent"], "never computed anew: {fault}");
        assert_eq!(traces(&done["uploaded"]).len(), 3, "{fault}: {done}");
        desk.assert_agreement();
        assert_eq!(desk.sale("1.00", &[]).exits(0).json()["batch"], "000002");
    }
}

/// Details that the host does not take are left behind, and told.
#[test]
fn refused_details_are_listed_with_their_code() {
    let desk = Desk::signed_in(&["decline=12@upload#2"]);
    let sale = desk.sale("10.00", &[]).exits(0).json();
    let lost = desk.sale("5.00", &[]).exits(0).json();
    let back = desk.refund(trace(&sale), "4.00", &[]).exits(0).json();
    assert!(desk.lose_at_the_host("000001", trace(&lost)));
    let told = settle(&desk).exits(2).json();
    assert_eq!(
        (&told["outcome"], &told["next_batch"]),
        (&json!("declined"), &json!("000002"))
    );
    assert_eq!(traces(&told["uploaded"]), [trace(&sale), trace(&lost)]);
    assert_eq!(
        told["refused"],
        json!([{
            "trace": trace(&back), "kind": "refund", "amount": 400, "card": CARD,
            "status": "Approved", "response_code": "12",
        }])
    );
    assert!(
        told["message"]["en"]
            .as_str()
            .unwrap()
            .contains("call the acquirer")
    );
}

/// The host's word that it cannot compare is no comparison.
#[test]
fn a_host_that_cannot_compare_is_asked_again() {
    let desk = Desk::signed_in(&["decline=96@settlement#1"]);
    desk.sale("10.00", &[]).exits(0);
    let told = settle(&desk).exits(3).json();
    assert!(told.get("host").is_none(), "{told}");
    settle(&desk).exits(0);
    desk.assert_agreement();
}

#[test]
fn nothing_of_a_card_is_shown_but_its_ends() {
    let mut desk = Desk::signed_in(&[]);
    let keyed = [
        "sale", "--amount", "3.00", "--pan", LONG_PAN, "--expiry", "3012",
    ];
    let keyed = desk.till(&keyed).exits(0).json();
    let sale = desk.sale("5.00", &[]).exits(0).json();
    desk.refund(trace(&sale), "1.00", &[]).exits(0);
    assert!(desk.lose_at_the_host("000001", trace(&keyed)));
    let words = desk.annul(&["--verbose", "till", "settle"]);
    assert!(
        words.exits(0).out.contains("621626*********0018"),
        "{words:?}"
    );
    desk.annul(&["journal", "show", "--hex", "till.db"])
        .exits(0);
    desk.stop_host();
    for secret in [PAN, LONG_PAN] {
        assert!(!desk.printed().contains(secret));
    }
}

/// Nobody settles without a batch, and not everybody may.
#[test]
fn who_may_not_settle_is_told() {
    let desk = Desk::with_host(&[]);
    let told = settle(&desk).exits(2).json();
    assert_eq!(
        (&told["outcome"], &told["kind"]),
        (&json!("refused"), &json!("settle"))
    );
    assert_eq!(told["message"]["en"], "Not signed in; sign in first");
    let by = desk.till(&["settle", "--operator", "99:00000000"]);
    assert_eq!(by.exits(2).json()["outcome"], "refused");
}
