//! The steps that are cargo's own: format, lints, tests.

use crate::report::{Done, Failure, Outcome, Tests};
use crate::shell;
use crate::step::Options;

/// Is every file as rustfmt writes it? The fuzz targets and the bare-metal
/// proof are workspaces of their own, so they are asked by themselves.
pub(crate) fn fmt(_: &Options) -> Outcome {
    let workspace: &[&str] = &["--all"];
    let fuzz: &[&str] = &["--manifest-path", "fuzz/Cargo.toml"];
    let proof: &[&str] = &["--manifest-path", "xtask/bare-metal/Cargo.toml"];
    shell::run_all([workspace, fuzz, proof].map(|which| {
        let mut command = shell::cargo();
        command.args(["fmt", "--check"]).args(which);
        command
    }))?;
    Ok(Done::default())
}

/// Lints. Core is looked at twice: as firmware takes it, and with everything.
pub(crate) fn clippy(_: &Options) -> Outcome {
    let firmware: &[&str] = &["-p", "annul", "--lib"];
    let everything: &[&str] = &["--workspace", "--all-targets", "--all-features"];
    shell::run_all([firmware, everything].map(|what| {
        let mut command = shell::cargo();
        command
            .arg("clippy")
            .args(what)
            .args(["--", "-D", "warnings"]);
        command
    }))?;
    Ok(Done::default())
}

/// Every test of the workspace; one that fails does not hide the others.
pub(crate) fn tests(_: &Options) -> Outcome {
    let mut command = shell::cargo();
    command.args(["test", "--workspace", "--all-features", "--no-fail-fast"]);
    let mut sum = Tests::default();
    let succeeded = shell::lines(&mut command, |line| {
        if let Some(tests) = result_line(line) {
            sum.passed += tests.passed;
            sum.failed += tests.failed;
        }
    })?;
    let note = format!("{} functions passed, {} failed", sum.passed, sum.failed);
    if succeeded && sum.failed == 0 && sum.passed > 0 {
        Ok(Done { tests: sum, note })
    } else {
        Err(Failure::Failed { tests: sum, note })
    }
}

/// Reads the line that closes each of cargo's test programs.
fn result_line(line: &str) -> Option<Tests> {
    let rest = line.trim_start().strip_prefix("test result: ")?;
    let (_, counts) = rest.split_once(". ")?;
    let count = |what: &str| {
        let part = counts.split("; ").find(|part| part.ends_with(what))?;
        part.split(' ').next()?.parse().ok()
    };
    Some(Tests {
        passed: count(" passed")?,
        failed: count(" failed")?,
    })
}

#[cfg(test)]
mod result_line_tests {
    use super::*;

    #[test]
    fn the_line_that_closes_a_test_program_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; \
                    0 filtered out; finished in 0.02s";
        let expected = Tests {
            passed: 12,
            failed: 3,
        };
        assert_eq!(result_line(line), Some(expected));
        assert_eq!(result_line("test frame::splits ... ok"), None);
    }
}
