//! `test` in few words: the same command is run in full, all it says is kept in
//! a file, and what a person wants to see is shown: headings, how each step
//! ended, the last lines of one that did not pass, and the summary.

use crate::project;
use crate::report::{Failure, HEADING, SUMMARY};
use crate::shell;
use std::collections::VecDeque;
use std::fs::File;
use std::io::Write as _;
use std::process::{Command, ExitCode};

/// The option that has everything shown.
pub(crate) const VERBOSE: &str = "--verbose";
/// Lines shown of a step that did not pass.
const LAST: usize = 60;

/// Runs this program again with the same arguments.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    match told(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Failure::Failed { note, .. } | Failure::CouldNotRun(note)) => {
            eprintln!("error: {note}");
            ExitCode::FAILURE
        }
    }
}

fn told(arguments: &[String]) -> Result<bool, Failure> {
    let folder = project::metadata()?.target().join("xtask");
    std::fs::create_dir_all(&folder)?;
    let place = folder.join("test.log");
    let mut log = File::create(&place)?;
    println!("all that is said: {} ({VERBOSE} shows it)", place.display());
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).arg(VERBOSE);
    let mut words = Words::default();
    shell::quiet_lines(&mut command, |line| {
        for line in words.shown(line) {
            println!("{line}");
        }
        // A full disk ends the tests by itself.
        let _ = writeln!(log, "{line}");
    })
}

/// What is shown of the lines that come.
#[derive(Default)]
struct Words {
    /// The last lines of the step that runs.
    last: VecDeque<String>,
    /// The summary has begun, all of which is shown.
    summary: bool,
}

impl Words {
    fn shown(&mut self, line: &str) -> Vec<String> {
        self.summary |= line.starts_with(SUMMARY);
        if !self.summary && !line.starts_with(HEADING) {
            self.last.push_back(line.to_owned());
            if self.last.len() > LAST {
                self.last.pop_front();
            }
            return Vec::new();
        }
        let last = std::mem::take(&mut self.last);
        let ended_badly = !self.summary
            && [" FAILED after ", " COULD NOT RUN after "]
                .iter()
                .any(|words| line.contains(words));
        let before = last.into_iter().filter(|_| ended_badly);
        before.chain([line.to_owned()]).collect()
    }
}

#[cfg(test)]
mod brief_tests {
    use super::*;

    #[test]
    fn only_a_step_that_failed_shows_its_last_lines() {
        let mut words = Words::default();
        let mut lines = vec!["== fmt (1 of 2): x", "one", "== fmt passed after 1 s"];
        lines.extend(["== tests (2 of 2): y", "two", "three"]);
        lines.extend([
            "== tests FAILED after 2 s: why",
            "",
            "== summary",
            "fmt",
            "tests",
        ]);
        let shown: Vec<String> = lines.iter().flat_map(|line| words.shown(line)).collect();
        let expected: Vec<&str> = (lines.iter().copied())
            .filter(|line| !matches!(*line, "one" | ""))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn of_many_lines_the_last_are_shown() {
        let mut words = Words::default();
        for number in 0..200 {
            assert!(words.shown(&number.to_string()).is_empty());
        }
        let shown = words.shown("== docs COULD NOT RUN after 1 s: mdbook is missing");
        assert_eq!(shown.len(), LAST + 1);
        assert_eq!(shown[0], (200 - LAST).to_string());
    }
}
