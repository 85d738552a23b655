//! A till that enciphers tracks, against the simulated host, which deciphers
//! them and finds the card: what is on the line, and what is refused rather
//! than sent in clear.
#![cfg(feature = "std")]

use annul::card::Track2;
use annul::crypto::{Algorithm, Key, MasterKey, SecurityFault, SoftwareModule};
use annul::driver::{Connected, Driver, DriverError, Heard, Link, LinkError, Setup, SystemClock};
use annul::engine::{Refusal, Sending, Settings};
use annul::frame::{Frame, Header, Tpdu};
use annul::iso8583::value::TrackProtection;
use annul::iso8583::{UNIONPAY_POS as FIELDS, View};
use annul::journal::MemoryJournal;
use annul::ledger::{Entry, Status};
use annul::message::{Card, KeyRequest, ProtectedTrack, Station};
use annul::profile::UNIONPAY_POS;
use annul::terminal::{PinWanted, Sale, Void};
use annul::transaction::{
    Amount, Civil, MerchantId, OperatorId, RequestId, TerminalId, Trace, VoidNote, VoidReason,
};
use annul_host::ledger::{Ledger as _, MemoryLedger, Status as Booked};
use annul_host::{Acquirer, Orders, Request, Supply, settings};
use std::time::Duration;

const TRACK: &str = "6216261000000000018=301220100000000";
/// Vector of unionpay.md 4.7: its track key is 44 sixteen times.
const ENCIPHERED: &str = "621626100000000001CB9A664994C074860";

/// A line that ends in the simulated host, and keeps what went over it.
struct Line {
    acquirer: Acquirer<MemoryLedger>,
    answer: Vec<u8>,
    sent: Vec<Vec<u8>>,
}

impl Link for Line {
    fn connect(&mut self, _: Duration) -> Result<Connected, LinkError> {
        Ok(Connected)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        let lost = LinkError(Sending::MaybeSent);
        self.sent.push(bytes.to_vec());
        let frame = Frame::decode_prefixed(bytes).map_err(|_| lost)?;
        let request = Request::decode(frame).map_err(|_| lost)?;
        let now = Civil::new((2026, 1, 5), (10, 16, 30)).expect("a date");
        let answer = self.acquirer.answer(now, &request, &Orders::default());
        self.answer = answer.map_err(|_| lost)?.frame().to_vec();
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], _: Duration) -> Heard {
        let answer = std::mem::take(&mut self.answer);
        buffer[..answer.len()].copy_from_slice(&answer);
        Heard::Bytes(answer.len())
    }

    fn close(&mut self) {}
}

type Till = Driver<MemoryJournal, SoftwareModule, Line, SystemClock>;

fn till(key_request: KeyRequest) -> Till {
    let setup = Setup {
        profile: &UNIONPAY_POS,
        station: Station {
            terminal: TerminalId::literal(*b"12345678"),
            merchant: MerchantId::literal(*b"123456789012345"),
            tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
            header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
            key_request,
        },
        settings: Settings::DEFAULT,
        operator: OperatorId::literal(*b"01"),
        capacity: 10,
    };
    let master = MasterKey::new(Key::des(&[0x11; 16]).unwrap());
    let module = SoftwareModule::new(master, Algorithm::UnionPayEcb);
    let host = settings::Settings::example();
    let line = Line {
        acquirer: Acquirer::new(host, MemoryLedger::new(), Supply::seeded(7)),
        answer: Vec::new(),
        sent: Vec::new(),
    };
    let clock = SystemClock::new();
    let mut till = Driver::open(MemoryJournal::default(), module, line, clock, setup).unwrap();
    till.protect_tracks(TrackProtection::Enciphered);
    till
}

fn sale(request: &str, pin: PinWanted) -> Sale {
    Sale {
        request: RequestId::new(request).unwrap(),
        amount: Amount::parse("1.00").unwrap(),
        card: Card::Swiped(Track2::parse(TRACK).unwrap()),
        pin,
    }
}

/// Field 35 as digits and field 53 of the message sent last.
fn sent(till: &Till) -> (Option<String>, Option<String>) {
    let frame = till.link().sent.last().unwrap();
    let message = Frame::decode_prefixed(frame).unwrap().message;
    let view = View::decode(&FIELDS, message).unwrap();
    let digits = |number| {
        let mut digits = [0; 40];
        let found = view.field(number)?.digits()?.unpack(&mut digits)?;
        Some(String::from_utf8(found.to_vec()).unwrap())
    };
    (digits(35), digits(53))
}

#[test]
fn sale_and_void_of_an_enciphered_track_come_to_the_right_card() {
    let mut till = till(KeyRequest::DoubleWithTrack);
    till.sign_in(&mut |_| {}).unwrap();
    let number = till.sale(sale("a", PinWanted::No), &mut |_| {}).unwrap();
    assert_eq!(
        till.ledger().entry(number).unwrap().status(),
        Status::Approved
    );
    let (track, control) = sent(&till);
    let (track, clear) = (track.unwrap(), TRACK.replace('=', "D"));
    assert_eq!(track.len(), clear.len());
    // Nine packed bytes before the end until one before it, as in the vector.
    assert_eq!((&track[..18], &track[34..]), (&clear[..18], &clear[34..]));
    assert_ne!(track[18..34], clear[18..34]);
    assert_eq!(control.as_deref(), Some("0010000000000000"));
    let whole = &till.link().sent;
    let secret: Vec<u8> = (18..34)
        .step_by(2)
        .map(|at| u8::from_str_radix(&clear[at..at + 2], 16).unwrap())
        .collect();
    assert!(
        !whole
            .iter()
            .any(|frame| frame.windows(8).any(|part| part == secret))
    );

    let void = Void {
        request: RequestId::new("v").unwrap(),
        original: till
            .ledger()
            .entry(number)
            .map_or(Trace::FIRST, Entry::trace),
        card: Some(Card::Swiped(Track2::parse(TRACK).unwrap())),
        pin: PinWanted::No,
        supervisor: OperatorId::literal(*b"00"),
        reason: VoidReason::new("customer-request").unwrap(),
        note: VoidNote::NONE,
    };
    till.void(void, &mut |_| {}).unwrap();
    assert_eq!(
        till.ledger().entry(number).unwrap().status(),
        Status::Voided
    );
    assert_eq!(sent(&till).1.as_deref(), Some("0010000000000000"));
    let card = Track2::parse(TRACK).unwrap().pan().masked();
    // The host deciphered the track: its books have the card.
    let books = till.link().acquirer.ledger().entries().unwrap();
    assert!(books.iter().any(|entry| entry.status == Booked::Voided));
    assert!(books.iter().all(|entry| entry.card == Some(card)));
}

#[test]
fn a_pin_and_an_enciphered_track_are_both_said() {
    let mut till = till(KeyRequest::DoubleWithTrack);
    till.sign_in(&mut |_| {}).unwrap();
    let pin = annul::card::Pin::parse("123456").unwrap();
    till.security().enter_pin(pin);
    till.sale(sale("a", PinWanted::Yes), &mut |_| {}).unwrap();
    assert_eq!(sent(&till).1.as_deref(), Some("2610000000000000"));
}

/// Without a track key there is no sale, and nothing in clear.
#[test]
fn what_cannot_be_enciphered_is_not_sent() {
    let mut till = till(KeyRequest::Double);
    let refused = |till: &mut Till| {
        let sold = till.sale(sale("a", PinWanted::No), &mut |_| {});
        matches!(sold, Err(DriverError::Refused(Refusal::SignInRequired)))
    };
    assert!(refused(&mut till), "no keys at all");
    till.sign_in(&mut |_| {}).unwrap();
    assert!(refused(&mut till), "no track key");
    assert_eq!(till.link().sent.len(), 1, "the sign-in");
    assert_eq!(till.ledger().entries().len(), 0);

    // The acquirer takes tracks in clear after all.
    till.protect_tracks(TrackProtection::Clear);
    let number = till.sale(sale("b", PinWanted::No), &mut |_| {}).unwrap();
    assert_eq!(sent(&till), (Some(TRACK.replace('=', "D")), None));

    // What was sold already is told without a key.
    till.protect_tracks(TrackProtection::Enciphered);
    let again = till.sale(sale("b", PinWanted::No), &mut |_| {});
    assert!(matches!(again, Ok(known) if known == number), "{again:?}");
}

#[test]
fn the_published_track_is_sent_as_published() {
    let key = annul::crypto::TrackKey::new(Key::des(&[0x44; 16]).unwrap());
    let read = Track2::parse(TRACK).unwrap();
    let encrypt = |packed: &mut [u8]| Ok(annul::crypto::track::encrypt(&key, packed)?);
    let track = ProtectedTrack::new(&read, encrypt).unwrap();
    assert_eq!(track.reveal(), ENCIPHERED.as_bytes());
    assert!(track.pan() == read.pan() && track.expiry() == read.expiry());
    let refused = ProtectedTrack::new(&read, |_| Err(SecurityFault::TimedOut)).err();
    assert_eq!(refused, Some(SecurityFault::TimedOut));
}
