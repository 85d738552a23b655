use super::log::{self, Way};
use super::told::{Told, Trouble};
use super::{Common, Teller, fault, tongue};
use crate::exit::{Exit, Failure};
use crate::output::{BAD, FAINT, Form, GOOD, Manner, STRONG, styled};
use crate::tlv::{Cards, fault as tlv_fault};
use annul::emv::{
    Action, Context, Dictionary, Kernel, Masked, Received, Sent, Session, ValueError,
};
use annul::tlv::Tag;
use clap::Args as Group;
use serde::Serialize;
use std::io::Read;

#[derive(Group)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// A file with the log, or - for standard input
    #[arg(value_name = "LOG|-")]
    log: String,
}

/// The most of a log that is read.
const MOST: u64 = 16 << 20;

#[derive(Serialize)]
struct Answer {
    ok: bool,
    apdus: Vec<Apdu>,
}

/// A command or a response.
#[derive(Serialize)]
struct Apdu {
    line: usize,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sw: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'static str>,
    /// Bytes to fetch, or tries left.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u8>,
    length: usize,
    /// The data, where nothing in them is secret or secrets may be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    objects: Vec<Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Trouble>,
}

pub(super) fn run(args: &Args, mut teller: Teller) -> Result<Exit, Failure> {
    let text = read(&args.log)?;
    let lines = log::lines(&text).map_err(Failure::new)?;
    let mut cards = Cards::default();
    let mut session = Session::new();
    let apdus: Vec<Apdu> = (lines.iter())
        .map(|line| {
            let read = match line.way {
                Way::ToCard => session.command(&line.bytes).map(|sent| {
                    if args.common.kernel.is_none() {
                        let base = of_application(&sent, teller.lexicon.base());
                        teller = teller.over(base);
                    }
                    sent_shown(&sent, teller, &mut cards)
                }),
                Way::FromCard => (session.response(&line.bytes)).map(|received| {
                    cards.look_into(received.data());
                    received_shown(&received, teller)
                }),
            };
            let broken = |error| broken(line.way, line.bytes.len(), &error, teller.manner);
            let apdu = read.unwrap_or_else(broken);
            Apdu {
                line: line.number,
                ..apdu
            }
        })
        .collect();
    let ok = apdus.iter().all(|apdu| apdu.error.is_none());
    match teller.manner.form {
        Form::Json => teller.json(&cards, &Answer { ok, apdus }),
        Form::Words => (apdus.iter()).for_each(|apdu| apdu.print(teller, &cards)),
    }
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

fn read(path: &str) -> Result<String, Failure> {
    let expected = "expected a text file with commands and responses in hexadecimal";
    let failed = |error: std::io::Error| Failure::new(format!("the log: {error}; {expected}"));
    let mut text = String::new();
    if path == "-" {
        let read = std::io::stdin().lock().take(MOST).read_to_string(&mut text);
        read.map_err(failed)?;
    } else if is_hexadecimal(path) && !std::path::Path::new(path).exists() {
        // The log itself, pasted.
        path.clone_into(&mut text);
    } else {
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(MOST).read_to_string(&mut text).map_err(failed)?;
    }
    Ok(text)
}

/// Digits and what stands between them: no name of a file.
fn is_hexadecimal(text: &str) -> bool {
    let between = |c: char| c.is_whitespace() || "<>:,\"'x".contains(c);
    text.len() >= 8 && text.chars().all(|c| c.is_ascii_hexdigit() || between(c))
}

/// An application that is selected brings its own kernel's tags.
fn of_application(sent: &Sent<'_>, dictionary: Dictionary) -> Dictionary {
    let Action::Select { name, .. } = sent.command().action() else {
        return dictionary;
    };
    match Kernel::of_application(name) {
        Some(kernel) => Dictionary::new(kernel, dictionary.edition()),
        None => dictionary,
    }
}

fn sent_shown(sent: &Sent<'_>, teller: Teller, cards: &mut Cards) -> Apdu {
    let command = sent.command();
    let [p1, p2] = command.parameters();
    let (class, instruction) = (command.class(), command.instruction());
    let values: Vec<(Tag, &[u8])> = sent.values().into_iter().flatten().collect();
    cards.look_into(command.data());
    for (tag, value) in &values {
        cards.note(*tag, value);
    }
    let teller = with_currency(teller, &values);
    Apdu {
        line: 0,
        kind: "command",
        header: Some(match command.name() {
            Some(_) => format!("{class:02X}{instruction:02X}{p1:02X}{p2:02X}"),
            // Whoever pasted this may not have meant a command: no more of it.
            None => format!("{class:02X}{instruction:02X}"),
        }),
        command: Some(command.words(tongue(teller.manner)).to_string()),
        sw: None,
        meaning: None,
        count: None,
        length: command.data().len(),
        data: revealed(command.data(), teller),
        objects: (values.into_iter())
            .map(|(tag, value)| told(tag, value, teller))
            .collect(),
        error: None,
    }
}

fn received_shown(received: &Received<'_>, teller: Teller) -> Apdu {
    let manner = teller.manner;
    let status = received.status();
    // Values without tags are taken apart by their places alone: card data would
    // be shown in pieces.
    let hides = !teller.reveals() && Masked::objects(received.data()).hides();
    let objects = match received.bare_values().filter(|_| !hides) {
        Some(values) => values
            .map(|(tag, value)| told(tag, value, teller))
            .collect(),
        None => (received.objects())
            .filter(|object| object.depth() == 0)
            .map(|object| told(object.tag(), object.value(), teller))
            .collect(),
    };
    Apdu {
        line: 0,
        kind: "response",
        header: None,
        command: None,
        sw: Some(status.to_string()),
        meaning: status.meaning().map(tongue(manner)),
        count: status.count(),
        length: received.data().len(),
        data: revealed(received.data(), teller),
        objects,
        error: received.error().map(|error| Trouble {
            offset: error.offset(),
            message: tlv_fault::told(&error, manner),
        }),
    }
}

/// Amounts are of the currency that stands beside them.
fn with_currency(teller: Teller, values: &[(Tag, &[u8])]) -> Teller {
    let code = values.iter().find(|(tag, _)| tag.value() == 0x5F2A);
    let currency = code.and_then(|(_, code)| Some(u16::from_be_bytes((*code).try_into().ok()?)));
    Teller {
        context: Context {
            currency: currency.or(teller.context.currency),
            ..teller.context
        },
        ..teller
    }
}

fn told(tag: Tag, value: &[u8], teller: Teller) -> Told {
    let entry = teller.lexicon.entry(None, tag);
    Told::new(entry.as_ref(), tag, value, teller)
}

/// The bytes, where they may be shown: any of them may hide a secret.
fn revealed(data: &[u8], teller: Teller) -> Option<String> {
    let reveal = teller.reveals() && !data.is_empty();
    reveal.then(|| annul::emv::Bytes(data).to_string())
}

fn broken(way: Way, length: usize, error: &ValueError, manner: Manner) -> Apdu {
    Apdu {
        line: 0,
        kind: match way {
            Way::ToCard => "command",
            Way::FromCard => "response",
        },
        header: None,
        command: None,
        sw: None,
        meaning: None,
        count: None,
        length,
        data: None,
        objects: Vec::new(),
        error: Some(Trouble {
            offset: error.offset(),
            message: fault::told(error, manner),
        }),
    }
}

impl Apdu {
    fn print(&self, teller: Teller, cards: &Cards) {
        let manner = teller.manner;
        let bytes = manner.pick("字节", "bytes");
        if let (Some(header), Some(command)) = (&self.header, &self.command) {
            let header = styled(FAINT, header);
            teller.line(
                cards,
                &format!(
                    "> {header} {} · {} {bytes}",
                    styled(STRONG, command),
                    self.length
                ),
            );
        }
        if let Some(sw) = &self.sw {
            let good = sw == "9000" || sw.starts_with("61");
            let unknown = manner.pick("未定义", "not defined");
            let meaning = self.meaning.unwrap_or(unknown);
            let count = self
                .count
                .map_or(String::new(), |count| format!(" ({count})"));
            let style = if good { GOOD } else { BAD };
            teller.line(
                cards,
                &format!(
                    "< {} {meaning}{count} · {} {bytes}",
                    styled(style, sw),
                    self.length
                ),
            );
        }
        if let Some(data) = &self.data {
            teller.line(cards, &format!("  {data}"));
        }
        for object in &self.objects {
            object.print(4, teller, cards);
        }
        if let Some(error) = &self.error {
            let line = manner.pick("行", "line");
            teller.line(
                cards,
                &format!(
                    "{} {line} {}: {}",
                    styled(BAD, "✗"),
                    self.line,
                    error.message
                ),
            );
        }
    }
}
