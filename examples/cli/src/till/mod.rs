//! The till: one command a run, over a journal that outlives every run.
//!
//! | command | operator | journal | host |
//! |---|---|---|---|
//! | `init` | | | |
//! | `sign-in`, `echo`, `sale`, `preauth`, `complete` | cashier | writes | yes |
//! | `balance` | cashier | reads | yes |
//! | `void`, `preauth-void`, `complete-void`, `refund` | cashier, and a supervisor's word | writes | yes |
//! | `settle` | cashier | writes | yes |
//! | `recover` | any | writes | yes |
//! | `resolve` | any, and a supervisor's word | writes | where something is pending |
//! | `status`, `options`, `journal`, `unresolved` | | reads | |

mod balance;
mod card;
mod duty;
mod hold;
mod journal;
mod money;
mod options;
mod recall;
mod records;
mod recover;
mod refund;
mod report;
mod resolve;
mod service;
mod session;
mod settle;
mod unresolved;
mod watch;
mod wire;

use report::Report;

use crate::exit::{Exit, Failure};
use crate::output::Manner;
use crate::secret::Secret;
use crate::{config, template};
use annul::text::Bilingual;
use annul::transaction::{Amount, Kind, RequestId, Trace};
use clap::{Args as Group, Subcommand};
use std::path::PathBuf;

#[derive(Group)]
pub(crate) struct Args {
    /// The till's settings
    #[arg(long, global = true, value_name = "FILE", default_value = "till.toml")]
    profile: PathBuf,
    /// The till's journal; made where there is none
    #[arg(long, global = true, value_name = "FILE", default_value = "till.db")]
    journal: PathBuf,
    /// One JSON object instead of words
    #[arg(long, global = true)]
    json: bool,
    /// Who is on duty, and the password [default: the first cashier of the profile]
    #[arg(long, global = true, value_name = "01:0000")]
    operator: Option<Secret>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a commented example of the settings
    Init {
        /// The file to write
        #[arg(value_name = "FILE", default_value = "till.toml")]
        file: PathBuf,
    },
    /// Sign in to the host: fetch working keys and the batch number
    SignIn,
    /// Ask the host whether it is there
    Echo,
    /// Sell
    Sale(money::SaleArgs),
    /// Void a sale of this batch, whole
    Void(money::VoidArgs),
    /// Hold an amount on a card
    Preauth(money::SaleArgs),
    /// Let go what a pre-authorization holds, also one of another till of the shop
    PreauthVoid(hold::LetGoArgs),
    /// Take what a pre-authorization holds, or a part of it
    Complete(hold::HoldArgs),
    /// Void a completion of this batch, whole
    CompleteVoid(money::VoidArgs),
    /// Give back what a sale or a completion took, or a part of it
    Refund(refund::RefundArgs),
    /// Ask what is on a card. Leaves no record
    Balance(balance::BalanceArgs),
    /// Settle the batch: compare totals with the host, open the next batch
    Settle,
    /// Finish everything that is left: reverse, confirm, try parked ones again
    Recover,
    /// What is left to be finished, and what to do about each. Sends nothing
    Unresolved,
    /// End a transaction that is parked, or a refund without an outcome, by a supervisor's word, after asking the acquirer
    Resolve(resolve::Args),
    /// How a transaction stands; the last one where none is named. Sends nothing
    Status(records::StatusArgs),
    /// What may be done about a transaction, and why not. Sends nothing
    Options(options::OptionsArgs),
    /// Every transaction, or those that have all that is asked for. Sends nothing
    Journal(journal::JournalArgs),
}

/// Why a command stopped short of an outcome.
pub(crate) enum Stop {
    /// It cannot be done at all.
    Failure(Failure),
    /// It may not be done, or the host did not answer; nothing happened.
    Refused(Bilingual),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// What a driver answers.
type TillAnswer<T> = Result<T, session::TillError>;

/// What a refused command was about: its id, its amount, the trace it voids.
type Order = (RequestId, Option<Amount>, Option<Trace>);

/// Where a till keeps what, and who uses it.
pub(crate) struct Place<'a> {
    pub(crate) profile: &'a std::path::Path,
    pub(crate) journal: &'a std::path::Path,
    pub(crate) operator: Option<&'a Secret>,
    pub(crate) manner: Manner,
}

pub(crate) fn run(args: Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let place = Place {
        profile: &args.profile,
        journal: &args.journal,
        operator: args.operator.as_ref(),
        manner: manner(args.json),
    };
    match args.command {
        Command::Init { file } => template::write(&file, config::EXAMPLE, place.manner.language),
        Command::SignIn => service::sign_in(&place),
        Command::Echo => service::echo(&place),
        Command::Sale(sale) => money::pay(&place, &sale, Kind::Sale),
        Command::Void(void) => money::void(&place, &void, Kind::Void),
        Command::Preauth(hold) => money::pay(&place, &hold, Kind::PreAuthorization),
        Command::PreauthVoid(hold) => hold::void(&place, &hold),
        Command::Complete(hold) => hold::complete(&place, &hold),
        Command::CompleteVoid(void) => money::void(&place, &void, Kind::CompletionVoid),
        Command::Refund(refund) => refund::run(&place, &refund),
        Command::Balance(card) => balance::run(&place, &card),
        Command::Settle => settle::run(&place),
        Command::Recover => recover::run(&place),
        Command::Unresolved => unresolved::run(&place),
        Command::Resolve(word) => resolve::run(&place, &word),
        Command::Status(which) => records::status(&place, &which),
        Command::Options(which) => options::run(&place, &which),
        Command::Journal(query) => journal::run(&place, &query),
    }
}

/// Shows what a command came to.
fn conclude(
    place: &Place<'_>,
    kind: &'static str,
    order: Option<Order>,
    ended: Result<Report, Stop>,
) -> Result<Exit, Failure> {
    let report = match ended {
        Ok(report) => report,
        Err(Stop::Failure(failure)) => return Err(failure),
        Err(Stop::Refused(why)) => money::refused(kind, order, why),
    };
    report.show(place.manner);
    Ok(report.exit())
}
