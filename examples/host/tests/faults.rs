//! Each fault, as a terminal sees it and as the books have it.

mod common;

use annul_host::{Effect, Event};
use common::{
    Reply, answer, code, cut, echo, mac_key, net, now, ready, reversal, sale, send, sign_in,
    status, void,
};

/// The effects of the first sale under this fault, and the trace's status.
fn sold(fault: &str) -> (Vec<Effect>, &'static str) {
    let mut host = ready(&[fault]);
    let effects = send(&mut host, now(0), &sale(2, 100).signed());
    let status = status(host.ledger(), 2);
    // The next exchange is as it should be.
    assert_eq!(code(&mut host, &sale(9, 1).signed()), "00");
    (effects, status)
}

/// The answer of the first sale under this fault.
fn told(fault: &str) -> (Reply, &'static str) {
    let (effects, status) = sold(fault);
    (answer(&effects), status)
}

fn frame_of(effect: &Effect) -> &[u8] {
    match effect {
        Effect::Bytes(bytes) => bytes,
        other => panic!("expected bytes, found {other:?}"),
    }
}

#[test]
fn drop_request() {
    assert_eq!(sold("drop-request"), (vec![], "none"));
}

#[test]
fn drop_answer() {
    assert_eq!(sold("drop-answer"), (vec![], "approved"));
}

#[test]
fn delay() {
    let (effects, status) = sold("delay=500ms@sale");
    assert_eq!((&effects[0], status), (&Effect::Wait(500), "approved"));
    assert_eq!(answer(&effects[1..]).text(39), "00");
}

#[test]
fn close() {
    let (effects, status) = sold("close=20");
    assert_eq!(status, "approved");
    assert_eq!(frame_of(&effects[0]).len(), 20);
    assert_eq!(effects[1..], [Effect::Close]);
}

#[test]
fn split() {
    let (effects, _) = sold("split=5");
    let pieces: Vec<_> = effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Bytes(_)))
        .collect();
    assert_eq!(pieces.len(), 5);
    let whole: Vec<u8> = pieces
        .iter()
        .flat_map(|piece| frame_of(piece).to_vec())
        .collect();
    assert!(Reply(whole).authentic(&mac_key()));
}

#[test]
fn join_and_twice() {
    let (effects, _) = sold("join");
    let both = frame_of(&effects[0]);
    let (first, second) = both.split_at(both.len() / 2);
    assert_eq!((effects.len(), first), (1, second));
    assert!(Reply(first.to_vec()).authentic(&mac_key()));
    let (effects, _) = sold("twice");
    assert_eq!(
        (effects.len(), frame_of(&effects[0])),
        (3, frame_of(&effects[2]))
    );
}

#[test]
fn wrong_mac_and_no_mac() {
    let (reply, status) = told("wrong-mac");
    assert_eq!((reply.text(39).as_str(), status), ("00", "approved"));
    assert!(reply.has(64) && !reply.authentic(&mac_key()));
    let (reply, status) = told("no-mac");
    assert_eq!((reply.text(39).as_str(), status), ("00", "approved"));
    assert!(!reply.has(64));
}

#[test]
fn wrong_trace_and_wrong_amount_are_authentic() {
    let (reply, status) = told("wrong-trace");
    assert_eq!((reply.text(11).as_str(), status), ("000003", "approved"));
    assert!(reply.authentic(&mac_key()));
    let (reply, status) = told("wrong-amount");
    assert_eq!(
        (reply.text(4).as_str(), status),
        ("000000000101", "approved")
    );
    assert!(reply.authentic(&mac_key()));
}

#[test]
fn garble() {
    let (effects, status) = sold("garble");
    let frame = frame_of(&effects[0]);
    assert_eq!(status, "approved");
    assert!(cut(frame).message.iter().all(|byte| *byte == 0xFF));
}

#[test]
fn decline() {
    let (reply, booked) = told("decline=51@sale");
    assert_eq!((reply.text(39).as_str(), booked), ("51", "declined"));
    assert!(!reply.has(64) && !reply.has(38));
    let mut host = ready(&["decline=96@any#2", "decline=91@reversal"]);
    assert_eq!(code(&mut host, &echo().frame(None)), "96");
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "91");
    assert_eq!(status(host.ledger(), 2), "approved");
    let mut host = common::host(&["decline=96@sign-in"]);
    assert_eq!(code(&mut host, &sign_in().frame(None)), "96");
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "77");
}

#[test]
fn a_void_that_is_declined_leaves_the_sale() {
    let mut host = ready(&["decline=05@void"]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(code(&mut host, &void(3, 100, 2).signed()), "05");
    assert_eq!(
        (status(host.ledger(), 2), net(host.ledger())),
        ("approved", 100)
    );
    assert_eq!(code(&mut host, &void(4, 100, 2).signed()), "00");
}

#[test]
fn not_found_lies_once() {
    let mut host = ready(&["not-found"]);
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "25");
    assert_eq!(net(host.ledger()), 100);
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "00");
    assert_eq!(net(host.ledger()), 0);
}

#[test]
fn forget_leaves_no_tombstone() {
    let mut host = ready(&["forget#*"]);
    assert_eq!(code(&mut host, &reversal(&sale(2, 100)).signed()), "25");
    assert_eq!(status(host.ledger(), 2), "none");
    assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
}

#[test]
fn change_keys_until_the_next_sign_in() {
    // Other keys each time, so not those of the sample conversation.
    let settings = annul_host::settings::Settings::example();
    let ledger = annul_host::ledger::MemoryLedger::new();
    let acquirer = annul_host::Acquirer::new(settings, ledger, annul_host::Supply::seeded(1));
    let mut host = annul_host::Host::new(acquirer, common::plan(&["change-keys@sale#2"]));
    let mac_key = |host: &mut _, batch| {
        let reply = answer(&send(host, now(0), &common::sign_in_of(batch).frame(None)));
        reply.keys().mac().unwrap(&common::master_key()).unwrap()
    };
    let key = mac_key(&mut host, "000000");
    assert_eq!(code(&mut host, &sale(2, 100).frame(Some(&key))), "00");
    assert_eq!(code(&mut host, &sale(3, 100).frame(Some(&key))), "A0");
    assert_eq!(
        code(&mut host, &reversal(&sale(2, 100)).frame(Some(&key))),
        "A0"
    );
    let key = mac_key(&mut host, "000001");
    let reply = answer(&send(&mut host, now(0), &sale(4, 100).frame(Some(&key))));
    assert_eq!(reply.text(39), "00");
    assert!(reply.authentic(&key));
    assert_eq!(net(host.ledger()), 200);
}

#[test]
fn away_and_back() {
    let mut host = ready(&["away=3s"]);
    let sale = sale(2, 100).signed();
    assert_eq!(send(&mut host, now(1_000), &sale), [Effect::Close]);
    assert_eq!(status(host.ledger(), 2), "none");
    let step = host.connected(now(3_999));
    assert_eq!(step.effects, [Effect::Close]);
    assert!(matches!(step.events[..], [Event::Away]));
    assert_eq!(answer(&send(&mut host, now(4_000), &sale)).text(39), "00");
}

#[test]
fn late_answer_comes_on_the_next_connection() {
    let mut host = ready(&["late-answer@sale"]);
    assert_eq!(send(&mut host, now(0), &sale(2, 100).signed()), []);
    let effects = send(&mut host, now(0), &reversal(&sale(2, 100)).signed());
    let [late, prompt] = &effects[..] else {
        panic!("expected two answers, found {effects:?}");
    };
    let (late, prompt) = (
        Reply(frame_of(late).to_vec()),
        Reply(frame_of(prompt).to_vec()),
    );
    assert_eq!(
        (late.text(37).as_str(), late.text(39).as_str()),
        ("101630000002", "00")
    );
    assert!(late.has(38) && late.authentic(&mac_key()));
    assert!(!prompt.has(38));
    assert_eq!((prompt.text(39).as_str(), net(host.ledger())), ("00", 0));
    assert_eq!(send(&mut host, now(0), &echo().frame(None)).len(), 1);
}

#[test]
fn glue_puts_the_answer_in_front_of_the_next() {
    let mut host = ready(&["glue@sale"]);
    assert_eq!(send(&mut host, now(0), &sale(2, 100).signed()), []);
    let effects = send(&mut host, now(0), &reversal(&sale(2, 100)).signed());
    let [Effect::Bytes(both)] = &effects[..] else {
        panic!("expected one write, found {effects:?}");
    };
    let size = 2 + usize::from(u16::from_be_bytes([both[0], both[1]]));
    let (old, new) = both.split_at(size);
    let (old, new) = (Reply(old.to_vec()), Reply(new.to_vec()));
    assert_eq!(
        (old.text(37).as_str(), new.text(39).as_str()),
        ("101630000002", "00")
    );
    assert!(old.has(38) && !new.has(38));
    assert_eq!(send(&mut host, now(0), &echo().frame(None)).len(), 1);
}

#[test]
fn late_request_is_booked_after_the_next_exchange() {
    let mut host = ready(&["late-request@sale"]);
    assert_eq!(send(&mut host, now(0), &sale(2, 100).signed()), []);
    assert_eq!(status(host.ledger(), 2), "none");
    assert_eq!(code(&mut host, &echo().frame(None)), "00");
    assert_eq!(status(host.ledger(), 2), "approved");
}

#[test]
fn faults_are_told_in_the_log() {
    let mut host = ready(&["drop-answer@sale"]);
    let frame = sale(2, 100).signed();
    let step = host.received(now(0), cut(&frame));
    let line = step.events[0].to_string();
    assert_eq!(
        line,
        "sale 000002: 00; the host books it; the answer is lost"
    );
}
