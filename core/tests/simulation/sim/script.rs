//! What happens in one run, as data: everything chance decides is decided
//! here, so that a failing run can be printed, cut down and run again.

use super::disk::Cut;
use annul_host::Misdeed;
use std::fmt;

/// One run: a till, and what happens to it.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) seed: u64,
    pub(crate) shop: Shop,
    pub(crate) steps: Vec<Step>,
}

/// What stays the same during a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shop {
    /// Rows of the ledger's table.
    pub(crate) table: usize,
    /// Records the journal holds.
    pub(crate) journal: usize,
    /// The trace last used before the run.
    pub(crate) last_trace: u32,
    /// Parked reversals before new money is refused.
    pub(crate) parked_limit: u8,
    /// Milliseconds from here to the host and back.
    pub(crate) latency: u64,
    /// Milliseconds a record takes to be written.
    pub(crate) writing: u64,
    /// Milliseconds the app wakes too late.
    pub(crate) doze: u64,
}

/// Something the operator does, what goes wrong meanwhile, and the wait after.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) act: Act,
    pub(crate) twists: Vec<Twist>,
    /// Milliseconds until the next step.
    pub(crate) wait: u64,
}

/// What the operator does. `pick` chooses among what was done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Sale {
        amount: u32,
        card: u8,
        pin: Pin,
    },
    Void {
        pick: u8,
        of: Slip,
        card: Shown,
        pin: Pin,
    },
    /// The same command with the same id.
    Again {
        pick: u8,
    },
    /// Another sale with an id that was used.
    Reuse {
        pick: u8,
    },
    SignIn,
    Echo,
    Recover,
    Resolve {
        pick: u8,
    },
    Wait,
    /// The terminal is switched off and on.
    Restart,
    /// The civil clock is set forward or back by so many seconds.
    Clock(i32),
    HostRestart(Tombstones),
}

/// The PIN a customer enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pin {
    None,
    Right,
    Wrong,
    /// Presses Cancel.
    Cancelled,
}

/// Which slip the operator takes for a void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// Of a sale that stands.
    Standing,
    /// Of any transaction.
    Any,
}

/// The card at a void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    No,
    Same,
    Other,
}

/// What a host that restarts keeps of reversals that found nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tombstones {
    Kept,
    Lost,
}

/// Something that goes wrong in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twist {
    /// In the exchange of this number, counted from the step's first.
    Link(u8, Fault),
    /// The power goes at the action of this number; it is back after so long.
    Kill { action: u16, cut: Cut, off: u32 },
    /// The operator wants it undone, so long after.
    Cancel(u32),
    /// A second tap on the same button, so long after.
    TapAgain(u32),
    /// Another sale, so long after.
    OtherSale(u32),
    /// The record of this number is refused, counted from the step's first.
    Refuse(u8),
    /// It is refused, and is on the disk all the same (scenario 29).
    RefuseButKeep(u8),
    /// Records take so long to be written.
    SlowDisk(u32),
    /// The security module fails the question of this number.
    Module(u8),
}

/// Something that goes wrong in one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is refused: nothing was sent.
    Refused,
    /// It is not known what became of the connection.
    ConnectDies,
    /// It takes so long.
    ConnectSlow(u32),
    /// The first byte does not leave, and the transport proves it.
    SendFails,
    /// The transport fails, the request goes through.
    SendDoubtful,
    LoseRequest,
    DelayRequest(u32),
    /// A copy of the request comes so much later.
    DoubleRequest(u32),
    CorruptRequest(u16, u8),
    Host(Misdeed),
    /// The host refuses connections from now on for so long.
    Away(u32),
    LoseAnswer,
    DelayAnswer(u32),
    DoubleAnswer(u32),
    /// Answer and a copy in one piece.
    JoinAnswer,
    SplitAnswer(u8),
    /// The link closes after so many bytes of the answer.
    CutAnswer(u16),
    CorruptAnswer(u16, u8),
    OtherTerminal,
    /// The answer comes when the next link opens.
    OnNextLink,
    /// The link is reset so long after the request was sent.
    Reset(u32),
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {:?}", self.seed, self.shop)?;
        for (index, step) in self.steps.iter().enumerate() {
            writeln!(f, "{:>3}  {:?}, then {} ms", index + 1, step.act, step.wait)?;
            for twist in &step.twists {
                writeln!(f, "       but {twist:?}")?;
            }
        }
        Ok(())
    }
}
