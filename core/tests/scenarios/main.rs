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

#[test]
fn every_scenario_ends_as_it_says() {
    let scenarios = script::all();
    let mut faults = Vec::new();
    for scenario in &scenarios {
        match play::whole(scenario) {
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
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    println!("{} scenarios", scenarios.len());
}
