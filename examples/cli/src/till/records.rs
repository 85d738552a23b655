//! What the journal says. Nothing is sent, nothing is begun, no key is used.

use super::report::Report;
use super::session::{self, CAPACITY};
use super::{Place, Stop, money, recall};
use crate::config::Config;
use crate::exit::{Exit, Failure, because};
use annul::driver;
use annul::engine::{Refusal, Settings};
use annul::journal::{ReplayError, SqliteJournal};
use annul::ledger::{Entry, Ledger};
use annul::text;
use annul::transaction::RequestId;
use clap::Args as Group;
use std::path::Path;

#[derive(Group)]
pub(super) struct StatusArgs {
    /// The transaction of this trace
    #[arg(long, value_name = "N", conflicts_with = "request_id")]
    trace: Option<String>,
    /// The transaction of this request id
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

pub(super) fn status(place: &Place<'_>, which: &StatusArgs) -> Result<Exit, Failure> {
    let (mut journal, ledger) = open(place)?;
    let (found, refusal) = match (&which.trace, &which.request_id) {
        (Some(trace), _) => (ledger.by_trace(money::trace(trace)?), Refusal::UnknownTrace),
        (None, Some(id)) => {
            let id = RequestId::new(id).map_err(because)?;
            (ledger.by_request(id.tag()), Refusal::UnknownRequest)
        }
        (None, None) => (ledger.entries().last(), Refusal::UnknownTrace),
    };
    let found = found.map(|entry| report(&mut journal, &ledger, entry));
    if let Some(report) = found.transpose()? {
        let exit = report.exit();
        report.show(place.manner);
        return Ok(exit);
    }
    let stop = Stop::Refused(text::refusal(&refusal));
    super::conclude(place, "status", None, Err(stop))
}

/// The journal of this terminal; one that is not there is not made.
pub(super) fn open(place: &Place<'_>) -> Result<(SqliteJournal, Ledger<Vec<Entry>>), Failure> {
    let config = Config::read(place.profile)?;
    read(place.journal, &config)
}

/// The same, and the limits that commands are held to.
pub(super) fn opened(
    place: &Place<'_>,
) -> Result<(SqliteJournal, Ledger<Vec<Entry>>, Settings), Failure> {
    let config = Config::read(place.profile)?;
    let (journal, ledger) = read(place.journal, &config)?;
    Ok((journal, ledger, config.times()))
}

/// Folds a journal that is there.
fn read(path: &Path, config: &Config) -> Result<(SqliteJournal, Ledger<Vec<Entry>>), Failure> {
    if !path.is_file() {
        return Err(Failure::new(format!(
            "journal {}: there is none; name the till's journal, or begin one by a sign-in",
            path.display()
        )));
    }
    let mut journal = session::journal(path)?;
    let ledger = driver::replay(&mut journal, config.host.profile, CAPACITY).map_err(because)?;
    let own = |identity: &annul::journal::Identity| {
        identity.terminal == config.terminal.id
            && identity.merchant == config.terminal.merchant_id
            && identity.profile.as_str() == config.host.profile.name
    };
    match ledger.identity() {
        Some(identity) if !own(identity) => Err(because(ReplayError::OtherTerminal)),
        _ => Ok((journal, ledger)),
    }
}

/// How a transaction stands, with its request id, which the ledger has not.
pub(super) fn report(
    journal: &mut SqliteJournal,
    ledger: &Ledger<Vec<Entry>>,
    entry: &Entry,
) -> Result<Report, Failure> {
    let intent = recall::intent(journal, entry.seq()).map_err(because)?;
    let request = intent.map(|intent| intent.request.as_str().to_owned());
    let original = entry.original().and_then(|seq| ledger.entry(seq));
    Ok(Report::of(entry, request, original.map(Entry::trace)))
}
