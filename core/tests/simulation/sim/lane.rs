//! One till of the shop: what is its own, and what goes wrong at it.

use super::disk::Disk;
use super::observe::Seen;
use super::operator::Command;
use super::script::{Fault, Script, Twist};
use super::till::{Software, Till};
use annul::terminal::LinkId;

/// One till, its disk, its operator and its line.
pub(crate) struct Lane {
    pub(crate) number: u8,
    pub(crate) till: Option<Till>,
    pub(crate) software: Software,
    pub(crate) boots: u32,
    pub(crate) disk: Disk,
    pub(crate) commands: Vec<Command>,
    /// What still goes wrong in this step.
    pub(crate) twists: Vec<Twist>,
    pub(crate) count: Count,
    /// The link that is open, and its faults.
    pub(crate) link: Option<(LinkId, Vec<Fault>)>,
    /// An answer that waits for the next link.
    pub(crate) held: Option<Vec<u8>>,
    pub(crate) seen: Seen,
    /// Records since ledger and journal were compared.
    pub(crate) unchecked: bool,
}

impl Lane {
    pub(super) fn new(number: u8, script: &Script) -> Self {
        Self {
            number,
            till: None,
            software: Software::First,
            boots: 0,
            disk: Disk::new(script.shop.journal),
            commands: Vec::new(),
            twists: Vec::new(),
            count: Count::default(),
            link: None,
            held: None,
            seen: Seen::default(),
            unchecked: true,
        }
    }

    /// When its app wakes it.
    pub(super) fn due(&self, doze: u64, now: u64) -> Option<u64> {
        let due = self.till.as_ref().and_then(Till::deadline)?;
        Some((due + doze).max(now))
    }
}

/// What was counted since the step began.
#[derive(Default)]
pub(crate) struct Count {
    pub(crate) exchanges: u8,
    pub(crate) actions: u16,
    pub(crate) records: u8,
    pub(crate) questions: u8,
}
