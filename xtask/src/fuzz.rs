//! Runs every fuzz target for a while, two at a time, from the committed
//! seeds on. What a run learns stays in `fuzz/corpus`, which git ignores.

use crate::project;
use crate::report::{Done, Failure, Outcome, Tests};
use crate::shell;
use crate::step::Options;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The messages the seeds are made of.
const MESSAGES: &str = "core/tests/vectors/unionpay/messages.json";
/// Longest input: some frames in a row.
const MOST_BYTES: u32 = 4096;
/// libFuzzer ends a run that needs longer for one input, in seconds.
const HANGS: u32 = 5;

/// A target that runs, and where its words go.
struct Run {
    target: String,
    child: Child,
    log: PathBuf,
}

/// The step: builds all targets, then runs each for the time asked for.
pub(crate) fn run(options: &Options) -> Outcome {
    if shell::program("cargo-fuzz").is_none() {
        let what = "cargo-fuzz is missing: cargo xtask setup";
        return Err(Failure::CouldNotRun(what.to_owned()));
    }
    let folder = project::metadata()?.target().join("fuzz");
    shell::run(cargo_fuzz("build", &folder).args(["--fuzz-dir", "fuzz"]))?;
    let listed = shell::output(cargo_fuzz("list", &folder).args(["--fuzz-dir", "fuzz"]));
    let listed = listed.unwrap_or_default();
    let targets: Vec<&str> = listed.split_whitespace().collect();
    let mut tests = Tests::default();
    for pair in targets.chunks(2) {
        let runs: Result<Vec<Run>, Failure> = (pair.iter())
            .map(|target| start(target, options.seconds, &folder))
            .collect();
        for run in runs? {
            if finish(run)? {
                tests.passed += 1;
            } else {
                tests.failed += 1;
            }
        }
    }
    let note = format!("{} for {} s each", targets.join(", "), options.seconds);
    match tests {
        Tests { passed: 0, .. } | Tests { failed: 1.., .. } => Err(Failure::Failed { tests, note }),
        _ => Ok(Done { tests, note }),
    }
}

/// Stable Rust instruments code only when told to pass as nightly.
fn cargo_fuzz(what: &str, target_folder: &Path) -> Command {
    let mut command = shell::cargo();
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", target_folder);
    command.args(["fuzz", what]);
    command
}

fn start(target: &str, seconds: u64, folder: &Path) -> Result<Run, Failure> {
    let corpus = format!("fuzz/corpus/{target}");
    std::fs::create_dir_all(project::root().join(&corpus))?;
    let log = folder.join(format!("{target}.log"));
    let mut command = cargo_fuzz("run", folder);
    command.args(["--fuzz-dir", "fuzz", target, &corpus]);
    command.args([&format!("fuzz/seeds/{target}"), "--"]);
    command.args([
        format!("-max_total_time={seconds}"),
        format!("-max_len={MOST_BYTES}"),
        format!("-timeout={HANGS}"),
        "-print_final_stats=1".to_owned(),
    ]);
    println!("$ {}", shell::line(&command));
    let words = File::create(&log)?;
    command
        .stdin(Stdio::null())
        .stdout(words.try_clone()?)
        .stderr(words);
    Ok(Run {
        target: target.to_owned(),
        child: command.spawn()?,
        log,
    })
}

/// Waits, and shows the numbers of a good run or the end of a bad one.
fn finish(mut run: Run) -> Result<bool, Failure> {
    let passed = run.child.wait()?.success();
    let log = std::fs::read(&run.log)?;
    let log = String::from_utf8_lossy(&log);
    println!(
        "{}: {}",
        run.target,
        if passed { "no finding" } else { "A FINDING" }
    );
    if passed {
        let numbers = (log.lines()).filter(|line| line.starts_with("stat::number_of_executed"));
        numbers.for_each(|line| println!("  {line}"));
    } else {
        let lines: Vec<&str> = log.lines().collect();
        let from = lines.len().saturating_sub(60);
        lines[from..].iter().for_each(|line| println!("  {line}"));
    }
    Ok(passed)
}

/// Writes one seed a message: the frame for `frame`, the message for `view`.
pub(crate) fn write_seeds(_: &Options) -> Outcome {
    let file = project::root().join(MESSAGES);
    let text = std::fs::read_to_string(&file)?;
    let messages: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("{MESSAGES}: {error}")))?;
    let _ = messages;
    Err(Failure::failed("unknown shape"))
}
