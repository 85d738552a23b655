//! The steps that are cargo's own: format, lints, tests.

use crate::report::{Done, Failure, Outcome, Suite, Tests, first};
use crate::shell;
use crate::step::Options;
use std::fmt::Write as _;

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
    let mut run = Run::default();
    let succeeded = shell::all_lines(&mut command, |line| run.take(line))?;
    run.end(succeeded)
}

/// The simulation on seeds that nobody ran before, for so long or until told.
pub(crate) fn soak(options: &Options) -> Outcome {
    let mut command = shell::cargo();
    command.args(["test", "--release", "-p", "annul", "--all-features"]);
    command.args(["--test", "simulation", "--"]);
    command.args(["--ignored", "--exact", "soak", "--nocapture"]);
    let seconds = options.seconds.unwrap_or(0);
    shell::run(command.env("ANNUL_SOAK", seconds.to_string()))?;
    Ok(Done::default())
}

/// What `cargo test` told so far.
#[derive(Default)]
struct Run {
    suite: Suite,
    /// Test programs that failed, as cargo lists them at its end.
    programs: Vec<String>,
    listing: bool,
    /// What cargo or the compiler called an error.
    errors: Vec<String>,
}

impl Run {
    fn take(&mut self, line: &str) {
        if let Some(tests) = result_line(line) {
            self.suite.tests.passed += tests.passed;
            self.suite.tests.failed += tests.failed;
        } else if let Some(name) = failed_line(line) {
            self.suite.failed.push(name.to_owned());
        } else if line.starts_with("error") {
            self.listing = line.ends_with(" failed:");
            self.errors.push(line.to_owned());
        } else if self.listing && line.trim_start().starts_with('`') {
            self.programs.push(line.trim().to_owned());
        }
    }

    /// A program may fail without a test that does: it did not compile, or a
    /// signal ended it.
    fn end(self, succeeded: bool) -> Outcome {
        let named = !self.suite.failed.is_empty();
        self.suite.end(succeeded).map_err(|failure| match failure {
            Failure::Failed { tests, mut note } => {
                if !named && let Some(error) = self.errors.first() {
                    let _ = write!(note, "; {error}");
                }
                if !self.programs.is_empty() {
                    let _ = write!(note, "; in {}", first(&self.programs));
                }
                Failure::Failed { tests, note }
            }
            could_not @ Failure::CouldNotRun(_) => could_not,
        })
    }
}

/// The name of a test that failed: `test NAME ... FAILED`.
fn failed_line(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
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
mod run_tests {
    use super::*;

    fn note(told: &str) -> String {
        let mut run = Run::default();
        told.lines().for_each(|line| run.take(line));
        match run.end(false) {
            Err(Failure::Failed { note, .. }) => note,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tests_that_failed_are_named_with_their_programs() {
        let told = "test a::b ... ok\n\
                    test c::d ... FAILED\n\
                    test core/src/tlv.rs - tlv::find (line 12) ... FAILED\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n\
                    error: test failed, to rerun pass `-p annul --lib`\n\
                    error: 2 targets failed:\n    `-p annul --lib`\n    `-p annul --doc`\n";
        assert_eq!(
            note(told),
            "1 passed, 2 failed: c::d, core/src/tlv.rs - tlv::find (line 12); \
             in `-p annul --lib`, `-p annul --doc`"
        );
    }

    #[test]
    fn a_program_that_was_killed_or_not_compiled_is_named() {
        let killed = "error: test failed, to rerun pass `-p x --test y`\n\
                      Caused by:\n  process didn't exit successfully (signal: 9, SIGKILL: kill)\n\
                      error: 1 target failed:\n    `-p x --test y`\n";
        let expected = "0 passed, 0 failed; error: test failed, to rerun pass `-p x --test y`; \
                        in `-p x --test y`";
        assert_eq!(note(killed), expected);
        let broken = "error[E0425]: cannot find value `z` in this scope\n\
                      error: could not compile `x` (lib)";
        let expected = "0 passed, 0 failed; error[E0425]: cannot find value `z` in this scope";
        assert_eq!(note(broken), expected);
    }

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
