//! What the host must have booked, by what was asked and what it answered.

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
}

impl HostBook {
    pub(crate) fn stands(&self, key: Key) -> bool {
        self.rows.get(&key).is_some_and(|row| row.stands)
    }

    /// The amount it was approved with.
    pub(crate) fn amount(&self, key: Key) -> Option<u64> {
        self.rows.get(&key).map(|row| row.amount)
    }

    pub(crate) fn net(&self) -> i64 {
        let standing = self.rows.values().filter(|row| row.stands);
        standing
            .map(|row| match row.kind.effect() {
                Effect::Debit => row.amount.cast_signed(),
                Effect::Credit => -row.amount.cast_signed(),
                Effect::None => 0,
            })
            .sum()
    }

    pub(crate) fn answered(&mut self, request: &Message, answer: &Message) -> Found {
        let (Some(key), Some(kind)) = (request.key(), request.kind()) else {
            return Ok(());
        };
        match (request.mti, answer.text(39)) {
            (0x0200, Some("00")) => {
                let row = Row {
                    kind,
                    amount: request.number(4).unwrap_or_default(),
                    original: request.original(),
                    stands: true,
                };
                if self.rows.insert(key, row).is_some() {
                    return Err(("I5", format!("the host approved {key:?} twice")));
                }
                self.balanced(row.original.unwrap_or(key))
            }
            (0x0400, Some("00")) => {
                let original = self.rows.get_mut(&key).and_then(|row| {
                    row.stands = false;
                    row.original
                });
                self.balanced(original.unwrap_or(key))
            }
            _ => Ok(()),
        }
    }

    /// I2 and I3 for one sale.
    fn balanced(&self, sale: Key) -> Found {
        let voids = (self.rows.iter())
            .filter(|(_, row)| row.original == Some(sale) && row.stands)
            .map(|(_, row)| row.amount);
        let (count, given): (u64, u64) =
            voids.fold((0, 0), |(n, sum), amount| (n + 1, sum + amount));
        let taken = (self.rows.get(&sale)).map_or(0, |row| if row.stands { row.amount } else { 0 });
        if count > 1 {
            return Err(("I3", format!("{sale:?} has {count} voids that stand")));
        }
        if given != 0 && given != taken {
            return Err((
                "I2",
                format!("{sale:?} took {taken}, its void gave {given}"),
            ));
        }
        Ok(())
    }
}
