//! The table of steps. Each can be run alone by its name; `test` runs those
//! marked so, in the order of the table, or those of the suites asked for.

use crate::report::Outcome;
use crate::setup::Tool;
use crate::{
    android, bench, c, docs, firmware, fuzz, kotlin, msrv, no_std, setup, size, swift, tests, tidy,
};
use std::fmt::Write as _;

/// One thing that can pass or fail.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) part_of_test: PartOfTest,
    pub(crate) needs: &'static [Tool],
    pub(crate) run: fn(&Options) -> Outcome,
}

/// Whether `cargo xtask test` runs a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartOfTest {
    Yes,
    No,
}

/// How the `no_std` proof is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoStdProof {
    /// For a Cortex-M3, every symbol resolved: the proof that counts.
    BareMetal,
    /// For the host: weaker, for machines that cannot have the other.
    Host,
}

/// What the command line can change.
#[derive(Debug)]
pub(crate) struct Options {
    /// How long each fuzz target runs; else it gets so many inputs.
    pub(crate) seconds: Option<u64>,
    pub(crate) proof: NoStdProof,
    /// What `setup` brings: all tools, or those of the chosen steps.
    pub(crate) tools: Vec<Tool>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seconds: None,
            proof: NoStdProof::BareMetal,
            tools: Vec::new(),
        }
    }
}

use PartOfTest::{No, Yes};

/// Every step, in the order `test` runs them.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "setup",
        about: "install the tools that are missing, and only those",
        part_of_test: Yes,
        needs: &[],
        run: setup::run,
    },
    Step {
        name: "fmt",
        about: "is every file as rustfmt writes it?",
        part_of_test: Yes,
        needs: &[],
        run: tests::fmt,
    },
    Step {
        name: "clippy",
        about: "lints over the workspace, warnings are errors",
        part_of_test: Yes,
        needs: &[],
        run: tests::clippy,
    },
    Step {
        name: "no-std",
        about: "core for a Cortex-M3 without alloc, every symbol resolved (--host: weaker proof)",
        part_of_test: Yes,
        needs: &[Tool::BareMetalRust],
        run: no_std::run,
    },
    Step {
        name: "tests",
        about: "unit, integration and doc tests of the workspace, all features",
        part_of_test: Yes,
        needs: &[],
        run: tests::tests,
    },
    Step {
        name: "docs",
        about: "API docs without a warning, and the book",
        part_of_test: Yes,
        needs: &[Tool::MdBook],
        run: docs::run,
    },
    Step {
        name: "msrv",
        about: "builds with the declared rust-version, and no dependency asks for more",
        part_of_test: Yes,
        needs: &[Tool::DeclaredRust],
        run: msrv::run,
    },
    Step {
        name: "fuzz",
        about: "every fuzz target, two at a time, the same inputs each time (--seconds N: others, for so long)",
        part_of_test: Yes,
        needs: &[Tool::CargoFuzz, Tool::Compilers],
        run: fuzz::run,
    },
    Step {
        name: "tidy",
        about: "sizes, module order, card numbers, links, READMEs and what they quote",
        part_of_test: Yes,
        needs: &[],
        run: tidy::run,
    },
    Step {
        name: "kotlin",
        about: "the Kotlin binding: build, generate, and its tests on the JVM",
        part_of_test: Yes,
        needs: &[Tool::Jdk],
        run: kotlin::run,
    },
    Step {
        name: "c",
        about: "the C interface: header, symbols, layout, vectors, the story over a socket",
        part_of_test: Yes,
        needs: &[Tool::Compilers, Tool::CCheckers],
        run: c::run,
    },
    Step {
        name: "firmware",
        about: "the C interface on a Cortex-M3 in QEMU: no heap, flash, power losses",
        part_of_test: Yes,
        needs: &[Tool::BareMetalRust, Tool::Compilers, Tool::ArmToolchain],
        run: firmware::run,
    },
    Step {
        name: "size",
        about: "flash and RAM of the codec and of the whole terminal are within budget",
        part_of_test: Yes,
        needs: &[Tool::BareMetalRust, Tool::Compilers, Tool::ArmToolchain],
        run: size::run,
    },
    Step {
        name: "swift",
        about: "the Swift binding: build, generate, and its tests",
        part_of_test: Yes,
        needs: &[Tool::Swift],
        run: swift::run,
    },
    Step {
        name: "header",
        about: "write bindings/c/include/annul.h anew",
        part_of_test: No,
        needs: &[],
        run: c::write_header,
    },
    Step {
        name: "android",
        about: "the library of the Kotlin binding for Android: with an NDK the .so of each ABI",
        part_of_test: No,
        needs: &[Tool::BareMetalRust],
        run: android::run,
    },
    Step {
        name: "apple",
        about: "the library of the Swift binding for iOS and macOS, as an XCFramework",
        part_of_test: No,
        needs: &[Tool::BareMetalRust],
        run: swift::apple,
    },
    Step {
        name: "seeds",
        about: "write the fuzz seeds anew from the protocol vectors",
        part_of_test: No,
        needs: &[],
        run: fuzz::write_seeds,
    },
    Step {
        name: "soak",
        about: "the simulation on new seeds, until told (--seconds N: for so long)",
        part_of_test: No,
        needs: &[],
        run: tests::soak,
    },
    Step {
        name: "bench",
        about: "the benchmarks of the core",
        part_of_test: No,
        needs: &[],
        run: bench::run,
    },
];

/// What `--only` calls a suite, and the steps that are in it.
const SUITES: &[(&str, &[&str])] = &[
    (
        "rust",
        &[
            "fmt", "clippy", "no-std", "tests", "docs", "msrv", "fuzz", "tidy",
        ],
    ),
    ("kotlin", &["kotlin"]),
    ("c", &["c"]),
    ("firmware", &["firmware", "size"]),
    ("swift", &["swift"]),
];

/// The steps that a task stands for: `test` for many, else the one so named.
pub(crate) fn chosen(task: &str, only: &[String]) -> Result<Vec<&'static Step>, String> {
    if task != "test" {
        if !only.is_empty() {
            return Err("--only belongs to test".to_owned());
        }
        return match STEPS.iter().find(|step| step.name == task) {
            Some(step) => Ok(vec![step]),
            None => Err(format!("unknown task {task:?}")),
        };
    }
    let mut wanted = vec!["setup"];
    for name in only {
        match SUITES.iter().find(|(suite, _)| suite == name) {
            Some((_, steps)) => wanted.extend(*steps),
            None if in_test().any(|step| step.name == name) => wanted.push(name),
            None => return Err(format!("test has no step or suite {name:?}")),
        }
    }
    let wanted = |step: &&Step| only.is_empty() || wanted.contains(&step.name);
    Ok(in_test().filter(wanted).collect())
}

fn in_test() -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(|step| step.part_of_test == Yes)
}

/// The tools that `setup` has to bring: those of the steps beside it, or all
/// where it was asked for by name.
pub(crate) fn tools(task: &str, steps: &[&Step]) -> Vec<Tool> {
    let all = STEPS.iter().collect::<Vec<_>>();
    let steps = if task == "setup" { &all } else { steps };
    let mut tools = Vec::new();
    for tool in steps.iter().flat_map(|step| step.needs) {
        if !tools.contains(tool) {
            tools.push(*tool);
        }
    }
    tools
}

/// The suites that run on a machine without these tools.
pub(crate) fn suites_without(missing: &[Tool]) -> Vec<&'static str> {
    let lacks = |step: &Step| step.needs.iter().any(|tool| missing.contains(tool));
    let runs = |names: &[&str]| !in_test().any(|step| names.contains(&step.name) && lacks(step));
    (SUITES.iter().filter(|(_, steps)| runs(steps)))
        .map(|(suite, _)| *suite)
        .collect()
}

/// What `cargo xtask` prints.
pub(crate) fn usage() -> String {
    let mut text =
        "usage: cargo xtask test [--only NAME,NAME] [--verbose] | TASK [--seconds N] [--host]\n\n\
         `test` runs the tasks marked *, in this order:\n"
            .to_owned();
    for step in STEPS {
        let mark = if step.part_of_test == Yes { '*' } else { ' ' };
        let _ = writeln!(text, "  {mark} {:<8} {}", step.name, step.about);
    }
    text += "\n--only takes their names and those of suites:\n";
    for (suite, steps) in SUITES {
        let _ = writeln!(text, "    {suite:<8} {}", steps.join(", "));
    }
    text
}

#[cfg(test)]
mod step_tests {
    use super::*;

    #[test]
    fn every_step_of_test_is_in_one_suite() {
        let of_suites: Vec<&str> = SUITES
            .iter()
            .flat_map(|(_, steps)| *steps)
            .copied()
            .collect();
        let of_test: Vec<&str> = in_test().map(|step| step.name).collect();
        assert_eq!(of_test[0], "setup");
        assert_eq!(of_suites, of_test[1..]);
    }

    #[test]
    fn a_suite_runs_where_no_step_of_it_lacks_a_tool() {
        let without_jdk = suites_without(&[Tool::Jdk]);
        assert_eq!(without_jdk, ["rust", "c", "firmware", "swift"]);
        let three = [Tool::Compilers, Tool::Jdk, Tool::Swift];
        assert!(suites_without(&three).is_empty());
    }

    #[test]
    fn each_tool_is_brought_once() {
        let tools = tools("setup", &[]);
        assert_eq!(
            tools
                .iter()
                .filter(|tool| **tool == Tool::Compilers)
                .count(),
            1
        );
    }
}
