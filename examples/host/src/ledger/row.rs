use super::{Entry, Key, LedgerError, Status};
use annul::card::MaskedPan;
use annul::transaction::{
    Amount, AuthorizationCode, Batch, Civil, Kind, Reference, ResponseCode, TerminalId, Trace,
};
use rusqlite::Row;

/// The columns of an entry, in the order [`Raw`] reads them.
pub(super) const COLUMNS: &str = "terminal, batch, trace, kind, amount, status, code, original_terminal, \
                       original_batch, original_trace, reference, authorization, card, at";

/// A row as `SQLite` gives it, not yet believed: [`Raw::entry`] checks it.
pub(super) struct Raw {
    terminal: String,
    batch: i64,
    trace: i64,
    kind: String,
    amount: i64,
    status: String,
    code: Option<String>,
    /// Of any terminal of the merchant.
    original: (Option<String>, Option<i64>, Option<i64>),
    reference: String,
    authorization: Option<String>,
    card: Option<Vec<u8>>,
    at: Vec<u8>,
}

impl Raw {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            terminal: row.get(0)?,
            batch: row.get(1)?,
            trace: row.get(2)?,
            kind: row.get(3)?,
            amount: row.get(4)?,
            status: row.get(5)?,
            code: row.get(6)?,
            original: (row.get(7)?, row.get(8)?, row.get(9)?),
            reference: row.get(10)?,
            authorization: row.get(11)?,
            card: row.get(12)?,
            at: row.get(13)?,
        })
    }

    pub(super) fn entry(&self) -> Result<Entry, LedgerError> {
        let key = self.key(&self.terminal, self.batch, self.trace)?;
        let original = match &self.original {
            (Some(terminal), Some(batch), Some(trace)) => Some(self.key(terminal, *batch, *trace)?),
            _ => None,
        };
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == self.kind);
        let amount = u64::try_from(self.amount).ok().map(Amount::new);
        let authorization = (self.authorization.as_ref())
            .map(|text| AuthorizationCode::new(text.as_bytes()))
            .transpose();
        let card = (self.card.as_ref()).map(|bytes| {
            bytes
                .as_slice()
                .try_into()
                .ok()
                .and_then(MaskedPan::from_bytes)
        });
        let at = self
            .at
            .as_slice()
            .try_into()
            .ok()
            .and_then(Civil::from_bytes);
        Ok(Entry {
            key,
            kind: self.sound(kind, "kind")?,
            amount: self.sound(amount.and_then(Result::ok), "amount")?,
            status: self.sound(self.status(), "status")?,
            original,
            reference: self.sound(Reference::new(self.reference.as_bytes()).ok(), "reference")?,
            authorization: self.sound(authorization.ok(), "authorization")?,
            card: card.map(|card| self.sound(card, "card")).transpose()?,
            at: self.sound(at, "at")?,
        })
    }

    fn key(&self, terminal: &str, batch: i64, trace: i64) -> Result<Key, LedgerError> {
        let batch = u32::try_from(batch).ok().map(Batch::new);
        let trace = u32::try_from(trace).ok().map(Trace::new);
        Ok(Key {
            terminal: self.sound(TerminalId::new(terminal.as_bytes()).ok(), "terminal")?,
            batch: self.sound(batch.and_then(Result::ok), "batch")?,
            trace: self.sound(trace.and_then(Result::ok), "trace")?,
        })
    }

    fn status(&self) -> Option<Status> {
        let code = self
            .code
            .as_ref()
            .map(|code| ResponseCode::new(code.as_bytes()));
        match (self.status.as_str(), code) {
            ("declined", Some(Ok(code))) => Some(Status::Declined(code)),
            ("approved", None) => Some(Status::Approved),
            ("voided", None) => Some(Status::Voided),
            ("completed", None) => Some(Status::Completed),
            ("reversed", None) => Some(Status::Reversed),
            ("absent", None) => Some(Status::Absent),
            _ => None,
        }
    }

    fn sound<T>(&self, value: Option<T>, column: &'static str) -> Result<T, LedgerError> {
        value.ok_or(LedgerError::Damaged {
            column,
            trace: self.trace,
        })
    }
}
