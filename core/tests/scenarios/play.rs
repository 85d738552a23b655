//! Plays a scenario: each line is done in the world, and after the last the
//! world turns fair. Then the terminal must bring everything to an end, and
//! its ledger must agree with the host's.

use crate::ending::fair_end;
use crate::expect;
use crate::misdeed::Misdeed;
use crate::orders::{approval, claim_hold, payment, presented, refund, request, sale, void};
use crate::script::{Card, Cut, Damage, Late, Line, Release, Scenario, Step};
use crate::wire::Behaviour;
use crate::world::World;
use annul::crypto::SecurityFault;
use annul::engine::{Refusal, Resolution, State};
use annul::journal::Verdict;
use annul::ledger::Status;
use annul::profile::{ISO87_ASCII, Profile, UNIONPAY_POS};
use annul::terminal::{Begun, HoldClaim, Input, Inquiry, Terminal};
use annul::transaction::{Amount, Civil, OperatorId, TerminalId, VoidNote};
use annul_host::Dialect;

/// Plays a scenario whole and to its fair end.
pub(crate) fn whole(scenario: &Scenario, dialect: Dialect) -> Result<World, String> {
    let mut world = World::new(dialect);
    script(scenario, &mut world)?;
    fair_end(&mut world).map_err(|fault| format!("{}: at its end: {fault}", scenario.name))?;
    Ok(world)
}

/// Plays a scenario until its last line; the world tells what each action was,
/// and what was shown.
pub(crate) fn last_line(scenario: &Scenario, dialect: Dialect) -> Result<World, String> {
    let mut world = World::new(dialect);
    world.unwatched = true;
    world.audit.seeks_secrets = false;
    script(scenario, &mut world)?;
    Ok(world)
}

/// Plays a scenario until the power is cut at this action, and cuts it again
/// so many actions later, if then; ends fairly. None where the scenario has no
/// such action.
pub(crate) fn until_cut(
    (scenario, dialect): (&Scenario, Dialect),
    action: usize,
    cut: Cut,
    again: Option<(usize, Cut)>,
) -> Result<Option<World>, String> {
    let mut world = World::new(dialect);
    world.unwatched = true;
    world.audit.seeks_secrets = false;
    world.cut_at = Some((action, cut));
    script(scenario, &mut world)?;
    if !world.was_cut {
        return Ok(None);
    }
    world.cut_at = again.map(|(later, cut)| (action + later, cut));
    let located = |fault| {
        format!(
            "{}: cut at {action}, {cut:?}, {again:?}: {fault}",
            scenario.name
        )
    };
    fair_end(&mut world).map_err(located)?;
    Ok(Some(world))
}

/// Plays a scenario until the security module does this at this action, and
/// whatever of its step follows, or where it is noise whole, as if it were
/// not; ends fairly, and sells once more. None where the scenario has no such
/// action.
pub(crate) fn until_misdeed(
    scenario: &Scenario,
    action: usize,
    misdeed: Misdeed,
    undisturbed: &[String],
) -> Result<Option<World>, String> {
    let mut world = World::new(Dialect::UnionPayPos);
    world.audit.seeks_secrets = false;
    world.misdeed_at = Some((action, misdeed));
    script(scenario, &mut world)?;
    if !world.did_wrong {
        return Ok(None);
    }
    if misdeed.is_noise() && world.news != undisturbed {
        let (name, news) = (&scenario.name, &world.news);
        return Err(format!(
            "{name}: at action {action} {misdeed:?}: {news:?}, not {undisturbed:?}"
        ));
    }
    let located = |world: &World, fault| {
        let record = world.pad.record.join("\n  ");
        format!(
            "{}: at action {action} {misdeed:?}: {fault}\n  {record}",
            scenario.name
        )
    };
    if misdeed == Misdeed::Late && world.held.is_some() {
        world.pass(world.now + 3_600_000);
        world.release(Release::Done);
    }
    let ended = signed_in_end(&mut world).and_then(|()| afterwards(&mut world, misdeed));
    ended.map_err(|fault| located(&world, fault))?;
    Ok(Some(world))
}

/// The fair end. Where the security module did not take its keys at a start,
/// nothing is sent before a sign-in (row R).
fn signed_in_end(world: &mut World) -> Result<(), String> {
    let ended = fair_end(world);
    if let (Err(_), Some(Refusal::Security(_))) = (&ended, world.refusal) {
        world.command(|terminal, now, _| terminal.sign_in(now).map(|()| Begun::New));
        return fair_end(world);
    }
    ended
}

/// A sale; where the batch takes no more, it is settled first.
fn sell(world: &mut World, name: &str) -> Result<(), String> {
    sale(world, name, "1.00", &Card::default())?;
    if world.refusal == Some(Refusal::BatchFull) {
        world.command(|terminal, now, room| terminal.settle(now, room).map(|()| Begun::New));
        world.pass_until(|terminal| *terminal.state() == State::Idle);
        sale(world, name, "1.00", &Card::default())?;
    }
    world.pass_until(|terminal| *terminal.state() == State::Idle);
    Ok(())
}

/// The terminal sells. Where it wants a sign-in first, it says so.
fn afterwards(world: &mut World, misdeed: Misdeed) -> Result<(), String> {
    if world.damaged {
        return Ok(());
    }
    let unsaid = format!("refused {:?}", Refusal::Security(SecurityFault::NoKeys));
    if world.news.contains(&unsaid) {
        return Err("keys are lost, and the operator is not told to sign in".into());
    }
    if world.small_table {
        world.power_off(Cut::Lost);
        world.power_on().map_err(|error| error.to_string())?;
    }
    let told = world.news.len();
    sell(world, "afterwards")?;
    let status = |world: &World| world.entry("afterwards").map(annul::ledger::Entry::status);
    let wanted = Refusal::SignInRequired;
    let shown = (world.news[told..].iter()).any(|news| *news == format!("refused {wanted:?}"));
    // Refused for its MAC or batch, it is reversed, which may sign in by itself.
    let undone = [Status::Declined, Status::Provisional, Status::Reversed].map(Some);
    if world.refusal == Some(wanted) || shown || undone.contains(&status(world)) {
        world.command(|terminal, now, _| terminal.sign_in(now).map(|()| Begun::New));
        world.pass_until(|terminal| *terminal.state() == State::Idle);
        sell(world, "once-more")?;
        let last = world.entry("once-more").map(annul::ledger::Entry::status);
        if last != Some(Status::Approved) {
            return Err(format!(
                "no sale after a sign-in: {last:?}, {:?}",
                world.refusal
            ));
        }
    } else if status(world) != Some(Status::Approved) {
        let (refusal, news) = (world.refusal, &world.news[told..]);
        return Err(format!(
            "after {misdeed:?} no sale and no wish for a sign-in: {refusal:?}, {news:?}"
        ));
    }
    fair_end(world)
}

fn script(scenario: &Scenario, world: &mut World) -> Result<(), String> {
    for step in &scenario.steps {
        let Step { place, text, line } = step;
        let located = |fault: String| format!("{place}: {}: `{text}`: {fault}", scenario.name);
        let settings = matches!(line, Line::Setting(..));
        if !settings && world.terminal.is_none() && world.actions == 0 {
            world
                .power_on()
                .map_err(|error| located(error.to_string()))?;
        }
        if !world.was_cut {
            step.play(world).map_err(located)?;
        }
        if let Some(fault) = world.audit.faults.first() {
            return Err(located(fault.clone()));
        }
        let noise = (world.misdeed_at).is_none_or(|(_, misdeed)| misdeed.is_noise());
        if world.was_cut || (world.did_wrong && !noise) {
            break;
        }
    }
    Ok(())
}

impl Step {
    fn play(&self, world: &mut World) -> Result<(), String> {
        match &self.line {
            Line::Setting(name, value) => return setting(world, name, value),
            Line::SignIn => {
                world.command(|terminal, now, _| terminal.sign_in(now).map(|()| Begun::New));
            }
            Line::Echo => world.command(|terminal, now, _| terminal.echo(now).map(|()| Begun::New)),
            Line::Sale(name, amount, card) => sale(world, name, amount, card)?,
            Line::Void(name, target, card) => void(world, name, target, card.as_ref())?,
            Line::PreAuthorization(name, amount, card) => {
                let hold = payment(world, name, amount, card)?;
                world.command(|terminal, now, room| {
                    terminal.begin_preauthorization(now, hold, room)
                });
            }
            Line::LetGo(name, amount, held, card) => {
                let claim = HoldClaim::Void(approval()?);
                claim_hold(world, name, amount, held, card, claim)?;
            }
            Line::Complete(name, amount, held, card) => {
                claim_hold(world, name, amount, held, card, HoldClaim::Complete)?;
            }
            Line::Refund(name, amount, of, card) => refund(world, name, amount, of, card)?,
            Line::Balance(card) => {
                let (card, pin) = presented(card);
                world.command(|terminal, now, _| {
                    let inquiry = Inquiry { card, pin };
                    terminal.begin_inquiry(now, inquiry).map(|()| Begun::New)
                });
            }
            Line::Settle => {
                let begun = world.ledger().is_some_and(|one| one.settlement().is_some());
                world
                    .command(|terminal, now, room| terminal.settle(now, room).map(|()| Begun::New));
                world.marks.settlement(begun, world.refusal);
            }
            Line::Cancel => {
                world.give(Input::Cancel);
                world.pump();
            }
            Line::Recover => recover(world),
            Line::Resolve(name, verdict) => resolve(world, name, verdict)?,
            Line::Host(words) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let behaviour = Behaviour::parse(&words).ok_or("not understood")?;
                world.host.queue.push_back(behaviour);
            }
            Line::Loses(name) => {
                let entry = world.entry(name).ok_or("no such transaction")?;
                let (batch, trace) = (entry.batch(), entry.trace());
                world.host.lose(batch, trace);
            }
            Line::Batch(batch) => world.host.open_batch(*batch),
            Line::Deliver(late) => deliver(world, *late)?,
            Line::After(millis) => world.pass(world.now + millis),
            Line::Wait => world.pass_until(|terminal| *terminal.state() == State::Idle),
            Line::Clock(text) => world.civil = civil(text).ok_or("not a date and time")?,
            // The device sleeps: nobody tells the terminal what time it is.
            Line::Sleep(millis) => world.now += millis,
            Line::Hold(action) => world.hold = Some(action.clone()),
            Line::Release(how) => world.release(*how),
            Line::Crash(cut) => world.power_off(*cut),
            Line::Restart(refused) => return restart(world, refused.as_deref()),
            Line::StorageFails(cut) => world.storage_fails = Some(*cut),
            Line::Unreadable => world.unreadable = true,
            Line::Pad(action, fault) => world.pad.fault = Some((action.clone(), *fault)),
            Line::Misdeed(action, misdeed) => world.pad.misdeed = Some((action.clone(), *misdeed)),
            Line::LoseKeys => world.pad.lose_keys(),
            Line::Damage(damage) => break_journal(world, *damage),
            Line::With(what, value) => return with(world, what, value),
            Line::Expect(expect) => return expect::check(world, expect),
        }
        Ok(())
    }
}

/// What is known before the terminal is switched on.
fn setting(world: &mut World, name: &str, value: &str) -> Result<(), String> {
    let number = || value.parse::<u64>().map_err(|_| "not a number".to_owned());
    let time = || crate::script::millis(value).ok_or("not a duration");
    match name {
        "table" => {
            world.capacity = number()? as usize;
            world.small_table = true;
        }
        "attempts" => world.settings.reversal_attempts = number()? as u8,
        "parked-limit" => world.settings.parked_limit = number()? as u8,
        "park-interval" => world.settings.park_interval = time()?,
        "amount-limit" => {
            world.settings.amount_limit =
                Amount::parse(value).map_err(|error| error.to_string())?;
        }
        "refund-limit" => {
            world.settings.refund_limit =
                Amount::parse(value).map_err(|error| error.to_string())?;
        }
        "trace" => crate::prepared::sign_in_with_trace(world, number()? as u32),
        _ => return Err("no such setting".into()),
    }
    Ok(())
}

/// What is another after the next restart, or from now on.
fn with(world: &mut World, what: &str, value: &str) -> Result<(), String> {
    match (what, value) {
        ("terminal", id) => {
            world.terminal_id =
                TerminalId::new(id.as_bytes()).map_err(|error| error.to_string())?;
        }
        ("master-key", "wrong") => world.master = "22222222222222222222222222222222",
        ("master-key", "right") => world.master = "11111111111111111111111111111111",
        ("profile-revision", "2") => {
            world.profile = match world.dialect {
                Dialect::UnionPayPos => &REVISED,
                Dialect::Iso87Ascii => &REVISED_ISO87,
            };
        }
        ("room", "plenty") => world.store.room = usize::MAX,
        ("room", records) => {
            world.store.room = records.parse().map_err(|_| "not a number")?;
        }
        ("trace", trace) => {
            let trace = trace.parse().map_err(|_| "not a number")?;
            crate::prepared::sign_in_with_trace(world, trace);
        }
        ("table", rows) => world.capacity = rows.parse().map_err(|_| "not a number")?,
        _ => return Err("no such thing".into()),
    }
    Ok(())
}

/// The profile after an update that changed how answers are read.
static REVISED: Profile = Profile {
    revision: 2,
    ..UNIONPAY_POS
};
static REVISED_ISO87: Profile = Profile {
    revision: 2,
    ..ISO87_ASCII
};

pub(crate) fn recover(world: &mut World) {
    world.command(|terminal, now, _| terminal.recover(now).map(|()| Begun::New));
    if world.refusal.is_none() {
        world.pass_until(Terminal::is_recovered);
    }
}

fn resolve(world: &mut World, name: &str, verdict: &str) -> Result<(), String> {
    let resolution = Resolution {
        request: request(world, name)?.tag(),
        by: OperatorId::literal(*b"00"),
        verdict: match verdict {
            "approved" => Verdict::Approved,
            _ => Verdict::Reversed,
        },
        note: VoidNote::new("acquirer asked").map_err(|error| error.to_string())?,
    };
    world.command(|terminal, now, _| terminal.resolve(now, &resolution).map(|_| Begun::New));
    Ok(())
}

fn deliver(world: &mut World, late: Late) -> Result<(), String> {
    if late == Late::Request {
        let frame = world.host.late_requests.pop().ok_or("no request is late")?;
        world.reach(&frame);
        return Ok(());
    }
    let (link, answer) = world.late_answers.pop().ok_or("no answer is late")?;
    let link = match late {
        Late::AnswerOnNewLink => world.open_link().ok_or("no link is open")?,
        _ => link,
    };
    world.give(Input::Received(link, &answer));
    world.pump();
    Ok(())
}

fn restart(world: &mut World, refused: Option<&str>) -> Result<(), String> {
    world.power_off(Cut::Lost);
    match (world.power_on(), refused) {
        (Ok(()), None) => Ok(()),
        (Ok(()), Some(_)) => Err("the journal was opened".into()),
        (Err(error), None) => Err(error.to_string()),
        (Err(error), Some(expected)) => {
            world.audit.text(&format!("{error:?} {error}"));
            let found = format!("{error:?}").replace(' ', "");
            if found == expected {
                Ok(())
            } else {
                Err(format!("found {found}"))
            }
        }
    }
}

fn break_journal(world: &mut World, damage: Damage) {
    world.power_off(Cut::Lost);
    world.damaged = true;
    world.store.damage(damage);
}

fn civil(text: &str) -> Option<Civil> {
    let parts: Vec<u16> = text
        .split(['-', ' ', ':'])
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let [year, month, day, hour, minute, second] = parts[..] else {
        return None;
    };
    Civil::new(
        (year, month as u8, day as u8),
        (hour as u8, minute as u8, second as u8),
    )
}
