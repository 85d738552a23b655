//! The benchmarks of the core, alone and beside other crates.

use crate::project;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;

/// What other crates do in the same time. It stands outside the workspace, so
/// that none of them is a dependency of annul.
const PEERS: &str = "benches/peers/Cargo.toml";

/// The step: every benchmark that the package `annul` declares, then those
/// beside other crates.
pub(crate) fn run(_: &Options) -> Outcome {
    let metadata = project::metadata()?;
    let benches: Vec<&str> = (metadata
        .members()
        .filter(|package| package.name() == "annul"))
    .flat_map(|package| package.targets("bench").collect::<Vec<_>>())
    .collect();
    if benches.is_empty() {
        return Err(Failure::CouldNotRun(
            "core declares no benchmark yet".to_owned(),
        ));
    }
    for bench in &benches {
        let mut command = shell::cargo();
        command.args(["bench", "-p", "annul", "--all-features", "--bench", bench]);
        shell::run(&mut command)?;
    }
    let mut peers = shell::cargo();
    peers.args(["bench", "--manifest-path", PEERS, "--target-dir"]);
    peers.arg(metadata.target().join("peers"));
    shell::run(&mut peers)?;
    Ok(Done::note(format!("{}, beside peers", benches.join(", "))))
}
