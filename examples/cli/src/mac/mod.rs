//! Computes the MAC of a message, and shows each step on the way, so that the
//! one that differs from the host's is found.
//!
//! ```text
//!  key ─────┐
//!  message ─┴─> annul::crypto::mac ──> the MAC, one line of hexadecimal
//!                                  └─> --trace: padded message, blocks of the chain
//! ```

mod algorithm;
mod trace;

use crate::exit::{Exit, Failure};
use crate::key;
use crate::output::{self, Form, Manner};
use crate::{hex, tlv};
use algorithm::Algorithm;
use clap::{Args as Group, ValueEnum};
use serde::Serialize;
use std::io::Read;
use trace::Trace;

#[derive(Group)]
pub(crate) struct Args {
    /// How the MAC is computed
    #[arg(long, value_enum)]
    algorithm: Algorithm,
    #[command(flatten)]
    source: key::Source,
    /// The cipher of the key, where the algorithm leaves a choice
    #[arg(long, value_enum)]
    cipher: Option<key::Cipher>,
    /// Padding method of x9.9, x9.19, iso9797-1 and iso9797-3 [default: 1]
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
    padding: Option<u8>,
    /// The message in hexadecimal [default: standard input]
    #[arg(long, value_name = "HEX|-", conflicts_with = "standard_input")]
    data: Option<String>,
    /// Standard input
    #[arg(value_name = "-", value_parser = ["-"], hide_possible_values = true)]
    standard_input: Option<String>,
    /// Standard input is the message itself, not hexadecimal
    #[arg(long, conflicts_with = "data")]
    raw: bool,
    /// Only the leftmost bytes of the MAC [default: all]
    #[arg(long, value_parser = clap::value_parser!(u8).range(4..=32))]
    bytes: Option<u8>,
    /// Show the steps too: the padded message in clear, and each block; hmac-sha256 has none
    #[arg(long)]
    trace: bool,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Told {
    algorithm: String,
    mac: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Trace>,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let key = args.source.bytes(manner)?;
    let message = message(args, manner)?;
    let mut trace = args.trace.then(Trace::default);
    let choice = algorithm::Choice {
        algorithm: args.algorithm,
        cipher: args.cipher,
        padding: args.padding,
        manner,
    };
    let whole = choice.compute(&key, &message, &mut trace)?;
    let count = args.bytes.map_or(whole.len(), usize::from);
    let short = whole.get(..count).ok_or_else(|| {
        let fewer = manner.pick(
            "MAC 没有这么多字节；它的字节数为",
            "the MAC has no more bytes than",
        );
        Failure::new(format!("--bytes {count}: {fewer} {}", whole.len()))
    })?;
    let mac = hex::encode(short);
    match manner.form {
        Form::Json => output::json(&Told {
            algorithm: name(&args.algorithm),
            mac,
            trace,
        }),
        Form::Words => {
            if let Some(trace) = trace {
                trace.show(manner);
            }
            output::line(&mac);
        }
    }
    Ok(Exit::Done)
}

/// As it is written on the command line.
fn name(value: &impl ValueEnum) -> String {
    let known = value.to_possible_value();
    known.map_or(String::new(), |known| known.get_name().to_owned())
}

/// The bytes of the message; it may have none.
fn message(args: &Args, manner: Manner) -> Result<Vec<u8>, Failure> {
    let word = args.data.as_deref().unwrap_or("-").to_owned();
    if args.source.is_standard_input() && (args.raw || word == "-") {
        return Err(Failure::new(manner.pick(
            "标准输入不能既是密钥又是数据；请用 --data 或另一个密钥文件",
            "standard input cannot be both key and data; give --data, or another key file",
        )));
    }
    if args.raw {
        return raw(manner);
    }
    let text = tlv::given(&[word])?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    hex::read(&text).map_err(key::fault::worded(manner))
}

fn raw(manner: Manner) -> Result<Vec<u8>, Failure> {
    const MOST: u64 = 1 << 26;
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(MOST + 1);
    input
        .read_to_end(&mut bytes)
        .map_err(crate::exit::because)?;
    if bytes.len() as u64 > MOST {
        let much = manner.pick("标准输入超过 64 MB", "standard input: more than 64 MB");
        return Err(Failure::new(much));
    }
    Ok(bytes)
}
