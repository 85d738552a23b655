use crate::exit::{Exit, Failure};
use crate::language::{self, Lang};
use crate::output::{self, Detail, Form, Manner};
use crate::secret;
use crate::{
    arqc, convert, decode, demo, diff, doctor, emv, encode, host, journal, key, mac, pin, redact,
    spec, till, tlv,
};
use clap::{Parser, Subcommand};

/// Sell, void and reverse on a UnionPay terminal without losing money on the way.
#[derive(Parser)]
#[command(name = "annul", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Language of texts: zh or en [default: that of the environment]
    #[arg(long, global = true, value_name = "zh|en", hide_possible_values = true)]
    lang: Option<Lang>,
    /// Show each message, masked, on standard error
    #[arg(short, long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Watch a till and a host: sell, void, lose an answer, lose power, agree
    Demo(demo::Args),
    /// A till: sign in, sell, void, recover, look things up
    Till(Box<till::Args>),
    /// A till's journal: verify it, show its records, export what they come to
    Journal(journal::Args),
    /// A simulated acquirer and issuer, with faults on order
    Host(host::Args),
    /// Take a message apart
    Decode(decode::Args),
    /// Write a message from JSON
    Encode(encode::Args),
    /// What is not the same in two messages
    Diff(diff::Args),
    /// Write a message in another dialect
    Convert(convert::Args),
    /// Take out of a message what belongs to a card
    Redact(redact::Args),
    /// Find out of which dialect a message is
    Doctor(doctor::Args),
    /// The dialects of ISO 8583 that are known
    Spec(spec::Args),
    /// Say what chip data mean: a tag, a list, a log of commands
    Emv(emv::Args),
    /// Take the data of a chip apart, or compare two of them
    Tlv(tlv::Args),
    /// What can be said of a key without telling it
    Key(key::Args),
    /// The PIN block that a terminal makes of a PIN
    Pin(pin::Args),
    /// The MAC of a message, and the steps to it
    Mac(Box<mac::Args>),
    /// The cryptogram of a chip card, and its issuer's answer
    Arqc(Box<arqc::Args>),
}

/// Reads the command line. What is wrong with it is said, without the digits
/// that were typed: they may be a card's.
pub(crate) fn parse() -> Result<Cli, Exit> {
    Cli::try_parse().map_err(|error| {
        if error.use_stderr() {
            output::log(secret::redact(&error.render().to_string()).trim_end());
            Exit::Failed
        } else {
            output::line(error.render().ansi().to_string().trim_end());
            Exit::Done
        }
    })
}

/// Does the command.
pub(crate) fn run(cli: Cli) -> Exit {
    let detail = if cli.verbose {
        Detail::Messages
    } else {
        Detail::Results
    };
    let manner = |json| Manner {
        language: language::choose(cli.lang),
        form: if json { Form::Json } else { Form::Words },
        detail,
    };
    let done: Result<Exit, Failure> = match cli.command {
        Command::Demo(args) => demo::run(&args, manner(false)),
        Command::Till(args) => till::run(*args, manner).map(output::told),
        Command::Journal(args) => journal::run(&args, manner),
        Command::Host(args) => host::run(args, manner),
        Command::Decode(args) => decode::run(&args, manner),
        Command::Encode(args) => encode::run(&args, manner),
        Command::Diff(args) => diff::run(&args, manner),
        Command::Convert(args) => convert::run(&args, manner),
        Command::Redact(args) => redact::run(&args, manner),
        Command::Doctor(args) => doctor::run(&args, manner),
        Command::Spec(args) => spec::run(&args, manner),
        Command::Emv(args) => emv::run(&args, manner),
        Command::Tlv(args) => tlv::run(&args, manner),
        Command::Key(args) => key::run(&args, manner),
        Command::Pin(args) => pin::run(&args, manner),
        Command::Mac(args) => mac::run(&args, manner),
        Command::Arqc(args) => arqc::run(&args, manner),
    };
    done.unwrap_or_else(|failure| {
        output::error(&failure.to_string());
        Exit::Failed
    })
}
