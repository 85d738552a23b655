//! Money given back: of any day, whole or in part, never more than was taken.

use super::answer::{Verdict, reference};
use super::money::{Opened, open, terminals};
use super::{Known, Request, code, issuer};
use crate::fault::Orders;
use crate::ledger::{Change, Entry, Ledger, LedgerError, Status};
use annul::transaction::{Civil, Effect, Kind, ResponseCode};

/// Books a refund, approved or declined. No message undoes it afterwards.
pub(super) fn give_back(
    known: &Known<'_>,
    ledger: &mut impl Ledger,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
) -> Result<Result<Verdict, ResponseCode>, LedgerError> {
    let opened = match open(known, ledger, request)? {
        Ok(opened) => opened,
        Err(code) => return Ok(Err(code)),
    };
    let entries = ledger.entries()?;
    let original = original(known, &entries, request, &opened);
    let refusal = (orders.verdict())
        .or_else(|| refuses(&entries, &opened, original))
        .or_else(|| issuer::refuses_pin(known, request, &opened.card));
    let mut entry = opened.entry(Kind::Refund, reference(now, opened.key.trace), now);
    entry.original = original.map(|original| original.key);
    if let Some(code) = refusal {
        entry.status = Status::Declined(code);
    }
    ledger.apply(&[Change::Book(entry)])?;
    Ok(Ok(opened.verdict(&entry)))
}

/// The sale or completion of this reference and date, of any terminal of the
/// merchant (unionpay.md 5.3).
fn original<'e>(
    known: &Known<'_>,
    entries: &'e [Entry],
    request: &Request<'_>,
    opened: &Opened,
) -> Option<&'e Entry> {
    let ours = terminals(known);
    entries.iter().rfind(|entry| {
        entry.kind.effect() == Effect::Debit
            && entry.reference.bytes() == request.bytes(37)
            && (request.original_date())
                .is_none_or(|date| date == super::money::month_and_day(entry.at))
            && entry.card == Some(opened.card.pan.masked())
            && ours(&entry.key.terminal)
    })
}

/// Why it is not given back, if it is not.
fn refuses(entries: &[Entry], opened: &Opened, original: Option<&Entry>) -> Option<ResponseCode> {
    let Some(original) = original else {
        return Some(code::NOT_FOUND);
    };
    if original.status != Status::Approved {
        return Some(code::INVALID);
    }
    let given = given(entries, original);
    (given + opened.amount.minor() > original.amount.minor()).then_some(code::LIMIT)
}

/// What was given back of it, in minor units.
pub(super) fn given(entries: &[Entry], original: &Entry) -> u64 {
    let given = entries.iter().filter(|entry| {
        entry.kind == Kind::Refund
            && entry.original == Some(original.key)
            && entry.status == Status::Approved
    });
    given.map(|entry| entry.amount.minor()).sum()
}
