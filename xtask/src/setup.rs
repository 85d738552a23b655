//! Brings the tools that a fresh machine lacks, and only those.
//!
//! | tool | for | how it comes |
//! |---|---|---|
//! | `cargo-fuzz` | fuzz | `cargo install` |
//! | `mdbook` | docs | `cargo install`, without its web server |
//! | the Rust that the workspace declares | msrv | the one that is here, or rustup's |
//! | a JDK and Maven | kotlin | Debian's packages |
//! | compilers for C and C++, with their sanitizers | fuzz, c, firmware, size | Debian's packages |
//! | valgrind, `CMake`, pkg-config | c | Debian's packages |
//! | the ARM toolchain and QEMU | firmware, size | Debian's packages |
//! | Swift 6 | swift | found, or in a Debian of its own: `swift/root` |
//! | a Rust for bare metal | no-std | found, or Debian's packages `rustc-web` and `rust-web-src` |

use crate::c;
use crate::firmware;
use crate::kotlin;
use crate::msrv;
use crate::no_std;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::{self, Options};
use crate::swift;
use std::process::Command;
use std::sync::Once;

/// A program that a step needs and a machine may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    CargoFuzz,
    MdBook,
    DeclaredRust,
    BareMetalRust,
    Jdk,
    Compilers,
    CCheckers,
    ArmToolchain,
    Swift,
}

/// The step: every tool that the chosen steps need. One that cannot be brought
/// does not keep the others from coming.
pub(crate) fn run(options: &Options) -> Outcome {
    let (mut brought, mut missing, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    for tool in &options.tools {
        if tool.present() {
            println!("{} is there", tool.name());
            continue;
        }
        println!("{} is missing, installing it", tool.name());
        match tool.bring() {
            Ok(()) if tool.present() => brought.push(tool.name()),
            Ok(()) => {
                missing.push(*tool);
                reasons.push(format!("{} is missing still", tool.name()));
            }
            Err(Failure::Failed { note: reason, .. } | Failure::CouldNotRun(reason)) => {
                missing.push(*tool);
                reasons.push(format!("{} is missing: {reason}", tool.name()));
            }
        }
    }
    match (missing.is_empty(), brought.is_empty()) {
        (true, true) => Ok(Done::note("nothing was missing")),
        (true, false) => Ok(Done::note(format!("installed {}", brought.join(", ")))),
        (false, _) => Err(Failure::CouldNotRun(without(&missing, &reasons))),
    }
}

/// What is missing and why, and what can be run all the same.
fn without(missing: &[Tool], reasons: &[String]) -> String {
    let choice = match step::suites_without(missing).as_slice() {
        [] => "every suite needs it".to_owned(),
        suites => format!(
            "to go on without: cargo xtask test --only {}",
            suites.join(",")
        ),
    };
    format!("{}; {choice}", reasons.join("; "))
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::CargoFuzz => "cargo-fuzz",
            Self::MdBook => "mdbook",
            Self::DeclaredRust => "the Rust that the workspace declares",
            Self::BareMetalRust => "a Rust for bare metal",
            Self::Jdk => "a JDK with Maven",
            Self::Compilers => "a compiler for C and C++",
            Self::CCheckers => "valgrind, CMake or pkg-config",
            Self::ArmToolchain => "the ARM toolchain with QEMU",
            Self::Swift => "Swift 6",
        }
    }

    fn present(self) -> bool {
        match self {
            Self::CargoFuzz | Self::MdBook => shell::program(self.name()).is_some(),
            Self::DeclaredRust => msrv::compiler_present(),
            Self::BareMetalRust => no_std::rust().is_some(),
            Self::Jdk => kotlin::tools_present(),
            Self::Compilers => all_there(&["gcc", "g++", "nm"]),
            Self::CCheckers => all_there(c::PROGRAMS),
            Self::ArmToolchain => firmware::tools_present(),
            Self::Swift => swift::tools_present(),
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
            Self::DeclaredRust => msrv::bring_compiler(),
            Self::BareMetalRust => bare_metal_rust(),
            Self::Jdk => debian(kotlin::PACKAGES),
            Self::Compilers => debian(&["build-essential"]),
            Self::CCheckers => debian(c::PACKAGES),
            Self::ArmToolchain => debian(firmware::PACKAGES),
            Self::Swift => swift::bring(),
        }
    }
}

/// Debian's Rust of the browsers: as new as they need it, and its sources are
/// packaged too, so `core` can be built for any target without a download
/// from anywhere else. It goes to /usr/bin, behind a rustup on the path.
fn bare_metal_rust() -> Result<(), Failure> {
    debian(&["rustc-web", "rust-web-src"])
        .map_err(|_| Failure::CouldNotRun(no_std::HINT.to_owned()))
}

fn all_there(programs: &[&str]) -> bool {
    programs.iter().all(|name| shell::program(name).is_some())
}

/// Packages of Debian. The list of what there is is fetched once.
pub(crate) fn debian(packages: &[&str]) -> Result<(), Failure> {
    static LISTED: Once = Once::new();
    if shell::program("apt-get").is_none() {
        return Err(Failure::CouldNotRun(format!(
            "wanted are Debian's packages {}, or what they hold",
            packages.join(", ")
        )));
    }
    // An old list may do. Where it does not, installing says what is wrong.
    LISTED.call_once(|| drop(shell::run(apt().arg("update"))));
    let install = ["install", "--no-install-recommends"];
    shell::run(apt().args(install).args(packages))
}

fn apt() -> Command {
    let mut command = as_root("env");
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"]);
    command
}

/// A program by way of sudo where this is not root.
pub(crate) fn as_root(program: &str) -> Command {
    let root = shell::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut command = Command::new(if root { program } else { "sudo" });
    if !root {
        command.args(["-n", program]);
    }
    command
}
