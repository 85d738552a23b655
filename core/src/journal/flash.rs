use super::envelope::MAX_RECORD;
use super::{Journal, Seq};
use core::future::Future;
use core::ops::Range;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use embedded_storage_async::nor_flash::NorFlash;

/// A journal on NOR flash without a file system.
///
/// ```text
///  range: item | item | torn | item | ... | 0xFF to the end
///  item:  length 2 | its complement 2 | CRC-32 4 | seq 4 | record
///         └──── head, from a word on ──────────┘ └─ data, too ─┘
/// ```
///
/// Records are appended and never changed: after [`FlashJournal::format`]
/// nothing is erased, and no word is written twice, so flash with error
/// correction over its words will do, and a damaged journal stays as it was
/// found.
///
/// | what a power loss leaves | how it is known | then |
/// |---|---|---|
/// | a head cut short | bits only go from 1 to 0, so a bit of length and complement is 1 in both | its words are passed over: data come after the head |
/// | data cut short | the CRC does not fit | they are passed over |
/// | a range half erased, from its beginning | an end, and not blank behind it | [`FlashError::Corrupted`] |
///
/// No append leaves a bit that is 0 in length and complement: what looks so is
/// damage, or nobody's journal.
///
/// The flash is waited for in place; a driver that returns at once costs
/// nothing by it.
pub struct FlashJournal<F: NorFlash> {
    flash: F,
    range: Range<u32>,
    item: [u8; ITEM],
    last: Seq,
    /// Where the next item begins; not known after an append that failed.
    end: Option<u32>,
}

/// Bytes before the data.
const HEAD: usize = 8;
/// Bytes of a record's number before it.
const NUMBER: usize = 4;
/// Bytes of the longest data, as a word of any flash can end them.
const ITEM: usize = (NUMBER + MAX_RECORD).next_multiple_of(WORD);
/// Bytes of the largest word.
const WORD: usize = 32;
/// A byte that nothing was written to.
const BLANK: u8 = 0xFF;

/// What stands where an item may begin.
enum Head {
    Blank,
    /// Power was lost while it was written.
    Torn,
    Whole {
        length: usize,
        crc: u32,
    },
}

/// Why a journal on flash cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlashError<E: core::fmt::Debug> {
    /// The driver failed.
    #[error("flash: the driver failed ({0:?}); check the device")]
    Device(E),
    /// Its marks make no sense.
    #[error("flash: not formatted, or damaged; keep its contents and call support, or format it")]
    Corrupted,
    /// There is no room for a record.
    #[error("flash: full; settle, then format it")]
    Full,
    /// Its range is not whole pages, or its words are larger than 32 bytes.
    #[error("flash: the range must be whole pages of the flash, and a word at most 32 bytes")]
    Geometry,
    /// A record larger than any.
    #[error("flash: the record is larger than any can be")]
    TooLarge,
    /// A number that is in the journal already: it was opened by two, or not
    /// replayed after a failure.
    #[error("flash: this record number is taken; open the journal again and replay it")]
    Taken,
}

impl<F: NorFlash> FlashJournal<F> {
    /// Bytes that are read or written together.
    const STEP: usize = if F::READ_SIZE > F::WRITE_SIZE {
        F::READ_SIZE
    } else {
        F::WRITE_SIZE
    };

    /// Opens the journal in a range of the flash. It is empty where the range
    /// was formatted, or never written since it left the factory.
    pub fn open(flash: F, range: Range<u32>) -> Result<Self, FlashError<F::Error>> {
        let (start, end) = (range.start as usize, range.end as usize);
        let pages = start.is_multiple_of(F::ERASE_SIZE)
            && end.is_multiple_of(F::ERASE_SIZE)
            && (start + 1..=flash.capacity()).contains(&end);
        if !pages || !WORD.is_multiple_of(Self::STEP) {
            return Err(FlashError::Geometry);
        }
        let mut journal = Self {
            flash,
            range,
            item: [0; ITEM],
            last: Seq(0),
            end: None,
        };
        journal.find_end()?;
        Ok(journal)
    }

    /// Erases the range and opens an empty journal in it. What was in it is
    /// gone: never before everything in it has come to an end. Where power was
    /// lost meanwhile, format it again.
    pub fn format(mut flash: F, range: Range<u32>) -> Result<Self, FlashError<F::Error>> {
        // From the beginning on: a journal that lost its end looks like one.
        for page in range.clone().step_by(F::ERASE_SIZE) {
            let end = range.end.min(page.saturating_add(F::ERASE_SIZE as u32));
            wait(flash.erase(page, end)).map_err(FlashError::Device)?;
        }
        Self::open(flash, range)
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.flash
    }

    /// Reads everything, and sees that nothing stands behind the last record.
    fn find_end(&mut self) -> Result<u32, FlashError<F::Error>> {
        let mut last = self.last;
        let mut end = self.each(&mut |seq, _| {
            last = last.max(seq);
            true
        })?;
        self.last = last;
        let found = end;
        while let left @ 1.. = self.range.end - end {
            let part = left.min(ITEM as u32);
            let bytes = self.read(end, part as usize)?;
            if bytes.iter().any(|byte| *byte != BLANK) {
                return Err(FlashError::Corrupted);
            }
            end += part;
        }
        self.end = Some(found);
        Ok(found)
    }

    /// Hands out number and bytes of each record until one is enough; gives
    /// where it stopped.
    fn each(
        &mut self,
        take: &mut dyn FnMut(Seq, &[u8]) -> bool,
    ) -> Result<u32, FlashError<F::Error>> {
        let mut at = self.range.start;
        loop {
            let head = self.head(at)?;
            if matches!(head, Head::Blank) {
                return Ok(at);
            }
            at += Self::whole(HEAD);
            let Head::Whole { length, crc } = head else {
                continue;
            };
            if Self::whole(length) > self.range.end - at {
                return Err(FlashError::Corrupted);
            }
            let data = self.read(at, length)?;
            at += Self::whole(length);
            if let Some((number, record)) = data.split_first_chunk()
                && crc32(data) == crc
                && !take(Seq(u32::from_be_bytes(*number)), record)
            {
                return Ok(at);
            }
        }
    }

    fn head(&mut self, at: u32) -> Result<Head, FlashError<F::Error>> {
        if Self::whole(HEAD) > self.range.end - at {
            return Ok(Head::Blank);
        }
        let bytes = self.read(at, HEAD)?.try_into();
        bytes.map_or(Err(FlashError::Corrupted), Head::decode)
    }

    fn read(&mut self, at: u32, length: usize) -> Result<&[u8], FlashError<F::Error>> {
        let whole = Self::whole(length) as usize;
        let target = self.item.get_mut(..whole).ok_or(FlashError::Corrupted)?;
        wait(self.flash.read(at, target)).map_err(FlashError::Device)?;
        Ok(&target[..length])
    }

    /// Bytes of the words that so many bytes take.
    const fn whole(bytes: usize) -> u32 {
        bytes.next_multiple_of(Self::STEP) as u32
    }
}

impl<F: NorFlash> Journal for FlashJournal<F> {
    type Error = FlashError<F::Error>;
    /// What was cut short is passed over.
    const ATOMIC: bool = true;

    /// Writes one record. A number that was confirmed before is refused.
    fn append(&mut self, seq: Seq, record: &[u8]) -> Result<(), Self::Error> {
        if record.len() > MAX_RECORD {
            return Err(FlashError::TooLarge);
        }
        let at = match self.end {
            Some(end) => end,
            None => self.find_end()?,
        };
        if seq <= self.last {
            return Err(FlashError::Taken);
        }
        let length = NUMBER + record.len();
        let (head, data) = (Self::whole(HEAD), Self::whole(length));
        if head + data > self.range.end - at {
            return Err(FlashError::Full);
        }
        let item = (self.item.get_mut(..data as usize)).ok_or(FlashError::TooLarge)?;
        item.fill(BLANK);
        item[..NUMBER].copy_from_slice(&seq.0.to_be_bytes());
        item[NUMBER..length].copy_from_slice(record);
        let mut word = [BLANK; WORD];
        word[..HEAD].copy_from_slice(&Head::encode(&item[..length]));
        self.end = None;
        wait(self.flash.write(at, &word[..head as usize])).map_err(FlashError::Device)?;
        wait(self.flash.write(at + head, item)).map_err(FlashError::Device)?;
        self.last = seq;
        self.end = Some(at + head + data);
        Ok(())
    }

    fn replay(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<(), Self::Error> {
        self.each(&mut |_, record| {
            each(record);
            true
        })?;
        Ok(())
    }

    fn recall(&mut self, seq: Seq, take: &mut dyn FnMut(&[u8])) -> Result<bool, Self::Error> {
        let mut found = false;
        self.each(&mut |number, record| {
            if number == seq {
                take(record);
                found = true;
            }
            !found
        })?;
        Ok(found)
    }

    fn room(&self) -> usize {
        let largest = Self::whole(HEAD) + Self::whole(NUMBER + MAX_RECORD);
        (self.end).map_or(0, |end| ((self.range.end - end) / largest) as usize)
    }
}

impl Head {
    fn encode(data: &[u8]) -> [u8; HEAD] {
        let length = data.len() as u16;
        let [a, b] = length.to_be_bytes();
        let [e, f, g, h] = crc32(data).to_be_bytes();
        [a, b, !a, !b, e, f, g, h]
    }

    fn decode<E: core::fmt::Debug>(bytes: [u8; HEAD]) -> Result<Self, FlashError<E>> {
        let [a, b, c, d, e, f, g, h] = bytes;
        let (length, complement) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        match (length | complement, length ^ complement) {
            _ if bytes == [BLANK; HEAD] => Ok(Self::Blank),
            (u16::MAX, u16::MAX) => Ok(Self::Whole {
                length: length.into(),
                crc: u32::from_be_bytes([e, f, g, h]),
            }),
            (u16::MAX, _) => Ok(Self::Torn),
            _ => Err(FlashError::Corrupted),
        }
    }
}

/// The CRC of zip and Ethernet: of what power loss may leave, it tells all but
/// one of 2^32.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..u8::BITS {
            crc = (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// Runs to its end what a blocking driver does in one go.
fn wait<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
}

#[cfg(test)]
#[path = "flash_tests.rs"]
mod tests;
