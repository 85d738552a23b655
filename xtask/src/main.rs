//! One command for everything this project does to itself: `cargo xtask test`
//! sets a machine up, runs every check and closes with one line of totals.
//!
//! | file | what it holds |
//! |---|---|
//! | `step` | the table of steps, and which of them `test` runs |
//! | `report` | headings, durations, the summary, the closing line |
//! | `brief` | `test` in few words, the rest in a file |
//! | `shell` | starting a program, passing on or keeping what it prints |
//! | `project` | where things are, and what cargo knows about the workspace |
//! | `setup` | the tools a fresh machine lacks |
//! | `tested` | what the suites of other languages share with the tests in Rust |
//! | `kotlin` | the Kotlin binding, by way of Maven |
//! | `android` | its library for the processors of Android |
//! | `swift` | the Swift binding, the Debian it runs in, its library for Apple's systems |
//! | `tests`, `no_std`, `msrv`, `fuzz`, `bench`, `docs`, `tidy`, `c`, `firmware`, `size` | the steps |

mod android;
mod bench;
mod brief;
mod c;
mod docs;
mod firmware;
mod fuzz;
mod kotlin;
mod msrv;
mod no_std;
mod project;
mod report;
mod setup;
mod shell;
mod size;
mod step;
mod swift;
mod tested;
mod tests;
mod tidy;

use std::process::ExitCode;
use step::{NoStdProof, Options, Step};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match plan(&arguments) {
        Ok(Plan::Help) => {
            print!("{}", step::usage());
            ExitCode::SUCCESS
        }
        Ok(Plan::Brief) => brief::run(&arguments),
        Ok(Plan::Run(steps, options)) => report::run(&steps, &options),
        Err(message) => {
            eprintln!("error: {message}\n\n{}", step::usage());
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
#[derive(Debug)]
enum Plan {
    Help,
    /// Run in full by another process; few words are shown.
    Brief,
    Run(Vec<&'static Step>, Options),
}

/// Reads the command line: one task, then its options.
fn plan(arguments: &[String]) -> Result<Plan, String> {
    let mut words = arguments.iter().map(String::as_str);
    let Some(task) = words.next() else {
        return Ok(Plan::Help);
    };
    if matches!(task, "help" | "--help" | "-h") {
        return Ok(Plan::Help);
    }
    let mut options = Options::default();
    let mut only = Vec::new();
    let mut brief = task == "test";
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} wants a value"));
        match word {
            "--only" => only.extend(value()?.split(',').map(str::to_owned)),
            "--seconds" => {
                let text = value()?;
                let seconds = (text.parse())
                    .map_err(|_| format!("--seconds wants a whole number, found {text:?}"))?;
                options.seconds = Some(seconds);
            }
            brief::VERBOSE => brief = false,
            "--host" => options.proof = NoStdProof::Host,
            other => return Err(format!("unknown option {other:?}")),
        }
    }
    let steps = step::chosen(task, &only)?;
    options.tools = step::tools(task, &steps);
    if brief {
        return Ok(Plan::Brief);
    }
    Ok(Plan::Run(steps, options))
}

#[cfg(test)]
mod plan_tests {
    use super::*;

    fn names(line: &str) -> Result<Vec<&'static str>, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match plan(&arguments)? {
            Plan::Help | Plan::Brief => Ok(Vec::new()),
            Plan::Run(steps, _) => Ok(steps.iter().map(|step| step.name).collect()),
        }
    }

    #[test]
    fn test_runs_every_check_in_order() {
        let expected = [
            "setup", "fmt", "clippy", "no-std", "tests", "docs", "msrv", "fuzz", "tidy", "kotlin",
            "c", "firmware", "size", "swift",
        ];
        assert_eq!(names("test --verbose").unwrap(), expected);
    }

    #[test]
    fn only_keeps_the_order_of_the_table() {
        assert_eq!(
            names("test --verbose --only tidy,fmt").unwrap(),
            ["setup", "fmt", "tidy"]
        );
        assert_eq!(names("fuzz --seconds 5").unwrap(), ["fuzz"]);
    }

    #[test]
    fn only_takes_suites_and_steps() {
        assert_eq!(
            names("test --verbose --only c,tidy,kotlin").unwrap(),
            ["setup", "tidy", "kotlin", "c"]
        );
        assert_eq!(names("test --verbose --only rust").unwrap().len(), 9);
    }

    #[test]
    fn test_alone_is_brief() {
        let plan_of = |line: &str| plan(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert!(matches!(plan_of("test --only tidy"), Ok(Plan::Brief)));
        assert!(matches!(plan_of("tidy"), Ok(Plan::Run(..))));
    }

    #[test]
    fn a_wrong_word_is_named() {
        assert!(names("tset").unwrap_err().contains("tset"));
        assert!(
            names("test --verbose --only nosuch")
                .unwrap_err()
                .contains("nosuch")
        );
        assert!(names("fuzz --seconds x").unwrap_err().contains('x'));
        assert!(names("fuzz --only fmt").is_err());
    }
}
