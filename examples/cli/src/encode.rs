//! Writes a message from JSON: that of `decode --json --reveal`, or a plain one.
//!
//! ```text
//!  {"mti": "0800", "fields": {"11": "000016", "41": "12345678"}}  ──> hex
//! ```

use crate::decode::value::characters;
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use crate::spec::framing::{self, Framing};
use annul::iso8583::{
    EncodeError, Encoding, Field, FieldSpec, Format, Mti, Sensitivity, Spec, Writer,
};
use clap::Args as Group;
use encoding_rs::GBK;
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
    /// What stands before the message [default: that the JSON names, or none]
    #[arg(long, value_name = "NAME")]
    header: Option<String>,
    /// One JSON object instead of hexadecimal alone
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
    let text = given(&args.given)?;
    // The error of serde_json quotes what was given, which may be a card's.
    let message: Value = serde_json::from_str(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::new(format!("line {line}, column {column}: this is no JSON"))
    })?;
    let named = args.spec.as_deref().or_else(|| message["spec"].as_str());
    let spec = crate::spec::named(named.unwrap_or("unionpay-pos"))?;
    if message["ok"] == Value::Bool(false) {
        let text = "these are the fields that could be read of a message that is damaged, and not \
                    all it had; leave \"ok\" out to write them all the same";
        return Err(Failure::new(text));
    }
    let bytes = write(spec, mti(&message)?, &fields(spec, &message["fields"])?);
    let bytes = bytes.map_err(|error| wrong(spec, &error))?;
    let framed = frame(args.header.as_deref(), &message["found"], &bytes)?;
    tell(&framed, manner);
    Ok(Exit::Done)
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

/// Fields of an object by number, or of a list as `decode` gives them.
fn fields(spec: &Spec<'_>, given: &Value) -> Result<BTreeMap<u8, Vec<u8>>, Failure> {
    let pairs: Vec<(Option<u8>, &Value)> = match given {
        Value::Object(fields) => {
            let pairs = fields.iter();
            pairs
                .map(|(number, value)| (number.parse().ok(), value))
                .collect()
        }
        Value::Array(fields) => {
            let number = |field: &Value| u8::try_from(field["field"].as_u64()?).ok();
            let pairs = fields.iter();
            pairs
                .map(|field| (number(field), &field["value"]))
                .collect()
        }
        _ => return Err(Failure::new("fields: expected an object or a list")),
    };
    let mut fields = BTreeMap::new();
    for (number, value) in pairs {
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
        let value = value_of(field, text);
        let value = value.map_err(|why| Failure::new(format!("field {number}: {why}")))?;
        if fields.insert(number, value).is_some() {
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

/// The message of these fields, each in characters or bytes.
pub(crate) fn write(
    spec: &Spec<'_>,
    mti: Mti,
    fields: &BTreeMap<u8, Vec<u8>>,
) -> Result<Vec<u8>, EncodeError> {
    let mut buffer = vec![0; usize::from(u16::MAX)];
    let mut writer = Writer::new(spec, &mut buffer, mti);
    for (number, value) in fields {
        put(&mut writer, spec, *number, value);
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

/// A value as another dialect takes it: the separator of a track is `=` where
/// it is written in characters.
pub(crate) fn carried(field: &Field<'_>, to: &FieldSpec<'_>) -> Vec<u8> {
    let mut value = characters(field);
    if to.format() == Format::Z && to.encoding() != Encoding::Bcd {
        let separator = value.iter_mut().find(|byte| **byte == b'D');
        if let Some(separator) = separator {
            *separator = b'=';
        }
    }
    value
}

fn wrong(spec: &Spec<'_>, error: &EncodeError) -> Failure {
    Failure::new(format!("{}: {error}", spec.name()))
}

/// Puts the header that was asked for, or that the JSON tells, before it.
fn frame(asked: Option<&str>, found: &Value, message: &[u8]) -> Result<Vec<u8>, Failure> {
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
    let framing: &Framing = framing::named(asked.unwrap_or(told))?;
    let parts = if framing.header.parts().is_empty() {
        &[]
    } else {
        parts.as_slice()
    };
    framing.close(parts, message)
}
