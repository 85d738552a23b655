//! Where messages come from: the command line, a file, standard input; one, or
//! one a line, or the traffic of a capture.

use super::capture;
use crate::exit::Failure;
use crate::hex;
use crate::output::{self, Form, Manner};
use crate::spec::framing::Framing;
use clap::Args as Group;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, stderr, stdin, stdout};
use std::path::Path;

#[derive(Group)]
pub(crate) struct Input {
    /// One message a line, each for itself
    #[arg(long)]
    lines: bool,
    /// The file or standard input holds the bytes themselves
    #[arg(long, conflicts_with = "lines")]
    binary: bool,
    /// A message in hexadecimal, a file, a capture (pcap), or - for standard input
    #[arg(value_name = "HEX|FILE|-", required = true, num_args = 1..)]
    given: Vec<String>,
}

/// A text or a file that is larger is not read.
const MOST: u64 = 64 << 20;
/// The longest line.
const LINE: u64 = 1 << 20;

impl Input {
    /// Hands over each message, those of a capture cut as `framing` says, or why there is none in its place.
    pub(crate) fn each(
        &self,
        framing: &Framing,
        mut take: impl FnMut(Result<Vec<u8>, String>),
    ) -> Result<(), Failure> {
        if !self.lines {
            let bytes = one(&self.given, self.binary)?;
            if !capture::is_one(&bytes) {
                take(Ok(bytes));
                return Ok(());
            }
            let messages = capture::messages(&bytes, framing)?;
            if messages.all.is_empty() && messages.cut.is_none() {
                let text = "the capture holds no message; --header says how they are cut";
                return Err(Failure::new(text));
            }
            for message in messages.all {
                take(Ok(message));
            }
            if let Some(cut) = messages.cut {
                take(Err(cut));
            }
            return Ok(());
        }
        let [given] = self.given.as_slice() else {
            let text = "--lines: give one file, or - for standard input";
            return Err(Failure::new(text));
        };
        lines(given, |number, line| {
            let text = String::from_utf8_lossy(line);
            take(hex::decode(text.trim()).map_err(|wrong| format!("line {number}: {wrong}")));
        })
    }
}

/// Hands over each line of a file or of standard input with its number, but
/// for those that are empty.
pub(crate) fn lines(given: &str, take: impl FnMut(usize, &[u8])) -> Result<(), Failure> {
    if given == "-" {
        return lines_of(stdin().lock(), &ProgressBar::hidden(), take);
    }
    let file = File::open(given).map_err(|error| unreadable(given, &error))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    lines_of(BufReader::new(file), &bar(size), take)
}

/// The bytes of one message: hexadecimal of the command line, or what a file or
/// standard input holds, which may be hexadecimal too.
pub(crate) fn one(given: &[String], binary: bool) -> Result<Vec<u8>, Failure> {
    let bytes = match given {
        [word] if word == "-" => whole("standard input", stdin().lock())?,
        [name] if Path::new(name).is_file() => {
            let file = File::open(name).map_err(|error| unreadable(name, &error))?;
            whole(name, file)?
        }
        words => return hex::decode(&words.join(" ")).map_err(|wrong| no_hex(words, &wrong)),
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) if !binary => match hex::decode(text) {
            Ok(bytes) => Ok(bytes),
            // A message in characters is text, but no hexadecimal.
            Err(wrong) if text.trim().is_empty() => Err(Failure::new(wrong)),
            Err(_) if text.starts_with(|first: char| first.is_ascii_digit()) => Ok(bytes),
            Err(wrong) => Err(Failure::new(wrong)),
        },
        _ => Ok(bytes),
    }
}

fn no_hex(words: &[String], wrong: &str) -> Failure {
    let path = |word: &String| word.contains(['/', '\\', '.']);
    let missing = matches!(words, [word] if path(word));
    let hint = if missing {
        "; and no file has this name"
    } else {
        ""
    };
    Failure::new(format!("{wrong}{hint}"))
}

fn whole(name: &str, from: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = from.take(MOST).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 == MOST {
        return Err(Failure::new(format!(
            "{name}: more than 64 MB; give a part of it, or --lines"
        )));
    }
    Ok(bytes)
}

fn unreadable(name: &str, error: &std::io::Error) -> Failure {
    let name = crate::secret::redact(name);
    Failure::new(format!(
        "{name}: {error}; expected a file of this name, or -"
    ))
}

fn lines_of(
    mut from: impl BufRead,
    bar: &ProgressBar,
    mut take: impl FnMut(usize, &[u8]),
) -> Result<(), Failure> {
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        let read = from.by_ref().take(LINE).read_until(b'\n', &mut line);
        let read = read.map_err(|error| unreadable("the lines", &error))? as u64;
        if read == 0 {
            bar.finish_and_clear();
            return Ok(());
        }
        number += 1;
        bar.inc(read);
        if read == LINE {
            return Err(Failure::new(format!("line {number}: longer than 1 MB")));
        }
        if !String::from_utf8_lossy(&line).trim().is_empty() {
            take(number, &line);
        }
    }
}

/// Something to look at while a long file is read and nothing else is seen.
fn bar(size: u64) -> ProgressBar {
    const LONG: u64 = 1 << 20;
    if size < LONG || !stderr().is_terminal() || stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}");
    let bar = ProgressBar::new(size);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// What stands in place of a message.
#[derive(Serialize)]
struct Missing<'t> {
    ok: bool,
    error: Said<'t>,
}

#[derive(Serialize)]
struct Said<'t> {
    message: &'t str,
}

/// Says why there is no message; false, as for one that is none.
pub(crate) fn tell(wrong: &str, manner: Manner) -> bool {
    match manner.form {
        Form::Json => output::json(&Missing {
            ok: false,
            error: Said { message: wrong },
        }),
        Form::Words => output::error(wrong),
    }
    false
}
