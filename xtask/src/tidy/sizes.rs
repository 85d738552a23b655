//! One concept a file: a source file that outgrows a reader's patience is two
//! concepts. Data may be long, but not so long that a clone notices.

use super::File;

/// Lines of a Rust file. Most have 150 to 300.
const LINES: usize = 500;
/// Bytes of any file.
const BYTES: u64 = 300 * 1024;

pub(super) fn check(files: &[File]) -> Vec<String> {
    files.iter().filter_map(finding).collect()
}

fn finding(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    if file.bytes > BYTES {
        return Some(file.at(1, &format!("{} bytes, the limit is {BYTES}", file.bytes)));
    }
    let long = file.extension() == "rs" && lines > LINES;
    long.then(|| {
        file.at(
            lines,
            &format!("{lines} lines, the limit is {LINES}: one concept a file"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> File {
        let text = "x\n".repeat(lines);
        File {
            path: path.into(),
            bytes: text.len() as u64,
            text,
        }
    }

    #[test]
    fn a_long_source_file_is_found_and_long_data_is_not() {
        assert!(check(&[file("a.rs", LINES), file("a.json", LINES + 1)]).is_empty());
        assert_eq!(check(&[file("a.rs", LINES + 1)]).len(), 1);
        assert_eq!(check(&[file("a.json", 200 * 1024)]).len(), 1);
    }
}
