//! The power is cut at every action of every scenario. What the action was
//! writing is lost, kept, or torn at several bytes; what it was sending had
//! reached the host or had not. Then the terminal is switched on again, the
//! line is fair, and in the end the two ledgers must agree about every single
//! transaction (I1, I2), with nothing left open (I12).
//!
//! A second cut, in the middle of what follows the first, is tried for a few
//! stories.
#![allow(
    dead_code,
    reason = "scenarios are played here, not checked for the rows they claim"
)]

#[path = "scenarios/audit.rs"]
mod audit;
#[path = "scenarios/deed.rs"]
mod deed;
#[path = "scenarios/ending.rs"]
mod ending;
#[path = "scenarios/expect.rs"]
mod expect;
#[path = "scenarios/line.rs"]
mod line;
#[path = "scenarios/marks.rs"]
mod marks;
#[path = "scenarios/misdeed.rs"]
mod misdeed;
#[path = "scenarios/news.rs"]
mod news;
#[path = "scenarios/orders.rs"]
mod orders;
#[path = "scenarios/play.rs"]
mod play;
#[path = "scenarios/prepared.rs"]
mod prepared;
#[path = "scenarios/script.rs"]
mod script;
#[path = "scenarios/secrets.rs"]
mod secrets;
#[path = "scenarios/storage.rs"]
mod storage;
#[path = "scenarios/wire.rs"]
mod wire;
#[path = "scenarios/world.rs"]
mod world;

use annul_host::Dialect;
use script::{Cut, Scenario};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// What can be left of a record: nothing, all, or so many bytes of it. The
/// header has 16; the last cut leaves all but one byte.
const RECORD: [Cut; 7] = [
    Cut::Lost,
    Cut::Kept,
    Cut::Torn(0),
    Cut::Torn(1),
    Cut::Torn(16),
    Cut::Torn(40),
    Cut::Torn(usize::MAX),
];
/// A frame reached the host, or did not.
const FRAME: [Cut; 2] = [Cut::Lost, Cut::Kept];

/// Stories in which the power is cut twice.
const TWICE: [&str; 6] = [
    "sale-approved",
    "no-answer-with-a-keyed-card",
    "not-found-is-confirmed-later",
    "void-not-answered",
    "keys-changed-before-the-reversal",
    "too-many-parked",
];

/// What a power cut can do to an action.
fn cuts(word: Option<&str>) -> &'static [Cut] {
    match word {
        Some("persist") => &RECORD,
        Some("send") => &FRAME,
        _ => &[Cut::Lost],
    }
}

/// Tries each cut of each action; gives how many, and what went wrong.
fn each_action(scenario: &Scenario, dialect: Dialect) -> Result<usize, String> {
    let mut tried = 0;
    for (index, word) in play::last_line(scenario, dialect)?.log.iter().enumerate() {
        for cut in cuts(*word) {
            let world = play::until_cut((scenario, dialect), index + 1, *cut, None)?;
            let world = world.ok_or_else(|| format!("{}: no action {index}", scenario.name))?;
            tried += 1;
            if TWICE.contains(&scenario.name.as_str()) {
                tried += again(
                    (scenario, dialect),
                    index + 1,
                    *cut,
                    &world.log[index + 1..],
                )?;
            }
        }
    }
    Ok(tried)
}

/// Tries a second cut at each action that follows the first.
fn again(
    (scenario, dialect): (&Scenario, Dialect),
    action: usize,
    cut: Cut,
    after: &[Option<&str>],
) -> Result<usize, String> {
    let mut tried = 0;
    for (index, word) in after.iter().enumerate() {
        let second = match word {
            Some("persist") => &[Cut::Lost, Cut::Kept, Cut::Torn(16)][..],
            word => cuts(*word),
        };
        for cut_again in second {
            play::until_cut(
                (scenario, dialect),
                action,
                cut,
                Some((index + 1, *cut_again)),
            )?;
            tried += 1;
        }
    }
    Ok(tried)
}

#[test]
fn a_cut_at_any_action_loses_nothing() {
    cut_everywhere(Dialect::UnionPayPos);
}

#[test]
fn nor_does_it_in_another_dialect() {
    cut_everywhere(Dialect::Iso87Ascii);
}

fn cut_everywhere(dialect: Dialect) {
    let start = Instant::now();
    let mut scenarios = script::all();
    // What the host does of its own accord only UnionPay's messages tell.
    let opens = |step: &script::Step| matches!(step.line, script::Line::Batch(_));
    scenarios.retain(|one| dialect == Dialect::UnionPayPos || !one.steps.iter().any(opens));
    for name in TWICE {
        assert!(
            scenarios.iter().any(|one| one.name == name),
            "{name} is gone"
        );
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut results = Vec::new();
        while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            results.push(each_action(scenario, dialect));
        }
        results
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let results: Vec<Result<usize, String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = threads
            .into_iter()
            .map(|thread| thread.join().expect("a thread of the test"));
        joined.flatten().collect()
    });
    let faults: Vec<&String> = results
        .iter()
        .filter_map(|one| one.as_ref().err())
        .collect();
    let tried: usize = results.iter().filter_map(|one| one.as_ref().ok()).sum();
    println!(
        "{}: {tried} crash points in {} scenarios, {:?}",
        dialect.profile().name,
        scenarios.len(),
        start.elapsed()
    );
    assert!(
        faults.is_empty(),
        "{} scenarios lose, the first fault of each:\n{faults:#?}",
        faults.len()
    );
    assert!(tried > 10_000, "only {tried} crash points");
}
