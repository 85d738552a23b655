//! What the journal says. Nothing is sent, nothing is begun, no key is used.

use super::report::Report;
use super::session::{self, CAPACITY};
use super::{Place, Stop, money, recall};
use crate::config::Config;
use crate::exit::{Exit, Failure, because};
use crate::output::{self, FAINT, Form, Manner, STRONG, styled};
use annul::driver;
use annul::engine::Refusal;
use annul::journal::{ReplayError, SqliteJournal};
use annul::ledger::{Entry, Ledger};
use annul::text;
use annul::transaction::{Amount, RequestId};
use clap::Args as Group;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

#[derive(Group)]
pub(super) struct StatusArgs {
    /// The transaction of this trace
    #[arg(long, value_name = "N", conflicts_with = "request_id")]
    trace: Option<String>,
    /// The transaction of this request id
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

pub(super) fn status(place: &Place<'_>, which: &StatusArgs) -> Result<Exit, Failure> {
    let (mut journal, ledger) = open(place)?;
    let (found, refusal) = match (&which.trace, &which.request_id) {
        (Some(trace), _) => (ledger.by_trace(money::trace(trace)?), Refusal::UnknownTrace),
        (None, Some(id)) => {
            let id = RequestId::new(id).map_err(because)?;
            (ledger.by_request(id.tag()), Refusal::UnknownRequest)
        }
        (None, None) => (ledger.entries().last(), Refusal::UnknownTrace),
    };
    let found = found.map(|entry| report(&mut journal, &ledger, entry));
    match found.transpose()? {
        Some(report) => {
            report.show(place.manner);
            Ok(Exit::Done)
        }
        None => {
            let stop = Stop::Refused(text::refusal(&refusal));
            super::conclude(place, "status", None, Err(stop))
        }
    }
}

pub(super) fn journal(place: &Place<'_>) -> Result<Exit, Failure> {
    let (mut journal, ledger) = open(place)?;
    match place.manner.form {
        Form::Json => {
            for entry in ledger.entries() {
                output::json(&report(&mut journal, &ledger, entry)?);
            }
        }
        Form::Words => table(&ledger, place.manner)
            .iter()
            .for_each(|line| output::line(line)),
    }
    Ok(Exit::Done)
}

/// The journal of this terminal; one that is not there is not made.
fn open(place: &Place<'_>) -> Result<(SqliteJournal, Ledger<Vec<Entry>>), Failure> {
    let config = Config::read(place.profile)?;
    read(place.journal, &config)
}

/// Folds a journal that is there.
fn read(path: &Path, config: &Config) -> Result<(SqliteJournal, Ledger<Vec<Entry>>), Failure> {
    if !path.is_file() {
        return Err(Failure::new(format!(
            "journal {}: there is none; name the till's journal, or begin one by a sign-in",
            path.display()
        )));
    }
    let mut journal = session::journal(path)?;
    let ledger = driver::replay(&mut journal, config.host.profile, CAPACITY).map_err(because)?;
    let own = |identity: &annul::journal::Identity| {
        identity.terminal == config.terminal.id
            && identity.merchant == config.terminal.merchant_id
            && identity.profile.as_str() == config.host.profile.name
    };
    match ledger.identity() {
        Some(identity) if !own(identity) => Err(because(ReplayError::OtherTerminal)),
        _ => Ok((journal, ledger)),
    }
}

fn report(
    journal: &mut SqliteJournal,
    ledger: &Ledger<Vec<Entry>>,
    entry: &Entry,
) -> Result<Report, Failure> {
    let intent = recall::intent(journal, entry.seq()).map_err(because)?;
    let request = intent.map(|intent| intent.request.as_str().to_owned());
    let original = entry.original().and_then(|seq| ledger.entry(seq));
    Ok(Report::of(entry, request, original.map(Entry::trace)))
}

/// A row for each transaction and what they come to.
fn table(ledger: &Ledger<Vec<Entry>>, manner: Manner) -> Vec<String> {
    let head = match manner.pick("", "en") {
        "" => ["凭证号", "批次号", "类型", "金额", "状态", "卡号", "参考号"],
        _ => [
            "trace",
            "batch",
            "kind",
            "amount",
            "status",
            "card",
            "reference",
        ],
    };
    let rows = ledger.entries().iter().map(|entry| {
        [
            entry.trace().to_string(),
            entry.batch().to_string(),
            manner.say(text::kind(entry.kind())).to_owned(),
            format!("{:>12}", entry.amount().to_string()),
            manner.say(text::status(entry.status())).to_owned(),
            entry.card().to_string(),
            entry
                .reference()
                .map_or(String::new(), |code| code.text().to_owned()),
        ]
    });
    const WIDTHS: [usize; 7] = [7, 7, 9, 13, 24, 20, 12];
    let line = |cells: [&str; 7]| {
        let cells = cells.into_iter().zip(WIDTHS);
        let padded = cells.map(|(cell, width)| pad(cell, width));
        padded.collect::<String>().trim_end().to_owned()
    };
    let mut lines = vec![styled(FAINT, &line(head))];
    lines.extend(rows.map(|row| line(row.each_ref().map(String::as_str))));
    let totals = ledger.totals();
    let money = |minor| Amount::new(minor).unwrap_or(Amount::ZERO);
    let (debit, credit) = (totals.debit, totals.credit);
    let net = money(u64::try_from(totals.net()).unwrap_or(0));
    lines.push(match manner.pick("", "en") {
        "" => format!(
            "消费 {} 笔 {} · 撤销 {} 笔 {} · {}",
            debit.count,
            money(debit.amount),
            credit.count,
            money(credit.amount),
            styled(STRONG, &format!("净额 {net}")),
        ),
        _ => format!(
            "{} sold {} · {} voided {} · {}",
            debit.count,
            money(debit.amount),
            credit.count,
            money(credit.amount),
            styled(STRONG, &format!("net {net}")),
        ),
    });
    lines
}

/// Fills a cell with spaces; a Chinese character takes two places.
pub(crate) fn pad(cell: &str, width: usize) -> String {
    let spaces = width.saturating_sub(cell.width()).max(1);
    format!("{cell}{}", " ".repeat(spaces))
}
