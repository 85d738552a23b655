//! What the terminal writes and reads, against the constructed conversation of
//! unionpay.md 10.2: the same keys, cards and numbers give the same bytes.

use annul::card::{Expiry, Pan, Pin, Track2};
use annul::crypto::{Algorithm, CardOnFile, Key, MacKey, PinKey, SealedCard, mac, pin::PinBlock};
use annul::frame::{Frame, Header, PREFIX, Tpdu, encode_prefix};
use annul::iso8583::value::{EntryMode, PinEntry, Source};
use annul::iso8583::{Mti, UNIONPAY_POS as FIELDS, View};
use annul::journal::{
    Approval, Balance, Comparison, Envelope, HoldOrder, Intent, Journal as _, MAX_RECORD,
    MemoryJournal, Quotes, Record, RefundOrder, Replay, Seq, Tag, VoidOrder,
};
use annul::ledger::{Entry, Ledger, Settlement, Stage};
use annul::message::{
    Card, Compared, DETAIL, DETAIL_COUNT, Draft, Expected, KeyRequest, KeysOf, Received, Sending,
    Station, Told, compared, detail, echo, financial, receive, reversal, settlement, sign_in,
};
use annul::profile::UNIONPAY_POS;
use annul::transaction::{
    Amount, AuthorizationCode, Batch, BatchTotals, Civil, Kind, MerchantId, OperatorId, Reference,
    RequestId, ReversalReason, Sum, TerminalId, Totals, Trace, VoidNote, VoidReason,
};

mod iso;
mod settlement;

#[path = "../vectors/unionpay/mod.rs"]
#[allow(dead_code, reason = "this test needs the bytes alone")]
mod unionpay;

const TRACK: &str = "6216261000000000018=301220100000000";
const PAN: &str = "6216261000000000018";

fn station(key_request: KeyRequest) -> Station {
    Station {
        terminal: TerminalId::literal(*b"12345678"),
        merchant: MerchantId::literal(*b"123456789012345"),
        tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
        header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
        key_request,
    }
}

fn swiped() -> Card {
    Card::Swiped(Track2::parse(TRACK).unwrap())
}

fn keyed() -> CardOnFile {
    CardOnFile {
        pan: Pan::parse(PAN).unwrap(),
        expiry: Some(Expiry::parse("3012").unwrap()),
    }
}

fn intent(kind: Kind, trace: u32, entry: [u8; 3]) -> Intent {
    Intent {
        request: RequestId::new("g").unwrap(),
        kind,
        trace: Trace::new(trace).unwrap(),
        batch: Batch::new(1).unwrap(),
        amount: Amount::new(100).unwrap(),
        entry_mode: EntryMode::from_digits(entry).unwrap(),
        card: Pan::parse(PAN).unwrap().masked(),
        sealed: SealedCard::from_bytes([0; SealedCard::SIZE]),
        operator: OperatorId::literal(*b"01"),
        stamp: Civil::UNKNOWN,
        revision: UNIONPAY_POS.revision,
        quotes: match kind {
            Kind::Void => Quotes::Charge(void_order(2, *b"101630000002", *b"123456")),
            _ => Quotes::Nothing,
        },
    }
}

fn void_order(trace: u32, reference: [u8; 12], authorization: [u8; 6]) -> VoidOrder {
    VoidOrder {
        original: Seq(3),
        batch: Batch::new(1).unwrap(),
        trace: Trace::new(trace).unwrap(),
        reference: Reference::literal(reference),
        authorization: Some(AuthorizationCode::literal(authorization)),
        approval: Approval {
            supervisor: OperatorId::literal(*b"00"),
            reason: VoidReason::new("customer-request").unwrap(),
            note: VoidNote::NONE,
        },
    }
}

fn pin_block() -> [u8; 8] {
    let key = PinKey::new(Key::des_hex("22222222222222222222222222222222").unwrap());
    let block = PinBlock::with_pan(&Pin::parse("111111").unwrap(), &Pan::parse(PAN).unwrap());
    block.encrypt(&key).unwrap()
}

/// Adds the MAC where there is one, and the frame around it.
fn framed(buffer: &mut [u8], written: usize, signed: Signed) -> Vec<u8> {
    let mut len = written;
    if let Signed::Yes = signed {
        let key = MacKey::new(Key::des_hex("3333333333333333").unwrap());
        let message = &buffer[PREFIX..PREFIX + len];
        let value = mac::compute(Algorithm::UnionPayEcb, &key, message)
            .unwrap()
            .value();
        buffer[PREFIX + len..PREFIX + len + 8].copy_from_slice(value.bytes());
        len += 8;
    }
    let station = station(KeyRequest::Double);
    let size = encode_prefix(buffer, station.tpdu, station.header, len).unwrap();
    buffer[..size].to_vec()
}

#[derive(Clone, Copy)]
enum Signed {
    Yes,
    No,
}

fn sample(id: &str) -> Vec<u8> {
    unionpay::named(id).bytes
}

fn request(kind: Kind, trace: u32, entry: [u8; 3], card: &Card, pin: Option<[u8; 8]>) -> Vec<u8> {
    let mut buffer = [0; 512];
    let intent = intent(kind, trace, entry);
    let draft = Draft {
        intent: &intent,
        card,
        pin_block: pin.as_ref(),
    };
    let station = station(KeyRequest::Double);
    let len = financial(&station, &UNIONPAY_POS, draft, &mut buffer[PREFIX..]).unwrap();
    framed(&mut buffer, len, Signed::Yes)
}

fn undo(kind: Kind, trace: u32) -> Vec<u8> {
    let mut buffer = [0; 512];
    let intent = intent(kind, trace, *b"021");
    let station = station(KeyRequest::Double);
    let why = (ReversalReason::NoAnswer, Sending::First);
    let buffered = &mut buffer[PREFIX..];
    let len = reversal(&station, &UNIONPAY_POS, &intent, None, why, buffered).unwrap();
    framed(&mut buffer, len, Signed::Yes)
}

#[test]
fn g01_sign_in() {
    let mut buffer = [0; 128];
    let (trace, operator) = (Trace::FIRST, OperatorId::literal(*b"01"));
    let station = station(KeyRequest::Double);
    let len = sign_in(
        &station,
        &UNIONPAY_POS,
        trace,
        Batch::NONE,
        operator,
        &mut buffer[PREFIX..],
    )
    .unwrap();
    assert_eq!(framed(&mut buffer, len, Signed::No), sample("G01"));
}

#[test]
fn g30_echo() {
    let mut buffer = [0; 128];
    let batch = Batch::new(1).unwrap();
    let station = station(KeyRequest::Double);
    let len = echo(&station, &UNIONPAY_POS, batch, &mut buffer[PREFIX..]).unwrap();
    assert_eq!(framed(&mut buffer, len, Signed::No), sample("G30"));
}

#[test]
fn g04_sale_by_stripe_with_pin() {
    let sale = request(Kind::Sale, 2, *b"021", &swiped(), Some(pin_block()));
    assert_eq!(sale, sample("G04"));
}

#[test]
fn g07_reversal_of_a_sale() {
    assert_eq!(undo(Kind::Sale, 3), sample("G07"));
}

#[test]
fn g09_void_by_stripe_with_pin() {
    let void = request(Kind::Void, 4, *b"021", &swiped(), Some(pin_block()));
    assert_eq!(void, sample("G09"));
}

#[test]
fn g10_void_without_the_card() {
    let void = request(Kind::Void, 5, *b"012", &Card::Keyed(keyed()), None);
    assert_eq!(void, sample("G10"));
}

#[test]
fn g12_reversal_of_a_void() {
    assert_eq!(undo(Kind::Void, 4), sample("G12"));
}

/// With a stripe and a PIN, as all of the pre-authorization's samples are.
fn of_a_hold(kind: Kind, trace: u32, amount: u64, quotes: Quotes) -> Vec<u8> {
    let mut buffer = [0; 512];
    let intent = Intent {
        amount: Amount::new(amount).unwrap(),
        quotes,
        ..intent(kind, trace, *b"021")
    };
    let (card, pin_block) = (swiped(), pin_block());
    let draft = Draft {
        intent: &intent,
        card: &card,
        pin_block: Some(&pin_block),
    };
    let station = station(KeyRequest::Double);
    let len = financial(&station, &UNIONPAY_POS, draft, &mut buffer[PREFIX..]).unwrap();
    framed(&mut buffer, len, Signed::Yes)
}

/// A pre-authorization of another terminal: batch and trace are not known.
fn held() -> Quotes {
    Quotes::Hold(HoldOrder {
        original: None,
        authorization: AuthorizationCode::literal(*b"654321"),
        date: *b"0105",
        approval: None,
    })
}

#[test]
fn g16_preauthorization() {
    let hold = of_a_hold(Kind::PreAuthorization, 8, 10_000, Quotes::Nothing);
    assert_eq!(hold, sample("G16"));
}

#[test]
fn g17_void_of_a_preauthorization() {
    let void = of_a_hold(Kind::PreAuthorizationVoid, 9, 10_000, held());
    assert_eq!(void, sample("G17"));
}

#[test]
fn g18_completion() {
    let completion = of_a_hold(Kind::Completion, 10, 9_000, held());
    assert_eq!(completion, sample("G18"));
}

#[test]
fn g20_void_of_a_completion() {
    let order = void_order(10, *b"102500000010", *b"654321");
    let void = of_a_hold(Kind::CompletionVoid, 12, 9_000, Quotes::Charge(order));
    assert_eq!(void, sample("G20"));
}

#[test]
fn g13_refund() {
    let mut buffer = [0; 512];
    let intent = Intent {
        amount: Amount::new(50).unwrap(),
        quotes: Quotes::Refund(RefundOrder {
            original: None,
            reference: Reference::literal(*b"101630000002"),
            date: *b"0105",
            approval: void_order(2, *b"101630000002", *b"123456").approval,
        }),
        ..intent(Kind::Refund, 6, *b"022")
    };
    let draft = Draft {
        intent: &intent,
        card: &swiped(),
        pin_block: None,
    };
    let station = station(KeyRequest::Double);
    let len = financial(&station, &UNIONPAY_POS, draft, &mut buffer[PREFIX..]).unwrap();
    assert_eq!(framed(&mut buffer, len, Signed::Yes), sample("G13"));
}

#[test]
fn g14_balance_inquiry() {
    let inquiry = request(
        Kind::BalanceInquiry,
        7,
        *b"021",
        &swiped(),
        Some(pin_block()),
    );
    assert_eq!(inquiry, sample("G14"));
}

#[test]
fn a_keyed_transaction_is_reversed_with_its_card_or_not_at_all() {
    let mut buffer = [0; 512];
    let intent = intent(Kind::Sale, 3, *b"012");
    assert_eq!(
        intent.entry_mode,
        EntryMode {
            source: Source::Keyed,
            pin: PinEntry::None
        }
    );
    let station = station(KeyRequest::Double);
    let why = (ReversalReason::NoAnswer, Sending::First);
    let without = reversal(&station, &UNIONPAY_POS, &intent, None, why, &mut buffer);
    assert!(without.is_err());
    let card = keyed();
    let with = reversal(
        &station,
        &UNIONPAY_POS,
        &intent,
        Some(&card),
        why,
        &mut buffer,
    );
    let len = with.unwrap();
    buffer[len..len + 8].copy_from_slice(b"00000000");
    let view = View::decode(&FIELDS, &buffer[..len + 8]).unwrap();
    assert!(view.field(2).unwrap().digits().unwrap() == *PAN);
    assert!(view.field(14).unwrap().digits().unwrap() == *"3012");
    for forbidden in [26, 35, 36, 37, 52, 53, 63] {
        assert!(
            view.field(forbidden).is_none(),
            "field {forbidden} in a reversal"
        );
    }
}

fn received(id: &str, expected: &Expected) -> Received {
    let bytes = sample(id);
    let frame = Frame::decode_prefixed(&bytes).unwrap();
    let view = View::decode(&FIELDS, frame.message).unwrap();
    receive(&view, &station(KeyRequest::Double), expected)
}

fn to_sale(trace: u32) -> Expected {
    Expected {
        mti: Mti::literal(0x0210),
        trace: Some(Trace::new(trace).unwrap()),
        processing_code: Some(*b"000000"),
    }
}

#[test]
fn g05_approval_is_taken_apart() {
    let Received::Ours {
        answer,
        mac: Some(mac),
    } = received("G05", &to_sale(2))
    else {
        panic!("G05 answers G04");
    };
    assert_eq!(&mac, b"C973AC34");
    assert_eq!(answer.amount.unwrap().minor(), 100);
    let kept = answer.kept;
    assert_eq!(kept.code.text(), "00");
    assert_eq!(kept.reference.unwrap().text(), "101630000002");
    assert_eq!(kept.authorization.unwrap().text(), "123456");
    assert_eq!((kept.time, kept.date), (Some(*b"101630"), Some(*b"0105")));
    assert_eq!(kept.settlement_date, Some(*b"0105"));
    assert_eq!(kept.acquirer.as_str(), "00010000");
    assert_eq!(kept.institutions.as_str(), "01020000   48020000");
    assert_eq!(kept.organisation.as_str(), "CUP");
}

#[test]
fn g06_decline_has_no_mac() {
    let Received::Ours { answer, mac: None } = received("G06", &to_sale(2)) else {
        panic!("G06 answers G04");
    };
    assert_eq!(answer.kept.code.text(), "51");
}

#[test]
fn an_answer_to_something_else_is_not_ours() {
    let void = Expected {
        processing_code: Some(*b"200000"),
        ..to_sale(2)
    };
    let reversed = Expected {
        mti: Mti::literal(0x0410),
        ..to_sale(2)
    };
    for expected in [to_sale(3), void, reversed] {
        assert!(matches!(received("G05", &expected), Received::NotOurs));
    }
}

#[test]
fn g02_and_g03_bring_keys_and_the_batch() {
    for (id, size) in [("G02", 40), ("G03", 60)] {
        let bytes = sample(id);
        let frame = Frame::decode_prefixed(&bytes).unwrap();
        let view = View::decode(&FIELDS, frame.message).unwrap();
        let brought = KeysOf::receive(&view).unwrap();
        assert_eq!(brought.batch.number(), 1);
        assert_eq!(brought.keys.bytes().len(), size);
    }
}
