//! The benchmarks of the core.

use crate::project;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;

/// The step: every benchmark that the package `annul` declares.
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
    Ok(Done::note(benches.join(", ")))
}
