//! The fair end of a scenario: nothing fails any more, and the terminal must
//! bring everything to an end that its host agrees with.

use crate::expect;
use crate::play::recover;
use crate::script::Cut;
use crate::world::World;
use annul::engine::{Resolution, State};
use annul::journal::Verdict;
use annul::ledger::Status;
use annul::terminal::{Begun, Terminal};
use annul::transaction::{OperatorId, TerminalId, VoidNote};
use annul_host::ledger::{self as books, Ledger as _};

/// Power, line, storage, keys and host work again; requests still on their way
/// arrive at the worst moment inside the guard time. Then nothing may be left.
/// A second power cut on the way begins it anew.
pub(crate) fn fair_end(world: &mut World) -> Result<(), String> {
    if world.damaged {
        return Ok(());
    }
    make_fair(world)?;
    world.pass(world.now);
    while let Some(frame) = world.host.late_requests.pop() {
        world.reach(&frame);
    }
    world.pass_until(Terminal::is_idle);
    if world.terminal.is_some() {
        recover(world);
    }
    if world.terminal.is_none() {
        world.cut_at = None;
        return fair_end(world);
    }
    if let Some(refusal) = world.refusal {
        return Err(format!("recover was refused: {refusal:?}"));
    }
    finish_settlement(world)?;
    ask_the_acquirer(world)?;
    if world.terminal.is_none() {
        world.cut_at = None;
        return fair_end(world);
    }
    agree(world)?;
    match world.audit.faults.first() {
        Some(fault) => Err(fault.clone()),
        None => Ok(()),
    }
}

/// A settlement that was begun comes to its end. Where the host lost something
/// of the open batch, there must be one: it is what brings the two together.
fn finish_settlement(world: &mut World) -> Result<(), String> {
    let open = |world: &World| (world.ledger()).is_some_and(|one| one.settlement().is_some());
    let batch = world.ledger().map(annul::ledger::Ledger::batch);
    let needed = world.host.lost.is_some() && world.host.lost == batch;
    if !(open(world) || needed) {
        return Ok(());
    }
    world.command(|terminal, now, room| terminal.settle(now, room).map(|()| Begun::New));
    world.pass_until(Terminal::is_idle);
    if world.terminal.is_none() {
        return Ok(());
    }
    if open(world) {
        return Err(format!("the settlement does not end: {:?}", world.refusal));
    }
    Ok(())
}

/// A supervisor asks how each refund without an outcome stands, and says so.
fn ask_the_acquirer(world: &mut World) -> Result<(), String> {
    while let Some(open) = world.ledger().and_then(|ledger| {
        let open = ledger.oldest(Status::Unresolved);
        open.map(|entry| (entry.tag(), entry.batch(), entry.trace()))
    }) {
        let (request, batch, trace) = open;
        let books = world.host.books().entries();
        let books = books.map_err(|error| error.to_string())?;
        let stands = books.iter().any(|one| {
            (one.key.batch, one.key.trace) == (batch, trace)
                && one.status == books::Status::Approved
        });
        let verdict = if stands {
            Verdict::Approved
        } else {
            Verdict::Reversed
        };
        let resolution = Resolution {
            request,
            by: OperatorId::literal(*b"00"),
            verdict,
            note: VoidNote::NONE,
        };
        world.command(|terminal, now, _| terminal.resolve(now, &resolution).map(Begun::Known));
        world.pass(world.now);
        if let Some(refusal) = world.refusal {
            return Err(format!("resolve was refused: {refusal:?}"));
        }
    }
    Ok(())
}

fn make_fair(world: &mut World) -> Result<(), String> {
    world.host.queue.clear();
    world.store.room = usize::MAX;
    world.storage_fails = None;
    world.unreadable = false;
    world.pad.fault = None;
    world.pad.misdeed = None;
    world.hold = None;
    world.capacity = world.capacity.max(50);
    let right = "11111111111111111111111111111111";
    let own = TerminalId::literal(*b"12345678");
    let sound = world.master == right
        && world.terminal_id == own
        && world.held.is_none()
        && world.state().is_some_and(|state| *state != State::Faulted);
    (world.master, world.terminal_id) = (right, own);
    if !sound {
        world.power_off(Cut::Lost);
        world.power_on().map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// I1, I2, I12: every transaction ended, and the host says the same of each.
fn agree(world: &mut World) -> Result<(), String> {
    let ledger = world
        .terminal
        .as_ref()
        .ok_or("the terminal is off")?
        .ledger();
    world.audit.ended(ledger);
    // A small table forgets transactions of closed batches; their journal does not.
    let replayed = world.store.replay(world.profile, 64);
    let ledger = &replayed.map_err(|error| error.to_string())?;
    let booked = world
        .host
        .books()
        .entries()
        .map_err(|error| error.to_string())?;
    for entry in ledger.entries() {
        let at_host = booked
            .iter()
            .find(|one| (one.key.batch, one.key.trace) == (entry.batch(), entry.trace()))
            .map(|one| one.status);
        let same = match entry.status() {
            Status::Approved | Status::ResolvedApproved => at_host == Some(books::Status::Approved),
            Status::Voided => at_host == Some(books::Status::Voided),
            Status::Completed => at_host == Some(books::Status::Completed),
            _ => !matches!(
                at_host,
                Some(books::Status::Approved | books::Status::Voided | books::Status::Completed)
            ),
        };
        if !same {
            return Err(format!("I2: terminal {entry:?}, host {at_host:?}"));
        }
    }
    let known = |one: &&books::Entry| {
        one.status != books::Status::Approved
            || ledger.entries().iter().any(|entry| {
                (entry.batch(), entry.trace(), entry.amount())
                    == (one.key.batch, one.key.trace, one.amount)
                    && entry.kind() == one.kind
            })
    };
    if !booked.iter().all(|one| known(&one)) {
        return Err(
            "I1: the host has money for a transaction that the terminal does not know".into(),
        );
    }
    let (own, its) = (
        annul::ledger::totals(ledger.entries()).net(),
        expect::host_net(world)?,
    );
    if own == its {
        Ok(())
    } else {
        Err(format!("I1: terminal {own}, host {its}"))
    }
}
