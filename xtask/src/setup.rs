//! Brings the tools that a fresh machine lacks, and only those.
//!
//! | tool | for | how it comes |
//! |---|---|---|
//! | `cargo-fuzz` | fuzz | `cargo install` |
//! | `mdbook` | docs | `cargo install`, without its web server |
//! | a JDK and Maven | kotlin | Debian's packages |
//! | C compilers, valgrind, `CMake`, pkg-config | c | Debian's packages |
//! | the ARM toolchain and QEMU | firmware, size | Debian's packages |
//! | a Rust for bare metal | no-std | found, or Debian's packages `rustc-web` and `rust-web-src` |

use crate::c;
use crate::firmware;
use crate::kotlin;
use crate::no_std;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use std::process::Command;

/// A program that a step needs and a machine may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    CargoFuzz,
    MdBook,
    BareMetalRust,
    Jdk,
    CToolchain,
    ArmToolchain,
}

/// The step: every tool that the chosen steps need.
pub(crate) fn run(options: &Options) -> Outcome {
    let mut brought = Vec::new();
    for tool in &options.tools {
        if tool.present() {
            println!("{} is there", tool.name());
        } else {
            println!("{} is missing, installing it", tool.name());
            tool.bring()?;
            brought.push(tool.name());
        }
    }
    Ok(Done::note(match brought.as_slice() {
        [] => "nothing was missing".to_owned(),
        names => format!("installed {}", names.join(", ")),
    }))
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::CargoFuzz => "cargo-fuzz",
            Self::MdBook => "mdbook",
            Self::BareMetalRust => "a Rust for bare metal",
            Self::Jdk => "a JDK with Maven",
            Self::CToolchain => "C compilers and checkers",
            Self::ArmToolchain => "the ARM toolchain with QEMU",
        }
    }

    fn present(self) -> bool {
        match self {
            Self::CargoFuzz | Self::MdBook => shell::program(self.name()).is_some(),
            Self::BareMetalRust => no_std::rust().is_some(),
            Self::Jdk => kotlin::tools_present(),
            Self::CToolchain => all_there(c::PROGRAMS),
            Self::ArmToolchain => all_there(firmware::PROGRAMS),
        }
    }

    fn bring(self) -> Result<(), Failure> {
        let mut install = shell::cargo();
        install.args(["install", "--locked", self.name()]);
        match self {
            Self::CargoFuzz => shell::run(&mut install),
            Self::MdBook => {
                shell::run(install.args(["--no-default-features", "--features", "search"]))
            }
            Self::BareMetalRust => bare_metal_rust(),
            Self::Jdk => jdk(),
            Self::CToolchain => debian(c::PACKAGES),
            Self::ArmToolchain => debian(firmware::PACKAGES),
        }
    }
}

/// Debian's Rust of the browsers: as new as they need it, and its sources are
/// packaged too, so `core` can be built for any target without a download
/// from anywhere else. It goes to /usr/bin, behind a rustup on the path.
fn bare_metal_rust() -> Result<(), Failure> {
    if shell::program("apt-get").is_none() {
        return Err(Failure::CouldNotRun(no_std::HINT.to_owned()));
    }
    shell::run(apt().arg("update"))?;
    let packages = ["rustc-web", "rust-web-src"];
    shell::run(
        apt()
            .args(["install", "--no-install-recommends"])
            .args(packages),
    )?;
    if no_std::rust().is_none() {
        return Err(Failure::CouldNotRun(no_std::HINT.to_owned()));
    }
    Ok(())
}

/// Debian's JDK and Maven; Maven brings Kotlin itself.
fn jdk() -> Result<(), Failure> {
    const HINT: &str = "a JDK of version 17 or later and Maven are wanted on the search path";
    if shell::program("apt-get").is_none() {
        return Err(Failure::CouldNotRun(HINT.to_owned()));
    }
    shell::run(apt().arg("update"))?;
    let install = ["install", "--no-install-recommends"];
    shell::run(apt().args(install).args(kotlin::PACKAGES))
}

fn all_there(programs: &[&str]) -> bool {
    programs.iter().all(|name| shell::program(name).is_some())
}

/// Packages of Debian.
fn debian(packages: &[&str]) -> Result<(), Failure> {
    if shell::program("apt-get").is_none() {
        return Err(Failure::CouldNotRun(format!(
            "wanted are Debian's packages {}, or what they hold",
            packages.join(", ")
        )));
    }
    shell::run(apt().arg("update"))?;
    let install = ["install", "--no-install-recommends"];
    shell::run(apt().args(install).args(packages))
}

/// `apt-get`, by way of sudo where this is not root.
fn apt() -> Command {
    let root = shell::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut command = Command::new(if root { "env" } else { "sudo" });
    if !root {
        command.args(["-n", "env"]);
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"]);
    command
}
