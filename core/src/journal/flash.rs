use super::envelope::MAX_RECORD;
use super::{Journal, Seq};
use core::future::Future;
use core::ops::Range;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use sequential_storage::Error;
use sequential_storage::cache::{Cache, Uncached};
use sequential_storage::queue::{QueueConfig, QueueStorage};

/// A journal on NOR flash without a file system, by `sequential-storage`.
///
/// ```text
///  page: mark | item | item | ... | mark        item: header with CRC | seq 4 | record
/// ```
///
/// Records are appended and never changed: after [`FlashJournal::format`]
/// nothing is erased, not even to repair what a power loss left, so a damaged
/// journal stays as it was found. An append that power loss cut short leaves
/// nothing that would be read back.
///
/// A word is written once, and a page's mark that a power loss cut short once
/// more, to zeros. Flash with error correction over its words allows both.
///
/// The flash is waited for in place; a driver that returns at once costs
/// nothing by it.
pub struct FlashJournal<F: NorFlash> {
    queue: Queue<F>,
    item: [u8; ITEM],
    last: Seq,
    room: usize,
}

type Queue<F> = QueueStorage<AppendOnly<F>, Cache<Uncached, Uncached, Uncached>>;

/// Bytes of a record's number before it.
const NUMBER: usize = 4;
/// Bytes of the largest item, as a word of any flash can end it.
const ITEM: usize = (NUMBER + MAX_RECORD).next_multiple_of(32);

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
    /// Its range is not whole pages, or its pages cannot hold a record.
    #[error("flash: the range must be whole pages, each larger than a record")]
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
    /// Opens the journal in a range of the flash. It is empty where the range
    /// was formatted, or never written since it left the factory.
    pub fn open(flash: F, range: Range<u32>) -> Result<Self, FlashError<F::Error>> {
        let mut journal = Self::over(flash, range)?;
        journal.each(&mut |_, _| true)?;
        journal.measure()?;
        Ok(journal)
    }

    /// Erases the range and opens an empty journal in it. What was in it is
    /// gone: never before everything in it has come to an end.
    pub fn format(mut flash: F, range: Range<u32>) -> Result<Self, FlashError<F::Error>> {
        wait(flash.erase(range.start, range.end)).map_err(FlashError::Device)?;
        Self::open(flash, range)
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.queue.destroy().0.0
    }

    fn over(flash: F, range: Range<u32>) -> Result<Self, FlashError<F::Error>> {
        let large_enough = F::ERASE_SIZE >= 2 * ITEM && range.end as usize <= flash.capacity();
        let config = QueueConfig::try_new(range).map_err(|_| FlashError::Geometry)?;
        if !large_enough {
            return Err(FlashError::Geometry);
        }
        Ok(Self {
            queue: QueueStorage::new(AppendOnly(flash), config, Cache::new_uncached()),
            item: [0; ITEM],
            last: Seq(0),
            room: 0,
        })
    }

    /// Hands out number and bytes of each record until one is enough.
    fn each(
        &mut self,
        take: &mut dyn FnMut(Seq, &[u8]) -> bool,
    ) -> Result<(), FlashError<F::Error>> {
        let mut items = wait(self.queue.iter()).map_err(fault)?;
        while let Some(item) = wait(items.next(&mut self.item)).map_err(fault)? {
            let (number, record) =
                (item.split_first_chunk::<NUMBER>()).ok_or(FlashError::Corrupted)?;
            let seq = Seq(u32::from_be_bytes(*number));
            self.last = self.last.max(seq);
            if !take(seq, record) {
                break;
            }
        }
        Ok(())
    }

    /// Each page may lose the place of almost one record at its end.
    fn measure(&mut self) -> Result<(), FlashError<F::Error>> {
        let free = wait(self.queue.space_left()).map_err(fault)?;
        let range = self.queue.flash_range();
        let pages = (range.end - range.start) as usize / F::ERASE_SIZE;
        let each = ITEM + Queue::<F>::item_overhead_size() as usize;
        self.room = (free as usize / each).saturating_sub(pages);
        Ok(())
    }
}

impl<F: NorFlash> Journal for FlashJournal<F> {
    type Error = FlashError<F::Error>;
    /// What was cut short fails its CRC and is passed over.
    const ATOMIC: bool = true;

    /// Writes one record. A number that was confirmed before is refused.
    fn append(&mut self, seq: Seq, record: &[u8]) -> Result<(), Self::Error> {
        let end = NUMBER + record.len();
        if seq <= self.last {
            return Err(FlashError::Taken);
        }
        let item = self.item.get_mut(..end).ok_or(FlashError::TooLarge)?;
        item[..NUMBER].copy_from_slice(&seq.0.to_be_bytes());
        item[NUMBER..].copy_from_slice(record);
        wait(self.queue.push(item, false)).map_err(fault)?;
        self.last = seq;
        self.measure()
    }

    fn replay(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<(), Self::Error> {
        self.each(&mut |_, record| {
            each(record);
            true
        })
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
        self.room
    }
}

/// A flash that is not erased.
struct AppendOnly<F>(F);

/// An error of the flash, or the attempt to erase it.
#[derive(Debug)]
enum Refused<E> {
    Device(E),
    Erase,
}

impl<E: NorFlashError> NorFlashError for Refused<E> {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::Device(error) => error.kind(),
            Self::Erase => NorFlashErrorKind::Other,
        }
    }
}

impl<F: ErrorType> ErrorType for AppendOnly<F> {
    type Error = Refused<F::Error>;
}

impl<F: NorFlash> ReadNorFlash for AppendOnly<F> {
    const READ_SIZE: usize = F::READ_SIZE;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.0.read(offset, bytes).await.map_err(Refused::Device)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl<F: NorFlash> NorFlash for AppendOnly<F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    async fn erase(&mut self, _: u32, _: u32) -> Result<(), Self::Error> {
        Err(Refused::Erase)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.write(offset, bytes).await.map_err(Refused::Device)
    }
}

fn fault<E: core::fmt::Debug>(error: Error<Refused<E>>) -> FlashError<E> {
    match error {
        Error::Storage {
            value: Refused::Device(error),
        } => FlashError::Device(error),
        Error::FullStorage => FlashError::Full,
        Error::ItemTooBig => FlashError::TooLarge,
        _ => FlashError::Corrupted,
    }
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
