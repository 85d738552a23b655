//! Says what can be said of a key without telling it, and takes keys from one
//! form to another.
//!
//! ```text
//!  file, variable or question ──> bytes ──> annul::crypto::Key ──> check value, parity
//!  components ──────────────────────────────────┘  │
//!  key block <───────────────── annul::crypto::key_block
//! ```

mod combine;
mod dukpt;
pub(crate) mod fault;
mod kcv;
mod parity;
mod protection;
mod source;
mod unwrap;
mod wrap;

pub(crate) use source::{Cipher, Source};

use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::Manner;
use clap::{Args as Group, Subcommand};
use std::io::Write;
use std::path::Path;
use zeroize::Zeroizing;

#[derive(Group)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// The check value of a key
    Kcv(kcv::Args),
    /// A key out of its components: their sum
    Combine(combine::Args),
    /// A key block (TR-31, X9.143) of a key
    Wrap(wrap::Args),
    /// The key of a key block (TR-31, X9.143)
    Unwrap(unwrap::Args),
    /// The check value of a key derived for one transaction
    Dukpt(dukpt::Args),
    /// Whether a DES key has odd parity, and whether it is weak
    Parity(parity::Args),
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    match &args.question {
        Question::Kcv(args) => kcv::run(args, manner),
        Question::Combine(args) => combine::run(args, manner),
        Question::Wrap(args) => wrap::run(args, manner),
        Question::Unwrap(args) => unwrap::run(args, manner),
        Question::Dukpt(args) => dukpt::run(args, manner),
        Question::Parity(args) => parity::run(args, manner),
    }
}

/// Writes a key to a new file of its owner; one that is there stays as it is.
fn keep(path: &Path, key: &[u8]) -> Result<(), Failure> {
    let mut how = std::fs::OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    let text = Zeroizing::new(hex::encode(key));
    let written = how.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")
    });
    written.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}
