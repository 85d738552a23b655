use super::{Entry, Status};

/// What a transaction came to, in the three words a cashier acts on. None of
/// them is an error: an outcome is a value (decision 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The host approved: goods may change hands, a void stands.
    Approved,
    /// Nothing happened: the host declined.
    Declined,
    /// Nothing happened: the request never left the terminal.
    NotSent,
    /// The outcome was not known, so it is undone: no goods, no money.
    Unknown(Undoing),
}

/// How far the undoing of an unknown outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undoing {
    /// The terminal works on it.
    Pending,
    /// It is undone at the host.
    Done,
    /// The terminal could not get it done yet: call the acquirer.
    Parked,
    /// No message undoes a refund: ask the acquirer before it is repeated.
    #[cfg(feature = "kinds")]
    Never,
}

impl Entry {
    /// True where nothing of it stands at the host, and nothing can.
    pub(super) fn came_to_nothing(&self) -> bool {
        matches!(
            self.outcome(),
            Outcome::Declined | Outcome::NotSent | Outcome::Unknown(Undoing::Done)
        )
    }

    /// What the transaction came to.
    pub fn outcome(&self) -> Outcome {
        match self.status() {
            Status::Approved | Status::VoidPending | Status::Voided | Status::ResolvedApproved => {
                Outcome::Approved
            }
            #[cfg(feature = "kinds")]
            Status::CompletionPending | Status::Completed => Outcome::Approved,
            Status::Declined => Outcome::Declined,
            Status::NotSent => Outcome::NotSent,
            Status::Reversed | Status::ResolvedReversed => Outcome::Unknown(Undoing::Done),
            Status::Parked => Outcome::Unknown(Undoing::Parked),
            #[cfg(feature = "kinds")]
            Status::Unresolved => Outcome::Unknown(Undoing::Never),
            Status::Pending | Status::Reversing | Status::Provisional | Status::Confirming => {
                Outcome::Unknown(Undoing::Pending)
            }
        }
    }
}
