//! Decides what happens next to money: the one machine behind sale, void and
//! reversal.
//!
//! ```text
//!            command          persisted             answer            persisted
//!  Idle ──> Preparing ──> Opening ──> Awaiting ──────────> Concluding ──> Idle
//!                                        │ no answer, wrong MAC, in doubt
//!                                        v
//!                     ReversalOpening ──> ReversalAwaiting <──> ReversalBackoff
//!                                        │ accepted, not found, attempts used up
//!                                        v
//!                              ReversalConcluding ──> Idle
//! ```
//!
//! It holds no bytes, no keys and no clock. Each event gives outputs in order;
//! while a record is on its way to the journal nothing else moves (I15). Rows
//! in comments are those of table T1 in `docs/src/engine.md`.

mod awaiting;
mod guard;
#[cfg(feature = "kinds")]
mod inquiry;
mod options;
mod recovery;
mod refusal;
mod reversal;
mod settlement;
mod sign_in;
mod state;

use crate::crypto::Authentic;
use crate::journal::{Comparison, Durable, HostAnswer, Intent, KeysChanged, Record, Seq, Verdict};
use crate::ledger::{Entry, Ledger, Stage};
use crate::profile::Profile;
use crate::transaction::{Amount, Batch, OperatorId, RequestTag, ResponseCode, Trace, VoidNote};
#[cfg(feature = "kinds")]
pub use guard::{Claim, Refunded};
pub use guard::{Numbers, Order, Original, RESERVE, What};
pub use options::Choice;
pub use refusal::Refusal;
pub use state::{Attempt, Cancel, KeysRenewed, State, Then};

/// Milliseconds of a clock that only goes forward. It means nothing outside
/// the run of the program it was read in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub u64);

impl Millis {
    /// This moment and so many milliseconds.
    #[must_use]
    pub const fn plus(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

/// Times and limits, from the acquirer or the shop. All times in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long an answer may take, connecting included (60 s).
    pub response_timeout: u64,
    /// How often a reversal is sent before it is parked (3).
    pub reversal_attempts: u8,
    /// The wait before the second attempt; it doubles with each (1 s).
    pub reversal_backoff: u64,
    /// The wait before a "not found" is confirmed: longer than a request can
    /// live in the network (120 s).
    pub guard: u64,
    /// How often parked reversals are tried again (1 h).
    pub park_interval: u64,
    /// With so many parked, new transactions are refused (3).
    pub parked_limit: u8,
    /// The largest amount.
    pub amount_limit: Amount,
    /// The largest refund (10,000.00).
    pub refund_limit: Amount,
}

impl Settings {
    /// The values a UnionPay terminal begins with (unionpay.md 5.4 and 9.5).
    pub const DEFAULT: Self = Self {
        response_timeout: 60_000,
        reversal_attempts: 3,
        reversal_backoff: 1_000,
        guard: 120_000,
        park_interval: 3_600_000,
        parked_limit: 3,
        amount_limit: Amount::LARGEST,
        refund_limit: match Amount::new(1_000_000) {
            Ok(amount) => amount,
            Err(_) => Amount::LARGEST,
        },
    };
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// The journal was replayed; unfinished work begins (row R).
    Start,
    /// The request was built: it is recorded, then sent (row 1).
    Prepared(Intent),
    /// The request was not built; nothing happened.
    Abandoned,
    /// The outstanding record is in the journal.
    Persisted,
    /// It is not known to be in the journal.
    PersistFailed,
    /// The link ended, or was never made.
    LinkDown(Sending),
    /// An answer to the message in flight whose MAC was right.
    Answered(Authentic<Answer>),
    /// An answer to the message in flight without a MAC.
    Unsigned(Answer),
    /// An answer to the message in flight that is damaged or has a wrong MAC.
    Garbled,
    /// The host compared the totals of the batch; none where it could not.
    Compared(Option<Comparison>),
    /// The message could not be built from the journal.
    NotBuilt(BuildFault),
    /// New working keys are in the security module.
    KeysLoaded(KeysChanged),
    /// The security module refused them.
    KeysRefused,
    /// Time went by.
    Tick,
    /// The operator wants it undone if it still can be.
    Cancel,
}

/// What is known of a link that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// No byte of the message left: the transport proves it.
    NothingSent,
    /// Some may have.
    MaybeSent,
}

/// Why a message could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildFault {
    /// There is no key for its MAC.
    NoKeys,
    /// Its record does not give a message. Trying again does not help.
    Poison,
}

/// What an answer says, as far as the engine decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Field 4, where the answer has it.
    pub amount: Option<Amount>,
    /// Field 54, where the answer has it: minor units, below zero where the
    /// holder owes them.
    #[cfg(feature = "kinds")]
    pub balance: Option<i64>,
    /// What is kept of it.
    pub kept: HostAnswer,
}

/// What is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Write the outstanding record ([`Engine::outstanding`]).
    Persist,
    /// Connect and send this.
    Transmit(Transmit),
    /// End the link; nothing from it is heard any more.
    Close,
    /// Tell the operator.
    Notify(Notice),
}

/// A message to send on a new link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transmit {
    /// The prepared request.
    Request,
    /// The reversal of a transaction, built from the journal.
    Reversal(Seq),
    /// A sign-in.
    SignIn(Trace),
    /// An echo test.
    Echo,
    /// What the settlement sends next, by the ledger.
    Settlement,
}

/// News for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A transaction has its outcome, or is being reversed: ask the ledger.
    Outcome(Seq),
    /// A transaction's reversal is being sent.
    Reversing {
        /// The transaction.
        entry: Seq,
        /// 1 for the first.
        attempt: u8,
    },
    /// The next attempt waits until then.
    Waiting {
        /// The transaction.
        entry: Seq,
        /// On the clock of the program.
        until: Millis,
    },
    /// Signing in again, because the host asks for it.
    SigningIn,
    /// Signed in.
    SignedIn(Batch),
    /// Not signed in.
    SignInFailed(Option<ResponseCode>),
    /// The host answered the echo test.
    EchoAnswered,
    /// It did not.
    EchoFailed,
    /// A reversal is parked, or a refund has no outcome: call the acquirer.
    Attention(Seq),
    /// A balance inquiry was answered.
    #[cfg(feature = "kinds")]
    Balance {
        /// What the host says; none where no answer is to be believed.
        code: Option<ResponseCode>,
        /// What is on the card, where the host said it.
        balance: Option<i64>,
    },
    /// The settlement goes on.
    Settling(Stage),
    /// The batch is settled; this one is open now.
    BatchClosed(Batch),
    /// The settlement did not come to its end: settle again, later.
    NotSettled(Option<ResponseCode>),
    /// The journal did not take a record.
    StorageFault,
}

/// Takes outputs in order.
pub trait Outputs {
    /// The next output.
    fn put(&mut self, output: Output);
}

/// The machine, over a ledger's table `T`.
#[derive(Clone, Debug)]
pub struct Engine<T> {
    state: State,
    outstanding: Option<Record>,
    ledger: Ledger<T>,
    profile: &'static Profile,
    settings: Settings,
    guard_due: Option<Millis>,
    park_due: Option<Millis>,
    /// Parked transactions up to this number were tried in this recovery.
    retried: Option<Seq>,
    /// A trace that a message used without leaving a record.
    taken: Option<Trace>,
}

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// An engine over a replayed ledger.
    pub fn new(ledger: Ledger<T>, profile: &'static Profile, settings: Settings) -> Self {
        Self {
            state: State::Idle,
            outstanding: None,
            ledger,
            profile,
            settings,
            guard_due: None,
            park_due: None,
            retried: None,
            taken: None,
        }
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger<T> {
        &self.ledger
    }

    /// Where the machine stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The dialect.
    pub fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// Times and limits.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The record that must be in the journal before anything else happens.
    pub fn outstanding(&self) -> Option<&Record> {
        self.outstanding.as_ref()
    }

    /// Notes the tag of the record just written.
    pub fn chain(&mut self, tag: crate::journal::Tag) {
        let (last, _) = self.ledger.last();
        self.ledger.advance(last.next(), tag);
    }

    /// When to send [`Event::Tick`] at the latest; none where nothing waits.
    pub fn deadline(&self) -> Option<Millis> {
        match &self.state {
            State::Idle => [self.guard_due, self.park_due].into_iter().flatten().min(),
            state => state.deadline(),
        }
    }

    /// Moves the machine on by one event.
    pub fn handle(&mut self, now: Millis, event: Event, out: &mut dyn Outputs) {
        match event {
            Event::Start => self.start(now, out),
            Event::Persisted => self.persisted(now, out),
            Event::PersistFailed => self.fault(out),
            _ if self.state.persists() => self.while_persisting(&event),
            #[cfg(feature = "kinds")]
            Event::Prepared(intent) if !intent.kind.is_recorded() => {
                self.inquire(now, &intent, out);
            }
            Event::Prepared(intent) => self.open(intent, out),
            Event::Abandoned => self.abandon(now, out),
            Event::Cancel => self.state.cancel(),
            Event::Tick => self.tick(now, out),
            Event::Answered(answer) => self.answered(now, answer, out),
            Event::Unsigned(answer) => self.unsigned(now, &answer, out),
            Event::Garbled => self.garbled(now, out),
            Event::LinkDown(sending) => self.link_down(now, sending, out),
            Event::NotBuilt(fault) => self.not_built(now, fault, out),
            Event::Compared(comparison) => self.compared(now, comparison, out),
            Event::KeysLoaded(change) => self.keys_loaded(change, out),
            Event::KeysRefused => self.sign_in_failed(now, None, out),
        }
    }

    /// Rows 7 and the rule above T1: a cancel is remembered, the rest is late.
    fn while_persisting(&mut self, event: &Event) {
        if let Event::Cancel = event {
            self.state.cancel();
        }
    }

    fn persist(&mut self, record: Record, next: State, out: &mut dyn Outputs) {
        self.outstanding = Some(record);
        self.state = next;
        out.put(Output::Persist);
    }

    /// The outstanding record became durable: the ledger takes it, and what it
    /// justifies happens (rows 6, 25, 26, 35).
    fn persisted(&mut self, now: Millis, out: &mut dyn Outputs) {
        let Some(record) = self.outstanding.take() else {
            return;
        };
        let (seq, _) = self.ledger.last();
        if self.ledger.apply(seq, &Durable::confirmed(record)).is_err() {
            self.fault(out);
            return;
        }
        match self.state {
            State::Opening { cancelled } => self.opened(now, seq, cancelled, out),
            State::Concluding { entry } => {
                self.state = State::Idle;
                out.put(Output::Notify(Notice::Outcome(entry)));
            }
            State::ReversalOpening { entry } => self.reversal_opened(now, entry, out),
            State::ReversalConcluding { entry } => self.reversal_concluded(now, entry, out),
            State::SignInConcluding { then } => self.signed_in(now, then, out),
            State::SettlementConcluding => self.settlement_moved(now, out),
            _ => self.rest(now, out),
        }
    }

    /// Rows 8 and 39: what is in the journal is no longer known, so nothing
    /// more is sent or shown until it was read again.
    fn fault(&mut self, out: &mut dyn Outputs) {
        self.outstanding = None;
        self.state = State::Faulted;
        out.put(Output::Close);
        out.put(Output::Notify(Notice::StorageFault));
    }

    fn abandon(&mut self, now: Millis, out: &mut dyn Outputs) {
        if let State::Preparing = self.state {
            self.state = State::Idle;
            self.idle_work(now, out);
        }
    }

    fn tick(&mut self, now: Millis, out: &mut dyn Outputs) {
        if self.deadline().is_none_or(|due| now < due) {
            return;
        }
        match self.state {
            State::Idle => self.idle_work(now, out),
            State::Awaiting { .. } => self.no_answer(out),
            #[cfg(feature = "kinds")]
            State::InquiryAwaiting { .. } => self.inquired(now, None, out),
            State::ReversalAwaiting { .. } => self.try_again(now, None, out),
            State::ReversalBackoff { .. } => self.repeat(now, out),
            State::SignInAwaiting { .. } => self.sign_in_failed(now, None, out),
            State::EchoAwaiting { .. } => self.echo_failed(out),
            State::SettlementAwaiting { .. } => self.settlement_unanswered(now, out),
            State::SettlementBackoff { .. } => self.settle_again(now, out),
            _ => {}
        }
    }
}

/// A supervisor's word on a parked transaction, or on a refund without an
/// outcome (row 38).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// The transaction's request.
    pub request: RequestTag,
    /// Who.
    pub by: OperatorId,
    /// How it stands at the host.
    pub verdict: Verdict,
    /// Why.
    pub note: VoidNote,
}
