//! A simulated flash that keeps the rules of real ones, and loses power after
//! any number of words.

use super::*;
use std::vec;
use std::vec::Vec;

const PAGE: usize = 1024;
const WORD: usize = 8;

/// Bits only go from 1 to 0, a word is written once between two erases, or a
/// second time to zeros, as flash with error correction allows; and after so
/// many words the power is gone: the last word is half written.
#[derive(Clone)]
struct Nor {
    bytes: Vec<u8>,
    written: Vec<bool>,
    words_left: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PowerLost;

impl NorFlashError for PowerLost {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Nor {
    fn new(pages: usize) -> Self {
        Self {
            bytes: vec![0xFF; pages * PAGE],
            written: vec![false; pages * PAGE / WORD],
            words_left: usize::MAX,
        }
    }

    fn range(&self) -> Range<u32> {
        0..self.bytes.len() as u32
    }
}

impl ErrorType for Nor {
    type Error = PowerLost;
}

impl ReadNorFlash for Nor {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), PowerLost> {
        let offset = offset as usize;
        bytes.copy_from_slice(&self.bytes[offset..offset + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Nor {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), PowerLost> {
        let (from, to) = (from as usize, to as usize);
        assert!(from.is_multiple_of(PAGE) && to.is_multiple_of(PAGE));
        self.bytes[from..to].fill(0xFF);
        self.written[from / WORD..to / WORD].fill(false);
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PowerLost> {
        let offset = offset as usize;
        assert!(offset.is_multiple_of(WORD) && bytes.len().is_multiple_of(WORD));
        for (index, word) in bytes.chunks(WORD).enumerate() {
            let at = offset + index * WORD;
            let zeros = word.iter().all(|byte| *byte == 0);
            assert!(
                zeros || !self.written[at / WORD],
                "a word was written twice"
            );
            self.written[at / WORD] = true;
            let whole = self.words_left > 0;
            let part = if whole { WORD } else { WORD / 2 };
            for (place, byte) in self.bytes[at..at + part].iter_mut().zip(word) {
                *place &= byte;
            }
            if !whole {
                return Err(PowerLost);
            }
            self.words_left -= 1;
        }
        Ok(())
    }
}

fn record(seq: u32) -> Vec<u8> {
    vec![seq as u8; 40 + seq as usize * 7 % 200]
}

fn records(journal: &mut FlashJournal<Nor>) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    journal
        .replay(&mut |bytes| found.push(bytes.to_vec()))
        .unwrap();
    found
}

fn first(count: u32) -> Vec<Vec<u8>> {
    (1..=count).map(record).collect()
}

#[test]
fn records_come_back_in_order_and_by_number() {
    let flash = Nor::new(4);
    let range = flash.range();
    let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
    for seq in 1..=12 {
        journal.append(Seq(seq), &record(seq)).unwrap();
    }
    assert_eq!(records(&mut journal), first(12));
    let mut journal = FlashJournal::open(journal.into_flash(), range).unwrap();
    assert_eq!(records(&mut journal), first(12));
    let mut found = Vec::new();
    assert_eq!(
        journal.recall(Seq(7), &mut |bytes| found = bytes.to_vec()),
        Ok(true)
    );
    assert_eq!(found, record(7));
    assert_eq!(journal.recall(Seq(13), &mut |_| ()), Ok(false));
    assert_eq!(journal.append(Seq(12), &record(12)), Err(FlashError::Taken));
}

/// Power is lost at each word that a dozen records are written with, page
/// changes included; what was confirmed is there, what was not is not, and the
/// journal goes on.
#[test]
fn a_power_loss_at_any_word_loses_nothing_that_was_confirmed() {
    let (mut cuts, mut words) = (0, 0);
    loop {
        let mut flash = Nor::new(4);
        flash.words_left = words;
        let range = flash.range();
        let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
        let confirmed = (1..=12)
            .take_while(|seq| journal.append(Seq(*seq), &record(*seq)).is_ok())
            .count() as u32;
        let mut flash = journal.into_flash();
        flash.words_left = usize::MAX;
        let mut journal = FlashJournal::open(flash, range).unwrap();
        let found = records(&mut journal).len() as u32;
        assert!(
            found == confirmed || found == confirmed + 1,
            "{words}: {found}, {confirmed}"
        );
        for seq in found + 1..=found + 3 {
            journal.append(Seq(seq), &record(seq)).unwrap();
        }
        assert_eq!(
            records(&mut journal),
            first(found + 3),
            "after {words} words"
        );
        if confirmed == 12 {
            break;
        }
        (cuts, words) = (cuts + 1, words + 1);
    }
    assert!(cuts > 150, "{cuts} places");
}

#[test]
fn room_is_never_promised_where_there_is_none() {
    let flash = Nor::new(3);
    let range = flash.range();
    let mut journal = FlashJournal::open(flash, range).unwrap();
    let largest = [0xA5; MAX_RECORD];
    let mut seq = Seq(0);
    loop {
        let room = journal.room();
        seq = seq.next();
        match journal.append(seq, &largest) {
            Ok(()) => assert!(journal.room() <= room),
            Err(error) => {
                assert_eq!((error, room), (FlashError::Full, 0));
                break;
            }
        }
    }
    assert!(seq.0 > 6);
}

#[test]
fn damage_is_never_erased() {
    let flash = Nor::new(2);
    let range = flash.range();
    let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
    journal.append(Seq(1), &record(1)).unwrap();
    let mut flash = journal.into_flash();
    for byte in &mut flash.bytes[..PAGE] {
        *byte &= 0x5A;
    }
    let before = flash.bytes.clone();
    if let Ok(mut journal) = FlashJournal::open(flash.clone(), range.clone()) {
        let _ = journal.replay(&mut |_| ());
        let _ = journal.append(Seq(1), &record(1));
        assert_eq!(journal.into_flash().bytes[..PAGE], before[..PAGE]);
    }
    let mut journal = FlashJournal::format(flash, range).unwrap();
    assert_eq!(records(&mut journal), Vec::<Vec<u8>>::new());
}

#[test]
fn impossible_ranges_are_refused() {
    for range in [0..100, 10..1034, 0..8192, 0..0] {
        let opened = FlashJournal::open(Nor::new(4), range);
        assert_eq!(opened.err(), Some(FlashError::Geometry));
    }
}
