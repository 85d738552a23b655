//! Tills that each break one rule, and an auditor who must notice. The
//! rule is broken between terminal and world, the engine is the real one: a
//! record confirmed before it is written, or a journal that says what a till
//! without the rule would have in it. Numbers as in verification.md D.1.

#[path = "simulation/sim/mod.rs"]
mod sim;

use annul::engine::Refusal;
use annul::journal::{HostAnswer, Record, ReversalStage, Seq};
use annul::ledger::Status;
use annul::transaction::{Kind, ResponseCode, Text};
use sim::meddler::{Deal, Meddler, Rewrite};
use std::collections::BTreeMap;

/// Seeds within which each must be caught.
const SEEDS: u64 = 200;

/// Runs seeds until one of `rules` is found broken; tells what else was.
fn caught(name: &str, rules: &[&str], saboteur: impl Fn() -> Box<dyn Meddler>) {
    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let report = sim::run_with(&sim::script(seed), Boxed(saboteur()));
        for violation in &report.violations {
            *found.entry(violation.rule).or_default() += 1;
        }
        if rules.iter().all(|rule| found.contains_key(rule)) {
            println!("{name}: caught at seed {seed} by {found:?}");
            return;
        }
    }
    panic!("{name}: {SEEDS} seeds broke {found:?}, and not all of {rules:?}");
}

struct Boxed(Box<dyn Meddler>);

impl Meddler for Boxed {
    fn persist(&mut self, journal: &[Record], record: &Record, bytes: &[u8]) -> Deal {
        self.0.persist(journal, record, bytes)
    }

    fn boots(&mut self, journal: &[Record]) -> Option<Rewrite> {
        self.0.boots(journal)
    }

    fn refused(&mut self, refusal: Refusal, journal: &[Record]) -> Option<Rewrite> {
        self.0.refused(refusal, journal)
    }

    fn approval(&mut self, trace: u32, journal: &[Record]) -> Option<Rewrite> {
        self.0.approval(trace, journal)
    }

    fn sends(&mut self, frame: &mut [u8]) {
        self.0.sends(frame);
    }

    fn shows(&mut self, screen: &mut sim::Screen) {
        self.0.shows(screen);
    }
}

/// Confirms some records before they are written.
struct AckFirst(fn(&Record) -> bool);

impl Meddler for AckFirst {
    fn persist(&mut self, _: &[Record], record: &Record, _: &[u8]) -> Deal {
        if (self.0)(record) {
            Deal::AckFirst
        } else {
            Deal::Honest
        }
    }
}

#[test]
fn m1_sends_before_the_intent_is_written() {
    let rule = |record: &Record| matches!(record, Record::Intent(_));
    caught("M1", &["I6", "I1", "I15"], || Box::new(AckFirst(rule)));
}

#[test]
fn m2_shows_before_the_approval_is_written() {
    let rule = |record: &Record| matches!(record, Record::Approved { .. });
    caught("M2", &["I4"], || Box::new(AckFirst(rule)));
}

#[test]
fn m10_shows_a_decline_that_is_not_written() {
    let rule = |record: &Record| matches!(record, Record::Declined { .. });
    caught("M10", &["I4"], || Box::new(AckFirst(rule)));
}

/// M3: an approval counts although its reversal was decided.
struct LateApproval;

impl Meddler for LateApproval {
    fn approval(&mut self, trace: u32, journal: &[Record]) -> Option<Rewrite> {
        let Some(Record::ReversalQueued { entry, .. }) = journal.last() else {
            return None;
        };
        let intent = intent(journal, *entry)?;
        let own = matches!(intent, Record::Intent(intent) if intent.trace.number() == trace);
        own.then(|| instead_of_last(journal, approved(*entry)))
    }
}

#[test]
fn m3_believes_a_late_approval() {
    caught("M3", &["I1", "I11"], || Box::new(LateApproval));
}

/// M4: a restart takes an intent without an outcome for one that was not sent.
struct Forgets;

impl Meddler for Forgets {
    fn boots(&mut self, journal: &[Record]) -> Option<Rewrite> {
        let (Record::Intent(_), before) = journal.split_last()? else {
            return None;
        };
        Some(hidden(before.to_vec()))
    }
}

#[test]
fn m4_forgets_an_intent_at_restart() {
    caught("M4", &["I1", "I12"], || Box::new(Forgets));
}

/// M5: what was voided, or claimed whole, is so once more: the journal shows
/// the first claim as declined.
struct ClaimsTwice {
    refused: fn(Refusal) -> bool,
    claim: fn(Kind) -> bool,
}

impl Meddler for ClaimsTwice {
    fn refused(&mut self, refusal: Refusal, journal: &[Record]) -> Option<Rewrite> {
        if !(self.refused)(refusal) {
            return None;
        }
        let claim = |seq: Seq| matches!(intent(journal, seq), Some(Record::Intent(one)) if (self.claim)(one.kind));
        let undone = journal.iter().map(|record| match record {
            Record::Approved { entry, answer } if claim(*entry) => Record::Declined {
                entry: *entry,
                answer: *answer,
            },
            other => other.clone(),
        });
        Some(hidden(undone.collect()))
    }
}

#[test]
fn m5_voids_a_sale_twice() {
    let till = || ClaimsTwice {
        refused: |refusal| refusal == Refusal::NotVoidable(Status::Voided),
        claim: |kind| kind == Kind::Void,
    };
    caught("M5", &["I3"], || Box::new(till()));
}

#[test]
fn m5_takes_a_hold_twice() {
    let till = || ClaimsTwice {
        refused: |refusal| {
            matches!(
                refusal,
                Refusal::HoldNotOpen(Status::Completed | Status::Voided)
            )
        },
        claim: |kind| kind.quotes() == Some(Kind::PreAuthorization),
    };
    caught("M5, hold", &["I3"], || Box::new(till()));
}

/// M6: a pending reversal is put aside for a new sale.
struct PutsAside;

impl Meddler for PutsAside {
    fn refused(&mut self, refusal: Refusal, journal: &[Record]) -> Option<Rewrite> {
        if !matches!(refusal, Refusal::Busy | Refusal::ReversalPending) {
            return None;
        }
        match journal.last()? {
            Record::ReversalQueued { entry, .. } => {
                let mut longer = journal.to_vec();
                longer.push(reversed(*entry));
                Some(hidden(longer))
            }
            _ => None,
        }
    }
}

#[test]
fn m6_sells_while_a_reversal_is_pending() {
    caught("M6", &["I7"], || Box::new(PutsAside));
}

/// M7: a reversal whose attempts are used up is dropped.
struct GivesUp;

impl Meddler for GivesUp {
    fn persist(&mut self, journal: &[Record], record: &Record, _: &[u8]) -> Deal {
        match record {
            Record::Parked { entry, .. } => also(journal, reversed(*entry)),
            _ => Deal::Honest,
        }
    }
}

#[test]
fn m7_gives_up_a_reversal() {
    caught("M7", &["I1"], || Box::new(GivesUp));
}

/// M8: a void without an answer counts as done.
struct VoidsByTimeout;

impl Meddler for VoidsByTimeout {
    fn persist(&mut self, journal: &[Record], record: &Record, _: &[u8]) -> Deal {
        let Record::ReversalQueued {
            entry,
            stage: ReversalStage::First,
            ..
        } = record
        else {
            return Deal::Honest;
        };
        match intent(journal, *entry) {
            Some(Record::Intent(void)) if void.kind == Kind::Void => {
                also(journal, approved(*entry))
            }
            _ => Deal::Honest,
        }
    }
}

#[test]
fn m8_takes_a_void_without_an_answer_for_done() {
    caught("M8", &["I1"], || Box::new(VoidsByTimeout));
}

/// M9: the next trace is kept beside the journal and lost with the power.
struct ReusesTraces;

impl Meddler for ReusesTraces {
    fn boots(&mut self, journal: &[Record]) -> Option<Rewrite> {
        // The last transaction came to nothing; without its records the
        // counter stands where it stood before it.
        let (last, before) = journal.split_last()?;
        let (Record::Declined { entry, .. } | Record::Reversed { entry, .. }) = last else {
            return None;
        };
        let first = (entry.0 as usize).checked_sub(1)?;
        let own = before.get(first..)?.iter().all(|record| {
            matches!(
                record,
                Record::Intent(_)
                    | Record::ReversalQueued { .. }
                    | Record::ReversalNotFound { .. }
                    | Record::Parked { .. }
            )
        });
        let alone = before
            .get(first..)?
            .iter()
            .filter(|record| matches!(record, Record::Intent(_)));
        (own && alone.count() == 1).then(|| hidden(before[..first].to_vec()))
    }
}

#[test]
fn m9_uses_a_trace_twice() {
    caught("M9", &["I5"], || Box::new(ReusesTraces));
}

/// B.6: "not found" is taken for the end, without asking once more.
struct NeverConfirms;

impl Meddler for NeverConfirms {
    fn persist(&mut self, journal: &[Record], record: &Record, _: &[u8]) -> Deal {
        match record {
            Record::ReversalNotFound { entry, .. } => also(journal, reversed(*entry)),
            _ => Deal::Honest,
        }
    }
}

#[test]
fn b6_takes_not_found_for_the_end() {
    caught("B.6", &["I1"], || Box::new(NeverConfirms));
}

/// Changes a byte of each reversal's amount, or of every other one.
struct Miswrites {
    every: u32,
    reversals: u32,
}

impl Meddler for Miswrites {
    fn sends(&mut self, frame: &mut [u8]) {
        // Type, bitmap, F3, then the six bytes of F4 in a message without F2.
        let reversal = frame.get(13..15) == Some(&[0x04, 0x00]);
        let swiped = frame.get(15).is_some_and(|bits| bits & 0x40 == 0);
        self.reversals += u32::from(reversal && swiped);
        if reversal && swiped && self.reversals.is_multiple_of(self.every) {
            frame[31] ^= 1;
        }
    }
}

#[test]
fn a_reversal_that_quotes_another_amount() {
    let each = |every| Miswrites {
        every,
        reversals: 0,
    };
    caught("amount of a reversal", &["I13"], || Box::new(each(1)));
    caught("amount of a repeat", &["I14"], || Box::new(each(2)));
}

/// Shows one fen too much.
struct Misreports;

impl Meddler for Misreports {
    fn shows(&mut self, screen: &mut sim::Screen) {
        screen.amount += 1;
    }
}

#[test]
fn an_amount_on_the_screen_that_is_not_the_recorded_one() {
    caught("amount shown", &["I17"], || Box::new(Misreports));
}

/// Writes a card number behind each intent.
struct Leaks;

impl Meddler for Leaks {
    fn persist(&mut self, _: &[Record], record: &Record, bytes: &[u8]) -> Deal {
        match record {
            Record::Intent(_) => Deal::Bytes([bytes, b"6224242900000113"].concat()),
            _ => Deal::Honest,
        }
    }
}

#[test]
fn a_card_number_in_a_record() {
    caught("card number kept", &["I18", "I16"], || Box::new(Leaks));
}

/// Forgets a finished transaction at restart, so that its id is free again.
struct ForgetsIds;

impl Meddler for ForgetsIds {
    fn boots(&mut self, journal: &[Record]) -> Option<Rewrite> {
        let [before @ .., Record::Intent(_), Record::Declined { .. }] = journal else {
            return None;
        };
        Some(hidden(before.to_vec()))
    }
}

#[test]
fn a_request_id_that_is_forgotten() {
    caught("request id", &["I19"], || Box::new(ForgetsIds));
}

#[test]
fn an_honest_till_is_not_accused() {
    struct Honest;
    impl Meddler for Honest {}
    for seed in 0..20 {
        let report = sim::run_with(&sim::script(seed), Honest);
        assert!(report.violations.is_empty(), "{:?}", report.violations);
    }
}

fn intent(journal: &[Record], entry: Seq) -> Option<&Record> {
    journal.get((entry.0 as usize).checked_sub(1)?)
}

fn approved(entry: Seq) -> Record {
    let answer = HostAnswer {
        code: ResponseCode::literal(*b"00"),
        reference: None,
        authorization: None,
        time: None,
        date: None,
        settlement_date: None,
        acquirer: Text::EMPTY,
        institutions: Text::EMPTY,
        organisation: Text::EMPTY,
    };
    Record::Approved { entry, answer }
}

fn reversed(entry: Seq) -> Record {
    let code = ResponseCode::literal(*b"00");
    Record::Reversed { entry, code }
}

/// What the broken till writes of its own; the auditor reads it like any other.
fn also(journal: &[Record], wrote: Record) -> Deal {
    let mut longer = journal.to_vec();
    longer.push(wrote.clone());
    Deal::Rewrite(Rewrite {
        journal: longer,
        wrote: Some(wrote),
    })
}

fn instead_of_last(journal: &[Record], wrote: Record) -> Rewrite {
    let mut other = journal[..journal.len() - 1].to_vec();
    other.push(wrote.clone());
    Rewrite {
        journal: other,
        wrote: Some(wrote),
    }
}

/// What the broken till believes; its journal would not show it.
fn hidden(journal: Vec<Record>) -> Rewrite {
    Rewrite {
        journal,
        wrote: None,
    }
}
