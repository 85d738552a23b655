use super::told::shown;
use super::{Common, tongue};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, BAD, Form, Manner, styled};
use crate::table::pad;
use annul::emv::{Dictionary, Secrets};
use annul::tlv::dol::{Dol, Entries, Entry};
use annul::tlv::{Mode, Reader, Tag};
use clap::Args as Group;
use serde::Serialize;

#[derive(Group)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// Data objects to answer the list with, in hexadecimal
    #[arg(long, value_name = "TLV")]
    data: Option<String>,
    /// The list in hexadecimal: tags, each with its length in one byte
    #[arg(required = true)]
    dol: Vec<String>,
}

#[derive(Serialize)]
struct Answer {
    entries: Vec<Asked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Trouble>,
}

#[derive(Serialize)]
struct Asked {
    tag: String,
    length: usize,
    #[serde(skip)]
    name: Option<&'static str>,
}

#[derive(Serialize)]
struct Trouble {
    code: &'static str,
    offset: usize,
    message: String,
}

pub(super) fn run(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    let list = hex::decode(&args.dol.join(" ")).map_err(Failure::new)?;
    let dictionary = args.common.dictionary();
    let mut answer = Answer {
        entries: Vec::new(),
        data: None,
        error: None,
    };
    for entry in Entries::new(&list) {
        match entry {
            Ok(entry) => answer.entries.push(asked(entry, dictionary, manner)),
            Err(error) => answer.error = Some(trouble(&error)),
        }
    }
    if let (Some(data), Ok(list)) = (&args.data, Dol::parse(&list)) {
        let objects = hex::decode(data).map_err(Failure::new)?;
        match objects_of(&objects) {
            Ok(objects) => {
                let (buffer, length) = fitted(list, &objects, dictionary)?;
                answer.data = Some(data_shown(list, &buffer[..length], args.common.secrets()));
            }
            Err(error) => answer.error = Some(trouble(&error)),
        }
    }
    match manner.form {
        Form::Json => output::json(&answer),
        Form::Words => print(&answer, manner),
    }
    Ok(if answer.error.is_none() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn asked(entry: Entry, dictionary: Dictionary, manner: Manner) -> Asked {
    let known = dictionary.entry(None, entry.tag());
    Asked {
        tag: entry.tag().to_string(),
        length: entry.length(),
        name: known.map(|known| tongue(manner)(known.name())),
    }
}

fn trouble(error: &annul::tlv::Error) -> Trouble {
    Trouble {
        code: error.code(),
        offset: error.offset(),
        message: error.to_string(),
    }
}

/// Every primitive object, at any depth, in order.
fn objects_of(bytes: &[u8]) -> Result<Vec<(Tag, &[u8])>, annul::tlv::Error> {
    let mut objects = Vec::new();
    for object in Reader::new(bytes, Mode::Ff) {
        let object = object?;
        if !object.is_constructed() {
            objects.push((object.tag(), object.value()));
        }
    }
    Ok(objects)
}

/// The answer to a list. What is not there, or is a template, is zeros.
fn fitted(
    list: Dol<'_>,
    objects: &[(Tag, &[u8])],
    dictionary: Dictionary,
) -> Result<(Vec<u8>, usize), Failure> {
    let mut buffer = vec![0; list.data_length()];
    let length = list.build(&mut buffer, |tag| {
        let (_, value) = objects.iter().find(|(known, _)| *known == tag)?;
        let format = dictionary
            .entry(None, tag)
            .map(|entry| entry.format().fitting());
        Some((format.unwrap_or_default(), *value))
    });
    let length = length.map_err(crate::exit::because)?;
    Ok((buffer, length))
}

/// The data in hexadecimal; of secrets, stars.
fn data_shown(list: Dol<'_>, data: &[u8], secrets: Secrets) -> String {
    let mut rest = data;
    let parts = list.entries().map(|entry| {
        let (value, after) = rest.split_at(entry.length().min(rest.len()));
        rest = after;
        let secret = !annul::emv::sensitivity(entry.tag()).is_public();
        match secrets {
            Secrets::Masked if secret => "**".repeat(value.len()),
            Secrets::Masked if entry.tag().is_constructed() => "00".repeat(value.len()),
            _ => shown(entry.tag(), value, Secrets::Revealed),
        }
    });
    parts.collect()
}

fn print(answer: &Answer, manner: Manner) {
    for entry in &answer.entries {
        let unknown = manner.pick("未知标签", "unknown tag");
        let name = entry.name.unwrap_or(unknown);
        output::line(&format!(
            "{}{}{name}",
            pad(&entry.tag, 8),
            pad(&entry.length.to_string(), 5)
        ));
    }
    if let Some(data) = &answer.data {
        output::line(&format!("{} {data}", manner.pick("数据", "data")));
    }
    if let Some(error) = &answer.error {
        output::line(&format!("{} {}", styled(BAD, "✗"), error.message));
    }
}
