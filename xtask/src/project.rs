//! Where things are, and what cargo knows about the workspace.

use crate::report::Failure;
use crate::shell;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that holds the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The files of the project as git has or would take them, relative to the
/// root. What is deleted but not committed is left out.
pub(crate) fn files() -> Result<Vec<PathBuf>, Failure> {
    let mut git = Command::new("git");
    git.current_dir(root())
        .args(["ls-files", "-z", "--cached", "--others"]);
    git.arg("--exclude-standard");
    let listed = shell::output(&mut git)
        .ok_or_else(|| Failure::CouldNotRun("git ls-files: not a git work tree?".to_owned()))?;
    let mut files: Vec<PathBuf> = (listed.split('\0').filter(|name| !name.is_empty()))
        .map(PathBuf::from)
        .filter(|name| root().join(name).is_file())
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// What `cargo metadata` tells about the workspace and its dependencies on
/// this kind of machine.
pub(crate) struct Metadata(Value);

/// One package of the dependency graph.
pub(crate) struct Package<'a>(&'a Value);

/// Asks cargo.
pub(crate) fn metadata() -> Result<Metadata, Failure> {
    let host = host_triple().unwrap_or_default();
    let mut command = shell::cargo();
    command.args(["metadata", "--format-version", "1", "--all-features"]);
    command.args(["--filter-platform", &host]);
    let text = shell::output(&mut command)
        .ok_or_else(|| Failure::failed("cargo metadata failed: is Cargo.toml broken?"))?;
    let value = serde_json::from_str(&text)
        .map_err(|error| Failure::failed(format!("cargo metadata: {error}")))?;
    Ok(Metadata(value))
}

impl Metadata {
    /// The folder that cargo builds into.
    pub(crate) fn target(&self) -> PathBuf {
        PathBuf::from(self.0["target_directory"].as_str().unwrap_or("target"))
    }

    /// The packages of this project.
    pub(crate) fn members(&self) -> impl Iterator<Item = Package<'_>> {
        let members = &self.0["workspace_members"];
        (self.packages()).filter(|package| contains(members, &package.0["id"]))
    }

    /// Every package that is compiled for this kind of machine.
    pub(crate) fn compiled(&self) -> impl Iterator<Item = Package<'_>> {
        let nodes = array(&self.0["resolve"]["nodes"]);
        let ids: Vec<&Value> = nodes.iter().map(|node| &node["id"]).collect();
        self.packages().filter(move |p| ids.contains(&&p.0["id"]))
    }

    fn packages(&self) -> impl Iterator<Item = Package<'_>> {
        array(&self.0["packages"]).iter().map(Package)
    }
}

impl<'a> Package<'a> {
    pub(crate) fn name(&self) -> &'a str {
        self.0["name"].as_str().unwrap_or_default()
    }

    pub(crate) fn version(&self) -> &'a str {
        self.0["version"].as_str().unwrap_or_default()
    }

    /// The declared minimum, if there is one.
    pub(crate) fn rust_version(&self) -> Option<&'a str> {
        self.0["rust_version"].as_str()
    }

    /// Names of its targets of a kind, such as `bench` or `bin`.
    pub(crate) fn targets(&self, kind: &str) -> impl Iterator<Item = &'a str> {
        let kind = Value::from(kind);
        (array(&self.0["targets"]).iter())
            .filter(move |target| contains(&target["kind"], &kind))
            .filter_map(|target| target["name"].as_str())
    }
}

/// The kind of machine rustc builds for by default.
pub(crate) fn host_triple() -> Option<String> {
    let told = shell::output(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "))?;
    Some(host.to_owned())
}

/// A dotted version as numbers, so that versions compare: `1.95` < `1.95.1`.
pub(crate) fn version(text: &str) -> Vec<u32> {
    let plain = text.split(['-', '+', '~', ' ']).next().unwrap_or_default();
    plain
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn contains(list: &Value, wanted: &Value) -> bool {
    array(list).contains(wanted)
}

#[cfg(test)]
mod project_tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(version("1.9") < version("1.89.0"));
        assert!(version("1.95.0") < version("1.96.0+dfsg1-1~deb12u2"));
        assert_eq!(version("1.95.0 (59807616e 2026-04-14)"), [1, 95, 0]);
    }

    #[test]
    fn the_root_holds_the_workspace() {
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }
}
