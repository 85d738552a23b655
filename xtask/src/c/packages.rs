//! What a user installs: header, library, the loop, and the files by which
//! `CMake` and pkg-config find them.

use super::{Bench, Language};
use crate::report::Failure;
use crate::shell;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder laid out as it is installed.
fn prefix(bench: &Bench) -> Result<PathBuf, Failure> {
    let prefix = bench.work.join("prefix");
    let place = |from: PathBuf, to: &str| -> Result<(), Failure> {
        let to = prefix.join(to);
        std::fs::create_dir_all(to.parent().unwrap_or(&prefix))?;
        std::fs::copy(from, to)?;
        Ok(())
    };
    let sources = &bench.sources;
    place(sources.join("include/annul.h"), "include/annul.h")?;
    place(sources.join("loop/annul_loop.h"), "include/annul_loop.h")?;
    place(
        sources.join("loop/annul_loop.c"),
        "share/annul/annul_loop.c",
    )?;
    place(bench.library(), "lib/libannul_c.a")?;
    let config = "lib/cmake/annul/annul-config.cmake";
    place(sources.join("cmake/annul-config.cmake"), config)?;
    let filled = |from: &str, to: &str| -> Result<(), Failure> {
        place(sources.join(from), to)?;
        let text = std::fs::read_to_string(sources.join(from))?;
        std::fs::write(prefix.join(to), text.replace("@VERSION@", &bench.version))?;
        Ok(())
    };
    filled(
        "cmake/annul-config-version.cmake.in",
        "lib/cmake/annul/annul-config-version.cmake",
    )?;
    filled("annul.pc.in", "lib/pkgconfig/annul.pc")?;
    Ok(prefix)
}

pub(super) fn cmake(bench: &Bench) -> Result<(), Failure> {
    let prefix = prefix(bench)?;
    let build = bench.work.join("cmake");
    if build.is_dir() {
        std::fs::remove_dir_all(&build)?;
    }
    let mut configure = Command::new("cmake");
    configure
        .arg("-S")
        .arg(bench.sources.join("tests/consumer"));
    configure.arg("-B").arg(&build);
    configure.arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()));
    shell::run(&mut configure)?;
    shell::run(Command::new("cmake").arg("--build").arg(&build))?;
    shell::run(&mut Command::new(build.join("consumer")))
}

pub(super) fn pkg_config(bench: &Bench) -> Result<(), Failure> {
    let prefix = prefix(bench)?;
    let flags = ask(&prefix, &["--cflags", "--libs", "--static", "annul"])?;
    if ask(&prefix, &["--modversion", "annul"])?.trim() != bench.version {
        return Err(Failure::failed("annul.pc is of another version"));
    }
    let program = bench.work.join("consumer");
    let mut command = bench.compiler(Language::C);
    command.arg(bench.sources.join("tests/consumer/consumer.c"));
    command.arg(prefix.join("share/annul/annul_loop.c"));
    command.args(flags.split_whitespace());
    shell::run(command.arg("-o").arg(&program))?;
    shell::run(&mut Command::new(program))
}

fn ask(prefix: &Path, words: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new("pkg-config");
    command.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
    shell::output(command.args(words))
        .ok_or_else(|| Failure::CouldNotRun("pkg-config: apt-get install pkg-config".to_owned()))
}
