//! `annul journal show`: every record, in its order.

use super::chain::{BODY, Chain, Content, Link, TAG};
use super::file;
use super::shown::{self, Shown};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, BAD, FAINT, Form, Manner, styled};
use annul::journal::Record;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The till's journal
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The record of this number
    #[arg(long, value_name = "N", conflicts_with_all = ["from", "to"])]
    record: Option<u32>,
    /// From this number on
    #[arg(long, value_name = "N")]
    from: Option<u32>,
    /// Up to this number
    #[arg(long, value_name = "N")]
    to: Option<u32>,
    /// Its bytes, too; sealed cards and keys are shown as stars
    #[arg(long)]
    hex: bool,
}

pub(super) fn run(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    let chain = Chain::of(file::read(&args.file, manner)?);
    let from = args.record.or(args.from).unwrap_or(0);
    let to = args.record.or(args.to).unwrap_or(u32::MAX);
    let wanted = |link: &&Link| (from..=to).contains(&link.number);
    let links: Vec<&Link> = chain.links.iter().filter(wanted).collect();
    if manner.form == Form::Words && !links.is_empty() {
        output::line(&styled(FAINT, &shown::row(head(manner))));
    }
    for link in &links {
        let mut shown = Shown::of(link, &chain);
        shown.hex = args.hex.then(|| bytes(link));
        match manner.form {
            Form::Json => output::json(&shown),
            Form::Words => tell(&shown, manner),
        }
    }
    Ok(ended(&links, &chain, manner, args))
}

fn head(manner: Manner) -> [&'static str; 7] {
    let words = manner.pick(
        "编号 时间 记录 凭证号 金额 卡号 其他",
        "number time record trace amount card more",
    );
    let mut words = words.split(' ');
    std::array::from_fn(|_| words.next().unwrap_or_default())
}

fn tell(shown: &Shown, manner: Manner) {
    output::line(&shown.line(manner));
    if let Some(wrong) = shown.wrong(manner) {
        output::line(&format!("  {} {wrong}", styled(BAD, "✗")));
    }
    if let Some(hex) = &shown.hex {
        let lines = hex.as_bytes().chunks(64);
        let lines = lines.map(|line| String::from_utf8_lossy(line).into_owned());
        lines.for_each(|line| output::line(&styled(FAINT, &format!("  {line}"))));
    }
}

/// What is wrong with the journal is the end, even where it is not in what was
/// shown. Nothing to show is refused.
fn ended(links: &[&Link], chain: &Chain, manner: Manner, args: &Args) -> Exit {
    let asked = args.record.or(args.from).or(args.to).is_some();
    if links.is_empty() && asked {
        output::error(manner.pick("没有这样的记录", "there is no such record"));
        return Exit::Refused;
    }
    match &chain.fault {
        Some(fault) => {
            output::error(manner.pick(&fault.chinese(), &fault.english()));
            Exit::Refused
        }
        None => Exit::Done,
    }
}

/// The bytes in hexadecimal. What is sealed or enciphered is hidden, and all
/// that a record may hold that does not read; of a long number that a host put
/// into a text, the first six digits and the last four stay.
fn bytes(link: &Link) -> String {
    let bytes = &link.bytes;
    let mut hidden = vec![false; bytes.len()];
    let mut hide = |from: usize, to: usize| {
        let all = hidden.iter_mut().take(to).skip(from);
        all.for_each(|hidden| *hidden = true);
    };
    match &link.content {
        Content::Record(Record::KeysChanged(change)) => {
            cover(bytes, change.keys.bytes(), &mut hide);
        }
        Content::Record(Record::Intent(intent)) => cover(bytes, intent.sealed.bytes(), &mut hide),
        Content::Record(Record::Approved { .. } | Record::Declined { .. }) => {
            numbers(bytes, &mut hide);
        }
        Content::Record(_) => {}
        Content::Skipped => hide(BODY, bytes.len().saturating_sub(TAG)),
        // A version of records stands first; text and card numbers do not begin so.
        Content::Nothing if bytes.first().is_some_and(|first| *first < b' ') => {
            hide(BODY, bytes.len());
        }
        Content::Nothing => hide(0, bytes.len()),
    }
    (bytes.chunks(1).zip(hidden))
        .map(|(byte, hidden)| {
            if hidden {
                "**".to_owned()
            } else {
                hex::encode(byte)
            }
        })
        .collect()
}

/// Hides each place where the secret stands.
fn cover(bytes: &[u8], secret: &[u8], hide: &mut impl FnMut(usize, usize)) {
    for (at, window) in bytes.windows(secret.len().max(1)).enumerate() {
        if window == secret {
            hide(at, at + secret.len());
        }
    }
}

/// Digits of the shortest card number.
const CARD: usize = 13;

fn numbers(bytes: &[u8], hide: &mut impl FnMut(usize, usize)) {
    let mut begin = 0;
    for run in bytes.split(|byte| !byte.is_ascii_digit()) {
        if run.len() >= CARD {
            hide(begin + 6, begin + run.len() - 4);
        }
        begin += run.len() + 1;
    }
}
