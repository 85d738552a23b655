//! Everything there is at one moment: engine, journal, line, host, operator.
//!
//! Time is either 0 or the end of time. Answers are late at once if the world
//! wants them to be; what waits longer (the guard time, the next try of what is
//! parked) is due only at the end of time, and time begins again behind it.

use crate::batch::Settled;
use crate::disk::{Disk, encode};
use crate::host::{APPROVED, DECLINED, Host, Memory};
use crate::line::{Link, Message, Sent, bit};
use crate::orders::{self, Order};
use crate::sabotage::Sabotage;
use annul::engine::{
    Engine, Event, Millis, Notice, Output, Outputs, Resolution, Settings, State, Transmit,
};
use annul::journal::{Balance, Comparison, Record, Seq, Verdict};
use annul::ledger::{Entry, Outcome, Stage, Status};
use annul::profile::{HoldAfterVoid, Profile, UNIONPAY_POS};
use annul::transaction::{Amount, Civil, ResponseCode, VoidNote};
use std::sync::Arc;

/// The most transactions.
pub(crate) const ROWS: usize = 4;
pub(crate) type Table = [Entry; ROWS];

pub(crate) const NOW: Millis = Millis(0);
const LATE: Millis = Millis(u64::MAX);

/// The most settlements.
pub(crate) const BATCHES: usize = 2;

/// The host opens a hold again behind a void, and a message takes few details:
/// both leave more to go wrong.
pub(crate) static PROFILE: Profile = Profile {
    hold_after_void: HoldAfterVoid::Open,
    details: 2,
    ..UNIONPAY_POS
};

const SETTINGS: Settings = Settings {
    response_timeout: 0,
    reversal_attempts: 2,
    reversal_backoff: 0,
    guard: u64::MAX,
    park_interval: u64::MAX,
    parked_limit: 2,
    amount_limit: Amount::LARGEST,
    refund_limit: Amount::LARGEST,
};

/// What becomes of the record on its way when power goes or the store fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    Kept,
    Lost,
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) engine: Engine<Table>,
    /// The parked transaction that this round of tries has come to. The engine
    /// knows it, too, but does not show it.
    pub(crate) round: Option<u8>,
    pub(crate) disk: Disk,
    /// A record that a broken till called durable too early.
    pub(crate) unwritten: Option<Arc<[u8]>>,
    pub(crate) link: Link,
    /// An answer on a closed link that a broken till still hears.
    pub(crate) stale: Option<(Message, ResponseCode)>,
    pub(crate) sent: Sent,
    pub(crate) host: Host,
    pub(crate) orders: [Option<Order>; ROWS],
    /// What was shown as approved, a bit a transaction.
    pub(crate) shown: u8,
    /// An outcome changed, or an intent vanished.
    pub(crate) changed: bool,
    /// The batches that were settled, or are being.
    pub(crate) settled: [Option<Settled>; BATCHES],
}

#[derive(Default)]
struct Sink(Vec<Output>);

impl Outputs for Sink {
    fn put(&mut self, output: Output) {
        self.0.push(output);
    }
}

impl World {
    /// A terminal that signed in and was switched on.
    pub(crate) fn new() -> Self {
        let disk = Disk::signed_in();
        Self {
            engine: Engine::new(disk.ledger().clone(), &PROFILE, SETTINGS),
            round: None,
            disk,
            unwritten: None,
            link: Link::Closed,
            stale: None,
            sent: Sent::default(),
            host: Host::default(),
            orders: [None; ROWS],
            shown: 0,
            changed: false,
            settled: [None; BATCHES],
        }
    }

    /// The operator's next order; false where it was refused and nothing else
    /// came of it.
    pub(crate) fn order(&mut self, order: Order, sabotage: Sabotage) -> bool {
        let mut out = Sink::default();
        let at = index(self.engine.ledger().entries().len());
        let wanted = annul::engine::Order {
            request: orders::request(at),
            what: order.what(at, self.engine.ledger()),
        };
        match self.engine.admit(NOW, &wanted, usize::MAX, &mut out) {
            Ok(numbers) => {
                let intent = orders::intent(wanted.request, order, &numbers);
                self.orders[usize::from(at)] = Some(order);
                (self.engine).handle(NOW, Event::Prepared(intent), &mut out);
            }
            Err(refusal) => {
                if sabotage.overrules(refusal, order, at, self) {
                    self.restart(sabotage);
                    return true;
                }
            }
        }
        let something = !out.0.is_empty();
        self.carry_out(&out, sabotage);
        something
    }

    /// The operator signs in.
    pub(crate) fn sign_in(&mut self, sabotage: Sabotage) {
        let mut out = Sink::default();
        let begun = self.engine.sign_in(NOW, &mut out);
        begun.expect("nothing is under way");
        self.carry_out(&out, sabotage);
    }

    /// The operator has what is parked tried again.
    pub(crate) fn recover(&mut self, sabotage: Sabotage) {
        let mut out = Sink::default();
        let begun = self.engine.recover(NOW, &mut out);
        begun.expect("nothing is under way");
        self.carry_out(&out, sabotage);
    }

    /// The operator settles, or goes on with it; false where it was refused and
    /// nothing else came of it.
    pub(crate) fn settle(&mut self, sabotage: Sabotage) -> bool {
        let mut out = Sink::default();
        let (by, stamp) = (orders::OPERATOR, Civil::UNKNOWN);
        let begun = self.engine.settle(NOW, by, stamp, usize::MAX, &mut out);
        let fresh = self.engine.ledger().settlement().is_none();
        let settles = fresh && sabotage == Sabotage::SettlesWhilePending;
        if begun.is_err() && out.0.is_empty() && settles {
            let ledger = self.engine.ledger();
            self.disk.append(&Record::SettlementStarted {
                batch: ledger.batch(),
                trace: ledger.next_trace(None),
                operator: by,
                stamp,
                totals: ledger.totals(),
            });
            self.restart(sabotage);
            return true;
        }
        let something = !out.0.is_empty();
        self.carry_out(&out, sabotage);
        something
    }

    /// A supervisor asks the acquirer how a transaction stands, when nothing of
    /// it is on its way any more, and says so.
    pub(crate) fn resolve(&mut self, at: u8, sabotage: Sabotage) {
        self.sent.requests &= !bit(at);
        self.sent.reversals &= !bit(at);
        let resolution = Resolution {
            request: orders::request(at).tag(),
            by: orders::OPERATOR,
            verdict: if self.host.stands(at) {
                Verdict::Approved
            } else {
                Verdict::Reversed
            },
            note: VoidNote::NONE,
        };
        let mut out = Sink::default();
        let begun = self.engine.resolve(&resolution, &mut out);
        begun.expect("it is parked, and nothing is under way");
        self.carry_out(&out, sabotage);
    }

    pub(crate) fn feed(&mut self, now: Millis, event: Event, sabotage: Sabotage) {
        let mut out = Sink::default();
        self.engine.handle(now, event, &mut out);
        self.carry_out(&out, sabotage);
    }

    fn carry_out(&mut self, out: &Sink, sabotage: Sabotage) {
        for output in &out.0 {
            match *output {
                Output::Persist => self.begin_to_write(sabotage),
                Output::Transmit(what) => self.connect(what, sabotage),
                Output::Close => self.close(sabotage),
                Output::Notify(Notice::Outcome(entry)) => self.show(entry),
                Output::Notify(_) => {}
            }
        }
        if *self.engine.state() == State::Idle {
            self.round = None;
        }
    }

    /// An honest till waits for [`World::written`].
    fn begin_to_write(&mut self, sabotage: Sabotage) {
        let record = self.engine.outstanding();
        if let Some(record) = record.filter(|record| sabotage.calls_durable(record)) {
            let (bytes, tag) = encode(self.engine.ledger(), record);
            self.unwritten = Some(bytes);
            self.engine.chain(tag);
            self.feed(NOW, Event::Persisted, sabotage);
        }
    }

    /// The record on its way is durable.
    pub(crate) fn written(&mut self, sabotage: Sabotage) {
        if let Some(bytes) = self.unwritten.take() {
            self.disk.write(bytes);
            return;
        }
        let record = self.engine.outstanding().expect("a record").clone();
        if let Some(other) = sabotage.instead(&record, self.engine.ledger()) {
            self.disk.append(&other);
            self.restart(sabotage);
            return;
        }
        let written = sabotage.miswritten(record.clone(), self.engine.ledger());
        self.disk.append(&written);
        let (_, tag) = encode(self.engine.ledger(), &record);
        self.engine.chain(tag);
        self.feed(NOW, Event::Persisted, sabotage);
    }

    /// The store fails; the record may be in it all the same.
    pub(crate) fn fail(&mut self, write: Write, sabotage: Sabotage) {
        self.keep(write);
        self.feed(NOW, Event::PersistFailed, sabotage);
    }

    /// Power goes and comes back.
    pub(crate) fn cut(&mut self, write: Write, sabotage: Sabotage) {
        self.keep(write);
        if sabotage == Sabotage::Forgets && matches!(self.disk.last(), Record::Intent(_)) {
            self.disk.lose_last();
        }
        self.restart(sabotage);
    }

    fn keep(&mut self, write: Write) {
        let early = self.unwritten.take();
        match (write, early, self.engine.outstanding()) {
            (Write::Kept, Some(bytes), _) => self.disk.write(bytes),
            (Write::Kept, None, Some(record)) => self.disk.append(record),
            _ => {}
        }
    }

    fn restart(&mut self, sabotage: Sabotage) {
        let ledger = self.disk.ledger().clone();
        self.engine = Engine::new(ledger, &PROFILE, SETTINGS);
        self.round = None;
        self.forget_orders();
        self.close(sabotage);
        self.feed(NOW, Event::Start, sabotage);
    }

    /// An order of which nothing was written or sent never was.
    fn forget_orders(&mut self) {
        for (at, order) in (0..).zip(&mut self.orders) {
            let begun = self.disk.ledger().entries().len() > usize::from(at);
            if !begun && self.sent.requests & bit(at) == 0 {
                *order = None;
            }
        }
    }

    /// A till that believes a late approval makes one of its last decision.
    pub(crate) fn believe(&mut self, approval: &Record, sabotage: Sabotage) {
        self.disk.lose_last();
        self.disk.append(approval);
        self.restart(sabotage);
    }

    /// What waits is due. Behind the guard time nothing that was sent before
    /// it is on its way to a host that forgets.
    pub(crate) fn wait(&mut self, memory: Memory, sabotage: Sabotage) {
        let due = self.engine.deadline().expect("something waits");
        if due == LATE && memory == Memory::Forgets && sabotage != Sabotage::ShortGuard {
            for (at, entry) in (0..).zip(self.engine.ledger().entries()) {
                if entry.status() == Status::Provisional {
                    self.sent.requests &= !bit(at);
                }
            }
        }
        self.feed(due, Event::Tick, sabotage);
    }

    fn connect(&mut self, what: Transmit, sabotage: Sabotage) {
        let message = match (what, self.engine.state()) {
            (Transmit::Request, State::Awaiting { entry, .. }) => {
                Message::Request(sabotage.quoted_trace(self.place(*entry)))
            }
            (Transmit::Reversal(entry), _) => {
                let at = self.place(entry);
                if self.status(entry) == Some(Status::Parked) {
                    self.round = Some(at);
                }
                Message::Reversal(sabotage.quoted_trace(at))
            }
            (Transmit::SignIn(_), _) => Message::SignIn,
            (Transmit::Settlement, _) => self.settlement_message(),
            other => unreachable!("nobody asks for it: {other:?}"),
        };
        assert_eq!(self.link, Link::Closed, "D8: one link at a time");
        self.link = Link::Connecting(message);
    }

    /// As the terminal makes it of the ledger.
    fn settlement_message(&self) -> Message {
        let ledger = self.engine.ledger();
        let settlement = ledger.settlement().expect("the batch is being settled");
        match (settlement.stage, ledger.next_details()) {
            (Stage::Comparing, _) => Message::Totals,
            (Stage::Uploading(_), Some(details)) => {
                Message::Details(self.place(details.first), self.place(details.last))
            }
            (Stage::Balanced | Stage::Uploading(_), _) => Message::End,
        }
    }

    /// The message leaves.
    pub(crate) fn send(&mut self, message: Message) {
        match message {
            Message::Request(at) => self.sent.requests |= bit(at),
            Message::Reversal(at) => self.sent.reversals |= bit(at),
            Message::SignIn | Message::Totals | Message::Details(..) | Message::End => {}
        }
        self.link = Link::Open(message, None);
    }

    fn close(&mut self, sabotage: Sabotage) {
        if let (Sabotage::HearsOldLinks, Link::Open(message, Some(code))) = (sabotage, self.link) {
            self.stale = Some((message, code));
        }
        self.link = Link::Closed;
    }

    /// An answer reaches the engine.
    pub(crate) fn hear(&mut self, message: Message, code: ResponseCode, sabotage: Sabotage) {
        if let (State::SignInAwaiting { trace, .. }, APPROVED) = (self.engine.state(), code) {
            let brought = Event::KeysLoaded(orders::keys(*trace, self.engine.ledger().batch()));
            return self.feed(NOW, brought, sabotage);
        }
        if message == Message::Totals {
            return self.feed(NOW, Event::Compared(comparison(code)), sabotage);
        }
        let of = match (message, self.engine.state()) {
            (Message::Request(at), State::Awaiting { .. }) => {
                let entry = self.engine.ledger().entries().get(usize::from(at));
                entry.map(|entry| (at, entry.amount()))
            }
            _ => None,
        };
        let answered = Event::Answered(orders::answer(code, of));
        self.feed(NOW, answered, sabotage);
    }

    fn show(&mut self, entry: Seq) {
        let outcome = self.engine.ledger().entry(entry).map(Entry::outcome);
        if outcome == Some(Outcome::Approved) {
            self.shown |= bit(self.place(entry));
        }
    }

    /// The place of a transaction.
    pub(crate) fn place(&self, entry: Seq) -> u8 {
        let mut entries = self.engine.ledger().entries().iter();
        index(
            entries
                .position(|one| one.seq() == entry)
                .expect("it is there"),
        )
    }

    fn status(&self, entry: Seq) -> Option<Status> {
        self.engine.ledger().entry(entry).map(Entry::status)
    }
}

/// What the host says of totals; none where it cannot compare them.
fn comparison(code: ResponseCode) -> Option<Comparison> {
    let domestic = match code {
        APPROVED => Balance::Equal,
        DECLINED => Balance::Unequal,
        _ => return None,
    };
    Some(Comparison {
        domestic,
        foreign: Balance::Equal,
        totals: None,
    })
}

fn index(at: usize) -> u8 {
    u8::try_from(at).expect("few transactions")
}
