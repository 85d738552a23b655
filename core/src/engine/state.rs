use super::Millis;
use crate::journal::Seq;
use crate::transaction::Trace;

/// Where the machine stands. Each state holds what is valid in it, no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// A new journal's first record is on its way: whose it is.
    Founding,
    /// Nothing is under way.
    Idle,
    /// A request was admitted and is being built.
    Preparing,
    /// Its intent is on its way to the journal.
    Opening {
        /// The operator wants it undone.
        cancelled: Cancel,
    },
    /// It was sent, or is being sent.
    Awaiting {
        /// The transaction.
        entry: Seq,
        /// When it has no answer.
        due: Millis,
        /// The operator wants it undone.
        cancelled: Cancel,
    },
    /// Its outcome is on its way to the journal.
    Concluding {
        /// The transaction.
        entry: Seq,
    },
    /// The decision to reverse is on its way to the journal.
    ReversalOpening {
        /// The transaction.
        entry: Seq,
    },
    /// The reversal was sent, or is being sent.
    ReversalAwaiting {
        /// How far it is.
        attempt: Attempt,
        /// When it has no answer.
        due: Millis,
    },
    /// The next attempt waits.
    ReversalBackoff {
        /// How far it is.
        attempt: Attempt,
        /// When it is made.
        due: Millis,
    },
    /// What became of the reversal is on its way to the journal.
    ReversalConcluding {
        /// The transaction.
        entry: Seq,
    },
    /// A sign-in was sent.
    SignInAwaiting {
        /// What follows it.
        then: Then,
        /// Its trace.
        trace: Trace,
        /// When it has no answer.
        due: Millis,
    },
    /// The new keys are on their way to the journal.
    SignInConcluding {
        /// What follows.
        then: Then,
    },
    /// A balance inquiry was sent.
    #[cfg(feature = "kinds")]
    InquiryAwaiting {
        /// When it has no answer.
        due: Millis,
    },
    /// An echo test was sent.
    EchoAwaiting {
        /// When it has no answer.
        due: Millis,
    },
    /// A message of the settlement was sent, or is being sent.
    SettlementAwaiting {
        /// 1 for the first.
        attempt: u8,
        /// When it has no answer.
        due: Millis,
    },
    /// The next attempt at it waits.
    SettlementBackoff {
        /// How far it is.
        attempt: u8,
        /// When it is made.
        due: Millis,
    },
    /// What became of it is on its way to the journal.
    SettlementConcluding,
    /// The journal failed; nothing is sent or shown until it was read again.
    Faulted,
}

/// Whether the operator wants the exchange undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cancel {
    /// No.
    No,
    /// Yes, if it still can be.
    Wanted,
}

/// How far the reversal of a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// The transaction.
    pub entry: Seq,
    /// 1 for the first.
    pub number: u8,
    /// Whether new keys were fetched for it already.
    pub keys: KeysRenewed,
}

/// Whether new keys were fetched for a reversal already: once is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeysRenewed {
    /// Not yet.
    No,
    /// They were.
    Yes,
}

/// What follows a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Then {
    /// Nothing: the operator asked for it.
    Idle,
    /// The reversal that could not be sent without it.
    Reversal(Attempt),
}

impl State {
    /// True while a record is on its way to the journal.
    pub const fn persists(&self) -> bool {
        matches!(
            self,
            Self::Founding
                | Self::Opening { .. }
                | Self::Concluding { .. }
                | Self::ReversalOpening { .. }
                | Self::ReversalConcluding { .. }
                | Self::SignInConcluding { .. }
                | Self::SettlementConcluding
        )
    }

    pub(super) const fn deadline(&self) -> Option<Millis> {
        match self {
            Self::Awaiting { due, .. }
            | Self::ReversalAwaiting { due, .. }
            | Self::ReversalBackoff { due, .. }
            | Self::SignInAwaiting { due, .. }
            | Self::SettlementAwaiting { due, .. }
            | Self::SettlementBackoff { due, .. }
            | Self::EchoAwaiting { due } => Some(*due),
            #[cfg(feature = "kinds")]
            Self::InquiryAwaiting { due } => Some(*due),
            _ => None,
        }
    }

    /// Rows 7 and 21: remembered until there is something to decide.
    pub(super) const fn cancel(&mut self) {
        if let Self::Opening { cancelled } | Self::Awaiting { cancelled, .. } = self {
            *cancelled = Cancel::Wanted;
        }
    }
}
