//! The READMEs show the void as it is compiled and run, in few lines.
//!
//! Each quote stands between `ANCHOR: void` and `ANCHOR_END: void` in a file
//! that a suite compiles, in comments of its language. The README has the same
//! lines, moved to the left, in a block of that language.

use super::File;
use std::path::Path;

/// How many lines a void may take a caller.
const LINES: usize = 15;

/// A language of the READMEs, as their blocks name it, and where its void is.
struct Quote {
    language: &'static str,
    source: &'static str,
    /// The README of the binding, which shows it too.
    own: Option<&'static str>,
}

const QUOTES: &[Quote] = &[
    Quote {
        language: "rust",
        source: "core/examples/void.rs",
        own: None,
    },
    Quote {
        language: "kotlin",
        source: "bindings/kotlin/src/test/kotlin/io/github/annulpos/VoidExample.kt",
        own: Some("bindings/kotlin/README.md"),
    },
    Quote {
        language: "swift",
        source: "bindings/swift/Tests/AnnulTests/VoidExample.swift",
        own: Some("bindings/swift/README.md"),
    },
    Quote {
        language: "c",
        source: "bindings/c/tests/void.c",
        own: Some("bindings/c/README.md"),
    },
];

/// The pages that show every language.
const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

pub(super) fn check(files: &[File]) -> Vec<String> {
    QUOTES
        .iter()
        .flat_map(|quote| findings(quote, files))
        .collect()
}

fn findings(quote: &Quote, files: &[File]) -> Vec<String> {
    let find = |name: &str| files.iter().find(|file| file.path == Path::new(name));
    let Some(source) = find(quote.source) else {
        return vec![format!("{}:1: is not there", quote.source)];
    };
    let Some(shown) = anchored(&source.text) else {
        return vec![source.at(1, "has no lines between ANCHOR: void and ANCHOR_END: void")];
    };
    let mut findings = Vec::new();
    let lines = shown.lines().count();
    if lines > LINES {
        findings.push(source.at(1, &format!("shows {lines} lines, the limit is {LINES}")));
    }
    let block = format!("\n```{}\n{shown}```\n", quote.language);
    for page in READMES.into_iter().chain(quote.own) {
        if !find(page).is_some_and(|page| page.text.contains(&block)) {
            let source = quote.source;
            findings.push(format!("{page}:1: does not show the lines of {source}"));
        }
    }
    findings
}

/// What stands between the marks, moved to the left.
fn anchored(source: &str) -> Option<String> {
    let mut lines = source.lines();
    lines.find(|line| line.contains("ANCHOR: void"))?;
    let mut between: Vec<&str> = lines.collect();
    between.truncate(
        between
            .iter()
            .position(|line| line.contains("ANCHOR_END: void"))?,
    );
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let margin = (between.iter().filter(|line| !line.is_empty()))
        .map(indent)
        .min()?;
    let moved = |line: &&str| line.get(margin..).unwrap_or_default().to_owned() + "\n";
    Some(between.iter().map(moved).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "x\n    /* ANCHOR: void */\n    if (a)\n\n        b();\n    \
                          /* ANCHOR_END: void */\n";
    const QUOTE: Quote = Quote {
        language: "c",
        source: "void.c",
        own: None,
    };

    fn check_pages(source: &str, block: &str) -> Vec<String> {
        let file = |path: &str, text: String| File {
            path: path.into(),
            bytes: 0,
            text,
        };
        let page = format!("# annul\n\n```c\n{block}```\n");
        let pages = READMES.map(|name| file(name, page.clone()));
        let files: Vec<File> = pages
            .into_iter()
            .chain([file("void.c", source.to_owned())])
            .collect();
        findings(&QUOTE, &files)
    }

    #[test]
    fn a_quote_is_moved_to_the_left_and_nothing_else() {
        let quoted = "if (a)\n\n    b();\n";
        assert_eq!(anchored(SOURCE).as_deref(), Some(quoted));
        assert!(check_pages(SOURCE, quoted).is_empty());
        assert_eq!(check_pages(SOURCE, "if (a)\n\n    c();\n").len(), 2);
    }

    #[test]
    fn marks_and_few_lines_are_wanted() {
        assert_eq!(check_pages("x\n", "x\n").len(), 1);
        let long = "y\n".repeat(LINES + 1);
        let source = format!("// ANCHOR: void\n{long}// ANCHOR_END: void\n");
        assert_eq!(check_pages(&source, &long).len(), 1);
    }
}
