//! `annul.h`: made by cbindgen, committed, compared.

use super::{Bench, Language};
use crate::project;
use crate::report::{Done, Failure, Outcome};
use crate::shell;
use crate::step::Options;
use std::path::Path;

/// The step `header`: writes the file anew.
pub(crate) fn write(_: &Options) -> Outcome {
    let sources = project::root().join("bindings/c");
    let text = generated(&sources)?;
    std::fs::write(sources.join("include/annul.h"), text)?;
    Ok(Done::note("bindings/c/include/annul.h"))
}

/// What cbindgen makes of the crate.
fn generated(sources: &Path) -> Result<String, Failure> {
    let config = cbindgen::Config::from_file(sources.join("cbindgen.toml"))
        .map_err(|error| Failure::failed(format!("cbindgen.toml: {error}")))?;
    let bindings = cbindgen::Builder::new()
        .with_crate(sources)
        .with_config(config)
        .generate()
        .map_err(|error| Failure::failed(format!("cbindgen: {error}")))?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).map_err(|error| Failure::failed(format!("cbindgen: {error}")))
}

pub(super) fn is_current(bench: &Bench) -> Result<(), Failure> {
    let committed = std::fs::read_to_string(bench.sources.join("include/annul.h"))?;
    if committed != generated(&bench.sources)? {
        return Err(Failure::failed(
            "annul.h is not what the crate says: cargo xtask header, and look at the difference",
        ));
    }
    let numbers: Vec<&str> = bench.version.split('.').collect();
    for (part, number) in ["MAJOR", "MINOR", "PATCH"].iter().zip(numbers) {
        let line = format!("#define ANNUL_VERSION_{part} {number}\n");
        if !committed.contains(&line) {
            return Err(Failure::failed(format!("annul.h has no line {line:?}")));
        }
    }
    Ok(())
}

pub(super) fn compiles_alone(bench: &Bench) -> Result<(), Failure> {
    let header = bench.sources.join("include/annul.h");
    for (language, name) in [(Language::C, "c"), (Language::Cpp, "c++")] {
        let mut command = bench.compiler(language);
        command.args(["-fsyntax-only", "-x", name]).arg(&header);
        shell::run(&mut command)?;
    }
    Ok(())
}

/// The functions a header declares, sorted.
pub(super) fn functions(header: &str) -> Vec<&str> {
    let code = header
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '*']));
    let mut names: Vec<&str> = code
        .filter_map(|line| {
            let before = &line[..line.find('(')?];
            let name = before.rsplit([' ', '*']).next()?;
            name.starts_with("annul_").then_some(name)
        })
        .collect();
    names.sort_unstable();
    names
}

/// The structures a header defines.
pub(super) fn structures(header: &str) -> Vec<&str> {
    header
        .lines()
        .filter_map(|line| line.strip_prefix("typedef struct ")?.strip_suffix(" {"))
        .collect()
}

#[cfg(test)]
mod header_tests {
    use super::*;

    const HEADER: &str = "/**\n * Does (annul_not) much.\n */\n\
        ANNUL_MUST_USE\nannul_status annul_two(int a,\n                     int b);\n\
        ANNUL_MUST_USE annul_status annul_one(void);\n\
        typedef struct annul_now {\n    uint64_t millis;\n} annul_now;\n";

    #[test]
    fn functions_are_found_on_one_line_and_on_many() {
        assert_eq!(functions(HEADER), ["annul_one", "annul_two"]);
    }

    #[test]
    fn structures_are_found() {
        assert_eq!(structures(HEADER), ["annul_now"]);
    }
}
