//! What the tests of other languages use, built as `cargo test` builds it: with
//! the features of the whole workspace. After the step `tests` most of it is
//! there already.

use crate::project;
use crate::report::Failure;
use crate::shell;
use std::path::PathBuf;

/// Builds what is asked for in cargo's words; gives the folder it is in.
pub(crate) fn build(what: &[&str]) -> Result<PathBuf, Failure> {
    let mut command = shell::cargo();
    command.args(["build", "--workspace", "--all-features"]);
    shell::run(command.args(what))?;
    Ok(project::metadata()?.target().join("debug"))
}

/// A program of the simulated host: `serve` or `against`.
pub(crate) fn host(example: &str) -> Result<PathBuf, Failure> {
    Ok(build(&["--example", example])?
        .join("examples")
        .join(example))
}
