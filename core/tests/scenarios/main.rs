//! Scenarios in text, played against the real terminal and the real simulated
//! host: each reachable row of T1 and each scenario of B.5 that concerns sale,
//! void, sign-in, reversal and journal has its block. `README.md` explains the
//! language.

mod audit;
mod coverage;
mod deed;
mod expect;
mod marks;
mod play;
mod prepared;
mod script;
mod secrets;
mod storage;
mod wire;
mod world;

use script::Scenario;

/// Every scenario of every file in this folder.
fn all() -> Vec<Scenario> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios");
    let entries = std::fs::read_dir(folder).expect("the folder of scenarios");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(path).expect("a file of scenarios");
        script::parse(&name, &text).unwrap_or_else(|error| panic!("{error}"))
    };
    files.iter().flat_map(read).collect()
}

#[test]
fn every_scenario_ends_as_it_says() {
    let scenarios = all();
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
