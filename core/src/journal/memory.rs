use super::{Journal, Seq};
use alloc::vec::Vec;
use core::convert::Infallible;

/// A journal that lives as long as the program: for tests and demonstrations.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    records: Vec<Vec<u8>>,
}

impl MemoryJournal {
    /// The records as they were written, oldest first.
    pub fn records(&self) -> &[Vec<u8>] {
        &self.records
    }

    /// Puts bytes where a power cut left them, for tests of what replay does.
    pub fn push_torn(&mut self, bytes: &[u8]) {
        self.records.push(bytes.to_vec());
    }
}

impl Journal for MemoryJournal {
    type Error = Infallible;
    const ATOMIC: bool = false;

    fn append(&mut self, seq: Seq, record: &[u8]) -> Result<(), Infallible> {
        self.records.truncate((seq.0 as usize).saturating_sub(1));
        self.records.push(record.to_vec());
        Ok(())
    }

    fn replay(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<(), Infallible> {
        self.records.iter().for_each(|record| each(record));
        Ok(())
    }

    fn recall(&mut self, seq: Seq, take: &mut dyn FnMut(&[u8])) -> Result<bool, Infallible> {
        let index = (seq.0 as usize).wrapping_sub(1);
        let found = self.records.get(index);
        found.inspect(|record| take(record));
        Ok(found.is_some())
    }

    fn room(&self) -> usize {
        usize::MAX
    }
}
