//! What a scenario expects, checked.

use crate::script::Expect;
use crate::world::World;
use annul::iso8583::View;
use annul::journal::{Record, Seq};
use annul::ledger::Entry;
use annul::profile::UNIONPAY_POS;
use annul::transaction::{Amount, Batch};
use annul_host::ledger::Ledger as _;
use annul_host::{Dialect, Exchange, Request};

pub(crate) fn check(world: &mut World, expect: &Expect) -> Result<(), String> {
    match expect {
        Expect::Status(name, status) => equal(entry(world, name)?.status().word(), status),
        Expect::Code(name, code) => {
            let found = entry(world, name)?.code();
            equal(&found.map_or("none".into(), |code| code.to_string()), code)
        }
        Expect::Reason(name, code) => {
            let found = entry(world, name)?.reversal_reason();
            equal(
                &found.map_or("none".into(), |one| one.code().to_string()),
                code,
            )
        }
        Expect::Trace(name, trace) => equal(
            &entry(world, name)?.trace().number().to_string(),
            &trace.to_string(),
        ),
        Expect::Discrepancy(name) => ensure(entry(world, name)?.discrepancy(), "none is marked"),
        Expect::Unknown(name) => ensure(world.entry(name).is_none(), "it is known"),
        Expect::Sent(types) => sent(world, types),
        // A fact of UnionPay's messages.
        Expect::Field(..) if world.dialect != Dialect::UnionPayPos => Ok(()),
        Expect::Field(number, value) => field(world, *number, value),
        Expect::Ledger(amount) => {
            let totals = world.ledger().ok_or("the terminal is off")?.totals();
            money(totals.all().net(), amount)
        }
        Expect::Host(amount) => money(host_net(world)?, amount),
        Expect::Refused(refusal) => {
            let found = world.refusal.map(|refusal| format!("{refusal:?}"));
            equal(&found.unwrap_or("nothing".into()).replace(' ', ""), refusal)
        }
        Expect::Known(name) => {
            let seq = entry(world, name)?.seq();
            ensure(
                world.known == Some(seq),
                "the command was not answered with it",
            )
        }
        Expect::Shown(news) => {
            let place = world.news.iter().position(|one| *one == news[0]);
            let place = place.ok_or_else(|| format!("since then: {:?}", world.news))?;
            world.news.drain(..=place);
            Ok(())
        }
        Expect::NeverShown(news) => ensure(!world.news.contains(&news[0]), "it was"),
        Expect::State(state) => {
            let found = world
                .state()
                .map_or("off".into(), |state| format!("{state:?}"));
            equal(
                found.split([' ', '(', '{']).next().unwrap_or_default(),
                state,
            )
        }
        Expect::Late(count) => {
            let found = world.terminal.as_ref().map(annul::terminal::Terminal::late);
            equal(&found.unwrap_or_default().to_string(), &count.to_string())
        }
        Expect::Records(kinds) => records(world, kinds),
        Expect::Batch(number) => {
            let ledger = world.ledger().ok_or("the terminal is off")?;
            let (own, settling) = (ledger.batch(), ledger.settlement().is_some());
            ensure(!settling, "the settlement is not finished")?;
            let its = world.host.batch().map_or(0, Batch::number);
            ensure(its == *number, &format!("the host has {its}"))?;
            equal(&own.number().to_string(), &number.to_string())
        }
        Expect::Totals(debit, credit) => {
            let ledger = world.ledger().ok_or("the terminal is off")?;
            let sent = ledger.settlement().ok_or("no settlement")?.totals.all();
            money(sent.debit.amount.cast_signed(), debit)?;
            money(sent.credit.amount.cast_signed(), credit)
        }
    }
}

fn entry<'w>(world: &'w World, name: &str) -> Result<&'w Entry, String> {
    world
        .entry(name)
        .ok_or_else(|| "no such transaction".into())
}

/// What stands at the host, in minor units.
pub(crate) fn host_net(world: &World) -> Result<i64, String> {
    let totals = world
        .host
        .books()
        .totals()
        .map_err(|error| error.to_string())?;
    Ok(totals.iter().map(annul_host::ledger::Total::net).sum())
}

fn money(found: i64, expected: &str) -> Result<(), String> {
    let (sign, digits) = match expected.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, expected),
    };
    let amount = Amount::parse(digits).map_err(|error| error.to_string())?;
    let amount = sign * amount.minor().cast_signed();
    equal(&found.to_string(), &amount.to_string())
}

/// Message types sent since the last `expect sent`.
fn sent(world: &mut World, types: &[String]) -> Result<(), String> {
    let frames = world.frames[world.seen..].iter();
    let mut found: Vec<String> = frames.map(|frame| type_of(world.dialect, frame)).collect();
    world.seen = world.frames.len();
    let mut types = types.to_vec();
    if world.dialect != Dialect::UnionPayPos {
        // It tells one transaction a message.
        found.dedup_by(|one, other| one == other && one == "0320");
        types.dedup_by(|one, other| one == other && one == "0320");
    }
    ensure(found == types, &format!("found {found:?}"))
}

/// What a message is, as UnionPay numbers it.
fn type_of(dialect: Dialect, frame: &[u8]) -> String {
    let framing = dialect.profile().framing;
    let request = (framing.decode(frame).ok()).and_then(|one| Request::read(dialect, one).ok());
    let number = match request.map(|request| request.exchange()) {
        Some(Exchange::Money(kind)) => UNIONPAY_POS.row(kind).message_type,
        Some(Exchange::Reversal(_)) => UNIONPAY_POS.reversal.message_type,
        Some(Exchange::SignIn) => UNIONPAY_POS.sign_in.message_type,
        Some(Exchange::Echo) => UNIONPAY_POS.echo.message_type,
        Some(Exchange::Settlement) => UNIONPAY_POS.settlement.message_type,
        Some(Exchange::Upload | Exchange::UploadEnd) => UNIONPAY_POS.upload.message_type,
        Some(Exchange::SignOff | Exchange::Other) | None => 0,
    };
    format!("{number:04x}")
}

/// A field of the message sent last: digits where it has them, else text.
fn field(world: &World, number: u8, value: &str) -> Result<(), String> {
    let frame = world.frames.last().ok_or("nothing was sent")?;
    let profile = world.profile;
    let frame = (profile.framing.decode(frame)).map_err(|error| error.to_string())?;
    let view = View::decode(profile.spec, frame.message).map_err(|error| error.to_string())?;
    let Some(field) = view.field(number) else {
        return equal("none", value);
    };
    let digits = field
        .digits()
        .map(|digits| digits.ascii().map(char::from).collect());
    let text = || field.text().unwrap_or_default().to_owned();
    equal(&digits.unwrap_or_else(text), value)
}

/// The last records, by their names.
fn records(world: &World, kinds: &[String]) -> Result<(), String> {
    let all: Vec<(Seq, Record)> = world.store.records().collect();
    let mut all: Vec<&str> = all.iter().map(|(_, record)| name(record)).collect();
    if world.dialect != Dialect::UnionPayPos {
        // It tells one transaction a message.
        all.dedup_by(|one, other| one == other && *one == "UploadProgress");
    }
    let found = &all[all.len().saturating_sub(kinds.len())..];
    ensure(found == kinds, &format!("found {found:?}"))
}

const fn name(record: &Record) -> &'static str {
    match record {
        Record::Opened(_) => "Opened",
        Record::KeysChanged(_) => "KeysChanged",
        Record::Intent(_) => "Intent",
        Record::NotSent { .. } => "NotSent",
        Record::Approved { .. } => "Approved",
        Record::Declined { .. } => "Declined",
        Record::ReversalQueued { .. } => "ReversalQueued",
        Record::ReversalNotFound { .. } => "ReversalNotFound",
        Record::Reversed { .. } => "Reversed",
        Record::Parked { .. } => "Parked",
        Record::Resolved { .. } => "Resolved",
        Record::Unresolved { .. } => "Unresolved",
        Record::SettlementStarted { .. } => "SettlementStarted",
        Record::SettlementAnswered { .. } => "SettlementAnswered",
        Record::UploadProgress { .. } => "UploadProgress",
        Record::BatchClosed { .. } => "BatchClosed",
    }
}

fn equal(found: &str, expected: &str) -> Result<(), String> {
    ensure(found == expected, &format!("found {found}"))
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}
