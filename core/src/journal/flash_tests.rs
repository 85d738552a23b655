//! A simulated flash that keeps the rules of real ones, and loses power after
//! any number of words.

use super::*;
use core::cmp::Ordering;
use embedded_storage_async::nor_flash::{
    ErrorType, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use proptest::collection::vec;
use proptest::prelude::*;
use std::vec;
use std::vec::Vec;

const PAGE: usize = 1024;

/// Bits only go from 1 to 0, and a word is written once between two erases, as
/// flash with error correction wants it; and after so many words or pages the
/// power is gone: the last word is half written, the last page not erased.
#[derive(Clone)]
struct Nor<const WORD: usize> {
    bytes: Vec<u8>,
    written: Vec<bool>,
    words_left: usize,
}

/// Words of 8 bytes, as most flash has them.
type Flash = Nor<8>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PowerLost;

impl NorFlashError for PowerLost {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl<const WORD: usize> Nor<WORD> {
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

impl<const WORD: usize> ErrorType for Nor<WORD> {
    type Error = PowerLost;
}

impl<const WORD: usize> ReadNorFlash for Nor<WORD> {
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

impl<const WORD: usize> NorFlash for Nor<WORD> {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), PowerLost> {
        let (from, to) = (from as usize, to as usize);
        assert!(from.is_multiple_of(PAGE) && to.is_multiple_of(PAGE));
        self.words_left = self.words_left.checked_sub(1).ok_or(PowerLost)?;
        self.bytes[from..to].fill(0xFF);
        self.written[from / WORD..to / WORD].fill(false);
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PowerLost> {
        let offset = offset as usize;
        assert!(offset.is_multiple_of(WORD) && bytes.len().is_multiple_of(WORD));
        for (index, word) in bytes.chunks(WORD).enumerate() {
            let at = offset + index * WORD;
            assert!(!self.written[at / WORD], "a word was written twice");
            self.written[at / WORD] = true;
            let whole = self.words_left > 0;
            for (index, byte) in word.iter().enumerate() {
                let left = match index.cmp(&(WORD / 2)) {
                    _ if whole => 0,
                    Ordering::Less => 0,
                    Ordering::Equal => 0x0F,
                    Ordering::Greater => 0xFF,
                };
                self.bytes[at + index] &= byte | left;
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

fn records<const WORD: usize>(journal: &mut FlashJournal<Nor<WORD>>) -> Vec<Vec<u8>> {
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
    let flash = Flash::new(4);
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
    assert!(cut_everywhere::<1>() > 1000);
    assert!(cut_everywhere::<8>() > 150);
    assert!(cut_everywhere::<32>() > 50);
}

/// Gives at how many places.
fn cut_everywhere<const WORD: usize>() -> usize {
    let (mut cuts, mut words) = (0, 0);
    loop {
        let mut flash = Nor::<WORD>::new(4);
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
    cuts
}

#[test]
fn room_is_never_promised_where_there_is_none() {
    let flash = Flash::new(3);
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

/// A driver that fails is asked again: what it left of the record is passed
/// over, and the number is still free.
#[test]
fn an_append_that_failed_may_be_tried_again() {
    // A word of the head, seven of data, of which the last is half blank.
    for words in 0..=8 {
        let mut flash = Flash::new(2);
        flash.words_left = words;
        let range = flash.range();
        let mut journal = FlashJournal::open(flash, range).unwrap();
        let told = journal.append(Seq(1), &record(1));
        assert_eq!(told.is_ok(), words == 8);
        assert_eq!(journal.room() > 0, words == 8);
        journal.flash.words_left = usize::MAX;
        let again = journal.append(Seq(1), &record(1));
        assert_eq!(again.err(), (words >= 7).then_some(FlashError::Taken));
        assert_eq!(records(&mut journal), first(1));
    }
}

/// Whichever bits of its length were not yet written when the power went, a
/// head is never another's, nor damage.
#[test]
fn a_head_is_whole_torn_or_blank() {
    for length in [0, 1, 47, 0x0124_u16, 0xFFFE] {
        let whole = Head::encode(&vec![0x5A; length.into()]);
        let size = u32::from_be_bytes(*whole.first_chunk().unwrap());
        let mut left = !size;
        while left != 0 {
            let mut head = whole;
            head[..4].copy_from_slice(&(size | left).to_be_bytes());
            assert!(matches!(decode(head), Ok(Head::Torn)), "{length}: {left:x}");
            left = (left - 1) & !size;
        }
        let data = crc32(&vec![0x5A; length.into()]);
        let Ok(Head::Whole { length: found, crc }) = decode(whole) else {
            panic!("{length}");
        };
        assert_eq!((found, crc), (length.into(), data));
    }
    assert!(matches!(decode([0xFF; HEAD]), Ok(Head::Blank)));
    assert!(matches!(decode([0; HEAD]), Err(FlashError::Corrupted)));
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

fn decode(head: [u8; HEAD]) -> Result<Head, FlashError<PowerLost>> {
    Head::decode(head)
}

#[test]
fn damage_is_never_erased() {
    let flash = Flash::new(2);
    let range = flash.range();
    let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
    journal.append(Seq(1), &record(1)).unwrap();
    let mut flash = journal.into_flash();
    for byte in &mut flash.bytes[..PAGE] {
        *byte &= 0x5A;
    }
    let opened = FlashJournal::open(flash.clone(), range.clone());
    assert_eq!(opened.err(), Some(FlashError::Corrupted));
    let mut journal = FlashJournal::format(flash, range).unwrap();
    assert_eq!(records(&mut journal), Vec::<Vec<u8>>::new());
}

/// A record with a damaged byte is not handed out; that one is missing, the
/// chain of tags tells. A damaged head leaves nobody the next.
#[test]
fn damage_of_any_byte_shows() {
    let flash = Flash::new(2);
    let range = flash.range();
    let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
    for seq in 1..=3 {
        journal.append(Seq(seq), &record(seq)).unwrap();
    }
    let end = journal.end.unwrap() as usize;
    let flash = journal.into_flash();
    for at in 0..end {
        let mut flash = flash.clone();
        flash.bytes[at] ^= 0x10;
        match FlashJournal::open(flash, range.clone()) {
            Ok(mut journal) => {
                let found = records(&mut journal);
                let padding = found == first(3);
                assert!(padding || found.len() == 2, "byte {at}: {}", found.len());
            }
            Err(error) => assert_eq!(error, FlashError::Corrupted),
        }
    }
}

proptest! {
    /// Whatever stands in a flash, it is refused or goes on as a journal.
    #[test]
    fn any_bytes_are_refused_or_go_on(
        at in 0..PAGE,
        bytes in vec(prop_oneof![Just(0xFF), any::<u8>()], 0..PAGE),
    ) {
        let flash = Flash::new(2);
        let range = flash.range();
        let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
        for seq in 1..=5 {
            journal.append(Seq(seq), &record(seq)).unwrap();
        }
        let mut flash = journal.into_flash();
        flash.bytes[at..at + bytes.len()].copy_from_slice(&bytes);
        flash.written.fill(false);
        let Ok(mut journal) = FlashJournal::open(flash, range.clone()) else {
            return Ok(());
        };
        let mut expected = records(&mut journal);
        let next = journal.last.next();
        journal.append(next, &record(9)).unwrap();
        expected.push(record(9));
        let mut journal = FlashJournal::open(journal.into_flash(), range).unwrap();
        prop_assert_eq!(records(&mut journal), expected);
    }
}

/// Power is lost at each page of a format: there is no half journal.
#[test]
fn a_format_that_was_cut_short_leaves_no_journal() {
    let flash = Flash::new(4);
    let range = flash.range();
    let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
    let count = (1..).take_while(|seq| journal.append(Seq(*seq), &record(*seq)).is_ok());
    assert!(count.count() > 12);
    let flash = journal.into_flash();
    for pages in 1..4 {
        let mut flash = flash.clone();
        flash.words_left = pages;
        let lost = FlashError::Device(PowerLost);
        assert_eq!(
            FlashJournal::format(&mut flash, range.clone()).err(),
            Some(lost)
        );
        let opened = FlashJournal::open(flash, range.clone());
        assert_eq!(opened.err(), Some(FlashError::Corrupted));
    }
}

#[test]
fn impossible_ranges_are_refused() {
    for range in [0..100, 10..1034, 0..8192, 0..0] {
        let opened = FlashJournal::open(Flash::new(4), range);
        assert_eq!(opened.err(), Some(FlashError::Geometry));
    }
}
