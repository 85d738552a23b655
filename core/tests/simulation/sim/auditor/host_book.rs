//! What the host must have booked, by what was asked and what it answered.

use super::super::kinds::{self, Asks};
use super::{Key, Message};
use annul::transaction::{Effect, Kind};
use std::collections::BTreeMap;

type Found = Result<(), (&'static str, String)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    kind: Kind,
    amount: u64,
    original: Option<Key>,
    stands: bool,
}

/// Every transaction that the host ever approved.
#[derive(Default)]
pub(crate) struct HostBook {
    rows: BTreeMap<Key, Row>,
    /// Pre-authorizations by their authorization codes, which differ.
    holds: BTreeMap<[u8; 6], Key>,
}

impl HostBook {
    pub(crate) fn stands(&self, key: Key) -> bool {
        self.rows.get(&key).is_some_and(|row| row.stands)
    }

    /// The amount it was approved with.
    pub(crate) fn amount(&self, key: Key) -> Option<u64> {
        self.rows.get(&key).map(|row| row.amount)
    }

    /// What a terminal sold, less what it gave back.
    pub(crate) fn net(&self, till: u8) -> i64 {
        let own = |(key, row): &(&Key, &Row)| key.0 == till && row.stands;
        let standing = self.rows.iter().filter(own).map(|(_, row)| row);
        standing.map(|row| signed(row.kind, row.amount)).sum()
    }

    /// What is held on cards.
    pub(crate) fn held(&self) -> u64 {
        let open = |(key, row): &(&Key, &Row)| {
            row.kind == Kind::PreAuthorization && row.stands && self.claims(**key).count() == 0
        };
        let open = self.rows.iter().filter(open);
        open.map(|(_, row)| row.amount).sum()
    }

    /// What undoes or claims a transaction, and stands.
    fn claims(&self, original: Key) -> impl Iterator<Item = &Row> {
        let claims = move |row: &&Row| row.original == Some(original) && row.stands;
        self.rows.values().filter(claims)
    }

    pub(crate) fn answered(&mut self, request: &Message, answer: &Message) -> Found {
        let (Some(key), Some(kind), true) = (request.key(), request.kind(), answer.says(*b"00"))
        else {
            return Ok(());
        };
        if request.is_reversal() {
            let original = self.rows.get_mut(&key).and_then(|row| {
                row.stands = false;
                row.original
            });
            return self.balanced(original.unwrap_or(key));
        }
        let original = match kinds::of(kind).asks {
            Asks::Payment(_) => None,
            Asks::Trace => request.original(),
            Asks::Slip(_) => {
                (request.authorization).and_then(|code| self.holds.get(&code).copied())
            }
        };
        if kind.quotes().is_some() && original.is_none() {
            let what = format!("the host approved {key:?}, which is for nothing that it has");
            return Err(("I3", what));
        }
        if let (Kind::PreAuthorization, Some(code)) = (kind, answer.authorization) {
            self.holds.insert(code, key);
        }
        let row = Row {
            kind,
            amount: request.amount.unwrap_or_default(),
            original,
            stands: true,
        };
        if self.rows.insert(key, row).is_some() {
            return Err(("I5", format!("the host approved {key:?} twice")));
        }
        self.balanced(original.unwrap_or(key))
    }

    /// I2 and I3 for one original: one claim at most, and that of no more than
    /// it is good for.
    fn balanced(&self, original: Key) -> Found {
        let Some(row) = self.rows.get(&original) else {
            return Ok(());
        };
        let claims: Vec<&Row> = self.claims(original).collect();
        if claims.len() > 1 {
            let what = format!("{original:?} has {} claims that stand", claims.len());
            return Err(("I3", what));
        }
        let Some(claim) = claims.first() else {
            return Ok(());
        };
        let percent = match kinds::of(claim.kind).asks {
            Asks::Slip(claim) => claim.percent,
            Asks::Payment(_) | Asks::Trace => (100, 100),
        };
        let worth = if row.stands { row.amount } else { 0 };
        let within = claim.amount * 100 <= worth * percent.1
            && (percent.0 < 100 || claim.amount * 100 >= worth * percent.0);
        if !within {
            let what = format!("{original:?} is worth {worth}, and {claim:?} claims it");
            return Err(("I2", what));
        }
        Ok(())
    }
}

/// What a transaction does to the totals.
pub(super) fn signed(kind: Kind, amount: u64) -> i64 {
    match kind.effect() {
        Effect::Debit => amount.cast_signed(),
        Effect::Credit => -amount.cast_signed(),
        Effect::None => 0,
    }
}
