//! The journal of a scenario: it keeps, loses or tears records as it is told.

use crate::script::{Cut, Damage};
use annul::journal::{Envelope, Record, Replay, ReplayError, Seq};
use annul::ledger::{Entry, Ledger};
use annul::profile::Profile;

/// Records as bytes, oldest first.
#[derive(Clone)]
pub(crate) struct Store {
    records: Vec<Vec<u8>>,
    /// Grows with each change.
    pub(crate) generation: u64,
    /// How many more it says it has room for.
    pub(crate) room: usize,
}

impl Store {
    pub(crate) fn new() -> Self {
        Self {
            records: Vec::new(),
            generation: 0,
            room: usize::MAX,
        }
    }

    /// Writes a record, as far as `cut` says.
    pub(crate) fn append(&mut self, seq: Seq, record: &[u8], cut: Cut) {
        let whole = match cut {
            Cut::Lost => return,
            Cut::Kept => record,
            Cut::Torn(bytes) => &record[..bytes.min(record.len() - 1)],
        };
        self.records.truncate((seq.0 as usize).saturating_sub(1));
        if self.room != usize::MAX {
            self.room = self.room.saturating_sub(1);
        }
        self.generation += 1;
        self.records.push(whole.to_vec());
    }

    /// The bytes of a record.
    pub(crate) fn get(&self, seq: Seq) -> Option<&[u8]> {
        let index = (seq.0 as usize).checked_sub(1)?;
        self.records.get(index).map(Vec::as_slice)
    }

    /// Every record that reads, with its number.
    pub(crate) fn records(&self) -> impl Iterator<Item = (Seq, Record)> + '_ {
        self.records.iter().filter_map(|bytes| {
            let (envelope, _, record) = Envelope::decode(bytes).ok()?;
            Some((envelope.seq, record?))
        })
    }

    /// Reads it back as a terminal does when it is switched on.
    pub(crate) fn replay(
        &self,
        profile: &'static Profile,
        capacity: usize,
    ) -> Result<Ledger<Vec<Entry>>, ReplayError> {
        let mut ledger = Ledger::new(vec![Entry::EMPTY; capacity], profile);
        let mut replay = Replay::new(false);
        for record in &self.records {
            ledger.replay(&mut replay, record)?;
        }
        ledger.replayed(replay)?;
        Ok(ledger)
    }

    /// Changes bytes as no power cut does.
    pub(crate) fn damage(&mut self, damage: Damage) {
        self.generation += 1;
        match damage {
            Damage::Rot(seq) => self.records[seq - 1][20] ^= 1,
            Damage::Gap(seq) => drop(self.records.remove(seq - 1)),
            Damage::Newer => {
                let mut record = self.records.last().expect("a record").clone();
                let end = record.len() - 8;
                record[0] += 1;
                reseal(&mut record, end);
                self.records.push(record);
            }
        }
    }
}

/// Gives changed bytes the tag that fits them.
fn reseal(record: &mut [u8], end: usize) {
    use sha2::{Digest, Sha256};
    let digest: [u8; 32] = Sha256::digest(&record[..end]).into();
    record[end..].copy_from_slice(&digest[..8]);
}
