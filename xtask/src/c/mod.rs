//! The C interface: its header is the crate's, its symbols are the header's,
//! and C programs tell the story against the simulated host.
//!
//! | check | what it proves |
//! |---|---|
//! | header | the committed `annul.h` is what cbindgen makes of the crate; it compiles alone |
//! | symbols | the library exports the header's functions and nothing else |
//! | layout | structures lie in C as they lie in Rust |
//! | vectors | messages, MACs, keys, PINs and TLVs of `core/tests/vectors`, through C |
//! | replay | a sign-in and a sale of them byte for byte; working keys of every layout |
//! | story | sign-in to restart over a socket; books compared with the host's |
//! | kinds | pre-authorization to settlement, in the same way |
//! | packages | a program finds annul by `find_package` and by pkg-config |
//!
//! Programs are compiled as C99 and as C++11 with warnings as errors, and run
//! plain, under valgrind, and with the address and undefined-behaviour
//! sanitizers.

mod header;
mod packages;
pub(crate) mod vectors;

use crate::project::{self, Metadata};
use crate::report::{Done, Failure, Outcome, Tests};
use crate::shell;
use crate::step::Options;
use crate::tested;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use header::write as write_header;

/// What the checks run, beside the compilers.
pub(crate) const PROGRAMS: &[&str] = &["valgrind", "cmake", "pkg-config"];

/// Where Debian has it.
pub(crate) const PACKAGES: &[&str] = PROGRAMS;

/// Where the checks find and put things.
struct Bench {
    /// `bindings/c`.
    sources: PathBuf,
    /// What cargo built of the library.
    built: PathBuf,
    /// Runs a program against the simulated host and compares their books.
    against: PathBuf,
    /// Files of this step.
    work: PathBuf,
    version: String,
}

type Check = fn(&Bench) -> Result<(), Failure>;

const CHECKS: &[(&str, Check)] = &[
    ("header is the crate's", header::is_current),
    ("header compiles alone", header::compiles_alone),
    ("symbols are the header's", symbols),
    ("layout", layout),
    ("vectors", run_vectors),
    ("replay", replay),
    ("story", story),
    ("kinds", kinds),
    ("CMake package", packages::cmake),
    ("pkg-config", packages::pkg_config),
];

/// The step. Each check counts as one test.
pub(crate) fn run(_: &Options) -> Outcome {
    let bench = bench()?;
    let mut build = shell::cargo();
    build.args(["build", "--release", "-p", "annul-c"]);
    shell::run(&mut build)?;
    let mut tests = Tests::default();
    let mut wrong = Vec::new();
    for (name, check) in CHECKS {
        match check(&bench) {
            Ok(()) => tests.passed += 1,
            Err(Failure::CouldNotRun(why)) => return Err(Failure::CouldNotRun(why)),
            Err(Failure::Failed { note, .. }) => {
                tests.failed += 1;
                println!("{name}: {note}");
                wrong.push(*name);
            }
        }
    }
    if wrong.is_empty() {
        let note = format!(
            "{} checks, gcc and g++, valgrind and sanitizers",
            CHECKS.len()
        );
        Ok(Done { tests, note })
    } else {
        let note = wrong.join(", ");
        Err(Failure::Failed { tests, note })
    }
}

fn bench() -> Result<Bench, Failure> {
    let metadata = project::metadata()?;
    let work = metadata.target().join("c");
    std::fs::create_dir_all(&work)?;
    Ok(Bench {
        sources: project::root().join("bindings/c"),
        built: metadata.target().join("release"),
        against: tested::host("against")?,
        version: version_of(&metadata)?,
        work,
    })
}

fn version_of(metadata: &Metadata) -> Result<String, Failure> {
    let found = metadata.members().find(|one| one.name() == "annul-c");
    let found = found.map(|package| package.version().to_owned());
    found.ok_or_else(|| Failure::failed("annul-c is no member of the workspace"))
}

impl Bench {
    fn library(&self) -> PathBuf {
        self.built.join("libannul_c.a")
    }

    /// A compiler with the flags every program here is held to.
    fn compiler(&self, language: Language) -> Command {
        let (program, standard) = match language {
            Language::C => ("gcc", "-std=c99"),
            Language::Cpp => ("g++", "-std=c++11"),
        };
        let mut command = Command::new(program);
        command.args([
            standard,
            "-O1",
            "-g",
            "-Wall",
            "-Wextra",
            "-pedantic",
            "-Werror",
        ]);
        for folder in ["include", "loop", "tests"] {
            command.arg("-I").arg(self.sources.join(folder));
        }
        command.arg("-I").arg(&self.work);
        command
    }

    /// Compiles C files to a program; in C++ they are read as C++.
    fn program(
        &self,
        name: &str,
        language: Language,
        extra: &[&str],
        files: &[&str],
    ) -> Result<PathBuf, Failure> {
        let program = self.work.join(name);
        let mut command = self.compiler(language);
        command.args(extra);
        if language == Language::Cpp {
            command.args(["-x", "c++"]);
        }
        command.args(files.iter().map(|file| self.sources.join(file)));
        command.args(["-x", "none"]).arg(self.library());
        command
            .args(["-lpthread", "-ldl", "-lm", "-o"])
            .arg(&program);
        shell::run(&mut command)?;
        Ok(program)
    }

    /// Compiles and runs a program each way it is tried.
    fn every_way(&self, name: &str, files: &[&str]) -> Result<(), Failure> {
        for (way, language, flags, runner) in WAYS {
            let program = self.program(&format!("{name}-{way}"), *language, flags, files)?;
            shell::run(&mut under(runner, &program))?;
        }
        Ok(())
    }

    /// Has a program tell its story to the host each way it is tried, and the
    /// books compared.
    fn told(&self, name: &str, files: &[&str], fault: &str) -> Result<(), Failure> {
        for (way, language, flags, runner) in WAYS {
            let program = self.program(&format!("{name}-{way}"), *language, flags, files)?;
            let journal = self.work.join(format!("{name}-{way}.journal"));
            let mut told = Command::new(&self.against);
            told.args(["--fault", fault, "--"]);
            told.args(*runner).arg(program).arg("{port}").arg(journal);
            shell::run(&mut told)?;
        }
        Ok(())
    }
}

/// What a file is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    C,
    Cpp,
}

const SANITIZED: &[&str] = &[
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
];

/// Each way a program is tried: name, language, flags, what runs it.
const WAYS: &[(&str, Language, &[&str], &[&str])] = &[
    ("c99", Language::C, &[], &[]),
    ("cpp", Language::Cpp, &[], &[]),
    (
        "valgrind",
        Language::C,
        &[],
        &["valgrind", "-q", "--error-exitcode=9", "--leak-check=full"],
    ),
    ("sanitized", Language::C, SANITIZED, &[]),
];

fn symbols(bench: &Bench) -> Result<(), Failure> {
    let mut nm = Command::new("nm");
    nm.args(["-D", "--defined-only", "--format=posix"]);
    let told = shell::output(nm.arg(bench.built.join("libannul_c.so")))
        .ok_or_else(|| Failure::CouldNotRun("nm: apt-get install binutils".to_owned()))?;
    let mut exported: Vec<&str> = (told.lines())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    exported.sort_unstable();
    let header = std::fs::read_to_string(bench.sources.join("include/annul.h"))?;
    let declared = header::functions(&header);
    if exported == declared {
        println!("{} functions", declared.len());
        return Ok(());
    }
    Err(Failure::failed(format!(
        "exported {exported:?}, declared {declared:?}"
    )))
}

fn layout(bench: &Bench) -> Result<(), Failure> {
    let mut table = shell::cargo();
    table.args([
        "run",
        "--release",
        "-q",
        "-p",
        "annul-c",
        "--example",
        "layout",
    ]);
    let checks = shell::output(&mut table)
        .ok_or_else(|| Failure::failed("the example layout did not run"))?;
    let file = bench.work.join("layout.c");
    std::fs::write(&file, &checks)?;
    let header = std::fs::read_to_string(bench.sources.join("include/annul.h"))?;
    let missing: Vec<&str> = (header::structures(&header).into_iter())
        .filter(|name| !checks.contains(&format!("check_{name}[")))
        .collect();
    if !missing.is_empty() {
        return Err(Failure::failed(format!("not in the table: {missing:?}")));
    }
    for language in [Language::C, Language::Cpp] {
        let mut command = bench.compiler(language);
        if language == Language::Cpp {
            command.args(["-x", "c++"]);
        }
        shell::run(command.arg("-fsyntax-only").arg(&file))?;
    }
    Ok(())
}

fn run_vectors(bench: &Bench) -> Result<(), Failure> {
    vectors::write(&bench.work)?;
    bench.every_way("vectors", &["tests/vectors.c"])
}

fn replay(bench: &Bench) -> Result<(), Failure> {
    vectors::write(&bench.work)?;
    bench.every_way("keys", &["tests/keys.c", "loop/annul_loop.c"])
}

const STORY: &[&str] = &[
    "tests/story.c",
    "tests/posix.c",
    "tests/void.c",
    "loop/annul_loop.c",
];

fn story(bench: &Bench) -> Result<(), Failure> {
    bench.told("story", STORY, "drop-answer@sale#2")
}

const KINDS: &[&str] = &[
    "tests/kinds.c",
    "tests/posix.c",
    "tests/void.c",
    "loop/annul_loop.c",
];

fn kinds(bench: &Bench) -> Result<(), Failure> {
    bench.told("kinds", KINDS, "drop-answer@refund")
}

/// A program, as it is or under another.
fn under(runner: &[&str], program: &Path) -> Command {
    match runner {
        [] => Command::new(program),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(program);
            command
        }
    }
}
