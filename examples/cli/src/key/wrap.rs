use super::fault::{InChinese, worded};
use super::protection::{Protection, Rules};
use super::source::Source;
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use annul::crypto::Key;
use annul::crypto::key_block::{
    Header, KeyAlgorithm, KeyLength, MOST, OptionalBlock, Random, Wrap,
};
use clap::{Args as Group, ValueEnum};
use serde::Serialize;

#[derive(Group)]
pub(crate) struct Args {
    /// The header, such as D0000P0AE00E0000, with optional blocks or without;
    /// its length may be any four digits
    #[arg(long, value_name = "TEXT")]
    header: String,
    /// An optional block more, such as KS=00604B120F9292800000; padding is added
    #[arg(long, value_name = "ID=TEXT")]
    block: Vec<String>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    protection: Protection,
    /// Whether the length of the key can be seen
    #[arg(long, value_enum, default_value_t = Length::Hidden)]
    length: Length,
    /// What stands behind the key, in hexadecimal, 32 bytes at most [default: at random]
    #[arg(long, value_name = "HEX")]
    fill: Option<String>,
    /// By which rules the block is made
    #[arg(long, value_enum, default_value_t = Rules::Strict)]
    rules: Rules,
    /// One JSON object instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Length {
    /// As long as the longest key of the cipher
    Hidden,
    /// As long as the key, filled to whole blocks of the cipher
    Shown,
}

#[derive(Serialize)]
struct Told<'t> {
    key_block: &'t str,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let rules = args.rules.of_core();
    let header = Header::parse(&args.header, rules).map_err(worded(manner))?;
    let blocks = blocks(&header, &args.block, manner)?;
    let header = if args.block.is_empty() {
        header
    } else {
        header.with_blocks(&blocks)
    };
    let protection = args.protection.key(header.version(), manner)?;
    let bytes = args.source.bytes(manner)?;
    let length = match args.length {
        Length::Hidden => KeyLength::Hidden,
        Length::Shown => KeyLength::Shown,
    };
    let wrap = Wrap::new(header, &protection.key)
        .length(length)
        .rules(rules);
    let (random, mut room) = (fill(args.fill.as_deref(), manner)?, vec![0; MOST]);
    let made = match header.algorithm() {
        KeyAlgorithm::AES => {
            let key = Key::aes(&bytes).map_err(worded(manner))?;
            wrap.key_of(&key, &random, &mut room)
        }
        KeyAlgorithm::DES | KeyAlgorithm::TDES => {
            let key = Key::des(&bytes).map_err(worded(manner))?;
            wrap.key_of(&key, &random, &mut room)
        }
        _ => wrap.bytes(&bytes, &random, &mut room),
    };
    let key_block = made.map_err(worded(manner))?;
    match manner.form {
        Form::Json => output::json(&Told { key_block }),
        Form::Words => output::line(key_block),
    }
    Ok(Exit::Done)
}

/// The optional blocks of the header and those given.
fn blocks<'b>(
    header: &Header<'b>,
    more: &'b [String],
    manner: Manner,
) -> Result<Vec<OptionalBlock<'b>>, Failure> {
    let own = header.blocks().filter(|block| block.id() != "PB");
    let more = more.iter().map(|text| {
        let (id, data) = text.split_once('=').ok_or_else(|| {
            let form = manner.pick("应为 标识=内容", "expected ID=TEXT");
            Failure::new(format!("--block: {form}"))
        })?;
        OptionalBlock::new(id, data)
            .map_err(|error| Failure::new(format!("--block {id}: {}", error.said(manner))))
    });
    own.map(Ok).chain(more).collect()
}

/// Random bytes, the first of them those given.
fn fill(given: Option<&str>, manner: Manner) -> Result<Random, Failure> {
    let mut random: Random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| Failure::new(error.to_string()))?;
    if let Some(text) = given {
        let wrong = |error: &str| Failure::new(format!("--fill: {error}"));
        let bytes = hex::read(text).map_err(|error| wrong(&error.said(manner)))?;
        let front = random.get_mut(..bytes.len());
        let front =
            front.ok_or_else(|| wrong(manner.pick("最多 32 字节", "expected 32 bytes at most")))?;
        front.copy_from_slice(&bytes);
    }
    Ok(random)
}
