//! What happens in one run, as data: everything chance decides is decided
//! here, so that a failing run can be printed, cut down and run again.

use super::disk::Cut;
use annul::transaction::Kind;
use std::fmt;

/// One run: a shop with one till or two, and what happens to it.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) seed: u64,
    pub(crate) shop: Shop,
    pub(crate) steps: Vec<Step>,
}

/// What stays the same during a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shop {
    /// Terminals of the merchant, at one host.
    pub(crate) tills: u8,
    /// Rows of a ledger's table.
    pub(crate) table: usize,
    /// Records a journal holds.
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

/// Something an operator does, what goes wrong meanwhile, and the wait after.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// At which till.
    pub(crate) till: u8,
    pub(crate) act: Act,
    pub(crate) twists: Vec<Twist>,
    /// Milliseconds until the next step.
    pub(crate) wait: u64,
}

/// What an operator does. `pick` chooses among what was done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Order(Order),
    /// The same command with the same id.
    Again {
        pick: u8,
    },
    /// Another transaction with an id that was used.
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
    /// The same, and the software is another afterwards.
    Upgrade,
    /// Its journal is another one when it is switched on, for once.
    Damage(Damage),
    /// The civil clock is set forward or back by so many seconds.
    Clock(i32),
    HostRestart(Tombstones),
}

/// A transaction as an operator wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) kind: Kind,
    /// Which slip, where it is about another transaction.
    pub(crate) pick: u8,
    pub(crate) of: Slip,
    /// Minor units; of a hold, percent.
    pub(crate) amount: u32,
    pub(crate) card: u8,
    pub(crate) shown: Shown,
    pub(crate) entry: Entry,
    pub(crate) pin: Pin,
}

/// How a card is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Swiped,
    Keyed,
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

/// Which slip the operator takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// Of one that stands, and that the order can be for.
    Standing,
    /// Of any transaction.
    Any,
}

/// The card at an order about another transaction.
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

/// What must keep a journal from being opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// Bits of a record in the middle flip.
    Rot { pick: u8, bits: u8 },
    /// A record in the middle is gone.
    Gap { pick: u8 },
    /// A later version wrote the last record.
    Newer,
    /// It is the journal of another terminal.
    Foreign,
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
    /// The host closes the day, so long after: a sign-in brings another batch.
    CutOver(u32),
    /// The record of this number is refused, counted from the step's first.
    Refuse(u8),
    /// It is refused, and is on the disk all the same (scenario 29).
    RefuseButKeep(u8),
    /// Records take so long to be written.
    SlowDisk(u32),
    /// The record that is asked for next cannot be read.
    Unreadable,
    /// The security module fails the question of this number.
    Module(u8, Broken),
}

/// How a security module fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Silent,
    NoKeys,
    /// A sealed card does not open; else as above.
    Seal,
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
    /// It is accepted, nobody is there, and nobody says so for so long.
    HalfOpen(u32),
    LoseRequest,
    DelayRequest(u32),
    /// A copy of the request comes so much later.
    DoubleRequest(u32),
    CorruptRequest(u16, u8),
    Host(Lie),
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
    /// An old answer comes before the new one.
    OldAnswer,
    /// The answer comes when the next link opens.
    OnNextLink,
    /// The link is reset so long after the request was sent.
    Reset(u32),
}

/// What the host does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// F64 of the answer is wrong.
    WrongMac,
    NoMac,
    /// F4 of the answer is one fen more, its MAC is right.
    WrongAmount,
    /// F11 of the answer is another, its MAC is right.
    WrongTrace,
    /// It takes other working keys before it reads the request.
    ChangeKeys,
    /// It answers with this code and does nothing.
    Decline([u8; 2]),
    /// It does not remember a reversal that found nothing.
    Forget,
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {:?}", self.seed, self.shop)?;
        for (index, step) in self.steps.iter().enumerate() {
            let Step {
                till, act, wait, ..
            } = step;
            writeln!(f, "{:>3}  till {till}: {act:?}, then {wait} ms", index + 1)?;
            for twist in &step.twists {
                writeln!(f, "       but {twist:?}")?;
            }
        }
        Ok(())
    }
}
