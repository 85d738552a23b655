//! Rare paths that must be reached: a simulation that never loses an answer
//! proves nothing about lost answers. Each says which of the nasty scenarios
//! (B.5 of state-machines.md, `B5` in `core/tests/scenarios`) it is.

use super::kinds::{End, ROWS};
use annul::transaction::Kind;
use std::collections::BTreeMap;

/// How often each rare path was taken, and each kind ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    paths: Vec<(&'static str, u64)>,
    ends: BTreeMap<(u8, End), u64>,
}

/// Every rare path, by the name that [`Marks::hit`] is given, and the numbers
/// of the scenarios that it is.
pub(crate) const ALL: &[(&str, &[u8])] = &[
    ("void answered 25: discrepancy", &[18]),
    ("voided, and shown again by its id", &[20]),
    ("reversed at the first attempt", &[3]),
    ("reversed after a repeat", &[6]),
    ("25 provisional, then confirmed 25", &[11]),
    ("12 to a reversal", &[11]),
    ("overtaking caught by the confirmation", &[44]),
    ("request overtaken by a later one", &[44]),
    ("late request refused by its tombstone", &[44]),
    ("reversal refused until it is parked", &[12]),
    ("parked without a word of the host", &[14]),
    ("parked for a day, then reversed", &[14]),
    ("parked, then reversed", &[14]),
    ("parked, then resolved", &[14]),
    ("A0 on a request", &[31, 55]),
    ("77 on a request", &[55]),
    ("not found again behind its parking", &[56]),
    ("A0 on a reversal, then sign-in", &[13]),
    ("wrong MAC on an approval", &[10]),
    ("approval without a MAC", &[54]),
    ("wrong MAC on the answer to a reversal", &[10]),
    ("amount changed", &[36]),
    ("unknown code", &[38]),
    ("68 or 98: the host does not know", &[49]),
    ("another code in doubt", &[49]),
    ("late approval after its reversal was decided", &[8]),
    ("frame on an old link", &[9]),
    ("answer of an earlier attempt on its old link", &[45]),
    ("answer of an earlier link on a new one", &[45]),
    ("answer for another terminal", &[35]),
    ("answer twice", &[9]),
    ("answer in pieces", &[]),
    ("an old answer comes again", &[30]),
    ("bytes changed on the way", &[10]),
    ("frame while a record was being written", &[8]),
    ("connect failed, nothing sent", &[46]),
    ("no link in time, nothing sent", &[46]),
    ("link lost after sending", &[46]),
    ("a link that was closed goes down", &[46]),
    ("no answer in time", &[3]),
    ("cancelled before it was sent", &[]),
    ("cancel undone by its reversal", &[]),
    ("cancelled, but declined first", &[]),
    ("same id while it is under way", &[20]),
    ("same id after a restart", &[21]),
    ("id of another transaction refused", &[20]),
    ("refused: busy", &[20]),
    ("refused: sign-in while another is under way", &[31]),
    ("refused: reversal pending", &[]),
    ("refused: sign in first", &[]),
    ("refused: too many parked", &[14]),
    ("refused: batch full", &[25]),
    ("refused: journal full", &[26]),
    ("refused: batch closed", &[15]),
    ("refused: void of a void", &[16]),
    ("refused: void of a declined one", &[16]),
    ("refused: void of a reversed one", &[16]),
    ("refused: void of a voided one", &[16]),
    ("refused: void while its void is pending", &[19]),
    ("refused: another card", &[]),
    ("refused: a hold is voided by its code", &[]),
    ("refused: hold not open", &[42]),
    ("refused: more than the hold allows", &[42]),
    ("refused: void of a part", &[]),
    ("refused: security module", &[]),
    ("void declined, voided again", &[17]),
    ("void reversed, voided again", &[19]),
    ("115 % of a hold taken", &[42]),
    ("a part of a hold taken", &[]),
    ("a hold of another terminal claimed", &[43]),
    ("a hold that another terminal claimed first", &[43]),
    ("hold claimed here after another's claim was undone", &[43]),
    ("options asked, and true", &[16]),
    ("killed: intent lost", &[1]),
    ("killed: record lost", &[4]),
    ("killed: record kept without its word", &[29]),
    ("killed: record torn and cut", &[27]),
    ("killed before sending", &[2]),
    ("killed after sending", &[3]),
    ("killed before sending a reversal", &[6]),
    ("killed after sending a reversal", &[6]),
    ("killed after approval, before it was recorded", &[4]),
    ("killed after its approval was recorded", &[5]),
    ("killed after its reversal was recorded", &[7]),
    ("restart reversed an intent", &[2]),
    ("restart found a reversal", &[6]),
    ("restart found a provisional one", &[11]),
    ("restart found a parked one", &[14]),
    ("software updated under a reversal", &[48]),
    ("journal refused a record", &[26]),
    ("journal refused a record and kept it", &[29]),
    ("record that could not be read", &[28]),
    ("rotten journal not opened", &[28]),
    ("journal with a gap not opened", &[28]),
    ("journal of a newer version not opened", &[47]),
    ("journal of another terminal not opened", &[51]),
    ("sealed card broken: parked at once", &[50]),
    ("trace wrapped to 000001", &[24]),
    ("civil clock jumped back", &[22]),
    ("year turned before the reversal", &[23]),
    ("host restarted", &[44]),
    ("host lost its tombstones", &[44]),
    ("host away", &[14]),
    ("host changed keys", &[31]),
    ("reversed after the host closed the day", &[53]),
    ("refused after the host closed the day, and parked", &[53]),
    ("keys of the journal loaded again", &[13]),
];

/// Scenarios that no seed can reach here: why, and the story of
/// `core/tests/scenarios` that covers them, where the engine has them at all.
pub(crate) const ELSEWHERE: &[(u8, &str, Option<&str>)] = &[
    (32, "settlement is no kind of the engine yet", None),
    (33, "settlement is no kind of the engine yet", None),
    (34, "settlement is no kind of the engine yet", None),
    (
        37,
        "no kind allows partial approval: code 10 is reversed",
        Some("part-of-the-amount"),
    ),
    (39, "the engine reads no chip cards yet", None),
    (40, "refund is no kind of the engine yet", None),
    (41, "refund is no kind of the engine yet", None),
    (
        52,
        "the printer is the app's; an outcome is shown again by its id",
        Some("same-id-same-content"),
    ),
];

/// The last number of B.5.
pub(crate) const SCENARIOS: u8 = 56;

impl std::fmt::Display for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for row in &ROWS {
            for end in row.ends {
                let count = self.ended_so(row.kind, *end);
                writeln!(f, "{count:>9}  {}: {end:?}", row.kind.word())?;
            }
        }
        for (mark, scenarios) in ALL {
            writeln!(f, "{:>9}  {mark} {scenarios:?}", self.count(mark))?;
        }
        Ok(())
    }
}

impl Marks {
    /// Notes that a path was taken.
    pub(crate) fn hit(&mut self, mark: &'static str) {
        // The same literal mostly has the same place; `add` compares for good.
        let same = |known: &&mut (&'static str, u64)| std::ptr::eq(known.0, mark);
        match self.paths.iter_mut().find(same) {
            Some((_, count)) => *count += 1,
            None => self.paths.push((mark, 1)),
        }
    }

    /// Notes how a transaction ended.
    pub(crate) fn ended(&mut self, kind: Kind, end: End) {
        *self.ends.entry((kind as u8, end)).or_default() += 1;
    }

    /// Adds those of another seed.
    pub(crate) fn add(&mut self, other: &Self) {
        for (mark, count) in &other.paths {
            assert!(ALL.iter().any(|(name, _)| name == mark), "no mark {mark:?}");
            match self.paths.iter_mut().find(|(known, _)| known == mark) {
                Some((_, sum)) => *sum += count,
                None => self.paths.push((mark, *count)),
            }
        }
        for (end, count) in &other.ends {
            *self.ends.entry(*end).or_default() += count;
        }
    }

    /// How often a path was taken.
    pub(crate) fn count(&self, mark: &str) -> u64 {
        let own = self.paths.iter().filter(|(known, _)| *known == mark);
        own.map(|(_, count)| count).sum()
    }

    fn ended_so(&self, kind: Kind, end: End) -> u64 {
        let count = self.ends.get(&(kind as u8, end));
        count.copied().unwrap_or_default()
    }

    /// What was never reached: paths, ends of a kind, scenarios.
    pub(crate) fn missing(&self) -> Vec<String> {
        let paths = ALL.iter().filter(|(mark, _)| self.count(mark) == 0);
        let mut missing: Vec<String> = paths
            .map(|(mark, scenarios)| format!("{mark} {scenarios:?}"))
            .collect();
        for row in &ROWS {
            let ends = row.ends.iter();
            let never = ends.filter(|end| self.ended_so(row.kind, **end) == 0);
            missing.extend(never.map(|end| format!("{}: {end:?}", row.kind.word())));
        }
        missing
    }
}

/// Scenarios with neither a path nor a reason, or with both.
pub(crate) fn unplaced() -> Vec<u8> {
    let here = |number: &u8| ALL.iter().any(|(_, scenarios)| scenarios.contains(number));
    let elsewhere = |number: &u8| ELSEWHERE.iter().any(|(other, ..)| other == number);
    (1..=SCENARIOS)
        .filter(|number| here(number) == elsewhere(number))
        .collect()
}
