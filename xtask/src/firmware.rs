//! The firmware of `examples/firmware`, on a Cortex-M3 in QEMU.
//!
//! ```text
//!  recorder (this machine) <── socket ──> simulated host      against: books compared
//!      └─> recorded.inc ─┐
//!  annul-c, bare, -Oz ───┼─> firmware.elf ──> qemu-system-arm: the same ledger, no heap
//!  story, nor, start ────┘
//! ```

use crate::c::vectors;
use crate::no_std::{self, CrossRust};
use crate::project;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use crate::tested;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every ARM program is compiled with.
const ARM: &[&str] = &[
    "-mcpu=cortex-m3",
    "-mthumb",
    "-Os",
    "-ffunction-sections",
    "-fdata-sections",
    "-DBOARD",
];

/// And linked with.
const LINKED: &[&str] = &["-nostartfiles", "--specs=nano.specs", "-Wl,--gc-sections"];

const WARNINGS: &[&str] = &["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"];

/// The smaller form of the hash. Places and texts of panics are not
/// linked anyhow: the hook takes neither. Inlining pays a little further than
/// LLVM thinks where size matters.
const RUST_FLAGS: &[&str] = &[
    "--cfg=sha2_backend=\"soft\"",
    "--cfg=sha2_backend_soft=\"compact\"",
    "-Zmir-opt-level=3",
    "-Cllvm-args=-inline-threshold=10",
];

/// What the step runs.
const PROGRAMS: &[&str] = &["arm-none-eabi-gcc", "arm-none-eabi-nm", "qemu-system-arm"];

/// Where Debian has it.
pub(crate) const PACKAGES: &[&str] = &[
    "gcc-arm-none-eabi",
    "libnewlib-arm-none-eabi",
    "qemu-system-arm",
];

/// Whether compiler, C library and emulator are here. A compiler that does not
/// find a file says its bare name.
pub(crate) fn tools_present() -> bool {
    let library = "nano.specs";
    let mut ask = Command::new("arm-none-eabi-gcc");
    PROGRAMS.iter().all(|name| shell::program(name).is_some())
        && shell::output(ask.arg(format!("-print-file-name={library}")))
            .is_some_and(|found| found.trim() != library)
}

/// Where things are.
pub(crate) struct Workshop {
    sources: PathBuf,
    c: PathBuf,
    built: PathBuf,
    against: PathBuf,
    pub(crate) work: PathBuf,
    library: PathBuf,
}

/// The step.
pub(crate) fn run(_: &Options) -> Outcome {
    let workshop = workshop()?;
    let told = workshop.record()?;
    let program = workshop.link("firmware", &["firmware.c", "story.c", "nor.c", "chip.c"])?;
    no_heap(&program)?;
    let (stack, shown) = Workshop::emulate(&program)?;
    if told.trim() != shown.trim() {
        return Err(Failure::failed(format!(
            "the firmware's ledger differs\nrecorded:\n{told}\nfirmware:\n{shown}"
        )));
    }
    let vectors = workshop.vectors()?;
    Ok(Done::note(format!(
        "story told on a Cortex-M3, no heap, {stack} bytes of stack; {vectors}"
    )))
}

/// Builds the library for the target, and the recorder's for this machine.
pub(crate) fn workshop() -> Result<Workshop, Failure> {
    if !tools_present() {
        let packages = PACKAGES.join(" ");
        return Err(Failure::CouldNotRun(format!(
            "the ARM toolchain or QEMU is missing: apt-get install {packages}"
        )));
    }
    let rust = no_std::rust().ok_or_else(|| Failure::CouldNotRun(no_std::HINT.to_owned()))?;
    let target = project::metadata()?.target();
    let work = target.join("firmware-work");
    std::fs::create_dir_all(&work)?;
    let library = library(&rust, &target.join("firmware"))?;
    let mut build = shell::cargo();
    build.args(["build", "--release", "-p", "annul-c"]);
    shell::run(&mut build)?;
    Ok(Workshop {
        sources: project::root().join("examples/firmware"),
        c: project::root().join("bindings/c"),
        built: target.join("release"),
        against: tested::host("against")?,
        work,
        library,
    })
}

/// annul-c without an operating system, optimized for size: `docs/src/c.md`
/// lists the profile. Checks of overflow stay on, see the workspace.
fn library(rust: &CrossRust, target: &Path) -> Result<PathBuf, Failure> {
    let mut command = shell::cargo();
    command.args([
        "rustc",
        "--release",
        "-p",
        "annul-c",
        "--crate-type",
        "staticlib",
    ]);
    command.args([
        "--no-default-features",
        "--features",
        "bare",
        "--target-dir",
    ]);
    command.arg(target);
    for (key, value) in [
        ("OPT_LEVEL", "z"),
        ("LTO", "fat"),
        ("CODEGEN_UNITS", "1"),
        ("PANIC", "abort"),
    ] {
        command.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", RUST_FLAGS.join("\u{1f}"));
    no_std::aim_small(rust, &mut command);
    shell::run(&mut command)?;
    Ok(target.join(no_std::TARGET).join("release/libannul_c.a"))
}

impl Workshop {
    /// Tells the story to the host and keeps the exchanges; gives the ledger.
    pub(crate) fn record(&self) -> Result<String, Failure> {
        let recorder = self.work.join("recorder");
        let mut command = Command::new("gcc");
        command.args(WARNINGS).args(["-O1", "-g"]);
        self.include(&mut command);
        self.add(&mut command, &["recorder.c", "story.c", "nor.c"]);
        command.arg(self.c.join("loop/annul_loop.c"));
        command.arg(self.built.join("libannul_c.a"));
        command
            .args(["-lpthread", "-ldl", "-lm", "-o"])
            .arg(&recorder);
        shell::run(&mut command)?;
        let mut told = Command::new(&self.against);
        told.args(["--fault", "drop-answer@sale#2", "--"]);
        told.arg(&recorder).arg("{port}");
        told.arg(self.work.join("recorded.inc"));
        let mut ledger = String::new();
        let agreed = shell::lines(&mut told, |line| {
            ledger += line;
            ledger += "\n";
        })?;
        if agreed {
            Ok(ledger)
        } else {
            Err(Failure::failed("the recorder and the host do not agree"))
        }
    }

    /// The vectors that the C suite takes, on the board; gives what it says of
    /// them.
    fn vectors(&self) -> Result<String, Failure> {
        vectors::write(&self.work)?;
        let test = self.c.join("tests/vectors.c");
        let program = self.link("vectors", &[test.to_string_lossy().as_ref()])?;
        let (_, said) = Self::emulate(&program)?;
        Ok(said.trim().to_owned())
    }

    /// Links a program for the board.
    pub(crate) fn link(&self, name: &str, files: &[&str]) -> Result<PathBuf, Failure> {
        let program = self.work.join(format!("{name}.elf"));
        let mut command = Command::new("arm-none-eabi-gcc");
        command.args(WARNINGS).args(ARM).args(LINKED);
        self.include(&mut command);
        command.arg("-T").arg(self.sources.join("mps2-an385.ld"));
        self.add(&mut command, files);
        self.add(&mut command, &["start.c"]);
        command.arg(self.c.join("loop/annul_loop.c"));
        command.arg(&self.library);
        let map = program.with_extension("map");
        command.arg(format!("-Wl,-Map={}", map.display()));
        command.args(["-Wl,--no-warn-execstack", "-o"]);
        shell::run(command.arg(&program))?;
        Ok(program)
    }

    /// Runs a program; gives its deepest stack and what else it printed.
    pub(crate) fn emulate(program: &Path) -> Result<(u32, String), Failure> {
        let mut command = Command::new("timeout");
        command.args([
            "120",
            "qemu-system-arm",
            "-M",
            "mps2-an385",
            "-display",
            "none",
        ]);
        command.args([
            "-serial",
            "none",
            "-monitor",
            "none",
            "-chardev",
            "stdio,id=words",
        ]);
        command.args([
            "-semihosting-config",
            "enable=on,target=native,chardev=words",
        ]);
        command.arg("-kernel").arg(program);
        let (mut stack, mut printed) = (None, String::new());
        let ended = shell::lines(&mut command, |line| {
            if let Some(bytes) = line.strip_prefix("stack ") {
                stack = bytes.trim().parse().ok();
            } else {
                printed += line;
                printed += "\n";
            }
        })?;
        match (ended, stack) {
            (true, Some(stack)) => Ok((stack, printed)),
            _ => Err(Failure::failed("the program on the board went wrong")),
        }
    }

    fn include(&self, command: &mut Command) {
        command.arg("-I").arg(self.c.join("include"));
        command.arg("-I").arg(self.c.join("loop"));
        command.arg("-I").arg(&self.work);
        command.arg("-I").arg(&self.sources);
    }

    fn add(&self, command: &mut Command, files: &[&str]) {
        command.args(files.iter().map(|file| self.sources.join(file)));
    }
}

/// A program that never asks for memory has no function to ask by.
fn no_heap(program: &Path) -> Result<(), Failure> {
    let symbols = shell::output(Command::new("arm-none-eabi-nm").arg(program))
        .ok_or_else(|| Failure::failed("arm-none-eabi-nm does not read the program"))?;
    let heap = |line: &&str| {
        let name = line.rsplit(' ').next().unwrap_or_default();
        ["malloc", "_malloc_r", "free", "_sbrk", "__rust_alloc"].contains(&name)
    };
    match symbols.lines().find(heap) {
        Some(line) => Err(Failure::failed(format!("the firmware has a heap: {line}"))),
        None => Ok(()),
    }
}
