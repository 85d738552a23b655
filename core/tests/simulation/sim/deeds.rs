//! What the till wants done, done: or refused, delayed, or cut by the power.

use super::auditor::Message;
use super::disk::{Cut, decode};
use super::meddler::{Deal, Meddler, Rewrite};
use super::script::{Fault, Twist};
use super::till::Deed;
use super::world::{Happening, World};
use annul::engine::{Notice, Refusal, Sending, State};
use annul::journal::{Record, Seq};
use annul::terminal::{Input, LinkId, News};

impl<M: Meddler> World<'_, M> {
    /// Does everything the till wants, in order; checks the ledgers after it.
    pub(crate) fn drain(&mut self) {
        while let Some(deed) = self.next_deed() {
            self.lane.count.actions += 1;
            if let Some((cut, off)) = self.power_cut() {
                self.cut_off(deed, cut, off);
                return;
            }
            self.perform(deed);
        }
        let lane = &mut self.lane;
        let Some(till) = &lane.till else { return };
        if *till.terminal.state() == State::Faulted {
            self.reopen();
        } else if lane.unchecked && till.writing.is_none() && till.owed.is_empty() {
            lane.unchecked = false;
            if !till.agrees() {
                let what = "the running ledger is not the fold of the journal";
                self.auditor.find("I16", what.into());
            }
        }
    }

    fn next_deed(&mut self) -> Option<Deed> {
        let lane = &mut self.lane;
        let till = lane.till.as_mut()?;
        let (count, twists) = (&mut lane.count, &lane.twists);
        let mut broken = None;
        let mut fails = || {
            let question = count.questions;
            count.questions = question.saturating_add(1);
            broken = twists.iter().find_map(|twist| match twist {
                Twist::Module(which, how) if *which == question => Some(*how),
                _ => None,
            });
            broken
        };
        let auditor = &mut self.auditor;
        let mut printed = |text: &str| auditor.printed(text);
        // Text is dear to make: one seed in eight prints every action.
        let prints = self.script.seed.is_multiple_of(8);
        let deed = till.next(&mut fails, prints.then_some(&mut printed));
        if broken.is_some() {
            self.marks.hit("refused: security module");
        }
        deed
    }

    fn power_cut(&mut self) -> Option<(Cut, u32)> {
        let now = self.lane.count.actions;
        self.lane.twists.iter().find_map(|twist| match twist {
            Twist::Kill { action, cut, off } if *action == now => Some((*cut, *off)),
            _ => None,
        })
    }

    /// The power goes while this is done: a record is lost, kept or torn, a
    /// frame left or did not.
    fn cut_off(&mut self, deed: Deed, cut: Cut, off: u32) {
        match deed {
            Deed::Persist(seq, record) => {
                if let Some(till) = &mut self.lane.till {
                    till.writing = Some((seq, record));
                }
            }
            Deed::Send(link, frame) => {
                let reversal = Message::read(&frame).is_some_and(|frame| frame.is_reversal());
                self.marks.hit(match (cut == Cut::Kept, reversal) {
                    (true, false) => "killed after sending",
                    (true, true) => "killed after sending a reversal",
                    (false, false) => "killed before sending",
                    (false, true) => "killed before sending a reversal",
                });
                if cut == Cut::Kept {
                    self.send(link, frame);
                }
            }
            Deed::Notify(News::Notice(Notice::Outcome(entry))) => self.mark_unshown(entry),
            _ => {}
        }
        self.kill(cut, off.into());
    }

    fn perform(&mut self, deed: Deed) {
        let till = self.lane.till.as_ref();
        let writing = till.is_some_and(|till| till.writing.is_some());
        let owing = till.is_some_and(|till| !till.owed.is_empty());
        let early = match deed {
            Deed::Connect(_) | Deed::Send(..) => writing || owing,
            Deed::Persist(..) => writing,
            _ => false,
        };
        if early {
            let what = "a message or a record before a record was written";
            self.auditor.find("I15", what.into());
        }
        match deed {
            Deed::Persist(seq, record) => self.persist(seq, record),
            Deed::Recall(job, seq) => {
                let owed = self.lane.till.as_ref().and_then(|till| {
                    let owed = till.owed.iter().find(|(other, _)| *other == seq);
                    owed.map(|(_, bytes)| bytes.clone())
                });
                let mut bytes = owed.or_else(|| self.lane.disk.recall(seq).map(<[u8]>::to_vec));
                let twists = &mut self.lane.twists;
                if let Some(at) = twists.iter().position(|one| *one == Twist::Unreadable) {
                    twists.remove(at);
                    self.marks.hit("record that could not be read");
                    bytes = None;
                }
                self.feed(Input::Recalled(job, bytes.as_deref()));
            }
            Deed::Asked(answered) => self.feed(answered.input()),
            Deed::Connect(link) => self.connect(link),
            Deed::Send(link, frame) => self.send(link, frame),
            Deed::Close(link) => {
                if self
                    .lane
                    .link
                    .as_ref()
                    .is_some_and(|(open, _)| *open == link)
                {
                    self.lane.link = None;
                }
            }
            Deed::Notify(news) => self.news(news),
        }
    }

    fn persist(&mut self, seq: Seq, record: Vec<u8>) {
        if self.meddler.meddles()
            && let Some((_, what)) = decode(&record)
        {
            match self
                .meddler
                .persist(&self.lane.disk.decoded(), &what, &record)
            {
                Deal::Honest => {}
                Deal::AckFirst => return self.owe(seq, record),
                Deal::Bytes(bytes) => return self.write_later(seq, bytes),
                Deal::Rewrite(rewrite) => return self.rewrite(rewrite),
            }
            self.pay();
        }
        let nth = self.lane.count.records;
        self.lane.count.records = nth.saturating_add(1);
        if self.lane.twists.contains(&Twist::Refuse(nth)) {
            self.marks.hit("journal refused a record");
            self.feed(Input::PersistFailed(seq));
        } else if self.lane.twists.contains(&Twist::RefuseButKeep(nth)) {
            self.marks.hit("journal refused a record and kept it");
            if self.lane.disk.append(seq, &record) {
                self.note(seq, &record);
            }
            self.feed(Input::PersistFailed(seq));
        } else {
            self.write_later(seq, record);
        }
    }

    fn write_later(&mut self, seq: Seq, record: Vec<u8>) {
        let slow = self.lane.twists.iter().find_map(|twist| match twist {
            Twist::SlowDisk(millis) => Some(u64::from(*millis)),
            _ => None,
        });
        let delay = slow.unwrap_or(self.script.shop.writing);
        let boot = self.lane.boots;
        if let Some(till) = &mut self.lane.till {
            till.writing = Some((seq, record));
        }
        if delay == 0 {
            self.end_writing();
        } else {
            self.plan(delay, Happening::Written { boot });
        }
    }

    pub(crate) fn written(&mut self) {
        self.end_writing();
        self.drain();
    }

    fn end_writing(&mut self) {
        let Some(till) = &mut self.lane.till else {
            return;
        };
        let Some((seq, record)) = till.writing.take() else {
            return;
        };
        if self.lane.disk.append(seq, &record) {
            let folded = till.folded(&record);
            self.note(seq, &record);
            if let Err(error) = folded {
                self.auditor.find("I16", error.to_string());
            }
            self.feed(Input::Persisted(seq));
        } else {
            self.no_room(seq, &record);
        }
    }

    /// Scenario 26: outcomes and reversals have reserved room.
    fn no_room(&mut self, seq: Seq, record: &[u8]) {
        if let Some((_, what)) = decode(record)
            && !matches!(what, Record::KeysChanged(_))
        {
            let what = format!("no room for record {}: {what:?}", seq.0);
            self.auditor.find("I12", what);
        }
        self.feed(Input::PersistFailed(seq));
    }

    /// A saboteur's till: the record is confirmed, and not written yet.
    fn owe(&mut self, seq: Seq, record: Vec<u8>) {
        if let Some(till) = &mut self.lane.till {
            till.owed.push((seq, record));
        }
        self.feed(Input::Persisted(seq));
    }

    /// What is owed is written before the next record.
    fn pay(&mut self) {
        let owed = self
            .lane
            .till
            .as_mut()
            .map(|till| std::mem::take(&mut till.owed));
        for (seq, record) in owed.unwrap_or_default() {
            self.lane.disk.append(seq, &record);
            self.note(seq, &record);
            if let Some(till) = &mut self.lane.till {
                // The shadow ends with a saboteur: I16 is not what is tried.
                let _ = till.folded(&record);
            }
        }
    }

    /// A saboteur's journal: the till starts again over it.
    pub(crate) fn rewrite(&mut self, rewrite: Rewrite) {
        self.lane.disk.rewrite(&rewrite.journal);
        if let Some(record) = rewrite.wrote {
            let seq = Seq(rewrite.journal.len() as u32);
            self.auditor.recorded(self.lane.number, seq, &record);
        }
        if self.lane.till.take().is_some() {
            self.lane.link = None;
            self.boot();
        }
    }

    /// Rows 8 and 39: the journal is opened again, as an app must.
    fn reopen(&mut self) {
        self.lane.till = None;
        self.lane.link = None;
        self.plan(500, Happening::Boot);
    }

    fn connect(&mut self, link: LinkId) {
        let nth = self.lane.count.exchanges;
        self.lane.count.exchanges = nth.saturating_add(1);
        self.lane.seen.slow = false;
        let mine = self.lane.twists.iter().filter_map(|twist| match twist {
            Twist::Link(which, fault) if *which == nth => Some(*fault),
            _ => None,
        });
        let faults: Vec<Fault> = mine.collect();
        let boot = self.lane.boots;
        let latency = self.script.shop.latency;
        let away = self.host.away_until > self.now;
        if away {
            self.marks.hit("host away");
        }
        if away || faults.contains(&Fault::Refused) {
            let sending = Sending::NothingSent;
            self.plan(
                latency,
                Happening::Down {
                    boot,
                    link,
                    sending,
                },
            );
        } else if faults.contains(&Fault::ConnectDies) {
            let sending = Sending::MaybeSent;
            self.plan(
                latency,
                Happening::Down {
                    boot,
                    link,
                    sending,
                },
            );
        } else {
            let slow = faults.iter().find_map(|fault| match fault {
                Fault::ConnectSlow(millis) => Some(u64::from(*millis)),
                _ => None,
            });
            self.lane.seen.slow = slow.is_some();
            let after = slow.unwrap_or(latency);
            self.plan(after, Happening::Connected { boot, link });
        }
        self.lane.link = Some((link, faults));
    }

    fn news(&mut self, news: News) {
        match news {
            News::Notice(Notice::Outcome(entry) | Notice::Attention(entry)) => self.show(entry),
            News::Refused(refusal) => self.mark_refusal(refusal),
            News::KeysRefused(_) => {
                let boot = self.lane.boots;
                self.plan(3_000, Happening::Start { boot });
            }
            News::Notice(_) => {}
        }
        if let News::Refused(Refusal::SignInRequired) = news {
            self.sign_in();
        }
    }

    /// An outcome stands on the screen.
    pub(crate) fn show(&mut self, entry: Seq) {
        match self.screen(entry) {
            Some(mut screen) => {
                self.meddler.shows(&mut screen);
                self.auditor.shown(&screen);
                self.mark_screen(&screen);
            }
            None => self
                .auditor
                .find("I4", format!("{entry:?} is shown, and is not there")),
        }
    }
}
