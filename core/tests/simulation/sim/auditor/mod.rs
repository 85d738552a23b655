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
use host_book::HostBook;
use journal_book::JournalBook;
pub(crate) use journal_book::{Quoted, Row, Stand};
use secrets::Secrets;
pub(crate) use wire::Message;

/// Terminal, batch and trace: where a transaction stands on both sides.
pub(crate) type Key = (u8, u32, u32);

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

/// The books and what was found.
#[derive(Default)]
pub(crate) struct Auditor {
    /// One for each till.
    journals: Vec<JournalBook>,
    host: HostBook,
    secrets: Secrets,
    violations: Vec<Violation>,
}

impl Auditor {
    /// Knows how many tills there are.
    pub(crate) fn new(tills: u8) -> Self {
        Self {
            journals: (0..tills).map(JournalBook::new).collect(),
            ..Self::default()
        }
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

    /// A record of a till became durable.
    pub(crate) fn recorded(&mut self, till: u8, seq: Seq, record: &Record) {
        let found = self.journals[usize::from(till)].take(seq, record);
        self.take(found);
    }

    /// Text for people: the Debug form of an action.
    pub(crate) fn printed(&mut self, text: &str) {
        let found = self.secrets.none_in_text(text);
        self.take(found.map_err(|what| ("I18", format!("Debug text holds {what}"))));
    }

    /// Bytes of a message may have left a till; none where they are no message.
    pub(crate) fn sent(&mut self, till: u8, message: Option<&Message>) {
        let Some(message) = message.filter(|message| message.till == Some(till)) else {
            self.find("I13", "a till sent what is no message of its own".into());
            return;
        };
        self.secrets.learn(message);
        let book = &mut self.journals[usize::from(till)];
        let found = if message.is_reversal() {
            book.reversing(message)
        } else if message.is_order() {
            book.requested(message)
        } else {
            Ok(())
        };
        self.take(found);
    }

    /// The host did its work on a request.
    pub(crate) fn host(&mut self, request: &Message, answer: &Message) {
        let found = self.host.answered(request, answer);
        self.take(found);
        if let (true, Some(key), true) = (request.is_order(), request.key(), answer.says(*b"00"))
            && self.row(key).is_none()
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
        let Some(row) = self.row(key) else {
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
            Outcome::Unknown(Undoing::Never) => false,
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

    /// Nothing is under way any more: everyone must agree. The sums of the tills
    /// and of the host's books, and what those hold.
    pub(crate) fn rest(&mut self, tills: &[i64], merchant: &[i64], held: u64) {
        for till in 0..self.journals.len() {
            let journal = &self.journals[till];
            let open = journal.unfinished();
            let sums = [
                tills[till],
                journal.net(),
                merchant[till],
                self.host.net(till as u8),
            ];
            for key in open {
                self.find("I12", format!("{key:?} never came to an end"));
            }
            if sums.iter().any(|sum| *sum != sums[0]) {
                let [till, journal, host, wire] = sums;
                let what = format!("till {till}, its journal {journal}, host {host}, wire {wire}");
                self.find("I1", what);
            }
        }
        if held != self.host.held() {
            let what = format!("the host holds {held}, by the wire {}", self.host.held());
            self.find("I1", what);
        }
        let rows: Vec<(Key, bool)> = (self.rows())
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

    /// The rows of all journals' books, oldest first.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Key, &Row)> {
        self.journals.iter().flat_map(JournalBook::rows)
    }

    /// The rows of one till's.
    pub(crate) fn rows_of(&self, till: u8) -> impl Iterator<Item = (&Key, &Row)> {
        self.journals[usize::from(till)].rows()
    }

    /// A transaction, by terminal, batch and trace.
    pub(crate) fn row(&self, key: Key) -> Option<&Row> {
        self.journals.get(usize::from(key.0))?.row(key)
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
