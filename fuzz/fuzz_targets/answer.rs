//! Bytes from a host that is not one, at any moment of a sale: the terminal
//! never falls over, and never believes an approval without a right MAC.
#![no_main]

use annul::card::Track2;
use annul::crypto::{CardOnFile, MacValue, SealedCard, SecurityFault};
use annul::engine::{Millis, Sending, Settings};
use annul::frame::{Header, PREFIX, Tpdu, encode_prefix};
use annul::iso8583::{Mti, UNIONPAY_POS as FIELDS, Writer};
use annul::journal::MAX_RECORD;
use annul::ledger::{Entry, Ledger, Outcome};
use annul::message::{Card, KeyRequest, Station};
use annul::profile::UNIONPAY_POS;
use annul::terminal::{Action, Input, LinkId, Now, PinWanted, Sale, Terminal};
use annul::transaction::{Amount, Civil, MerchantId, OperatorId, RequestId, TerminalId};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

/// What happens next.
#[derive(Arbitrary, Debug)]
enum Deed {
    SignIn,
    Sale(u32),
    Echo,
    Recover,
    Cancel,
    Wait(u32),
    /// Bytes as they come.
    Bytes(Vec<u8>),
    /// A frame that is whole, with any message.
    Message(Vec<u8>),
    /// What was sent comes back as its own answer, with some bytes changed.
    Echoed(Vec<(u8, u8)>),
    Down(bool),
}

type Till = Terminal<[Entry; 4], [u8; 512]>;

/// The world around the till: everything works but the host.
struct World {
    till: Till,
    now: u64,
    link: Option<LinkId>,
    sent: Vec<u8>,
    records: Vec<Vec<u8>>,
}

fuzz_target!(|deeds: Vec<Deed>| {
    let ledger = Ledger::new([Entry::EMPTY; 4], &UNIONPAY_POS);
    let station = Station {
        terminal: TerminalId::literal(*b"12345678"),
        merchant: MerchantId::literal(*b"123456789012345"),
        tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
        header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
        key_request: KeyRequest::DoubleWithTrack,
    };
    let operator = OperatorId::literal(*b"01");
    let buffers = [[0; 512], [0; 512]];
    let till = Terminal::new(ledger, station, Settings::DEFAULT, operator, buffers);
    let mut world = World {
        till: till.expect("an empty journal is nobody else's"),
        now: 0,
        link: None,
        sent: Vec::new(),
        records: Vec::new(),
    };
    world.till.start();
    world.drain();
    world.sign_in();
    for deed in deeds.iter().take(64) {
        world.does(deed);
        world.drain();
        for entry in world.till.ledger().entries() {
            assert_ne!(entry.outcome(), Outcome::Approved, "no MAC was ever right");
        }
    }
});

impl World {
    fn time(&self) -> Now {
        Now {
            millis: Millis(self.now),
            civil: Civil::UNKNOWN,
        }
    }

    /// A sign-in that the host answers as it should, so that sales are let in.
    fn sign_in(&mut self) {
        ignore(self.till.sign_in(self.time()));
        self.drain();
        let mut frame = [0; 256];
        let len = Writer::new(&FIELDS, &mut frame[PREFIX..], Mti::literal(0x0810))
            .number(11, 1)
            .bytes(39, b"00")
            .bytes(41, b"12345678")
            .bytes(42, b"123456789012345")
            .digits(60, b"00000001001")
            .bytes(62, &[1; 24])
            .finish()
            .expect("an answer of known fields");
        let tpdu = Tpdu::new([0x60, 0, 0, 0, 3]);
        let header = Header::new([0x60, 0x31, 0, 0, 0, 0]);
        let size = encode_prefix(&mut frame, tpdu, header, len).expect("it fits");
        self.hear(&frame[..size]);
        self.drain();
        assert!(self.till.ledger().signed_in());
    }

    fn does(&mut self, deed: &Deed) {
        let now = self.time();
        match deed {
            Deed::SignIn => ignore(self.till.sign_in(now)),
            Deed::Echo => ignore(self.till.echo(now)),
            Deed::Recover => ignore(self.till.recover(now)),
            Deed::Cancel => self.till.handle(now, Input::Cancel),
            Deed::Sale(number) => self.sell(*number % 8),
            Deed::Wait(millis) => {
                self.now += u64::from(*millis);
                self.till.handle(self.time(), Input::Tick);
            }
            Deed::Bytes(bytes) => self.hear(bytes),
            Deed::Message(message) => {
                let mut frame = ((message.len() + 11) as u16).to_be_bytes().to_vec();
                frame.extend([0x60, 0, 0, 0, 3, 0x60, 0x31, 0, 0, 0, 0]);
                frame.extend(message);
                self.hear(&frame);
            }
            Deed::Echoed(changes) => {
                let mut frame = self.sent.clone();
                // The answer's message type is the request's plus ten.
                if let Some(byte) = frame.get_mut(14) {
                    *byte |= 0x10;
                }
                for (at, bits) in changes {
                    if let Some(byte) = frame.get_mut(usize::from(*at)) {
                        *byte ^= bits;
                    }
                }
                self.hear(&frame);
            }
            Deed::Down(proven) => {
                if let Some(link) = self.link.take() {
                    let sending = if *proven {
                        Sending::NothingSent
                    } else {
                        Sending::MaybeSent
                    };
                    self.till.handle(now, Input::Down(link, sending));
                }
            }
        }
    }

    fn sell(&mut self, number: u32) {
        let sale = Sale {
            request: RequestId::new(&format!("sale-{number}")).expect("a short word"),
            amount: Amount::new(100).expect("a small amount"),
            card: Card::Swiped(Track2::parse("6224242900000113=2806").expect("a test card")),
            pin: PinWanted::No,
        };
        let _ = self.till.begin_sale(self.time(), sale, 100);
    }

    fn hear(&mut self, bytes: &[u8]) {
        if let Some(link) = self.link {
            self.till.handle(self.time(), Input::Received(link, bytes));
        }
    }

    fn drain(&mut self) {
        let now = self.time();
        while let Some(action) = self.till.poll() {
            let mut record = [0; MAX_RECORD];
            let input = match action {
                Action::Persist { seq, record } => {
                    self.records.push(record.to_vec());
                    Input::Persisted(seq)
                }
                Action::Recall { job, seq } => {
                    let found = &self.records[seq.0 as usize - 1];
                    record[..found.len()].copy_from_slice(found);
                    let found = &record[..found.len()];
                    Input::Recalled(job, Some(found))
                }
                Action::EncryptPin { job, .. } => Input::PinBlock(job, Ok([0; 8])),
                Action::SealCard { job, .. } => {
                    Input::Sealed(job, Ok(SealedCard::from_bytes([0; SealedCard::SIZE])))
                }
                Action::OpenCard { job, .. } => {
                    Input::Opened(job, Err::<CardOnFile, _>(SecurityFault::SealBroken))
                }
                // Bytes that no answer can contain by chance, nor by echo.
                Action::Mac { job, message } => {
                    Input::Mac(job, Ok(MacValue::new(unguessable(message))))
                }
                Action::LoadKeys { job, .. } => Input::KeysLoaded(job, Ok(())),
                Action::Connect { link } => {
                    self.link = Some(link);
                    Input::Connected(link)
                }
                Action::Send { link, frame } => {
                    self.sent = frame.to_vec();
                    Input::Sent(link)
                }
                Action::Close { .. } => {
                    self.link = None;
                    continue;
                }
                Action::Notify(_) => continue,
            };
            self.till.handle(now, input);
        }
    }
}

fn unguessable(message: &[u8]) -> [u8; 8] {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(message);
    core::array::from_fn(|index| digest[index] | 0x80)
}

/// A refusal is no finding.
fn ignore<T, E>(_: Result<T, E>) {}
