//! A journal's file, looked at from outside: is it good, what is in it, and
//! what it comes to. For support, for auditors, and for a till that will not
//! start any more.
//!
//! ```text
//!  file ──as it is, no lock──> copy ──> SqliteJournal ──> records ──> chain ──> verify
//!                                                                       ├─────> show
//!                                                                       └─────> export
//! ```
//!
//! The file is never opened as a database, so nothing locks, repairs or
//! changes it, and a till may be at work on it.

mod chain;
mod export;
mod fault;
mod file;
mod log;
mod show;
mod shown;
mod verify;
mod words;

use crate::exit::{Exit, Failure};
use crate::output::Manner;
use clap::{Args as Group, Subcommand};

#[derive(Group)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    /// JSON instead of words
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Say whether a journal is whole, whose it is, and what is open in it
    Verify(verify::Args),
    /// Every record in order, damaged ones too
    Show(show::Args),
    /// Every transaction, for a spreadsheet (CSV) or a program (--json)
    Export(export::Args),
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    match &args.command {
        Command::Verify(args) => verify::run(args, manner),
        Command::Show(args) => show::run(args, manner),
        Command::Export(args) => export::run(args, manner),
    }
}
