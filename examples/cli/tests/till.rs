//! Every till command, its JSON, its words and its exit status.

mod common;

use common::{Desk, LONG_PAN, PAN, PIN, SUPERVISOR, TRACK};
use serde_json::{Value, json};

/// The names of an object, in order.
fn names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

const FIELDS: [&str; 10] = [
    "outcome",
    "kind",
    "request_id",
    "trace",
    "batch",
    "reference",
    "response_code",
    "amount",
    "reversal",
    "message",
];

#[track_caller]
fn has_fields(object: &Value) {
    let names = names(object);
    for field in FIELDS {
        assert!(names.contains(&field), "{field} is missing in {object}");
    }
    for language in ["zh", "en"] {
        assert!(
            !object["message"][language].as_str().unwrap().is_empty(),
            "{object}"
        );
    }
    assert!(object["message"]["en"].as_str().unwrap().is_ascii());
    assert!(!object["message"]["zh"].as_str().unwrap().is_ascii());
}

#[test]
fn a_day_at_the_counter() {
    let desk = Desk::with_host(&[]);
    let refused = desk.sale("12.34", &[]);
    assert_eq!(refused.exits(2).json()["outcome"], "refused");
    has_fields(&refused.json());

    let signed_in = desk.till(&["sign-in"]).exits(0).json();
    has_fields(&signed_in);
    assert_eq!(signed_in["outcome"], "approved");
    assert_eq!(signed_in["kind"], "sign-in");
    assert_eq!(signed_in["batch"], "000001");
    let echo = desk.till(&["echo"]).exits(0).json();
    assert_eq!(
        (&echo["kind"], &echo["outcome"]),
        (&json!("echo"), &json!("approved"))
    );

    let sale = desk
        .sale("12.34", &["--pin", PIN, "--request-id", "s1"])
        .exits(0)
        .json();
    has_fields(&sale);
    assert_eq!(sale["outcome"], "approved");
    assert_eq!(sale["kind"], "sale");
    assert_eq!(sale["request_id"], "s1");
    assert_eq!(sale["amount"], 1234);
    assert_eq!(sale["batch"], "000001");
    assert_eq!(sale["response_code"], "00");
    assert_eq!(sale["reversal"], "none");
    assert_eq!(sale["status"], "Approved");
    assert_eq!(sale["reference"].as_str().unwrap().len(), 12);
    assert!(!names(&sale).contains(&"original_trace"));
    let trace = sale["trace"].as_str().unwrap();
    assert_eq!(trace.len(), 6);

    let keyed = [
        "sale", "--amount", "5", "--pan", LONG_PAN, "--expiry", "3012",
    ];
    let keyed = desk.till(&keyed).exits(0).json();
    assert_eq!(keyed["amount"], 500);

    let void = desk
        .void(trace, &["--note", "顾客改主意", "--request-id", "v1"])
        .exits(0)
        .json();
    has_fields(&void);
    assert_eq!(void["kind"], "void");
    assert_eq!(void["outcome"], "approved");
    assert_eq!(void["original_trace"], trace);
    assert_eq!(void["amount"], 1234);

    let again = desk.void(trace, &[]).exits(2).json();
    assert_eq!(again["outcome"], "refused");
    assert_eq!(again["original_trace"], trace);
    assert_eq!(again["message"]["en"], "This sale is voided already");

    let recover = desk.till(&["recover"]).exits(0).json();
    has_fields(&recover);
    let counts = ["pending", "provisional", "parked"].map(|name| recover[name].as_u64());
    assert_eq!(counts, [Some(0); 3]);
    assert_eq!(
        (&recover["outcome"], &recover["reversal"]),
        (&json!("approved"), &json!("none"))
    );

    let journal = desk.journal();
    let stands: Vec<_> = journal
        .iter()
        .map(|entry| entry["status"].as_str().unwrap())
        .collect();
    assert_eq!(stands, ["Voided", "Approved", "Approved"]);
    journal.iter().for_each(has_fields);
    desk.assert_agreement();
}

#[test]
fn the_same_request_is_the_same_outcome_and_nothing_is_sent() {
    let desk = Desk::signed_in(&["drop-answer@sale#2"]);
    for (id, exit) in [("approved", 0), ("unknown", 3)] {
        let first = desk.sale("7.00", &["--request-id", id]).exits(exit).json();
        let sent = desk.exchanges();
        let again = desk.sale("7.00", &["--request-id", id]).exits(exit).json();
        assert_eq!(first, again);
        assert_eq!(desk.exchanges(), sent, "asking again sends nothing");
        let other = desk.sale("7.01", &["--request-id", id]).exits(2).json();
        assert!(
            other["message"]["en"]
                .as_str()
                .unwrap()
                .contains("request id was used")
        );
    }
    desk.assert_agreement();
}

#[test]
fn declines_are_told_by_their_code() {
    let desk = Desk::signed_in(&["decline=61@sale#3"]);
    let wrong_pin = desk.sale("1.00", &["--pin", "111111"]).exits(2).json();
    assert_eq!(wrong_pin["outcome"], "declined");
    assert_eq!(wrong_pin["response_code"], "55");
    assert_eq!(wrong_pin["message"]["zh"], "[55] 密码错，请重试");
    let limit = desk.sale("60000.00", &[]).exits(2).json();
    assert_eq!(limit["response_code"], "61");
    assert_eq!(
        desk.sale("1.00", &[]).exits(2).json()["response_code"],
        "61"
    );
    assert_eq!(desk.sale("0.00", &[]).exits(2).json()["outcome"], "refused");
    desk.assert_agreement();
}

#[test]
fn a_lost_answer_is_reversed() {
    let desk = Desk::signed_in(&["drop-answer@sale#1", "drop-request@sale#2"]);
    let lost = desk.sale("25.00", &[]).exits(3).json();
    assert_eq!(
        (&lost["outcome"], &lost["reversal"]),
        (&json!("unknown"), &json!("reversed"))
    );
    assert_eq!(lost["status"], "Reversed");
    // The host never saw the second one: 25, to be confirmed.
    let unseen = desk.sale("26.00", &[]).exits(3).json();
    assert_eq!(
        (&unseen["reversal"], &unseen["status"]),
        (&json!("pending"), &json!("Provisional"))
    );
    let status = desk.till(&["status", "--trace", unseen["trace"].as_str().unwrap()]);
    assert_eq!(status.exits(3).json(), unseen);
    // Whoever goes on meanwhile is reminded.
    let sign_in = desk.till(&["sign-in"]);
    sign_in.exits(0);
    assert!(sign_in.err.contains("not finished: 1"), "{sign_in:?}");
    let recover = desk.till(&["recover"]);
    assert!(recover.err.contains("waiting 0.1 s"), "{recover:?}");
    let recover = recover.exits(0).json();
    assert_eq!(
        (&recover["outcome"], &recover["reversal"]),
        (&json!("approved"), &json!("reversed"))
    );
    desk.assert_agreement();
}

#[test]
fn what_is_parked_is_told_kept_and_tried_again() {
    let mut desk = Desk::signed_in(&["drop-answer@sale#1", "decline=05@reversal#1..6"]);
    let parked = desk.sale("25.00", &[]).exits(3).json();
    assert_eq!(
        (&parked["reversal"], &parked["status"]),
        (&json!("parked"), &json!("Parked"))
    );
    let still = desk.till(&["recover"]).exits(3).json();
    assert_eq!(still["outcome"], "unknown");
    assert_eq!(still["reversal"], "parked");
    assert_eq!(still["parked"], 1);
    // Business goes on meanwhile, and restarts forget nothing.
    desk.sale("1.00", &[]).exits(0);
    assert_eq!(desk.stop_host(), Some(0));
    desk.till(&["recover"]).exits(3);
    desk.start_host(&[]);
    assert_eq!(desk.till(&["recover"]).exits(0).json()["parked"], 0);
    desk.assert_agreement();
}

#[test]
fn without_a_host_nothing_is_sent_and_nothing_is_charged() {
    let mut desk = Desk::signed_in(&[]);
    assert_eq!(desk.stop_host(), Some(0));
    let sale = desk.sale("3.00", &[]).exits(2).json();
    assert_eq!(
        (&sale["outcome"], &sale["status"]),
        (&json!("refused"), &json!("NotSent"))
    );
    for command in ["sign-in", "echo"] {
        let silent = desk.till(&[command]).exits(2).json();
        assert_eq!(silent["outcome"], "refused", "{silent}");
        assert!(
            silent["message"]["en"]
                .as_str()
                .unwrap()
                .contains("does not answer")
        );
    }
    desk.assert_agreement();
}

#[test]
fn who_may_do_what() {
    let desk = Desk::signed_in(&[]);
    let sale = desk
        .sale("9.00", &["--operator", "01:0000"])
        .exits(0)
        .json();
    let trace = sale["trace"].as_str().unwrap();
    let sent = desk.exchanges();
    let refused = |operator: &[&str]| {
        let ran = desk.sale("9.00", operator);
        assert_eq!(ran.exits(2).json()["outcome"], "refused");
    };
    refused(&["--operator", "01:1111"]);
    refused(&["--operator", "07:0000"]);
    refused(&["--operator", SUPERVISOR]);
    refused(&["--operator", "99:00000000"]);
    let void = |supervisor: &str| {
        let void = [
            "void",
            "--trace",
            trace,
            "--reason",
            "error",
            "--supervisor",
            supervisor,
        ];
        desk.till(&void)
    };
    for wrong in ["00:654321", "01:0000", "99:00000000", "55:123456"] {
        assert_eq!(void(wrong).exits(2).json()["outcome"], "refused");
    }
    void("00123456").fails("--supervisor 00:123456");
    assert_eq!(desk.exchanges(), sent, "nothing was sent");
    void(SUPERVISOR).exits(0);
    desk.assert_agreement();
}

#[test]
fn status_and_journal_ask_nobody() {
    let mut desk = Desk::signed_in(&[]);
    let sale = desk.sale("12.34", &["--request-id", "s1"]).exits(0).json();
    assert_eq!(desk.stop_host(), Some(0));
    let trace = sale["trace"].as_str().unwrap();
    let short = trace.trim_start_matches('0');
    for which in [
        &["--trace", trace][..],
        &["--trace", short],
        &["--request-id", "s1"],
        &[],
    ] {
        let status = desk.till(&[&["status"], which].concat());
        assert_eq!(status.exits(0).json(), sale);
    }
    for which in [["--trace", "000999"], ["--request-id", "nobody"]] {
        let status = desk
            .till(&[&["status"], &which[..]].concat())
            .exits(2)
            .json();
        assert_eq!(status["outcome"], "refused");
    }
    // Another master key: nothing is decrypted to look things up.
    desk.edit("till.toml", common::MASTER_KEY, &"2".repeat(32));
    assert_eq!(
        desk.till(&["status", "--trace", trace]).exits(0).json(),
        sale
    );
    assert_eq!(desk.journal().len(), 1);
}

#[test]
fn words_in_both_languages() {
    let desk = Desk::signed_in(&[]);
    let sale = ["sale", "--amount", "12.34", "--track2", TRACK];
    let chinese = desk.annul(&[&["--lang", "zh", "till"], &sale[..]].concat());
    assert!(chinese.exits(0).out.contains("交易成功"), "{chinese:?}");
    assert!(chinese.out.contains("测试商户") && chinese.out.contains("622424******0113"));
    let english = desk.annul(&[&["till"], &sale[..]].concat());
    assert!(english.exits(0).out.contains("Approved"), "{english:?}");
    let environment = desk
        .command(&["till", "journal"])
        .env("LANG", "zh_CN.UTF-8")
        .output();
    assert!(
        String::from_utf8(environment.unwrap().stdout)
            .unwrap()
            .contains("凭证号")
    );
    let verbose = desk.annul(&[&["-v", "till"], &sale[..]].concat());
    assert!(
        verbose.err.contains("-> 0200") && verbose.err.contains("<- 0210"),
        "{verbose:?}"
    );
    assert!(verbose.err.contains("622424******0113"));
    // Not a terminal: no colours.
    assert!(!desk.printed().contains('\x1b'));
}

#[test]
fn a_swiped_card_must_be_the_card_of_the_sale() {
    let desk = Desk::signed_in(&[]);
    let sale = desk.sale("2.00", &[]).exits(0).json();
    let trace = sale["trace"].as_str().unwrap();
    let other = desk
        .void(trace, &["--pan", LONG_PAN, "--expiry", "3012"])
        .exits(2)
        .json();
    assert!(
        other["message"]["en"]
            .as_str()
            .unwrap()
            .contains("not the card")
    );
    desk.void(trace, &["--track2", TRACK, "--pin", PIN])
        .exits(0);
    let unknown = desk.void("000900", &[]).exits(2).json();
    assert!(
        unknown["message"]["en"]
            .as_str()
            .unwrap()
            .contains("trace number")
    );
    let keyed = [
        "sale", "--amount", "5", "--pan", PAN, "--expiry", "2806", "--pin", PIN,
    ];
    desk.till(&keyed).exits(0);
    desk.assert_agreement();
}

/// Every MAC algorithm that till and simulated host share makes a sale. Those
/// that want a longer MAC key than this host hands out are refused at the
/// sign-in, before any sale, and leave the till as it was.
#[test]
fn every_mac_algorithm_of_the_settings() {
    for algorithm in ["unionpay-ecb", "x9.9", "x9.9-hex"] {
        let mut desk = Desk::bare();
        for file in ["till.toml", "host.toml"] {
            desk.edit(file, "\"unionpay-ecb\"", &format!("\"{algorithm}\""));
        }
        desk.start_host(&[]);
        desk.till(&["sign-in"]).exits(0);
        desk.sale("1.00", &[]).exits(0);
        desk.assert_agreement();
    }
    let desk = Desk::with_host(&[]);
    for algorithm in ["x9.19", "chanjet"] {
        desk.edit("till.toml", "\"unionpay-ecb\"", &format!("\"{algorithm}\""));
        desk.till(&["sign-in"]).fails("check MAC algorithm");
        desk.edit("till.toml", &format!("\"{algorithm}\""), "\"unionpay-ecb\"");
    }
    desk.till(&["sign-in"]).exits(0);
    desk.sale("1.00", &[]).exits(0);
}

/// The till did its work and nobody could be told: that is no "nothing
/// happened", and asking again with the same id tells it.
#[cfg(target_os = "linux")]
#[test]
fn a_sale_that_cannot_be_printed_is_unknown_to_its_caller() {
    let desk = Desk::signed_in(&[]);
    let sale = [
        "till",
        "sale",
        "--amount",
        "1.00",
        "--track2",
        TRACK,
        "--request-id",
        "full",
    ];
    let full = std::fs::File::options().write(true).open("/dev/full");
    let status = desk.command(&sale).stdout(full.unwrap()).status().unwrap();
    assert_eq!(status.code(), Some(3));
    let again = desk.annul(&[&sale[..], &["--json"]].concat());
    assert_eq!(again.exits(0).json()["outcome"], "approved");
    assert_eq!(desk.journal().len(), 1);
    desk.assert_agreement();
}
