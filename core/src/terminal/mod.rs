//! The whole terminal: commands and bytes in, actions out.
//!
//! ```text
//!  begin_sale, begin_void, sign_in, recover ─┐          ┌─> Persist, Recall
//!  Input: Persisted, Mac, Connected, ...    ─┼─> this ──┼─> Mac, EncryptPin, SealCard, OpenCard, LoadKeys
//!  Input::Tick at `deadline()`              ─┘          └─> Connect, Send, Close, Notify
//! ```
//!
//! The rule for the caller, after each call that changes it: take actions from
//! [`Terminal::poll`] until there are none, do each in order, and answer it by
//! an [`Input`] (all but `Send`'s data, `Close` and `Notify` are answered). If
//! nothing is left to do, wait for bytes or for [`Terminal::deadline`].
//!
//! It owns no memory but itself: `T` is the ledger's table, `B` the two
//! buffers for messages, 1 KB each is enough (unionpay.md 1.1).

mod action;
mod door;
mod exchange;
#[cfg(test)]
mod forgetting;
mod ordered;
mod orders;
mod prepare;
mod settlement;
mod stage;

use crate::crypto::{CardOnFile, SecurityFault};
use crate::engine::{
    Choice, Engine, Event, Millis, Notice, Output, Refusal, Resolution, Settings, State,
};
use crate::frame::Decoder;
use crate::journal::{
    Envelope, Identity, MAX_RECORD, Record, ReplayError, ReversalStage, Seq, Tag,
};
use crate::ledger::{Entry, Ledger};
use crate::message::{Card, Station};
use crate::profile::Profile;
use crate::transaction::{Civil, OperatorId, Text, Trace};
pub use action::{Action, Input, Job, LinkId, News};
use action::{Queue, Sink, Todo};
pub use ordered::PinWanted;
#[cfg(feature = "kinds")]
pub use orders::{Hold, HoldClaim, Inquiry, Refund, RefundOf};
pub use orders::{Sale, Void};
pub use prepare::Begun;
use stage::Stage;
use zeroize::Zeroize;

/// The time of an event: one clock decides, the other only stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds that only go forward: timeouts.
    pub millis: Millis,
    /// Date and time on the wall: stamps in records.
    pub civil: Civil,
}

/// A terminal over a ledger's table `T` and message buffers `B`.
pub struct Terminal<T, B> {
    engine: Engine<T>,
    station: Station,
    operator: OperatorId,
    stage: Stage,
    /// The card of the request that is being built, never moved from here.
    card: Option<Card>,
    /// What of it is sealed.
    on_file: Option<CardOnFile>,
    todo: Queue,
    outgoing: B,
    incoming: Decoder<B>,
    record: [u8; MAX_RECORD],
    record_len: usize,
    tag: Tag,
    job: Job,
    link: LinkId,
    keys: Keys,
    /// The reversal that was decided since the start and not yet sent: any other
    /// may have been.
    unsent: Option<Seq>,
    late: u32,
}

/// Whether the security module has the keys of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    /// Not asked yet.
    Unknown,
    /// It has, or there are none yet.
    Settled,
    /// It could not take them: nothing is sent but a sign-in.
    Refused(SecurityFault),
}

impl<T, B> Terminal<T, B>
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    /// A terminal over a replayed ledger. Refuses the journal of another
    /// terminal, merchant or dialect (scenario 51).
    pub fn new(
        ledger: Ledger<T>,
        station: Station,
        settings: Settings,
        operator: OperatorId,
        buffers: [B; 2],
    ) -> Result<Self, ReplayError> {
        let profile = ledger.profile();
        let own = identity(&station, profile);
        if ledger.identity().is_some_and(|identity| *identity != own) {
            return Err(ReplayError::OtherTerminal);
        }
        let [outgoing, incoming] = buffers;
        Ok(Self {
            engine: Engine::new(ledger, profile, settings),
            station,
            operator,
            stage: Stage::Rest,
            card: None,
            on_file: None,
            todo: Queue::default(),
            outgoing,
            incoming: Decoder::framed(profile.framing, incoming),
            record: [0; MAX_RECORD],
            record_len: 0,
            tag: Tag::default(),
            job: Job::default(),
            link: LinkId::default(),
            keys: Keys::Unknown,
            unsent: None,
            late: 0,
        })
    }

    /// Begins: a new journal gets its first record, the security module its
    /// keys, and what the last run left unfinished is finished (row R).
    pub fn start(&mut self) {
        if self.keys != Keys::Settled && self.stage.is_rest() {
            if self.engine.ledger().identity().is_none() {
                let identity = identity(&self.station, self.engine.profile());
                let mut out = Sink::default();
                self.engine.found(identity, &mut out);
                self.keys = Keys::Settled;
                self.carry_out(&out);
            } else if let Some(seq) = self.engine.ledger().keys() {
                self.stage = Stage::RecallingKeys;
                self.ask(|job| Todo::Recall(job, seq));
            } else {
                self.keys = Keys::Settled;
                self.feed(Millis::default(), Event::Start);
            }
        }
    }

    /// Who is signed in; begins with the operator of [`Terminal::new`].
    pub fn operator(&self) -> OperatorId {
        self.operator
    }

    /// The ledger: how every transaction stands.
    pub fn ledger(&self) -> &Ledger<T> {
        self.engine.ledger()
    }

    /// What may be done about the transaction of a trace, and why not, by the
    /// guards that the command itself will meet. `room` is how many records
    /// still fit the journal. Nothing is begun.
    pub fn options(
        &self,
        trace: Trace,
        room: usize,
    ) -> Result<impl Iterator<Item = Choice> + '_, Refusal> {
        self.engine.options(trace, room)
    }

    /// Where the machine stands.
    pub fn state(&self) -> &State {
        self.engine.state()
    }

    /// True once [`Terminal::start`] has done its work, or needs a sign-in.
    pub fn is_started(&self) -> bool {
        self.keys != Keys::Unknown
    }

    /// True where nothing is under way.
    pub fn is_idle(&self) -> bool {
        matches!(self.engine.state(), State::Idle) && self.stage.is_rest() && self.todo.is_empty()
    }

    /// True where nothing is left to be reversed, confirmed or tried again.
    pub fn is_recovered(&self) -> bool {
        self.is_idle() && self.engine.is_recovered()
    }

    /// When to give [`Input::Tick`] at the latest.
    pub fn deadline(&self) -> Option<Millis> {
        self.engine.deadline()
    }

    /// Frames that came and were not for what was awaited.
    pub fn late(&self) -> u32 {
        self.late
    }

    /// Begins a sign-in.
    pub fn sign_in(&mut self, now: Now) -> Result<(), Refusal> {
        self.command(now, |engine, now, out| engine.sign_in(now, out))
    }

    /// Begins an echo test.
    pub fn echo(&mut self, now: Now) -> Result<(), Refusal> {
        self.command(now, |engine, now, out| engine.echo(now, out))
    }

    /// Works through everything that is left, parked reversals too.
    pub fn recover(&mut self, now: Now) -> Result<(), Refusal> {
        self.keys_settled()?;
        self.command(now, |engine, now, out| engine.recover(now, out))
    }

    /// Settles the open batch, or goes on with a settlement that was begun. It
    /// may take several commands; `room` is how many records still fit the journal.
    pub fn settle(&mut self, now: Now, room: usize) -> Result<(), Refusal> {
        self.keys_settled()?;
        let operator = self.operator;
        self.command(now, |engine, millis, out| {
            engine.settle(millis, operator, now.civil, room, out)
        })
    }

    /// Takes a supervisor's word on a parked transaction (row 38).
    pub fn resolve(&mut self, now: Now, resolution: &Resolution) -> Result<Seq, Refusal> {
        self.command(now, |engine, _, out| engine.resolve(resolution, out))
    }

    fn command<R>(
        &mut self,
        now: Now,
        command: impl FnOnce(&mut Engine<T>, Millis, &mut Sink) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        if !self.stage.is_rest() {
            return Err(Refusal::Busy);
        }
        let mut out = Sink::default();
        let result = command(&mut self.engine, now.millis, &mut out);
        self.carry_out(&out);
        result
    }

    fn keys_settled(&self) -> Result<(), Refusal> {
        match self.keys {
            Keys::Settled => Ok(()),
            Keys::Unknown if matches!(self.engine.state(), State::Faulted) => {
                Err(Refusal::StorageFault)
            }
            Keys::Unknown => Err(Refusal::Busy),
            Keys::Refused(fault) => Err(Refusal::Security(fault)),
        }
    }

    /// Gives the engine an event and carries out what it wants.
    fn feed(&mut self, now: Millis, event: Event) {
        let mut out = Sink::default();
        self.engine.handle(now, event, &mut out);
        self.carry_out(&out);
    }

    fn carry_out(&mut self, out: &Sink) {
        for output in out.taken() {
            match *output {
                Output::Persist => self.write_record(),
                Output::Transmit(what) => self.transmit(what),
                Output::Close => self.close(),
                Output::Notify(notice) => {
                    // A machine that was let in by new keys begins its work.
                    if let Notice::SignedIn(_) = notice {
                        self.keys = Keys::Settled;
                    }
                    self.todo.put(Todo::Notify(News::Notice(notice)));
                }
            }
        }
    }

    /// Not inlined, as [`Terminal::transmit`] is not.
    #[inline(never)]
    fn write_record(&mut self) {
        if let Some(record) = self.engine.outstanding() {
            if let Record::ReversalQueued {
                entry,
                stage: ReversalStage::First,
                ..
            } = record
            {
                self.unsent = Some(*entry);
            }
            let (last, previous) = self.engine.ledger().last();
            let envelope = Envelope {
                seq: last.next(),
                previous,
            };
            let (len, tag) = envelope.encode(record, &mut self.record);
            self.record_len = len;
            self.tag = tag;
            self.todo.put(Todo::Persist(envelope.seq));
        }
    }

    /// Asks for something that is answered; an answer to an earlier question
    /// is told by its number.
    fn ask(&mut self, question: impl FnOnce(Job) -> Todo) {
        self.job = self.job.next();
        self.todo.put(question(self.job));
    }

    /// Ends the link and forgets what was sent over it.
    fn close(&mut self) {
        if self.stage.has_link() {
            self.todo.put(Todo::Close(self.link));
        }
        self.stage = Stage::Rest;
        self.card = None;
        self.on_file = None;
        self.outgoing.as_mut().zeroize();
        self.incoming.reset();
    }
}

fn identity(station: &Station, profile: &Profile) -> Identity {
    Identity {
        terminal: station.terminal,
        merchant: station.merchant,
        profile: Text::new(profile.name).unwrap_or(Text::EMPTY),
    }
}
