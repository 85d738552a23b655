//! Reversals: undone once, acknowledged each time, remembered where there was
//! nothing to undo.

mod common;

use annul_host::ledger::Ledger;
use common::{answer, code, mac_key, net, now, ready, reversal, sale, send, status, void};

#[test]
fn a_repeated_reversal_is_acknowledged_each_time_and_undoes_once() {
    let mut host = ready(&[]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(code(&mut host, &sale(3, 250).signed()), "00");
    for _ in 0..3 {
        let reply = answer(&send(&mut host, now(0), &reversal(&sale(2, 100)).signed()));
        assert_eq!(reply.text(39), "00");
        assert!(reply.authentic(&mac_key()));
        assert_eq!(reply.text(15), "0105");
        assert_eq!(status(host.ledger(), 2), "reversed");
        assert_eq!(net(host.ledger()), 250);
    }
}

#[test]
fn the_reason_of_a_repeat_may_be_another() {
    let mut host = ready(&[]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    for reason in ["98", "A0", "96", "06"] {
        assert_eq!(
            code(
                &mut host,
                &reversal(&sale(2, 100)).with(39, reason).signed()
            ),
            "00"
        );
    }
}

#[test]
fn a_reversed_void_lets_the_sale_stand_and_be_voided_again() {
    let mut host = ready(&[]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    for trace in [3, 4] {
        assert_eq!(code(&mut host, &void(trace, 100, 2).signed()), "00");
        assert_eq!(
            (status(host.ledger(), 2), net(host.ledger())),
            ("voided", 0)
        );
        for _ in 0..2 {
            assert_eq!(
                code(&mut host, &reversal(&void(trace, 100, 2)).signed()),
                "00"
            );
            assert_eq!(
                (status(host.ledger(), 2), net(host.ledger())),
                ("approved", 100)
            );
        }
    }
    // A repeat of the first reversal does not touch what the third void did.
    assert_eq!(code(&mut host, &void(5, 100, 2).signed()), "00");
    assert_eq!(code(&mut host, &reversal(&void(3, 100, 2)).signed()), "00");
    assert_eq!(
        (status(host.ledger(), 2), net(host.ledger())),
        ("voided", 0)
    );
}

#[test]
fn an_unmatched_reversal_leaves_a_tombstone() {
    let mut host = ready(&[]);
    for _ in 0..2 {
        let reply = answer(&send(&mut host, now(0), &reversal(&sale(2, 100)).signed()));
        assert_eq!((reply.text(39).as_str(), reply.has(64)), ("25", false));
        assert_eq!(status(host.ledger(), 2), "absent");
    }
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "94");
    assert_eq!(net(host.ledger()), 0);

    assert_eq!(code(&mut host, &sale(3, 100).signed()), "00");
    assert_eq!(code(&mut host, &reversal(&void(4, 100, 3)).signed()), "25");
    assert_eq!(code(&mut host, &void(4, 100, 3).signed()), "94");
    assert_eq!(
        (status(host.ledger(), 3), net(host.ledger())),
        ("approved", 100)
    );
}

#[test]
fn a_void_that_refers_to_a_tombstone_finds_nothing() {
    let mut host = ready(&[]);
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "25");
    assert_eq!(code(&mut host, &void(3, 100, 2).signed()), "25");
}

#[test]
fn a_reversal_must_be_of_what_the_trace_is() {
    let mut host = ready(&[]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(code(&mut host, &sale(3, 100).signed()), "00");
    assert_eq!(code(&mut host, &void(4, 100, 3).signed()), "00");
    let cases = [
        (reversal(&sale(2, 101)), "64"),
        (reversal(&void(2, 100, 3)), "25"),
        (reversal(&sale(4, 100)), "25"),
        (reversal(&void(4, 100, 2)), "25"),
        // The void must be reversed, not the sale it undid.
        (reversal(&sale(3, 100)), "12"),
    ];
    for (message, expected) in cases {
        assert_eq!(code(&mut host, &message.signed()), expected);
    }
    assert_eq!(
        (status(host.ledger(), 2), status(host.ledger(), 3)),
        ("approved", "voided")
    );
    assert_eq!(status(host.ledger(), 4), "approved");
    assert_eq!(net(host.ledger()), 100);
}

#[test]
fn reversing_what_was_declined_is_acknowledged() {
    let mut host = ready(&["decline=05@sale"]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "05");
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "00");
    assert_eq!(
        (status(host.ledger(), 2), net(host.ledger())),
        ("declined", 0)
    );
}

/// The hole of state-machines.md B.6: the request is overtaken by its own
/// reversal. A host that remembers closes it.
#[test]
fn a_request_overtaken_by_its_reversal_is_refused() {
    let mut host = ready(&["late-request@sale"]);
    assert_eq!(send(&mut host, now(0), &sale(2, 100).signed()), []);
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "25");
    assert_eq!(
        (status(host.ledger(), 2), net(host.ledger())),
        ("absent", 0)
    );
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "25");
    assert_eq!(net(host.ledger()), 0);
}

/// The same hole with a host that forgets: only the second reversal saves the
/// customer's money.
#[test]
fn a_host_that_forgets_takes_the_money_until_it_is_asked_again() {
    let mut host = ready(&["late-request@sale", "forget"]);
    assert_eq!(send(&mut host, now(0), &sale(2, 100).signed()), []);
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "25");
    assert_eq!(
        (status(host.ledger(), 2), net(host.ledger())),
        ("approved", 100)
    );
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "00");
    assert_eq!(
        (status(host.ledger(), 2), net(host.ledger())),
        ("reversed", 0)
    );
}

#[test]
fn totals_are_told_for_each_terminal() {
    let mut host = ready(&[]);
    for (trace, fen) in [(2, 100), (3, 250), (4, 7)] {
        assert_eq!(code(&mut host, &sale(trace, fen).signed()), "00");
    }
    assert_eq!(code(&mut host, &void(5, 250, 3).signed()), "00");
    assert_eq!(code(&mut host, &reversal(&sale(4, 7)).signed()), "00");
    let totals = host.ledger().totals().unwrap();
    assert_eq!(totals.len(), 1);
    let total = totals[0];
    assert_eq!(
        (total.sales, total.sold, total.voids, total.voided),
        (2, 350, 1, 250)
    );
    assert_eq!(total.net(), 100);
}
