//! Says what can be said of a key without telling it.
//!
//! ```text
//!  file, variable or question ──> bytes ──> annul::crypto::Key ──> check value, parity
//! ```

mod dukpt;
mod kcv;
mod parity;
mod source;

pub(crate) use source::{Cipher, Source};

use crate::exit::{Exit, Failure};
use crate::output::Manner;
use clap::{Args as Group, Subcommand};

#[derive(Group)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// The check value of a key
    Kcv(kcv::Args),
    /// The check value of a key derived for one transaction
    Dukpt(dukpt::Args),
    /// Whether a DES key has odd parity, and whether it is weak
    Parity(parity::Args),
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    match &args.question {
        Question::Kcv(args) => kcv::run(args, manner),
        Question::Dukpt(args) => dukpt::run(args, manner),
        Question::Parity(args) => parity::run(args, manner),
    }
}
