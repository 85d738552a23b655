//! Finds out what a message is: tries every dialect behind every header.
//!
//! ```text
//!  bytes ──> dialects × headers ──> read, written again the same? ──> problems, doubts
//! ```

use crate::decode::input;
use crate::exit::{Exit, Failure};
use crate::output::{self, FAINT, Form, GOOD, Manner, styled};
use crate::spec::Chosen;
use crate::spec::framing::{FRAMINGS, Framing};
use annul::iso8583::{PRESETS, Prefix, Spec, View, Writer};
use annul::text::Language;
use clap::Args as Group;
use serde::Serialize;
use std::cmp::Reverse;

#[derive(Group)]
pub(crate) struct Args {
    /// One JSON object instead of words
    #[arg(long)]
    json: bool,
    /// The file or standard input holds the bytes themselves
    #[arg(long)]
    binary: bool,
    /// The message in hexadecimal, a file, or - for standard input
    #[arg(value_name = "HEX|FILE|-", required = true, num_args = 1..)]
    given: Vec<String>,
}

/// How a message reads in one dialect behind one header.
#[derive(Serialize)]
struct Diagnosis {
    spec: &'static str,
    header: &'static str,
    /// Read to the last byte, and written again byte for byte the same.
    exact: bool,
    mti: Option<String>,
    fields: usize,
    /// Values that the dialect does not allow.
    problems: usize,
    /// What is unusual of a message of this dialect.
    doubts: Vec<&'static str>,
    /// Bytes that could be read.
    read: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip)]
    framing: &'static Framing,
}

#[derive(Serialize)]
struct Report<'d> {
    ok: bool,
    best: &'d Diagnosis,
    others: &'d [Diagnosis],
}

/// How many are told beside the best.
const OTHERS: usize = 4;

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let bytes = input::one(&args.given, args.binary)?;
    let found = examine(&bytes);
    let Some((best, others)) = found.split_first() else {
        return Err(Failure::new("nothing to examine"));
    };
    let alike = |other: &&Diagnosis| !best.exact || other.exact;
    let count = others.iter().take(OTHERS).take_while(alike).count();
    let others = &others[..count];
    match manner.form {
        Form::Json => output::json(&Report {
            ok: best.exact,
            best,
            others,
        }),
        Form::Words => show(best, others, manner),
    }
    Ok(if best.exact { Exit::Done } else { Exit::Failed })
}

/// What else the bytes could be read as, for somebody whose dialect they are
/// not.
pub(crate) fn hint(bytes: &[u8], tried: Chosen) -> Option<String> {
    /// A TPDU begins with it.
    const TPDU: u8 = 0x60;
    let found = examine(bytes);
    let Some(best) = { found.first() }.filter(|best| best.exact && best.doubts.is_empty()) else {
        let tpdu = matches!(bytes, [TPDU, ..] | [_, _, TPDU, ..]);
        let looked_for = tried.framing.is_some() || tried.looks_for_tpdu(&FRAMINGS[0]);
        return (tpdu && !looked_for).then(|| {
            "this looks like a TPDU: try --spec unionpay-pos, --header tpdu or --header length-tpdu"
                .to_owned()
        });
    };
    let header = tried.framing.map_or("none", |framing| framing.name);
    if (best.spec, best.header) == (tried.spec.name(), header) {
        return None;
    }
    let (spec, what) = (best.spec, best.framing.english);
    let behind = match best.header {
        "none" => String::new(),
        _ => format!(" behind {what}"),
    };
    let own = if best.is_usual() {
        String::new()
    } else {
        format!(" --header {}", best.header)
    };
    Some(format!(
        "this looks like {spec}{behind}: try --spec {spec}{own}"
    ))
}

/// Every way to read the bytes, the best first.
fn examine(bytes: &[u8]) -> Vec<Diagnosis> {
    let pairs = PRESETS
        .iter()
        .flat_map(|spec| FRAMINGS.iter().map(move |framing| (*spec, framing)));
    let mut found: Vec<_> = pairs
        .map(|(spec, framing)| Diagnosis::of(spec, framing, bytes))
        .collect();
    // The order of presets and headers decides between equals: it is kept.
    found.sort_by_key(|one| {
        (
            Reverse(one.exact),
            one.mti.is_none(),
            one.doubts.len(),
            bytes.len() - one.read.min(bytes.len()),
            one.problems,
        )
    });
    found
}

impl Diagnosis {
    fn of(spec: &'static Spec<'static>, framing: &'static Framing, bytes: &[u8]) -> Self {
        let mut diagnosis = Self {
            spec: spec.name(),
            header: framing.name,
            exact: false,
            mti: None,
            fields: 0,
            problems: 0,
            doubts: Vec::new(),
            read: 0,
            error: None,
            framing,
        };
        let opened = match framing.header.open(bytes) {
            Ok(opened) => opened,
            Err(error) => {
                diagnosis.error = Some(error.to_string());
                return diagnosis;
            }
        };
        match View::decode_partial(spec, opened.message) {
            Ok(partial) => {
                diagnosis.error = partial.error.map(|error| error.to_string());
                diagnosis.look_at(&partial.view, opened.header);
            }
            Err(error) => diagnosis.error = Some(error.to_string()),
        }
        diagnosis
    }

    fn look_at(&mut self, view: &View<'_>, header: &[u8]) {
        self.mti = Some(view.mti().to_string());
        self.fields = view.fields().count();
        let last = view.fields().last();
        let end = last.map_or(0, |field| field.offset() + field.raw().len());
        let wrong = usize::from(self.error.is_some());
        self.read = (header.len() + end).max(wrong) - wrong;
        self.exact = self.error.is_none() && is_same(view);
        view.problems(&mut |_| self.problems += 1);
        self.doubts = doubts(view, self.framing, header);
    }

    /// True where the dialect expects this header.
    fn is_usual(&self) -> bool {
        match self.spec {
            "unionpay-pos" => ["none", "tpdu-header", "length-tpdu-header"].contains(&self.header),
            _ => self.header == "none",
        }
    }
}

/// Written again field by field, it is the same.
fn is_same(view: &View<'_>) -> bool {
    // Bitmaps in hexadecimal may be announced larger than they need to be.
    let mut buffer = vec![0; view.bytes().len() + 64];
    let mut writer = Writer::new(view.spec(), &mut buffer, view.mti());
    for field in view.fields() {
        writer.copy(&field);
    }
    writer
        .finish()
        .is_ok_and(|size| buffer[..size] == *view.bytes())
}

/// The first byte of a header that says how long it is, of the networks that
/// have one.
const COUNTED: u8 = 22;

/// The first digit of a message type is the edition; 8 and 9 are national and
/// private. What edition a file describes is not known.
fn is_of_edition(view: &View<'_>) -> bool {
    let version = view.mti().bcd() >> 12;
    let editions = [("unionpay", 0), ("iso87", 0), ("iso93", 1), ("iso2003", 2)];
    let name = view.spec().name();
    let edition = editions.iter().find(|(start, _)| name.starts_with(start));
    matches!(version, 8 | 9) || edition.is_none_or(|(_, edition)| *edition == version)
}

/// Its second digit is the class, 1 to 8; its third the function, 0 to 5.
fn is_a_type(view: &View<'_>) -> bool {
    let mti = view.mti().bcd();
    view.spec().mti().is_none() || ((1..=8).contains(&(mti >> 8 & 15)) && mti >> 4 & 15 <= 5)
}

fn doubts(view: &View<'_>, framing: &Framing, header: &[u8]) -> Vec<&'static str> {
    let prefix = framing.header.length().map_or(0, Prefix::size);
    let parts = view.spec().header().parts();
    [
        (
            !is_of_edition(view),
            "the message type is of another edition",
        ),
        (!is_a_type(view), "there is no such message type"),
        (view.fields().count() < 2, "it has hardly a field"),
        (
            framing.has_tpdu() && header.get(prefix) != Some(&0x60),
            "a TPDU begins with 60",
        ),
        (
            !parts.is_empty() && framing.header.parts() != parts,
            "the header of the dialect is not there",
        ),
        (
            framing.name.ends_with("counted") && !header.contains(&COUNTED),
            "such a header has 22 bytes",
        ),
    ]
    .into_iter()
    .filter_map(|(doubtful, why)| doubtful.then_some(why))
    .collect()
}

fn show(best: &Diagnosis, others: &[Diagnosis], manner: Manner) {
    let framing = manner.pick(best.framing.chinese, best.framing.english);
    let name = styled(GOOD, best.spec);
    output::line(&format!("{name} ({framing})"));
    let (mti, fields) = (best.mti.as_deref().unwrap_or("-"), best.fields);
    output::line(&match (manner.language, best.exact) {
        (Language::Chinese, true) => format!("  MTI {mti}，{fields} 个域，重新组包逐字节一致"),
        (Language::Chinese, false) => {
            format!("  MTI {mti}，{fields} 个域，读到第 {} 字节", best.read)
        }
        (Language::English, true) => {
            format!("  MTI {mti}, {fields} fields, written again byte for byte the same")
        }
        (Language::English, false) => {
            format!("  MTI {mti}, {fields} fields, {} bytes read", best.read)
        }
    });
    if best.problems > 0 {
        let word = manner.pick("个值不合规范", "values that the dialect does not allow");
        output::line(&format!("  {} {word}", best.problems));
    }
    for doubt in &best.doubts {
        output::line(&format!("  ? {doubt}"));
    }
    if let Some(error) = &best.error {
        output::line(&format!("  ✗ {error}"));
    }
    output::line(&format!(
        "  annul decode --spec {} --header {} --dump ...",
        best.spec, best.header
    ));
    for other in others {
        let error = other.error.as_deref().or(other.doubts.first().copied());
        let line = format!("{} {}: {}", other.spec, other.header, error.unwrap_or("-"));
        output::line(&styled(FAINT, &line));
    }
}
