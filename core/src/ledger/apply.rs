//! What each record does to the ledger, and in which statuses it may.

use super::{ApplyError, Entry, Ledger, SignIn, Status};
use crate::journal::{HostAnswer, Intent, Record, ReversalStage, Seq};
use crate::profile::Disposition;
use crate::transaction::{Kind, ReversalReason};

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
            ledger.find_mut(*entry)?.set_answer(answer);
            conclude(ledger, *entry, Status::Approved)
        }
        Record::Declined { entry, answer } => {
            ledger.find_mut(*entry)?.set_answer(answer);
            decline(ledger, *entry, answer)
        }
        Record::ReversalQueued {
            entry,
            reason,
            code,
            stage,
        } => {
            // A wrong MAC may mean keys out of step (unionpay.md 9.3). The
            // confirmation repeats the reason, and keys may be new since.
            if *reason == ReversalReason::WrongMac && *stage == ReversalStage::First {
                ledger.sign_in = SignIn::Due;
            }
            ledger.find_mut(*entry)?.set_reason(*reason, *code);
            match stage {
                ReversalStage::First => step(ledger, *entry, &[Status::Pending], Status::Reversing),
                ReversalStage::Confirmation => {
                    step(ledger, *entry, &[Status::Provisional], Status::Confirming)
                }
            }
        }
        Record::ReversalNotFound { entry, .. } => step(
            ledger,
            *entry,
            &[Status::Reversing, Status::Parked],
            Status::Provisional,
        ),
        Record::Reversed { entry, .. } => {
            let from = [Status::Reversing, Status::Confirming, Status::Parked];
            step(ledger, *entry, &from, Status::Reversed)?;
            release(ledger, *entry, Status::Approved)
        }
        Record::Parked { entry, .. } => {
            let from = [Status::Reversing, Status::Confirming];
            step(ledger, *entry, &from, Status::Parked)
        }
        Record::Resolved { entry, verdict, .. } => {
            let status = Status::from(*verdict);
            step(ledger, *entry, &[Status::Parked], status)?;
            let original = match status {
                Status::ResolvedApproved => Status::Voided,
                _ => Status::Approved,
            };
            release(ledger, *entry, original)
        }
    }
}

/// A new transaction; a void locks its sale.
fn open<T>(ledger: &mut Ledger<T>, seq: Seq, intent: &Intent) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    let twin = |entry: &Entry| entry.batch() == intent.batch && entry.trace() == intent.trace;
    ensure(ledger.by_request(intent.request.tag()).is_none())?;
    ensure(!ledger.entries().iter().any(twin))?;
    ensure((intent.kind == Kind::Void) == intent.void.is_some())?;
    if let Some(void) = &intent.void {
        let sale = ledger.find_mut(void.original)?;
        ensure(sale.kind() == Kind::Sale && sale.amount() == intent.amount)?;
        ensure(sale.status() == Status::Approved)?;
        sale.set_status(Status::VoidPending);
    }
    ledger.last_trace = Some(intent.trace);
    ledger.push(Entry::of(seq, intent))
}

/// An outcome of the request itself; it ends a void's lock on its sale.
fn conclude<T>(ledger: &mut Ledger<T>, entry: Seq, status: Status) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    step(ledger, entry, &[Status::Pending], status)?;
    let original = match status {
        Status::Approved => Status::Voided,
        _ => Status::Approved,
    };
    release(ledger, entry, original)
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

/// Ends the lock that a void had on its sale.
fn release<T>(ledger: &mut Ledger<T>, void: Seq, status: Status) -> Applied
where
    T: AsRef<[Entry]> + AsMut<[Entry]>,
{
    match ledger.entry(void).and_then(Entry::original) {
        Some(original) => step(ledger, original, &[Status::VoidPending], status),
        None => Ok(()),
    }
}

fn ensure(holds: bool) -> Applied {
    if holds {
        Ok(())
    } else {
        Err(ApplyError::Inconsistent)
    }
}
