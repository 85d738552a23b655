//! The tables of the book's reference chapter are made of the tables in the
//! code. This test compares the two, and rewrites the chapter on request:
//!
//! ```sh
//! ANNUL_WRITE_BOOK=1 cargo test -p annul --test book
//! ```
//!
//! In the chapter, a table stands between `<!-- made: name -->` and
//! `<!-- end -->`; everything outside of that is written by hand.

use annul::text::{Bilingual, Language};

#[path = "book/dialect.rs"]
mod dialect;
#[path = "book/engine.rs"]
mod engine;
#[path = "book/records.rs"]
mod records;

/// A heading and its rows.
struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

type Make = fn(Language) -> Table;

/// Every table of the chapter, by its name in the marker.
const TABLES: &[(&str, Make)] = &[
    ("kinds", dialect::kinds),
    ("answers", dialect::answers),
    ("reversal answers", dialect::reversal_answers),
    ("reversal reasons", dialect::reversal_reasons),
    ("fields", dialect::fields),
    ("refusals", engine::refusals),
    ("security faults", engine::security_faults),
    ("statuses", engine::statuses),
    ("outcomes", engine::outcomes),
    ("settings", engine::settings),
    ("records", records::sizes),
];

const PAGES: &[(Language, &str)] = &[
    (Language::English, "docs/src/reference.md"),
    (Language::Chinese, "docs/src/zh/reference.md"),
];

const COMMAND: &str = "ANNUL_WRITE_BOOK=1 cargo test -p annul --test book";

#[test]
fn the_reference_chapter_says_what_the_code_says() {
    for (language, page) in PAGES {
        let path = format!("{}/../{page}", env!("CARGO_MANIFEST_DIR"));
        let found = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{page}: {e}"));
        let expected = remade(&found, *language, page);
        if std::env::var_os("ANNUL_WRITE_BOOK").is_some() {
            std::fs::write(&path, &expected).unwrap();
        } else if let Some((number, line)) = first_difference(&found, &expected) {
            panic!("{page}:{number}: the code says\n{line}\nto rewrite the chapter: {COMMAND}");
        }
    }
}

#[test]
fn every_table_is_whole() {
    for (name, make) in TABLES {
        let (english, chinese) = (make(Language::English), make(Language::Chinese));
        assert!(!english.rows.is_empty(), "{name}");
        assert_eq!(english.rows.len(), chinese.rows.len(), "{name}");
        for table in [english, chinese] {
            for row in &table.rows {
                assert_eq!(row.len(), table.heading.len(), "{name}: {row:?}");
                assert!(
                    row.iter().all(|cell| !cell.contains(['|', '\n'])),
                    "{row:?}"
                );
                assert!(!row[0].is_empty(), "{name}: {row:?}");
            }
        }
    }
}

/// The page with each table made anew, and each table on it once.
fn remade(page: &str, language: Language, path: &str) -> String {
    let mut rest = page;
    let mut text = String::new();
    for (name, make) in TABLES {
        let begin = format!("<!-- made: {name} -->\n");
        let (before, after) = rest
            .split_once(&begin)
            .unwrap_or_else(|| panic!("{path}: no {begin:?}, or not in the order of TABLES"));
        let (_, after) = after
            .split_once("<!-- end -->")
            .unwrap_or_else(|| panic!("{path}: nothing ends the table {name}"));
        text += before;
        text += &begin;
        text += &make(language).markdown();
        text += "<!-- end -->";
        rest = after;
    }
    assert!(!rest.contains("<!-- made:"), "{path}: a table nobody makes");
    text + rest
}

/// The first line, counted from 1, where the page is not as it should be.
fn first_difference<'a>(found: &str, expected: &'a str) -> Option<(usize, &'a str)> {
    let mut lines = expected.lines().enumerate();
    let mut found = found.lines();
    lines
        .find(|(_, line)| found.next() != Some(line))
        .map(|(index, line)| (index + 1, line))
        .or_else(|| found.next().map(|_| (expected.lines().count() + 1, "")))
}

impl Table {
    fn new<const N: usize>(heading: [&str; N], rows: Vec<[String; N]>) -> Self {
        Self {
            heading: heading.map(str::to_owned).to_vec(),
            rows: rows.into_iter().map(|row| row.to_vec()).collect(),
        }
    }

    fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = format!("{}|\n", "|---".repeat(self.heading.len()));
        let rows = self.rows.iter().map(|row| line(row));
        format!(
            "\n{}{rule}{}\n",
            line(&self.heading),
            rows.collect::<String>()
        )
    }
}

/// A text in one language.
fn say<'a>(language: Language, english: &'a str, chinese: &'a str) -> &'a str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// The page's own language first, then the other.
fn both(language: Language, text: Bilingual) -> [String; 2] {
    match language {
        Language::English => [text.en, text.zh],
        Language::Chinese => [text.zh, text.en],
    }
    .map(str::to_owned)
}

/// Words and codes as the code writes them.
fn code(text: impl std::fmt::Display) -> String {
    format!("`{text}`")
}

#[test]
fn a_page_that_differs_is_found_by_its_line() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some((2, "c")));
    assert_eq!(first_difference("a\n", "a\nc\n"), Some((2, "c")));
    assert_eq!(first_difference("a\nb\n", "a\n"), Some((2, "")));
}
