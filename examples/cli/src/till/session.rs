//! A till at work: settings, operator, journal, keys and line, opened together.

use super::watch::Watcher;
use super::wire::{Pace, Wire};
use super::{Place, Stop, duty};
use crate::config::Config;
use crate::exit::Failure;
use crate::output::{self, Manner};
use crate::password;
use annul::crypto::SoftwareModule;
use annul::driver::{Driver, DriverError, Setup};
use annul::engine::Refusal;
use annul::journal::{SqliteError, SqliteJournal};
use annul::ledger::{Entry, Status};
use annul::text::{self, Language};
use annul::transaction::OperatorId;
use std::path::Path;
use std::time::Duration;

/// How many transactions a till looks back on.
pub(super) const CAPACITY: usize = 10_000;

/// The driver with all that this till puts in.
pub(super) type Till = Driver<SqliteJournal, SoftwareModule, Wire, Pace>;

/// What can go wrong at work.
pub(super) type TillError = DriverError<SqliteError>;

/// Who may do a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// Cashiers alone.
    Payments,
    /// Everyone.
    Care,
}

/// An open till.
pub(crate) struct Session {
    pub(super) till: Till,
    pub(super) watcher: Watcher,
    pub(super) merchant: String,
    /// How long a "not found" waits to be confirmed.
    pub(super) guard: Duration,
}

impl Session {
    /// Says what waits for `recover`, or for a person, so that nobody forgets it.
    pub(super) fn remind(&self, manner: Manner) {
        let waits = |entry: &&Entry| {
            let status = entry.status();
            status.is_under_way() || matches!(status, Status::Provisional | Status::Parked)
        };
        let unresolved = self.till.ledger().count(Status::Unresolved);
        if unresolved > 0 {
            output::log(&match manner.language {
                Language::Chinese => {
                    format!("{unresolved} 笔退货结果未知，请运行 annul till unresolved")
                }
                Language::English => {
                    format!("refunds without an outcome: {unresolved}; run annul till unresolved")
                }
            });
        }
        let count = self.till.ledger().entries().iter().filter(waits).count();
        if count > 0 {
            output::log(&match manner.language {
                Language::Chinese => format!("{count} 笔交易尚未了结，请运行 annul till recover"),
                Language::English => format!("not finished: {count}; run annul till recover"),
            });
        }
    }
}

/// The settings, with the operator who is on duty. Nothing is sent before.
pub(super) fn settings(place: &Place<'_>, right: Right) -> Result<(Config, OperatorId), Stop> {
    let mut config = Config::read(place.profile)?;
    password::seal(place.profile, &mut config)?;
    let operator = duty::on_duty(&config.operators, place.operator)?;
    if right == Right::Payments {
        duty::cashier(&config.operators, operator)?;
    }
    Ok((config, operator))
}

/// Opens journal, keys and line.
pub(super) fn open(
    place: &Place<'_>,
    config: Config,
    operator: OperatorId,
) -> Result<Session, Stop> {
    let setup = Setup {
        profile: config.host.profile,
        station: config.station(),
        settings: config.times(),
        operator,
        capacity: CAPACITY,
    };
    let clock = Pace::new(place.manner);
    let journal = journal(place.journal)?;
    let security = SoftwareModule::new(config.security.master_key, config.security.mac);
    let wire = Wire::new(&config.host.address, config.host.profile, place.manner);
    let mut till = Driver::open(journal, security, wire, clock, setup).map_err(stop)?;
    till.protect_tracks(config.security.tracks);
    let watcher = Watcher::new(place.manner, clock, till.ledger());
    Ok(Session {
        till,
        watcher,
        merchant: config.terminal.merchant_name,
        guard: config.reversal.guard,
    })
}

/// Opens the journal's file. A folder that is not there is a typing mistake,
/// not a new till.
pub(super) fn journal(path: &Path) -> Result<SqliteJournal, Failure> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| !folder.is_dir()) {
        return Err(Failure::new(format!(
            "journal {}: its folder is not there; make it, or name another",
            path.display()
        )));
    }
    SqliteJournal::open(path).map_err(crate::exit::because)
}

/// What ended a command without an outcome.
pub(super) fn stop(error: TillError) -> Stop {
    match error {
        DriverError::Refused(Refusal::StorageFault) => Stop::Failure(Failure::new(
            "journal: it failed; check its storage, start again and run `annul till recover`",
        )),
        DriverError::Refused(refusal) => Stop::Refused(text::refusal(&refusal)),
        error => Stop::Failure(crate::exit::because(error)),
    }
}
