//! A terminal, its journal, its keys, the line and the host, in one thread and
//! in virtual time. Every action of the terminal goes through [`World::act`],
//! every answer to it through [`World::give`], and after each the auditor
//! looks.

use crate::audit::Audit;
use crate::deed::{Deed, Pad, word};
use crate::line::Arrival;
use crate::marks::{Cause, Marks};
use crate::misdeed::Misdeed;
use crate::script::{Cut, Release};
use crate::storage::Store;
use crate::wire::{Behaviour, Host};
use annul::engine::{Millis, Refusal, Settings, State};
use annul::frame::{Header, Tpdu};
use annul::journal::{Envelope, ReplayError, Seq};
use annul::ledger::{Entry, Ledger, Status};
use annul::message::{KeyRequest, Station};
use annul::profile::Profile;
use annul::terminal::{Begun, Input, LinkId, Now, Terminal};
use annul::transaction::{Civil, MerchantId, OperatorId, RequestTag, TerminalId};
use annul_host::Dialect;
use std::mem::discriminant;

pub(crate) type Inner = Terminal<Vec<Entry>, Vec<u8>>;

/// Everything there is.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one thing that a line of a scenario switches"
)]
pub(crate) struct World {
    pub(crate) dialect: Dialect,
    pub(crate) terminal: Option<Inner>,
    pub(crate) store: Store,
    pub(crate) host: Host,
    pub(crate) audit: Audit,
    pub(crate) marks: Marks,
    pub(crate) pad: Pad,
    pub(crate) settings: Settings,
    pub(crate) capacity: usize,
    /// A scenario chose the rows of the ledger's table.
    pub(crate) small_table: bool,
    pub(crate) terminal_id: TerminalId,
    pub(crate) master: &'static str,
    pub(crate) profile: &'static Profile,
    pub(crate) civil: Civil,
    pub(crate) now: u64,
    pub(crate) hold: Option<String>,
    pub(crate) held: Option<Deed>,
    pub(crate) storage_fails: Option<Cut>,
    /// The next record that is asked for cannot be read.
    pub(crate) unreadable: bool,
    /// Frames sent, oldest first, and how many `expect sent` has seen.
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) seen: usize,
    /// What the operator was told, oldest first.
    pub(crate) news: Vec<String>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) known: Option<Seq>,
    pub(crate) names: Vec<(RequestTag, String)>,
    pub(crate) late_answers: Vec<(LinkId, Vec<u8>)>,
    /// The journal was changed as no power cut does: there is no good end.
    pub(crate) damaged: bool,
    /// Actions taken so far.
    pub(crate) actions: usize,
    /// The word of each, where it has one.
    pub(crate) log: Vec<Option<&'static str>>,
    /// What was seen before is not looked at again.
    pub(crate) unwatched: bool,
    /// Where the power is cut, and what is left of the record then.
    pub(crate) cut_at: Option<(usize, Cut)>,
    pub(crate) was_cut: bool,
    /// At which action the security module does wrong, and what.
    pub(crate) misdeed_at: Option<(usize, Misdeed)>,
    pub(crate) did_wrong: bool,
    pub(crate) inbox: Vec<Arrival>,
    pub(crate) behaviour: Behaviour,
    pub(crate) open: Option<LinkId>,
    pub(crate) persisting: bool,
}

/// More steps than any scenario needs: something goes round in circles.
pub(crate) const ENDLESS: usize = 20_000;

impl World {
    /// Of a terminal and a host of one dialect.
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            terminal: None,
            store: Store::new(),
            host: Host::new(dialect),
            audit: Audit::new(dialect),
            marks: Marks::default(),
            pad: Pad::new("11111111111111111111111111111111"),
            settings: Settings::DEFAULT,
            capacity: 50,
            small_table: false,
            terminal_id: TerminalId::literal(*b"12345678"),
            master: "11111111111111111111111111111111",
            profile: dialect.profile(),
            civil: Civil::new((2026, 1, 5), (10, 16, 30)).expect("a date"),
            now: 0,
            hold: None,
            held: None,
            storage_fails: None,
            unreadable: false,
            frames: Vec::new(),
            seen: 0,
            news: Vec::new(),
            refusal: None,
            known: None,
            names: Vec::new(),
            late_answers: Vec::new(),
            damaged: false,
            actions: 0,
            log: Vec::new(),
            unwatched: false,
            cut_at: None,
            was_cut: false,
            misdeed_at: None,
            did_wrong: false,
            inbox: Vec::new(),
            behaviour: Behaviour::default(),
            open: None,
            persisting: false,
        }
    }

    /// The ledger of the terminal that runs.
    pub(crate) fn ledger(&self) -> Option<&Ledger<Vec<Entry>>> {
        self.terminal.as_ref().map(Terminal::ledger)
    }

    /// The transaction of a name.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        let (tag, _) = self.names.iter().find(|(_, known)| known == name)?;
        self.ledger()?.by_request(*tag)
    }

    /// Switches the terminal on: replay, start, and all that follows at once.
    pub(crate) fn power_on(&mut self) -> Result<(), ReplayError> {
        let ledger = self.store.replay(self.profile, self.capacity)?;
        let open = |entry: &Entry| entry.status().is_under_way();
        let unresolved = ledger.entries().iter().any(open);
        let sent = self.frames.len();
        let station = Station {
            terminal: self.terminal_id,
            merchant: MerchantId::literal(*b"123456789012345"),
            tpdu: Tpdu::new([0x60, 0, 3, 0, 0]),
            header: Header::new([0x60, 0x31, 0, 0, 0, 0]),
            key_request: KeyRequest::DoubleWithTrack,
        };
        let operator = OperatorId::literal(*b"01");
        let buffers = [vec![0; 1024], vec![0; 1024]];
        let settings = self.settings.clone();
        let mut terminal = Terminal::new(ledger, station, settings, operator, buffers)?;
        terminal.start();
        self.pad.restart(self.master);
        self.terminal = Some(terminal);
        self.check();
        self.pump();
        if unresolved && self.frames.len() > sent {
            self.marks.restarted();
        }
        Ok(())
    }

    /// Cuts the power: everything but journal, host and what is on its way to
    /// the host is gone.
    pub(crate) fn power_off(&mut self, cut: Cut) {
        match self.held.take() {
            Some(Deed::Persist(seq, record)) => self.store.append(seq, &record, cut),
            Some(Deed::Send(_, frame)) if cut == Cut::Kept => self.reach(&frame),
            _ => {}
        }
        self.terminal = None;
        self.hold = None;
        self.open = None;
        self.persisting = false;
        self.inbox.clear();
    }

    pub(crate) fn state(&self) -> Option<&State> {
        self.terminal.as_ref().map(Terminal::state)
    }

    pub(crate) fn time(&self) -> Now {
        Now {
            millis: Millis(self.now),
            civil: self.civil,
        }
    }

    /// Gives a command and does all that follows at once.
    pub(crate) fn command(
        &mut self,
        order: impl FnOnce(&mut Inner, Now, usize) -> Result<Begun, Refusal>,
    ) {
        let (now, room) = (self.time(), self.store.room);
        let Some(terminal) = &mut self.terminal else {
            return self.audit.fault("a command while the terminal is off");
        };
        let before = terminal.state().clone();
        let begun = order(terminal, now, room);
        self.known = match begun {
            Ok(Begun::Known(seq)) => Some(seq),
            _ => None,
        };
        self.refusal = begun.err();
        self.marks
            .command(&before, self.known.is_some(), self.refusal);
        if let Some(refusal) = self.refusal {
            self.audit.text(&format!("{refusal:?} {refusal}"));
        }
        self.check();
        self.pump();
    }

    /// Does what the terminal asks until it waits.
    pub(crate) fn pump(&mut self) {
        for _ in 0..ENDLESS {
            while self.act() {}
            if self.held.is_some() || !self.arrive() {
                return;
            }
        }
        self.audit.fault("the terminal goes round in circles");
    }

    /// Does the next action; false where there is none or it is held.
    fn act(&mut self) -> bool {
        let Some(terminal) = self.terminal.as_mut().filter(|_| self.held.is_none()) else {
            return false;
        };
        let Some(action) = terminal.poll() else {
            return false;
        };
        if self.audit.seeks_secrets {
            self.audit.text(&format!("{action:?}"));
        }
        if let Some((_, misdeed)) = self.misdeed_at.filter(|(at, _)| *at == self.actions + 1)
            && let Some(word) = word(&action)
        {
            self.pad.misdeed = Some((word.into(), misdeed));
            self.did_wrong = true;
        }
        let late = matches!(self.pad.misdeed, Some((_, Misdeed::Late)));
        let deed = Deed::take(action, &mut self.pad);
        self.marks.retried(self.retrying());
        self.actions += 1;
        self.log.push(deed.word());
        self.look_at(&deed);
        if let Some((_, cut)) = self.cut_at.filter(|(at, _)| *at == self.actions) {
            self.was_cut = true;
            self.unwatched = false;
            self.held = Some(deed);
            self.power_off(cut);
            return false;
        }
        if late && self.pad.misdeed.is_none() {
            self.held = Some(deed);
            return false;
        }
        if deed.word().is_some() && deed.word() == self.hold.as_deref() {
            self.hold = None;
            self.held = Some(deed);
            return false;
        }
        self.perform(deed);
        true
    }

    /// A parked reversal is being sent again.
    fn retrying(&self) -> bool {
        let Some(State::ReversalAwaiting { attempt, .. }) = self.state() else {
            return false;
        };
        let entry = self.ledger().and_then(|ledger| ledger.entry(attempt.entry));
        entry.is_some_and(|entry| entry.status() == Status::Parked)
    }

    /// What the auditor sees of an action before it is done.
    fn look_at(&mut self, deed: &Deed) {
        match deed {
            Deed::Persist(_, record) => {
                self.audit.record(record);
                self.persisting = true;
                if let Ok((_, _, Some(record))) = Envelope::decode(record) {
                    self.marks.record(&record, self.profile);
                }
            }
            Deed::Connect(_) | Deed::Send(..) if self.persisting => {
                self.audit
                    .fault("I15: the line is used while a record is on its way");
            }
            Deed::Connect(_) if self.open.is_some() => {
                self.audit.fault("D8: a new link while the old one is open");
            }
            Deed::Send(_, frame) => self.audit.sent(frame, &self.store),
            _ => {}
        }
    }

    fn perform(&mut self, deed: Deed) {
        match deed {
            Deed::Persist(seq, record) => {
                self.persisting = false;
                let full = (self.store.room == 0).then_some(Cut::Lost);
                if let Some(cut) = self.storage_fails.take().or(full) {
                    self.store.append(seq, &record, cut);
                    self.give(Input::PersistFailed(seq));
                } else {
                    self.store.append(seq, &record, Cut::Kept);
                    self.give(Input::Persisted(seq));
                }
            }
            Deed::Recall(job, seq) => {
                let readable = !std::mem::take(&mut self.unreadable);
                let record = self.store.get(seq).filter(|_| readable);
                let record = record.map(<[u8]>::to_vec);
                self.give(Input::Recalled(job, record.as_deref()));
            }
            Deed::Secure(_, said) => said.into_iter().for_each(|input| self.give(input)),
            Deed::Connect(link) => self.connect(link),
            Deed::Send(link, frame) => self.send(link, frame),
            Deed::Close(link) => {
                self.open.take_if(|open| *open == link);
                self.inbox.retain(|arrival| arrival.link != link);
            }
            Deed::Notify(news) => self.tell(news),
        }
    }

    /// Ends a held action, and goes on.
    pub(crate) fn release(&mut self, how: Release) {
        match (self.held.take(), how) {
            (None, _) => self.audit.fault("nothing is held"),
            (Some(deed), Release::Done) => self.perform(deed),
            (Some(Deed::Persist(seq, record)), Release::Twice) => {
                self.perform(Deed::Persist(seq, record));
                self.give(Input::Persisted(seq));
            }
            (Some(Deed::Persist(seq, record)), Release::Failed) => {
                self.storage_fails = Some(Cut::Lost);
                self.perform(Deed::Persist(seq, record));
            }
            (Some(_), _) => self.audit.fault("only a record can be released so"),
        }
        self.pump();
    }

    /// Tells the terminal what happened, and looks.
    pub(crate) fn give(&mut self, input: Input<'_>) {
        let now = self.time();
        let Some(terminal) = &mut self.terminal else {
            return;
        };
        if self.audit.seeks_secrets {
            self.audit.text(&format!("{input:?}"));
        }
        let cause = Cause::of(&input);
        let (before, late) = (terminal.state().clone(), terminal.late());
        terminal.handle(now, input);
        let (after, later) = (terminal.state().clone(), terminal.late() > late);
        self.marks.event(&before, cause, &after, later);
        let failed = matches!(before, State::ReversalAwaiting { .. })
            && matches!(
                after,
                State::ReversalBackoff { .. } | State::SignInAwaiting { .. }
            );
        if failed {
            self.marks.failed_attempt(self.profile);
        }
        if self.audit.seeks_secrets && discriminant(&before) != discriminant(&after) {
            self.audit.text(&format!("{after:?}"));
        }
        self.check();
    }

    /// The invariants.
    fn check(&mut self) {
        if self.damaged || self.unwatched {
            return;
        }
        self.audit.journal(&self.store);
        if let Some(terminal) = &self.terminal
            && *terminal.state() != State::Faulted
        {
            self.audit
                .ledger(terminal.ledger(), &self.store, self.profile);
        }
    }
}
