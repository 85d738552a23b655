//! Takes chip data apart: every object with its place, name and value, masked.
//!
//! ```text
//!  hex ──> bytes ──> annul::tlv::Reader ──> tree, named and masked ──> lines or JSON
//!  two of them ──> the objects that are not the same
//! ```

mod diff;
mod show;
mod tree;

use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use annul::tlv::Mode;
use clap::{Args as Group, Subcommand, ValueEnum};
use std::io::Read;
use tree::Tree;

#[derive(Group)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(flatten)]
    how: How,
    #[command(subcommand)]
    command: Option<Command>,
    /// The objects in hexadecimal, or - for standard input
    #[arg(value_name = "HEX|-", required = true, num_args = 1.., allow_hyphen_values = true)]
    hex: Vec<String>,
}

/// How objects are read and shown.
#[derive(Clone, Copy, Group)]
struct How {
    /// What is taken beside well-formed objects
    #[arg(long, value_enum, default_value_t = Rules::Emv, global = true)]
    mode: Rules,
    /// One JSON object instead of words
    #[arg(long, global = true)]
    json: bool,
    /// Show card numbers, tracks and names in clear
    #[arg(long, global = true)]
    reveal: bool,
}

#[derive(Subcommand)]
enum Command {
    /// What is not the same in two of them
    Diff {
        /// The first, in hexadecimal, or - for standard input
        #[arg(allow_hyphen_values = true)]
        a: String,
        /// The second
        #[arg(allow_hyphen_values = true)]
        b: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Rules {
    /// Minimal lengths, no padding
    Strict,
    /// 00 between objects is skipped
    Emv,
    /// As emv, and runs of FF too
    Ff,
    /// As emv, and indefinite lengths are read
    Ber,
}

impl Rules {
    const fn mode(self) -> Mode {
        match self {
            Self::Strict => Mode::Strict,
            Self::Emv => Mode::Emv,
            Self::Ff => Mode::Ff,
            Self::Ber => Mode::Ber,
        }
    }
}

/// Whether card data are shown in clear.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrets {
    Masked,
    Revealed,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.how.json);
    let secrets = if args.how.reveal {
        Secrets::Revealed
    } else {
        Secrets::Masked
    };
    let read = |words: &[String]| {
        let bytes = hex::decode(&given(words)?).map_err(Failure::new)?;
        Ok(Tree::read(&bytes, args.how.mode.mode(), secrets, manner))
    };
    if let Some(Command::Diff { a, b }) = &args.command {
        let (a, b) = (
            read(std::slice::from_ref(a))?,
            read(std::slice::from_ref(b))?,
        );
        return Ok(diff::show(&a, &b, manner));
    }
    let tree = read(&args.hex)?;
    match manner.form {
        Form::Json => output::json(&tree),
        Form::Words => show::show(&tree, manner),
    }
    Ok(if tree.is_whole() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// The text of the arguments, or all of standard input.
fn given(words: &[String]) -> Result<String, Failure> {
    const MOST: u64 = 1 << 26;
    if words.len() != 1 || words[0] != "-" {
        return Ok(words.join(" "));
    }
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MOST).read_to_string(&mut text);
    let read = read.map_err(|error| {
        Failure::new(format!(
            "standard input: {error}; expected hexadecimal text"
        ))
    })?;
    if read as u64 == MOST {
        return Err(Failure::new(
            "standard input: more than 64 MB; give a part of it",
        ));
    }
    Ok(text)
}
