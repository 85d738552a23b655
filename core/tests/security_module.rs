//! A device that holds the keys misbehaves at every question of every
//! scenario: it fails, gives up, loses its keys, comes when all deadlines are
//! over, answers twice or otherwise the second time, answers another question.
//! Then the line is fair, and in the end the two ledgers must agree about every
//! single transaction (I1, I2), with nothing left open (I12). The next sale
//! succeeds, or the terminal wants a sign-in, after which it does.
//!
//! What the device was asked and said is recorded, and shown where a story
//! ends wrongly.
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

use misdeed::Misdeed;
use script::Scenario;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The questions a security module is asked.
const QUESTIONS: [&str; 5] = ["pin", "seal", "open", "mac", "keys"];

/// How often each question met each misdeed.
type Tried = BTreeMap<(&'static str, &'static str), usize>;

/// Tries each misdeed at each question of a scenario.
fn each_question(scenario: &Scenario, tried: &mut Tried) -> Result<(), String> {
    let undisturbed = play::last_line(scenario, annul_host::Dialect::UnionPayPos)?;
    for (index, word) in undisturbed.log.into_iter().enumerate() {
        let Some(word) = word.filter(|word| QUESTIONS.contains(word)) else {
            continue;
        };
        for (name, misdeed) in Misdeed::ALL {
            let played = play::until_misdeed(scenario, index + 1, misdeed, &undisturbed.news)?;
            played.ok_or_else(|| format!("{}: no question {index}", scenario.name))?;
            *tried.entry((word, name)).or_default() += 1;
        }
    }
    Ok(())
}

#[test]
fn a_misdeed_at_any_question_loses_and_doubles_nothing() {
    let mut scenarios = script::all();
    // A story of one misdeed is not told with two.
    let own = |step: &script::Step| matches!(step.line, script::Line::Misdeed(..));
    scenarios.retain(|scenario| !scenario.steps.iter().any(own));
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut tried, mut faults) = (Tried::new(), Vec::new());
        while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
            faults.extend(each_question(scenario, &mut tried).err());
        }
        (tried, faults)
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let results: Vec<(Tried, Vec<String>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, _>| thread.join();
        let joined = threads.into_iter().map(join);
        joined
            .map(|one| one.expect("a thread of the test"))
            .collect()
    });
    let faults: Vec<&String> = results.iter().flat_map(|(_, faults)| faults).collect();
    assert!(
        faults.is_empty(),
        "{} scenarios end wrongly, the first fault of each:\n{}",
        faults.len(),
        faults
            .iter()
            .map(|fault| fault.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    );
    let mut sum = Tried::new();
    for (key, count) in results.iter().flat_map(|(tried, _)| tried) {
        *sum.entry(*key).or_default() += count;
    }
    for question in QUESTIONS {
        for (misdeed, _) in Misdeed::ALL {
            assert!(
                sum.contains_key(&(question, misdeed)),
                "{question} {misdeed}"
            );
        }
    }
    println!("{} misdeeds, {sum:?}", sum.values().sum::<usize>());
}
