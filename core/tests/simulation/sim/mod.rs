//! A shop of one till or two, a line, a host, operators and one auditor, in
//! virtual time and by the seed of a random number (verification.md D.3, L5).
//!
//! ```text
//!  seed ─> generate ─> Script ─> World: operator ─> Tills (the real Terminal) ─┬─> Disk
//!                                                                              ├─> line ─> HostSide (books by double entry)
//!                                                     Auditor <── everything ──┴─> screen
//! ```
//!
//! Nothing in it is random but the script: the same script gives the same run,
//! so that a failing one can be cut down to what it needs.
#![allow(
    dead_code,
    unused_imports,
    reason = "the simulation and the sabotage test each use a part of it"
)]

mod auditor;
mod deeds;
mod disk;
mod generate;
mod host;
mod kinds;
mod lane;
mod line;
mod marks;
pub(crate) mod meddler;
mod observe;
mod operator;
mod orders;
mod random;
mod rest;
mod script;
mod shrink;
mod till;
mod world;

pub(crate) use auditor::{Screen, Violation};
pub(crate) use marks::{ELSEWHERE, Marks, unplaced};
pub(crate) use script::Script;

use auditor::{Key, Stand};
use meddler::{Meddler, Nobody};
use world::World;

/// How a run went.
pub(crate) struct Report {
    pub(crate) violations: Vec<Violation>,
    pub(crate) marks: Marks,
    pub(crate) exchanges: u64,
    /// How each transaction ended, in order.
    pub(crate) outcomes: Vec<(Key, Stand, u64)>,
}

/// The script of a seed.
pub(crate) fn script(seed: u64) -> Script {
    generate::script(seed)
}

/// The same script under a clock that nobody sets.
pub(crate) fn unset_clock(script: &Script) -> Script {
    let mut still = script.clone();
    for step in &mut still.steps {
        if let script::Act::Clock(_) = step.act {
            step.act = script::Act::Wait;
        }
    }
    still
}

/// Runs a script; nobody meddles.
pub(crate) fn run(script: &Script) -> Report {
    run_with(script, Nobody)
}

/// Runs a script with somebody between till and world.
pub(crate) fn run_with(script: &Script, meddler: impl Meddler) -> Report {
    let mut world = World::new(script, meddler);
    world.run();
    let rows = world.auditor.rows();
    let outcomes = rows.map(|(key, row)| (*key, row.stand, row.amount));
    let outcomes = outcomes.collect();
    Report {
        outcomes,
        violations: world.auditor.violations().to_vec(),
        marks: world.marks,
        exchanges: world.exchanges,
    }
}

/// What happens under a script, line by line.
pub(crate) fn story(script: &Script) -> Vec<String> {
    let mut world = World::new(script, Nobody);
    world.story = Some(Vec::new());
    world.run();
    world.story.unwrap_or_default()
}

/// The smallest script that still breaks the same rule.
pub(crate) fn shrink(script: &Script) -> Script {
    shrink::shrink(script)
}
