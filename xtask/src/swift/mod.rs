//! Swift: the library with its test functions, the generated sources, then
//! `swift test`, which compiles and runs everything under `bindings/swift`.
//!
//! ```text
//!  annul-uniffi ──cargo──> libannul_uniffi.a ──> TARGET/swift/lib
//!                              └─uniffi-bindgen─> bindings/swift/Sources/AnnulGenerated, AnnulFFI.h
//!  annul-host ────cargo──> the example serve, which the tests start
//! ```
//!
//! | Swift is | it runs |
//! |---|---|
//! | on the search path, version 6 or later | as it is |
//! | in a Debian of its own, see [`root`] | inside that, with the project mounted read-only |

mod apple;
mod root;

use crate::project::{self, version};
use crate::report::{Failure, Outcome, Suite};
use crate::shell;
use crate::step::Options;
use crate::tested;
pub(crate) use apple::run as apple;
pub(crate) use root::make as bring;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Swift that will do: errors of one type, imports that stay inside.
const SWIFT: u32 = 6;

const LIBRARY: &str = "libannul_uniffi.a";

/// Whether there is a Swift.
pub(crate) fn tools_present() -> bool {
    on_path() || root::found().is_some()
}

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    let root = if on_path() {
        None
    } else {
        let what = "Swift 6 is missing: cargo xtask setup";
        Some(root::found().ok_or_else(|| Failure::CouldNotRun(what.to_owned()))?)
    };
    let library = stage()?;
    let settings = [
        ("ANNUL_ROOT", project::root().to_owned()),
        ("ANNUL_SERVE", tested::host("serve")?),
    ];
    let (mut swift, scratch) = if let Some(root) = root {
        (root::enter(&root, &settings)?, root::scratch())
    } else {
        let mut swift = Command::new("swift");
        // Tests provoke panics; their stacks would bury what matters.
        swift.envs(settings).env("RUST_BACKTRACE", "0");
        (swift, project::metadata()?.target().join("swift/build"))
    };
    swift.args(["test", "--disable-swift-testing", "--package-path"]);
    swift.arg(package()).arg("--scratch-path").arg(scratch);
    let mut search = OsString::from("-L");
    search.push(library);
    swift.arg("-Xlinker").arg(search);
    let mut suite = Suite::default();
    let succeeded = shell::lines(&mut swift, |line| match verdict(line) {
        Some((_, "passed")) => suite.tests.passed += 1,
        Some((name, "failed")) => {
            suite.tests.failed += 1;
            suite.failed.push(name.to_owned());
        }
        _ => {}
    })?;
    suite.end(succeeded)
}

fn package() -> PathBuf {
    project::root().join("bindings/swift")
}

fn on_path() -> bool {
    let told = shell::output(Command::new("swift").arg("--version")).unwrap_or_default();
    let found = told.split("Swift version ").nth(1).unwrap_or_default();
    version(found) >= vec![SWIFT]
}

/// Builds the library and the generator, and writes the generated sources;
/// gives the folder with the library and nothing that a linker would prefer.
fn stage() -> Result<PathBuf, Failure> {
    let debug = tested::artifacts()?;
    generate(&debug, &debug.join(LIBRARY))?;
    let folder = project::metadata()?.target().join("swift/lib");
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(debug.join(LIBRARY), folder.join(LIBRARY))?;
    if cfg!(target_os = "macos") {
        apple::lay_out(&[(apple::MACOS, folder.join(LIBRARY))])?;
    }
    Ok(folder)
}

/// Writes the sources that call the library. What did not change is left, so
/// that it is not compiled again.
fn generate(tools: &Path, library: &Path) -> Result<(), Failure> {
    let written = project::metadata()?.target().join("swift/generated");
    let mut generate = Command::new(tools.join("uniffi-bindgen"));
    generate.current_dir(project::root());
    generate.args(["generate", "--language", "swift", "--no-format"]);
    shell::run(generate.arg("--out-dir").arg(&written).arg(library))?;
    let sources = package().join("Sources");
    for (name, module) in [
        ("AnnulFFI.h", "AnnulFFI"),
        ("AnnulGenerated.swift", "AnnulGenerated"),
    ] {
        let new = std::fs::read(written.join(name))?;
        let place = sources.join(module).join(name);
        if std::fs::read(&place).ok().as_ref() != Some(&new) {
            std::fs::create_dir_all(sources.join(module))?;
            std::fs::write(place, new)?;
        }
    }
    Ok(())
}

/// Which test ended how, where the line says so: `Test Case 'A.b' passed (0.1 seconds)`.
fn verdict(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("Test Case '")?.split_once("' ")?;
    Some((name, rest.split(' ').next()?))
}

#[cfg(test)]
mod swift_tests {
    use super::*;

    #[test]
    fn each_test_that_ended_is_counted() {
        let passed = "Test Case 'StoryTests.testIt' passed (0.288 seconds)";
        assert_eq!(verdict(passed), Some(("StoryTests.testIt", "passed")));
        let failed = "Test Case 'StoryTests.testIt' failed (0.001 seconds)";
        assert_eq!(verdict(failed), Some(("StoryTests.testIt", "failed")));
        let begun = "Test Case 'StoryTests.testIt' started at 2026-11-23 09:18:35.145";
        assert_eq!(verdict(begun), Some(("StoryTests.testIt", "started")));
        assert_eq!(verdict("Test Suite 'All tests' passed at 2026"), None);
    }
}
