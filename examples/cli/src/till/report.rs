//! What a till command says at its end: one JSON object, or a few lines.

use crate::exit::Exit;
use crate::output::{self, BAD, CARE, FAINT, Form, GOOD, Manner, STRONG, styled};
use annul::card::MaskedPan;
use annul::ledger::{Entry, Outcome, Status, Undoing};
use annul::text::{self, Bilingual};
use annul::transaction::{Amount, Batch, Kind, ResponseCode, Trace};
use serde::Serialize;

/// The end of a command.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) outcome: Word,
    pub(crate) kind: &'static str,
    pub(crate) request_id: Option<String>,
    pub(crate) trace: Option<String>,
    pub(crate) batch: Option<String>,
    pub(crate) reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization: Option<String>,
    pub(crate) response_code: Option<String>,
    pub(crate) amount: Option<u64>,
    /// What is on the card, in minor units; below zero where it is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) balance: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) original_trace: Option<String>,
    pub(crate) reversal: Reversal,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<&'static str>,
    pub(crate) message: Message,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) left: Option<Left>,
    #[serde(skip)]
    pub(crate) stands: Option<Status>,
    #[serde(skip)]
    pub(crate) card: Option<MaskedPan>,
    #[serde(skip)]
    pub(crate) merchant: Option<String>,
}

/// What came of it, in the words of the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Word {
    Approved,
    Declined,
    Unknown,
    Refused,
}

/// Whether it was or is being undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reversal {
    None,
    Pending,
    Reversed,
    Parked,
    /// No message undoes a refund.
    Never,
}

/// The same for a person.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    zh: String,
    en: String,
}

/// What `recover` could not finish.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Left {
    pub(crate) pending: usize,
    pub(crate) provisional: usize,
    pub(crate) parked: usize,
    /// Refunds whose outcome nobody knows.
    pub(crate) unresolved: usize,
}

impl From<Bilingual> for Message {
    fn from(text: Bilingual) -> Self {
        Self {
            zh: text.zh.to_owned(),
            en: text.en.to_owned(),
        }
    }
}

impl Message {
    /// `[code] text`.
    pub(crate) fn coded(code: ResponseCode, text: Bilingual) -> Self {
        Self {
            zh: format!("[{code}] {}", text.zh),
            en: format!("[{code}] {}", text.en),
        }
    }

    pub(crate) fn say(&self, manner: Manner) -> &str {
        manner.pick(&self.zh, &self.en)
    }
}

impl Report {
    /// A command without a transaction.
    pub(crate) fn new(outcome: Word, kind: &'static str, message: impl Into<Message>) -> Self {
        Self {
            outcome,
            kind,
            request_id: None,
            trace: None,
            batch: None,
            reference: None,
            authorization: None,
            response_code: None,
            amount: None,
            balance: None,
            original_trace: None,
            reversal: Reversal::None,
            status: None,
            message: message.into(),
            left: None,
            stands: None,
            card: None,
            merchant: None,
        }
    }

    /// How a transaction stands. `request` and `original` are in its intent.
    pub(crate) fn of(entry: &Entry, request: Option<String>, original: Option<Trace>) -> Self {
        let (outcome, reversal) = words(entry.outcome());
        Self {
            request_id: request,
            reference: entry.reference().map(|code| code.text().to_owned()),
            authorization: entry.authorization().map(|code| code.text().to_owned()),
            original_trace: original.map(|trace| trace.to_string()),
            reversal,
            status: Some(entry.status().word()),
            stands: Some(entry.status()),
            card: Some(entry.card()),
            ..Self::new(outcome, entry.kind().word(), message(entry))
        }
        .numbered(entry.trace(), entry.batch(), entry.amount())
        .answered(entry.code())
    }

    fn numbered(mut self, trace: Trace, batch: Batch, amount: Amount) -> Self {
        self.trace = Some(trace.to_string());
        self.batch = Some(batch.to_string());
        self.amount = Some(amount.minor());
        self
    }

    pub(crate) fn answered(mut self, code: Option<ResponseCode>) -> Self {
        self.response_code = code.map(|code| code.text().to_owned());
        self
    }

    /// What the command ends with.
    pub(crate) fn exit(&self) -> Exit {
        match self.outcome {
            Word::Approved => Exit::Done,
            Word::Declined | Word::Refused => Exit::Refused,
            Word::Unknown => Exit::Unknown,
        }
    }

    /// Shows it.
    pub(crate) fn show(&self, manner: Manner) {
        match manner.form {
            Form::Json => output::json(self),
            Form::Words => self
                .lines(manner)
                .iter()
                .for_each(|line| output::line(line)),
        }
    }

    /// What kind of transaction it is, in words.
    pub(crate) fn kind_in(&self, manner: Manner) -> &'static str {
        let kind = (Kind::ALL.into_iter()).find(|kind| kind.word() == self.kind);
        kind.map_or(self.kind, |kind| manner.say(text::kind(kind)))
    }

    fn lines(&self, manner: Manner) -> Vec<String> {
        let (mark, style) = match self.outcome {
            Word::Approved => ("✓", GOOD),
            Word::Declined | Word::Refused => ("✗", BAD),
            Word::Unknown => ("?", CARE),
        };
        let words = self.message.say(manner);
        let mut lines = vec![format!("{} {}", styled(style, mark), styled(STRONG, words))];
        lines.extend(self.balance.map(|minor| {
            let sign = if minor < 0 { "-" } else { "" };
            let sum = crate::table::money(minor.unsigned_abs());
            format!("  {} {sign}{sum}", manner.pick("余额", "balance"))
        }));
        let Some(trace) = &self.trace else {
            let batch = self.batch.as_ref();
            lines
                .extend(batch.map(|batch| format!("  {} {batch}", manner.pick("批次号", "batch"))));
            return lines;
        };
        let amount = self.amount.and_then(|minor| Amount::new(minor).ok());
        let kind = self.kind_in(manner);
        let mut facts = vec![
            format!("{kind} {}", amount.unwrap_or(Amount::ZERO)),
            format!("{} {trace}", manner.pick("凭证号", "trace")),
        ];
        let more = [
            (manner.pick("原凭证号", "of"), &self.original_trace),
            (manner.pick("批次号", "batch"), &self.batch),
            (manner.pick("参考号", "reference"), &self.reference),
            (manner.pick("授权码", "authorization"), &self.authorization),
        ];
        let more = more.into_iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            Some(format!("{name} {value}"))
        });
        facts.extend(more);
        lines.push(format!("  {}", facts.join(" · ")));
        let mut whose: Vec<String> = self.merchant.iter().cloned().collect();
        whose.extend(self.card.map(|card| card.to_string()));
        whose.extend(
            self.stands
                .map(|status| manner.say(text::status(status)).to_owned()),
        );
        whose.extend(
            self.request_id
                .as_ref()
                .map(|id| format!("{} {id}", manner.pick("请求号", "request"))),
        );
        lines.push(styled(FAINT, &format!("  {}", whose.join(" · "))));
        lines
    }
}

fn words(outcome: Outcome) -> (Word, Reversal) {
    match outcome {
        Outcome::Approved => (Word::Approved, Reversal::None),
        Outcome::Declined => (Word::Declined, Reversal::None),
        Outcome::NotSent => (Word::Refused, Reversal::None),
        Outcome::Unknown(Undoing::Pending) => (Word::Unknown, Reversal::Pending),
        Outcome::Unknown(Undoing::Done) => (Word::Unknown, Reversal::Reversed),
        Outcome::Unknown(Undoing::Parked) => (Word::Unknown, Reversal::Parked),
        Outcome::Unknown(Undoing::Never) => (Word::Unknown, Reversal::Never),
    }
}

/// A decline is told by the host's code, the rest by the outcome.
fn message(entry: &Entry) -> Message {
    match (entry.outcome(), entry.code()) {
        (Outcome::Declined, Some(code)) => declined(code),
        (outcome, _) => text::outcome(outcome).into(),
    }
}

/// `[code] text`, as UnionPay terminals show it (unionpay.md 6).
pub(crate) fn declined(code: ResponseCode) -> Message {
    let display = text::response(code).map_or(text::UNKNOWN_RESPONSE, |row| row.display);
    Message::coded(code, display)
}
