//! Takes chip data apart: every object with its place, name and value, masked.
//!
//! ```text
//!  hex ──> bytes ──> annul::tlv::Reader ──> tree, named and masked ──> lines or JSON
//!  two of them ──> the objects that are not the same
//! ```

mod cards;
mod diff;
pub(crate) mod fault;
mod show;
mod tree;

pub(crate) use cards::Cards;

use crate::emv::{Lexicon, Source};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use annul::emv::Dictionary;
use annul::tlv::Mode;
use clap::{Args as Group, Subcommand, ValueEnum};
use std::io::Read;
use tree::{Shower, Tree};

#[derive(Group)]
#[command(subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(flatten)]
    how: How,
    #[command(subcommand)]
    command: Option<Command>,
    /// The objects in hexadecimal, or - for standard input
    #[arg(value_name = "HEX|-", required = true, num_args = 1..)]
    hex: Vec<String>,
}

/// How objects are read and shown.
#[derive(Clone, Group)]
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
    #[command(flatten)]
    source: Source,
}

#[derive(Subcommand)]
enum Command {
    /// What is not the same in two of them
    Diff {
        /// The first, in hexadecimal, or - for standard input
        a: String,
        /// The second
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
    let lexicon = match Lexicon::open(Dictionary::UNIONPAY, &args.how.source) {
        Ok(lexicon) => lexicon,
        Err(error) => return error.tell(manner),
    };
    let mode = args.how.mode.mode();
    let mut cards = Cards::default();
    let mut bytes_of = |words: &[String]| {
        let bytes = hex::decode(&given(words)?).map_err(Failure::new)?;
        cards.look_into(&bytes);
        Ok::<_, Failure>(bytes)
    };
    let (first, second) = match &args.command {
        Some(Command::Diff { a, b }) if a == "-" && b == "-" => {
            let text = "standard input can be one of the two only; give the other as an argument";
            return Err(Failure::new(text));
        }
        Some(Command::Diff { a, b }) => {
            let second = bytes_of(std::slice::from_ref(b))?;
            (bytes_of(std::slice::from_ref(a))?, Some(second))
        }
        None => (bytes_of(&args.hex)?, None),
    };
    let shower = Shower {
        cards: &cards,
        lexicon,
        secrets,
        manner,
    };
    let tree = Tree::read(&first, mode, &shower);
    if let Some(second) = second {
        let other = Tree::read(&second, mode, &shower);
        return Ok(diff::show(&tree, &other, manner));
    }
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
pub(crate) fn given(words: &[String]) -> Result<String, Failure> {
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
