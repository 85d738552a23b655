//! Runs steps one after the other, says how long each took and how it ended,
//! and closes with the line `N passed, N failed`: test functions and steps.

use crate::step::{Options, Step};
use std::fmt::Write as _;
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

/// A suite of tests while it runs: what was counted, and who failed.
#[derive(Debug, Default)]
pub(crate) struct Suite {
    pub(crate) tests: Tests,
    /// Names of the tests that failed.
    pub(crate) failed: Vec<String>,
}

impl Suite {
    /// How the step ends; `succeeded` is what the program itself said. One that
    /// ran nothing has proven nothing. The names stand in the note because the
    /// last lines of a log are what is read first.
    pub(crate) fn end(self, succeeded: bool) -> Outcome {
        let tests = self.tests;
        let mut note = format!("{} passed, {} failed", tests.passed, tests.failed);
        if succeeded && tests.failed == 0 && tests.passed > 0 {
            return Ok(Done { tests, note });
        }
        if !self.failed.is_empty() {
            note += ": ";
            note += &first(&self.failed);
        }
        Err(Failure::Failed { tests, note })
    }
}

/// The first names, and how many more there are.
pub(crate) fn first(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let text = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
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

/// How a line about a step begins.
pub(crate) const HEADING: &str = "== ";
/// How the summary begins.
pub(crate) const SUMMARY: &str = "== summary";

const PASSED: &str = "passed";
const COULD_NOT_RUN: &str = "COULD NOT RUN";

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
            "\n{HEADING}{} ({number} of {of}, {since} since the start): {}",
            step.name, step.about
        );
        let line = line(step, options);
        let took = seconds(line.took);
        println!(
            "{HEADING}{} {} after {took}{}",
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
        Ok(done) => (PASSED, done.tests, done.note),
        Err(Failure::Failed { tests, note }) => ("FAILED", tests, note),
        Err(Failure::CouldNotRun(note)) => (COULD_NOT_RUN, Tests::default(), note),
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
    println!("\n{SUMMARY}, {} in all", seconds(took));
    for line in lines {
        let first = line.note.lines().next().unwrap_or_default();
        let (name, verdict, took) = (line.name, line.verdict, seconds(line.took));
        println!("{name:<8} {verdict:<13} {took:>8}  {first}");
    }
    print!("{}", failures(lines));
    let total = total(lines);
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// One line for each step that did not pass, with all it has to say.
fn failures(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines.iter().filter(|line| line.verdict != PASSED) {
        let what = match line.verdict {
            COULD_NOT_RUN => "could not run: ",
            _ => "",
        };
        let _ = writeln!(text, "failed: {}: {what}{}", line.name, line.note);
    }
    text
}

/// A step counts as one, and so does each test function inside it.
fn total(lines: &[Line]) -> Tests {
    lines.iter().fold(Tests::default(), |sum, line| {
        let step_passed = u64::from(line.verdict == PASSED);
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
    fn the_end_of_the_summary_says_what_failed_and_why() {
        let mut failed = line("FAILED", 2, 1);
        failed.note = "2 passed, 1 failed: journal::cut".to_owned();
        let mut lacking = line(COULD_NOT_RUN, 0, 0);
        lacking.note = "Swift 6 is missing".to_owned();
        assert_eq!(
            failures(&[line(PASSED, 7, 0), failed, lacking]),
            "failed: x: 2 passed, 1 failed: journal::cut\n\
             failed: x: could not run: Swift 6 is missing\n"
        );
    }

    #[test]
    fn a_suite_names_ten_of_the_tests_that_failed() {
        let mut suite = Suite::default();
        suite.tests.failed = 12;
        suite.failed = (1..=12).map(|number| format!("t{number}")).collect();
        let Err(Failure::Failed { note, .. }) = suite.end(false) else {
            panic!("it passed");
        };
        let expected = "0 passed, 12 failed: t1, t2, t3, t4, t5, t6, t7, t8, t9, t10 and 2 more";
        assert_eq!(note, expected);
    }

    #[test]
    fn a_suite_that_ran_nothing_or_ended_badly_fails() {
        assert!(Suite::default().end(true).is_err());
        let some = || Suite {
            tests: Tests {
                passed: 1,
                failed: 0,
            },
            failed: Vec::new(),
        };
        assert!(some().end(false).is_err());
        assert!(some().end(true).is_ok());
    }

    #[test]
    fn a_step_that_could_not_run_is_a_failure() {
        assert_eq!(total(&[line("COULD NOT RUN", 0, 0)]).failed, 1);
    }
}
