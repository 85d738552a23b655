//! The simulated host behind the wire: the real acquirer, restarted, sent
//! away, and kept from lying twice.

use annul::frame::Frame;
use annul::transaction::Civil;
use annul_host::ledger::{Change, Entry, Ledger, MemoryLedger, Status};
use annul_host::settings::Settings;
use annul_host::{Acquirer, Misdeed, Request, Supply};
use std::collections::BTreeSet;

use super::auditor::{Key, Message};
use super::script::Tombstones;

/// The host and what the simulation must know of it.
pub(crate) struct HostSide {
    acquirer: Acquirer<MemoryLedger>,
    seed: u64,
    /// Reversals that were answered "not found", truly or not. A host that
    /// says so twice of what it has cannot be helped by any terminal.
    not_found: BTreeSet<Key>,
    /// Until then it refuses connections.
    pub(crate) away_until: u64,
}

impl HostSide {
    pub(crate) fn new(seed: u64) -> Self {
        let supply = Supply::seeded(seed);
        Self {
            acquirer: Acquirer::new(Settings::example(), MemoryLedger::new(), supply),
            seed,
            not_found: BTreeSet::new(),
            away_until: 0,
        }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.acquirer.ledger().entries().unwrap_or_default()
    }

    /// The answer to a frame; none where the host hangs up.
    pub(crate) fn answer(
        &mut self,
        civil: Civil,
        frame: &[u8],
        misdeeds: &[Misdeed],
    ) -> Option<Vec<u8>> {
        let request = Request::decode(Frame::decode_prefixed(frame).ok()?).ok()?;
        if request.destination() != self.acquirer.settings().host.tpdu.destination() {
            return None;
        }
        let message = Message::read(frame)?;
        let reversal = (message.mti == 0x0400).then(|| message.key()).flatten();
        let may_lie = reversal.is_none_or(|key| !self.not_found.contains(&key));
        let orders = (misdeeds.iter())
            .copied()
            .filter(|misdeed| may_lie || !lies(*misdeed))
            .collect();
        let answer = self.acquirer.answer(civil, &request, &orders).ok()?;
        if let (Some(key), b"25" | b"12") = (reversal, answer.code().bytes()) {
            self.not_found.insert(key);
        }
        Some(answer.frame().to_vec())
    }

    /// Starts again from its books; what it was about to answer is lost.
    pub(crate) fn restart(&mut self, tombstones: Tombstones) {
        self.seed = self.seed.wrapping_add(1);
        let old = self.acquirer.ledger();
        let mut books = old.clone();
        if tombstones == Tombstones::Lost {
            books = MemoryLedger::new();
            for entry in self.entries() {
                let terminal = entry.key.terminal;
                if entry.status != Status::Absent {
                    let kept = books.apply(&[Change::Book(entry)]);
                    kept.expect("the books were sound");
                }
                let keys = old.working_keys(&terminal).ok().flatten();
                let kept = books.apply(&[Change::Keys(terminal, &keys.unwrap_or_default())]);
                kept.expect("keys fit anywhere");
            }
            if books.entries().is_ok_and(|entries| entries.is_empty()) {
                books = old.clone();
            }
        }
        let supply = Supply::seeded(self.seed);
        self.acquirer = Acquirer::new(Settings::example(), books, supply);
    }

    /// Whether a reversal of this was answered "not found".
    pub(crate) fn was_not_found(&self, key: Key) -> bool {
        self.not_found.contains(&key)
    }

    pub(crate) fn has_tombstones(&self) -> bool {
        self.entries()
            .iter()
            .any(|entry| entry.status == Status::Absent)
    }
}

fn lies(misdeed: Misdeed) -> bool {
    match misdeed {
        Misdeed::NotFound => true,
        Misdeed::Decline(code) => matches!(code.bytes(), b"25" | b"12"),
        _ => false,
    }
}
