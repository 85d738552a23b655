//! Transactions are found by what a person knows of them.

mod common;

use common::{Desk, LONG_PAN, PAN};
use serde_json::Value;

#[track_caller]
fn found(desk: &Desk, query: &[&str]) -> Vec<String> {
    let ran = desk.till(&[&["journal"], query].concat());
    let lines = ran.exits(0).out.lines().map(|line| {
        let entry: Value = serde_json::from_str(line).unwrap();
        entry["trace"].as_str().unwrap().to_owned()
    });
    lines.collect()
}

#[test]
fn by_each_part_of_a_slip_and_all_of_them() {
    let desk = Desk::signed_in(&["decline=51@sale#3"]);
    let sale = desk.sale("10.00", &[]).exits(0).json();
    let keyed = [
        "sale", "--amount", "3.00", "--pan", LONG_PAN, "--expiry", "3012",
    ];
    desk.till(&keyed).exits(0);
    desk.sale("10.00", &[]).exits(2);
    desk.refund("000002", "4.00", &[]).exits(0);
    let reference = sale["reference"].as_str().unwrap();
    let books = desk.books();
    let at = books[0]["at"].as_str().unwrap();
    let day = [&at[5..7], &at[8..10]].concat();
    let all = ["000002", "000003", "000004", "000005"];
    for (query, expected) in [
        (&[][..], &all[..]),
        (&["--trace", "3"], &all[1..2]),
        (&["--reference", reference], &all[..1]),
        (&["--card", "621626..0018"], &all[1..2]),
        (&["--card", "621626*********0018"], &all[1..2]),
        (&["--card", "621626..0113"], &[]),
        (&["--amount", "4"], &all[3..]),
        (&["--date", &day], &all),
        (&["--date", "0230"], &[]),
        (&["--cashier", "01"], &all),
        (&["--cashier", "02"], &[]),
        (&["--status", "declined"], &all[2..3]),
        (&["--kind", "refund"], &all[3..]),
        (
            &[
                "--kind", "sale", "--amount", "10.00", "--status", "Approved",
            ],
            &all[..1],
        ),
    ] {
        assert_eq!(found(&desk, query), expected, "{query:?}");
    }
    let words = desk.annul(&["till", "journal", "--kind", "sale"]);
    let sums = "2 sold 13.00 · 0 voided 0.00 · net 13.00";
    assert_eq!(words.exits(0).out.lines().last(), Some(sums));
    assert_eq!(words.out.lines().count(), 5);
}

#[test]
fn what_is_mistyped_is_told_and_no_card_number_is_said_again() {
    let desk = Desk::signed_in(&[]);
    for (query, advice) in [
        (["--card", PAN], "such as 622424..0113"),
        (["--card", "62242..0113"], "such as 622424..0113"),
        (["--card", "6224240113"], "such as 622424..0113"),
        (["--card", "六二二四二四..0113"], "such as 622424..0113"),
        (["--status", "gone"], "Unresolved"),
        (["--kind", "balance"], "complete-void"),
        (["--date", "1301"], "MMDD"),
        (["--reference", "12"], "12"),
        (["--trace", "x"], "trace"),
    ] {
        desk.till(&[&["journal"], &query[..]].concat())
            .fails(advice);
    }
}
