//! The records of a journal one by one, and the ledger that they come to.
//!
//! What is wrong with the journal is what a till says that starts on it
//! ([`Ledger::replay`]); where in the record, and what is wrong with those
//! behind it, is found out here, in the order of `docs/src/journal.md`:
//!
//! | byte | is | wrong where |
//! |---|---|---|
//! | 0 | the version | it is not the one that is read |
//! | 1 | the kind | nobody knows it, and it may not be skipped |
//! | 2 | the length of the body | there are more bytes, or fewer |
//! | 4 | the record's number | it is not one more than before |
//! | 8 | the tag of the record before | it is another |
//! | 16 | the body | it makes no sense |
//! | 8 before the end | the tag | it is not that of the bytes before |

use super::fault::{Fault, What};
use super::file::Stored;
use annul::journal::{Envelope, EnvelopeError, Intent, Record, Replay, ReplayError, Seq, Tag};
use annul::ledger::{Entry, Ledger};
use annul::profile::{Profile, UNIONPAY_POS};

/// As many transactions as `annul till` looks back on.
const CAPACITY: usize = 10_000;
/// The version of records that is read.
const READ: u8 = 2;
/// Where the parts of a record stand.
const VERSION: usize = 0;
const KIND: usize = 1;
const LENGTH: usize = 2;
const NUMBER: usize = 4;
const BEFORE: usize = 8;
pub(super) const BODY: usize = 16;
pub(super) const TAG: usize = 8;

/// A journal, read from end to end.
pub(super) struct Chain {
    pub(super) links: Vec<Link>,
    /// What the records come to; only as far as the fault.
    pub(super) ledger: Ledger<Vec<Entry>>,
    /// The first thing that is wrong; most of them keep a till from starting.
    pub(super) fault: Option<Fault>,
    /// An append was cut short; nothing was sent on it.
    pub(super) torn: bool,
}

/// One record.
pub(super) struct Link {
    /// Its number: what it says itself, or its place where it says nothing.
    pub(super) number: u32,
    pub(super) bytes: Vec<u8>,
    pub(super) content: Content,
    pub(super) fault: Option<Fault>,
}

/// What a record says.
#[allow(
    clippy::large_enum_variant,
    reason = "most are records, and there are few"
)]
pub(super) enum Content {
    Record(Record),
    /// Of a kind that may be skipped.
    Skipped,
    /// It does not read.
    Nothing,
}

impl Chain {
    pub(super) fn of(stored: Stored) -> Self {
        let size = stored.records.len().min(CAPACITY);
        let mut ledger = Ledger::new(vec![Entry::EMPTY; size], profile_of(&stored.records));
        let refused = replay(&mut ledger, &stored.records).err();
        let mut links = links(stored.records);
        let fault = refused.map(|(number, error)| {
            let (what, seq) = told(number, error);
            let link = usize::try_from(seq.0)
                .ok()
                .and_then(|seq| seq.checked_sub(1));
            let link = link.and_then(|index| links.get_mut(index));
            let offset = (link.as_ref())
                .and_then(|link| link.fault.as_ref())
                .and_then(|fault| fault.offset);
            let fault = Fault::new(seq.0, what, offset);
            if let Some(link) = link {
                link.fault = Some(fault);
            }
            fault
        });
        // The first is told. Behind a page that does not read, records are missing.
        let numbered = |at: usize, what| Fault::new(at as u32 + 1, what, None);
        let broken = (stored.broken).then(|| numbered(links.len(), What::Broken));
        let unreadable = stored.unreadable.map(|at| numbered(at, What::Unreadable));
        let misplaced = stored.misplaced.map(|at| numbered(at, What::Misplaced));
        let faults = [unreadable, fault, misplaced, broken].into_iter().flatten();
        Self {
            links,
            ledger,
            fault: faults.min_by_key(|fault| fault.record),
            torn: stored.torn,
        }
    }

    /// The intent of a number.
    pub(super) fn intent(&self, seq: Seq) -> Option<&Intent> {
        let found = |link: &&Link| link.number == seq.0;
        let at = usize::try_from(seq.0).ok()?.checked_sub(1)?;
        let link = (self.links.get(at).filter(found)).or_else(|| self.links.iter().find(found));
        match &link?.content {
            Content::Record(Record::Intent(intent)) => Some(intent),
            _ => None,
        }
    }
}

/// Why a till would not start, and at which record it stopped.
/// The dialect its first record names; whether a card is foreign depends on it.
fn profile_of(records: &[Vec<u8>]) -> &'static Profile {
    let first = records.first().map(|record| Envelope::decode(record));
    match first {
        Some(Ok((_, _, Some(Record::Opened(own))))) => Profile::named(own.profile.as_str()),
        _ => None,
    }
    .unwrap_or(&UNIONPAY_POS)
}

fn replay(ledger: &mut Ledger<Vec<Entry>>, records: &[Vec<u8>]) -> Result<(), (u32, ReplayError)> {
    // As a SQLite journal is: a record that is not whole is no torn one.
    let mut replay = Replay::new(true);
    let mut number = 0;
    for record in records {
        number += 1;
        let taken = ledger.replay(&mut replay, record);
        taken.map_err(|error| (number, error))?;
    }
    ledger.replayed(replay).map_err(|error| (number, error))
}

fn told(number: u32, error: ReplayError) -> (What, Seq) {
    match error {
        ReplayError::Rot(seq) => (What::Damaged, seq),
        ReplayError::Foreign(seq) => (What::Spliced, seq),
        ReplayError::Gap(seq) => (What::Missing, seq),
        ReplayError::TooNew(seq) => (What::TooNew, seq),
        ReplayError::TooOld(seq) => (What::TooOld, seq),
        ReplayError::Inconsistent(seq) => (What::Inconsistent, seq),
        ReplayError::OtherTerminal => (What::Foreign, Seq(number)),
        ReplayError::LedgerFull => (What::TooMany, Seq(number)),
    }
}

/// Every record by itself. Behind one that is wrong it goes on with the next
/// as it is.
fn links(records: Vec<Vec<u8>>) -> Vec<Link> {
    let mut expected = 1;
    let mut before = Some(Tag::default());
    let mut links = Vec::with_capacity(records.len());
    for bytes in records {
        let decoded = Envelope::decode(&bytes);
        let wrong = match &decoded {
            Ok((envelope, ..)) => follows(envelope, expected, before),
            Err(error) => Some(place(*error, &bytes)),
        };
        let fault = wrong.map(|(what, offset)| Fault::new(expected, what, Some(offset)));
        let (number, tag, content) = match decoded {
            Ok((envelope, tag, Some(record))) => {
                (envelope.seq.0, Some(tag), Content::Record(record))
            }
            Ok((envelope, tag, None)) => (envelope.seq.0, Some(tag), Content::Skipped),
            Err(_) => (expected, None, Content::Nothing),
        };
        before = tag;
        expected = number.saturating_add(1);
        links.push(Link {
            number,
            bytes,
            content,
            fault,
        });
    }
    links
}

fn follows(envelope: &Envelope, expected: u32, before: Option<Tag>) -> Option<(What, usize)> {
    if envelope.seq.0 > expected {
        Some((What::Missing, NUMBER))
    } else if envelope.seq.0 < expected {
        Some((What::Spliced, NUMBER))
    } else if before.is_some_and(|tag| tag != envelope.previous) {
        Some((What::Spliced, BEFORE))
    } else {
        None
    }
}

/// Where a record that does not read is wrong.
fn place(error: EnvelopeError, bytes: &[u8]) -> (What, usize) {
    let end = bytes.len().saturating_sub(TAG);
    match error {
        EnvelopeError::Damaged if bytes.len() < BODY + TAG => (What::Damaged, bytes.len()),
        EnvelopeError::Damaged => {
            let length = usize::from(u16::from_be_bytes([bytes[LENGTH], bytes[LENGTH + 1]]));
            let fits = BODY + length == end;
            (What::Damaged, if fits { end } else { LENGTH })
        }
        EnvelopeError::TooNew if bytes[VERSION] == READ => (What::TooNew, KIND),
        EnvelopeError::TooNew => (What::TooNew, VERSION),
        EnvelopeError::TooOld => (What::TooOld, VERSION),
        EnvelopeError::Malformed => (What::Damaged, BODY),
    }
}
