//! Scenarios in text, played against the real terminal and the real simulated
//! host: each reachable row of T1 and each scenario of B.5 that concerns sale,
//! void, sign-in, reversal and journal has its block. `README.md` explains the
//! language.

mod audit;
mod coverage;
mod deed;
mod ending;
mod expect;
mod line;
mod marks;
mod misdeed;
mod news;
mod orders;
#[allow(
    dead_code,
    reason = "crash_points.rs and security_module.rs play scenarios otherwise"
)]
mod play;
mod prepared;
mod script;
mod secrets;
mod storage;
mod wire;
mod world;

use annul_host::Dialect;

/// The host opens a batch of its own accord.
fn names_a_batch(scenario: &script::Scenario) -> bool {
    let mut lines = scenario.steps.iter().map(|step| &step.line);
    lines.any(|line| matches!(line, script::Line::Batch(_)))
}

/// Plays every scenario in a dialect; what went wrong.
fn played(dialect: Dialect) -> Vec<String> {
    let mut faults = Vec::new();
    for scenario in &script::all() {
        if dialect != Dialect::UnionPayPos && names_a_batch(scenario) {
            continue;
        }
        match play::whole(scenario, dialect) {
            Ok(world) => {
                for row in &scenario.rows {
                    if !world.marks.rows.contains(row.as_str()) {
                        faults.push(format!("{}: row {row} was not reached", scenario.name));
                    }
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults
}

#[test]
fn every_scenario_ends_as_it_says() {
    let faults = played(Dialect::UnionPayPos);
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// Those in which the host opens a batch of its own accord are UnionPay's alone:
/// no message of the other dialect could tell the terminal.
#[test]
fn every_scenario_ends_as_it_says_in_another_dialect() {
    let faults = played(Dialect::Iso87Ascii);
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
