//! What no compiler checks: sizes, module order, card numbers, links, that the
//! two READMEs tell the same story with commands that exist, and that they
//! quote what was compiled.
//!
//! Every rule looks at all files and lists everything it finds, each as
//! `path:line: what is wrong`.

mod cards;
mod links;
mod modules;
mod quotes;
mod readme;
mod sizes;

use crate::project;
use crate::report::{Done, Failure, Outcome, Tests};
use crate::step::Options;
use std::path::PathBuf;

/// A file of the project; the text is empty where it is not UTF-8.
struct File {
    path: PathBuf,
    bytes: u64,
    text: String,
}

impl File {
    fn extension(&self) -> &str {
        let extension = self.path.extension();
        extension.and_then(|e| e.to_str()).unwrap_or_default()
    }

    /// A finding at a line, counted from 1.
    fn at(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path.display())
    }
}

type Rule = fn(&[File]) -> Vec<String>;

const RULES: &[(&str, Rule)] = &[
    ("sizes", sizes::check),
    ("module order", modules::check),
    ("card numbers", cards::check),
    ("links", links::check),
    ("READMEs", readme::check),
    ("quotes", quotes::check),
];

/// The step. Each rule counts as one test.
pub(crate) fn run(_: &Options) -> Outcome {
    let files = read()?;
    let mut tests = Tests::default();
    for (name, rule) in RULES {
        let findings = rule(&files);
        println!("{name}: {} findings", findings.len());
        for finding in &findings {
            println!("  {finding}");
        }
        if findings.is_empty() {
            tests.passed += 1;
        } else {
            tests.failed += 1;
        }
    }
    let note = format!("{} files, {} rules", files.len(), RULES.len());
    if tests.failed == 0 {
        Ok(Done { tests, note })
    } else {
        Err(Failure::Failed { tests, note })
    }
}

fn read() -> Result<Vec<File>, Failure> {
    let read = |path: PathBuf| {
        let content = std::fs::read(project::root().join(&path))?;
        Ok(File {
            path,
            bytes: content.len() as u64,
            text: String::from_utf8(content).unwrap_or_default(),
        })
    };
    project::files()?.into_iter().map(read).collect()
}
