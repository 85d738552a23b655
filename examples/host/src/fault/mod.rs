//! Faults on order: how the host is told to misbehave, exchange by exchange.
//!
//! A [`Fault`] says what goes wrong, in which exchanges, and how often. A
//! [`FaultPlan`] counts exchanges and says what is due in each; [`Orders`] are
//! what is due in one. Nothing is left to chance: the same requests meet the
//! same faults.
//!
//! ```text
//!  decline=51@sale#2..3
//!  ───┬─── ─┬ ──┬─ ──┬─
//!   what    │   │    └ which of those exchanges: #N  #N..M  #N..  #*   (else the first)
//!       value   └───── in which exchanges: @sale, @reversal ...        (else as the table says)
//! ```

mod parse;
mod plan;
mod table;
mod wire;

pub use parse::FaultError;
pub use plan::{FaultPlan, Orders};
pub use table::help;
pub use wire::{Delivery, Effect};

use crate::exchange::Exchange;
use annul::iso8583::Language;
use annul::transaction::ResponseCode;
use std::time::Duration;
use table::{FAULTS, TARGETS};

/// One thing that goes wrong, where and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    misdeed: Misdeed,
    target: Target,
    turns: Turns,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misdeed {
    /// The request is lost on the way: the host never sees it.
    DropRequest,
    /// The request is stuck on the way and reaches the host after the next exchange.
    LateRequest,
    /// The host does its work; its answer is lost.
    DropAnswer,
    /// The answer is held and sent when the next connection opens.
    LateAnswer,
    /// The answer is held and glued in front of the next one.
    Glue,
    /// The answer comes after so long.
    Delay(Duration),
    /// The answer stops after so many bytes (half of it where none is named) and the line closes.
    Close(Option<u16>),
    /// The answer comes in so many pieces, with pauses.
    Split(u16),
    /// The answer and a copy of it come in one piece.
    Join,
    /// The answer comes twice, with a pause.
    Twice,
    /// F64 of the answer is wrong.
    WrongMac,
    /// The answer has no F64.
    NoMac,
    /// F11 of the answer is another; its MAC is right.
    WrongTrace,
    /// F4 of the answer is one fen more; its MAC is right.
    WrongAmount,
    /// The bytes of the answer's message are all `FF`.
    Garble,
    /// The host answers with this code and does nothing.
    Decline(ResponseCode),
    /// The host answers `25` and does nothing.
    NotFound,
    /// A reversal that finds no original is not remembered.
    Forget,
    /// The host takes another MAC key before it reads the request.
    ChangeKeys,
    /// The host closes the line unread and refuses connections for so long.
    Away(Duration),
}

impl Misdeed {
    /// The word that orders it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DropRequest => "drop-request",
            Self::LateRequest => "late-request",
            Self::DropAnswer => "drop-answer",
            Self::LateAnswer => "late-answer",
            Self::Glue => "glue",
            Self::Delay(_) => "delay",
            Self::Close(_) => "close",
            Self::Split(_) => "split",
            Self::Join => "join",
            Self::Twice => "twice",
            Self::WrongMac => "wrong-mac",
            Self::NoMac => "no-mac",
            Self::WrongTrace => "wrong-trace",
            Self::WrongAmount => "wrong-amount",
            Self::Garble => "garble",
            Self::Decline(_) => "decline",
            Self::NotFound => "not-found",
            Self::Forget => "forget",
            Self::ChangeKeys => "change-keys",
            Self::Away(_) => "away",
        }
    }

    /// What happens, in a person's words.
    pub fn says(self, language: Language) -> &'static str {
        let row = FAULTS.iter().find(|row| row.word == self.word());
        row.map_or("", |row| match language {
            Language::English => row.english,
            Language::Chinese => row.chinese,
        })
    }
}

/// The exchanges a fault is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every exchange.
    Any,
    /// Sale, void and the reversal of each.
    Money,
    /// Both reversals.
    Reversal,
    /// One kind of exchange.
    One(Exchange),
}

/// Which of the exchanges that fit, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turns {
    first: u32,
    last: u32,
}

impl Target {
    /// True where an exchange is one of these.
    pub fn covers(self, exchange: Exchange) -> bool {
        match self {
            Self::Any => true,
            Self::Money => exchange.moves_money(),
            Self::Reversal => exchange.is_reversal(),
            Self::One(one) => one == exchange,
        }
    }

    /// The word after the `@`.
    pub fn word(self) -> &'static str {
        (TARGETS.iter())
            .find(|(_, target)| *target == self)
            .map_or("other", |(word, _)| word)
    }
}
