//! Which faults are due in an exchange: each fault counts the exchanges it is
//! aimed at and strikes in its turns.

use super::{Fault, Misdeed};
use crate::exchange::Exchange;
use annul::transaction::ResponseCode;
use std::time::Duration;

/// The faults that were ordered, and how far each has counted.
///
/// ```
/// use annul::transaction::Kind;
/// use annul_host::{Exchange, Fault, FaultPlan, Misdeed};
/// let mut plan = FaultPlan::new(["drop-answer@sale#2".parse::<Fault>()?]);
/// assert!(!plan.decide(Exchange::Money(Kind::Sale)).has(Misdeed::DropAnswer));
/// assert!(!plan.decide(Exchange::Money(Kind::Void)).has(Misdeed::DropAnswer));
/// assert!(plan.decide(Exchange::Money(Kind::Sale)).has(Misdeed::DropAnswer));
/// # Ok::<(), annul_host::FaultError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct FaultPlan {
    faults: Vec<(Fault, u32)>,
}

impl FaultPlan {
    /// A plan of these faults; none has counted yet.
    pub fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self {
            faults: faults.into_iter().map(|fault| (fault, 0)).collect(),
        }
    }

    /// Adds a fault, which counts from the next exchange on.
    pub fn add(&mut self, fault: Fault) {
        self.faults.push((fault, 0));
    }

    /// Counts this exchange and says what goes wrong in it.
    pub fn decide(&mut self, exchange: Exchange) -> Orders {
        let mut misdeeds = Vec::new();
        for (fault, seen) in &mut self.faults {
            if fault.target.covers(exchange) {
                *seen = seen.saturating_add(1);
                if (fault.turns.first..=fault.turns.last).contains(seen) {
                    misdeeds.push(fault.misdeed);
                }
            }
        }
        Orders { misdeeds }
    }
}

/// What goes wrong in one exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    misdeeds: Vec<Misdeed>,
}

impl Orders {
    /// Nothing goes wrong.
    pub const NONE: Self = Self {
        misdeeds: Vec::new(),
    };

    /// What goes wrong, in the order it was asked for.
    pub fn misdeeds(&self) -> &[Misdeed] {
        &self.misdeeds
    }

    /// True where exactly this goes wrong.
    pub fn has(&self, misdeed: Misdeed) -> bool {
        self.misdeeds.contains(&misdeed)
    }

    /// The code the host must answer in place of doing its work.
    pub(crate) fn verdict(&self) -> Option<ResponseCode> {
        self.misdeeds.iter().find_map(|misdeed| match misdeed {
            Misdeed::Decline(code) => Some(*code),
            Misdeed::NotFound => Some(ResponseCode::literal(*b"25")),
            _ => None,
        })
    }

    /// How long the host must be away from now on.
    pub(crate) fn away(&self) -> Option<Duration> {
        self.misdeeds.iter().find_map(|misdeed| match misdeed {
            Misdeed::Away(duration) => Some(*duration),
            _ => None,
        })
    }

    /// How long the answer must wait: the sum of all delays.
    pub(super) fn delay(&self) -> Duration {
        (self.misdeeds.iter())
            .filter_map(|misdeed| match misdeed {
                Misdeed::Delay(duration) => Some(*duration),
                _ => None,
            })
            .sum()
    }
}

impl FromIterator<Misdeed> for Orders {
    fn from_iter<I: IntoIterator<Item = Misdeed>>(misdeeds: I) -> Self {
        Self {
            misdeeds: misdeeds.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use annul::transaction::Kind;

    #[test]
    fn each_fault_counts_for_itself() {
        let faults = [
            "join@any#3",
            "twice@sale#1..2",
            "wrong-mac@reversal#2..",
            "no-mac#*",
        ];
        let mut plan = FaultPlan::new(faults.map(|spec| spec.parse().unwrap()));
        let story = [
            (Exchange::SignIn, vec![]),
            (
                Exchange::Money(Kind::Sale),
                vec![Misdeed::Twice, Misdeed::NoMac],
            ),
            (
                Exchange::Reversal(Kind::Sale),
                vec![Misdeed::Join, Misdeed::NoMac],
            ),
            (
                Exchange::Money(Kind::Sale),
                vec![Misdeed::Twice, Misdeed::NoMac],
            ),
            (Exchange::Money(Kind::Sale), vec![Misdeed::NoMac]),
            (
                Exchange::Reversal(Kind::Void),
                vec![Misdeed::WrongMac, Misdeed::NoMac],
            ),
            (Exchange::Echo, vec![]),
        ];
        for (exchange, due) in story {
            assert_eq!(plan.decide(exchange).misdeeds(), due, "{exchange:?}");
        }
    }
}
