//! Tables of the book's reference, TLV and EMV chapters are made of the tables in
//! the code. This test compares the two, and rewrites the chapters on request:
//!
//! ```sh
//! ANNUL_WRITE_BOOK=1 cargo test -p annul --test book
//! ```
//!
//! In a chapter, a table stands between `<!-- made: name -->` and
//! `<!-- end -->`; everything outside of that is written by hand.
//!
//! It also proves that the book has each chapter in both languages, with the
//! same headings and tables in both.

use annul::text::{Bilingual, Language};

#[path = "book/dialect.rs"]
mod dialect;
#[path = "book/emv.rs"]
mod emv;
#[path = "book/engine.rs"]
mod engine;
#[path = "book/issuer.rs"]
mod issuer;
#[path = "book/jpos.rs"]
mod jpos;
#[path = "book/records.rs"]
mod records;
#[path = "book/tlv.rs"]
mod tlv;

/// A heading and its rows.
struct Table {
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

type Make = fn(Language) -> Table;

/// Tables by their names in the markers, in the order of the chapter.
type Tables = &'static [(&'static str, Make)];

/// Every chapter with tables, by its page in `docs/src` and in `docs/src/zh`.
const CHAPTERS: &[(&str, Tables)] = &[
    (
        "reference.md",
        &[
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
        ],
    ),
    (
        "emv.md",
        &[
            ("secrets", emv::secrets),
            ("field 55", emv::field_55),
            ("layouts", emv::layouts),
        ],
    ),
    ("emv-tags.md", &[("tags", emv::tags)]),
    ("iso8583.md", &[("classes", jpos::classes)]),
    ("tlv.md", &[("faults", tlv::faults)]),
    ("crypto.md", &[("schemes", issuer::schemes)]),
];

const LANGUAGES: [(Language, &str); 2] = [
    (Language::English, "docs/src"),
    (Language::Chinese, "docs/src/zh"),
];

const COMMAND: &str = "ANNUL_WRITE_BOOK=1 cargo test -p annul --test book";

#[test]
fn chapters_say_what_the_code_says() {
    for (chapter, tables) in CHAPTERS {
        for (language, folder) in LANGUAGES {
            let page = format!("{folder}/{chapter}");
            let path = format!("{}/../{page}", env!("CARGO_MANIFEST_DIR"));
            let found = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{page}: {e}"));
            let expected = remade(&found, tables, language, &page);
            if std::env::var_os("ANNUL_WRITE_BOOK").is_some() {
                std::fs::write(&path, &expected).unwrap();
            } else if let Some((number, line)) = first_difference(&found, &expected) {
                panic!("{page}:{number}: the code says\n{line}\nto rewrite the chapter: {COMMAND}");
            }
        }
    }
}

#[test]
fn every_table_is_whole() {
    for (name, make) in CHAPTERS.iter().flat_map(|(_, tables)| *tables) {
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

#[test]
fn every_chapter_has_a_chinese_twin_of_its_shape() {
    let read = |page: &str| {
        let path = format!("{}/../docs/src/{page}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap_or_else(|e| panic!("docs/src/{page}: {e}"))
    };
    let summary = read("SUMMARY.md");
    let (english, chinese): (Vec<&str>, Vec<&str>) =
        chapters(&summary).partition(|page| !page.starts_with("zh/"));
    assert!(!english.is_empty());
    let twins = english.iter().map(|page| format!("zh/{page}"));
    assert_eq!(
        twins.collect::<Vec<_>>(),
        chinese,
        "docs/src/SUMMARY.md lists each chapter in English and in Chinese, in one order"
    );
    for (page, twin) in english.iter().zip(chinese) {
        assert_eq!(
            shape(&read(page)),
            shape(&read(twin)),
            "levels of headings, and rows under each: docs/src/{twin} is not as docs/src/{page}"
        );
    }
}

/// The pages that a summary links.
fn chapters(summary: &str) -> impl Iterator<Item = &str> {
    let targets = summary.split("](").skip(1);
    targets.filter_map(|rest| rest.split(')').next())
}

/// The level of each heading, and how many rows its tables have.
fn shape(page: &str) -> Vec<(usize, usize)> {
    let mut fenced = false;
    let mut shape = Vec::new();
    for line in page.lines() {
        let level = line.len() - line.trim_start_matches('#').len();
        fenced ^= line.starts_with("```");
        if level > 0 && !fenced {
            shape.push((level, 0));
        }
        if let Some((_, rows)) = shape.last_mut().filter(|_| !fenced) {
            *rows += usize::from(line.starts_with('|'));
        }
    }
    shape
}

/// The page with each table made anew, and each table on it once.
fn remade(page: &str, tables: Tables, language: Language, path: &str) -> String {
    let mut rest = page;
    let mut text = String::new();
    for (name, make) in tables {
        let begin = format!("<!-- made: {name} -->\n");
        let (before, after) = rest
            .split_once(&begin)
            .unwrap_or_else(|| panic!("{path}: no {begin:?}, or not in the order of CHAPTERS"));
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
