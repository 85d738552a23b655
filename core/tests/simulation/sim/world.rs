//! Virtual time: one till, one line, one host, and an operator with a script.

use super::auditor::{Auditor, Screen};
use super::disk::{Cut, Disk, decode};
use super::host::HostSide;
use super::marks::Marks;
use super::meddler::Meddler;
use super::observe::Seen;
use super::operator::Command;
use super::script::{Fault, Script, Twist};
use super::till::{CARDS, Till};
use annul::engine::{RESERVE, Sending, State};
use annul::journal::{Record, Seq};
use annul::ledger::Status;
use annul::terminal::{Input, LinkId};
use annul::transaction::Civil;
use std::collections::BTreeMap;

/// One till's world.
pub(crate) struct World<'s, M> {
    pub(crate) script: &'s Script,
    pub(crate) now: u64,
    pub(crate) queue: BTreeMap<(u64, u64), Happening>,
    order: u64,
    pub(crate) till: Option<Till>,
    pub(crate) boots: u32,
    pub(crate) disk: Disk,
    pub(crate) host: HostSide,
    pub(crate) auditor: Auditor,
    pub(crate) meddler: M,
    pub(crate) marks: Marks,
    pub(crate) commands: Vec<Command>,
    /// Seconds the civil clock is off.
    pub(crate) skew: i64,
    /// What still goes wrong in this step.
    pub(crate) twists: Vec<Twist>,
    pub(crate) count: Count,
    /// The link that is open, and its faults.
    pub(crate) link: Option<(LinkId, Vec<Fault>)>,
    /// An answer that waits for the next link.
    pub(crate) held: Option<Vec<u8>>,
    pub(crate) exchanges: u64,
    pub(crate) seen: Seen,
}

/// What was counted since the step began.
#[derive(Default)]
pub(crate) struct Count {
    pub(crate) exchanges: u8,
    pub(crate) actions: u16,
    pub(crate) records: u8,
    pub(crate) questions: u8,
}

/// Something that will happen. `boot` is the run of the till it belongs to.
pub(crate) enum Happening {
    Boot,
    Written {
        boot: u32,
    },
    Connected {
        boot: u32,
        link: LinkId,
    },
    Down {
        boot: u32,
        link: LinkId,
        sending: Sending,
    },
    Request {
        boot: u32,
        link: LinkId,
        frame: Vec<u8>,
        faults: Vec<Fault>,
    },
    Answer {
        boot: u32,
        link: LinkId,
        bytes: Vec<u8>,
    },
    Cancel,
    TapAgain,
    /// The app asks for the journal's keys again.
    Start {
        boot: u32,
    },
    OtherSale,
}

impl<'s, M: Meddler> World<'s, M> {
    pub(crate) fn new(script: &'s Script, meddler: M) -> Self {
        Self {
            script,
            now: 1_000,
            queue: BTreeMap::new(),
            order: 0,
            till: None,
            boots: 0,
            disk: Disk::new(script.shop.journal),
            host: HostSide::new(script.seed),
            auditor: Auditor::new(&CARDS),
            meddler,
            marks: Marks::default(),
            commands: Vec::new(),
            skew: 0,
            twists: Vec::new(),
            count: Count::default(),
            link: None,
            held: None,
            exchanges: 0,
            seen: Seen::default(),
        }
    }

    /// Runs the script to its end, then lets everything come to rest.
    pub(crate) fn run(&mut self) {
        self.first_day();
        for step in &self.script.steps {
            self.twists.clone_from(&step.twists);
            self.count = Count::default();
            self.plan_taps();
            self.act(step.act);
            self.run_until(self.now + step.wait);
        }
        self.come_to_rest();
        self.sell_once_more();
    }

    /// A new journal, a first sign-in, and the trace where the script wants it.
    fn first_day(&mut self) {
        self.boot();
        self.sign_in();
        self.run_until(self.now + 10_000);
        let mut journal = self.disk.decoded();
        for record in &mut journal {
            if let Record::KeysChanged(change) = record {
                let trace = annul::transaction::Trace::new(self.script.shop.last_trace);
                change.trace = trace.expect("a trace of the script");
            }
        }
        self.till = None;
        let capacity = self.disk.capacity();
        self.disk.rewrite(&journal);
        self.disk.limit(capacity);
        self.boot();
    }

    pub(crate) fn plan(&mut self, after: u64, happening: Happening) {
        self.order += 1;
        self.queue.insert((self.now + after, self.order), happening);
    }

    fn plan_taps(&mut self) {
        for twist in self.twists.clone() {
            match twist {
                Twist::Cancel(after) => self.plan(after.into(), Happening::Cancel),
                Twist::TapAgain(after) => self.plan(after.into(), Happening::TapAgain),
                Twist::OtherSale(after) => self.plan(after.into(), Happening::OtherSale),
                _ => {}
            }
        }
    }

    /// The date and time on the wall: 2026-01-05 and on, as the clock is set.
    pub(crate) fn civil(&self) -> Civil {
        let seconds = (self.now / 1000).cast_signed() + self.skew + 400 * 86_400;
        let seconds = seconds.max(0).cast_unsigned();
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        // Months of 28 days: the engine must not care.
        let (year, month, day) = (2025 + days / 336, days / 28 % 12 + 1, days % 28 + 1);
        let date = (year as u16, month as u8, day as u8);
        let time = (second / 3600, second / 60 % 60, second % 60);
        let time = (time.0 as u8, time.1 as u8, time.2 as u8);
        Civil::new(date, time).unwrap_or(Civil::UNKNOWN)
    }

    /// Lets time go by up to `end`.
    pub(crate) fn run_until(&mut self, end: u64) {
        let mut spins = 0;
        loop {
            let planned = self.queue.keys().next().map(|(at, _)| *at);
            let due = self.till.as_ref().and_then(Till::deadline);
            let due = due.map(|due| (due + self.script.shop.doze).max(self.now));
            let Some(next) = [planned, due]
                .into_iter()
                .flatten()
                .min()
                .filter(|at| *at <= end)
            else {
                break;
            };
            spins = if next == self.now { spins + 1 } else { 0 };
            if spins > 1_000 {
                self.auditor
                    .find("I12", "the till wakes and does nothing, for ever".into());
                break;
            }
            self.now = next;
            if planned == Some(next)
                && let Some((_, happening)) = self.queue.pop_first()
            {
                self.happen(happening);
            } else {
                self.tell(Input::Tick);
            }
        }
        self.now = end;
    }

    fn happen(&mut self, happening: Happening) {
        let runs = self.till.as_ref().map(|till| till.boot);
        match happening {
            Happening::Boot => self.boot(),
            Happening::Request {
                boot,
                link,
                frame,
                faults,
            } => {
                self.at_host(boot, link, &frame, &faults);
            }
            Happening::Written { boot } if runs == Some(boot) => self.written(),
            Happening::Connected { boot, link } if runs == Some(boot) => self.connected(link),
            Happening::Down {
                boot,
                link,
                sending,
            } if runs == Some(boot) => {
                self.down(link, sending);
            }
            Happening::Answer { boot, link, bytes } if runs == Some(boot) => {
                self.heard(link, &bytes);
            }
            Happening::Start { boot } if runs == Some(boot) => self.start(),
            Happening::Cancel => self.cancel(),
            Happening::TapAgain => self.tap_again(),
            Happening::OtherSale => self.other_sale(),
            Happening::Start { .. }
            | Happening::Written { .. }
            | Happening::Connected { .. }
            | Happening::Down { .. }
            | Happening::Answer { .. } => {}
        }
    }

    /// Gives the terminal an input, and does what it then wants.
    pub(crate) fn tell(&mut self, input: Input<'_>) {
        self.feed(input);
        self.drain();
    }

    /// The same, in the middle of its deeds.
    pub(crate) fn feed(&mut self, input: Input<'_>) {
        let civil = self.civil();
        if let Some(till) = &mut self.till {
            let now = till.now(self.now, civil);
            till.terminal.handle(now, input);
        }
    }

    /// Switches the till on.
    pub(crate) fn boot(&mut self) {
        if self.till.is_some() {
            return;
        }
        if self.disk.heal() {
            self.marks.hit("killed: record torn and cut");
        }
        if self.meddler.meddles()
            && let Some(rewrite) = self.meddler.boots(&self.disk.decoded())
        {
            self.rewrite(rewrite);
        }
        self.boots += 1;
        match Till::boot(self.boots, self.now, &self.disk, &self.script.shop) {
            Ok(till) => {
                self.mark_boot(&till);
                self.till = Some(till);
                self.drain();
            }
            Err(error) => self.auditor.find("I21", error.to_string()),
        }
    }

    /// The security module did not take the journal's keys; perhaps now.
    fn start(&mut self) {
        if let Some(till) = &mut self.till {
            till.terminal.start();
        }
        self.drain();
    }

    fn mark_boot(&mut self, till: &Till) {
        let ledger = till.terminal.ledger();
        let found = |status| ledger.oldest(status).is_some();
        if found(Status::Pending) {
            self.marks.hit("restart reversed an intent");
        }
        if found(Status::Reversing) || found(Status::Confirming) {
            self.marks.hit("restart found a reversal");
        }
        if found(Status::Provisional) {
            self.marks.hit("restart found a provisional one");
        }
        if ledger.keys().is_some() {
            self.marks.hit("keys of the journal loaded again");
        }
        if found(Status::Parked) {
            self.marks.hit("restart found a parked one");
        }
    }

    /// The power goes.
    pub(crate) fn kill(&mut self, cut: Cut, off: u64) {
        let Some(till) = self.till.take() else { return };
        if let Some((seq, record)) = till.writing {
            self.disk.cut(seq, &record, cut);
            match cut {
                Cut::Lost => self.marks.hit("killed: record lost"),
                Cut::Kept => {
                    self.marks.hit("killed: record kept without its word");
                    self.note(seq, &record);
                }
                Cut::Torn(_) => {}
            }
            if let Some((_, Record::Approved { .. })) = decode(&record) {
                self.marks.hit("killed after approval, before it was shown");
            }
        }
        self.link = None;
        self.plan(off, Happening::Boot);
    }

    /// A record is durable: the auditor reads it.
    pub(crate) fn note(&mut self, seq: Seq, bytes: &[u8]) {
        self.auditor.stored(bytes);
        if let Some((_, record)) = decode(bytes) {
            self.mark_record(seq, &record);
            self.auditor.recorded(seq, &record);
        }
    }

    /// A transaction as the screen shows it.
    pub(crate) fn screen(&self, entry: Seq) -> Option<Screen> {
        let entry = self.till.as_ref()?.terminal.ledger().entry(entry)?;
        Some(Screen {
            key: (entry.batch().number(), entry.trace().number()),
            kind: entry.kind(),
            amount: entry.amount().minor(),
            outcome: entry.outcome(),
        })
    }

    /// The faults stop; sign in, recover, and wait for what must come.
    fn come_to_rest(&mut self) {
        self.twists.clear();
        self.host.away_until = 0;
        self.held = None;
        for _ in 0..12 {
            self.run_until(self.now + 250_000);
            if self.is_at_rest() {
                break;
            }
            if !self.signed_in() {
                self.sign_in();
                self.run_until(self.now + 250_000);
            }
            self.recover();
        }
        self.run_until(self.now + 250_000);
        let net = (self.till.as_ref()).map_or(0, |till| till.terminal.ledger().totals().net());
        self.auditor.rest(net, &self.host.entries());
        if let Some(till) = &self.till
            && !self.disk.replay(self.script.shop.table).is_ok_and(|again| {
                again.entries() == till.terminal.ledger().entries()
                    && again.last() == till.terminal.ledger().last()
            })
        {
            self.auditor
                .find("I16", "at rest a replay gives another ledger".into());
        }
    }

    /// A till at rest sells, unless table or journal are full. Where the host
    /// has other keys by now, it says so once.
    fn sell_once_more(&mut self) {
        let before = self.auditor.rows().count();
        for _ in 0..2 {
            if !self.signed_in() {
                self.sign_in();
                self.run_until(self.now + 20_000);
            }
            self.other_sale();
            self.run_until(self.now + 20_000);
            let mut sold = self.auditor.rows().skip(before);
            if sold.any(|(_, row)| row.stand.stands()) || self.is_full() {
                return;
            }
        }
        self.auditor
            .find("I12", "the till is at rest and does not sell".into());
    }

    fn is_full(&self) -> bool {
        let full = (self.till.as_ref()).is_none_or(|till| till.terminal.ledger().is_full());
        full || self.disk.room() < 2 * RESERVE
    }

    fn signed_in(&self) -> bool {
        (self.till.as_ref()).is_some_and(|till| till.terminal.ledger().signed_in())
    }

    fn is_at_rest(&self) -> bool {
        let Some(till) = &self.till else { return false };
        let terminal = &till.terminal;
        terminal.is_recovered()
            && *terminal.state() == State::Idle
            && terminal.ledger().count(Status::Parked) == 0
            && self.queue.is_empty()
    }
}
