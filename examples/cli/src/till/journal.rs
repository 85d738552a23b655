//! Every transaction of the journal, or those that have all that is asked for.

use super::hold::date;
use super::report::Report;
use super::{Place, money, records};
use crate::exit::{Exit, Failure, because};
use crate::output::{self, FAINT, Form, Manner, styled};
use crate::table;
use annul::ledger::{Entry, Ledger, Query, Status, totals};
use annul::text::{self, Language};
use annul::transaction::{Amount, Kind, OperatorId, Reference, Sum};
use clap::Args as Group;

#[derive(Group)]
pub(super) struct JournalArgs {
    /// Those of this trace: the voucher number on the slip
    #[arg(long, value_name = "N")]
    trace: Option<String>,
    /// Those of this reference number, twelve characters
    #[arg(long, value_name = "REFERENCE")]
    reference: Option<String>,
    /// Those of a card, by its first six digits and its last four
    #[arg(long, value_name = "622424..0113")]
    card: Option<String>,
    /// Those of this amount, such as 12.34
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
    /// Those of this day, MMDD: the host's, where it said one
    #[arg(long, value_name = "MMDD")]
    date: Option<String>,
    /// Those of this cashier
    #[arg(long, value_name = "01")]
    cashier: Option<String>,
    /// Those that stand so, such as Approved or Parked
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Those of this kind, such as sale or refund
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
}

/// One of each word.
const STATUSES: [Status; 14] = [
    Status::Pending,
    Status::Approved,
    Status::VoidPending,
    Status::Voided,
    Status::CompletionPending,
    Status::Completed,
    Status::Declined,
    Status::NotSent,
    Status::Reversing,
    Status::Provisional,
    Status::Parked,
    Status::Unresolved,
    Status::Reversed,
    Status::ResolvedApproved,
];

pub(super) fn run(place: &Place<'_>, args: &JournalArgs) -> Result<Exit, Failure> {
    let query = args.query()?;
    let (mut journal, ledger) = records::open(place)?;
    match place.manner.form {
        Form::Json => {
            for entry in ledger.find(&query) {
                let report: Report = records::report(&mut journal, &ledger, entry)?;
                output::json(&report);
            }
        }
        Form::Words => {
            for line in listing(&ledger, &query, place.manner) {
                output::line(&line);
            }
        }
    }
    Ok(Exit::Done)
}

impl JournalArgs {
    fn query(&self) -> Result<Query, Failure> {
        let reference = |text: &String| Reference::new(text.as_bytes()).map_err(because);
        let operator = |text: &String| OperatorId::new(text.as_bytes()).map_err(because);
        Ok(Query {
            trace: self.trace.as_deref().map(money::trace).transpose()?,
            reference: self.reference.as_ref().map(reference).transpose()?,
            card: self.card.as_deref().map(ends).transpose()?,
            amount: (self.amount.as_deref())
                .map(|text| Amount::parse(text).map_err(because))
                .transpose()?,
            day: self.date.as_deref().map(date).transpose()?,
            operator: self.cashier.as_ref().map(operator).transpose()?,
            status: (self.status.as_deref())
                .map(|word| named("--status", word, &STATUSES, Status::word))
                .transpose()?,
            kind: (self.kind.as_deref())
                .map(|word| named("--kind", word, &kinds(), Kind::word))
                .transpose()?,
        })
    }
}

/// Those that leave a record.
fn kinds() -> Vec<Kind> {
    let recorded = Kind::ALL.into_iter().filter(|kind| kind.is_recorded());
    recorded.collect()
}

/// The one of this word, however it is written.
fn named<N: Copy>(
    option: &str,
    word: &str,
    all: &[N],
    of: fn(N) -> &'static str,
) -> Result<N, Failure> {
    let found = all.iter().find(|one| of(**one).eq_ignore_ascii_case(word));
    found.copied().ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|one| of(*one)).collect();
        Failure::new(format!("{option}: give one of {}", words.join(", ")))
    })
}

/// Six digits and four, with dots or stars between them. A whole number is not
/// taken: it would stay in the shell's memory.
fn ends(text: &str) -> Result<[u8; 10], Failure> {
    let ends = || {
        let (first, rest) = text.as_bytes().split_at_checked(6)?;
        let (hidden, last) = rest.split_at_checked(rest.len().checked_sub(4)?)?;
        let masked = !hidden.is_empty() && hidden.iter().all(|byte| b".*".contains(byte));
        let digits = <[u8; 10]>::try_from([first, last].concat()).ok()?;
        (masked && digits.iter().all(u8::is_ascii_digit)).then_some(digits)
    };
    ends().ok_or_else(|| {
        Failure::new("--card: give the first six digits and the last four, such as 622424..0113")
    })
}

/// A row for each transaction. Below it stands what the open batch comes to, or
/// what those come to that were asked for.
fn listing(ledger: &Ledger<Vec<Entry>>, query: &Query, manner: Manner) -> Vec<String> {
    let head = match manner.language {
        Language::Chinese => "凭证号 批次号 类型 金额 状态 卡号 参考号",
        Language::English => "trace batch kind amount status card reference",
    };
    let mut lines = vec![styled(FAINT, &row(&head.split(' ').collect::<Vec<_>>()))];
    let found: Vec<&Entry> = ledger.find(query).collect();
    for entry in &found {
        lines.push(row(&[
            &entry.trace().to_string(),
            &entry.batch().to_string(),
            manner.say(text::kind(entry.kind())),
            &format!("{:>12}", entry.amount().to_string()),
            manner.say(text::status(entry.status())),
            &entry.card().to_string(),
            entry.reference().as_ref().map_or("", Reference::text),
        ]));
    }
    let counted = found
        .into_iter()
        .filter(|entry| *query != Query::default() || entry.batch() == ledger.batch());
    lines.push(table::totals(manner, sums(counted)));
    lines
}

/// Taken, voided and refunded: how many, how much.
fn sums<'e>(entries: impl Iterator<Item = &'e Entry>) -> [(u64, u64); 3] {
    let (refunds, others): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.kind().is_refund());
    let (others, refunds) = (totals(others), totals(refunds));
    let sum = |sum: Sum| (u64::from(sum.count), sum.amount);
    [others.debit, others.credit, refunds.credit].map(sum)
}

fn row(cells: &[&str]) -> String {
    const WIDTHS: [usize; 7] = [8, 8, 9, 13, 24, 20, 12];
    table::line(
        std::array::from_fn(|index| cells.get(index).copied().unwrap_or_default()),
        WIDTHS,
    )
}
