//! The declared `rust-version` is a promise, so it is tried: the workspace is
//! checked by that very compiler, and no dependency may ask for a newer one.

use crate::project::{self, Metadata, version};
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use std::process::Command;

const DECLARED: &str = env!("CARGO_PKG_RUST_VERSION");

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    let metadata = project::metadata()?;
    one_declaration(&metadata)?;
    let highest = dependencies(&metadata)?;
    let mut check = compiler()?;
    check.args(["check", "--workspace", "--all-features"]);
    shell::run(&mut check)?;
    Ok(Done::note(format!(
        "builds with Rust {DECLARED}; {highest}"
    )))
}

/// Every package of the project declares the same version.
fn one_declaration(metadata: &Metadata) -> Result<(), Failure> {
    match metadata
        .members()
        .find(|package| package.rust_version() != Some(DECLARED))
    {
        None => Ok(()),
        Some(package) => Err(Failure::failed(format!(
            "package {} does not declare rust-version {DECLARED}: write rust-version.workspace = true",
            package.name()
        ))),
    }
}

/// Which dependency asks for the newest Rust; an error where that is too new.
fn dependencies(metadata: &Metadata) -> Result<String, Failure> {
    let members: Vec<&str> = metadata.members().map(|member| member.name()).collect();
    let declared = (metadata.compiled())
        .filter(|package| !members.contains(&package.name()))
        .filter_map(|package| Some((version(package.rust_version()?), package)));
    let Some((needed, package)) = declared.max_by(|a, b| a.0.cmp(&b.0)) else {
        return Ok("no dependency declares a version".to_owned());
    };
    let (name, own) = (package.name(), package.version());
    let asks = package.rust_version().unwrap_or_default();
    if needed > version(DECLARED) {
        return Err(Failure::failed(format!(
            "{name} {own} asks for Rust {asks}, the workspace declares {DECLARED}"
        )));
    }
    Ok(format!(
        "the dependencies ask for {asks} at most ({name} {own})"
    ))
}

/// Whether a compiler of the declared version is here.
pub(crate) fn compiler_present() -> bool {
    compiler().is_ok()
}

/// Has rustup bring it.
pub(crate) fn bring_compiler() -> Result<(), Failure> {
    let mut install = Command::new("rustup");
    install.args(["toolchain", "install", DECLARED, "--profile", "minimal"]);
    shell::run(install.arg("--no-self-update"))
}

/// A cargo that compiles with the declared version: the one that runs this,
/// or rustup's.
fn compiler() -> Result<Command, Failure> {
    let told = shell::output(Command::new("rustc").arg("--version")).unwrap_or_default();
    let here = version(told.strip_prefix("rustc ").unwrap_or_default());
    if here.starts_with(&version(DECLARED)) {
        return Ok(shell::cargo());
    }
    let toolchains = shell::output(Command::new("rustup").args(["toolchain", "list"]));
    let toolchains = toolchains.unwrap_or_default();
    let name = (toolchains.lines().filter_map(|line| line.split(' ').next()))
        .find(|name| version(name).starts_with(&version(DECLARED)));
    let Some(name) = name else {
        return Err(Failure::CouldNotRun(format!(
            "Rust {DECLARED} is declared, {} is here and no other: rustup toolchain install {DECLARED}",
            told.trim()
        )));
    };
    let mut command = Command::new("rustup");
    command
        .current_dir(project::root())
        .args(["run", name, "cargo"]);
    Ok(command)
}
