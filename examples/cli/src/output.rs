//! Everything that is printed goes through here: a closed pipe is no panic, a
//! full disk is no success, a progress line is wiped first, colours only where a
//! person looks.

use crate::exit::Exit;
use crate::progress;
use annul::text::{Bilingual, Language};
use anstyle::{AnsiColor, Style};
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

/// How a command speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// In which language.
    pub(crate) language: Language,
    /// One JSON object a line instead of words.
    pub(crate) form: Form,
    /// Whether each message is shown.
    pub(crate) detail: Detail,
}

/// Words or JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Words,
    Json,
}

/// Results alone, or messages too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    Results,
    Messages,
}

impl Manner {
    pub(crate) const fn say(self, text: Bilingual) -> &'static str {
        text.in_language(self.language)
    }

    pub(crate) const fn pick<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const CARE: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const STRONG: Style = Style::new().bold();
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The text in a style; `anstream` takes it off where no terminal is.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Why a line of results is lost, the first time that one was.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// A line of results on standard output. A reader who left is no error;
/// [`finish`] tells any other.
pub(crate) fn line(text: &str) {
    progress::clear();
    keep_error(writeln!(anstream::stdout().lock(), "{text}"));
}

fn keep_error(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        // Those after the first say the same.
        let _ = LOST.set(error);
    }
}

/// What a till's command ends with. Where nobody could be told that a sale was
/// approved, its caller does not know, and must not take it for nothing.
pub(crate) fn told(exit: Exit) -> Exit {
    keep_error(anstream::stdout().flush());
    match (exit, LOST.get()) {
        (Exit::Done, Some(_)) => Exit::Unknown,
        _ => exit,
    }
}

/// What a command ends with, once all is printed: with lines lost it is not
/// done. In which language it spoke is not known here, so this is said in both.
pub(crate) fn finish(exit: Exit) -> Exit {
    keep_error(anstream::stdout().flush());
    let Some(cause) = LOST.get() else {
        return exit;
    };
    error(&format!(
        "standard output: {cause}; results are lost. What a till did is done: ask `annul till status`"
    ));
    error("标准输出：无法写入，结果丢失。终端已完成的操作仍然有效：请用 `annul till status` 查询");
    match exit {
        Exit::Done => Exit::Failed,
        Exit::Failed | Exit::Refused | Exit::Unknown => exit,
    }
}

/// A line of log on standard error.
pub(crate) fn log(text: &str) {
    progress::clear();
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// What went wrong, on standard error.
pub(crate) fn error(text: &str) {
    log(&format!("{} {text}", styled(BAD, "annul:")));
}

/// One JSON object on a line of its own.
pub(crate) fn json(object: &impl serde::Serialize) {
    // Only text, numbers and options are ever given: these do not fail.
    if let Ok(text) = serde_json::to_string(object) {
        line(&text);
    }
}
