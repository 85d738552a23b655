//! What the journal keeps and the ledger has no room for.

use annul::journal::{Envelope, Intent, Journal, Record, Seq, SqliteError, SqliteJournal};
use annul::transaction::ResponseCode;
use std::collections::HashMap;

/// What the journal keeps of a request.
pub(super) fn intent(journal: &mut SqliteJournal, seq: Seq) -> Result<Option<Intent>, SqliteError> {
    let mut found = None;
    journal.recall(seq, &mut |bytes| {
        if let Ok((_, _, Some(Record::Intent(intent)))) = Envelope::decode(bytes) {
            found = Some(intent);
        }
    })?;
    Ok(found)
}

/// The host's last word on each transaction that it spoke of, also on its
/// reversal: the ledger keeps that on the request alone.
pub(super) fn last_words(
    journal: &mut SqliteJournal,
) -> Result<HashMap<Seq, ResponseCode>, SqliteError> {
    let mut words = HashMap::new();
    journal.replay(&mut |bytes| {
        if let Ok((_, _, Some(record))) = Envelope::decode(bytes) {
            words.extend(word(&record));
        }
    })?;
    Ok(words)
}

fn word(record: &Record) -> Option<(Seq, ResponseCode)> {
    match record {
        Record::Approved { entry, answer } | Record::Declined { entry, answer } => {
            Some((*entry, answer.code))
        }
        Record::ReversalQueued { entry, code, .. }
        | Record::Parked { entry, code }
        | Record::Unresolved { entry, code, .. } => code.map(|code| (*entry, code)),
        Record::ReversalNotFound { entry, code } | Record::Reversed { entry, code } => {
            Some((*entry, *code))
        }
        Record::Opened(_)
        | Record::KeysChanged(_)
        | Record::Intent(_)
        | Record::NotSent { .. }
        | Record::SettlementStarted { .. }
        | Record::SettlementAnswered { .. }
        | Record::UploadProgress { .. }
        | Record::BatchClosed { .. }
        | Record::Resolved { .. } => None,
    }
}
