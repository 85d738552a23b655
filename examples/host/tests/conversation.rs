//! The sample conversation of unionpay.md 10.2, byte for byte: with its clock,
//! keys and authorization code the host gives the answers printed there.

mod common;

use annul::transaction::{Civil, Kind};
use annul_host::ledger::{Ledger, MemoryLedger};
use annul_host::settings::Settings;
use annul_host::{Acquirer, Exchange, Request};
use common::{acquirer, ask, at, cut, fixed, hex, net, reversal, sale, settings, status, to_hex};

/// Sign-in, 60.3 = 003.
const G01: &str = "003C600003000060310000000008000020000000C00012000001313233343536373831323334353637383930\
    313233343500110000000000300003303120";
/// Its answer, F62 of 40 bytes.
const G02: &str = "007960000000036031000000000810003800010AC00014000001101500010508000100003130313530303030\
    3030303130303132333435363738313233343536373839303132333435001100000001003000409509731823\
    17F80B950973182317F80B00962B60F679786E2411E3DE0000000000000000ADC67D84";
/// The answer to 60.3 = 004, F62 of 60 bytes.
const G03: &str = "008D60000000036031000000000810003800010AC00014000001101500010508000100003130313530303030\
    3030303130303132333435363738313233343536373839303132333435001100000001004000609509731823\
    17F80B950973182317F80B00962B60F679786E2411E3DE0000000000000000ADC67D84A0C45C59F1E549BBA0\
    C45C59F1E549BBE2F24340";
/// Sale, swiped, PIN, RMB 1.00.
const G04: &str = "007360000300006031000000000200302004C020C09811000000000000000100000002021000123562162610\
    00000000018D3012201000000000313233343536373831323334353637383930313233343531353685311F55\
    7CB9C9E426000000000000000013220000010006004634393830463446";
/// Approved.
const G05: &str = "009E60000000036031000000000210703E00810ED08813196216261000000000018000000000000000010000\
    0002101630010530120105000800010000313031363330303030303032313233343536303031323334353637\
    3831323334353637383930313233343522303130323030303020202034383032303030302020203135362600\
    00000000000000132200000100060000034355504339373341433334";
/// Declined, 51.
const G06: &str = "008E60000000036031000000000210703C00810AD08812196216261000000000018000000000000000010000\
    0002101630010530120008000100003130313633303030303030323531313233343536373831323334353637\
    3839303132333435223031303230303030202020343830323030303020202031353626000000000000000013\
    220000010006000003435550";
/// Reversal of the sale 000003, no answer.
const G07: &str = "0051600003000060310000000004003020048002C08011000000000000000100000003021000393831323334\
    353637383132333435363738393031323334353135360013220000010006003834374243464433";
/// Undone.
const G08: &str = "007E60000000036031000000000410303A00810AD08011000000000000000100000003101810010501050008\
    0001000031303138313030303030303330303132333435363738313233343536373839303132333435223031\
    30323030303020202034383032303030302020203135360013220000010006003244413233423237";
/// Void of G04, swiped, PIN.
const G09: &str = "008D60000300006031000000000200302004C02CC09819200000000000000100000004021000123562162610\
    00000000018D3012201000000000313031363330303030303032313233343536313233343536373831323334\
    353637383930313233343531353685311F557CB9C9E426000000000000000013230000010006000012000001\
    0000023237363533304530";
/// Void of G04 without the card.
const G10: &str = "007660000300006031000000000200702404800CC08019196216261000000000018020000000000000010000\
    0005301201200031303136333030303030303231323334353631323334353637383132333435363738393031\
    3233343531353600132300000100060000120000010000023136463246354530";
/// The void is done.
const G11: &str = "009860000000036031000000000210703E00810AD08813196216261000000000018020000000000000010000\
    0004102000010530120105000800010000313032303030303030303034303031323334353637383132333435\
    3637383930313233343522303130323030303020202034383032303030302020203135362600000000000000\
    00132300000100060000034355503543353146314133";
/// Reversal of the void.
const G12: &str = "005F600003000060310000000004003020048006C08019200000000000000100000004021000313233343536\
    3938313233343536373831323334353637383930313233343531353600132300000100060000120000010000\
    024139323133343943";
/// Sign-off.
const G28: &str = "0037600003000060310000000008200020000000C00010000016313233343536373831323334353637383930\
    31323334350011000000010020";
/// Signed off.
const G29: &str = "004F60000000036031000000000830003800010AC00010000016221000010508000100003232313030303030\
    30303136303031323334353637383132333435363738393031323334350011000000010020";
/// Echo.
const G30: &str = "0034600003000060310000000008200000000000C00010313233343536373831323334353637383930313233\
    34350011000000013010";
/// Its answer; the header asks for a status report.
const G31: &str = "003B600000000360310200000008300018000002C00010221100010530303132333435363738313233343536\
    3738393031323334350011000000013010";
/// Sale with an encrypted track.
const G33: &str = "007360000300006031000000000200302004C020C09811000000000000000100000018021000123562162610\
    0000000001CB9A664994C0748600313233343536373831323334353637383930313233343531353685311F55\
    7CB9C9E426100000000000000013220000010006003842424135303142";

fn expect<L: Ledger>(host: &mut Acquirer<L>, at: Civil, request: &str, answer: &str) {
    assert_eq!(to_hex(&ask(host, at, &hex(request))), answer);
}

/// A host that has signed the terminal in as G01 and G02 do.
fn signed_in(settings: Settings) -> Acquirer<MemoryLedger> {
    let mut host = Acquirer::new(settings, MemoryLedger::new(), fixed());
    expect(&mut host, at(10, 15, 0), G01, G02);
    host
}

#[test]
fn sign_in_with_either_key_set() {
    let mut host = signed_in(Settings::example());
    let request = sign_in_004();
    assert_eq!(to_hex(&ask(&mut host, at(10, 15, 0), &request)), G03);
}

/// G01 asking for a track key too: the sample has the answer only.
fn sign_in_004() -> Vec<u8> {
    common::sign_in().with(60, "00000000004").frame(None)
}

#[test]
fn sale_and_void() {
    let mut host = signed_in(Settings::example());
    expect(&mut host, at(10, 16, 30), G04, G05);
    expect(&mut host, at(10, 20, 0), G09, G11);
    assert_eq!(
        (status(host.ledger(), 2), status(host.ledger(), 4)),
        ("voided", "approved")
    );
    assert_eq!(net(host.ledger()), 0);
}

#[test]
fn declined_for_want_of_money() {
    let poor = settings("pin = \"111111\"", "pin = \"111111\"\nbalance = \"0.99\"");
    let mut host = signed_in(poor);
    expect(&mut host, at(10, 16, 30), G04, G06);
    assert_eq!(status(host.ledger(), 2), "declined");
}

#[test]
fn sale_reversed() {
    let mut host = signed_in(Settings::example());
    ask(&mut host, at(10, 17, 0), &sale(3, 100).signed());
    assert_eq!(status(host.ledger(), 3), "approved");
    expect(&mut host, at(10, 18, 10), G07, G08);
    assert_eq!(status(host.ledger(), 3), "reversed");
}

#[test]
fn the_void_without_the_card_and_the_reversal_of_a_void_are_understood() {
    let mut host = signed_in(Settings::example());
    expect(&mut host, at(10, 16, 30), G04, G05);
    let answer = common::Reply(ask(&mut host, at(10, 21, 0), &hex(G10)));
    assert_eq!(answer.text(39), "00");
    assert_eq!(
        (answer.text(2).as_str(), answer.text(14).as_str()),
        (common::CARD, "3012")
    );
    assert!(answer.authentic(&common::mac_key()));

    let mut host = signed_in(Settings::example());
    expect(&mut host, at(10, 16, 30), G04, G05);
    expect(&mut host, at(10, 20, 0), G09, G11);
    let answer = common::Reply(ask(&mut host, at(10, 21, 0), &hex(G12)));
    assert_eq!(answer.text(39), "00");
    assert!(answer.authentic(&common::mac_key()));
    assert_eq!(
        (status(host.ledger(), 2), status(host.ledger(), 4)),
        ("approved", "reversed")
    );
    assert_eq!(net(host.ledger()), 100);
}

#[test]
fn sign_off_ends_the_keys() {
    let mut host = signed_in(Settings::example());
    expect(&mut host, at(22, 10, 0), G28, G29);
    let answer = common::Reply(ask(&mut host, at(22, 10, 30), &hex(G04)));
    assert_eq!(answer.text(39), "77");
}

/// G31 comes from a host that also asks for a status report in its header
/// (its eleventh byte); this host never does. All else is the same.
#[test]
fn echo_but_for_the_processing_requirement() {
    let mut answer = ask(&mut acquirer(), at(22, 11, 0), &hex(G30));
    assert_eq!(answer[9], 0x00);
    answer[9] = 0x02;
    assert_eq!(to_hex(&answer), G31);
}

#[test]
fn an_encrypted_track_is_read_with_the_track_key() {
    let mut host = acquirer();
    ask(&mut host, at(10, 15, 0), &sign_in_004());
    let answer = common::Reply(ask(&mut host, at(10, 30, 0), &hex(G33)));
    assert_eq!(answer.text(39), "00");
    assert_eq!(
        (answer.text(2).as_str(), answer.text(14).as_str()),
        (common::CARD, "3012")
    );
    assert_eq!(answer.text(53), "2600000000000000");
}

#[test]
fn every_request_of_the_conversation_is_known_by_its_kind() {
    let kinds = [
        (G01, Exchange::SignIn),
        (G04, Exchange::Money(Kind::Sale)),
        (G07, Exchange::Reversal(Kind::Sale)),
        (G09, Exchange::Money(Kind::Void)),
        (G10, Exchange::Money(Kind::Void)),
        (G12, Exchange::Reversal(Kind::Void)),
        (G28, Exchange::SignOff),
        (G30, Exchange::Echo),
    ];
    for (text, kind) in kinds {
        let frame = hex(text);
        assert_eq!(Request::decode(cut(&frame)).unwrap().exchange(), kind);
    }
    for answer in [G02, G05, G08, G11, G29] {
        let frame = hex(answer);
        assert!(Request::decode(cut(&frame)).is_err());
    }
}

/// The fields of G07 and the reversal that [`common`] makes are the same.
#[test]
fn the_small_terminal_of_these_tests_makes_the_same_reversal() {
    assert_eq!(to_hex(&reversal(&sale(3, 100)).signed()), G07);
}
