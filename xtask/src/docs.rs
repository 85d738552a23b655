//! The API docs without a warning, and the book.

use crate::project;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use std::process::Command;

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    let mut api = shell::cargo();
    api.args(["doc", "--workspace", "--all-features", "--no-deps"]);
    shell::run(api.env("RUSTDOCFLAGS", "-D warnings"))?;
    let mdbook = shell::program("mdbook")
        .ok_or_else(|| Failure::CouldNotRun("mdbook is missing: cargo xtask setup".to_owned()))?;
    let book = project::metadata()?.target().join("book");
    let mut build = Command::new(mdbook);
    build
        .current_dir(project::root())
        .args(["build", "docs", "--dest-dir"]);
    shell::run(build.arg(&book))?;
    Ok(Done::note(format!("the book is in {}", book.display())))
}
