//! Takes messages from a log or a capture apart, masked.
//!
//! ```text
//!  hex, binary, lines, pcap ──> bytes ──> header, then the fields of the dialect
//!      ──> named and masked ──> parts ──> lines, JSON or an annotated dump
//! ```

mod capture;
mod dump;
mod envelope;
pub(crate) mod input;
mod parts;
pub(crate) mod reading;
mod show;
pub(crate) mod value;

use crate::encode::original;
use crate::exit::{Exit, Failure};
use crate::output::{Form, Manner};
use crate::spec::{Chosen, Dialect};
use annul::iso8583::{DecodeError, Field, Mask, View};
use clap::Args as Group;
use envelope::Envelope;
use input::Input;
use reading::Reading;
use serde::Serialize;
use value::Secrets;

#[derive(Group)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Args {
    #[command(flatten)]
    dialect: Dialect,
    /// A value that the dialect does not allow is an error
    #[arg(long)]
    strict: bool,
    /// One JSON object a message instead of words
    #[arg(long)]
    json: bool,
    /// The bytes themselves beside what they are, down to the one that is wrong
    #[arg(long, conflicts_with = "json")]
    dump: bool,
    /// Show what belongs to a card in clear
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    input: Input,
}

/// What is done with each message.
#[derive(Clone, Copy)]
struct Way {
    chosen: Chosen,
    strict: bool,
    dump: bool,
    secrets: Secrets,
    manner: Manner,
}

/// What was read.
#[derive(Serialize)]
struct Decoded<'m> {
    ok: bool,
    spec: &'m str,
    found: Envelope,
    mti: Option<String>,
    bitmap: Option<String>,
    fields: Vec<FieldShown<'m>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Trouble>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Trouble>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// One field.
#[derive(Serialize)]
struct FieldShown<'m> {
    field: u8,
    name: Name<'m>,
    value: String,
    length: usize,
    offset: usize,
    /// Its bytes, in clear, where its value would be written otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<parts::Part<'m>>,
}

/// A name in both languages.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Name<'m> {
    pub(crate) zh: &'m str,
    pub(crate) en: &'m str,
}

/// What is wrong; the offset counts the bytes that were given.
#[derive(Clone, Serialize)]
pub(crate) struct Trouble {
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    offset: usize,
    message: String,
}

impl Trouble {
    /// An error of a message that begins at byte `start`.
    fn of(error: &DecodeError, start: usize) -> Self {
        Self {
            field: Some(error.field),
            part: error.part.map(|part| part.to_string()),
            offset: start + error.offset,
            message: error.moved(start).to_string(),
        }
    }
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let way = Way {
        chosen: args.dialect.choose()?,
        strict: args.strict,
        dump: args.dump,
        secrets: Secrets::of(args.reveal),
        manner: manner(args.json),
    };
    let mut exit = Exit::Done;
    let framing = way.chosen.framing.unwrap_or(way.chosen.usual[0]);
    args.input.each(framing, |bytes| {
        let read = bytes.map(|bytes| way.show(&bytes));
        if !read.unwrap_or_else(|wrong| input::tell(&wrong, way.manner)) {
            exit = Exit::Failed;
        }
    })?;
    Ok(exit)
}

impl Way {
    /// Shows one message; true where it is one.
    fn show(self, bytes: &[u8]) -> bool {
        let reading = Reading::of(self.chosen, bytes);
        let mut decoded = Decoded::of(&reading, self);
        // What strict reading alone refuses is of this dialect.
        if reading.trouble.is_some() {
            let language = self.manner.language;
            decoded.hint = crate::doctor::hint(bytes, self.chosen)
                .or_else(|| Some(reading.hint?.text(language).to_owned()));
        }
        match self.manner.form {
            Form::Json => crate::output::json(&decoded),
            Form::Words if self.dump => dump::show(&reading, &decoded, self.secrets, self.manner),
            Form::Words => show::show(&decoded, self.manner),
        }
        decoded.ok
    }
}

impl<'m> Decoded<'m> {
    fn of(reading: &Reading<'m>, way: Way) -> Self {
        let problems = reading.problems();
        let mut problems: Vec<_> = (problems.iter())
            .map(|problem| Trouble::of(problem, reading.start))
            .collect();
        let mut error = reading.trouble.clone();
        if way.strict && error.is_none() && !problems.is_empty() {
            error = Some(problems.remove(0));
        }
        if let Some(error) = &error {
            problems.retain(|problem| problem.offset != error.offset);
        }
        // Worked out once: it looks at every byte of the message.
        let view = reading.view.as_ref().map(|view| (view, Mask::of(view)));
        let view = view.as_ref();
        Self {
            ok: error.is_none(),
            spec: way.chosen.spec.name(),
            found: reading.envelope.clone(),
            mti: view.map(|(view, _)| view.mti().to_string()),
            bitmap: view.map(|(view, mask)| bitmap(view, way.secrets, mask)),
            fields: view.map_or_else(Vec::new, |(view, mask)| fields(view, mask, reading, way)),
            problems,
            error,
            hint: None,
        }
    }
}

/// The bitmaps as they stand; hidden where they may be something else.
fn bitmap(view: &View<'_>, secrets: Secrets, mask: &Mask<'_>) -> String {
    if secrets == Secrets::Masked && !mask.shows_bitmaps() {
        return "*".repeat(16);
    }
    original::bitmap(view)
}

fn fields<'m>(
    view: &View<'m>,
    mask: &Mask<'m>,
    reading: &Reading<'m>,
    way: Way,
) -> Vec<FieldShown<'m>> {
    let parts = |field: &Field<'m>, value: &str| {
        let parts = value::parts(field, way.secrets, mask);
        if parts.is_empty() && way.chosen.is_unionpay() {
            let covered = match way.secrets {
                Secrets::Masked => value::covered(field, value, mask),
                Secrets::Revealed => Vec::new(),
            };
            return parts::of(field, view.mti(), &covered);
        }
        parts
    };
    let carried = way.secrets == Secrets::Revealed && way.manner.form == Form::Json;
    let fields = view.fields().zip(value::values(view, way.secrets, mask));
    let fields = fields.map(|(field, value)| {
        let offset = reading.start + field.offset();
        FieldShown {
            field: field.number(),
            name: Name {
                zh: field.spec().chinese(),
                en: field.spec().name(),
            },
            raw: (carried.then(|| original::raw(way.chosen.spec, &field))).flatten(),
            parts: parts(&field, &value),
            value,
            length: field.count(),
            offset,
        }
    });
    fields.collect()
}
