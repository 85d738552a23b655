//! Rare paths that must be reached: a simulation that never loses an answer
//! proves nothing about lost answers.

use std::collections::BTreeMap;

/// How often each rare path was taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks(BTreeMap<&'static str, u64>);

/// Every rare path, by the name that [`Marks::hit`] is given.
pub(crate) const ALL: &[&str] = &[
    "sale approved",
    "sale declined",
    "void approved",
    "void declined",
    "void answered 25: discrepancy",
    "sale voided, void shown again by its id",
    "reversed at the first attempt",
    "reversed after a repeat",
    "25 provisional, then confirmed 25",
    "12 to a reversal",
    "overtaking caught by the confirmation",
    "late request refused by its tombstone",
    "parked, then reversed",
    "parked, then resolved",
    "A0 on a request",
    "A0 on a reversal, then sign-in",
    "wrong MAC on an approval",
    "approval without a MAC",
    "wrong MAC on the answer to a reversal",
    "amount changed",
    "code in doubt",
    "late approval after its reversal was decided",
    "frame on an old link",
    "answer of an earlier link on a new one",
    "answer for another terminal",
    "answer twice",
    "answer in pieces",
    "bytes changed on the way",
    "frame while a record was being written",
    "connect failed, nothing sent",
    "no link in time, nothing sent",
    "link lost after sending",
    "no answer in time",
    "cancelled before it was sent",
    "cancel undone by its reversal",
    "cancelled, but declined first",
    "same id while it is under way",
    "same id after a restart",
    "id of another transaction refused",
    "refused: busy",
    "refused: reversal pending",
    "refused: sign in first",
    "refused: too many parked",
    "refused: batch full",
    "refused: journal full",
    "refused: void of a void",
    "refused: void of a declined sale",
    "refused: void of a reversed sale",
    "refused: void of a voided sale",
    "refused: void while its void is pending",
    "refused: another card",
    "refused: security module",
    "void reversed, sale voided again",
    "killed: record lost",
    "killed: record kept without its word",
    "killed: record torn and cut",
    "killed before sending",
    "killed after sending",
    "killed after approval, before it was shown",
    "restart reversed an intent",
    "restart found a reversal",
    "restart found a provisional one",
    "restart found a parked one",
    "journal refused a record",
    "journal refused a record and kept it",
    "trace wrapped to 000001",
    "civil clock jumped back",
    "host restarted",
    "host lost its tombstones",
    "host away",
    "host changed keys",
    "keys of the journal loaded again",
];

impl std::fmt::Display for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for mark in ALL {
            writeln!(f, "{:>9}  {mark}", self.count(mark))?;
        }
        Ok(())
    }
}

impl Marks {
    /// Notes that a path was taken.
    pub(crate) fn hit(&mut self, mark: &'static str) {
        assert!(ALL.contains(&mark), "no such mark: {mark}");
        *self.0.entry(mark).or_default() += 1;
    }

    /// Adds those of another seed.
    pub(crate) fn add(&mut self, other: &Self) {
        for (mark, count) in &other.0 {
            *self.0.entry(mark).or_default() += count;
        }
    }

    /// How often a path was taken.
    pub(crate) fn count(&self, mark: &str) -> u64 {
        self.0.get(mark).copied().unwrap_or_default()
    }

    /// The paths that were never taken.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let never = ALL.iter().filter(|mark| self.count(mark) == 0);
        never.copied().collect()
    }
}
