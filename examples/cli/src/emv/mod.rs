//! Says what a chip's data mean: a tag and its value, a list and the answer to
//! it, a log of commands.
//!
//! ```text
//!  tag 95 8000048000      ──> dictionary ──> parts, each in words
//!  dol 9F0206 --data ...  ──> entries ──> the data, fitted
//!  apdu log.txt           ──> lines ──> session ──> commands, answers, values
//! ```
//!
//! Card numbers and other secrets are masked unless `--reveal` is given.

mod apdu;
mod dol;
mod fault;
mod lexicon;
mod log;
mod tag;
mod told;

pub(crate) use lexicon::{Lexicon, Source};

use crate::exit::{Exit, Failure};
use crate::output::{self, Manner};
use crate::tlv::Cards;
use annul::emv::{Context, Dictionary, Edition, Kernel, Name, Secrets, Tongue};
use annul::text::Language;
use clap::{Args as Group, Subcommand, ValueEnum};
use serde::Serialize;

#[derive(Group)]
pub(crate) struct Args {
    #[command(subcommand)]
    question: Question,
}

#[derive(Subcommand)]
enum Question {
    /// What a tag is, and what a value of it says
    Tag(tag::Args),
    /// What a data object list asks for, and the data that answer it
    Dol(dol::Args),
    /// What a log of commands and responses says
    Apdu(apdu::Args),
}

/// What all of them take.
#[derive(Group)]
struct Common {
    /// Whose tags: emv, c1 to c8, unionpay, list, or own, of --dictionary
    #[arg(long, value_parser = kernel)]
    kernel: Option<Kernel>,
    /// The EMV books
    #[arg(long, value_enum, default_value = "4.4")]
    edition: Books,
    /// One JSON object instead of words
    #[arg(long)]
    json: bool,
    /// Show card numbers and other secrets in clear
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    source: Source,
}

#[derive(Clone, Copy, ValueEnum)]
enum Books {
    /// November 2011
    #[value(name = "4.3")]
    Of2011,
    /// October 2022
    #[value(name = "4.4")]
    Of2022,
}

fn kernel(id: &str) -> Result<Kernel, String> {
    let expected = "expected emv, c1 to c8, unionpay, own or list";
    Kernel::from_id(id).ok_or_else(|| expected.to_owned())
}

impl Common {
    fn dictionary(&self) -> Dictionary {
        let edition = match self.edition {
            Books::Of2011 => Edition::Emv43,
            Books::Of2022 => Edition::Emv44,
        };
        Dictionary::new(self.kernel.unwrap_or(Kernel::C7), edition)
    }

    const fn secrets(&self) -> Secrets {
        if self.reveal {
            Secrets::Revealed
        } else {
            Secrets::Masked
        }
    }
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let common = match &args.question {
        Question::Tag(args) => &args.common,
        Question::Dol(args) => &args.common,
        Question::Apdu(args) => &args.common,
    };
    let manner = manner(common.json);
    let lexicon = match Lexicon::open(common.dictionary(), &common.source) {
        Ok(lexicon) => lexicon,
        Err(error) => return error.tell(manner),
    };
    let teller = Teller {
        lexicon,
        context: Context {
            secrets: common.secrets(),
            ..Context::new(lexicon.base())
        },
        manner,
    };
    match &args.question {
        Question::Tag(args) => tag::run(args, teller),
        Question::Dol(args) => dol::run(args, teller),
        Question::Apdu(args) => apdu::run(args, teller),
    }
}

/// What one has to know to tell a value.
#[derive(Clone, Copy)]
struct Teller {
    lexicon: Lexicon,
    context: Context,
    manner: Manner,
}

impl Teller {
    /// The same with another kernel's tags first.
    const fn over(self, dictionary: Dictionary) -> Self {
        Self {
            lexicon: self.lexicon.over(dictionary),
            context: Context {
                dictionary,
                ..self.context
            },
            ..self
        }
    }

    /// True where secrets may be shown.
    fn reveals(self) -> bool {
        self.context.secrets == Secrets::Revealed
    }

    /// What is to be printed: with stars for the digits of these cards.
    fn hushed(self, cards: &Cards, text: &str) -> String {
        if self.reveals() {
            text.to_owned()
        } else {
            cards.hush(text)
        }
    }

    /// One JSON object, hushed.
    fn json(self, cards: &Cards, object: &impl Serialize) {
        // Only text, numbers and options are ever given: these do not fail.
        if let Ok(text) = serde_json::to_string(object) {
            output::line(&self.hushed(cards, &text));
        }
    }

    /// A line of words, hushed.
    fn line(self, cards: &Cards, text: &str) {
        output::line(&self.hushed(cards, text));
    }
}

/// The core speaks no language until it is told which.
fn tongue(manner: Manner) -> Tongue {
    match manner.language {
        Language::Chinese => Name::chinese,
        Language::English => Name::english,
    }
}
