//! What the till's journal says, folded by the auditor's own rules.

use super::super::kinds::{self, Asks};
use super::host_book::signed;
use super::{Key, Message};
use annul::journal::{Intent, Quotes, Record, ReversalStage, Seq, Verdict};
use annul::transaction::Kind;
use std::collections::BTreeMap;

type Found = Result<(), (&'static str, String)>;

/// How a transaction stands by its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    Pending,
    Approved,
    Declined,
    NotSent,
    Reversing,
    Provisional,
    Confirming,
    Parked,
    Reversed,
    ResolvedApproved,
    ResolvedReversed,
}

impl Stand {
    /// In flight: there may be one (I7).
    fn in_flight(self) -> bool {
        matches!(self, Self::Pending | Self::Reversing | Self::Confirming)
    }

    pub(crate) fn is_open(self) -> bool {
        self.in_flight() || matches!(self, Self::Provisional | Self::Parked)
    }

    /// Money moved.
    pub(crate) fn stands(self) -> bool {
        matches!(self, Self::Approved | Self::ResolvedApproved)
    }
}

/// One transaction.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) amount: u64,
    pub(crate) stand: Stand,
    pub(crate) quoted: Quoted,
    /// What undoes or claims it, and is under way or stands.
    pub(crate) claim: Option<Key>,
    request: Option<Message>,
    reversal: Option<Message>,
}

/// What a record says of the transaction that its own is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// Where this journal has it.
    pub(crate) original: Option<Key>,
    authorization: Option<[u8; 6]>,
    day: Option<[u8; 4]>,
}

impl Quoted {
    pub(crate) fn of(till: u8, intent: &Intent) -> Self {
        match &intent.quotes {
            Quotes::Nothing => Self::default(),
            Quotes::Charge(void) => Self {
                original: Some((till, void.batch.number(), void.trace.number())),
                authorization: void.authorization.map(|code| *code.bytes()),
                day: None,
            },
            Quotes::Refund(refund) => Self {
                original: (refund.original)
                    .map(|(_, batch, trace)| (till, batch.number(), trace.number())),
                authorization: None,
                day: Some(refund.date),
            },
            Quotes::Hold(hold) => Self {
                original: (hold.original)
                    .map(|(_, batch, trace)| (till, batch.number(), trace.number())),
                authorization: Some(*hold.authorization.bytes()),
                day: Some(hold.date),
            },
        }
    }

    /// Whether it quotes this authorization code.
    pub(crate) fn is_about(&self, authorization: [u8; 6]) -> bool {
        self.authorization == Some(authorization)
    }

    /// Whether a message of this kind says the same.
    fn is_said(&self, kind: Kind, message: &Message) -> bool {
        let place = self.original.map(|(_, batch, trace)| (batch, trace));
        let place = match kinds::of(kind).asks {
            Asks::Payment(_) => None,
            Asks::Trace => place,
            // That of another terminal has no place here.
            Asks::Slip(_) => place.or(Some((0, 0))),
        };
        message.quoted == place
            && message.authorization == self.authorization
            && message.quoted_day == self.day
    }
}

impl Row {
    /// Its reversal was decided.
    pub(crate) fn is_undone(&self) -> bool {
        (self.stand.is_open() && self.stand != Stand::Pending) || self.stand == Stand::Reversed
    }
}

/// Every transaction of a till's journal.
#[derive(Default)]
pub(crate) struct JournalBook {
    till: u8,
    rows: BTreeMap<Key, Row>,
    /// In the order of their intents.
    order: Vec<Key>,
    by_seq: BTreeMap<u32, Key>,
}

impl JournalBook {
    pub(crate) fn new(till: u8) -> Self {
        Self {
            till,
            ..Self::default()
        }
    }

    pub(crate) fn row(&self, key: Key) -> Option<&Row> {
        self.rows.get(&key)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Key, &Row)> {
        self.order.iter().map(|key| (key, &self.rows[key]))
    }

    pub(crate) fn unfinished(&self) -> Vec<Key> {
        let open = self.rows().filter(|(_, row)| row.stand.is_open());
        open.map(|(key, _)| *key).collect()
    }

    pub(crate) fn net(&self) -> i64 {
        let standing = self.rows.values().filter(|row| row.stand.stands());
        standing.map(|row| signed(row.kind, row.amount)).sum()
    }

    pub(crate) fn take(&mut self, seq: Seq, record: &Record) -> Found {
        use Stand::{
            Approved, Confirming, Declined, NotSent, Parked, Pending, Provisional, Reversed,
            Reversing,
        };
        match record {
            Record::Opened(_) | Record::KeysChanged(_) => Ok(()),
            Record::Unresolved { .. }
            | Record::SettlementStarted { .. }
            | Record::SettlementAnswered { .. }
            | Record::UploadProgress { .. }
            | Record::BatchClosed { .. } => Err((
                "I6",
                "a record of a refund or a settlement, and nobody asked for one".into(),
            )),
            Record::Intent(intent) => {
                let key = (self.till, intent.batch.number(), intent.trace.number());
                let row = Row {
                    id: intent.request.as_str().to_owned(),
                    kind: intent.kind,
                    amount: intent.amount.minor(),
                    stand: Pending,
                    quoted: Quoted::of(self.till, intent),
                    claim: None,
                    request: None,
                    reversal: None,
                };
                self.open(seq, key, row)
            }
            Record::NotSent { entry } => self.step(*entry, &[Pending], NotSent),
            Record::Approved { entry, .. } => self.step(*entry, &[Pending], Approved),
            Record::Declined { entry, .. } => self.step(*entry, &[Pending], Declined),
            Record::ReversalQueued { entry, stage, .. } => match stage {
                ReversalStage::First => self.step(*entry, &[Pending], Reversing),
                ReversalStage::Confirmation => self.step(*entry, &[Provisional], Confirming),
            },
            Record::ReversalNotFound { entry, .. } => {
                self.step(*entry, &[Reversing, Parked], Provisional)
            }
            Record::Reversed { entry, .. } => {
                self.step(*entry, &[Reversing, Confirming, Parked], Reversed)
            }
            Record::Parked { entry, .. } => self.step(*entry, &[Reversing, Confirming], Parked),
            Record::Resolved { entry, verdict, .. } => {
                let to = match verdict {
                    Verdict::Approved => Stand::ResolvedApproved,
                    Verdict::Reversed => Stand::ResolvedReversed,
                };
                self.step(*entry, &[Parked], to)
            }
        }
    }

    fn open(&mut self, seq: Seq, key: Key, row: Row) -> Found {
        self.by_seq.insert(seq.0, key);
        let mut found = Ok(());
        if self.rows.contains_key(&key) {
            found = Err(("I5", format!("{key:?}: this trace was used before")));
        }
        // Behind its batch an id may be forgotten: a full table gives its row away.
        let same = |(other, old): (&Key, &Row)| other.1 == key.1 && old.id == row.id;
        if self.rows.iter().any(same) {
            found = Err((
                "I19",
                format!("{key:?}: request {} has a record already", row.id),
            ));
        }
        if let Some((other, _)) = self.rows().find(|(_, row)| row.stand.in_flight()) {
            found = Err(("I7", format!("{key:?} begins while {other:?} is in flight")));
        }
        if let Some(original) = row.quoted.original {
            match self.rows.get_mut(&original) {
                Some(other) if may_claim(&row, other) => other.claim = Some(key),
                other => {
                    found = Err(("I3", format!("{key:?} claims {original:?}: {other:?}")));
                }
            }
        }
        self.order.retain(|other| *other != key);
        self.order.push(key);
        self.rows.insert(key, row);
        found
    }

    fn step(&mut self, entry: Seq, from: &[Stand], to: Stand) -> Found {
        let key = self.by_seq.get(&entry.0).copied();
        let Some((key, row)) = key.and_then(|key| Some((key, self.rows.get_mut(&key)?))) else {
            return Err((
                "I12",
                format!("{to:?} for record {}, which is no intent", entry.0),
            ));
        };
        let was = std::mem::replace(&mut row.stand, to);
        let original = row.quoted.original;
        let lifts = !to.stands() && !to.is_open();
        if let Some(original) = original
            .filter(|_| lifts)
            .and_then(|original| self.rows.get_mut(&original))
            && original.claim == Some(key)
        {
            original.claim = None;
        }
        if from.contains(&was) {
            Ok(())
        } else if matches!(to, Stand::Approved | Stand::Declined | Stand::NotSent) {
            Err(("I11", format!("{key:?}: {to:?} after {was:?}")))
        } else {
            Err(("I12", format!("{key:?}: {to:?} after {was:?}")))
        }
    }

    /// A request left: its intent is durable and open, and nothing else is.
    pub(crate) fn requested(&mut self, message: &Message) -> Found {
        let key = message.key().unwrap_or_default();
        if let Some((other, _)) =
            (self.rows()).find(|(at, row)| **at != key && row.stand.in_flight())
        {
            return Err((
                "I7",
                format!("{key:?} is sent while {other:?} is in flight"),
            ));
        }
        let Some(row) = self.rows.get_mut(&key) else {
            return Err((
                "I6",
                format!("a request for {key:?} left without its record"),
            ));
        };
        let right = row.stand == Stand::Pending
            && message.amount == Some(row.amount)
            && message.kind() == Some(row.kind)
            && row.quoted.is_said(row.kind, message);
        let again = row.request.replace(message.clone()).is_some();
        if !right {
            return Err((
                "I6",
                format!("{key:?}: sent as {message:?}, recorded {row:?}"),
            ));
        }
        if again {
            return Err(("I5", format!("{key:?}: the request was sent twice")));
        }
        Ok(())
    }

    /// A reversal left: it was decided, and quotes its original.
    pub(crate) fn reversing(&mut self, message: &Message) -> Found {
        let key = message.key().unwrap_or_default();
        let Some(row) = self.rows.get_mut(&key) else {
            return Err(("I6", format!("a reversal of {key:?}, which has no record")));
        };
        if !matches!(
            row.stand,
            Stand::Reversing | Stand::Confirming | Stand::Parked
        ) {
            return Err((
                "I4",
                format!("{key:?} is reversed, and its record says {:?}", row.stand),
            ));
        }
        match &row.reversal {
            None => row.reversal = Some(message.clone()),
            Some(first) => {
                if let Some(field) = message.differs_from_repeat(first) {
                    return Err(("I14", format!("{key:?}: field {field} changed in a repeat")));
                }
            }
        }
        if let Some(request) = &row.request
            && let Some(field) = message.differs_from_original(request)
        {
            return Err((
                "I13",
                format!("{key:?}: field {field} is not its request's"),
            ));
        }
        if message.amount != Some(row.amount) || !row.quoted.is_said(row.kind, message) {
            return Err((
                "I13",
                format!("{key:?}: amount or original is not the record's"),
            ));
        }
        if let Some(field) = message.must_not_have() {
            return Err(("I18", format!("{key:?}: a reversal with field {field}")));
        }
        Ok(())
    }
}

/// Whether a new transaction may undo or claim this one, by this journal.
fn may_claim(new: &Row, original: &Row) -> bool {
    let (low, high) = match kinds::of(new.kind).asks {
        Asks::Slip(claim) => claim.percent,
        Asks::Payment(_) | Asks::Trace => (100, 100),
    };
    let percent = new.amount * 100;
    new.kind.quotes() == Some(original.kind)
        && original.stand.stands()
        && original.claim.is_none()
        && percent <= original.amount * high
        && (low < 100 || percent >= original.amount * low)
}
