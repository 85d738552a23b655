//! Orders: which slip and which card an operator takes, and the command of the
//! terminal for each kind.

use super::kinds::{self, Asks};
use super::meddler::Meddler;
use super::operator::Command;
use super::script::{Entry as Read, Order, Pin, Shown, Slip};
use super::till::{CARDS, Till, card_of};
use super::world::World;
use annul::card::{Expiry, Pan, Track2};
use annul::crypto::CardOnFile;
use annul::engine::Refusal;
use annul::ledger::{Entry, Status};
use annul::message::Card;
use annul::terminal::{Begun, Hold, Now, PinWanted, Sale, Void};
use annul::transaction::{
    Amount, AuthorizationCode, Kind, OperatorId, RequestId, Trace, VoidNote, VoidReason,
};

/// What is wanted, with all that stands on slip and card.
#[derive(Clone, Copy, Debug)]
pub(crate) struct What {
    pub(super) kind: Kind,
    about: About,
    card: Option<u8>,
    entry: Read,
    pin: Pin,
}

#[derive(Clone, Copy, Debug)]
enum About {
    /// Minor units.
    Amount(u64),
    /// The voucher number of what is voided.
    Trace(Trace),
    /// A pre-authorization by what stands on its slip, and how much.
    Hold(AuthorizationCode, [u8; 4], u64),
}

impl<M: Meddler> World<'_, M> {
    /// An order with what stands on its slip; none where there is no slip.
    pub(super) fn wanted(&self, order: Order) -> Option<What> {
        let shown = |card: u8| match order.shown {
            Shown::No => None,
            Shown::Same => Some(card),
            Shown::Other => Some(1 - card),
        };
        let (about, card) = match kinds::of(order.kind).asks {
            Asks::Payment(_) => (About::Amount(order.amount.into()), Some(order.card)),
            Asks::Trace => {
                let entry = self.slip_here(order)?;
                (About::Trace(entry.trace()), shown(card_of(entry.card())))
            }
            Asks::Slip(_) => {
                let free = |slip: &&super::world::Slip| {
                    let row = self.auditor.row(slip.key);
                    order.of == Slip::Any || row.is_some_and(|row| row.claim.is_none())
                };
                let recent = self.slips.iter().rev().filter(free).take(3);
                let recent: Vec<_> = recent.collect();
                let slip = *recent.get(usize::from(order.pick).checked_rem(recent.len())?)?;
                let amount = (slip.amount * u64::from(order.amount) / 100).max(1);
                let card = shown(slip.card).unwrap_or(slip.card);
                let about = About::Hold(slip.authorization, slip.date, amount);
                (about, Some(card))
            }
        };
        Some(What {
            kind: order.kind,
            about,
            card,
            entry: order.entry,
            pin: order.pin,
        })
    }

    /// A recent slip of this till, as operators pick them; sometimes an old one.
    fn slip_here(&self, order: Order) -> Option<Entry> {
        let mut entries = self.entries();
        if order.of == Slip::Standing {
            let fits = |entry: &Entry| Some(entry.kind()) == order.kind.quotes();
            entries.retain(|entry| fits(entry) && entry.status() == Status::Approved);
        }
        let pick = usize::from(order.pick);
        let among = if pick.is_multiple_of(3) {
            entries.len()
        } else {
            entries.len().min(4)
        };
        let index = pick.checked_rem(among)?;
        entries.get(entries.len() - 1 - index).copied()
    }
}

impl Till {
    /// What [`annul::terminal::Terminal::options`] says of a command, where it
    /// is about a transaction of this till.
    pub(super) fn offers(&self, what: &What, room: usize) -> Option<Result<(), Refusal>> {
        let ledger = self.terminal.ledger();
        let trace = match what.about {
            About::Amount(_) => return None,
            About::Trace(trace) => trace,
            About::Hold(authorization, ..) => {
                let hold = |entry: &&Entry| {
                    let same_card = Some(card_of(entry.card())) == what.card;
                    same_card && entry.authorization() == Some(authorization)
                };
                ledger.entries().iter().rfind(hold)?.trace()
            }
        };
        if !self.terminal.is_idle() {
            return None;
        }
        let mut options = self.terminal.options(trace, room).ok()?;
        let choice = options.find(|choice| choice.kind == what.kind)?;
        Some(choice.refusal.map_or(Ok(()), Err))
    }

    pub(super) fn give(
        &mut self,
        now: Now,
        command: &Command,
        room: usize,
    ) -> Result<Begun, Refusal> {
        let request = RequestId::new(&command.id).expect("an id of the simulation");
        let What {
            kind,
            about,
            card,
            entry,
            pin,
        } = command.what;
        let amount = |minor| Amount::new(minor).expect("an amount of the script");
        let pin = enter(self, pin, card.unwrap_or_default());
        let terminal = &mut self.terminal;
        match (about, kinds::of(kind).asks) {
            (About::Amount(minor), Asks::Payment(begin)) => {
                let sale = Sale {
                    request,
                    amount: amount(minor),
                    card: present(card.unwrap_or_default(), entry),
                    pin,
                };
                begin(terminal, now, sale, room)
            }
            (About::Trace(original), _) => {
                let void = Void {
                    request,
                    original,
                    card: card.map(|card| present(card, entry)),
                    pin,
                    supervisor: OperatorId::literal(*b"00"),
                    reason: VoidReason::new("customer-request").expect("a reason"),
                    note: VoidNote::NONE,
                };
                terminal.begin_void(now, void, room)
            }
            (About::Hold(authorization, date, minor), Asks::Slip(claim)) => {
                let hold = Hold {
                    request,
                    claim: (claim.claim)(),
                    authorization,
                    date,
                    amount: amount(minor),
                    card: present(card.unwrap_or_default(), entry),
                    pin,
                };
                terminal.begin_hold(now, hold, room)
            }
            _ => unreachable!("{kind:?} is not ordered by {about:?}"),
        }
    }
}

/// Refusals that depend on the card, the amount or the id, which who asks for
/// options does not say; and of a confirmation that is due this moment.
pub(super) fn may_differ(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::OtherCard
            | Refusal::OtherAmount
            | Refusal::ExceedsHold
            | Refusal::Amount
            | Refusal::RequestIdReused
            | Refusal::ReversalPending
            | Refusal::Security(_)
    )
}

pub(super) fn sale(amount: u64, card: u8) -> What {
    What {
        kind: Kind::Sale,
        about: About::Amount(amount),
        card: Some(card),
        entry: Read::Swiped,
        pin: Pin::None,
    }
}

fn enter(till: &mut Till, pin: Pin, card: u8) -> PinWanted {
    match pin {
        Pin::None => PinWanted::No,
        entered => {
            till.enter(entered, usize::from(card));
            PinWanted::Yes
        }
    }
}

/// A card at the till: swiped, or its number keyed.
fn present(card: u8, entry: Read) -> Card {
    let (pan, track, _) = CARDS[usize::from(card)];
    match entry {
        Read::Keyed => Card::Keyed(CardOnFile {
            pan: Pan::parse(pan).expect("a test card"),
            expiry: Expiry::parse("2806").ok(),
        }),
        Read::Swiped => Card::Swiped(Track2::parse(track).expect("a test track")),
    }
}
