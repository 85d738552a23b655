//! The host's books: one entry for each trace a terminal used in a batch, and
//! what became of it.
//!
//! ```text
//!  sale      Approved ──void──> Voided ──reversal of the void──> Approved
//!            Approved ──reversal──> Reversed
//!  void      Approved ──reversal──> Reversed
//!  refund    Approved; no message undoes it
//!  hold      Approved ──completion──> Completed ──its reversal──> Approved
//!  refused   Declined(code)
//!  reversal without an original: a tombstone, Absent; an original that comes
//!  later finds its trace taken and is refused
//! ```
//!
//! Entries hold no track, no PIN block and no clear card number; working keys
//! are kept as they were sent, encrypted under the terminal's master key.

mod memory;
mod row;
mod sqlite;

pub use memory::MemoryLedger;
pub use sqlite::SqliteLedger;

use annul::card::MaskedPan;
use annul::transaction::{
    Amount, AuthorizationCode, Batch, Civil, Effect, Kind, Reference, ResponseCode, TerminalId,
    Trace,
};
use std::path::Path;

/// Where an entry stands: a terminal uses a trace once in a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// F41.
    pub terminal: TerminalId,
    /// F60.2 of the request.
    pub batch: Batch,
    /// F11.
    pub trace: Trace,
}

/// What the host knows of one exchange that moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub key: Key,
    /// Its kind; of a tombstone, what its reversal was for.
    pub kind: Kind,
    /// F4 of the request.
    pub amount: Amount,
    /// What became of it.
    pub status: Status,
    /// What it undoes or claims.
    pub original: Option<Key>,
    /// F37 of the answer.
    pub reference: Reference,
    /// F38 of the answer.
    pub authorization: Option<AuthorizationCode>,
    /// The card, first six and last four digits.
    pub card: Option<MaskedPan>,
    /// When the host answered.
    pub at: Civil,
}

/// What became of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done: money was taken by a sale, or given back by a void.
    Approved,
    /// One that an approved void undid.
    Voided,
    /// A pre-authorization that an approved completion took.
    Completed,
    /// Undone by a reversal.
    Reversed,
    /// Refused with this code; no money moved.
    Declined(ResponseCode),
    /// A tombstone: its reversal came, the original did not.
    Absent,
}

impl Status {
    /// The word for it in lists and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Voided => "voided",
            Self::Completed => "completed",
            Self::Reversed => "reversed",
            Self::Declined(_) => "declined",
            Self::Absent => "absent",
        }
    }
}

/// One change to the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// A new entry; its key must be free.
    Book(Entry),
    /// A new status for an entry that exists.
    Mark(Key, Status),
    /// The working keys a terminal has now, as F62 of its sign-in brought
    /// them; empty where it signed off.
    Keys(TerminalId, &'a [u8]),
    /// The batch a terminal has from now on.
    Batch(TerminalId, Batch),
    /// The terminal told this entry in the upload of its batch.
    Told(Key),
}

/// What one terminal sold, at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// F41.
    pub terminal: TerminalId,
    /// Sales and completions that took place, later voided or not.
    pub sales: u64,
    /// Their sum in minor units.
    pub sold: u64,
    /// Voids that stand.
    pub voids: u64,
    /// Their sum in minor units.
    pub voided: u64,
    /// Refunds.
    pub refunds: u64,
    /// Their sum in minor units.
    pub refunded: u64,
}

impl Total {
    /// What the merchant is owed, in minor units; below zero where what was
    /// taken on earlier days was given back.
    pub const fn net(&self) -> i64 {
        self.sold.cast_signed() - self.voided.cast_signed() - self.refunded.cast_signed()
    }

    const fn new(terminal: TerminalId) -> Self {
        Self {
            terminal,
            sales: 0,
            sold: 0,
            voids: 0,
            voided: 0,
            refunds: 0,
            refunded: 0,
        }
    }

    fn add(&mut self, entry: &Entry) {
        match (entry.kind.effect(), entry.status) {
            (Effect::Debit, Status::Approved | Status::Voided) => {
                self.sales += 1;
                self.sold += entry.amount.minor();
            }
            (Effect::Credit, Status::Approved) if entry.kind.is_refund() => {
                self.refunds += 1;
                self.refunded += entry.amount.minor();
            }
            (Effect::Credit, Status::Approved) => {
                self.voids += 1;
                self.voided += entry.amount.minor();
            }
            _ => {}
        }
    }
}

/// Why the books could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// `SQLite` refused.
    #[error(
        "host ledger {path}: {source}; name a file that this host made, or a new one in a folder that is writable and has room"
    )]
    Database {
        /// The file.
        path: String,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// The file is a database, but not this host's.
    #[error(
        "host ledger {path}: made by another program or version (format {found}, expected {expected}); name another file"
    )]
    Format {
        /// The file.
        path: String,
        /// The number found in it.
        found: i64,
        /// The number this version writes.
        expected: i64,
    },
    /// A row holds what no entry can hold.
    #[error(
        "host ledger: {column} of trace {trace} cannot be read; the file is damaged, restore it or name another"
    )]
    Damaged {
        /// The column.
        column: &'static str,
        /// The trace of the row.
        trace: i64,
    },
    /// A change that does not fit the books.
    #[error("host ledger: {0:?} is booked already or is not booked; the host contradicts itself")]
    Conflict(Key),
}

/// Opens the books in this file, or empty ones in memory.
pub fn open(file: Option<&Path>) -> Result<Box<dyn Ledger + Send>, LedgerError> {
    match file {
        Some(path) => Ok(Box::new(SqliteLedger::open(path)?)),
        None => Ok(Box::new(MemoryLedger::new())),
    }
}

/// The books, wherever they are kept.
///
/// All changes of one message are applied together or not at all, and are
/// durable when [`Ledger::apply`] returns: only then does the answer leave.
pub trait Ledger {
    /// The entry with this key.
    fn find(&self, key: &Key) -> Result<Option<Entry>, LedgerError>;

    /// Applies all changes, or none.
    fn apply(&mut self, changes: &[Change<'_>]) -> Result<(), LedgerError>;

    /// Every entry, in the order of booking.
    fn entries(&self) -> Result<Vec<Entry>, LedgerError>;

    /// The working keys a terminal has now, as [`Change::Keys`] gave them.
    fn working_keys(&self, terminal: &TerminalId) -> Result<Option<Vec<u8>>, LedgerError>;

    /// The batch a terminal was given last, if it ever got one of its own.
    fn batch(&self, terminal: &TerminalId) -> Result<Option<Batch>, LedgerError>;

    /// The entries a terminal told in uploads.
    fn told(&self, terminal: &TerminalId) -> Result<Vec<Key>, LedgerError>;

    /// The totals of each terminal, in the order of their first entry.
    fn totals(&self) -> Result<Vec<Total>, LedgerError> {
        let mut totals: Vec<Total> = Vec::new();
        for entry in self.entries()? {
            let terminal = entry.key.terminal;
            let known = totals.iter().position(|total| total.terminal == terminal);
            let index = known.unwrap_or_else(|| {
                totals.push(Total::new(terminal));
                totals.len() - 1
            });
            totals[index].add(&entry);
        }
        Ok(totals)
    }

    /// What was taken from a card or is held on it, less what was given back, in
    /// minor units.
    fn spent(&self, card: MaskedPan) -> Result<u64, LedgerError> {
        let (mut taken, mut given) = (0_u64, 0_u64);
        let entries = self.entries()?.into_iter();
        for entry in entries.filter(|entry| entry.card == Some(card)) {
            match entry.status {
                Status::Approved if entry.kind.is_refund() => given += entry.amount.minor(),
                Status::Approved if !entry.kind.is_void() => taken += entry.amount.minor(),
                _ => {}
            }
        }
        Ok(taken.saturating_sub(given))
    }
}

impl<L: Ledger + ?Sized> Ledger for Box<L> {
    fn find(&self, key: &Key) -> Result<Option<Entry>, LedgerError> {
        (**self).find(key)
    }

    fn apply(&mut self, changes: &[Change<'_>]) -> Result<(), LedgerError> {
        (**self).apply(changes)
    }

    fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        (**self).entries()
    }

    fn working_keys(&self, terminal: &TerminalId) -> Result<Option<Vec<u8>>, LedgerError> {
        (**self).working_keys(terminal)
    }

    fn batch(&self, terminal: &TerminalId) -> Result<Option<Batch>, LedgerError> {
        (**self).batch(terminal)
    }

    fn told(&self, terminal: &TerminalId) -> Result<Vec<Key>, LedgerError> {
        (**self).told(terminal)
    }
}
