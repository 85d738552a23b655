use super::{Change, Entry, Key, Ledger, LedgerError};
use annul::transaction::{Batch, TerminalId};
use std::collections::{BTreeMap, BTreeSet};

/// The books in memory: gone when the host stops.
#[derive(Clone, Default)]
pub struct MemoryLedger {
    entries: Vec<Entry>,
    index: BTreeMap<Key, usize>,
    keys: BTreeMap<TerminalId, Vec<u8>>,
    batches: BTreeMap<TerminalId, Batch>,
    told: BTreeSet<Key>,
}

impl MemoryLedger {
    /// Empty books.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key that keeps `changes` from being applied, if one does.
    fn conflict(&self, changes: &[Change<'_>]) -> Option<Key> {
        let mut booked = Vec::new();
        changes.iter().find_map(|change| match change {
            Change::Book(entry) => {
                let taken = self.index.contains_key(&entry.key) || booked.contains(&entry.key);
                booked.push(entry.key);
                taken.then_some(entry.key)
            }
            Change::Mark(key, _) => {
                let known = self.index.contains_key(key) || booked.contains(key);
                (!known).then_some(*key)
            }
            Change::Keys(..) | Change::Batch(..) | Change::Told(_) => None,
        })
    }
}

impl Ledger for MemoryLedger {
    fn find(&self, key: &Key) -> Result<Option<Entry>, LedgerError> {
        Ok(self.index.get(key).map(|index| self.entries[*index]))
    }

    fn apply(&mut self, changes: &[Change<'_>]) -> Result<(), LedgerError> {
        if let Some(key) = self.conflict(changes) {
            return Err(LedgerError::Conflict(key));
        }
        for change in changes {
            match change {
                Change::Book(entry) => {
                    self.index.insert(entry.key, self.entries.len());
                    self.entries.push(*entry);
                }
                Change::Mark(key, status) => {
                    if let Some(index) = self.index.get(key) {
                        self.entries[*index].status = *status;
                    }
                }
                Change::Keys(terminal, keys) => {
                    self.keys.insert(*terminal, keys.to_vec());
                }
                Change::Batch(terminal, batch) => {
                    self.batches.insert(*terminal, *batch);
                }
                Change::Told(key) => {
                    self.told.insert(*key);
                }
            }
        }
        Ok(())
    }

    fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        Ok(self.entries.clone())
    }

    fn working_keys(&self, terminal: &TerminalId) -> Result<Option<Vec<u8>>, LedgerError> {
        let keys = self.keys.get(terminal).filter(|keys| !keys.is_empty());
        Ok(keys.cloned())
    }

    fn batch(&self, terminal: &TerminalId) -> Result<Option<Batch>, LedgerError> {
        Ok(self.batches.get(terminal).copied())
    }

    fn told(&self, terminal: &TerminalId) -> Result<Vec<Key>, LedgerError> {
        let own = self.told.iter().filter(|key| key.terminal == *terminal);
        Ok(own.copied().collect())
    }
}
