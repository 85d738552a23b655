use super::open_books;
use crate::exit::{Exit, Failure, because};
use crate::output::{self, FAINT, Form, Manner, styled};
use crate::table;
use annul::text::{self, Language};
use annul_host::ledger::{Entry, Ledger, Status, Total};
use annul_host::settings::Settings;
use serde::Serialize;

/// An entry of the host's books in JSON.
#[derive(Serialize)]
struct Row {
    terminal: String,
    batch: String,
    trace: String,
    kind: &'static str,
    amount: u64,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_trace: Option<String>,
    reference: String,
    authorization: Option<String>,
    card: Option<String>,
    at: String,
}

pub(super) fn show(settings: &Settings, manner: Manner) -> Result<Exit, Failure> {
    let books = open_books(settings)?;
    let entries = books.entries().map_err(because)?;
    match manner.form {
        Form::Json => entries
            .iter()
            .for_each(|entry| output::json(&Row::of(entry))),
        Form::Words => {
            output::line(&styled(FAINT, &line(heads(manner))));
            for entry in &entries {
                let cells = cells(entry, manner);
                output::line(&line(cells.each_ref().map(String::as_str)));
            }
            for total in books.totals().map_err(because)? {
                output::line(&sum(&total, manner));
            }
        }
    }
    Ok(Exit::Done)
}

impl Row {
    fn of(entry: &Entry) -> Self {
        let code = match entry.status {
            Status::Declined(code) => Some(code.text().to_owned()),
            _ => None,
        };
        Self {
            terminal: entry.key.terminal.text().to_owned(),
            batch: entry.key.batch.to_string(),
            trace: entry.key.trace.to_string(),
            kind: entry.kind.word(),
            amount: entry.amount.minor(),
            status: entry.status.word(),
            response_code: code,
            original_trace: entry.original.map(|key| key.trace.to_string()),
            reference: entry.reference.text().to_owned(),
            authorization: entry.authorization.map(|code| code.text().to_owned()),
            card: entry.card.map(|card| card.to_string()),
            at: entry.at.to_string(),
        }
    }
}

fn heads(manner: Manner) -> [&'static str; 7] {
    match manner.language {
        Language::Chinese => ["终端号", "凭证号", "类型", "金额", "状态", "卡号", "时间"],
        Language::English => [
            "terminal", "trace", "kind", "amount", "status", "card", "time",
        ],
    }
}

fn cells(entry: &Entry, manner: Manner) -> [String; 7] {
    [
        entry.key.terminal.text().to_owned(),
        entry.key.trace.to_string(),
        manner.say(text::kind(entry.kind)).to_owned(),
        format!("{:>12}", entry.amount.to_string()),
        word(entry.status, manner),
        entry.card.map_or(String::new(), |card| card.to_string()),
        entry.at.to_string(),
    ]
}

/// How an entry stands at the host, for a person.
pub(crate) fn word(status: Status, manner: Manner) -> String {
    let (zh, en) = match status {
        Status::Approved => ("成功", "approved"),
        Status::Voided => ("已撤销", "voided"),
        Status::Completed => ("已完成", "completed"),
        Status::Reversed => ("已冲正", "reversed"),
        Status::Absent => ("未收到，已冲正", "never came, reversed"),
        Status::Declined(code) => {
            return format!("{} [{code}]", manner.pick("被拒绝", "declined"));
        }
    };
    manner.pick(zh, en).to_owned()
}

fn line(cells: [&str; 7]) -> String {
    table::line(cells, [10, 8, 9, 13, 21, 20, 19])
}

fn sum(total: &Total, manner: Manner) -> String {
    let sums = [
        (total.sales, total.sold),
        (total.voids, total.voided),
        (total.refunds, total.refunded),
    ];
    let sums = table::totals(manner, sums);
    format!("{} {sums}", total.terminal.text())
}
