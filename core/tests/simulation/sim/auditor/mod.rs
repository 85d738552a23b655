//! An auditor who trusts neither till nor host: it hears every message, sees
//! the screen, reads every record as it becomes durable, keeps two books of
//! its own, and compares.
//!
//! | rule | checked |
//! |---|---|
//! | I1 | at rest: host, till and both books have the same sum, row by row |
//! | I2, I3 | whenever the host answers; I3 also at each void's record |
//! | I4, I17 | whenever an outcome is shown |
//! | I5, I7, I11, I12, I19 | at each record; I12 also at rest |
//! | I6, I13, I14, I15 | at each message sent |
//! | I16 | after each event: running ledger = fold of the disk |
//! | I18 | at each record and each action: no card, track or PIN block |

mod host_book;
mod journal_book;
mod secrets;
mod wire;

use annul::journal::{Record, Seq};
use annul::ledger::{Outcome, Undoing};
use annul::transaction::Kind;
use annul_host::ledger as host;
use host_book::HostBook;
pub(crate) use journal_book::Row;
use journal_book::{JournalBook, Stand};
use secrets::Secrets;
pub(crate) use wire::Message;

/// Batch and trace: where a transaction stands on both sides.
pub(crate) type Key = (u32, u32);

/// A rule that was broken.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    /// Its number in B.7.
    pub(crate) rule: &'static str,
    /// What happened.
    pub(crate) what: String,
}

/// What an operator sees of a transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) key: Key,
    pub(crate) kind: Kind,
    pub(crate) amount: u64,
    pub(crate) outcome: Outcome,
}

/// The two books and what was found.
#[derive(Default)]
pub(crate) struct Auditor {
    journal: JournalBook,
    host: HostBook,
    secrets: Secrets,
    violations: Vec<Violation>,
}

impl Auditor {
    /// Knows the cards that will be used: number, track 2, PIN.
    pub(crate) fn new(cards: &[(&str, &str, &str)]) -> Self {
        let mut auditor = Self::default();
        for (pan, track, _) in cards {
            auditor.secrets.card(pan, track);
        }
        auditor
    }

    pub(crate) fn violations(&self) -> &[Violation] {
        &self.violations
    }

    pub(crate) fn find(&mut self, rule: &'static str, what: String) {
        self.violations.push(Violation { rule, what });
    }

    fn take(&mut self, found: Result<(), (&'static str, String)>) {
        if let Err((rule, what)) = found {
            self.find(rule, what);
        }
    }

    /// Bytes are on the disk.
    pub(crate) fn stored(&mut self, bytes: &[u8]) {
        let found = self.secrets.none_in(bytes);
        self.take(found.map_err(|what| ("I18", format!("a record holds {what}"))));
    }

    /// A record became durable.
    pub(crate) fn recorded(&mut self, seq: Seq, record: &Record) {
        let found = self.journal.take(seq, record);
        self.take(found);
    }

    /// Text for people: the Debug form of an action.
    pub(crate) fn printed(&mut self, text: &str) {
        let found = self.secrets.none_in_text(text);
        self.take(found.map_err(|what| ("I18", format!("Debug text holds {what}"))));
    }

    /// Bytes of a message may have left the till.
    pub(crate) fn sent(&mut self, frame: &[u8]) {
        let Some(message) = Message::read(frame) else {
            self.find("I13", "the till sent what is no message".into());
            return;
        };
        self.secrets.learn(&message);
        let found = match message.mti {
            0x0200 => self.journal.requested(&message),
            0x0400 => self.journal.reversing(&message),
            _ => Ok(()),
        };
        self.take(found);
    }

    /// The host did its work on a request.
    pub(crate) fn host(&mut self, request: &[u8], answer: &[u8]) {
        let (Some(request), Some(answer)) = (Message::read(request), Message::read(answer)) else {
            return;
        };
        let found = self.host.answered(&request, &answer);
        self.take(found);
        if let (0x0200, Some(key), Some("00")) = (request.mti, request.key(), answer.text(39))
            && self.journal.row(key).is_none()
        {
            self.find(
                "I6",
                format!("the host approved {key:?}, which has no record"),
            );
        }
    }

    /// An outcome stands on the screen.
    pub(crate) fn shown(&mut self, screen: &Screen) {
        let found = self.judge(screen);
        self.take(found);
    }

    fn judge(&self, screen: &Screen) -> Result<(), (&'static str, String)> {
        let Screen { key, outcome, .. } = *screen;
        let Some(row) = self.journal.row(key) else {
            return Err((
                "I4",
                format!("{outcome:?} shown for {key:?} without a record"),
            ));
        };
        let true_ = match outcome {
            Outcome::Approved => matches!(row.stand, Stand::Approved | Stand::ResolvedApproved),
            Outcome::Declined => row.stand == Stand::Declined,
            Outcome::NotSent => row.stand == Stand::NotSent,
            Outcome::Unknown(Undoing::Done) => {
                matches!(row.stand, Stand::Reversed | Stand::ResolvedReversed)
            }
            Outcome::Unknown(Undoing::Parked) => row.stand == Stand::Parked,
            Outcome::Unknown(Undoing::Pending) => row.stand.is_open(),
        };
        if !true_ {
            let stand = row.stand;
            return Err((
                "I4",
                format!("{outcome:?} shown for {key:?}, recorded {stand:?}"),
            ));
        }
        if row.amount != screen.amount || row.kind != screen.kind {
            return Err((
                "I17",
                format!("{key:?} shown as {screen:?}, recorded {row:?}"),
            ));
        }
        match self.host.amount(key) {
            Some(amount) if outcome == Outcome::Approved && amount != row.amount => Err((
                "I17",
                format!("{key:?}: shown {}, approved {amount}", row.amount),
            )),
            None if row.stand == Stand::Approved => Err((
                "I4",
                format!("{key:?} shown approved, and the host never did"),
            )),
            _ => Ok(()),
        }
    }

    /// Nothing is under way any more: everyone must agree.
    pub(crate) fn rest(&mut self, till_net: i64, books: &[host::Entry]) {
        for key in self.journal.unfinished() {
            self.find("I12", format!("{key:?} never came to an end"));
        }
        let (journal, host) = (self.journal.net(), self.host.net());
        let booked = host_net(books);
        if journal != host || till_net != host || booked != host {
            let sums =
                format!("till {till_net}, its journal {journal}, host {booked}, wire {host}");
            self.find("I1", sums);
        }
        let rows: Vec<(Key, bool)> = (self.journal.rows())
            .map(|(key, row)| (*key, row.stand.stands()))
            .collect();
        for (key, stands) in rows {
            if self.host.stands(key) != stands {
                let at_host = self.host.stands(key);
                let what = format!("{key:?} stands at the till: {stands}, at the host: {at_host}");
                self.find("I1", what);
            }
        }
    }

    /// The rows of the journal's book, oldest first.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Key, &Row)> {
        self.journal.rows()
    }

    /// A transaction, by batch and trace.
    pub(crate) fn row(&self, key: Key) -> Option<&Row> {
        self.journal.row(key)
    }

    /// Whether the host has it as approved and not reversed.
    pub(crate) fn stands_at_host(&self, key: Key) -> bool {
        self.host.stands(key)
    }

    /// Whether the host ever approved it.
    pub(crate) fn ever_approved(&self, key: Key) -> bool {
        self.host.amount(key).is_some()
    }
}

fn host_net(books: &[host::Entry]) -> i64 {
    let amount = |entry: &host::Entry| entry.amount.minor().cast_signed();
    (books.iter())
        .map(|entry| match (entry.kind, entry.status) {
            (Kind::Sale, host::Status::Approved | host::Status::Voided) => amount(entry),
            (Kind::Void, host::Status::Approved) => -amount(entry),
            _ => 0,
        })
        .sum()
}
