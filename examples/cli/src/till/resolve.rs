//! A supervisor ends what the machine could not: what is parked, and a refund
//! without an outcome.
//!
//! The order of checks keeps a mistake from doing anything: note and id, then
//! the password, then the journal, and only then the till is opened.

use super::report::Report;
use super::session::{self, Right};
use super::{Place, Stop, duty, records};
use crate::exit::{Exit, Failure, because};
use crate::secret::Secret;
use annul::engine::{Refusal, Resolution};
use annul::journal::Verdict;
use annul::ledger::Entry;
use annul::text;
use annul::transaction::{RequestId, VoidNote};
use clap::{Args as Group, ValueEnum};

#[derive(Group)]
pub(super) struct Args {
    /// The request id of the transaction, as `annul till unresolved` tells it
    #[arg(long, value_name = "ID")]
    request_id: String,
    /// How it stands at the host, as the acquirer said
    #[arg(long, value_name = "reversed|approved")]
    verdict: Word,
    /// Who said so and how: it is kept with the transaction
    #[arg(long, value_name = "TEXT")]
    note: String,
    /// The supervisor who ends it, and the password
    #[arg(long, value_name = "00:123456")]
    supervisor: Secret,
}

#[derive(Clone, Copy, ValueEnum)]
enum Word {
    /// It is undone: nothing was charged, the void did not take effect, nothing was refunded
    Reversed,
    /// It stands: money moved
    Approved,
}

impl From<Word> for Verdict {
    fn from(word: Word) -> Self {
        match word {
            Word::Reversed => Self::Reversed,
            Word::Approved => Self::Approved,
        }
    }
}

pub(super) fn run(place: &Place<'_>, args: &Args) -> Result<Exit, Failure> {
    let request = RequestId::new(&args.request_id).map_err(because)?;
    let note = note(&args.note)?;
    let order = Some((request, None, None));
    super::conclude(place, "resolve", order, resolve(place, args, request, note))
}

/// Unlike that of a void it is all that is known of why, so it is not empty.
fn note(text: &str) -> Result<VoidNote, Failure> {
    if text.trim().is_empty() {
        return Err(Failure::new(
            "note: it is empty; say who at the acquirer said how it stands",
        ));
    }
    VoidNote::new(text).map_err(because)
}

fn resolve(
    place: &Place<'_>,
    args: &Args,
    request: RequestId,
    note: VoidNote,
) -> Result<Report, Stop> {
    let (config, operator) = session::settings(place, Right::Care)?;
    let by = duty::supervisor(&config.operators, &args.supervisor)?;
    waits(place, request)?;
    let mut session = session::open(place, config, operator)?;
    let resolution = Resolution {
        request: request.tag(),
        by,
        verdict: args.verdict.into(),
        note,
    };
    let done = session
        .till
        .resolve(&resolution, &mut |news| session.watcher.tell(news));
    session.remind(place.manner);
    let seq = done.map_err(session::stop)?;
    let entry: Option<Entry> = session.till.ledger().entry(seq).copied();
    let lost = || Failure::new("journal: the transaction is not in it; run `annul till journal`");
    let entry = entry.ok_or_else(lost)?;
    Ok(session.report(&entry, Some(request.as_str().to_owned())))
}

/// Refuses what the engine would, before the till is opened: that finishes what
/// else is pending first, and a mistyped id is no reason to send anything.
fn waits(place: &Place<'_>, request: RequestId) -> Result<(), Stop> {
    let (_, ledger) = records::open(place)?;
    let refused = |refusal| Err(Stop::Refused(text::refusal(&refusal)));
    match ledger.by_request(request.tag()).map(Entry::status) {
        Some(status) if status.is_parked() => Ok(()),
        Some(_) => refused(Refusal::NotParked),
        None => refused(Refusal::UnknownRequest),
    }
}
