//! The table of steps. Each can be run alone by its name; `test` runs those
//! marked so, in the order of the table.

use crate::report::Outcome;
use crate::setup::Tool;
use crate::{bench, c, docs, firmware, fuzz, kotlin, msrv, no_std, setup, size, tests, tidy};
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
    /// How long each fuzz target runs.
    pub(crate) seconds: u64,
    pub(crate) proof: NoStdProof,
    /// What `setup` brings: all tools, or those of the chosen steps.
    pub(crate) tools: Vec<Tool>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seconds: 60,
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
        needs: &[],
        run: msrv::run,
    },
    Step {
        name: "fuzz",
        about: "every fuzz target for --seconds N (60)",
        part_of_test: Yes,
        needs: &[Tool::CargoFuzz],
        run: fuzz::run,
    },
    Step {
        name: "tidy",
        about: "sizes, module order, card numbers, links, READMEs",
        part_of_test: Yes,
        needs: &[],
        run: tidy::run,
    },
    Step {
        name: "c",
        about: "the C interface: header, symbols, layout, vectors, the story over a socket",
        part_of_test: No,
        needs: &[Tool::CToolchain],
        run: c::run,
    },
    Step {
        name: "firmware",
        about: "the C interface on a Cortex-M3 in QEMU: no heap, flash, power losses",
        part_of_test: No,
        needs: &[Tool::BareMetalRust, Tool::CToolchain, Tool::ArmToolchain],
        run: firmware::run,
    },
    Step {
        name: "size",
        about: "flash, RAM and stack of the codec and of the whole terminal",
        part_of_test: No,
        needs: &[Tool::BareMetalRust, Tool::CToolchain, Tool::ArmToolchain],
        run: size::run,
    },
    Step {
        name: "header",
        about: "write bindings/c/include/annul.h anew",
        part_of_test: No,
        needs: &[],
        run: c::write_header,
    },
    Step {
        name: "kotlin",
        about: "the Kotlin binding: build, generate, and its tests on the JVM",
        part_of_test: No,
        needs: &[Tool::Jdk],
        run: kotlin::run,
    },
    Step {
        name: "seeds",
        about: "write the fuzz seeds anew from the protocol vectors",
        part_of_test: No,
        needs: &[],
        run: fuzz::write_seeds,
    },
    Step {
        name: "bench",
        about: "the benchmarks of the core",
        part_of_test: No,
        needs: &[],
        run: bench::run,
    },
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
    let in_test = |step: &&Step| step.part_of_test == Yes;
    for name in only {
        if !STEPS.iter().filter(in_test).any(|step| step.name == name) {
            return Err(format!("test has no step {name:?}"));
        }
    }
    let wanted = |step: &&Step| {
        only.is_empty() || step.name == "setup" || only.iter().any(|n| n == step.name)
    };
    Ok(STEPS.iter().filter(in_test).filter(wanted).collect())
}

/// The tools that `setup` has to bring: those of the steps beside it, or all
/// where it was asked for by name.
pub(crate) fn tools(task: &str, steps: &[&Step]) -> Vec<Tool> {
    let all = STEPS.iter().collect::<Vec<_>>();
    let steps = if task == "setup" { &all } else { steps };
    let mut tools: Vec<Tool> = steps.iter().flat_map(|step| step.needs).copied().collect();
    tools.dedup();
    tools
}

/// What `cargo xtask` prints.
pub(crate) fn usage() -> String {
    let mut text = "usage: cargo xtask test [--only NAME,NAME] | TASK [--seconds N] [--host]\n\n\
         `test` runs the tasks marked *, in this order:\n"
        .to_owned();
    for step in STEPS {
        let mark = if step.part_of_test == Yes { '*' } else { ' ' };
        let _ = writeln!(text, "  {mark} {:<8} {}", step.name, step.about);
    }
    text
}
