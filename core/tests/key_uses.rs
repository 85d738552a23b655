//! DUKPT counters on a journal: no key comes twice, wherever power goes.
#![cfg(all(feature = "dukpt", feature = "alloc"))]

use annul::crypto::Key;
use annul::crypto::dukpt::{AesKsn, DukptError, TdesKsn, aes, tdes};
use annul::journal::{Journal, KeyUseError, KeyUses, MemoryJournal, Seq};
use proptest::prelude::*;
use std::collections::HashSet;
use std::convert::Infallible;

type Tdes<J> = KeyUses<J, tdes::InitialKey, 10>;
type Aes<J> = KeyUses<J, aes::InitialKey, 12>;

/// The counter behind which a device went on, or why it did not.
type Told = Result<u32, KeyUseError<Infallible>>;

fn tdes_key() -> tdes::InitialKey {
    let key = Key::des_hex("6AC292FAA1315B4D858AB3A3D7D5933A").unwrap();
    tdes::InitialKey::new(key).unwrap()
}

fn ksn(counter: u32) -> TdesKsn {
    let text = format!("FFFF9876543210{:06X}", 0x00E0_0000 | counter);
    TdesKsn::parse(&text).unwrap()
}

/// A store that fails, is torn or cut off, as told.
#[derive(Default)]
struct Flaky {
    records: Vec<Vec<u8>>,
    /// Appends until power goes, and how many bytes of that one stay.
    cut: Option<(usize, usize)>,
    room: usize,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("power went")]
struct PowerWent;

impl Journal for Flaky {
    type Error = PowerWent;
    const ATOMIC: bool = false;

    fn append(&mut self, seq: Seq, record: &[u8]) -> Result<(), PowerWent> {
        self.records.truncate(seq.0 as usize - 1);
        match &mut self.cut {
            Some((0, kept)) => {
                self.records
                    .push(record[..(*kept).min(record.len())].to_vec());
                return Err(PowerWent);
            }
            Some((left, _)) => *left -= 1,
            None => {}
        }
        self.records.push(record.to_vec());
        Ok(())
    }

    fn replay(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<(), PowerWent> {
        // Nothing stands where nothing was left.
        let records = self.records.iter().filter(|record| !record.is_empty());
        records.for_each(|record| each(record));
        Ok(())
    }

    fn recall(&mut self, _: Seq, _: &mut dyn FnMut(&[u8])) -> Result<bool, PowerWent> {
        Ok(false)
    }

    fn room(&self) -> usize {
        self.room
    }
}

proptest! {
    /// Power goes at any append, with any part of the record kept; whatever was
    /// handed out before never comes again, and each key is the host's.
    #[test]
    fn no_key_comes_twice(cuts in prop::collection::vec((0_usize..4, 0_usize..20, 1_usize..60), 1..12)) {
        let mut used = HashSet::new();
        let mut records = Vec::new();
        for (appends, kept, takes) in cuts {
            let store = Flaky { records, cut: Some((appends, kept)), room: 1 };
            let mut uses = Tdes::open(store, tdes_key(), ksn(0)).unwrap();
            for _ in 0..takes {
                match uses.next() {
                    Ok((ksn, key)) => {
                        prop_assert!(used.insert(ksn.counter()), "{ksn} twice");
                        let host = tdes_key().transaction_key(&ksn).unwrap();
                        prop_assert_eq!(key.kcv(), host.kcv());
                    }
                    Err(error) => {
                        prop_assert_eq!(error, KeyUseError::Journal(PowerWent));
                        break;
                    }
                }
            }
            records = uses.into_journal().records;
        }
    }
}

#[test]
fn a_restart_skips_what_was_reserved_and_writes_seldom() {
    let mut uses = Tdes::open(MemoryJournal::default(), tdes_key(), ksn(0)).unwrap();
    for expected in 1..=40 {
        assert_eq!(uses.next().unwrap().0.counter(), expected);
    }
    let journal = uses.into_journal();
    assert_eq!(journal.records().len(), 3);
    // Counters whose ones are too many are none of the reserved.
    let mut uses = Tdes::open(journal, tdes_key(), ksn(0)).unwrap();
    assert_eq!(uses.ksn().counter(), 48);
    assert_eq!(uses.next().unwrap().0.counter(), 49);
    // A caller who gives an older KSN gets no used key back.
    let mut uses = Tdes::open(uses.into_journal(), tdes_key(), ksn(20)).unwrap();
    assert_eq!(uses.next().unwrap().0.counter(), 65);
}

#[test]
fn a_new_store_begins_behind_the_last_ksn() {
    let mut uses = Tdes::open(MemoryJournal::default(), tdes_key(), ksn(0x123)).unwrap();
    assert_eq!(uses.next().unwrap().0.counter(), 0x124);
}

#[test]
fn the_last_keys_of_a_device() {
    let last = ksn(0x1F_F000);
    let mut uses = Tdes::open(MemoryJournal::default(), tdes_key(), last).unwrap();
    let mut counters = Vec::new();
    let end = loop {
        match uses.next() {
            Ok((ksn, _)) => counters.push(ksn.counter()),
            Err(error) => break error,
        }
    };
    assert_eq!(counters.last(), Some(&0x1F_F800));
    assert!(counters.is_sorted());
    assert_eq!(end, KeyUseError::Dukpt(DukptError::EndOfLife));
    let uses = Tdes::open(uses.into_journal(), tdes_key(), ksn(0));
    assert_eq!(uses.unwrap().next().err(), Some(end));
}

#[test]
fn aes_devices_too() {
    let key = || aes::InitialKey::new(Key::aes(&[0x5A; 16]).unwrap()).unwrap();
    let ksn = AesKsn::parse("123456789012345600000000").unwrap();
    let mut uses = Aes::open(MemoryJournal::default(), key(), ksn).unwrap();
    let (first, _) = uses.next().unwrap();
    let mut uses = Aes::open(uses.into_journal(), key(), ksn).unwrap();
    let (second, _) = uses.next().unwrap();
    assert_eq!((first.counter(), second.counter()), (1, 17));
}

#[test]
fn a_full_store_hands_nothing_out() {
    let store = Flaky::default();
    let mut uses = Tdes::open(store, tdes_key(), ksn(0)).unwrap();
    assert_eq!(uses.next().err(), Some(KeyUseError::Full));
    assert_eq!(uses.ksn().counter(), 0);
}

#[test]
fn damage_and_other_devices_are_told() {
    let mut uses = Tdes::open(MemoryJournal::default(), tdes_key(), ksn(0)).unwrap();
    (0..40).for_each(|_| drop(uses.next().unwrap()));
    let records = uses.into_journal().records().to_vec();
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut records = records.clone();
        change(&mut records);
        let mut journal = MemoryJournal::default();
        for record in &records {
            journal.push_torn(record);
        }
        Tdes::open(journal, tdes_key(), ksn(0)).map(|uses| uses.ksn().counter())
    };
    let damaged = |seq| -> Told { Err(KeyUseError::Damaged { seq: Seq(seq) }) };
    assert_eq!(with(&|_| {}), Ok(48));
    for place in 0..14 {
        for bit in 0..8 {
            let flip = |record: usize| {
                move |records: &mut Vec<Vec<u8>>| records[record][place] ^= 1 << bit
            };
            assert_eq!(with(&flip(0)), damaged(1));
            assert_eq!(with(&flip(1)), damaged(2));
            // The last may have been cut short; what it covered is skipped.
            assert_eq!(with(&flip(2)), Ok(48));
        }
    }
    assert_eq!(with(&|records| records.swap(0, 1)), damaged(2));
    assert_eq!(with(&|records| records.swap(1, 2)), damaged(3));
    let other = TdesKsn::parse("FFFF9876543211E00000").unwrap();
    let mut journal = MemoryJournal::default();
    for record in &records {
        journal.push_torn(record);
    }
    let told = Tdes::open(journal, tdes_key(), other).err();
    assert_eq!(told, Some(KeyUseError::Foreign { seq: Seq(1) }));
}
