//! What an operator orders, as a scenario says it.

use crate::script::{Card, Held, Refunded, Target};
use crate::world::World;
use annul::card::{Expiry, Pan, Track2};
use annul::crypto::CardOnFile;
use annul::journal::Approval;
use annul::ledger::Entry;
use annul::message;
use annul::terminal::{Hold, HoldClaim, PinWanted, Refund, RefundOf, Sale, Void};
use annul::transaction::{
    Amount, AuthorizationCode, OperatorId, Reference, RequestId, Trace, VoidNote, VoidReason,
};

pub(crate) fn request(world: &mut World, name: &str) -> Result<RequestId, String> {
    let request = RequestId::new(name).map_err(|error| error.to_string())?;
    if !world.names.iter().any(|(_, known)| known == name) {
        world.names.push((request.tag(), name.to_owned()));
    }
    Ok(request)
}

pub(crate) fn presented(card: &Card) -> (message::Card, PinWanted) {
    let (pan, expiry, track) = if card.other {
        (
            "6216261000000000018",
            "3012",
            "6216261000000000018=301220100000000",
        )
    } else {
        (
            "6224242900000113",
            "2806",
            "6224242900000113=28062019031013",
        )
    };
    let read = if card.keyed {
        message::Card::Keyed(CardOnFile {
            pan: Pan::parse(pan).expect("a card"),
            expiry: Expiry::parse(expiry).ok(),
        })
    } else {
        message::Card::Swiped(Track2::parse(track).expect("a track"))
    };
    (
        read,
        if card.pin {
            PinWanted::Yes
        } else {
            PinWanted::No
        },
    )
}

pub(crate) fn payment(
    world: &mut World,
    name: &str,
    amount: &str,
    card: &Card,
) -> Result<Sale, String> {
    let request = request(world, name)?;
    let amount = Amount::parse(amount).map_err(|error| error.to_string())?;
    let (card, pin) = presented(card);
    Ok(Sale {
        request,
        amount,
        card,
        pin,
    })
}

pub(crate) fn approval() -> Result<Approval, String> {
    Ok(Approval {
        supervisor: OperatorId::literal(*b"00"),
        reason: VoidReason::new("customer-request").map_err(|error| error.to_string())?,
        note: VoidNote::NONE,
    })
}

/// The pre-authorization was made on the day that the clock on the wall says.
pub(crate) fn claim_hold(
    world: &mut World,
    name: &str,
    amount: &str,
    which: &Held,
    card: &Card,
    claim: HoldClaim,
) -> Result<(), String> {
    let paid = payment(world, name, amount, card)?;
    let authorization = match which {
        Held::Code(code) => AuthorizationCode::new(code.as_bytes()).ok(),
        Held::Name(name) => world.entry(name).and_then(Entry::authorization),
    };
    let (_, month, day) = world.civil.date();
    let hold = Hold {
        request: paid.request,
        claim,
        authorization: authorization.ok_or("no authorization code")?,
        date: [month / 10, month % 10, day / 10, day % 10].map(|digit| b'0' + digit),
        amount: paid.amount,
        card: paid.card,
        pin: paid.pin,
    };
    world.command(|terminal, now, room| terminal.begin_hold(now, hold, room));
    Ok(())
}

pub(crate) fn refund(
    world: &mut World,
    name: &str,
    amount: &str,
    of: &Refunded,
    card: &Card,
) -> Result<(), String> {
    let paid = payment(world, name, amount, card)?;
    let of = match of {
        Refunded::Name(name) => {
            let entry = world.entry(name).ok_or("no such transaction")?;
            RefundOf::Trace(entry.trace())
        }
        Refunded::Trace(trace) => {
            RefundOf::Trace(Trace::new(*trace).map_err(|error| error.to_string())?)
        }
        Refunded::Slip(reference, date) => RefundOf::Slip {
            reference: Reference::new(reference.as_bytes()).map_err(|error| error.to_string())?,
            date: date.as_bytes().try_into().map_err(|_| "not a date")?,
        },
        Refunded::SlipOf(name) => {
            let entry = world.entry(name).ok_or("no such transaction")?;
            RefundOf::Slip {
                reference: entry.reference().ok_or("no reference")?,
                date: entry.date().ok_or("no date")?,
            }
        }
    };
    let refund = Refund {
        request: paid.request,
        of,
        amount: paid.amount,
        card: paid.card,
        pin: paid.pin,
        approval: approval()?,
    };
    world.command(|terminal, now, room| terminal.begin_refund(now, refund, room));
    Ok(())
}

pub(crate) fn sale(world: &mut World, name: &str, amount: &str, card: &Card) -> Result<(), String> {
    let sale = payment(world, name, amount, card)?;
    world.command(|terminal, now, room| terminal.begin_sale(now, sale, room));
    Ok(())
}

pub(crate) fn void(
    world: &mut World,
    name: &str,
    target: &Target,
    card: Option<&Card>,
) -> Result<(), String> {
    let request = request(world, name)?;
    let original = match target {
        Target::Trace(trace) => Trace::new(*trace).map_err(|error| error.to_string())?,
        Target::Name(sale) => world.entry(sale).ok_or("no such transaction")?.trace(),
    };
    let (card, pin) = match card.map(presented) {
        Some((card, pin)) => (Some(card), pin),
        None => (None, PinWanted::No),
    };
    let void = Void {
        request,
        original,
        card,
        pin,
        supervisor: OperatorId::literal(*b"00"),
        reason: VoidReason::new("customer-request").map_err(|error| error.to_string())?,
        note: VoidNote::NONE,
    };
    world.command(|terminal, now, room| terminal.begin_void(now, void, room));
    Ok(())
}
