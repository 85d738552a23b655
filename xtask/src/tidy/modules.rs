//! The pipeline has one direction: a module of core imports only from those
//! that `core/src/lib.rs` declares before it (docs/decisions/0001). Tests may
//! look anywhere.

use super::File;
use std::path::Path;

pub(super) fn check(files: &[File]) -> Vec<String> {
    let Some(library) = (files.iter()).find(|file| file.path == Path::new("core/src/lib.rs"))
    else {
        return vec!["core/src/lib.rs:1: is not there".to_owned()];
    };
    let declared = |line| str::strip_suffix(str::strip_prefix(line, "pub mod ")?, ";");
    let order: Vec<&str> = library.text.lines().filter_map(declared).collect();
    (files.iter())
        .flat_map(|file| findings(file, &order))
        .collect()
}

fn findings(file: &File, order: &[&str]) -> Vec<String> {
    let rank = |module: &str| order.iter().position(|name| *name == module);
    let Some(own) = module(file) else {
        return Vec::new();
    };
    let Some(own_rank) = rank(own) else {
        return vec![file.at(1, &format!("module {own} is not declared in lib.rs"))];
    };
    // Tests close a file.
    let code = (file.text.lines()).take_while(|line| line.trim() != "#[cfg(test)]");
    let imports = code.enumerate().flat_map(|(index, line)| {
        let modules = imported(line).into_iter();
        modules.map(move |module| (index + 1, module))
    });
    imports
        .filter(|(_, module)| rank(module).is_some_and(|rank| rank > own_rank))
        .map(|(line, module)| file.at(line, &format!("{own} imports {module}, declared after it")))
        .collect()
}

/// The module of core that a file belongs to.
fn module(file: &File) -> Option<&str> {
    let inside = file.path.strip_prefix("core/src").ok()?.to_str()?;
    let (module, _) = inside.split_once('/').or_else(|| inside.split_once('.'))?;
    (module != "lib" && file.extension() == "rs" && !is_test(inside)).then_some(module)
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// The modules that a line of code names after `crate::`; comments may name
/// any.
fn imported(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    (code.split("crate::").skip(1))
        .filter_map(|rest| rest.split(ends).next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str) -> Vec<String> {
        let file = |path: &str, text: &str| File {
            path: path.into(),
            bytes: 0,
            text: text.to_owned(),
        };
        let library = "pub mod card;\n\npub mod frame;\n\npub mod engine;\n";
        check(&[file("core/src/lib.rs", library), file(path, text)])
    }

    #[test]
    fn an_import_against_the_stream_is_found() {
        let found = check_one("core/src/frame/mod.rs", "\nuse crate::engine::Engine;\n");
        assert_eq!(
            found,
            ["core/src/frame/mod.rs:2: frame imports engine, declared after it"]
        );
    }

    #[test]
    fn imports_from_before_comments_and_tests_are_fine() {
        let text =
            "use crate::card::Pan;\n// see crate::engine\n#[cfg(test)]\nuse crate::engine;\n";
        assert!(check_one("core/src/frame/mod.rs", text).is_empty());
    }

    #[test]
    fn a_module_that_nobody_declared_is_found() {
        assert_eq!(check_one("core/src/misc.rs", "").len(), 1);
    }
}
