//! Virtual time: one till, one line, one host, and an operator with a script.

use super::auditor::{Auditor, Key, Screen};
use super::disk::{Cut, Disk, decode};
use super::host::HostSide;
use super::lane::{Count, Lane};
use super::marks::Marks;
use super::meddler::Meddler;
use super::observe::Seen;
use super::operator::Command;
use super::script::{Fault, Script, Twist};
use super::till::{Software, Till};
use annul::engine::{RESERVE, Sending, State};
use annul::journal::{Record, Seq};
use annul::ledger::{Entry, Status};
use annul::terminal::{Input, LinkId};
use annul::transaction::{AuthorizationCode, Civil};
use std::collections::{BTreeMap, VecDeque};

/// A shop's world.
pub(crate) struct World<'s, M> {
    pub(crate) script: &'s Script,
    pub(crate) now: u64,
    /// What will happen, and at which till.
    pub(crate) queue: BTreeMap<(u64, u64), (u8, Happening)>,
    order: u64,
    /// The till that something happens at.
    pub(crate) lane: Lane,
    /// The other, where there is one.
    pub(crate) other: Option<Lane>,
    pub(crate) host: HostSide,
    pub(crate) auditor: Auditor,
    pub(crate) meddler: M,
    pub(crate) marks: Marks,
    /// Slips of pre-authorizations: any till takes them.
    pub(crate) slips: Vec<Slip>,
    /// Seconds the civil clock of the shop is off.
    pub(crate) skew: i64,
    /// What the host answered lately.
    pub(crate) past: VecDeque<(Key, Vec<u8>)>,
    /// The newest request that reached the host.
    pub(crate) newest: u64,
    pub(crate) exchanges: u64,
    /// What happened, where somebody wants to read it.
    pub(crate) story: Option<Vec<String>>,
}

/// What stands on the slip of a pre-authorization.
#[derive(Clone, Copy)]
pub(crate) struct Slip {
    pub(crate) key: Key,
    pub(crate) authorization: AuthorizationCode,
    pub(crate) date: [u8; 4],
    pub(crate) amount: u64,
    pub(crate) card: u8,
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
        /// The order in which they were sent.
        sent: u64,
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
    CutOver,
}

impl<'s, M: Meddler> World<'s, M> {
    pub(crate) fn new(script: &'s Script, meddler: M) -> Self {
        let tills = script.shop.tills;
        Self {
            script,
            now: 1_000,
            queue: BTreeMap::new(),
            order: 0,
            lane: Lane::new(0, script),
            other: (tills > 1).then(|| Lane::new(1, script)),
            host: HostSide::new(script.seed, tills),
            auditor: Auditor::new(tills),
            meddler,
            marks: Marks::default(),
            slips: Vec::new(),
            skew: 0,
            past: VecDeque::new(),
            newest: 0,
            exchanges: 0,
            story: None,
        }
    }

    /// Adds a line to the story.
    pub(crate) fn says(&mut self, what: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            let what: String = what().chars().take(150).collect();
            let line = format!("{:>9} ms, till {}: {what}", self.now, self.lane.number);
            story.push(line);
        }
    }

    /// Turns to a till.
    pub(crate) fn focus(&mut self, till: u8) {
        if let Some(other) = self.other.as_mut().filter(|other| other.number == till) {
            std::mem::swap(&mut self.lane, other);
        }
    }

    /// Runs the script to its end, then lets everything come to rest.
    pub(crate) fn run(&mut self) {
        for till in 0..self.script.shop.tills {
            self.focus(till);
            self.first_day();
        }
        for step in &self.script.steps {
            self.focus(step.till);
            self.lane.twists.clone_from(&step.twists);
            self.lane.count = Count::default();
            self.plan_taps();
            self.act(step.act);
            self.run_until(self.now + step.wait);
        }
        self.come_to_rest();
        for till in 0..self.script.shop.tills {
            self.focus(till);
            self.sell_once_more();
        }
    }

    /// A new journal, a first sign-in, and the trace where the script wants it.
    fn first_day(&mut self) {
        self.boot();
        self.sign_in();
        self.run_until(self.now + 10_000);
        let mut journal = self.lane.disk.decoded();
        for record in &mut journal {
            if let Record::KeysChanged(change) = record {
                let trace = annul::transaction::Trace::new(self.script.shop.last_trace);
                change.trace = trace.expect("a trace of the script");
            }
        }
        self.lane.till = None;
        let capacity = self.lane.disk.capacity();
        self.lane.disk.rewrite(&journal);
        self.lane.disk.limit(capacity);
        self.boot();
    }

    pub(crate) fn plan(&mut self, after: u64, happening: Happening) {
        self.order += 1;
        let at = (self.now + after, self.order);
        self.queue.insert(at, (self.lane.number, happening));
    }

    fn plan_taps(&mut self) {
        for twist in self.lane.twists.clone() {
            match twist {
                Twist::Cancel(after) => self.plan(after.into(), Happening::Cancel),
                Twist::TapAgain(after) => self.plan(after.into(), Happening::TapAgain),
                Twist::OtherSale(after) => self.plan(after.into(), Happening::OtherSale),
                Twist::CutOver(after) => self.plan(after.into(), Happening::CutOver),
                _ => {}
            }
        }
    }

    /// The date and time on the shop's wall: 2026-01-05 and on, as it is set.
    pub(crate) fn civil(&self) -> Civil {
        self.civil_at(self.skew)
    }

    /// A wall clock that is so many seconds off; the host's is right.
    pub(crate) fn civil_at(&self, skew: i64) -> Civil {
        let seconds = (self.now / 1000).cast_signed() + skew + 400 * 86_400;
        let seconds = seconds.max(0).cast_unsigned();
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        // Months of 28 days: the engine must not care.
        let (year, month, day) = (2025 + days / 336, days / 28 % 12 + 1, days % 28 + 1);
        let date = (year as u16, month as u8, day as u8);
        let time = (second / 3600, second / 60 % 60, second % 60);
        let time = (time.0 as u8, time.1 as u8, time.2 as u8);
        Civil::new(date, time).unwrap_or(Civil::UNKNOWN)
    }

    /// Lets time go by up to `end`, at all tills; turns back to this one.
    pub(crate) fn run_until(&mut self, end: u64) {
        let own = self.lane.number;
        let mut spins = 0;
        loop {
            let planned = self.queue.keys().next().map(|(at, _)| *at);
            let doze = self.script.shop.doze;
            let due = self.lane.due(doze, self.now);
            let others = (self.other.as_ref()).and_then(|other| other.due(doze, self.now));
            let next = [planned, due, others].into_iter().flatten().min();
            let Some(next) = next.filter(|at| *at <= end) else {
                break;
            };
            spins = if next == self.now { spins + 1 } else { 0 };
            if spins > 1_000 {
                self.auditor
                    .find("I12", "a till wakes and does nothing, for ever".into());
                break;
            }
            self.now = next;
            if planned == Some(next)
                && let Some((_, (till, happening))) = self.queue.pop_first()
            {
                self.focus(till);
                self.happen(happening);
            } else {
                if due != Some(next) {
                    self.focus(1 - self.lane.number);
                }
                self.tell(Input::Tick);
            }
        }
        self.now = end;
        self.focus(own);
    }

    fn happen(&mut self, happening: Happening) {
        let runs = self.lane.till.as_ref().map(|till| till.boot);
        match happening {
            Happening::Boot => self.boot(),
            Happening::Request {
                sent,
                boot,
                link,
                frame,
                faults,
            } => {
                if sent < self.newest {
                    self.marks.hit("request overtaken by a later one");
                }
                self.newest = self.newest.max(sent);
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
            Happening::CutOver => self.host.cut_over(),
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
        if let Some(till) = &mut self.lane.till {
            let now = till.now(self.now, civil);
            till.terminal.handle(now, input);
        }
    }

    /// Switches the till on.
    pub(crate) fn boot(&mut self) {
        if self.lane.till.is_some() {
            return;
        }
        if self.lane.disk.heal() {
            self.marks.hit("killed: record torn and cut");
        }
        if self.meddler.meddles()
            && let Some(rewrite) = self.meddler.boots(&self.lane.disk.decoded())
        {
            self.rewrite(rewrite);
        }
        self.lane.boots += 1;
        self.lane.unchecked = true;
        let run = (self.lane.boots, self.now);
        let (lane, shop) = (&self.lane, &self.script.shop);
        match Till::boot(lane.number, run, &lane.disk, shop, lane.software) {
            Ok(till) => {
                self.mark_boot(&till);
                self.lane.till = Some(till);
                self.drain();
            }
            Err(error) => self.auditor.find("I21", error.to_string()),
        }
    }

    /// The security module did not take the journal's keys; perhaps now, or
    /// after what is under way.
    fn start(&mut self) {
        let boot = self.lane.boots;
        let Some(till) = &mut self.lane.till else {
            return;
        };
        if till.terminal.is_idle() {
            till.terminal.start();
            self.drain();
        } else {
            self.plan(3_000, Happening::Start { boot });
        }
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
        let open = found(Status::Pending) || found(Status::Reversing) || found(Status::Parked);
        if open && self.lane.seen.software != self.lane.software {
            self.marks.hit("software updated under a reversal");
        }
        self.lane.seen.software = self.lane.software;
    }

    /// The power goes.
    pub(crate) fn kill(&mut self, cut: Cut, off: u64) {
        let Some(till) = self.lane.till.take() else {
            return;
        };
        if let Some((seq, record)) = till.writing {
            self.lane.disk.cut(seq, &record, cut);
            self.mark_cut(cut, &record);
            if cut == Cut::Kept {
                self.note(seq, &record);
            }
        }
        self.says(|| format!("the power goes, {cut:?}"));
        self.lane.link = None;
        self.plan(off, Happening::Boot);
    }

    /// A record is durable: the auditor reads it.
    pub(crate) fn note(&mut self, seq: Seq, bytes: &[u8]) {
        self.auditor.stored(bytes);
        self.lane.unchecked = true;
        if let Some((_, record)) = decode(bytes) {
            self.says(|| format!("record {}: {record:?}", seq.0));
            self.mark_record(seq, &record);
            self.auditor.recorded(self.lane.number, seq, &record);
        }
    }

    /// A transaction as the screen shows it.
    pub(crate) fn screen(&self, entry: Seq) -> Option<Screen> {
        let entry = self.lane.till.as_ref()?.terminal.ledger().entry(entry)?;
        Some(Screen {
            key: self.key(entry),
            kind: entry.kind(),
            amount: entry.amount().minor(),
            outcome: entry.outcome(),
        })
    }

    /// Where a transaction of this till stands.
    pub(crate) fn key(&self, entry: &Entry) -> Key {
        let (batch, trace) = (entry.batch().number(), entry.trace().number());
        (self.lane.number, batch, trace)
    }
}
