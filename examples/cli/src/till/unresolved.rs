//! What is left to be finished, and what to do about each. Nothing is sent.
//!
//! | it is | do |
//! |---|---|
//! | pending, being reversed | recover |
//! | provisional: the host did not find it | recover, which waits and asks once more |
//! | parked: the attempts are used up | recover, or ask the acquirer and resolve it |
//! | unresolved: a refund without an outcome | ask the acquirer and resolve it |

use super::report::{Message, Report};
use super::{Place, recall, records};
use crate::exit::{Exit, Failure, because};
use crate::output::{self, FAINT, Form, GOOD, Manner, styled};
use crate::table;
use annul::ledger::Status;
use annul::text::{self, Bilingual};
use annul::transaction::{ResponseCode, ReversalReason};
use serde::Serialize;

const NOTHING: Bilingual = Bilingual {
    zh: "没有未了结的交易",
    en: "Nothing is unresolved",
};
const RECOVER: Bilingual = Bilingual {
    zh: "请运行 annul till recover 完成冲正",
    en: "run annul till recover to finish its reversal",
};
const WAIT: Bilingual = Bilingual {
    zh: "请运行 annul till recover：等待后再向主机确认一次",
    en: "run annul till recover: it waits, then asks the host once more",
};
const CALL: Bilingual = Bilingual {
    zh: "请再运行 annul till recover；仍挂起则向收单行查询，按其答复运行 annul till resolve",
    en: "run annul till recover again; if it stays parked ask the acquirer, then annul till resolve",
};

const ASK: Bilingual = Bilingual {
    zh: "请勿重复退货；向收单行查询，按其答复运行 annul till resolve",
    en: "do not repeat the refund; ask the acquirer, then run annul till resolve",
};

/// One of them: the line of `annul till journal`, and what is extra.
#[derive(Serialize)]
struct Open {
    #[serde(flatten)]
    report: Report,
    /// When it was begun, by the till's clock.
    since: Option<String>,
    heard: Message,
    advice: Message,
}

/// What to do; nothing where a transaction waits for nothing.
const fn advice(status: Status) -> Option<Bilingual> {
    match status {
        Status::Pending | Status::Reversing => Some(RECOVER),
        Status::Provisional | Status::Confirming => Some(WAIT),
        Status::Parked => Some(CALL),
        Status::Unresolved => Some(ASK),
        Status::Approved
        | Status::VoidPending
        | Status::Voided
        | Status::CompletionPending
        | Status::Completed
        | Status::Declined
        | Status::NotSent
        | Status::Reversed
        | Status::ResolvedApproved
        | Status::ResolvedReversed => None,
    }
}

/// Lists them; 3 where there is one.
pub(super) fn run(place: &Place<'_>) -> Result<Exit, Failure> {
    let (mut journal, ledger) = records::open(place)?;
    let words = recall::last_words(&mut journal).map_err(because)?;
    let mut found = Vec::new();
    for entry in ledger.entries() {
        let Some(advice) = advice(entry.status()) else {
            continue;
        };
        let intent = recall::intent(&mut journal, entry.seq()).map_err(because)?;
        found.push(Open {
            report: records::report(&mut journal, &ledger, entry)?,
            since: intent.map(|intent| intent.stamp.to_string()),
            heard: heard(words.get(&entry.seq()).copied(), entry.reversal_reason()),
            advice: advice.into(),
        });
    }
    match place.manner.form {
        Form::Json => found.iter().for_each(output::json),
        Form::Words => (listing(&found, place.manner).iter()).for_each(|line| output::line(line)),
    }
    Ok(if found.is_empty() {
        Exit::Done
    } else {
        Exit::Unknown
    })
}

/// The host's last word, or why there is none that counts.
fn heard(code: Option<ResponseCode>, reason: Option<ReversalReason>) -> Message {
    if let Some(code) = code {
        let meaning = text::response(code).map_or(text::UNKNOWN_RESPONSE, |row| row.meaning);
        return Message::coded(code, meaning);
    }
    let (zh, en) = match reason {
        Some(ReversalReason::WrongMac) => {
            ("应答的 MAC 错或缺失", "an answer with a wrong MAC or none")
        }
        Some(ReversalReason::Other) => ("与请求不符的应答", "an answer that did not fit"),
        Some(ReversalReason::NoAnswer | ReversalReason::NotFinished) | None => {
            ("没有可信的应答", "nothing to rely on")
        }
    };
    Bilingual { zh, en }.into()
}

/// A row for each, and below it what was heard, its request id and the advice.
fn listing(found: &[Open], manner: Manner) -> Vec<String> {
    if found.is_empty() {
        return vec![format!("{} {}", styled(GOOD, "✓"), manner.say(NOTHING))];
    }
    let head = manner.pick(
        "凭证号 批次号 类型 金额 状态 始于 卡号",
        "trace batch kind amount status since card",
    );
    let mut lines = vec![styled(FAINT, &row(&head.split(' ').collect::<Vec<_>>()))];
    for open in found {
        lines.extend(open.lines(manner));
    }
    lines
}

impl Open {
    fn lines(&self, manner: Manner) -> [String; 3] {
        let report = &self.report;
        let plain = |text: &Option<String>| text.clone().unwrap_or_default();
        let amount = table::money(report.amount.unwrap_or_default());
        let first = row(&[
            &plain(&report.trace),
            &plain(&report.batch),
            report.kind_in(manner),
            &format!("{:>12}", amount.to_string()),
            report
                .stands
                .map_or("", |status| manner.say(text::status(status))),
            &plain(&self.since),
            &report
                .card
                .map_or_else(String::new, |card| card.to_string()),
        ]);
        let second = format!(
            "  {} {} · {} {}",
            manner.pick("请求号", "request"),
            plain(&report.request_id),
            manner.pick("主机最后应答", "last heard from the host:"),
            self.heard.say(manner)
        );
        [first, second, format!("  → {}", self.advice.say(manner))]
    }
}

fn row(cells: &[&str]) -> String {
    const WIDTHS: [usize; 7] = [8, 8, 9, 13, 25, 21, 19];
    table::line(
        std::array::from_fn(|index| cells.get(index).copied().unwrap_or_default()),
        WIDTHS,
    )
}
