//! A batch at its end: compared, told one by one where the sums differ, and
//! closed. What the terminal tells decides (unionpay.md 7.2): what the host
//! lacked it books, what it has beyond that it reverses.

use super::answer::{Verdict, reference};
use super::{Request, code};
use crate::dialect::Dialect;
use crate::fault::Orders;
use crate::ledger::{Change, Entry, Key, Ledger, LedgerError, Status};
use crate::settings::Terminal;
use annul::card::Pan;
use annul::iso8583::Characters;
use annul::transaction::{
    Amount, Batch, BatchTotals, Civil, Effect, Kind, ResponseCode, Sum, Totals, Trace,
};

type Judged = Result<Result<Verdict, ResponseCode>, LedgerError>;

/// Digits of the totals, of one side of them, of a detail.
const TOTALS: usize = 62;
const SIDE: usize = 31;
const DETAIL: usize = 40;

/// Compares the totals of a batch with the books, and says what these hold.
pub(super) fn compare(
    ledger: &impl Ledger,
    terminal: &Terminal,
    domestic: bool,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
) -> Judged {
    let Some(batch) = request.batch() else {
        return Ok(Err(code::FORMAT));
    };
    let own = totals(&ledger.entries()?, terminal, batch, domestic);
    let Some(same) = judged(request, &own) else {
        return Ok(Err(code::FORMAT));
    };
    let words = match orders.verdict() {
        Some(_) => [b'3', b'3'],
        None => same.map(|same| if same { b'1' } else { b'2' }),
    };
    Ok(Ok(Verdict {
        batch_data: Some(digits(&own, words)),
        settled: Some(now),
        ..Verdict::approved()
    }))
}

/// What the books hold of a batch.
fn totals(entries: &[Entry], terminal: &Terminal, batch: Batch, domestic: bool) -> BatchTotals {
    let mut totals = Totals::default();
    let own = |entry: &&Entry| entry.key.terminal == terminal.id && entry.key.batch == batch;
    for entry in entries.iter().filter(own) {
        let side = match (entry.kind.effect(), entry.status) {
            (Effect::Debit, Status::Approved | Status::Voided) => &mut totals.debit,
            (Effect::Credit, Status::Approved) => &mut totals.credit,
            _ => continue,
        };
        side.count += 1;
        side.amount += entry.amount.minor();
    }
    if domestic {
        BatchTotals {
            domestic: totals,
            foreign: Totals::default(),
        }
    } else {
        BatchTotals {
            domestic: Totals::default(),
            foreign: totals,
        }
    }
}

/// Whether each side is what the terminal tells; none where it tells nothing.
fn judged(request: &Request<'_>, own: &BatchTotals) -> Option<[bool; 2]> {
    match request.dialect() {
        Dialect::UnionPayPos => {
            let told = request.digits(48).filter(|digits| digits.len() == TOTALS)?;
            Some([0, 1].map(|side| same(told, own, side)))
        }
        Dialect::Iso87Ascii => Some([super::iso87::same(request, &own.all()), true]),
    }
}

/// The host's word on what it holds: 1 the same, 2 not, 3 not compared.
pub(super) fn word(batch_data: &[u8]) -> Option<u8> {
    batch_data.get(SIDE - 1).map(|digit| digit - b'0')
}

fn same(told: Characters<'_>, own: &BatchTotals, side: usize) -> bool {
    let both = own.sums();
    let sums = &both[2 * side..2 * side + 2];
    sums.iter().enumerate().all(|(place, sum)| {
        let start = side * SIDE + place * 15;
        let number = |start, length| told.slice(start, length).and_then(Characters::number);
        number(start, 12) == Some(sum.amount) && number(start + 12, 3) == Some(u64::from(sum.count))
    })
}

/// The 62 digits of F48, with the host's words.
fn digits(totals: &BatchTotals, words: [u8; 2]) -> Vec<u8> {
    let sum = |sum: Sum| format!("{:012}{:03}", sum.amount, sum.count);
    let [debit, credit, abroad, back] = totals.sums().map(sum);
    let [own, other] = words.map(char::from);
    format!("{debit}{credit}{own}{abroad}{back}{other}").into_bytes()
}

/// Notes details; a transaction that the books lack is booked.
pub(super) fn upload(
    ledger: &mut impl Ledger,
    terminal: &Terminal,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
) -> Judged {
    if let Some(code) = orders.verdict() {
        return Ok(Err(code));
    }
    let details = match request.amount() {
        Some(_) => copied(request).map(|one| vec![one]),
        None => sales(terminal, request),
    };
    let Some(details) = details else {
        return Ok(Err(code::FORMAT));
    };
    for detail in details {
        take(ledger, now, &detail)?;
    }
    Ok(Ok(Verdict::approved()))
}

/// One transaction that stands at the terminal.
struct Detail {
    key: Key,
    kind: Kind,
    amount: Amount,
    card: Option<Pan>,
}

/// A transaction that is told by a copy of its request.
fn copied(request: &Request<'_>) -> Option<Detail> {
    Some(Detail {
        key: request.key()?,
        kind: request.copied()?,
        amount: request.amount()?,
        card: pan(request.digits(2)),
    })
}

/// Sales and completions come several in a message: how many, then class,
/// trace, card and amount of each.
fn sales(terminal: &Terminal, request: &Request<'_>) -> Option<Vec<Detail>> {
    let digits = request.digits(48)?;
    let number = |start, length| digits.slice(start, length)?.number();
    let count = usize::try_from(number(0, 2)?).ok()?;
    let whole = digits.len() == 2 + count * DETAIL;
    let one = |index: usize| {
        let start = 2 + index * DETAIL;
        let zeros = (start + 8..start + 28).find(|at| digits.at(*at) != Some(b'0'));
        Some(Detail {
            key: Key {
                terminal: terminal.id,
                batch: request.batch()?,
                trace: Trace::new(u32::try_from(number(start + 2, 6)?).ok()?).ok()?,
            },
            kind: Kind::Sale,
            amount: Amount::new(number(start + 28, 12)?).ok()?,
            card: zeros.and_then(|at| pan(digits.slice(at, start + 28 - at))),
        })
    };
    let details: Option<Vec<Detail>> = (0..count).map(one).collect();
    details.filter(|_| whole)
}

fn pan(digits: Option<Characters<'_>>) -> Option<Pan> {
    let mut buffer = [0; Pan::MAX];
    Pan::from_digits(digits?.unpack(&mut buffer)?).ok()
}

fn take(ledger: &mut impl Ledger, now: Civil, detail: &Detail) -> Result<(), LedgerError> {
    let told = Change::Told(detail.key);
    let booked = Entry {
        key: detail.key,
        kind: detail.kind,
        amount: detail.amount,
        status: Status::Approved,
        original: None,
        reference: reference(now, detail.key.trace),
        authorization: None,
        card: detail.card.as_ref().map(Pan::masked),
        at: now,
    };
    match ledger.find(&detail.key)?.map(|entry| entry.status) {
        None => ledger.apply(&[Change::Book(booked), told]),
        Some(Status::Approved) => ledger.apply(&[told]),
        Some(_) => ledger.apply(&[Change::Mark(detail.key, Status::Approved), told]),
    }
}

/// Closes the batch. Behind details, what was not told is reversed; told again,
/// nothing changes.
pub(super) fn end(
    ledger: &mut impl Ledger,
    terminal: &Terminal,
    open: Batch,
    request: &Request<'_>,
    orders: &Orders,
) -> Judged {
    if let Some(code) = orders.verdict() {
        return Ok(Err(code));
    }
    let Some(batch) = request.batch() else {
        return Ok(Err(code::FORMAT));
    };
    if batch != open {
        return Ok(Ok(Verdict::approved()));
    }
    let mut changes = vec![Change::Batch(terminal.id, batch.next())];
    if request.network() == Some(*b"202") {
        let told = ledger.told(&terminal.id)?;
        let beyond = ledger.entries()?.into_iter().filter(|entry| {
            let moved = entry.kind.effect() == Effect::Debit || entry.kind == Kind::Refund;
            entry.key.terminal == terminal.id
                && entry.key.batch == batch
                && entry.status == Status::Approved
                && moved
                && !told.contains(&entry.key)
        });
        changes.extend(beyond.map(|entry| Change::Mark(entry.key, Status::Reversed)));
    }
    ledger.apply(&changes)?;
    Ok(Ok(Verdict::approved()))
}
