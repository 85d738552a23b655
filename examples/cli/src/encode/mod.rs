//! Writes messages from JSON: that of `decode --json --reveal`, or a plain one.
//!
//! ```text
//!  {"mti": "0800", "fields": {"11": "000016", "41": "12345678"}}  ──> hex
//! ```

mod json;
pub(crate) mod original;

use crate::decode::input;
use crate::decode::value::characters;
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use crate::spec::{Chosen, framing};
use annul::iso8583::{
    EncodeError, Encoding, Extent, Field, FieldSpec, Format, Mti, PrefixForm, Sensitivity, Spec,
    Writer,
};
use clap::Args as Group;
use encoding_rs::GBK;
use original::Original;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;

#[derive(Group)]
pub(crate) struct Args {
    /// The dialect: one of `annul spec list`, or a file [default: that the JSON names, or
    /// unionpay-pos]
    #[arg(long, value_name = "NAME")]
    spec: Option<String>,
    /// What stands before the message; own for that of the dialect [default: that the JSON names,
    /// or none]
    #[arg(long, value_name = "NAME")]
    header: Option<String>,
    /// One message a line, each for itself
    #[arg(long)]
    lines: bool,
    /// One JSON object a message instead of hexadecimal alone
    #[arg(long)]
    json: bool,
    /// The message in JSON, a file of it, or - for standard input
    #[arg(value_name = "JSON|FILE|-", default_value = "-")]
    given: String,
}

#[derive(Serialize)]
pub(crate) struct Written {
    pub(crate) ok: bool,
    pub(crate) hex: String,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let mut encoder = Encoder {
        args,
        dialects: BTreeMap::new(),
    };
    if !args.lines {
        let message = json::parse(&given(&args.given)?, 1).map_err(Failure::new)?;
        tell(&encoder.message(&message)?, manner);
        return Ok(Exit::Done);
    }
    let mut exit = Exit::Done;
    input::lines(&args.given, |number, line| {
        match encoder.line(number, line) {
            Ok(bytes) => tell(&bytes, manner),
            Err(wrong) => {
                input::tell(&wrong, manner);
                exit = Exit::Failed;
            }
        }
    })?;
    Ok(exit)
}

/// Makes messages, of whatever dialects the JSON names.
struct Encoder<'a> {
    args: &'a Args,
    dialects: BTreeMap<String, Chosen>,
}

impl Encoder<'_> {
    /// The message of a line, or where and why there is none.
    fn line(&mut self, number: usize, line: &[u8]) -> Result<Vec<u8>, String> {
        let text = std::str::from_utf8(line).map_err(|error| {
            let place = error.valid_up_to();
            format!("line {number}: byte {place} is not of a text in UTF-8")
        })?;
        let message = json::parse(text.trim_start_matches('\u{feff}').trim_end(), number)?;
        let bytes = self.message(&message);
        bytes.map_err(|wrong| format!("line {number}: {wrong}"))
    }

    /// A message behind its header.
    fn message(&mut self, message: &Value) -> Result<Vec<u8>, Failure> {
        let named = self.args.spec.as_deref();
        let named = named.or_else(|| message["spec"].as_str());
        let chosen = self.dialect(named.unwrap_or("unionpay-pos"))?;
        let spec = chosen.spec;
        if message["ok"] == Value::Bool(false) {
            let text = "these are the fields that could be read of a message that is damaged, and \
                        not all it had; leave \"ok\" out to write them all the same";
            return Err(Failure::new(text));
        }
        let bytes = write(spec, mti(message)?, &fields(spec, &message["fields"])?);
        let mut bytes = bytes.map_err(|error| wrong(spec, &error))?;
        if let Some(bitmap) = message["bitmap"].as_str() {
            bytes = original::with_bitmap(spec, bytes, bitmap);
        }
        frame(
            self.args.header.as_deref(),
            chosen,
            &message["found"],
            &bytes,
        )
    }

    /// A dialect; that of a file is read once.
    fn dialect(&mut self, name: &str) -> Result<Chosen, Failure> {
        if let Some(known) = self.dialects.get(name) {
            return Ok(*known);
        }
        let chosen = Chosen::of(name, None)?;
        self.dialects.insert(name.to_owned(), chosen);
        Ok(chosen)
    }
}

/// The message in hexadecimal.
pub(crate) fn tell(bytes: &[u8], manner: Manner) {
    let hex = hex::encode(bytes);
    match manner.form {
        Form::Json => output::json(&Written { ok: true, hex }),
        Form::Words => output::line(&hex),
    }
}

fn given(name: &str) -> Result<String, Failure> {
    /// More than the largest message in JSON.
    const MOST: u64 = 1 << 20;
    let unreadable = |error| Failure::new(format!("{error}; expected JSON, a file of it, or -"));
    if name.trim_start().starts_with(['{', '[', '"']) {
        return Ok(name.to_owned());
    }
    let mut text = String::new();
    let read = if name == "-" {
        std::io::stdin().lock().take(MOST).read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(name).map_err(unreadable)?;
        file.take(MOST).read_to_string(&mut text)
    };
    read.map_err(unreadable)?;
    Ok(text)
}

fn mti(message: &Value) -> Result<Mti, Failure> {
    let digits = message["mti"].as_str().filter(|mti| mti.len() == 4);
    let mti = digits.and_then(|digits| Mti::new(u16::from_str_radix(digits, 16).ok()?));
    mti.ok_or_else(|| Failure::new("mti: expected four digits in a string, such as \"0200\""))
}

/// What a field is written from.
pub(crate) enum Content {
    /// Its characters, or its bytes.
    Value(Vec<u8>),
    /// Its bytes as they were.
    Original(Original),
}

/// Fields of an object by number, or of a list as `decode` gives them.
fn fields(spec: &Spec<'_>, given: &Value) -> Result<BTreeMap<u8, Content>, Failure> {
    /// Number, value, and the bytes as they were.
    type Given<'v> = (Option<u8>, &'v Value, Option<&'v Value>);
    let given: Vec<Given<'_>> = match given {
        Value::Object(fields) => {
            let pairs = fields.iter();
            pairs
                .map(|(number, value)| (number.parse().ok(), value, None))
                .collect()
        }
        Value::Array(fields) => {
            let number = |field: &Value| u8::try_from(field["field"].as_u64()?).ok();
            let fields = fields.iter();
            fields
                .map(|field| (number(field), &field["value"], field.get("raw")))
                .collect()
        }
        _ => return Err(Failure::new("fields: expected an object or a list")),
    };
    let mut fields = BTreeMap::new();
    for (number, value, raw) in given {
        let Some(number) = number else {
            return Err(Failure::new("fields: a field has no number from 2 to 192"));
        };
        let Some(text) = value.as_str() else {
            let text = format!("field {number}: expected a value in a string");
            return Err(Failure::new(text));
        };
        let Some(field) = spec.field(number) else {
            let (name, text) = (spec.name(), "does not have it; see annul spec show");
            return Err(Failure::new(format!("field {number}: {name} {text}")));
        };
        let content = match raw.map(Value::as_str) {
            None => value_of(field, text).map(Content::Value),
            Some(Some(raw)) => Original::new(spec, number, raw, text).map(Content::Original),
            Some(None) => Err("raw: expected hexadecimal in a string".to_owned()),
        };
        let content = content.map_err(|why| Failure::new(format!("field {number}: {why}")))?;
        if fields.insert(number, content).is_some() {
            return Err(Failure::new(format!("field {number}: given twice")));
        }
    }
    Ok(fields)
}

/// Bytes of a b field from hexadecimal; characters of others, `\x5C` among them.
fn value_of(field: &FieldSpec<'_>, text: &str) -> Result<Vec<u8>, String> {
    if field.sensitivity() != Sensitivity::Public && text.contains("***") {
        return Err("the value is masked; decode with --json --reveal".to_owned());
    }
    if field.format() == Format::B {
        return match text.trim() {
            "" => Ok(Vec::new()),
            text => hex::decode(text),
        };
    }
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let escaped = rest.strip_prefix("\\x").and_then(|digits| digits.get(..2));
        if let Some(byte) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &rest[4..];
            continue;
        }
        let (own, after) = rest.split_at(character.len_utf8());
        rest = after;
        match field.encoding() {
            _ if own.is_ascii() => bytes.extend(own.bytes()),
            Encoding::Utf8 => bytes.extend(own.bytes()),
            Encoding::Ebcdic(_) => {
                bytes.push(u8::try_from(character).map_err(|_| NO_CHARACTER.to_owned())?);
            }
            _ => match GBK.encode(own) {
                (_, _, true) => return Err(NO_CHARACTER.to_owned()),
                (encoded, ..) => bytes.extend(encoded.iter()),
            },
        }
    }
    Ok(bytes)
}

const NO_CHARACTER: &str = "a character that the encoding of the dialect does not have";

/// The message of these fields, each in characters or bytes. A third bitmap
/// that is a field need not be among them.
pub(crate) fn write(
    spec: &Spec<'_>,
    mti: Mti,
    fields: &BTreeMap<u8, Content>,
) -> Result<Vec<u8>, EncodeError> {
    let mut buffer = vec![0; usize::from(u16::MAX)];
    let mut writer = Writer::new(spec, &mut buffer, mti);
    let given = fields.iter();
    let mut all: BTreeMap<_, _> = given
        .map(|(number, content)| (*number, Some(content)))
        .collect();
    if let Extent::TertiaryIn(third) = spec.bitmap().extent()
        && fields.keys().any(|number| *number > 128)
    {
        all.entry(third).or_insert(None);
    }
    for (number, content) in all {
        match content {
            Some(Content::Value(value)) => put(&mut writer, spec, number, value),
            Some(Content::Original(original)) => original.copy(&mut writer, spec),
            // Which fields it announces the writer knows.
            None => put(&mut writer, spec, number, &[0; 8]),
        }
    }
    let size = writer.finish()?;
    buffer.truncate(size);
    Ok(buffer)
}

fn put(writer: &mut Writer<'_>, spec: &Spec<'_>, number: u8, value: &[u8]) {
    let digits = { spec.field(number) }.is_some_and(|field| field.format().is_digits());
    if digits {
        writer.digits(number, value);
    } else {
        writer.bytes(number, value);
    }
}

/// A value as another dialect takes it: the separator of a track is `=`, for
/// which each has a nibble of its own.
pub(crate) fn carried(field: &Field<'_>, to: &FieldSpec<'_>) -> Vec<u8> {
    let mut value = characters(field);
    if to.format() == Format::Z {
        let own = match field.spec().encoding() {
            Encoding::Bcd => b'A' + field.spec().separator().saturating_sub(10),
            _ => b'D',
        };
        let first = value.iter_mut().find(|byte| !byte.is_ascii_digit());
        if let Some(separator) = first.filter(|byte| **byte == own) {
            *separator = b'=';
        }
    }
    value
}

fn wrong(spec: &Spec<'_>, error: &EncodeError) -> Failure {
    Failure::new(format!("{}: {error}", spec.name()))
}

/// Puts the header that was asked for, or that the JSON tells, before it.
fn frame(
    asked: Option<&str>,
    chosen: Chosen,
    found: &Value,
    message: &[u8],
) -> Result<Vec<u8>, Failure> {
    let parts = ["tpdu", "header"].map(|name| found[name].as_str().unwrap_or_default());
    let parts = match parts.concat() {
        text if text.is_empty() => Vec::new(),
        text => hex::decode(&text).map_err(Failure::new)?,
    };
    let length = found["length_prefix"].as_bool().unwrap_or(false);
    let told = match (found["framing"].as_str(), parts.len(), length) {
        (Some(name), ..) => name,
        (None, 11, true) => "length-tpdu-header",
        (None, 11, false) => "tpdu-header",
        _ => "none",
    };
    let framing = match (asked, told) {
        // It was read without its length.
        (None, framing::OWN) if found["length_prefix"] == Value::Bool(false) => chosen.usual[1],
        _ => chosen.header(asked.unwrap_or(told))?,
    };
    let parts = if framing.header.parts().is_empty() {
        &[]
    } else {
        parts.as_slice()
    };
    let mut framed = framing.close(parts, message)?;
    // Its digits as they were, where they are of the same number.
    let given = found["length"].as_str();
    let given = given.and_then(|digits| hex::decode(digits).ok());
    if let (Some(given), Some(prefix)) = (given, framing.header.length())
        && let Some(own) = framed.get_mut(..prefix.size())
        && prefix.form() == PrefixForm::Hex
        && own.eq_ignore_ascii_case(&given)
    {
        own.copy_from_slice(&given);
    }
    Ok(framed)
}
