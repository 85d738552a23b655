//! The operator: sells, voids, taps twice, cancels, switches off.

use super::auditor::Key;
use super::meddler::Meddler;
use super::orders::{What, may_differ, sale};
use super::script::{Act, Damage, Tombstones};
use super::till::{Software, Till};
use super::world::{Happening, World};
use annul::engine::{Refusal, Resolution, Sending};
use annul::journal::{Seq, Verdict};
use annul::ledger::{Entry, Status};
use annul::terminal::{Begun, Input, Now};
use annul::transaction::{OperatorId, VoidNote};

/// A command as it was given, with the caller's id.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) id: String,
    pub(crate) what: What,
    /// In which run of the till it was given last.
    pub(super) boot: u32,
}

impl<M: Meddler> World<'_, M> {
    pub(crate) fn act(&mut self, act: Act) {
        match act {
            Act::Order(order) => {
                if let Some(what) = self.wanted(order) {
                    self.order(what);
                }
            }
            Act::Again { pick } => self.again(pick),
            Act::Reuse { pick } => self.reuse(pick),
            Act::SignIn => self.sign_in(),
            Act::Echo => self.command(|till, now| till.terminal.echo(now)),
            Act::Recover => self.recover(),
            Act::Resolve { pick } => self.resolve(pick),
            Act::Wait => {}
            Act::Restart => self.restart(),
            Act::Upgrade => {
                self.restart();
                self.lane.software = Software::Updated;
            }
            Act::Damage(damage) => self.damage(damage),
            Act::Clock(seconds) => {
                self.skew += i64::from(seconds);
                if seconds < 0 {
                    self.marks.hit("civil clock jumped back");
                }
            }
            Act::HostRestart(tombstones) => self.host_restarts(tombstones),
        }
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let till = self.lane.till.as_ref();
        till.map_or_else(Vec::new, |till| till.terminal.ledger().entries().to_vec())
    }

    fn restart(&mut self) {
        self.lane.till = None;
        self.lane.link = None;
        self.plan(2_000, Happening::Boot);
    }

    /// I22: a damaged journal is not opened; nothing of it is lost by that.
    fn damage(&mut self, damage: Damage) {
        self.restart();
        let (lane, shop) = (&self.lane, &self.script.shop);
        let Some(disk) = lane.disk.damaged(damage) else {
            return;
        };
        let number = match damage {
            Damage::Foreign => 1 - lane.number,
            _ => lane.number,
        };
        let opened = Till::boot(number, (0, self.now), &disk, shop, lane.software);
        if opened.is_ok() {
            let what = format!("a journal with {damage:?} is opened");
            return self.auditor.find("I22", what);
        }
        self.marks.hit(match damage {
            Damage::Rot { .. } => "rotten journal not opened",
            Damage::Gap { .. } => "journal with a gap not opened",
            Damage::Newer => "journal of a newer version not opened",
            Damage::Foreign => "journal of another terminal not opened",
        });
    }

    fn order(&mut self, what: What) {
        let id = format!("order-{}-{}", self.lane.number, self.lane.commands.len());
        let boot = self.lane.boots;
        self.lane.commands.push(Command { id, what, boot });
        self.give(self.lane.commands.len() - 1);
    }

    fn again(&mut self, pick: u8) {
        let known = self.lane.commands.len();
        if known > 0 {
            let recent = known.min(4);
            self.give(known - 1 - usize::from(pick) % recent);
        }
    }

    /// Another sale under an id that has its transaction in this batch.
    fn reuse(&mut self, pick: u8) {
        let open =
            (self.lane.till.as_ref()).map_or(0, |till| till.terminal.ledger().batch().number());
        let rows = self.auditor.rows_of(self.lane.number);
        let rows = rows.filter(|(key, _)| key.1 == open);
        let ids: Vec<String> = rows.map(|(_, row)| row.id.clone()).collect();
        let Some(id) = ids.get(usize::from(pick) % ids.len().max(1)) else {
            return;
        };
        let begun = self.begin(&Command {
            id: id.clone(),
            what: sale(777_777, 0),
            boot: 0,
        });
        match begun {
            Some(Err(Refusal::RequestIdReused)) => {
                self.marks.hit("id of another transaction refused");
            }
            Some(Ok(_)) => self
                .auditor
                .find("I19", format!("{id} was taken for another sale")),
            _ => {}
        }
        self.drain();
    }

    /// Gives a command, and what a refusal asks for.
    fn give(&mut self, index: usize) {
        let command = self.lane.commands[index].clone();
        let mut rows = self.auditor.rows_of(self.lane.number);
        let known = rows.find(|(_, row)| row.id == command.id);
        let known: Option<Key> = known.map(|(key, _)| *key);
        drop(rows);
        let other_run = command.boot != self.lane.boots;
        self.lane.commands[index].boot = self.lane.boots;
        let begun = self.begin(&command);
        match begun {
            None => return,
            Some(Ok(Begun::New)) => {}
            Some(Ok(Begun::Known(seq))) => self.asked_again(seq, other_run),
            Some(Err(refusal)) => {
                if let (Some(key), Refusal::Busy) = (known, refusal) {
                    let what = format!("{key:?} is asked for again by its id: {refusal}");
                    self.auditor.find("I19", what);
                }
                self.mark_refusal(refusal);
                self.refused(index, refusal);
            }
        }
        self.drain();
    }

    fn asked_again(&mut self, seq: Seq, other_run: bool) {
        let idle = self
            .lane
            .till
            .as_ref()
            .is_some_and(|till| till.terminal.is_idle());
        if other_run {
            self.marks.hit("same id after a restart");
        }
        if !idle {
            self.marks.hit("same id while it is under way");
        }
        let status = self.lane.till.as_ref().and_then(|till| {
            let entry = till.terminal.ledger().entry(seq)?;
            Some(entry.status())
        });
        if status == Some(Status::Voided) {
            self.marks.hit("voided, and shown again by its id");
        }
        self.show(seq);
    }

    /// What an app does about a refusal, and a saboteur.
    fn refused(&mut self, index: usize, refusal: Refusal) {
        if self.meddler.meddles()
            && let Some(rewrite) = self.meddler.refused(refusal, &self.lane.disk.decoded())
        {
            self.rewrite(rewrite);
            let command = self.lane.commands[index].clone();
            self.begin(&command);
            return;
        }
        if refusal == Refusal::SignInRequired {
            self.drain();
            self.sign_in();
        }
    }

    fn begin(&mut self, command: &Command) -> Option<Result<Begun, Refusal>> {
        let room = self.lane.disk.room();
        let civil = self.civil();
        let till = self.lane.till.as_mut()?;
        let now = till.now(self.now, civil);
        let kind = command.what.kind;
        let offered = till.offers(&command.what, room);
        let begun = till.give(now, command, room);
        match (offered, begun) {
            (Some(Ok(())), Err(refusal)) if !may_differ(refusal) => {
                let what = format!("{kind:?} was offered, and is refused: {refusal}");
                self.auditor.find("options", what);
            }
            (Some(Err(refusal)), Ok(Begun::New)) => {
                let what = format!("{kind:?} is begun; asked before: {refusal}");
                self.auditor.find("options", what);
            }
            (Some(_), _) => self.marks.hit("options asked, and true"),
            (None, _) => {}
        }
        Some(begun)
    }

    pub(crate) fn sign_in(&mut self) {
        let busy = (self.lane.till.as_ref()).is_some_and(|till| !till.terminal.is_idle());
        if busy {
            self.marks
                .hit("refused: sign-in while another is under way");
        }
        self.command(|till, now| till.terminal.sign_in(now));
    }

    pub(crate) fn recover(&mut self) {
        self.command(|till, now| till.terminal.recover(now));
    }

    fn command(&mut self, give: impl FnOnce(&mut Till, Now) -> Result<(), Refusal>) {
        let civil = self.civil();
        let Some(till) = &mut self.lane.till else {
            return;
        };
        let now = till.now(self.now, civil);
        if let Err(refusal) = give(till, now) {
            self.mark_refusal(refusal);
        }
        self.drain();
    }

    /// A supervisor asks the acquirer how a parked one stands, once nothing of
    /// it can be on the way any more.
    fn resolve(&mut self, pick: u8) {
        let parked = |entry: &&Entry| entry.status() == Status::Parked;
        let entries = self.entries();
        let parked: Vec<&Entry> = entries.iter().filter(parked).collect();
        let Some(entry) = parked.get(usize::from(pick) % parked.len().max(1)) else {
            return;
        };
        if !self.queue.is_empty() {
            return;
        }
        let stands = self.auditor.stands_at_host(self.key(entry));
        let resolution = Resolution {
            request: entry.tag(),
            by: OperatorId::literal(*b"00"),
            verdict: if stands {
                Verdict::Approved
            } else {
                Verdict::Reversed
            },
            note: VoidNote::NONE,
        };
        self.command(|till, now| till.terminal.resolve(now, &resolution).map(drop));
    }

    fn host_restarts(&mut self, tombstones: Tombstones) {
        self.marks.hit("host restarted");
        if tombstones == Tombstones::Lost && self.host.has_tombstones() {
            self.marks.hit("host lost its tombstones");
        }
        self.host.restart(tombstones);
        // What it was about to answer is lost, and the lines break.
        self.queue
            .retain(|_, (_, happening)| !matches!(happening, Happening::Answer { .. }));
        for till in 0..self.script.shop.tills {
            self.focus(till);
            if let Some((link, _)) = self.lane.link {
                let (boot, sending) = (self.lane.boots, Sending::MaybeSent);
                let down = Happening::Down {
                    boot,
                    link,
                    sending,
                };
                self.plan(10, down);
            }
        }
    }

    pub(crate) fn cancel(&mut self) {
        self.lane.seen.cancelled = true;
        self.tell(Input::Cancel);
    }

    pub(crate) fn tap_again(&mut self) {
        if let Some(last) = self.lane.commands.len().checked_sub(1) {
            self.give(last);
        }
    }

    pub(crate) fn other_sale(&mut self) {
        self.order(sale(4_242, 1));
    }
}
