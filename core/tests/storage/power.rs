//! Power is cut while a record is written, everywhere.

use crate::store::{Append, Cut, Store, accepted, day, recalled, replayed, written};
use annul::journal::{Journal, Seq};

/// Behind one cut in so many the till goes on; all are read.
const GOES_ON: u32 = 3;

/// After a cut there are all records that were confirmed, and at most the one
/// that was being written; a till goes on behind them.
pub(crate) fn cut_anywhere<S: Store>(store: &S) {
    let most = S::CUT_BEHIND.iter().max().unwrap();
    let records = day(most + 2);
    let (mut before, mut after) = (0_u32, 0_u32);
    for &count in S::CUT_BEHIND {
        let medium = written(store, &records[..count]);
        let seq = Seq(count as u32 + 1);
        store.cuts(&medium, seq, &records[count], &mut |cut| {
            let (mut journal, found) = survived(store, &records, count, &cut);
            if found > count {
                after += 1;
            } else {
                before += 1;
            }
            if cut.append == Append::Confirmed || (before + after) % GOES_ON == 0 {
                journal.check().unwrap();
                goes_on(store, journal, &records[..=found], &cut.place);
            }
        });
    }
    println!("cuts that left the state before: {before}, behind: {after}");
    let appends = S::CUT_BEHIND.len() as u32;
    assert!(
        before > 20 * appends && after >= appends,
        "{before}, {after}"
    );
}

/// The append after a cut is cut as well.
pub(crate) fn cut_twice<S: Store>(store: &S) {
    const COUNT: usize = 2;
    /// One first cut in so many.
    const STEP: u32 = 37;
    let records = day(COUNT + 4);
    let medium = written(store, &records[..COUNT]);
    let mut lefts = Vec::new();
    let mut number = 0;
    let mut keep = |cut: Cut<S::Medium>| {
        number += 1;
        if number % STEP == 1 || cut.append == Append::Confirmed {
            lefts.push(cut.medium);
        }
    };
    store.cuts(&medium, Seq(COUNT as u32 + 1), &records[COUNT], &mut keep);
    assert!(lefts.len() > 1);
    for left in lefts {
        let count = accepted(&mut store.open(&left)).unwrap();
        let mut second = 0;
        let seq = Seq(count as u32 + 1);
        store.cuts(&left, seq, &records[count], &mut |cut| {
            second += 1;
            if second % (STEP / 4) == 1 || cut.append == Append::Confirmed {
                let (journal, found) = survived(store, &records, count, &cut);
                goes_on(store, journal, &records[..=found], &cut.place);
            }
        });
        assert!(second > 20);
    }
}

/// What a till finds behind a cut of the record after `count`, and how many
/// records that are.
fn survived<S: Store>(
    store: &S,
    records: &[Vec<u8>],
    count: usize,
    cut: &Cut<S::Medium>,
) -> (S::Journal, usize) {
    let place = &cut.place;
    let mut journal = store.open(&cut.medium);
    let found = accepted(&mut journal).unwrap_or_else(|error| panic!("{place}: {error}"));
    let expected = match cut.append {
        Append::Running => count..=count + 1,
        Append::Confirmed => count + 1..=count + 1,
    };
    assert!(expected.contains(&found), "{place}: {found} records");
    let there = replayed(&mut journal);
    assert_eq!(there[..found], records[..found], "{place}");
    if let Some(last) = found.checked_sub(1) {
        let recalled = recalled(&mut journal, found as u32);
        assert_eq!(recalled.as_ref(), Some(&records[last]), "{place}");
    }
    (journal, found)
}

/// The next record is appended, outlives the next power cut, and all before it do.
fn goes_on<S: Store>(store: &S, mut journal: S::Journal, records: &[Vec<u8>], place: &str) {
    let next = Seq(records.len() as u32);
    journal.append(next, &records[records.len() - 1]).unwrap();
    let mut journal = store.open(&store.lose_power(journal));
    assert_eq!(replayed(&mut journal), records, "{place}");
}
