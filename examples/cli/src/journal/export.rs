//! `annul journal export`: every transaction, for a spreadsheet or a program.
//!
//! What is exported is what a till would say of the journal. Where it would not
//! start on it nothing is exported: half a ledger misreports money.

use super::chain::Chain;
use super::file::{self, BESIDE};
use crate::exit::{Exit, Failure, because};
use crate::output::{self, Form, Manner};
use annul::ledger::{Entry, Outcome, Undoing};
use annul::profile::UNIONPAY_POS;
use annul::text::Language;
use serde::Serialize;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The till's journal
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// CSV with a line of names; so it is without --json, too
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "out")]
    force: bool,
}

/// One transaction.
#[derive(Clone, Serialize)]
struct Row {
    date: String,
    time: String,
    batch: String,
    trace: String,
    kind: String,
    amount: u64,
    currency: Option<&'static str>,
    status: String,
    outcome: String,
    reversal: String,
    response_code: Option<String>,
    reference: Option<String>,
    authorization: Option<String>,
    card: String,
    operator: String,
    original_trace: Option<String>,
    reversal_reason: Option<String>,
    request_id: String,
}

/// The names of the columns.
const NAMES: [&str; 18] = [
    "date",
    "time",
    "batch",
    "trace",
    "kind",
    "amount",
    "currency",
    "status",
    "outcome",
    "reversal",
    "response_code",
    "reference",
    "authorization",
    "card",
    "operator",
    "original_trace",
    "reversal_reason",
    "request_id",
];

/// Field 49 of every message of UnionPay POS: renminbi, by ISO 4217.
const CURRENCY: &str = "156";

pub(super) fn run(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    if let Some(out) = &args.out {
        spare(&args.file, out, manner)?;
    }
    let chain = Chain::of(file::read(&args.file, manner)?);
    if let Some(fault) = &chain.fault {
        output::error(&match manner.language {
            Language::Chinese => format!("{}；没有导出任何内容", fault.chinese()),
            Language::English => format!("{}; nothing was exported", fault.english()),
        });
        return Ok(Exit::Refused);
    }
    let entries = chain.ledger.entries().iter();
    let rows: Vec<Row> = entries.filter_map(|entry| Row::of(entry, &chain)).collect();
    let text = match manner.form {
        Form::Json => json(&rows)?,
        Form::Words => csv(&rows)?,
    };
    match &args.out {
        None => text.lines().for_each(output::line),
        Some(out) => {
            write(out, &text, args.force).map_err(|error| refused(out, &error, manner))?;
            let (name, count) = (out.display(), rows.len());
            output::log(&match manner.language {
                Language::Chinese => format!("已写入 {name}：{count} 笔交易"),
                Language::English => format!("wrote {name}: {count} transactions"),
            });
        }
    }
    Ok(Exit::Done)
}

impl Row {
    /// None where its intent is not there, which no chain without a fault has.
    fn of(entry: &Entry, chain: &Chain) -> Option<Self> {
        let intent = chain.intent(entry.seq())?;
        let stamp = intent.stamp.to_string();
        let (date, time) = stamp.split_once(' ')?;
        let original = entry.original().and_then(|seq| chain.ledger.entry(seq));
        let (outcome, reversal) = words(entry.outcome());
        let profile = chain.ledger.identity().map(|own| own.profile.as_str());
        Some(Self {
            date: date.to_owned(),
            time: time.to_owned(),
            batch: entry.batch().to_string(),
            trace: entry.trace().to_string(),
            kind: entry.kind().word().to_owned(),
            amount: entry.amount().minor(),
            currency: profile
                .filter(|name| *name == UNIONPAY_POS.name)
                .map(|_| CURRENCY),
            status: entry.status().word().to_owned(),
            outcome: outcome.to_owned(),
            reversal: reversal.to_owned(),
            response_code: entry.code().map(|code| code.to_string()),
            reference: entry.reference().map(|code| code.to_string()),
            authorization: entry.authorization().map(|code| code.to_string()),
            card: entry.card().to_string(),
            operator: intent.operator.to_string(),
            original_trace: original.map(|sale| sale.trace().to_string()),
            reversal_reason: entry
                .reversal_reason()
                .map(|reason| reason.code().to_string()),
            request_id: intent.request.as_str().to_owned(),
        })
    }

    /// The same, where no cell of text begins a formula: those of a host or of
    /// a caller may begin with anything.
    fn neutral(&self) -> Self {
        let plain = |cell: &String| match cell.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
            _ => cell.clone(),
        };
        Self {
            response_code: self.response_code.as_ref().map(plain),
            reference: self.reference.as_ref().map(plain),
            authorization: self.authorization.as_ref().map(plain),
            operator: plain(&self.operator),
            request_id: plain(&self.request_id),
            ..self.clone()
        }
    }
}

/// In the words of `annul till`.
fn words(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Approved => ("approved", "none"),
        Outcome::Declined => ("declined", "none"),
        Outcome::NotSent => ("refused", "none"),
        Outcome::Unknown(Undoing::Pending) => ("unknown", "pending"),
        Outcome::Unknown(Undoing::Done) => ("unknown", "reversed"),
        Outcome::Unknown(Undoing::Parked) => ("unknown", "parked"),
        Outcome::Unknown(Undoing::Never) => ("unknown", "never"),
    }
}

fn json(rows: &[Row]) -> Result<String, Failure> {
    let lines = rows.iter().map(serde_json::to_string);
    let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(because)?;
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

fn csv(rows: &[Row]) -> Result<String, Failure> {
    let mut writer = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(Vec::new());
    writer.write_record(NAMES).map_err(because)?;
    for row in rows {
        writer.serialize(row.neutral()).map_err(because)?;
    }
    let bytes = writer.into_inner().map_err(because)?;
    String::from_utf8(bytes).map_err(because)
}

/// Refuses to write where the journal is, however that is named.
fn spare(journal: &Path, out: &Path, manner: Manner) -> Result<(), Failure> {
    let whole = |path: &Path| {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    let names = [journal.canonicalize().ok(), whole(journal)];
    let targets = [out.canonicalize().ok(), whole(out)];
    for name in names.iter().flatten() {
        let own = BESIDE.map(|ending| {
            let mut own = name.as_os_str().to_owned();
            own.push(ending);
            PathBuf::from(own)
        });
        if targets.iter().flatten().any(|target| own.contains(target)) {
            let (out, en) = (
                out.display(),
                "this is the journal itself; name another file",
            );
            return Err(Failure::new(match manner.language {
                Language::Chinese => format!("{out}：这是流水本身；请给出其他文件名"),
                Language::English => format!("{out}: {en}"),
            }));
        }
    }
    Ok(())
}

/// Writes the file beside its place and moves it there whole. A device or a
/// folder is not written over.
fn write(out: &Path, text: &str, force: bool) -> std::io::Result<()> {
    let there = out.canonicalize().ok();
    let out = there.as_deref().unwrap_or(out);
    if there.is_some() && !(force && out.is_file()) {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if force {
        file.persist(out)?;
    } else {
        file.persist_noclobber(out)?;
    }
    Ok(())
}

fn refused(out: &Path, error: &std::io::Error, manner: Manner) -> Failure {
    let name = out.display();
    let kind = error.kind();
    let there = kind == ErrorKind::AlreadyExists;
    Failure::new(match (manner.language, there) {
        (Language::Chinese, true) => {
            format!("{name}：已存在；请给出其他文件名，文件可用 --force 覆盖")
        }
        (Language::English, true) => {
            format!("{name}: it is there already; name another, or write over a file with --force")
        }
        (Language::Chinese, false) => {
            format!("{name}：{kind}；请给出已有且可写的文件夹中的文件")
        }
        (Language::English, false) => {
            format!("{name}: {kind}; name a file in a folder that is there and writable")
        }
    })
}
