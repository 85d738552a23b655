//! The journal of tests: what was half written stays, as it may in stores that
//! are not atomic, and replay cuts it.

use crate::store::{Append, Cut, Store};
use annul::journal::{Journal, MemoryJournal, Seq};

pub(crate) struct Memory;

impl Store for Memory {
    type Medium = MemoryJournal;
    type Journal = MemoryJournal;
    const CUT_BEHIND: &[usize] = &[0, 1, 2, 3, 20];

    fn new_medium(&self) -> MemoryJournal {
        MemoryJournal::default()
    }

    fn open(&self, medium: &MemoryJournal) -> MemoryJournal {
        medium.clone()
    }

    fn lose_power(&self, journal: MemoryJournal) -> MemoryJournal {
        journal
    }

    fn cuts(
        &self,
        medium: &MemoryJournal,
        seq: Seq,
        record: &[u8],
        each: &mut dyn FnMut(Cut<MemoryJournal>),
    ) {
        for length in 0..record.len() {
            let mut left = MemoryJournal::default();
            // What stands behind them was never confirmed, and is replaced.
            let kept = &medium.records()[..seq.0 as usize - 1];
            for record in kept {
                left.push_torn(record);
            }
            left.push_torn(&record[..length]);
            let place = format!("{seq:?}, {length} bytes");
            each(Cut {
                medium: left,
                append: Append::Running,
                place,
            });
        }
        let mut medium = medium.clone();
        medium.append(seq, record).unwrap();
        each(Cut {
            medium,
            append: Append::Confirmed,
            place: format!("{seq:?}, confirmed"),
        });
    }
}
