//! A terminal with everything it needs in fixed memory, and a host that answers
//! at once: for measuring the core and nothing else.

use annul::card::Track2;
use annul::crypto::SecurityModule;
use annul::crypto::{Algorithm, Key, MacKey, MasterKey, SoftwareModule, mac};
use annul::engine::{Millis, Settings};
use annul::frame::{Frame, Header, PREFIX, Tpdu, encode_prefix};
use annul::iso8583::{Mti, UNIONPAY_POS as FIELDS, View, Writer};
use annul::journal::{MAX_RECORD, Replay, Seq};
use annul::ledger::{Entry, Ledger, Outcome};
use annul::message::{Card, KeyRequest, Station};
use annul::profile::UNIONPAY_POS;
use annul::terminal::{Action, Input, Now, PinWanted, Sale, Terminal, Void};
use annul::transaction::{
    Amount, Civil, MerchantId, OperatorId, RequestId, TerminalId, Trace, VoidNote, VoidReason,
};

/// Working keys under the master key of sixteen bytes 11: the MAC key is eight
/// bytes 33 (unionpay.md 10.2, G03).
const KEYS: &str = "950973182317F80B950973182317F80B00962B60F679786E2411E3DE0000000000000000\
                    ADC67D84A0C45C59F1E549BBA0C45C59F1E549BBE2F24340";
const NOW: Now = Now {
    millis: Millis(0),
    civil: Civil::UNKNOWN,
};

/// A journal of a few records in an array.
#[derive(Clone)]
pub(crate) struct Records {
    bytes: [[u8; MAX_RECORD]; 16],
    sizes: [usize; 16],
    len: usize,
}

impl Records {
    const EMPTY: Self = Self {
        bytes: [[0; MAX_RECORD]; 16],
        sizes: [0; 16],
        len: 0,
    };

    fn append(&mut self, record: &[u8]) {
        self.bytes[self.len][..record.len()].copy_from_slice(record);
        self.sizes[self.len] = record.len();
        self.len += 1;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let whole = self.bytes.iter().zip(self.sizes).take(self.len);
        whole.map(|(bytes, size)| &bytes[..size])
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

/// One till and its host.
pub(crate) struct World {
    pub(crate) terminal: Terminal<[Entry; 8], [u8; 1024]>,
    pub(crate) records: Records,
    module: SoftwareModule,
    host_key: MacKey,
}

impl World {
    /// A terminal over these records, started.
    pub(crate) fn open(records: Records) -> Self {
        let mut ledger = Ledger::new([Entry::EMPTY; 8], &UNIONPAY_POS);
        let mut replay = Replay::new(true);
        for record in records.iter() {
            ledger.replay(&mut replay, record).unwrap();
        }
        ledger.replayed(replay).unwrap();
        let station = Station {
            terminal: TerminalId::literal(*b"12345678"),
            merchant: MerchantId::literal(*b"123456789012345"),
            tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
            header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
            key_request: KeyRequest::DoubleWithTrack,
        };
        let (settings, operator) = (Settings::DEFAULT, OperatorId::literal(*b"01"));
        let buffers = [[0; 1024], [0; 1024]];
        let master = MasterKey::new(Key::des(&[0x11; 16]).unwrap());
        let mut world = Self {
            terminal: Terminal::new(ledger, station, settings, operator, buffers).unwrap(),
            records,
            module: SoftwareModule::new(master, Algorithm::UnionPayEcb),
            host_key: MacKey::new(Key::des(&[0x33; 8]).unwrap()),
        };
        world.terminal.start();
        world.run();
        world
    }

    /// A terminal that has signed in and sold once: trace 2, RMB 1.00.
    pub(crate) fn with_sale() -> Self {
        let mut world = Self::open(Records::EMPTY);
        world.terminal.sign_in(NOW).unwrap();
        world.run();
        world.sell("sale");
        world
    }

    /// A sale of RMB 1.00 by stripe.
    pub(crate) fn sell(&mut self, id: &str) {
        let sale = Sale {
            request: RequestId::new(id).unwrap(),
            amount: Amount::new(100).unwrap(),
            card: Card::Swiped(Track2::parse("6216261000000000018=301220100000000").unwrap()),
            pin: PinWanted::No,
        };
        self.terminal.begin_sale(NOW, sale, 100).unwrap();
        self.run();
    }

    /// The void of that sale without its card, and whether it stands.
    pub(crate) fn void(&mut self) -> bool {
        let request = RequestId::new("void").unwrap();
        let void = Void {
            request,
            original: Trace::new(2).unwrap(),
            card: None,
            pin: PinWanted::No,
            supervisor: OperatorId::literal(*b"00"),
            reason: VoidReason::new("customer-request").unwrap(),
            note: VoidNote::NONE,
        };
        self.terminal.begin_void(NOW, void, 100).unwrap();
        self.run();
        let entry = self.terminal.ledger().by_request(request.tag());
        entry.map(Entry::outcome) == Some(Outcome::Approved)
    }

    fn run(&mut self) {
        let mut sent = [0; 1024];
        let mut size = 0;
        let mut record = [0; MAX_RECORD];
        while let Some(action) = self.terminal.poll() {
            let input = match action {
                Action::Persist { seq, record } => {
                    self.records.append(record);
                    Input::Persisted(seq)
                }
                Action::Recall { job, seq: Seq(seq) } => {
                    let found = self.records.iter().nth(seq as usize - 1).unwrap();
                    record[..found.len()].copy_from_slice(found);
                    let found = &record[..found.len()];
                    Input::Recalled(job, Some(found))
                }
                Action::EncryptPin { job, pan } => {
                    Input::PinBlock(job, self.module.encrypt_pin(pan))
                }
                Action::SealCard { job, card, nonce } => {
                    Input::Sealed(job, self.module.seal(card, nonce))
                }
                Action::OpenCard { job, card } => Input::Opened(job, self.module.open(card)),
                Action::Mac { job, message } => Input::Mac(job, self.module.mac(message)),
                Action::LoadKeys { job, keys } => {
                    Input::KeysLoaded(job, self.module.load_working_keys(keys))
                }
                Action::Connect { link } => Input::Connected(link),
                Action::Send { link, frame } => {
                    size = answer(frame, &self.host_key, &mut sent);
                    self.terminal.handle(NOW, Input::Sent(link));
                    Input::Received(link, &sent[..size])
                }
                Action::Close { .. } | Action::Notify(_) => continue,
            };
            self.terminal.handle(NOW, input);
        }
        assert!(size <= sent.len());
    }
}

/// What a host that approves everything says to a request.
fn answer(frame: &[u8], key: &MacKey, buffer: &mut [u8]) -> usize {
    let frame = Frame::decode_prefixed(frame).unwrap();
    let request = View::decode(&FIELDS, frame.message).unwrap();
    let mut writer = Writer::new(&FIELDS, &mut buffer[PREFIX..], request.mti().answer());
    for number in [3, 4, 11] {
        request.field(number).map(|field| writer.copy(&field));
    }
    writer.digits(12, b"101630").digits(13, b"0105");
    request.field(25).map(|field| writer.copy(&field));
    writer.bytes(37, b"101630000002").bytes(39, b"00");
    for number in [41, 42, 49] {
        request.field(number).map(|field| writer.copy(&field));
    }
    let signs_in = request.mti() == Mti::literal(0x0800);
    if signs_in {
        writer.digits(60, b"00000001004").bytes(62, &hex(KEYS));
    } else {
        request.field(60).map(|field| writer.copy(&field));
    }
    let len = if signs_in {
        writer.finish().unwrap()
    } else {
        let len = writer.finish_unsigned().unwrap();
        let message = &buffer[PREFIX..PREFIX + len];
        let value = mac::compute(Algorithm::UnionPayEcb, key, message)
            .unwrap()
            .value();
        buffer[PREFIX + len..PREFIX + len + 8].copy_from_slice(value.bytes());
        len + 8
    };
    encode_prefix(buffer, frame.tpdu.reply(), frame.header, len).unwrap()
}

fn hex(text: &str) -> [u8; 60] {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
    let text = text.as_bytes();
    core::array::from_fn(|index| digit(text[index * 2]) << 4 | digit(text[index * 2 + 1]))
}
