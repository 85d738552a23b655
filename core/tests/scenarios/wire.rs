//! The line and the host behind it: the real simulated acquirer with its
//! books, and what goes wrong on the way to it and back.

use annul::crypto::{Algorithm, Key, MasterKey, WorkingKeys, mac};
use annul::frame::PREFIX;
use annul::iso8583::{Mti, View, Writer};
use annul::transaction::{Batch, Civil, ResponseCode, Trace};
use annul_host::ledger::{self, Change, Ledger as _, MemoryLedger, Status};
use annul_host::settings::Settings;
use annul_host::{Acquirer, Dialect, Misdeed, Orders, Request, Supply};
use std::collections::VecDeque;

/// The master key of the example profile.
pub(crate) fn master_key() -> MasterKey {
    MasterKey::new(Key::des_hex("11111111111111111111111111111111").expect("32 digits"))
}

/// What one connection meets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Behaviour {
    pub(crate) way: Way,
    /// The host's own misdeeds.
    orders: Vec<Misdeed>,
    /// Changes to its answer.
    edits: Vec<Edit>,
    sign: Sign,
    /// An earlier answer in front of this one, in one piece.
    pub(crate) joined_after: Option<usize>,
    pub(crate) split: bool,
    pub(crate) twice: bool,
    /// The connection ends behind the answer.
    pub(crate) closes: bool,
    pub(crate) delay: u64,
}

/// How far an exchange comes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Way {
    #[default]
    Whole,
    /// The connection is refused: nothing was sent.
    Refused,
    /// Nobody answers the connection.
    Hangs,
    /// Sending fails, and the transport proves that nothing left.
    Unsent,
    /// Sending fails, and nobody knows how much left.
    SendFails,
    RequestLost,
    RequestLate,
    AnswerLost,
    AnswerLate,
    /// The answer is lost and the connection ends.
    HangsUp,
    /// Half of the answer comes, then the connection ends.
    Cut,
}

/// A change to the host's answer.
#[derive(Clone, Debug, PartialEq)]
enum Edit {
    Digits(u8, String),
    Bytes(u8, Vec<u8>),
    /// One more than it was.
    Raise(u8),
    Leave(u8),
    Type(u16),
    Garble,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Sign {
    /// Where the host signed.
    #[default]
    AsUsual,
    Right,
    Wrong,
    Never,
    /// Under the keys of the sign-in before the last.
    OldKeys,
}

impl Behaviour {
    /// Reads the words after `host`; they can be combined.
    pub(crate) fn parse(words: &[&str]) -> Option<Self> {
        let mut behaviour = Self::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            match word {
                "as-usual" => {}
                "refuses" => behaviour.way = Way::Refused,
                "hangs" => behaviour.way = Way::Hangs,
                "unsent" => behaviour.way = Way::Unsent,
                "send-fails" => behaviour.way = Way::SendFails,
                "request-lost" => behaviour.way = Way::RequestLost,
                "request-late" => behaviour.way = Way::RequestLate,
                "answer-lost" => behaviour.way = Way::AnswerLost,
                "answer-late" => behaviour.way = Way::AnswerLate,
                "hangs-up" => behaviour.way = Way::HangsUp,
                "cut" => behaviour.way = Way::Cut,
                "split" => behaviour.split = true,
                "twice" => behaviour.twice = true,
                "closes" => behaviour.closes = true,
                "after" => behaviour.delay = crate::script::millis(words.next()?)?,
                "joined-after" => behaviour.joined_after = Some(words.next()?.parse().ok()?),
                "declines" => {
                    let code = ResponseCode::new(words.next()?.as_bytes()).ok()?;
                    behaviour.orders.push(Misdeed::Decline(code));
                }
                "forgets" => behaviour.orders.push(Misdeed::Forget),
                "changes-keys" => behaviour.orders.push(Misdeed::ChangeKeys),
                "signed" => behaviour.sign = Sign::Right,
                "wrong-mac" => behaviour.sign = Sign::Wrong,
                "no-mac" => behaviour.sign = Sign::Never,
                "old-keys" => behaviour.sign = Sign::OldKeys,
                _ => behaviour.edits.push(edit(word, &mut words)?),
            }
        }
        Some(behaviour)
    }
}

fn edit<'w>(word: &str, words: &mut impl Iterator<Item = &'w str>) -> Option<Edit> {
    Some(match word {
        "code" => Edit::Bytes(39, words.next()?.as_bytes().to_vec()),
        "no-code" => Edit::Leave(39),
        "wrong-amount" => Edit::Raise(4),
        "no-amount" => Edit::Leave(4),
        "wrong-trace" => Edit::Raise(11),
        "other-kind" => Edit::Digits(3, "300000".into()),
        "other-terminal" => Edit::Bytes(41, b"87654321".to_vec()),
        "other-merchant" => Edit::Bytes(42, b"543210987654321".to_vec()),
        "other-currency" => Edit::Bytes(49, b"840".to_vec()),
        "other-type" => Edit::Type(0x0430),
        "no-keys" => Edit::Leave(62),
        "wrong-check-value" => Edit::Raise(62),
        "garbled" => Edit::Garble,
        _ => return None,
    })
}

/// The example profile, in a dialect.
fn settings(dialect: Dialect) -> Settings {
    let mut settings = Settings::example();
    settings.host.dialect = dialect;
    settings
}

/// The host.
pub(crate) struct Host {
    dialect: Dialect,
    acquirer: Acquirer<MemoryLedger>,
    pub(crate) queue: VecDeque<Behaviour>,
    /// Every answer that left it, oldest first.
    pub(crate) answers: Vec<Vec<u8>>,
    pub(crate) late_requests: Vec<Vec<u8>>,
    /// The batch of which something is gone.
    pub(crate) lost: Option<Batch>,
    keys: Vec<u8>,
    old_keys: Vec<u8>,
}

impl Host {
    pub(crate) fn new(dialect: Dialect) -> Self {
        let supply = Supply::seeded(7);
        let acquirer = Acquirer::new(settings(dialect), MemoryLedger::new(), supply);
        Self {
            dialect,
            acquirer,
            queue: VecDeque::new(),
            answers: Vec::new(),
            late_requests: Vec::new(),
            lost: None,
            keys: Vec::new(),
            old_keys: Vec::new(),
        }
    }

    /// The batch that is open for the terminal; none before its first sign-in.
    pub(crate) fn batch(&self) -> Option<Batch> {
        let terminal = self.acquirer.settings().terminals[0].id;
        self.books()
            .batch(&terminal)
            .expect("books in memory do not fail")
    }

    /// The books.
    pub(crate) fn books(&self) -> &MemoryLedger {
        self.acquirer.ledger()
    }

    /// The host closes its batch and opens another.
    pub(crate) fn open_batch(&mut self, batch: u32) {
        let mut books = self.acquirer.ledger().clone();
        let opened = Batch::new(batch).expect("a batch");
        let terminal = self.acquirer.settings().terminals[0].id;
        let change = Change::Batch(terminal, opened);
        books.apply(&[change]).expect("books in memory do not fail");
        let supply = Supply::seeded(u64::from(batch));
        self.acquirer = Acquirer::new(settings(self.dialect), books, supply);
    }

    /// What the host had of a transaction is gone.
    pub(crate) fn lose(&mut self, batch: Batch, trace: Trace) {
        let mut books = self.acquirer.ledger().clone();
        let terminal = self.acquirer.settings().terminals[0].id;
        let key = ledger::Key {
            terminal,
            batch,
            trace,
        };
        self.lost = Some(batch);
        let change = Change::Mark(key, Status::Absent);
        books.apply(&[change]).expect("it is booked");
        let supply = Supply::seeded(u64::from(trace.number()));
        self.acquirer = Acquirer::new(settings(self.dialect), books, supply);
    }

    /// Answers a request, books first, and changes the answer as told.
    pub(crate) fn serve(&mut self, civil: Civil, frame: &[u8], behaviour: &Behaviour) -> Vec<u8> {
        let framing = self.dialect.profile().framing;
        let frame = framing.decode(frame).expect("the terminal sends frames");
        let request = Request::read(self.dialect, frame).expect("the terminal sends requests");
        let orders: Orders = behaviour.orders.iter().copied().collect();
        let answer = self.acquirer.answer(civil, &request, &orders);
        let answer = answer.expect("books in memory do not fail");
        self.note_keys();
        let answer = self.rewrite(answer.frame(), behaviour);
        self.answers.push(answer.clone());
        answer
    }

    fn note_keys(&mut self) {
        let terminal = self.acquirer.settings().terminals[0].id;
        let held = self.books().working_keys(&terminal);
        let held = held.expect("books in memory").unwrap_or_default();
        if held != self.keys {
            self.old_keys = std::mem::replace(&mut self.keys, held);
        }
    }

    fn rewrite(&self, answer: &[u8], behaviour: &Behaviour) -> Vec<u8> {
        if behaviour.edits.is_empty() && behaviour.sign == Sign::AsUsual {
            return answer.to_vec();
        }
        let profile = self.dialect.profile();
        let frame = profile.framing.decode(answer);
        let frame = frame.expect("the host sends frames");
        let view = View::decode(profile.spec, frame.message).expect("the host sends messages");
        let edits = &behaviour.edits;
        let of_type = edits.iter().find_map(|edit| match edit {
            Edit::Type(number) => Some(Mti::literal(*number)),
            _ => None,
        });
        let mut buffer = vec![0; 1024];
        let mut writer = Writer::new(
            profile.spec,
            &mut buffer[PREFIX..],
            of_type.unwrap_or(view.mti()),
        );
        let mac = view.mac().map(|field| field.number());
        for field in view.fields().filter(|field| Some(field.number()) != mac) {
            match edits
                .iter()
                .find(|edit| edit.field(self.dialect) == Some(field.number()))
            {
                None => writer.copy(&field),
                Some(Edit::Digits(number, digits)) => writer.digits(*number, digits.as_bytes()),
                Some(Edit::Bytes(number, bytes)) => writer.bytes(*number, bytes),
                Some(Edit::Raise(_)) => {
                    let number = field.number();
                    if let Some(digits) = field.digits() {
                        writer.number(number, digits.number().expect("a number") + 1)
                    } else {
                        // The last byte of keys is one of their check value.
                        let mut bytes = field.bytes().to_vec();
                        let last = bytes.last_mut().expect("not empty");
                        *last = match self.dialect {
                            Dialect::UnionPayPos => *last ^ 1,
                            Dialect::Iso87Ascii => {
                                if *last == b'0' {
                                    b'1'
                                } else {
                                    b'0'
                                }
                            }
                        };
                        writer.bytes(number, &bytes)
                    }
                }
                Some(Edit::Leave(_) | Edit::Type(_) | Edit::Garble) => &mut writer,
            };
        }
        let signed = match behaviour.sign {
            Sign::AsUsual => mac.is_some(),
            Sign::Never => false,
            Sign::Right | Sign::Wrong | Sign::OldKeys => true,
        };
        let size = if signed {
            let covered = writer.finish_unsigned().expect("fits");
            let end = PREFIX + covered;
            let value = self.mac(&buffer[PREFIX..end], behaviour.sign);
            buffer[end..end + 8].copy_from_slice(&value);
            covered + 8
        } else {
            writer.finish().expect("fits")
        };
        if edits.contains(&Edit::Garble) {
            buffer[PREFIX..PREFIX + size].fill(0xFF);
        }
        let (tpdu, header) = (frame.tpdu, frame.header);
        let whole = profile.framing.enclose(&mut buffer, tpdu, header, size);
        buffer[whole.expect("fits")].to_vec()
    }

    fn mac(&self, covered: &[u8], sign: Sign) -> [u8; 8] {
        let held = match sign {
            Sign::OldKeys => &self.old_keys,
            _ => &self.keys,
        };
        let keys = WorkingKeys::decode(held).expect("the terminal signed in before");
        let key = keys.mac().unwrap(&master_key()).expect("its own keys");
        let block = mac::compute(Algorithm::UnionPayEcb, &key, covered).expect("a DES key");
        let mut value = *block.value().bytes();
        if sign == Sign::Wrong {
            value[0] = if value[0] == b'0' { b'1' } else { b'0' };
        }
        value
    }
}

impl Edit {
    fn field(&self, dialect: Dialect) -> Option<u8> {
        // Where its keys are.
        if let (Self::Leave(62) | Self::Raise(62), Dialect::Iso87Ascii) = (self, dialect) {
            return Some(48);
        }
        match self {
            Self::Digits(number, _)
            | Self::Bytes(number, _)
            | Self::Raise(number)
            | Self::Leave(number) => Some(*number),
            Self::Type(_) | Self::Garble => None,
        }
    }
}
