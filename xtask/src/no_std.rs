//! Proves that core needs neither the standard library nor a heap.
//!
//! `xtask/bare-metal` is a static library with a panic handler and no
//! allocator around core with every feature that needs no heap. It is built for a
//! Cortex-M3 and then linked **whole**: every function of every object, not
//! only those that something calls. A hidden allocation, or any call into an
//! operating system, is an undefined symbol there and fails.
//!
//! | Rust found | the target's `core` |
//! |---|---|
//! | with the target (`rustup target add thumbv7m-none-eabi`) | as shipped |
//! | with its sources (rustup's `rust-src`, Debian's `rust-web-src`) | built on the spot; there is no `alloc` at all then |

use crate::project::{self, version};
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::{NoStdProof, Options};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Cortex-M3.
pub(crate) const TARGET: &str = "thumbv7m-none-eabi";
const LIBRARY: &str = "libbare_metal.a";

/// What to do where no Rust for bare metal was found.
pub(crate) const HINT: &str = "no Rust here can build for thumbv7m-none-eabi. On Debian: \
    apt-get install rustc-web rust-web-src. With rustup: rustup target add thumbv7m-none-eabi. \
    Weaker, but runs anywhere: cargo xtask no-std --host";

/// A Rust that can build for a target which is not this machine.
pub(crate) struct CrossRust {
    target: String,
    rustc: PathBuf,
    sysroot: PathBuf,
    core: Core,
}

/// Where the target's `core` comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Core {
    Shipped,
    Sources,
}

/// The step.
pub(crate) fn run(options: &Options) -> Outcome {
    if options.proof == NoStdProof::Host {
        return host();
    }
    let rust = rust().ok_or_else(|| Failure::CouldNotRun(HINT.to_owned()))?;
    let target = project::metadata()?.target().join("bare-metal");
    shell::run(&mut build(&rust, &target)?)?;
    let library = target.join(TARGET).join("release").join(LIBRARY);
    let program = target.join("bare-metal.elf");
    link_whole(&rust, &library, &program)?;
    Ok(Done::note(format!("{TARGET}, linked whole, no allocator")))
}

/// The Rust for bare metal.
pub(crate) fn rust() -> Option<CrossRust> {
    CrossRust::find(TARGET)
}

impl CrossRust {
    /// The first Rust that has the target or the sources to build it.
    pub(crate) fn find(target: &str) -> Option<Self> {
        ["rustc", "/usr/bin/rustc"].iter().find_map(|rustc| {
            let ask = |what: &[&str]| shell::output(Command::new(rustc).args(what));
            let told = ask(&["--version"])?;
            let found = version(told.strip_prefix("rustc ")?);
            if found < version(env!("CARGO_PKG_RUST_VERSION")) {
                return None;
            }
            let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?.trim());
            let rustlib = sysroot.join("lib/rustlib");
            let core = if rustlib.join(target).join("lib").is_dir() {
                Core::Shipped
            } else if rustlib.join("src/rust/library/core").is_dir() {
                Core::Sources
            } else {
                return None;
            };
            Some(Self {
                target: target.to_owned(),
                rustc: PathBuf::from(rustc),
                sysroot,
                core,
            })
        })
    }
}

/// The build for the target, with the workspace's own versions of everything.
fn build(rust: &CrossRust, target: &Path) -> Result<Command, Failure> {
    let mut command = proof(target)?;
    aim(rust, &mut command, "core");
    Ok(command)
}

/// Makes a build of cargo's one for the target, with these of Rust's own
/// libraries.
pub(crate) fn aim(rust: &CrossRust, command: &mut Command, libraries: &str) {
    command.env("RUSTC", &rust.rustc);
    command.args(["--target", &rust.target]);
    if rust.core == Core::Sources {
        // Stable Rust builds its own library only when told to pass as nightly.
        command.env("RUSTC_BOOTSTRAP", "1");
        command.arg(format!("-Zbuild-std={libraries}"));
    }
}

/// The same with Rust's own libraries in their smaller form, where they are
/// built on the spot.
pub(crate) fn aim_small(rust: &CrossRust, command: &mut Command) {
    aim(rust, command, "core");
    if rust.core == Core::Sources {
        command.arg("-Zbuild-std-features=optimize_for_size");
    }
}

fn proof(target: &Path) -> Result<Command, Failure> {
    let folder = project::root().join("xtask/bare-metal");
    std::fs::copy(
        project::root().join("Cargo.lock"),
        folder.join("Cargo.lock"),
    )?;
    let mut command = shell::cargo();
    command.current_dir(folder);
    command
        .args(["build", "--release", "--target-dir"])
        .arg(target);
    Ok(command)
}

/// Links every object of the library. What is undefined is an error.
fn link_whole(rust: &CrossRust, library: &Path, program: &Path) -> Result<(), Failure> {
    let linker = linker(rust)
        .ok_or_else(|| Failure::CouldNotRun("no linker for ARM: apt-get install lld".to_owned()))?;
    let mut command = Command::new(&linker);
    if linker.file_stem().is_some_and(|name| name == "rust-lld") {
        command.args(["-flavor", "gnu"]);
    }
    command.args(["--no-undefined", "--entry", "start", "--whole-archive"]);
    shell::run(command.arg(library).arg("-o").arg(program))
}

/// The linker that comes with Rust, or one of the system.
fn linker(rust: &CrossRust) -> Option<PathBuf> {
    let shipped = |sysroot: &Path| {
        let host = project::host_triple()?;
        let file = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
        file.is_file().then_some(file)
    };
    let own = shell::output(Command::new("rustc").args(["--print", "sysroot"]));
    shipped(&rust.sysroot)
        .or_else(|| shipped(Path::new(own?.trim())))
        .or_else(|| shell::program("ld.lld"))
        .or_else(|| shell::program("arm-none-eabi-ld"))
}

/// The weaker proof: the same library for this machine, not linked whole.
fn host() -> Outcome {
    let target = project::metadata()?.target().join("bare-metal");
    shell::run(&mut proof(&target)?)?;
    Ok(Done::note(
        "for this machine only: no_std and no allocator, but not linked whole",
    ))
}
