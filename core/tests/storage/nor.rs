//! A simulated flash that keeps the rules of real ones, and loses power after
//! any number of bytes.

use core::ops::Range;
use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// Bytes that are erased at once.
pub(crate) const PAGE: usize = 1024;
/// A byte that nothing was written to.
pub(crate) const BLANK: u8 = 0xFF;

/// Bits only go from 1 to 0 until they are erased; a word is written once
/// between two erases, as flash with error correction wants it; and after so many
/// bytes, programmed or erased, the power is gone.
#[derive(Clone)]
pub(crate) struct Nor<const WORD: usize> {
    pub(crate) bytes: Vec<u8>,
    written: Vec<bool>,
    pub(crate) power: Power,
}

/// How long there is power, and what it leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Power {
    pub(crate) bytes: usize,
    pub(crate) last: Last,
}

/// What becomes of the byte at which the power goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Last {
    /// As it was.
    Untouched,
    /// Some of its bits are as they should become.
    Half,
}

impl Power {
    pub(crate) const ENDLESS: Self = Self {
        bytes: usize::MAX,
        last: Last::Untouched,
    };

    /// What becomes of a byte, and whether there is power for the next one.
    fn spend(&mut self, old: u8, new: u8) -> (u8, Result<(), PowerLost>) {
        if let Some(left) = self.bytes.checked_sub(1) {
            self.bytes = left;
            return (new, Ok(()));
        }
        let byte = match self.last {
            Last::Untouched => old,
            Last::Half => old & 0x5A | new & 0xA5,
        };
        (byte, Err(PowerLost))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PowerLost;

impl NorFlashError for PowerLost {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl<const WORD: usize> Nor<WORD> {
    /// As it comes from the factory.
    pub(crate) fn new(pages: usize) -> Self {
        Self {
            bytes: vec![BLANK; pages * PAGE],
            written: vec![false; pages * PAGE / WORD],
            power: Power::ENDLESS,
        }
    }

    pub(crate) fn range(&self) -> Range<u32> {
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
        let done = self.bytes[from..to].iter_mut().try_for_each(|byte| {
            let (left, done) = self.power.spend(*byte, BLANK);
            *byte = left;
            done
        });
        let words = self.bytes[from..to].chunks(WORD);
        for (written, word) in self.written[from / WORD..].iter_mut().zip(words) {
            *written = word.iter().any(|byte| *byte != BLANK);
        }
        done
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), PowerLost> {
        let offset = offset as usize;
        assert!(offset.is_multiple_of(WORD) && bytes.len().is_multiple_of(WORD));
        for (index, word) in bytes.chunks(WORD).enumerate() {
            let at = offset + index * WORD;
            assert!(!self.written[at / WORD], "the word at {at} written twice");
            let place = &mut self.bytes[at..at + WORD];
            let done = place.iter_mut().zip(word).try_for_each(|(place, byte)| {
                let (left, done) = self.power.spend(*place, *place & byte);
                *place = left;
                done
            });
            // Nobody can know that a word was begun that reads as blank.
            let begun = place.iter().any(|byte| *byte != BLANK);
            self.written[at / WORD] = done.is_ok() || begun;
            done?;
        }
        Ok(())
    }
}
