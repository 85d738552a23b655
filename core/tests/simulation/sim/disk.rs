//! The till's flash: it loses, keeps or tears the record it was writing when
//! the power went, refuses records, and fills up.

use annul::engine::RESERVE;
use annul::journal::{Envelope, Record, Replay, ReplayError, Seq, Tag};
use annul::ledger::{Entry, Ledger};
use annul::profile::Profile;
use sha2::{Digest, Sha256};

use super::script::Damage;

/// What a power cut leaves of the record under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing.
    Lost,
    /// All of it, though nobody was told.
    Kept,
    /// So many of its bytes.
    Torn(u16),
}

/// Records in order, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    records: Vec<Vec<u8>>,
    capacity: usize,
}

impl Disk {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            records: Vec::new(),
            capacity,
        }
    }

    pub(crate) fn room(&self) -> usize {
        self.capacity.saturating_sub(self.records.len())
    }

    pub(crate) fn limit(&mut self, capacity: usize) {
        self.capacity = capacity;
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Writes a record at its number; what stood there was never confirmed.
    /// False where there is no room, or the number leaves a gap.
    pub(crate) fn append(&mut self, seq: Seq, record: &[u8]) -> bool {
        let index = (seq.0 as usize).saturating_sub(1);
        if index >= self.capacity || index > self.records.len() {
            return false;
        }
        self.records.truncate(index);
        self.records.push(record.to_vec());
        true
    }

    /// The power went while this record was written.
    pub(crate) fn cut(&mut self, seq: Seq, record: &[u8], cut: Cut) {
        match cut {
            Cut::Lost => {}
            Cut::Kept => {
                self.append(seq, record);
            }
            Cut::Torn(bytes) => {
                let bytes = usize::from(bytes) % record.len();
                self.append(seq, &record[..bytes]);
            }
        }
    }

    pub(crate) fn recall(&self, seq: Seq) -> Option<&[u8]> {
        let index = (seq.0 as usize).checked_sub(1)?;
        self.records.get(index).map(Vec::as_slice)
    }

    /// Folds the journal, as a restart does. A torn last record is cut.
    pub(crate) fn replay(
        &self,
        table: usize,
        profile: &'static Profile,
    ) -> Result<Ledger<Vec<Entry>>, ReplayError> {
        let mut ledger = Ledger::new(vec![Entry::EMPTY; table], profile);
        let mut replay = Replay::new(false);
        for record in &self.records {
            ledger.replay(&mut replay, record)?;
        }
        ledger.replayed(replay)?;
        Ok(ledger)
    }

    /// Every record, oldest first.
    pub(crate) fn records(&self) -> impl Iterator<Item = &[u8]> {
        self.records.iter().map(Vec::as_slice)
    }

    /// Drops a torn last record; true where there was one.
    pub(crate) fn heal(&mut self) -> bool {
        let torn = (self.records.last()).is_some_and(|last| Envelope::decode(last).is_err());
        if torn {
            self.records.pop();
        }
        torn
    }

    /// This journal, damaged; none where it is too short for that. The last
    /// record is never what is damaged: one that was torn looks the same.
    pub(crate) fn damaged(&self, damage: Damage) -> Option<Self> {
        let mut other = self.clone();
        other.heal();
        let inner = other
            .records
            .len()
            .checked_sub(1)
            .filter(|inner| *inner > 0)?;
        match damage {
            Damage::Rot { pick, bits } => {
                let record = &mut other.records[usize::from(pick) % inner];
                let place = usize::from(pick) % record.len();
                record[place] ^= bits.max(1);
            }
            Damage::Gap { pick } => {
                other.records.remove(usize::from(pick) % inner);
            }
            Damage::Newer => {
                let last = other.records.last_mut()?;
                let end = last.len() - 8;
                last[0] += 1;
                let tag = Sha256::digest(&last[..end]);
                last[end..].copy_from_slice(&tag[..8]);
            }
            Damage::Foreign => {}
        }
        Some(other)
    }

    /// What the whole records say.
    pub(crate) fn decoded(&self) -> Vec<Record> {
        let decoded = self.records.iter().filter_map(|bytes| decode(bytes));
        decoded.map(|(_, record)| record).collect()
    }

    /// Replaces the journal by one that says this: what a broken till makes of it.
    pub(crate) fn rewrite(&mut self, records: &[Record]) {
        self.records.clear();
        let mut previous = Tag::default();
        let mut seq = Seq(0);
        for record in records {
            seq = seq.next();
            let mut buffer = [0; annul::journal::MAX_RECORD];
            let (len, tag) = Envelope { seq, previous }.encode(record, &mut buffer);
            self.records.push(buffer[..len].to_vec());
            previous = tag;
        }
        self.capacity = self.capacity.max(self.records.len() + 4 * RESERVE);
    }
}

/// A record's number and what it says.
pub(crate) fn decode(bytes: &[u8]) -> Option<(Seq, Record)> {
    let (envelope, _, record) = Envelope::decode(bytes).ok()?;
    record.map(|record| (envelope.seq, record))
}
