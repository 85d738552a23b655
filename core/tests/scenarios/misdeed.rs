//! What a device that holds keys can do wrong, besides saying that it failed:
//! lose its keys, come late, talk twice, or answer another question.

use annul::card::{Expiry, Pan};
use annul::crypto::{CardOnFile, SecurityFault};
use annul::terminal::{Input, Job};

/// One misdeed about one question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Misdeed {
    /// It fails in its own way.
    Fails,
    /// It gives up waiting for itself.
    TimesOut,
    /// Its working keys are gone before it answers, and stay so.
    LosesKeys,
    /// The answer comes when all deadlines are over.
    Late,
    /// The answer comes twice.
    Twice,
    /// The answer comes, then it says that it failed.
    ThenFails,
    /// It says that it timed out, then the answer comes.
    AfterAll,
    /// It answers the questions before and after this one first.
    AnotherNumber,
    /// It answers every other kind of question first.
    AnotherKind,
}

impl Misdeed {
    pub(crate) const ALL: [(&'static str, Self); 9] = [
        ("fails", Self::Fails),
        ("times-out", Self::TimesOut),
        ("loses-keys", Self::LosesKeys),
        ("is-late", Self::Late),
        ("answers-twice", Self::Twice),
        ("then-fails", Self::ThenFails),
        ("answers-after-all", Self::AfterAll),
        ("answers-another-number", Self::AnotherNumber),
        ("answers-another-kind", Self::AnotherKind),
    ];

    /// The right answer comes first and in time: whatever else is said, nothing
    /// else may happen.
    pub(crate) fn is_noise(self) -> bool {
        matches!(
            self,
            Self::Twice | Self::ThenFails | Self::AnotherNumber | Self::AnotherKind
        )
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(known, _)| *known == word);
        found.map(|(_, misdeed)| misdeed)
    }
}

const FAULT: SecurityFault = SecurityFault::Device { code: 7 };

/// What the terminal hears, in this order.
pub(crate) fn answers(answer: Input<'static>, misdeed: Option<Misdeed>) -> Vec<Input<'static>> {
    let (kind, job) = kind(&answer);
    let before = Job::from_number(job.number().wrapping_sub(1));
    let after = Job::from_number(job.number().wrapping_add(1));
    match misdeed {
        None | Some(Misdeed::LosesKeys | Misdeed::Late) => vec![answer],
        Some(Misdeed::Fails) => vec![refusal(kind, job, FAULT)],
        Some(Misdeed::TimesOut) => vec![refusal(kind, job, SecurityFault::TimedOut)],
        Some(Misdeed::Twice) => vec![again(&answer, job), answer],
        Some(Misdeed::ThenFails) => vec![answer, refusal(kind, job, FAULT)],
        Some(Misdeed::AfterAll) => vec![refusal(kind, job, SecurityFault::TimedOut), answer],
        Some(Misdeed::AnotherNumber) => vec![
            again(&answer, before),
            refusal(kind, before, SecurityFault::NoKeys),
            again(&answer, after),
            refusal(kind, after, SecurityFault::NoKeys),
            answer,
        ],
        Some(Misdeed::AnotherKind) => {
            let others = (0..KINDS).filter(|other| *other != kind);
            let mut said: Vec<_> = others.map(|other| refusal(other, job, FAULT)).collect();
            said.push(answer);
            said
        }
    }
}

const KINDS: u8 = 5;

/// Which question an answer is to.
fn kind(answer: &Input<'_>) -> (u8, Job) {
    match answer {
        Input::PinBlock(job, _) => (0, *job),
        Input::Sealed(job, _) => (1, *job),
        Input::Opened(job, _) => (2, *job),
        Input::Mac(job, _) => (3, *job),
        Input::KeysLoaded(job, _) => (4, *job),
        other => panic!("{other:?} is no answer of a security module"),
    }
}

fn refusal(kind: u8, job: Job, fault: SecurityFault) -> Input<'static> {
    match kind {
        0 => Input::PinBlock(job, Err(fault)),
        1 => Input::Sealed(job, Err(fault)),
        2 => Input::Opened(job, Err(fault)),
        3 => Input::Mac(job, Err(fault)),
        _ => Input::KeysLoaded(job, Err(fault)),
    }
}

/// The same answer once more, to this question.
fn again(answer: &Input<'_>, job: Job) -> Input<'static> {
    match answer {
        Input::PinBlock(_, block) => Input::PinBlock(job, *block),
        Input::Sealed(_, sealed) => Input::Sealed(job, *sealed),
        Input::Opened(_, opened) => {
            Input::Opened(job, opened.as_ref().map(copy).map_err(|fault| *fault))
        }
        Input::Mac(_, mac) => Input::Mac(job, *mac),
        Input::KeysLoaded(_, loaded) => Input::KeysLoaded(job, *loaded),
        other => panic!("{other:?} is no answer of a security module"),
    }
}

/// A card has no `Clone`.
fn copy(card: &CardOnFile) -> CardOnFile {
    let digits = |expiry: Expiry| String::from_utf8(expiry.digits().to_vec()).expect("digits");
    CardOnFile {
        pan: Pan::from_digits(card.pan.reveal()).expect("a card"),
        expiry: card
            .expiry
            .map(|expiry| Expiry::parse(&digits(expiry)).expect("a month")),
    }
}
