use annul::journal::{Envelope, Intent, Journal, Record, Seq, SqliteError, SqliteJournal};

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
