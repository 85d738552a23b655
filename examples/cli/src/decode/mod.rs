//! Takes a message from a log or a capture apart, masked.
//!
//! ```text
//!  hex, with spaces, 0x and line ends ──> bytes ──> detect: prefix, TPDU, header?
//!      ──> fields, named and masked ──> parts of 60, 61, 63 ──> lines or JSON
//! ```

mod envelope;
mod parts;
mod show;

use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{Form, Manner};
use annul::iso8583::{UNIONPAY_POS, View, describe, detect};
use annul::text::Language;
use clap::{Args as Group, ValueEnum};
use envelope::Envelope;
use serde::Serialize;
use std::io::Read;

#[derive(Group)]
pub(crate) struct Args {
    /// The dialect
    #[arg(long, value_enum, default_value_t = Dialect::UnionpayPos)]
    spec: Dialect,
    /// One JSON object instead of words
    #[arg(long)]
    json: bool,
    /// The message in hexadecimal, or - for standard input
    #[arg(value_name = "HEX|-", required = true, num_args = 1.., allow_hyphen_values = true)]
    hex: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Dialect {
    /// 银联 POS
    UnionpayPos,
}

/// What was read.
#[derive(Serialize)]
struct Decoded<'m> {
    ok: bool,
    found: Envelope,
    mti: Option<String>,
    bitmap: Option<String>,
    fields: Vec<FieldShown<'m>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Trouble>,
}

/// One field.
#[derive(Serialize)]
struct FieldShown<'m> {
    field: u8,
    name: Name<'m>,
    value: String,
    length: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<parts::Part>,
}

/// A name in both languages.
#[derive(Clone, Copy, Serialize)]
struct Name<'m> {
    zh: &'m str,
    en: &'m str,
}

/// Where the reading stopped; the offset counts the bytes that were given.
#[derive(Serialize)]
struct Trouble {
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<u8>,
    offset: usize,
    message: String,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let text = given(&args.hex)?;
    let bytes = hex::decode(&text).map_err(Failure::new)?;
    let decoded = match args.spec {
        Dialect::UnionpayPos => Decoded::of(&bytes),
    };
    match manner.form {
        Form::Json => crate::output::json(&decoded),
        Form::Words => show::show(&decoded, manner),
    }
    Ok(if decoded.ok { Exit::Done } else { Exit::Failed })
}

/// The text of the arguments, or all of standard input up to 1 MB.
fn given(hex: &[String]) -> Result<String, Failure> {
    const MOST: u64 = 1 << 20;
    if hex.len() != 1 || hex[0] != "-" {
        return Ok(hex.join(" "));
    }
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MOST).read_to_string(&mut text);
    read.map_err(|error| {
        Failure::new(format!(
            "standard input: {error}; expected hexadecimal text"
        ))
    })?;
    Ok(text)
}

impl<'m> Decoded<'m> {
    fn of(bytes: &'m [u8]) -> Self {
        match detect(&UNIONPAY_POS, bytes) {
            Ok(detected) => Self {
                ok: true,
                error: None,
                ..Self::read(Envelope::of(&detected), &detected.view)
            },
            Err(error) => {
                let envelope = Envelope::guessed(&error, bytes);
                let message = bytes.get(error.start..).unwrap_or_default();
                let trouble = Trouble {
                    field: error.message.map(|wrong| wrong.field),
                    offset: error.start + error.message.map_or(0, |wrong| wrong.offset),
                    message: error.to_string(),
                };
                let read = match View::decode_partial(&UNIONPAY_POS, message) {
                    Ok(partial) if error.message.is_some() => Self::read(envelope, &partial.view),
                    _ => Self {
                        ok: false,
                        found: envelope,
                        mti: None,
                        bitmap: None,
                        fields: Vec::new(),
                        error: None,
                    },
                };
                Self {
                    ok: false,
                    error: Some(trouble),
                    ..read
                }
            }
        }
    }

    fn read(found: Envelope, view: &View<'m>) -> Self {
        let fields = view.fields().zip(describe(view, Language::English));
        let fields = fields.map(|(field, line)| FieldShown {
            field: field.number(),
            name: Name {
                zh: field.spec().chinese(),
                en: field.spec().name(),
            },
            value: line.value.to_string(),
            length: field.count(),
            parts: parts::of(&field, view.mti()),
        });
        Self {
            ok: true,
            found,
            mti: Some(view.mti().to_string()),
            bitmap: Some(format!("{:016X}", view.bitmap())),
            fields: fields.collect(),
            error: None,
        }
    }
}
