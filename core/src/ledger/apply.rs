//! What each record does to the ledger, and in which statuses it may.

use super::{ApplyError, Entry, Ledger, Settlement, SignIn, Stage, Status};
#[cfg(feature = "kinds")]
use crate::journal::RefundOrder;
use crate::journal::{Balance, HostAnswer, Intent, Quotes, Record, ReversalStage, Seq};
use crate::profile::Disposition;
#[cfg(feature = "kinds")]
use crate::profile::HoldAfterVoid;
#[cfg(feature = "kinds")]
use crate::transaction::Amount;
use crate::transaction::{Kind, ResponseCode, ReversalReason};

type Applied = Result<(), ApplyError>;

pub(super) fn apply<T>(ledger: &mut Ledger<T>, seq: Seq, record: &Record) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    match record {
        Record::Opened(identity) => ensure(ledger.identity.replace(*identity).is_none()),
        Record::KeysChanged(change) => {
            ledger.keys = Some(seq);
            ledger.sign_in = SignIn::Done;
            ledger.batch = change.batch;
            ledger.last_trace = Some(change.trace);
            Ok(())
        }
        Record::Intent(intent) => open(ledger, seq, intent),
        Record::NotSent { entry } => conclude(ledger, *entry, Status::NotSent),
        Record::Approved { entry, answer } => {
            let domestic = ledger.profile.domestic;
            ledger.find_mut(*entry)?.set_answer(answer, domestic);
            conclude(ledger, *entry, Status::Approved)
        }
        Record::Declined { entry, answer } => {
            let domestic = ledger.profile.domestic;
            ledger.find_mut(*entry)?.set_answer(answer, domestic);
            decline(ledger, *entry, answer)
        }
        Record::ReversalQueued {
            entry,
            reason,
            code,
            stage,
        } => {
            // The confirmation repeats the reason, and keys may be new since.
            if *stage == ReversalStage::First {
                doubt_keys(ledger, *reason, *code);
            }
            ledger.find_mut(*entry)?.set_reason(*reason, *code);
            match stage {
                ReversalStage::First => step(ledger, *entry, &[Status::Pending], Status::Reversing),
                ReversalStage::Confirmation => {
                    step(ledger, *entry, &[Status::Provisional], Status::Confirming)
                }
            }
        }
        Record::ReversalNotFound { entry, .. } => {
            ledger.find_mut(*entry)?.set_not_found();
            let from = [Status::Reversing, Status::Parked];
            step(ledger, *entry, &from, Status::Provisional)
        }
        Record::Reversed { entry, .. } => {
            let from = [Status::Reversing, Status::Confirming, Status::Parked];
            step(ledger, *entry, &from, Status::Reversed)?;
            release(ledger, *entry, Stands::No)
        }
        Record::Parked { entry, .. } => {
            let from = [Status::Reversing, Status::Confirming];
            step(ledger, *entry, &from, Status::Parked)
        }
        #[cfg(feature = "kinds")]
        Record::Unresolved {
            entry,
            reason,
            code,
        } => {
            doubt_keys(ledger, *reason, *code);
            ledger.find_mut(*entry)?.set_reason(*reason, *code);
            step(ledger, *entry, &[Status::Pending], Status::Unresolved)
        }
        Record::SettlementStarted { .. }
        | Record::SettlementAnswered { .. }
        | Record::UploadProgress { .. }
        | Record::BatchClosed { .. } => settle(ledger, record),
        Record::Resolved { entry, verdict, .. } => {
            let status = Status::from(*verdict);
            let ended = ledger.find_mut(*entry)?;
            ensure(ended.status().is_parked())?;
            ended.set_status(status);
            release(ledger, *entry, Stands::of(status))
        }
    }
}

/// The batch at its end (T2).
fn settle<T>(ledger: &mut Ledger<T>, record: &Record) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    match record {
        Record::SettlementStarted {
            batch,
            trace,
            totals,
            ..
        } => {
            let under_way = |entry: &Entry| entry.status().is_under_way();
            ensure(*batch == ledger.batch && !ledger.entries().iter().any(under_way))?;
            // Its two other messages have the traces behind it.
            ledger.last_trace = Some(trace.next().next());
            let settlement = Settlement {
                batch: *batch,
                trace: *trace,
                totals: *totals,
                stage: Stage::Comparing,
            };
            ensure(ledger.settlement.replace(settlement).is_none())
        }
        Record::SettlementAnswered { comparison } => {
            let equal = [comparison.domestic, comparison.foreign] == [Balance::Equal; 2];
            let next = if equal {
                Stage::Balanced
            } else {
                Stage::Uploading(Seq(0))
            };
            advance(ledger, |stage| (stage == Stage::Comparing).then_some(next))
        }
        Record::UploadProgress { upto, .. } => advance(ledger, |stage| match stage {
            Stage::Uploading(told) if told < *upto => Some(Stage::Uploading(*upto)),
            _ => None,
        }),
        Record::BatchClosed { next } => {
            let settled = ledger.settlement.take();
            ensure(settled.is_some_and(|one| one.stage != Stage::Comparing))?;
            ledger.batch = *next;
            Ok(())
        }
        _ => Err(ApplyError::Inconsistent),
    }
}

/// Moves the settlement on, if it stands where the record says it must.
fn advance<T>(ledger: &mut Ledger<T>, next: impl FnOnce(Stage) -> Option<Stage>) -> Applied {
    let settlement = ledger.settlement.as_mut();
    let settlement = settlement.ok_or(ApplyError::Inconsistent)?;
    settlement.stage = next(settlement.stage).ok_or(ApplyError::Inconsistent)?;
    Ok(())
}

/// A wrong MAC, here or there, may mean keys out of step (unionpay.md 9.3).
fn doubt_keys<T>(ledger: &mut Ledger<T>, reason: ReversalReason, code: Option<ResponseCode>) {
    let meaning = code.map(|code| ledger.profile.disposition(code));
    if reason == ReversalReason::WrongMac || meaning == Some(Disposition::InDoubtSignIn) {
        ledger.sign_in = SignIn::Due;
    }
}

/// A new transaction; it locks what it undoes or claims.
fn open<T>(ledger: &mut Ledger<T>, seq: Seq, intent: &Intent) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let twin = |entry: &Entry| entry.batch() == intent.batch && entry.trace() == intent.trace;
    ensure(ledger.settlement.is_none())?;
    // A smaller table may have forgotten the id of a batch that was closed.
    let known = ledger.by_request(intent.request.tag());
    ensure(known.is_none_or(|entry| entry.batch() != intent.batch))?;
    ensure(!ledger.entries().iter().any(twin))?;
    ensure(match (&intent.quotes, intent.kind.quotes()) {
        #[cfg(feature = "kinds")]
        (quotes, Some(Kind::PreAuthorization)) => matches!(quotes, Quotes::Hold(_)),
        #[cfg(feature = "kinds")]
        (quotes, None) if intent.kind.is_refund() => matches!(quotes, Quotes::Refund(_)),
        (Quotes::Nothing, None) | (Quotes::Charge(_), Some(_)) => true,
        _ => false,
    })?;
    ensure(intent.kind.is_recorded())?;
    #[cfg(feature = "kinds")]
    if let Quotes::Refund(refund) = &intent.quotes {
        refunds(ledger, refund, intent.amount)?;
    }
    if let Some(original) = intent
        .quotes
        .original()
        .filter(|_| !intent.kind.is_refund())
    {
        let (pending, _) = lock(intent.kind);
        let original = ledger.find_mut(original)?;
        ensure(Some(original.kind()) == intent.kind.quotes())?;
        // A completion may take more or less, as far as its host lets it.
        ensure(!intent.kind.is_void() || original.amount() == intent.amount)?;
        ensure(original.status() == Status::Approved)?;
        original.set_status(pending);
    }
    ledger.last_trace = Some(intent.trace);
    ledger.push(Entry::of(seq, intent))
}

/// What is given back stands, and is not given back twice (I3).
#[cfg(feature = "kinds")]
fn refunds<T>(ledger: &Ledger<T>, refund: &RefundOrder, amount: Amount) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let Some((original, ..)) = refund.original else {
        return Ok(());
    };
    // Its row may have been given to another: then the host alone decides.
    let left = |original| ledger.refundable(original);
    ensure((ledger.entry(original)).is_none_or(|original| left(original) >= Some(amount)))
}

/// How a transaction leaves what it undoes or claims: while it is under way, and
/// where it stands.
const fn lock(kind: Kind) -> (Status, Status) {
    match kind {
        #[cfg(feature = "kinds")]
        Kind::Completion => (Status::CompletionPending, Status::Completed),
        _ => (Status::VoidPending, Status::Voided),
    }
}

/// Whether a transaction that ended took effect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Yes,
    No,
}

impl Stands {
    const fn of(status: Status) -> Self {
        match status {
            Status::Approved | Status::ResolvedApproved => Self::Yes,
            _ => Self::No,
        }
    }
}

/// An outcome of the request itself; it ends the lock on what it quotes.
fn conclude<T>(ledger: &mut Ledger<T>, entry: Seq, status: Status) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    step(ledger, entry, &[Status::Pending], status)?;
    release(ledger, entry, Stands::of(status))
}

fn decline<T>(ledger: &mut Ledger<T>, entry: Seq, answer: &HostAnswer) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    conclude(ledger, entry, Status::Declined)?;
    if ledger.profile.disposition(answer.code) == Disposition::DeclineSignIn {
        ledger.sign_in = SignIn::Due;
    }
    let original = ledger.entry(entry).and_then(Entry::original);
    if let Some(original) = original.filter(|_| answer.code == ledger.profile.original_unknown) {
        ledger.find_mut(original)?.set_discrepancy();
    }
    Ok(())
}

/// Moves an entry on, if it stands where the record says it must.
fn step<T>(ledger: &mut Ledger<T>, entry: Seq, from: &[Status], to: Status) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let entry = ledger.find_mut(entry)?;
    ensure(from.contains(&entry.status()))?;
    entry.set_status(to);
    Ok(())
}

/// Ends the lock that a transaction had on what it undoes or claims.
fn release<T>(ledger: &mut Ledger<T>, entry: Seq, stands: Stands) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let Some((kind, original)) = quoted(ledger, entry) else {
        return Ok(());
    };
    // A refund leaves it as it is.
    if kind.is_refund() {
        return Ok(());
    }
    let (pending, done) = lock(kind);
    if stands == Stands::No {
        return step(ledger, original, &[pending], Status::Approved);
    }
    step(ledger, original, &[pending], done)?;
    #[cfg(feature = "kinds")]
    reopen(ledger, original)?;
    Ok(())
}

/// Opens the hold again behind a completion that was voided, where the host does.
#[cfg(feature = "kinds")]
fn reopen<T>(ledger: &mut Ledger<T>, completion: Seq) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let open = ledger.profile.hold_after_void == HoldAfterVoid::Open;
    match quoted(ledger, completion).filter(|_| open) {
        Some((Kind::Completion, hold)) => {
            step(ledger, hold, &[Status::Completed], Status::Approved)
        }
        _ => Ok(()),
    }
}

/// The kind of a transaction, and what it quotes of this journal.
fn quoted<T>(ledger: &Ledger<T>, entry: Seq) -> Option<(Kind, Seq)>
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let entry = ledger.entry(entry)?;
    Some((entry.kind(), entry.original()?))
}

fn ensure(holds: bool) -> Applied {
    if holds {
        Ok(())
    } else {
        Err(ApplyError::Inconsistent)
    }
}
