//! Starting programs. Standard input is always empty, so nothing can wait for
//! a person who is not there.

use crate::report::Failure;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The cargo that started this program, in the folder of the project.
pub(crate) fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(crate::project::root());
    command
}

/// Runs a command, its output shown as it comes. Fails if it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    show(command);
    let status = start(command)?
        .wait()
        .map_err(|error| could_not(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::failed(format!(
            "{} ended with {status}",
            line(command)
        )))
    }
}

/// Runs each command, also after one has failed, so that all findings show.
pub(crate) fn run_all(commands: impl IntoIterator<Item = Command>) -> Result<(), Failure> {
    let results: Vec<_> = (commands.into_iter())
        .map(|mut command| run(&mut command))
        .collect();
    results.into_iter().collect()
}

/// Runs a command and hands on each line of its standard output after showing
/// it. Answers whether the command succeeded.
pub(crate) fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool, Failure> {
    show(command);
    let mut child = start(command.stdout(Stdio::piped()))?;
    if let Some(output) = child.stdout.take() {
        hand_on(output, &mut |line| {
            println!("{line}");
            each(line);
        })?;
    }
    Ok(child.wait()?.success())
}

/// As [`lines`], with what goes to standard error between, where it belongs.
pub(crate) fn all_lines(
    command: &mut Command,
    mut each: impl FnMut(&str),
) -> Result<bool, Failure> {
    show(command);
    quiet_lines(command, |line| {
        println!("{line}");
        each(line);
    })
}

/// As [`all_lines`], and nothing is shown.
pub(crate) fn quiet_lines(
    command: &mut Command,
    mut each: impl FnMut(&str),
) -> Result<bool, Failure> {
    let (output, input) = std::io::pipe()?;
    let mut child = start(command.stdout(input.try_clone()?).stderr(input))?;
    // The command has its own ends of the pipe, and there must be no other.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    hand_on(output, &mut each)?;
    Ok(child.wait()?.success())
}

/// Hands each line on. Bytes that are no text become `U+FFFD`.
fn hand_on(output: impl Read, each: &mut impl FnMut(&str)) -> Result<(), Failure> {
    for line in BufReader::new(output).split(b'\n') {
        each(&String::from_utf8_lossy(&line?));
    }
    Ok(())
}

/// Runs a command quietly and returns its standard output; none if it failed
/// or does not exist.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    (output.status.success()).then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where a program is: on the search path, or where cargo installs.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home =
        cargo_home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    std::env::split_paths(&path)
        .chain(cargo_home.map(|home| home.join("bin")))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// A command as a person would type it.
pub(crate) fn line(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let program = program.file_name().unwrap_or_default().to_string_lossy();
    command.get_args().fold(program.into_owned(), |line, word| {
        line + " " + &word.to_string_lossy()
    })
}

fn show(command: &Command) {
    println!("$ {}", line(command));
}

fn start(command: &mut Command) -> Result<std::process::Child, Failure> {
    command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| could_not(command, &error))
}

fn could_not(command: &Command, error: &std::io::Error) -> Failure {
    Failure::CouldNotRun(format!("{}: {error}", line(command)))
}

#[cfg(test)]
mod shell_tests {
    use super::*;

    #[test]
    fn both_outputs_come_line_by_line_in_order() {
        let mut told = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo a; echo b >&2; printf 'c\\377'; exit 3"]);
        let succeeded = all_lines(&mut command, |line| told.push(line.to_owned())).unwrap();
        assert_eq!(told, ["a", "b", "c\u{FFFD}"]);
        assert!(!succeeded);
    }
}
