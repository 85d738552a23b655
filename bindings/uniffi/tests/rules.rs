//! What no compiler checks: how money was lost elsewhere must not be possible
//! in this interface.
//!
//! `UniFFI` 0.32.2 reads an `Error` that a Kotlin callback throws as success
//! where the callback returns nothing, and 32-bit ARM has mangled small numbers
//! that were returned by value. So nothing here is called back, everything that
//! is exported returns something, and nothing returns a small number.

use std::path::{Path, PathBuf};

const EXPORT: &str = "#[uniffi::export";

/// The name and the return type of each function that is exported.
fn exported(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in source.split(EXPORT).skip(1) {
        // An exported `impl` ends at a brace in the first column.
        let end = part.find("\n}\n").map_or(part.len(), |end| end + 2);
        let item = &part[..end];
        let is_impl = item.lines().any(|line| line.starts_with("impl "));
        let functions = item.split("pub fn ").skip(1);
        for function in functions.take(if is_impl { usize::MAX } else { 1 }) {
            let head = function.split('{').next().unwrap_or_default();
            let name = head.split('(').next().unwrap_or_default();
            let returned = head
                .rsplit_once("->")
                .map_or("()", |(_, returned)| returned);
            found.push((name.to_owned(), returned.trim().to_owned()));
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn every_exported_function_returns_a_value_that_an_error_cannot_be_read_as() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut names = Vec::new();
    for path in sources(&folder) {
        let source = std::fs::read_to_string(&path).unwrap();
        for (name, returned) in exported(&source) {
            let value = returned.strip_prefix("Result<").unwrap_or(&returned);
            let value = value.split([',', '>']).next().unwrap_or_default().trim();
            let unsafe_ = ["()", "bool", "u8", "i8", "u16", "i16", "u32", "u64"];
            assert!(!unsafe_.contains(&value), "{name} returns {returned}");
            names.push(name);
        }
    }
    // Else nothing was looked at.
    for name in [
        "open",
        "step",
        "by_request",
        "totals",
        "decode_message",
        "decode_tlv",
    ] {
        assert!(names.iter().any(|one| one == name), "{name} in {names:?}");
    }
}

#[test]
fn nothing_is_implemented_in_the_foreign_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources(&folder) {
        let source = std::fs::read_to_string(&path).unwrap();
        for word in [
            "callback_interface",
            "with_foreign",
            "uniffi::trait_interface",
        ] {
            assert!(!source.contains(word), "{word} in {}", path.display());
        }
        for part in source.split(EXPORT).skip(1) {
            let item = part
                .lines()
                .skip(1)
                .find(|line| !line.starts_with("#[") && !line.starts_with("//"));
            let item = item.unwrap_or_default();
            assert!(!item.contains("trait "), "{item} in {}", path.display());
        }
    }
}

/// An app must see a panic as an exception: `abort` would end it.
#[test]
fn panics_unwind() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    assert!(manifest.contains("[profile.release]"));
    assert!(!manifest.contains("panic = \"abort\""));
}

#[test]
fn a_function_that_returns_nothing_is_found() {
    let found = exported("#[uniffi::export]\npub fn tell(word: &str) {\n}\n");
    assert_eq!(found, [("tell".to_owned(), "()".to_owned())]);
    let text = "#[uniffi::export]\nimpl X {\n    pub fn a(&self) -> Result<(), E> {\n    }\n}\n";
    assert_eq!(
        exported(text),
        [("a".to_owned(), "Result<(), E>".to_owned())]
    );
}
