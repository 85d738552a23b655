//! Runs steps one after the other, says how long each took and how it ended,
//! and closes with the line `N passed, N failed`: test functions and steps.

use crate::step::{Options, Step};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What a step that passed has to say.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// Test functions that ran inside the step.
    pub(crate) tests: Tests,
    /// A few words for the summary.
    pub(crate) note: String,
}

impl Done {
    pub(crate) fn note(text: impl Into<String>) -> Self {
        Self {
            note: text.into(),
            ..Self::default()
        }
    }
}

/// How many test functions passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tests {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// Why a step did not pass. Both make the command fail.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It ran, and found something wrong.
    Failed { tests: Tests, note: String },
    /// It could not be tried on this machine: says what is missing.
    CouldNotRun(String),
}

impl Failure {
    pub(crate) fn failed(note: impl Into<String>) -> Self {
        Self::Failed {
            tests: Tests::default(),
            note: note.into(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::CouldNotRun(error.to_string())
    }
}

/// How a step ended.
pub(crate) type Outcome = Result<Done, Failure>;

struct Line {
    name: &'static str,
    verdict: &'static str,
    took: Duration,
    tests: Tests,
    note: String,
}

/// Runs the steps and prints the report. Success only if every one passed.
pub(crate) fn run(steps: &[&Step], options: &Options) -> ExitCode {
    let start = Instant::now();
    let mut lines = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let since = seconds(start.elapsed());
        let (number, of) = (index + 1, steps.len());
        println!(
            "\n== {} ({number} of {of}, {since} since the start): {}",
            step.name, step.about
        );
        let line = line(step, options);
        let took = seconds(line.took);
        println!(
            "== {} {} after {took}{}",
            line.name,
            line.verdict,
            line.tail()
        );
        lines.push(line);
    }
    summary(&lines, start.elapsed())
}

fn line(step: &Step, options: &Options) -> Line {
    let start = Instant::now();
    let (verdict, tests, note) = match (step.run)(options) {
        Ok(done) => ("passed", done.tests, done.note),
        Err(Failure::Failed { tests, note }) => ("FAILED", tests, note),
        Err(Failure::CouldNotRun(note)) => ("COULD NOT RUN", Tests::default(), note),
    };
    Line {
        name: step.name,
        verdict,
        took: start.elapsed(),
        tests,
        note,
    }
}

impl Line {
    fn tail(&self) -> String {
        if self.note.is_empty() {
            String::new()
        } else {
            format!(": {}", self.note)
        }
    }
}

fn summary(lines: &[Line], took: Duration) -> ExitCode {
    println!("\n== summary, {} in all", seconds(took));
    for line in lines {
        let first = line.note.lines().next().unwrap_or_default();
        let (name, verdict, took) = (line.name, line.verdict, seconds(line.took));
        println!("{name:<8} {verdict:<13} {took:>8}  {first}");
    }
    let total = total(lines);
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A step counts as one, and so does each test function inside it.
fn total(lines: &[Line]) -> Tests {
    lines.iter().fold(Tests::default(), |sum, line| {
        let step_passed = u64::from(line.verdict == "passed");
        Tests {
            passed: sum.passed + line.tests.passed + step_passed,
            failed: sum.failed + line.tests.failed + 1 - step_passed,
        }
    })
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod report_tests {
    use super::*;

    fn line(verdict: &'static str, passed: u64, failed: u64) -> Line {
        Line {
            name: "x",
            verdict,
            took: Duration::ZERO,
            tests: Tests { passed, failed },
            note: String::new(),
        }
    }

    #[test]
    fn steps_and_functions_are_added_up() {
        let lines = [
            line("passed", 7, 0),
            line("FAILED", 2, 3),
            line("passed", 0, 0),
        ];
        let expected = Tests {
            passed: 11,
            failed: 4,
        };
        assert_eq!(total(&lines), expected);
    }

    #[test]
    fn a_step_that_could_not_run_is_a_failure() {
        assert_eq!(total(&[line("COULD NOT RUN", 0, 0)]).failed, 1);
    }
}
