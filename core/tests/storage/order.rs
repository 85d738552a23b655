//! Records come back as they were written.

use crate::store::{Store, accepted, chain, day, recalled, replayed, written};
use annul::journal::{Journal, MAX_RECORD, Seq};

/// More than a page of any store.
const MANY: usize = 40;

pub(crate) fn kept<S: Store>(store: &S) {
    let records = day(MANY);
    let mut journal = store.open(&store.new_medium());
    assert!(replayed(&mut journal).is_empty());
    for (record, seq) in records.iter().zip(1..) {
        assert!(journal.room() > 0);
        journal.append(Seq(seq), record).unwrap();
        assert_eq!(replayed(&mut journal), records[..seq as usize]);
    }
    // Again, and after the power was gone.
    journal.check().unwrap();
    assert_eq!(replayed(&mut journal), records);
    let medium = store.lose_power(journal);
    let mut journal = store.open(&medium);
    assert_eq!(replayed(&mut journal), records);
    assert_eq!(accepted(&mut journal), Ok(MANY));
}

pub(crate) fn by_number<S: Store>(store: &S) {
    let records = day(MANY);
    let mut journal = store.open(&written(store, &records));
    for (record, seq) in records.iter().zip(1..) {
        assert_eq!(recalled(&mut journal, seq).as_ref(), Some(record));
    }
    for seq in [0, MANY as u32 + 1, u32::MAX] {
        assert_eq!(recalled(&mut journal, seq), None, "{seq}");
    }
}

/// At every place that it can have in a page.
pub(crate) fn largest<S: Store>(store: &S) {
    for before in [24, 40, 100, 200] {
        let records = chain([before, before, MAX_RECORD, MAX_RECORD, MAX_RECORD]);
        let medium = written(store, &records);
        assert_eq!(replayed(&mut store.open(&medium)), records);
    }
}
