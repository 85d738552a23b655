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
}

impl Entry {
    /// What the transaction came to.
    pub fn outcome(&self) -> Outcome {
        match self.status() {
            Status::Approved | Status::VoidPending | Status::Voided | Status::ResolvedApproved => {
                Outcome::Approved
            }
            #[cfg(feature = "holds")]
            Status::CompletionPending | Status::Completed => Outcome::Approved,
            Status::Declined => Outcome::Declined,
            Status::NotSent => Outcome::NotSent,
            Status::Reversed | Status::ResolvedReversed => Outcome::Unknown(Undoing::Done),
            Status::Parked => Outcome::Unknown(Undoing::Parked),
            Status::Pending | Status::Reversing | Status::Provisional | Status::Confirming => {
                Outcome::Unknown(Undoing::Pending)
            }
        }
    }
}
