//! The operator: sells, voids, taps twice, cancels, switches off.

use super::auditor::Key;
use super::meddler::Meddler;
use super::script::{Act, Pin, Shown, Slip, Tombstones};
use super::till::CARDS;
use super::world::{Happening, World};
use annul::card::{Expiry, Pan, Track2};
use annul::crypto::CardOnFile;
use annul::engine::{Refusal, Resolution, Sending};
use annul::journal::{Seq, Verdict};
use annul::ledger::{Entry, Status};
use annul::message::Card;
use annul::terminal::{Begun, Input, PinWanted, Sale, Void};
use annul::transaction::{Amount, Kind, OperatorId, RequestId, Trace, VoidNote, VoidReason};

/// A command as it was given, with the caller's id.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) id: String,
    pub(crate) what: What,
    /// In which run of the till it was given last.
    boot: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Sale {
        amount: u32,
        card: u8,
        pin: Pin,
    },
    Void {
        original: Trace,
        card: Option<u8>,
        pin: Pin,
    },
}

impl<M: Meddler> World<'_, M> {
    pub(crate) fn act(&mut self, act: Act) {
        match act {
            Act::Sale { amount, card, pin } => self.order(What::Sale { amount, card, pin }),
            Act::Void {
                pick,
                of,
                card,
                pin,
            } => self.void(pick, of, card, pin),
            Act::Again { pick } => self.again(pick),
            Act::Reuse { pick } => self.reuse(pick),
            Act::SignIn => self.sign_in(),
            Act::Echo => self.command(|till, now| till.terminal.echo(now)),
            Act::Recover => self.recover(),
            Act::Resolve { pick } => self.resolve(pick),
            Act::Wait => {}
            Act::Restart => {
                self.till = None;
                self.link = None;
                self.plan(2_000, Happening::Boot);
            }
            Act::Clock(seconds) => {
                self.skew += i64::from(seconds);
                if seconds < 0 {
                    self.marks.hit("civil clock jumped back");
                }
            }
            Act::HostRestart(tombstones) => self.host_restarts(tombstones),
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let till = self.till.as_ref();
        till.map_or_else(Vec::new, |till| till.terminal.ledger().entries().to_vec())
    }

    fn order(&mut self, what: What) {
        let id = format!("order-{}", self.commands.len());
        let boot = self.boots;
        self.commands.push(Command { id, what, boot });
        self.give(self.commands.len() - 1);
    }

    /// A recent slip, as operators pick them; sometimes an old one.
    fn void(&mut self, pick: u8, of: Slip, card: Shown, pin: Pin) {
        let mut entries = self.entries();
        if of == Slip::Standing {
            let sale = |entry: &Entry| entry.kind() == Kind::Sale;
            entries.retain(|entry| sale(entry) && entry.status() == Status::Approved);
        }
        let pick = usize::from(pick);
        let among = if pick.is_multiple_of(3) {
            entries.len()
        } else {
            entries.len().min(4)
        };
        if among == 0 {
            return;
        }
        let sale = entries[entries.len() - 1 - pick % among];
        let own = usize::from(sale.card().to_string().starts_with("621626"));
        let card = match card {
            Shown::No => None,
            Shown::Same => Some(own as u8),
            Shown::Other => Some(1 - own as u8),
        };
        self.order(What::Void {
            original: sale.trace(),
            card,
            pin,
        });
    }

    fn again(&mut self, pick: u8) {
        let known = self.commands.len();
        if known > 0 {
            let recent = known.min(4);
            self.give(known - 1 - usize::from(pick) % recent);
        }
    }

    /// Another sale under an id that has its transaction already.
    fn reuse(&mut self, pick: u8) {
        let ids: Vec<String> = self.auditor.rows().map(|(_, row)| row.id.clone()).collect();
        let Some(id) = ids.get(usize::from(pick) % ids.len().max(1)) else {
            return;
        };
        let what = What::Sale {
            amount: 777_777,
            card: 0,
            pin: Pin::None,
        };
        let begun = self.begin(&Command {
            id: id.clone(),
            what,
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
        let command = self.commands[index].clone();
        let row = self.auditor.rows().find(|(_, row)| row.id == command.id);
        let known: Option<Key> = row.map(|(key, _)| *key);
        let other_run = command.boot != self.boots;
        self.commands[index].boot = self.boots;
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
            .till
            .as_ref()
            .is_some_and(|till| till.terminal.is_idle());
        if other_run {
            self.marks.hit("same id after a restart");
        }
        if !idle {
            self.marks.hit("same id while it is under way");
        }
        let status = self.till.as_ref().and_then(|till| {
            let entry = till.terminal.ledger().entry(seq)?;
            Some(entry.status())
        });
        if status == Some(Status::Voided) {
            self.marks.hit("sale voided, void shown again by its id");
        }
        self.show(seq);
    }

    /// What an app does about a refusal, and a saboteur.
    fn refused(&mut self, index: usize, refusal: Refusal) {
        if self.meddler.meddles()
            && let Some(rewrite) = self.meddler.refused(refusal, &self.disk.decoded())
        {
            self.rewrite(rewrite);
            let command = self.commands[index].clone();
            self.begin(&command);
            return;
        }
        if refusal == Refusal::SignInRequired {
            self.drain();
            self.sign_in();
        }
    }

    fn begin(&mut self, command: &Command) -> Option<Result<Begun, Refusal>> {
        let room = self.disk.room();
        let civil = self.civil();
        let till = self.till.as_mut()?;
        let now = till.now(self.now, civil);
        let request = RequestId::new(&command.id).expect("an id of the simulation");
        Some(match command.what {
            What::Sale { amount, card, pin } => {
                let wanted = enter(till, pin, card);
                let sale = Sale {
                    request,
                    amount: Amount::new(amount.into()).expect("an amount of the script"),
                    card: present(card, amount.is_multiple_of(3)),
                    pin: wanted,
                };
                till.terminal.begin_sale(now, sale, room)
            }
            What::Void {
                original,
                card,
                pin,
            } => {
                let wanted = enter(till, pin, card.unwrap_or_default());
                let void = Void {
                    request,
                    original,
                    card: card.map(|card| present(card, false)),
                    pin: wanted,
                    supervisor: OperatorId::literal(*b"00"),
                    reason: VoidReason::new("customer-request").expect("a reason"),
                    note: VoidNote::NONE,
                };
                till.terminal.begin_void(now, void, room)
            }
        })
    }

    pub(crate) fn sign_in(&mut self) {
        self.command(|till, now| till.terminal.sign_in(now));
    }

    pub(crate) fn recover(&mut self) {
        self.command(|till, now| till.terminal.recover(now));
    }

    fn command(
        &mut self,
        give: impl FnOnce(&mut super::till::Till, annul::terminal::Now) -> Result<(), Refusal>,
    ) {
        let civil = self.civil();
        let Some(till) = &mut self.till else { return };
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
        let stands = self
            .auditor
            .stands_at_host((entry.batch().number(), entry.trace().number()));
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
        // What it was about to answer is lost, and the line breaks.
        self.queue
            .retain(|_, happening| !matches!(happening, Happening::Answer { .. }));
        if let Some((link, _)) = self.link {
            let (boot, sending) = (self.boots, Sending::MaybeSent);
            self.plan(
                10,
                Happening::Down {
                    boot,
                    link,
                    sending,
                },
            );
        }
    }

    pub(crate) fn cancel(&mut self) {
        self.seen.cancelled = true;
        self.tell(Input::Cancel);
    }

    pub(crate) fn tap_again(&mut self) {
        if let Some(last) = self.commands.len().checked_sub(1) {
            self.give(last);
        }
    }

    pub(crate) fn other_sale(&mut self) {
        self.order(What::Sale {
            amount: 4_242,
            card: 1,
            pin: Pin::None,
        });
    }
}

fn enter(till: &mut super::till::Till, pin: Pin, card: u8) -> PinWanted {
    match pin {
        Pin::None => PinWanted::No,
        entered => {
            till.enter(entered, usize::from(card));
            PinWanted::Yes
        }
    }
}

/// A card at the till: swiped, or its number keyed.
fn present(card: u8, keyed: bool) -> Card {
    let (pan, track, _) = CARDS[usize::from(card)];
    if keyed {
        Card::Keyed(CardOnFile {
            pan: Pan::parse(pan).expect("a test card"),
            expiry: Expiry::parse("2806").ok(),
        })
    } else {
        Card::Swiped(Track2::parse(track).expect("a test track"))
    }
}
