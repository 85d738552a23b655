//! The commands of the READMEs exist, and the English and the Chinese one
//! have the same sections and the same commands.

use super::{File, links::prose};
use crate::project;
use crate::step::STEPS;
use std::path::Path;

const ENGLISH: &str = "README.md";
const CHINESE: &str = "README.zh-CN.md";

pub(super) fn check(files: &[File]) -> Vec<String> {
    let find = |name: &str| files.iter().find(|file| file.path == Path::new(name));
    let (Some(english), Some(chinese)) = (find(ENGLISH), find(CHINESE)) else {
        return vec![format!("{ENGLISH} and {CHINESE} have to be there")];
    };
    let members: Vec<String> = match project::metadata() {
        Ok(metadata) => metadata
            .members()
            .map(|member| member.name().to_owned())
            .collect(),
        Err(_) => return vec!["Cargo.toml:1: cargo cannot read it".to_owned()],
    };
    let mut findings = differences(english, chinese);
    for file in [english, chinese] {
        let wrong = commands(&file.text).filter_map(|(line, command)| {
            Some(file.at(line, &format!("{command}: {}", unknown(command, &members)?)))
        });
        findings.extend(wrong);
    }
    findings
}

/// Where the two files part ways.
fn differences(english: &File, chinese: &File) -> Vec<String> {
    let shape = |file: &File| -> Vec<usize> {
        let level = |line: &str| line.len() - line.trim_start_matches('#').len();
        let lines = prose(&file.text).map(|(_, line)| level(line));
        lines.filter(|level| *level > 0).collect()
    };
    let spoken = |file: &File| -> Vec<String> {
        commands(&file.text)
            .map(|(_, command)| command.to_owned())
            .collect()
    };
    let mut findings = Vec::new();
    if shape(english) != shape(chinese) {
        findings.push(format!(
            "{CHINESE}:1: its headings are not those of {ENGLISH}"
        ));
    }
    if spoken(english) != spoken(chinese) {
        findings.push(format!(
            "{CHINESE}:1: its commands are not those of {ENGLISH}"
        ));
    }
    findings
}

/// The commands in fenced blocks marked `sh`, with their line numbers and
/// without their comments.
fn commands(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut shell = false;
    (text.lines().enumerate()).filter_map(move |(index, line)| {
        if let Some(language) = line.strip_prefix("```") {
            shell = language == "sh";
            return None;
        }
        let command = line.split(" #").next().unwrap_or_default().trim();
        (shell && !command.is_empty()).then_some((index + 1, command))
    })
}

/// What is wrong with a command of cargo's, if anything is.
fn unknown(command: &str, members: &[String]) -> Option<String> {
    let mut words = command.split_whitespace();
    if words.next() != Some("cargo") {
        return None;
    }
    let words: Vec<&str> = words.collect();
    if let ["xtask", task, ..] = words.as_slice() {
        let known = *task == "test" || STEPS.iter().any(|step| step.name == *task);
        return (!known).then(|| format!("there is no task {task}"));
    }
    let package = words
        .iter()
        .position(|word| *word == "-p")
        .and_then(|at| words.get(at + 1))?;
    let known = members.iter().any(|member| member == package);
    (!known).then(|| format!("there is no package {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_shell_blocks_only() {
        let text = "```sh\ncargo xtask test   # all\n```\n```rust\nlet x;\n```\n";
        assert_eq!(
            commands(text).collect::<Vec<_>>(),
            [(2, "cargo xtask test")]
        );
    }

    #[test]
    fn what_does_not_exist_is_named() {
        let members = ["annul".to_owned()];
        assert!(unknown("cargo xtask nosuch", &members).is_some());
        assert!(unknown("cargo run -p nosuch -- demo", &members).is_some());
        assert_eq!(unknown("cargo xtask test", &members), None);
        assert_eq!(unknown("cargo test -p annul", &members), None);
        assert_eq!(unknown("git status", &members), None);
    }
}
