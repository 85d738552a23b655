//! Every relative link in a Markdown file leads to a file, and where it names
//! a heading, the heading is there.

use super::File;
use crate::project;
use std::path::{Component, Path, PathBuf};

pub(super) fn check(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.extension() == "md")
        .flat_map(|file| {
            (prose(&file.text).flat_map(|(line, text)| targets(text).map(move |t| (line, t))))
                .filter(|(_, target)| !target.contains("://") && !target.starts_with("mailto:"))
                .filter_map(|(line, target)| {
                    let what = broken(file, target, files)?;
                    Some(file.at(line, &format!("link {target}: {what}")))
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The numbered lines outside fenced code.
pub(super) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    (text.lines().enumerate()).filter_map(move |(index, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return None;
        }
        (!fenced).then_some((index + 1, line))
    })
}

/// The targets of `[text](target)` in a line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    (line.split("](").skip(1)).filter_map(|rest| rest.split([')', ' ']).next())
}

fn broken(file: &File, target: &str, files: &[File]) -> Option<String> {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let folder = file.path.parent().unwrap_or(Path::new(""));
    let wanted = match path {
        "" => file.path.clone(),
        path => plain(&folder.join(path)),
    };
    let Some(page) = files.iter().find(|other| other.path == wanted) else {
        let there = project::root().join(&wanted).exists();
        return (!there).then(|| "nothing is there".to_owned());
    };
    let missing = !anchor.is_empty() && !headings(&page.text).any(|slug| slug == anchor);
    missing.then(|| "no such heading".to_owned())
}

/// A path without `..`, as git names files.
fn plain(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            Component::CurDir => {}
            other => parts.push(other),
        }
    }
    parts
}

/// Headings as the anchors that Markdown renderers make of them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| slug(line.trim_start_matches('#').trim()))
}

fn slug(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    (heading.chars().filter(kept))
        .flat_map(char::to_lowercase)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> File {
        File {
            path: "README.md".into(),
            bytes: 0,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        let found = check(&[page("# A b\n[x](nosuch.md) [y](#a-b)\n[z](#c)\n")]);
        assert_eq!(
            found,
            [
                "README.md:2: link nosuch.md: nothing is there",
                "README.md:3: link #c: no such heading"
            ]
        );
    }

    #[test]
    fn addresses_and_code_are_left_alone() {
        let text = "[x](https://example.org) [m](mailto:a@b)\n```\n[x](nosuch)\n```\n";
        assert!(check(&[page(text)]).is_empty());
    }

    #[test]
    fn slugs_keep_chinese() {
        assert_eq!(slug("Void 撤销, reversal"), "void-撤销-reversal");
    }
}
