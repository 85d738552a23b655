use super::told::Told;
use super::{Common, Teller, tongue};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner, STRONG, styled};
use crate::tlv::{Cards, given};
use annul::emv::{Context, Entry, Format, Reading, Source, meanings};
use annul::tlv::Tag;
use clap::Args as Group;
use serde::Serialize;

#[derive(Group)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// The template around it
    #[arg(long, value_name = "TAG", value_parser = tag)]
    within: Option<Tag>,
    /// The currency of amounts, four digits: 0156
    #[arg(long, value_name = "CODE", value_parser = currency)]
    currency: Option<u16>,
    /// The tag, 2 to 8 hexadecimal digits
    #[arg(value_parser = tag)]
    tag: Tag,
    /// A value of it in hexadecimal, or - for standard input
    value: Vec<String>,
}

fn tag(text: &str) -> Result<Tag, String> {
    let expected = "expected a tag of one to four bytes, such as 95 or 9F26";
    let bytes = hex::decode(text).map_err(|_| expected.to_owned())?;
    let tag = Tag::first_of(&bytes).filter(|tag| tag.len() == bytes.len());
    tag.ok_or_else(|| expected.to_owned())
}

fn currency(text: &str) -> Result<u16, String> {
    let number = u16::from_str_radix(text, 16).ok();
    let known = number.filter(|number| annul::emv::Currency::by_number(*number).is_some());
    known.ok_or_else(|| "expected a number of ISO 4217, such as 0156".to_owned())
}

/// What is known of a tag, and what a value says.
#[derive(Serialize)]
struct Answer {
    ok: bool,
    tag: String,
    kernel: Option<&'static str>,
    name: Option<&'static str>,
    source: Option<&'static str>,
    format: Option<&'static str>,
    length: Option<[Option<u16>; 2]>,
    templates: Vec<String>,
    /// What it means to others.
    others: Vec<Other>,
    #[serde(flatten)]
    told: Option<Value>,
}

#[derive(Serialize)]
struct Other {
    kernel: &'static str,
    name: &'static str,
}

/// The members of an object that belong to its value.
type Value = serde_json::Map<String, serde_json::Value>;

pub(super) fn run(args: &Args, teller: Teller) -> Result<Exit, Failure> {
    let value = match args.value.as_slice() {
        [] => None,
        [empty] if empty.is_empty() => Some(Vec::new()),
        parts => Some(hex::decode(&given(parts)?).map_err(Failure::new)?),
    };
    let entry = found(args, teller, value.is_some());
    let manner = teller.manner;
    let teller = Teller {
        context: Context {
            currency: args.currency,
            ..teller.context
        },
        ..teller
    };
    let mut cards = Cards::of(value.as_deref().unwrap_or_default());
    let told = value.map(|value| {
        cards.note(args.tag, &value);
        Told::new(entry.as_ref(), args.tag, &value, teller)
    });
    let ok = told.as_ref().is_none_or(|told| !told.is_wrong());
    match manner.form {
        Form::Json => {
            let answer = answer(args.tag, entry.as_ref(), told.as_ref(), manner);
            teller.json(&cards, &answer);
        }
        Form::Words => {
            explain(args.tag, entry.as_ref(), manner);
            if let Some(told) = told {
                told.print(2, teller, &cards);
            }
        }
    }
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

/// The entry asked for. Where no kernel was said and neither UnionPay nor EMV
/// takes the value apart, somebody who does.
fn found(args: &Args, teller: Teller, valued: bool) -> Option<Entry<'static>> {
    let edition = teller.lexicon.base().edition();
    let entry = teller.lexicon.entry(args.within, args.tag);
    let plain = entry.is_none_or(|entry| entry.reading() == Reading::Plain);
    if args.common.kernel.is_none() && (entry.is_none() || valued && plain) {
        let known = |entry: &&Entry| entry.since() <= edition && entry.within().is_none();
        let mut others = meanings(args.tag).filter(known);
        let better = others
            .clone()
            .find(|entry| entry.reading() != Reading::Plain);
        return better
            .or_else(|| others.next())
            .copied()
            .filter(|_| plain)
            .or(entry);
    }
    entry
}

fn others(tag: Tag, entry: Option<&Entry>, manner: Manner) -> Vec<Other> {
    let own = entry.map(Entry::kernel);
    let others =
        meanings(tag).filter(|other| Some(other.kernel()) != own && other.within().is_none());
    let others = others.map(|other| Other {
        kernel: other.kernel().id(),
        name: tongue(manner)(other.name()),
    });
    others.collect()
}

fn answer(tag: Tag, entry: Option<&Entry<'static>>, told: Option<&Told>, manner: Manner) -> Answer {
    let told_members = told.and_then(|told| match serde_json::to_value(told) {
        Ok(serde_json::Value::Object(mut members)) => {
            // These stand in the answer itself; length is that of the dictionary.
            for key in ["tag", "name", "kernel", "length"] {
                members.remove(key);
            }
            members
                .entry("fields")
                .or_insert_with(|| serde_json::Value::Array(Vec::new()));
            Some(members)
        }
        _ => None,
    });
    Answer {
        ok: told.is_none_or(|told| !told.is_wrong()),
        tag: tag.to_string(),
        kernel: entry.map(|entry| entry.kernel().id()),
        name: entry.map(|entry| tongue(manner)(entry.name())),
        source: entry
            .and_then(Entry::source)
            .map(|source| source_id(source)),
        format: entry.map(|entry| format_id(entry.format())),
        length: entry.map(|entry| entry.lengths().into()),
        templates: (entry.map(Entry::templates).into_iter().flatten())
            .map(ToString::to_string)
            .collect(),
        others: others(tag, entry, manner),
        told: told_members,
    }
}

/// What the dictionary says, in two lines or three.
fn explain(tag: Tag, entry: Option<&Entry<'static>>, manner: Manner) {
    let Some(entry) = entry else {
        let unknown = manner.pick("未知标签，词典中没有", "unknown tag, not in the dictionary");
        return output::line(&format!("{}  {unknown}", styled(STRONG, &tag.to_string())));
    };
    let name = tongue(manner)(entry.name());
    output::line(&format!("{}  {name}", styled(STRONG, &tag.to_string())));
    let mut facts = vec![format!(
        "{} {}",
        manner.pick("内核", "kernel"),
        entry.kernel()
    )];
    facts.push(format!(
        "{} {}",
        manner.pick("格式", "format"),
        format_id(entry.format())
    ));
    let (least, most) = entry.lengths();
    let bytes = manner.pick("字节", "bytes");
    match (least, most) {
        (Some(least), Some(most)) if least == most => facts.push(format!("{least} {bytes}")),
        (Some(least), Some(most)) => facts.push(format!("{least}-{most} {bytes}")),
        (Some(least), None) => facts.push(format!(">= {least} {bytes}")),
        (None, Some(most)) => facts.push(format!("<= {most} {bytes}")),
        (None, None) => {}
    }
    if let Some(source) = entry.source() {
        let from = manner.pick("来源", "from");
        facts.push(format!("{from} {}", source_name(source, manner)));
    }
    if !entry.templates().is_empty() {
        let templates: Vec<String> = entry.templates().iter().map(ToString::to_string).collect();
        facts.push(format!(
            "{} {}",
            manner.pick("模板", "in"),
            templates.join(" ")
        ));
    }
    output::line(&format!("  {}", facts.join(" · ")));
    for other in others(tag, Some(entry), manner) {
        let also = manner.pick("另见", "also");
        output::line(&format!("  {also} {}: {}", other.kernel, other.name));
    }
}

const fn format_id(format: Format) -> &'static str {
    match format {
        Format::A => "a",
        Format::An => "an",
        Format::Ans => "ans",
        Format::B => "b",
        Format::Cn => "cn",
        Format::N => "n",
        Format::Template => "template",
    }
}

const fn source_id(source: Source) -> &'static str {
    match source {
        Source::Card => "card",
        Source::Terminal => "terminal",
        Source::Issuer => "issuer",
        Source::CardOrTerminal => "card or terminal",
        Source::IssuerOrTerminal => "issuer or terminal",
    }
}

const fn source_name(source: Source, manner: Manner) -> &'static str {
    let chinese = match source {
        Source::Card => "卡片",
        Source::Terminal => "终端",
        Source::Issuer => "发卡行",
        Source::CardOrTerminal => "卡片或终端",
        Source::IssuerOrTerminal => "发卡行或终端",
    };
    manner.pick(chinese, source_id(source))
}
