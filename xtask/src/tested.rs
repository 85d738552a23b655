//! What the suites of other languages use, built as `cargo test` builds it: after
//! the step `tests` nearly all of it is there.
//!
//! Cargo builds a dependency anew where its features or its debug information
//! differ, and chooses both by everything that is built in one command. Hence
//! one command for all, which names the generator, this program and the host's
//! examples: with fewer of them half of the dependencies would be built again.

use crate::project;
use crate::report::Failure;
use crate::shell;
use std::path::PathBuf;

/// Builds the libraries, the generator and the host's programs; gives the
/// folder they are in.
pub(crate) fn artifacts() -> Result<PathBuf, Failure> {
    let mut command = shell::cargo();
    command.args(["build", "--workspace", "--all-features", "--lib"]);
    command.args(["--bin", "uniffi-bindgen", "--bin", "xtask"]);
    command.args(["--example", "serve", "--example", "against"]);
    shell::run(&mut command)?;
    Ok(project::metadata()?.target().join("debug"))
}

/// A program of the simulated host: `serve` or `against`.
pub(crate) fn host(example: &str) -> Result<PathBuf, Failure> {
    Ok(artifacts()?.join("examples").join(example))
}
