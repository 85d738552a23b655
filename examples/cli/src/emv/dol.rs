use super::{Common, Teller, tongue};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{BAD, Form, Manner, styled};
use crate::table::pad;
use crate::tlv::{Cards, fault, given};
use annul::emv::Bytes;
use annul::tlv::dol::{Dol, Entries, Entry};
use annul::tlv::{Mode, Reader, Tag};
use clap::Args as Group;
use serde::Serialize;

#[derive(Group)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// Data objects to answer the list with, in hexadecimal, or - for standard
    /// input
    #[arg(long, value_name = "TLV")]
    data: Option<String>,
    /// The list in hexadecimal, or - for standard input: tags, each with its length
    /// in one byte
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

pub(super) fn run(args: &Args, teller: Teller) -> Result<Exit, Failure> {
    if args.dol == ["-"] && args.data.as_deref() == Some("-") {
        let text = "standard input can be the list or the data only; give the other as an argument";
        return Err(Failure::new(text));
    }
    let list = hex::decode(&given(&args.dol)?).map_err(Failure::new)?;
    let mut cards = Cards::default();
    let mut answer = Answer {
        entries: Vec::new(),
        data: None,
        error: None,
    };
    for entry in Entries::new(&list) {
        match entry {
            Ok(entry) => answer.entries.push(asked(entry, teller)),
            Err(error) => answer.error = Some(trouble(&error, teller.manner)),
        }
    }
    if let (Some(data), Ok(list)) = (&args.data, Dol::parse(&list)) {
        let objects = given(std::slice::from_ref(data))?;
        let objects = hex::decode(&objects).map_err(Failure::new)?;
        cards.look_into(&objects);
        match objects_of(&objects) {
            Ok(objects) => {
                // What is cut by the list is no whole card number any more.
                let mut hidden = objects.clone();
                hidden.retain(|(_, value)| cards.are_in(value));
                let (buffer, length) = fitted(list, &objects, teller)?;
                answer.data = Some(data_shown(list, &buffer[..length], &hidden, teller));
            }
            Err(error) => answer.error = Some(trouble(&error, teller.manner)),
        }
    }
    match teller.manner.form {
        Form::Json => teller.json(&cards, &answer),
        Form::Words => print(&answer, teller, &cards),
    }
    Ok(if answer.error.is_none() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn asked(entry: Entry, teller: Teller) -> Asked {
    let known = teller.lexicon.entry(None, entry.tag());
    Asked {
        tag: entry.tag().to_string(),
        length: entry.length(),
        name: known.map(|known| tongue(teller.manner)(known.name())),
    }
}

fn trouble(error: &annul::tlv::Error, manner: Manner) -> Trouble {
    Trouble {
        code: error.code(),
        offset: error.offset(),
        message: fault::told(error, manner),
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
    teller: Teller,
) -> Result<(Vec<u8>, usize), Failure> {
    let mut buffer = vec![0; list.data_length()];
    let length = list.build(&mut buffer, |tag| {
        let (_, value) = objects.iter().find(|(known, _)| *known == tag)?;
        let entry = teller.lexicon.entry(None, tag);
        let format = entry.map(|entry| entry.format().fitting());
        Some((format.unwrap_or_default(), *value))
    });
    let length = length.map_err(crate::exit::because)?;
    Ok((buffer, length))
}

/// The data in hexadecimal, byte for byte; of secrets, two stars a byte.
fn data_shown(list: Dol<'_>, data: &[u8], hidden: &[(Tag, &[u8])], teller: Teller) -> String {
    let mut rest = data;
    let parts = list.entries().map(|entry| {
        let (value, after) = rest.split_at(entry.length().min(rest.len()));
        rest = after;
        let tag = entry.tag();
        if teller.reveals() || tag.is_constructed() {
            // Instead of a template there are zeros.
            Bytes(value).to_string()
        } else if teller.lexicon.sensitivity(tag).is_public()
            && hidden.iter().all(|(other, _)| *other != tag)
        {
            teller.shown(tag, value)
        } else {
            "**".repeat(value.len())
        }
    });
    parts.collect()
}

fn print(answer: &Answer, teller: Teller, cards: &Cards) {
    let manner = teller.manner;
    for entry in &answer.entries {
        let unknown = manner.pick("未知标签", "unknown tag");
        let name = entry.name.unwrap_or(unknown);
        teller.line(
            cards,
            &format!(
                "{}{}{name}",
                pad(&entry.tag, 8),
                pad(&entry.length.to_string(), 5)
            ),
        );
    }
    if let Some(data) = &answer.data {
        teller.line(cards, &format!("{} {data}", manner.pick("数据", "data")));
    }
    if let Some(error) = &answer.error {
        teller.line(cards, &format!("{} {}", styled(BAD, "✗"), error.message));
    }
}
