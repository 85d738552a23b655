//! Reversals: undone once, acknowledged each time, and remembered also where
//! there was nothing to undo.
//!
//! | the trace is | answer | then |
//! |---|---|---|
//! | approved | 00 | reversed; what it undid or claimed stands again |
//! | reversed, declined | 00 | as before |
//! | unknown | 25 | a tombstone: an original that comes later is refused |
//! | a tombstone | 25 | as before |
//! | undone or claimed by another | 12 | as before: reverse that one |
//! | another amount | 64 | as before |
//! | another kind, another original | 25 | as before |

use super::answer::{Verdict, reference};
use super::{Request, code};
use crate::fault::{Misdeed, Orders};
use crate::ledger::{Change, Entry, Key, Ledger, LedgerError, Status};
use annul::transaction::{Amount, Civil, Kind, ResponseCode};

/// Undoes the exchange whose trace and batch the request bears.
pub(super) fn reverse(
    ledger: &mut impl Ledger,
    now: Civil,
    request: &Request<'_>,
    orders: &Orders,
) -> Result<Result<Verdict, ResponseCode>, LedgerError> {
    if let Some(code) = orders.verdict() {
        return Ok(Err(code));
    }
    let (Some(key), Some(amount)) = (request.key(), request.amount()) else {
        return Ok(Err(code::FORMAT));
    };
    let Some(entry) = ledger.find(&key)? else {
        if !orders.has(Misdeed::Forget) {
            let tombstone = tombstone(request, key, amount, now);
            ledger.apply(&[Change::Book(tombstone)])?;
        }
        return Ok(Err(code::NOT_FOUND));
    };
    if let Some(code) = refuses(request, &entry, amount) {
        return Ok(Err(code));
    }
    if entry.status == Status::Approved {
        undo(ledger, &entry)?;
    }
    Ok(Ok(Verdict {
        settled: Some(entry.at),
        ..Verdict::approved()
    }))
}

fn kind(request: &Request<'_>) -> Kind {
    request.exchange().kind().unwrap_or(Kind::Sale)
}

fn refuses(request: &Request<'_>, entry: &Entry, amount: Amount) -> Option<ResponseCode> {
    let kind = kind(request);
    // A pre-authorization is named by its code and date, not by its place.
    let named = matches!(kind, Kind::Void | Kind::CompletionVoid);
    let other_sale = named && entry.original != request.original();
    match entry.status {
        Status::Absent => Some(code::NOT_FOUND),
        _ if entry.kind != kind || other_sale => Some(code::NOT_FOUND),
        _ if entry.amount != amount => Some(code::ORIGINAL_AMOUNT),
        Status::Voided | Status::Completed => Some(code::INVALID),
        Status::Approved | Status::Reversed | Status::Declined(_) => None,
    }
}

fn undo(ledger: &mut impl Ledger, entry: &Entry) -> Result<(), LedgerError> {
    let reversed = Change::Mark(entry.key, Status::Reversed);
    match entry.original {
        Some(original) => ledger.apply(&[reversed, Change::Mark(original, Status::Approved)]),
        None => ledger.apply(&[reversed]),
    }
}

fn tombstone(request: &Request<'_>, key: Key, amount: Amount, now: Civil) -> Entry {
    Entry {
        key,
        kind: kind(request),
        amount,
        status: Status::Absent,
        original: request.original(),
        reference: reference(now, key.trace),
        authorization: None,
        card: None,
        at: now,
    }
}
