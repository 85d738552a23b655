//! Encrypts a PIN as a terminal does, to try a host's answer or compare two
//! implementations.
//!
//! ```text
//!  key ────────────┐
//!  PIN, asked for ─┼─> annul::crypto::pin ──> the encrypted block, one line of hexadecimal
//!  card number ────┘
//! ```

mod block;

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
    /// The encrypted PIN block; the PIN is asked for, or read from standard input
    Block(Box<block::Args>),
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    match &args.question {
        Question::Block(args) => block::run(args, manner),
    }
}
