//! `annul journal verify`: is it whole, whose is it, what is open in it.

use super::chain::{Chain, Content, TAG};
use super::fault::{Fault, What};
use super::file;
use super::words::Message;
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, BAD, CARE, FAINT, Form, GOOD, Manner, STRONG, styled};
use annul::journal::{Identity, Record};
use annul::ledger::{Entry, Status};
use annul::text::{self, Language};
use annul::transaction::{Civil, CodeError, MerchantId, TerminalId};
use serde::Serialize;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The till's journal
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whether it is the journal of this terminal (field 41)
    #[arg(long, value_name = "ID")]
    terminal: Option<String>,
    /// Whether it is the journal of this merchant (field 42)
    #[arg(long, value_name = "ID")]
    merchant: Option<String>,
}

/// What was found.
#[derive(Serialize)]
struct Report {
    file: String,
    verdict: &'static str,
    records: usize,
    transactions: usize,
    first: Option<String>,
    last: Option<String>,
    terminal: Option<String>,
    merchant: Option<String>,
    profile: Option<String>,
    /// Of the records.
    version: Option<u8>,
    /// Of the last record: a later journal of the same till holds it too.
    tag: Option<String>,
    torn: bool,
    pending: usize,
    reversing: usize,
    provisional: usize,
    parked: usize,
    unresolved: usize,
    /// The batch that is being settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    settling: Option<String>,
    open: Vec<Open>,
    fault: Option<Fault>,
    message: Message,
}

/// A transaction that is not at its end.
#[derive(Serialize)]
struct Open {
    record: u32,
    kind: &'static str,
    trace: String,
    batch: String,
    amount: u64,
    status: &'static str,
    #[serde(skip)]
    entry: Entry,
}

pub(super) fn run(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    let asked = Asked::of(args, manner)?;
    let mut chain = Chain::of(file::read(&args.file, manner)?);
    let own = asked.own(chain.ledger.identity());
    if let (Err(stranger), None) = (own, &chain.fault) {
        chain.fault = Some(Fault::new(1, stranger, None));
    }
    let report = Report::of(args.file.display().to_string(), &chain);
    match manner.form {
        Form::Json => output::json(&report),
        Form::Words => report.tell(manner),
    }
    Ok(match chain.fault {
        None => Exit::Done,
        Some(_) => Exit::Refused,
    })
}

/// Whose journal it is to be.
struct Asked {
    terminal: Option<TerminalId>,
    merchant: Option<MerchantId>,
}

impl Asked {
    fn of(args: &Args, manner: Manner) -> Result<Self, Failure> {
        let wrong = |error: CodeError, option: &str, size: usize| {
            Failure::new(match manner.language {
                Language::Chinese => format!("{option}：应为 {size} 个可打印的 ASCII 字符"),
                Language::English => format!("{option}: {error}"),
            })
        };
        let terminal = args
            .terminal
            .as_ref()
            .map(|id| TerminalId::new(id.as_bytes()));
        let merchant = args
            .merchant
            .as_ref()
            .map(|id| MerchantId::new(id.as_bytes()));
        Ok(Self {
            terminal: (terminal.transpose())
                .map_err(|error| wrong(error, "--terminal", TerminalId::SIZE))?,
            merchant: (merchant.transpose())
                .map_err(|error| wrong(error, "--merchant", MerchantId::SIZE))?,
        })
    }

    /// What is wrong where it is not theirs.
    fn own(&self, identity: Option<&Identity>) -> Result<(), What> {
        match identity {
            _ if self.terminal.is_none() && self.merchant.is_none() => Ok(()),
            None => Err(What::Unnamed),
            Some(identity) => {
                let terminal = self.terminal.is_none_or(|id| id == identity.terminal);
                let merchant = self.merchant.is_none_or(|id| id == identity.merchant);
                (terminal && merchant).then_some(()).ok_or(What::Foreign)
            }
        }
    }
}

impl Report {
    fn of(file: String, chain: &Chain) -> Self {
        let identity = chain.ledger.identity();
        let stamps = || chain.links.iter().filter_map(|link| stamp(&link.content));
        let last = chain.links.last();
        let count = |wanted: &[Status]| wanted.iter().map(|one| chain.ledger.count(*one)).sum();
        let open = |entry: &&Entry| {
            let status = entry.status();
            status.is_under_way() || status.is_parked() || status == Status::Provisional
        };
        let open = chain.ledger.entries().iter().filter(open);
        let mut report = Self {
            file,
            verdict: if chain.fault.is_none() {
                "good"
            } else {
                "damaged"
            },
            records: chain.links.len(),
            transactions: chain.ledger.entries().len(),
            first: stamps().next().map(|stamp| stamp.to_string()),
            last: stamps().next_back().map(|stamp| stamp.to_string()),
            terminal: identity.map(|own| own.terminal.to_string()),
            merchant: identity.map(|own| own.merchant.to_string()),
            profile: identity.map(|own| own.profile.as_str().to_owned()),
            version: chain
                .links
                .first()
                .and_then(|link| link.bytes.first().copied()),
            tag: last.and_then(|link| Some(hex::encode(link.bytes.last_chunk::<TAG>()?))),
            torn: chain.torn,
            pending: count(&[Status::Pending]),
            reversing: count(&[Status::Reversing, Status::Confirming]),
            provisional: count(&[Status::Provisional]),
            parked: count(&[Status::Parked]),
            unresolved: count(&[Status::Unresolved]),
            settling: (chain.ledger.settlement()).map(|one| one.batch.to_string()),
            open: open.map(Open::of).collect(),
            fault: chain.fault,
            message: Message {
                zh: String::new(),
                en: String::new(),
            },
        };
        report.message = Message {
            zh: report.chinese(),
            en: report.english(),
        };
        report
    }

    fn english(&self) -> String {
        if let Some(fault) = &self.fault {
            return fault.english();
        }
        let (records, transactions) = (self.records, self.transactions);
        let open = match self.open.len() {
            0 => "nothing is open".to_owned(),
            open if open == self.unresolved => format!("open: {open}; run annul till unresolved"),
            open => format!("open: {open}; run annul till recover"),
        };
        let settling = self.settling.as_ref().map_or(String::new(), |batch| {
            format!("; batch {batch} is being settled; run annul till settle")
        });
        let torn = if self.torn { ENGLISH_TORN } else { "" };
        format!("good: records {records}, transactions {transactions}; {open}{settling}{torn}")
    }

    fn chinese(&self) -> String {
        if let Some(fault) = &self.fault {
            return fault.chinese();
        }
        let (records, transactions) = (self.records, self.transactions);
        let open = match self.open.len() {
            0 => "没有未了结的交易".to_owned(),
            open if open == self.unresolved => {
                format!("{open} 笔退货结果未知，请运行 annul till unresolved")
            }
            open => format!("{open} 笔未了结，请运行 annul till recover"),
        };
        let settling = self.settling.as_ref().map_or(String::new(), |batch| {
            format!("；批次 {batch} 结算未完成，请运行 annul till settle")
        });
        let torn = if self.torn { CHINESE_TORN } else { "" };
        format!("流水完好：{records} 条记录，{transactions} 笔交易；{open}{settling}{torn}")
    }

    /// The result in a line, and below it whose it is and what is open.
    fn tell(&self, manner: Manner) {
        let (mark, style) = match (&self.fault, self.open.len()) {
            (Some(_), _) => ("✗", BAD),
            (None, 0) => ("✓", GOOD),
            (None, _) => ("✓", CARE),
        };
        let words = manner.pick(&self.message.zh, &self.message.en);
        output::line(&format!(
            "{} {}",
            styled(style, mark),
            styled(STRONG, words)
        ));
        let mut whose = Vec::new();
        for (zh, en, value) in [
            ("终端", "terminal", &self.terminal),
            ("商户", "merchant", &self.merchant),
            ("自", "from", &self.first),
            ("至", "to", &self.last),
        ] {
            if let Some(value) = value {
                whose.push(format!("{} {value}", manner.pick(zh, en)));
            }
        }
        if !whose.is_empty() {
            output::line(&styled(FAINT, &format!("  {}", whose.join(" · "))));
        }
        for open in &self.open {
            output::line(&format!("  {}", open.line(manner)));
        }
    }
}

const ENGLISH_TORN: &str = "; a last record was cut short by a loss of power: it is dropped at the next start, and nothing was sent on it";
const CHINESE_TORN: &str = "；最后一条记录因断电未写完：下次启动时截去，没有据此发出任何东西";

impl Open {
    fn of(entry: &Entry) -> Self {
        Self {
            record: entry.seq().0,
            kind: entry.kind().word(),
            trace: entry.trace().to_string(),
            batch: entry.batch().to_string(),
            amount: entry.amount().minor(),
            status: entry.status().word(),
            entry: *entry,
        }
    }

    fn line(&self, manner: Manner) -> String {
        let entry = &self.entry;
        let (kind, status) = (text::kind(entry.kind()), text::status(entry.status()));
        let (kind, status) = (manner.say(kind), manner.say(status));
        let (trace, batch, amount) = (&self.trace, &self.batch, entry.amount());
        match manner.language {
            Language::Chinese => {
                format!("{kind} {amount} · 凭证号 {trace} · 批次号 {batch} · {status}")
            }
            Language::English => {
                format!("{kind} {amount} · trace {trace} · batch {batch} · {status}")
            }
        }
    }
}

/// When a record was written, where it says so.
fn stamp(content: &Content) -> Option<Civil> {
    match content {
        Content::Record(Record::Intent(intent)) => Some(intent.stamp),
        Content::Record(Record::KeysChanged(change)) => Some(change.stamp),
        _ => None,
    }
}
