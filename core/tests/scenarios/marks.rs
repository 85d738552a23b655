//! Tells from outside which rows of T1 a scenario went through: by the state
//! before and after each event and by the records written. A scenario that
//! claims a row it never reached fails.

use annul::engine::{Cancel, Refusal, State};
use annul::journal::{Balance, Record, ReversalStage};
use annul::profile::{Disposition, Profile, ReversalDisposition};
use annul::terminal::Input;
use annul::transaction::{ResponseCode, ReversalReason};
use std::collections::BTreeSet;

/// What moved the machine last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Cause {
    #[default]
    Command,
    Tick,
    Down,
    Answer,
    Persisted,
    Other,
}

impl Cause {
    pub(crate) fn of(input: &Input<'_>) -> Self {
        match input {
            Input::Tick => Self::Tick,
            Input::Down(..) => Self::Down,
            Input::Received(..) | Input::Mac(..) => Self::Answer,
            Input::Persisted(_) => Self::Persisted,
            _ => Self::Other,
        }
    }
}

/// Rows that were reached.
#[derive(Default)]
pub(crate) struct Marks {
    pub(crate) rows: BTreeSet<&'static str>,
    cause: Cause,
    awaiting: bool,
    cancelled: bool,
    /// The settlement tells details.
    uploading: bool,
    /// F39 of the host's last answer, and whether it was signed.
    pub(crate) heard: Option<(ResponseCode, bool)>,
}

impl Marks {
    /// A command was given.
    pub(crate) fn command(&mut self, state: &State, known: bool, refusal: Option<Refusal>) {
        self.cause = Cause::Command;
        match (refusal, known) {
            (Some(Refusal::Settling), _) => self.row("S11"),
            (Some(Refusal::ReversalPending), _) => self.row("2"),
            (Some(Refusal::RequestIdReused), _) => self.row("4"),
            (Some(Refusal::StorageFault), _) if *state == State::Faulted => self.row("39"),
            (None, true) if *state == State::Idle => self.row("3"),
            (Some(Refusal::Busy), _) | (None, true) => self.row("5"),
            _ => {}
        }
    }

    /// A settlement was ordered; `begun` where one was under way.
    pub(crate) fn settlement(&mut self, begun: bool, refusal: Option<Refusal>) {
        match refusal {
            None if begun => self.row("S12"),
            Some(Refusal::ReversalPending) => self.row("S2"),
            _ => {}
        }
    }

    /// An event moved the machine, or did not.
    pub(crate) fn event(&mut self, before: &State, input: Cause, after: &State, late: bool) {
        if before != after {
            self.cause = input;
            self.awaiting = matches!(before, State::Awaiting { .. });
            self.cancelled = match before {
                State::Awaiting { cancelled, .. } => *cancelled == Cancel::Wanted,
                _ => false,
            };
        }
        match (before, after) {
            (State::Opening { .. }, State::Awaiting { .. }) => self.row("6"),
            (State::Awaiting { .. }, State::Awaiting { .. }) if late => self.row("9"),
            (State::Concluding { .. }, _) if input == Cause::Persisted => self.row("25"),
            (State::ReversalOpening { .. }, State::ReversalAwaiting { .. }) => self.row("26"),
            (State::ReversalBackoff { .. }, State::ReversalAwaiting { .. }) => self.row("34"),
            (State::SettlementConcluding, State::SettlementAwaiting { .. }) if !self.uploading => {
                self.row("S3");
            }
            (State::SettlementAwaiting { .. }, State::SettlementBackoff { .. }) => {
                self.row(if self.uploading { "S8" } else { "S6" });
            }
            (State::ReversalConcluding { .. }, _) if input == Cause::Persisted => self.row("35"),
            _ => {}
        }
        let reversing = matches!(
            before,
            State::ReversalOpening { .. }
                | State::ReversalAwaiting { .. }
                | State::ReversalBackoff { .. }
        );
        if reversing && late {
            self.row("27");
        }
        if before != after && matches!(after, State::Faulted) {
            self.row("8");
        }
    }

    /// A parked reversal is being sent again.
    pub(crate) fn retried(&mut self, parked: bool) {
        if parked {
            self.row("37");
        }
    }

    /// An attempt at a reversal failed.
    pub(crate) fn failed_attempt(&mut self, profile: &Profile) {
        let code = self.heard.map(|(code, _)| code);
        let refused = code.map(|code| profile.reversal_disposition(code));
        match (self.cause, refused) {
            (Cause::Answer, Some(ReversalDisposition::Refused)) => self.row("32"),
            _ => self.row("31"),
        }
    }

    /// The terminal was switched on and found work.
    pub(crate) fn restarted(&mut self) {
        self.row("R");
    }

    /// A record is about to be written.
    pub(crate) fn record(&mut self, record: &Record, profile: &Profile) {
        match record {
            Record::Intent(_) => self.row("1"),
            Record::NotSent { .. } if self.cause == Cause::Persisted => self.row("7"),
            Record::NotSent { .. } => self.row("19"),
            Record::Approved { .. } => self.row("12"),
            Record::Declined { answer, .. } => {
                let signed = self.heard.is_some_and(|(_, signed)| signed);
                self.row(if signed { "15" } else { "10b" });
                if profile.disposition(answer.code) == Disposition::DeclineSignIn {
                    self.row("16");
                }
            }
            Record::ReversalQueued {
                reason,
                stage,
                code,
                ..
            } => {
                let meaning = code.map(|code| profile.disposition(code));
                if meaning == Some(Disposition::InDoubtSignIn) {
                    self.row("16");
                }
                self.queued(*reason, *stage, profile);
            }
            Record::Unresolved { reason, .. } => {
                self.queued(*reason, ReversalStage::First, profile);
            }
            Record::ReversalNotFound { .. } => self.row("29"),
            Record::Reversed { code, .. } => {
                let found = profile.reversal_disposition(*code) == ReversalDisposition::Accepted;
                self.row(if found { "28" } else { "30" });
            }
            Record::Parked { .. } => self.row("33"),
            Record::Resolved { .. } => self.row("38"),
            Record::SettlementStarted { .. } => self.row("S1"),
            Record::SettlementAnswered { comparison } => {
                let equal = [comparison.domestic, comparison.foreign] == [Balance::Equal; 2];
                self.uploading = !equal;
                self.row(if equal { "S4" } else { "S5" });
            }
            Record::UploadProgress { .. } => self.row("S7"),
            Record::BatchClosed { .. } => {
                if std::mem::take(&mut self.uploading) {
                    self.row("S9");
                }
                self.row("S10");
            }
            Record::Opened(_) | Record::KeysChanged(_) => {}
        }
    }

    fn queued(&mut self, reason: ReversalReason, stage: ReversalStage, profile: &Profile) {
        let in_doubt = self
            .heard
            .is_some_and(|(code, _)| profile.disposition(code) == Disposition::InDoubt);
        match (stage, self.cause, reason) {
            (ReversalStage::Confirmation, ..) => self.row("36"),
            _ if !self.awaiting => {}
            (_, Cause::Tick, _) => self.row("18"),
            (_, Cause::Down, _) => self.row("20"),
            (_, Cause::Answer, ReversalReason::WrongMac) => self.row("10"),
            (_, Cause::Answer, _) if in_doubt => self.row("17"),
            (_, Cause::Answer, _) => {
                self.row("14");
                if self.cancelled {
                    self.row("21");
                }
            }
            _ => {}
        }
    }

    fn row(&mut self, row: &'static str) {
        self.rows.insert(row);
    }
}
