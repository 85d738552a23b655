use std::process::ExitCode;

/// What a command ends with: the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: approved, or done.
    Done,
    /// 1: usage, configuration, a file that cannot be used, or output that
    /// cannot be written.
    Failed,
    /// 2: declined or refused; nothing happened.
    Refused,
    /// 3: the outcome is unknown, or something is left to be reversed.
    Unknown,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Refused => 2,
            Exit::Unknown => 3,
        })
    }
}

/// Why a command cannot do its work at all: one text that says what to do.
/// It never holds card data or keys.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// Turns the errors of the crates below into what is shown.
pub(crate) fn because(error: impl std::error::Error) -> Failure {
    Failure(error.to_string())
}
