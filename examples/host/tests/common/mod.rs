//! A terminal small enough to be seen through: it packs fields, signs them and
//! reads answers, and believes nothing.
#![allow(dead_code, unreachable_pub)] // each test file uses a part of it

use annul::crypto::{Algorithm, Key, MacKey, MasterKey, WorkingKeys, mac};
use annul::frame::{Frame, Header, PREFIX, Tpdu, encode_prefix};
use annul::iso8583::{Format, Mti, UNIONPAY_POS, View, Writer};
use annul::transaction::{AuthorizationCode, Civil};
use annul_host::ledger::{Entry, Ledger, MemoryLedger};
use annul_host::settings::{EXAMPLE, Settings};
use annul_host::{Acquirer, Effect, Fault, FaultPlan, Fixed, Host, Now, Orders, Request, Supply};

pub const CARD: &str = "6216261000000000018";
pub const TRACK: &str = "6216261000000000018=301220100000000";
/// PIN 111111 of [`CARD`] under the fixed PIN key.
pub const PIN_BLOCK: &str = "85311F557CB9C9E4";

/// The keys and the code of the sample conversation (unionpay.md 10.2).
pub fn fixed() -> Supply {
    Supply::fixed(Fixed {
        pin: [0x22; 16],
        mac: [0x33; 8],
        track: [0x44; 16],
        authorization: AuthorizationCode::literal(*b"123456"),
    })
}

pub fn at(hour: u8, minute: u8, second: u8) -> Civil {
    Civil::new((2026, 1, 5), (hour, minute, second)).unwrap()
}

pub fn now(millis: u64) -> Now {
    Now {
        civil: at(10, 16, 30),
        millis,
    }
}

/// The example's settings with one line changed.
pub fn settings(from: &str, to: &str) -> Settings {
    assert!(EXAMPLE.contains(from), "{from}");
    Settings::parse(&EXAMPLE.replacen(from, to, 1)).unwrap()
}

pub fn acquirer() -> Acquirer<MemoryLedger> {
    Acquirer::new(Settings::example(), MemoryLedger::new(), fixed())
}

pub fn host(faults: &[&str]) -> Host<MemoryLedger> {
    Host::new(acquirer(), plan(faults))
}

pub fn plan(faults: &[&str]) -> FaultPlan {
    FaultPlan::new(faults.iter().map(|spec| spec.parse::<Fault>().unwrap()))
}

/// A message as fields in text: digits as digits, bytes (b) in hexadecimal.
#[derive(Clone)]
pub struct Message {
    mti: u16,
    fields: Vec<(u8, String)>,
}

impl Message {
    pub fn new(mti: u16, fields: &[(u8, &str)]) -> Self {
        let fields = fields
            .iter()
            .map(|(number, text)| (*number, (*text).to_owned()));
        Self {
            mti,
            fields: fields.collect(),
        }
    }

    /// The same under another message type.
    pub fn typed(self, mti: u16) -> Self {
        Self { mti, ..self }
    }

    /// The same with another value in a field.
    pub fn with(mut self, number: u8, text: &str) -> Self {
        self = self.without(number);
        self.fields.push((number, text.to_owned()));
        self.fields.sort();
        self
    }

    /// The same without a field.
    pub fn without(mut self, number: u8) -> Self {
        self.fields.retain(|(field, _)| *field != number);
        self
    }

    /// The frame, with a MAC under this key where there is one.
    pub fn frame(&self, key: Option<&MacKey>) -> Vec<u8> {
        let mut buffer = vec![0; 1024];
        let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer[PREFIX..], Mti::literal(self.mti));
        for (number, text) in &self.fields {
            match UNIONPAY_POS.field(*number).unwrap().format() {
                Format::N | Format::Z => writer.digits(*number, text.as_bytes()),
                Format::B => writer.bytes(*number, &hex(text)),
                _ => writer.bytes(*number, text.as_bytes()),
            };
        }
        let size = match key {
            None => writer.finish().unwrap(),
            Some(key) => {
                let covered = writer.finish_unsigned().unwrap();
                let end = PREFIX + covered;
                let value =
                    mac::compute(Algorithm::UnionPayEcb, key, &buffer[PREFIX..end]).unwrap();
                buffer[end..end + 8].copy_from_slice(value.value().bytes());
                covered + 8
            }
        };
        let tpdu = Tpdu::new([0x60, 0x00, 0x03, 0x00, 0x00]);
        let header = Header::new([0x60, 0x31, 0, 0, 0, 0]);
        let whole = encode_prefix(&mut buffer, tpdu, header, size).unwrap();
        buffer.truncate(whole);
        buffer
    }

    /// The frame under the MAC key of the sample conversation.
    pub fn signed(&self) -> Vec<u8> {
        self.frame(Some(&mac_key()))
    }
}

pub fn mac_key() -> MacKey {
    MacKey::new(Key::des(&[0x33; 8]).unwrap())
}

pub fn master_key() -> MasterKey {
    MasterKey::new(Key::des(&[0x11; 16]).unwrap())
}

/// The first sign-in of a terminal that knows no batch yet.
pub fn sign_in() -> Message {
    sign_in_of("000000")
}

/// A sign-in of a terminal that has this batch.
pub fn sign_in_of(batch: &str) -> Message {
    Message::new(
        0x0800,
        &[
            (11, "000001"),
            (41, "12345678"),
            (42, "123456789012345"),
            (60, &format!("00{batch}003")),
            (63, "01 "),
        ],
    )
}

pub fn echo() -> Message {
    Message::new(
        0x0820,
        &[
            (41, "12345678"),
            (42, "123456789012345"),
            (60, "00000001301"),
        ],
    )
}

pub fn sale(trace: u32, fen: u32) -> Message {
    let (trace, fen) = (format!("{trace:06}"), format!("{fen:012}"));
    Message::new(
        0x0200,
        &[
            (3, "000000"),
            (4, &fen),
            (11, &trace),
            (22, "021"),
            (25, "00"),
            (35, TRACK),
            (41, "12345678"),
            (42, "123456789012345"),
            (49, "156"),
            (60, "2200000100060"),
        ],
    )
}

/// The void of a sale that was answered at [`now`].
pub fn void(trace: u32, fen: u32, sale: u32) -> Message {
    self::sale(trace, fen)
        .with(3, "200000")
        .with(37, &format!("101630{sale:06}"))
        .with(38, "123456")
        .with(60, "2300000100060")
        .with(61, &format!("000001{sale:06}"))
}

/// The reversal of a sale or void, after no answer.
pub fn reversal(original: &Message) -> Message {
    let message = original.clone().typed(0x0400);
    message.without(35).without(37).without(38).with(39, "98")
}

/// A frame as a host has it from its decoder.
pub fn cut(frame: &[u8]) -> Frame<'_> {
    Frame::decode_prefixed(frame).unwrap()
}

/// Asks the acquirer itself; no faults.
pub fn ask<L: Ledger>(acquirer: &mut Acquirer<L>, at: Civil, frame: &[u8]) -> Vec<u8> {
    let request = Request::decode(cut(frame)).unwrap();
    let answer = acquirer.answer(at, &request, &Orders::NONE).unwrap();
    answer.frame().to_vec()
}

/// Sends one frame over a new connection and collects the effects of both.
pub fn send<L: Ledger>(host: &mut Host<L>, now: Now, frame: &[u8]) -> Vec<Effect> {
    let mut effects = host.connected(now).effects;
    if !effects.contains(&Effect::Close) {
        effects.extend(host.received(now, cut(frame)).effects);
    }
    effects
}

/// The one answer among these effects, undisturbed.
pub fn answer(effects: &[Effect]) -> Reply {
    match effects {
        [Effect::Bytes(bytes)] => Reply(bytes.clone()),
        other => panic!("expected one answer, found {other:?}"),
    }
}

/// Sends and expects one answer; its F39.
pub fn code<L: Ledger>(host: &mut Host<L>, frame: &[u8]) -> String {
    answer(&send(host, now(0), frame)).text(39)
}

/// Sends a request the host books as declined; its F39.
pub fn declined<L: Ledger>(host: &mut Host<L>, trace: u32, message: &Message) -> String {
    let net_before = net(host.ledger());
    let reply = answer(&send(host, now(0), &message.signed()));
    assert!(!reply.has(64));
    assert_eq!(status(host.ledger(), trace), "declined");
    assert_eq!(net(host.ledger()), net_before);
    reply.text(39)
}

/// A signed-in host with these faults.
pub fn ready(faults: &[&str]) -> Host<MemoryLedger> {
    let mut host = host(faults);
    assert_eq!(code(&mut host, &sign_in().frame(None)), "00");
    host
}

/// An answer, read back.
pub struct Reply(pub Vec<u8>);

impl Reply {
    fn view(&self) -> View<'_> {
        View::decode(&UNIONPAY_POS, cut(&self.0).message).unwrap()
    }

    pub fn has(&self, number: u8) -> bool {
        self.view().field(number).is_some()
    }

    /// A field's digits or text; panics where it is not there.
    pub fn text(&self, number: u8) -> String {
        let view = self.view();
        let field = view
            .field(number)
            .unwrap_or_else(|| panic!("no field {number}"));
        match field.digits() {
            Some(digits) => digits.ascii().map(char::from).collect(),
            None => field.text().unwrap().to_owned(),
        }
    }

    /// The value of a field of bytes.
    pub fn bytes(&self, number: u8) -> Vec<u8> {
        let view = self.view();
        view.field(number).unwrap().bytes().to_vec()
    }

    pub fn keys(&self) -> WorkingKeys {
        WorkingKeys::decode(self.view().field(62).unwrap().bytes()).unwrap()
    }

    /// Whether F64 is there and right under this key.
    pub fn authentic(&self, key: &MacKey) -> bool {
        let view = self.view();
        let (Some(covered), Some(received)) = (view.mab(), view.field(64)) else {
            return false;
        };
        let checked = mac::verify(Algorithm::UnionPayEcb, key, covered, received.bytes(), ());
        checked.unwrap().is_ok()
    }
}

pub fn entry<L: Ledger>(ledger: &L, trace: u32) -> Option<Entry> {
    let entries = ledger.entries().unwrap();
    entries
        .into_iter()
        .find(|entry| entry.key.trace.number() == trace)
}

/// Status word of the entry with this trace.
pub fn status<L: Ledger>(ledger: &L, trace: u32) -> &'static str {
    entry(ledger, trace).map_or("none", |entry| entry.status.word())
}

pub fn net<L: Ledger>(ledger: &L) -> i64 {
    ledger
        .totals()
        .unwrap()
        .iter()
        .map(annul_host::ledger::Total::net)
        .sum()
}

pub fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

pub fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").unwrap();
        text
    })
}
