//! Kotlin: the library with its test functions, the generated sources, then
//! Maven, which compiles and runs everything under `bindings/kotlin`.
//!
//! ```text
//!  annul-uniffi ──cargo──> libannul_uniffi.so ──> TARGET/kotlin/native/linux-x86-64
//!                               └─uniffi-bindgen─> TARGET/kotlin/generated
//!  annul-host ────cargo──> the example serve, which the tests start
//! ```

use crate::project::{self, version};
use crate::report::{Failure, Outcome, Suite, Tests};
use crate::shell;
use crate::step::Options;
use crate::tested;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian packages that bring the tools.
pub(crate) const PACKAGES: &[&str] = &["default-jdk-headless", "maven"];

/// The oldest Java that will do.
const JAVA: u32 = 17;

/// Whether Maven and a new enough compiler for Java are here.
pub(crate) fn tools_present() -> bool {
    let told = shell::output(Command::new("javac").arg("-version")).unwrap_or_default();
    let java = told.trim().strip_prefix("javac ").unwrap_or_default();
    version(java) >= vec![JAVA] && shell::program("mvn").is_some()
}

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    if !tools_present() {
        let what = "Maven or a JDK of version 17 or later is missing: cargo xtask setup";
        return Err(Failure::CouldNotRun(what.to_owned()));
    }
    let staged = stage()?;
    let serve = tested::host("serve")?;
    let mut maven = Command::new("mvn");
    maven
        .current_dir(project::root().join("bindings/kotlin"))
        .args(["--batch-mode", "--no-transfer-progress", "test"])
        .arg(setting("annul.staged", &staged))
        .arg(setting("annul.serve", &serve))
        // Tests provoke panics; their stacks would bury what matters.
        .env("RUST_BACKTRACE", "0");
    let mut suite = Suite::default();
    let succeeded = shell::lines(&mut maven, |line| {
        if let Some(tests) = total_line(line) {
            suite.tests = tests;
        } else if let Some(name) = failed_line(line) {
            suite.failed.push(name.to_owned());
        }
    })?;
    suite.end(succeeded)
}

fn setting(name: &str, path: &Path) -> String {
    format!("-D{name}={}", path.display())
}

/// Builds the library and the generator; gives the folder with the library
/// where JNA looks for it, and with the generated sources.
fn stage() -> Result<PathBuf, Failure> {
    let debug = tested::artifacts()?;
    let built = debug.join(library_name());
    let staged = project::metadata()?.target().join("kotlin");
    let native = staged.join("native").join(jna_folder()?);
    let generated = staged.join("generated");
    if generated.is_dir() {
        // What an older version generated must not be compiled again.
        std::fs::remove_dir_all(&generated)?;
    }
    std::fs::create_dir_all(&native)?;
    std::fs::copy(&built, native.join(library_name()))?;
    let mut generate = Command::new(debug.join("uniffi-bindgen"));
    generate.current_dir(project::root());
    generate.args(["generate", "--language", "kotlin", "--no-format"]);
    shell::run(generate.arg("--out-dir").arg(&generated).arg(&built))?;
    Ok(staged)
}

fn library_name() -> String {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    format!("{prefix}annul_uniffi{suffix}")
}

/// What JNA calls this kind of machine.
fn jna_folder() -> Result<&'static str, Failure> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("linux-x86-64"),
        ("linux", "aarch64") => Ok("linux-aarch64"),
        ("macos", "aarch64") => Ok("darwin-aarch64"),
        ("macos", "x86_64") => Ok("darwin-x86-64"),
        (os, arch) => Err(Failure::CouldNotRun(format!(
            "no name of JNA's is known for {os} on {arch}: add it to xtask/src/kotlin.rs"
        ))),
    }
}

/// Reads the line with which Maven's Surefire sums up: the one without a class.
fn total_line(line: &str) -> Option<Tests> {
    let (_, rest) = line.split_once("Tests run: ")?;
    if line.contains("Time elapsed") {
        return None;
    }
    let mut counts = rest.split(", ").map(|part| {
        let number = part.rsplit(": ").next().unwrap_or_default();
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    });
    let (run, failures, errors, skipped) = (
        counts.next()??,
        counts.next()??,
        counts.next()??,
        counts.next()??,
    );
    let failed = failures + errors;
    Some(Tests {
        passed: run.saturating_sub(failed + skipped),
        failed,
    })
}

/// The name of a test that failed, from the line that Surefire gives each.
fn failed_line(line: &str) -> Option<&str> {
    let (test, verdict) = line
        .strip_prefix("[ERROR] ")?
        .split_once(" -- Time elapsed: ")?;
    verdict.contains(" <<< ").then_some(test)
}

#[cfg(test)]
mod kotlin_tests {
    use super::*;

    #[test]
    fn a_test_that_failed_is_named() {
        let line = "[ERROR] io.github.annulpos.StoryTest.a sale is voided -- Time elapsed: 0.9 s <<< FAILURE!";
        let expected = "io.github.annulpos.StoryTest.a sale is voided";
        assert_eq!(failed_line(line), Some(expected));
        let class = "[ERROR] Tests run: 9, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 1.2 s <<< FAILURE! -- in X";
        assert_eq!(failed_line(class), None);
    }

    #[test]
    fn the_line_that_sums_up_is_read() {
        let each =
            "[INFO] Tests run: 9, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1.2 s -- in X";
        assert_eq!(total_line(each), None);
        let expected = Tests {
            passed: 36,
            failed: 3,
        };
        let sum = "[ERROR] Tests run: 40, Failures: 1, Errors: 2, Skipped: 1";
        assert_eq!(total_line(sum), Some(expected));
        assert_eq!(total_line("[INFO] BUILD SUCCESS"), None);
    }
}
