//! The end of a batch: its totals compared with the host's, and where they
//! differ each transaction told.

use super::report::Message;
use super::session::{self, Right, Session};
use super::{Place, Stop};
use crate::exit::{Exit, Failure};
use crate::output::{self, BAD, CARE, FAINT, Form, GOOD, Manner, STRONG, styled};
use crate::table;
use annul::driver::Settled;
use annul::journal::{Balance, Seq};
use annul::text::{self, Bilingual};
use annul::transaction::{Amount, BatchTotals, Totals};
use serde::Serialize;

const BALANCED: Bilingual = Bilingual {
    zh: "结算完成，对账平",
    en: "Settled; the totals are equal",
};
const UPLOADED: Bilingual = Bilingual {
    zh: "结算完成，对账不平，明细已上送",
    en: "Settled; the totals were not equal, so the details were sent",
};
const LEFT_BEHIND: Bilingual = Bilingual {
    zh: "结算完成，但主机拒收部分明细，请联系收单行",
    en: "Settled, but the host did not take all details; call the acquirer",
};
const UNFINISHED: Bilingual = Bilingual {
    zh: "结算未完成，不能做新交易，请检查线路后再次结算",
    en: "Not settled, and no transaction is taken meanwhile; check the line and settle again",
};

/// The end of the command, for a program.
#[derive(Serialize)]
struct Told {
    outcome: &'static str,
    kind: &'static str,
    batch: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_batch: Option<String>,
    sent: Sides,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<HostSides>,
    uploaded: Vec<Detail>,
    refused: Vec<Detail>,
    open: Vec<Detail>,
    message: Message,
}

/// Totals of domestic and of foreign cards.
#[derive(Serialize)]
struct Sides {
    domestic: Side,
    foreign: Side,
}

/// The same of the host, with its word on each.
#[derive(Serialize)]
struct HostSides {
    #[serde(skip_serializing_if = "Option::is_none")]
    totals: Option<Sides>,
    domestic: &'static str,
    foreign: &'static str,
}

/// How many, and how much in minor units.
#[derive(Serialize)]
struct Side {
    debit_count: u32,
    debit_amount: u64,
    credit_count: u32,
    credit_amount: u64,
}

/// One transaction.
#[derive(Serialize)]
struct Detail {
    trace: String,
    kind: &'static str,
    amount: u64,
    card: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_code: Option<String>,
}

/// Ends with 0 where the batch is closed, with 2 where it is and the host did not
/// take all details, with 3 where it is not finished.
pub(super) fn run(place: &Place<'_>) -> Result<Exit, Failure> {
    let settle = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let mut session = session::open(place, config, operator)?;
        let settled = session
            .till
            .settle(&mut |news| session.watcher.tell(news))
            .map_err(session::stop)?;
        session.remind(place.manner);
        Ok((session, settled))
    };
    let (session, settled) = match settle() {
        Ok(done) => done,
        Err(stop @ Stop::Refused(_)) => return super::conclude(place, "settle", None, Err(stop)),
        Err(Stop::Failure(failure)) => return Err(failure),
    };
    let (exit, words) = words(&settled);
    let told = told(&session, &settled, exit, words);
    match place.manner.form {
        Form::Json => output::json(&told),
        Form::Words => {
            for line in lines(&told, &settled, place.manner, exit, words) {
                output::line(&line);
            }
        }
    }
    Ok(exit)
}

fn words(settled: &Settled) -> (Exit, Bilingual) {
    let equal =
        (settled.comparison).is_some_and(|one| [one.domestic, one.foreign] == [Balance::Equal; 2]);
    match (settled.next, equal) {
        (None, _) => (Exit::Unknown, UNFINISHED),
        (Some(_), true) => (Exit::Done, BALANCED),
        (Some(_), false) if settled.refused.is_empty() => (Exit::Done, UPLOADED),
        (Some(_), false) => (Exit::Refused, LEFT_BEHIND),
    }
}

fn told(session: &Session, settled: &Settled, exit: Exit, words: Bilingual) -> Told {
    let detail = |seq: &Seq| session.till.ledger().entry(*seq);
    let details = |list: &[Seq]| {
        list.iter()
            .filter_map(detail)
            .map(|entry| Detail {
                trace: entry.trace().to_string(),
                kind: entry.kind().word(),
                amount: entry.amount().minor(),
                card: entry.card().to_string(),
                status: entry.status().word(),
                response_code: None,
            })
            .collect::<Vec<_>>()
    };
    let (refused, codes): (Vec<Seq>, Vec<_>) = settled.refused.iter().copied().unzip();
    let mut refused = details(&refused);
    for (detail, code) in refused.iter_mut().zip(codes) {
        detail.response_code = Some(code.to_string());
    }
    Told {
        outcome: match exit {
            Exit::Unknown => "unknown",
            Exit::Refused => "declined",
            Exit::Done | Exit::Failed => "approved",
        },
        kind: "settle",
        batch: settled.batch.to_string(),
        next_batch: settled.next.map(|batch| batch.to_string()),
        sent: sides(&settled.sent),
        host: settled.comparison.map(|comparison| HostSides {
            totals: comparison.totals.as_ref().map(sides),
            domestic: word(comparison.domestic),
            foreign: word(comparison.foreign),
        }),
        uploaded: details(&settled.told),
        refused,
        open: details(&settled.open),
        message: words.into(),
    }
}

const fn word(balance: Balance) -> &'static str {
    match balance {
        Balance::Equal => "equal",
        Balance::Unequal => "unequal",
    }
}

fn sides(totals: &BatchTotals) -> Sides {
    let side = |totals: &Totals| Side {
        debit_count: totals.debit.count,
        debit_amount: totals.debit.amount,
        credit_count: totals.credit.count,
        credit_amount: totals.credit.amount,
    };
    Sides {
        domestic: side(&totals.domestic),
        foreign: side(&totals.foreign),
    }
}

fn lines(
    told: &Told,
    settled: &Settled,
    manner: Manner,
    exit: Exit,
    words: Bilingual,
) -> Vec<String> {
    let (mark, style) = match exit {
        Exit::Done => ("✓", GOOD),
        Exit::Unknown => ("?", CARE),
        _ => ("✗", BAD),
    };
    let mut lines = vec![format!(
        "{} {}",
        styled(style, mark),
        styled(STRONG, manner.say(words))
    )];
    let batch = format!("  {} {}", manner.pick("批次号", "batch"), told.batch);
    lines.push(match &told.next_batch {
        Some(next) => format!("{batch} · {} {next}", manner.pick("新批次", "next batch")),
        None => batch,
    });
    lines.push(sum(manner.pick("终端总计", "sent"), &settled.sent, manner));
    if let Some(totals) = settled.comparison.and_then(|one| one.totals) {
        lines.push(sum(manner.pick("主机总计", "host"), &totals, manner));
    }
    let lists = [
        (manner.pick("已上送", "told"), &told.uploaded),
        (manner.pick("主机拒收", "not taken"), &told.refused),
        (manner.pick("结果未定", "without an outcome"), &told.open),
    ];
    for (name, details) in lists {
        lines.extend(details.iter().map(|detail| line(name, detail, manner)));
    }
    lines
}

fn sum(name: &str, totals: &BatchTotals, manner: Manner) -> String {
    let side = |name: &str, totals: &Totals| {
        let part = |word, sum: annul::transaction::Sum| {
            format!("{word} {} / {}", sum.count, table::money(sum.amount))
        };
        let debit = part(manner.pick("借", "debit"), totals.debit);
        let credit = part(manner.pick("贷", "credit"), totals.credit);
        format!("{name} {debit}, {credit}")
    };
    let mut sides = side(manner.pick("内卡", "domestic"), &totals.domestic);
    if totals.foreign != Totals::default() {
        let foreign = side(manner.pick("外卡", "foreign"), &totals.foreign);
        sides = format!("{sides} · {foreign}");
    }
    format!("  {name}: {sides}")
}

fn line(name: &str, detail: &Detail, manner: Manner) -> String {
    let kind = annul::transaction::Kind::ALL
        .into_iter()
        .find(|kind| kind.word() == detail.kind);
    let kind = kind.map_or(detail.kind, |kind| manner.say(text::kind(kind)));
    let amount = Amount::new(detail.amount).unwrap_or(Amount::ZERO);
    let code = detail.response_code.as_deref();
    let code = code.map_or(String::new(), |code| format!(" [{code}]"));
    let words = format!(
        "  {name}: {} {kind} {amount} {}{code}",
        detail.trace, detail.card
    );
    styled(FAINT, &words)
}
