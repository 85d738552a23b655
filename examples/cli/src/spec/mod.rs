//! Dialects by name, and what stands in them.

mod file;
pub(crate) mod framing;
mod import;

use crate::exit::{Exit, Failure};
use crate::output::{self, Form, Manner, STRONG, styled};
use crate::table::pad;
use annul::iso8583::{FieldSpec, Length, PRESETS, Sensitivity, Spec, UNIONPAY_POS, preset};
use clap::{Args as Group, Subcommand};
use framing::Framing;
use serde::Serialize;

#[derive(Group)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    /// One JSON object a line instead of words
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// The dialects that are built in, and the headers
    List,
    /// The fields of one of them
    Show {
        /// Its name, or a file
        #[arg(value_name = "NAME|FILE")]
        name: String,
    },
    /// What a dialect may say and hardly means
    Lint {
        /// A file, or a name
        #[arg(value_name = "FILE|NAME")]
        name: String,
    },
    /// What two dialects say differently
    Diff {
        /// The first, a name or a file
        a: String,
        /// The second
        b: String,
    },
    /// Make a spec file of a packager of jPOS, or of a spec of moov-io/iso8583
    Import(import::Import),
}

/// The dialect of a command, and what stands before its messages.
#[derive(Group, Clone)]
pub(crate) struct Dialect {
    /// The dialect: one of `annul spec list`, or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "unionpay-pos")]
    spec: String,
    /// What stands before the message, by the names of `annul spec list`, or own for that of the
    /// dialect [default: that of the dialect, or nothing]
    #[arg(long, value_name = "NAME")]
    header: Option<String>,
}

/// A [`Dialect`] that is known.
#[derive(Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) spec: &'static Spec<'static>,
    /// The header that was named.
    pub(crate) framing: Option<&'static Framing>,
    /// The headers of the dialect: whole, without length, none.
    pub(crate) usual: [&'static Framing; 3],
}

impl Dialect {
    pub(crate) fn choose(&self) -> Result<Chosen, Failure> {
        Chosen::of(&self.spec, self.header.as_deref())
    }
}

impl Chosen {
    pub(crate) fn of(spec: &str, header: Option<&str>) -> Result<Self, Failure> {
        let spec = named(spec)?;
        let own = spec.header();
        let none = &framing::FRAMINGS[0];
        let mut chosen = Self {
            spec,
            framing: None,
            usual: [Framing::with(own), Framing::with(own.bare()), none],
        };
        chosen.framing = header.map(|name| chosen.header(name)).transpose()?;
        Ok(chosen)
    }

    /// The header of this name.
    pub(crate) fn header(self, name: &str) -> Result<&'static Framing, Failure> {
        match name {
            framing::OWN => Ok(self.usual[0]),
            name => framing::named(name),
        }
    }

    /// True where a TPDU was taken off behind this header, or the dialect says
    /// that there is one: it is no news then.
    pub(crate) fn looks_for_tpdu(self, framing: &Framing) -> bool {
        framing.has_tpdu() || self.usual[0].has_tpdu()
    }

    pub(crate) fn is_unionpay(self) -> bool {
        std::ptr::eq(self.spec, &raw const UNIONPAY_POS)
    }
}

/// The dialect of this name, or of this file.
pub(crate) fn named(name: &str) -> Result<&'static Spec<'static>, Failure> {
    if let Some(spec) = preset(name) {
        return Ok(spec);
    }
    file::open(name)?.ok_or_else(|| {
        let known: Vec<_> = PRESETS.iter().map(|spec| spec.name()).collect();
        Failure::new(format!(
            "{}: no dialect or file has this name; expected a file (--spec my-host.json) or one of {}",
            crate::secret::redact(name),
            known.join(", ")
        ))
    })
}

/// A field as `spec show --json` tells it.
#[derive(Serialize)]
struct Row {
    field: u8,
    name: crate::decode::Name<'static>,
    format: &'static str,
    encoding: String,
    length: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    sensitivity: String,
}

#[derive(Serialize)]
struct Known {
    spec: &'static str,
    fields: usize,
}

#[derive(Serialize)]
struct KnownHeader {
    header: &'static str,
    zh: &'static str,
    en: &'static str,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    match &args.command {
        Command::List => list(manner),
        Command::Show { name } => show(named(name)?, manner),
        Command::Lint { name } => return Ok(file::lint(named(name)?, manner)),
        Command::Diff { a, b } => return Ok(file::diff(named(a)?, named(b)?, manner)),
        Command::Import(import) => return import::run(import, manner),
    }
    Ok(Exit::Done)
}

fn list(manner: Manner) {
    for spec in PRESETS {
        let (name, fields) = (spec.name(), spec.fields().count());
        match manner.form {
            Form::Json => output::json(&Known { spec: name, fields }),
            Form::Words => {
                let word = manner.pick("个域", "fields");
                output::line(&format!("{}{fields} {word}", pad(name, 22)));
            }
        }
    }
    if manner.form == Form::Words {
        output::line(&styled(
            STRONG,
            manner.pick("报文头（--header）", "headers (--header)"),
        ));
    }
    for framing in framing::FRAMINGS {
        let (zh, en) = (framing.chinese, framing.english);
        match manner.form {
            Form::Json => output::json(&KnownHeader {
                header: framing.name,
                zh,
                en,
            }),
            Form::Words => {
                output::line(&format!("{}{}", pad(framing.name, 22), manner.pick(zh, en)));
            }
        }
    }
}

fn show(spec: &Spec<'static>, manner: Manner) {
    let rows = annul::iso8583::file::show(spec);
    if manner.form == Form::Words {
        for row in rows.iter().filter(|row| !row.path.starts_with("fields.")) {
            output::line(&format!("{}{}", pad(&row.path, 24), row.value));
        }
        output::line("");
    }
    for (number, field) in spec.fields() {
        let row = Row::of(number, field);
        if manner.form == Form::Json {
            output::json(&row);
            continue;
        }
        let dots = if row.prefix.is_some() { ".." } else { "" };
        let size = format!("{} {dots}{}", row.format, row.length);
        let wire = match &row.prefix {
            Some(prefix) => format!("{} · {prefix}", row.encoding),
            None => row.encoding,
        };
        output::line(&format!(
            "{}{}{}{}{}",
            pad(&format!("F{number}"), 6),
            pad(&size, 12),
            pad(&wire, 28),
            pad(&row.sensitivity, 9),
            manner.pick(row.name.zh, row.name.en)
        ));
        for (path, value) in more(&rows, number) {
            output::line(&format!("      {path} = {value}"));
        }
    }
}

/// What a file says of a field beside what stands in its line: fill, separator,
/// what stands inside.
fn more(rows: &[annul::iso8583::file::Row], number: u8) -> impl Iterator<Item = (&str, &str)> {
    const SHOWN: [&str; 7] = [
        "name",
        "zh",
        "format",
        "length",
        "max",
        "encoding",
        "sensitivity",
    ];
    let start = format!("fields.{number}.");
    rows.iter().filter_map(move |row| {
        let rest = row.path.strip_prefix(&start)?;
        let shown = SHOWN.contains(&rest) || matches!(rest, "prefix.form" | "prefix.digits");
        (!shown).then_some((rest, row.value.as_str()))
    })
}

impl Row {
    fn of(number: u8, field: &FieldSpec<'static>) -> Self {
        let prefix = match field.length() {
            Length::Fixed(_) => None,
            Length::Var(prefix, _) => {
                let form = format!("{:?}", prefix.form()).to_lowercase();
                Some(format!("{form} {}", prefix.size()))
            }
        };
        let sensitivity = match field.sensitivity() {
            Sensitivity::Public => String::new(),
            other => format!("{other:?}").to_lowercase(),
        };
        Self {
            field: number,
            name: crate::decode::Name {
                zh: field.chinese(),
                en: field.name(),
            },
            format: field.format().name(),
            encoding: format!("{:?}", field.encoding()).to_lowercase(),
            length: field.length().most(),
            prefix,
            sensitivity,
        }
    }
}
