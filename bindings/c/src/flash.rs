//! The journal on NOR flash, over three functions of the firmware.

use crate::boundary::{self, bytes, fill, give, take};
use crate::memory::{annul_flash, annul_terminal};
use crate::status::{annul_fault, annul_status};
use annul::journal::{FlashError, FlashJournal, Journal, Seq};
use core::ffi::c_void;
use core::ops::Range;
use embedded_storage_async::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};

/// Bytes that are erased together. A flash with smaller sectors erases several.
pub const ANNUL_FLASH_ERASE_SIZE: u32 = 4096;
/// Bytes that are written together.
pub const ANNUL_FLASH_WRITE_SIZE: u32 = 8;

/// A part of a NOR flash that belongs to the journal. Offsets count from its
/// beginning. Each function returns when the work is done, 0 on success; once
/// one has failed, the journal is opened again.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_flash_driver {
    /// Handed to each function.
    pub user: *mut c_void,
    /// Bytes of the part, whole pages of `ANNUL_FLASH_ERASE_SIZE`.
    pub size: u32,
    /// Reads bytes at any offset.
    pub read: Option<
        unsafe extern "C" fn(user: *mut c_void, offset: u32, buffer: *mut u8, length: usize) -> i32,
    >,
    /// Writes whole words of `ANNUL_FLASH_WRITE_SIZE`. A word is written once.
    pub write: Option<
        unsafe extern "C" fn(user: *mut c_void, offset: u32, data: *const u8, length: usize) -> i32,
    >,
    /// Erases a page. Called by `annul_flash_format` only.
    pub erase: Option<unsafe extern "C" fn(user: *mut c_void, offset: u32, length: usize) -> i32>,
}

/// The driver as the journal sees it.
pub(crate) struct Device(annul_flash_driver);

/// Opens the journal in a flash; `annul_flash_format` where it was never used
/// and is not blank.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_flash_open(
    flash: *mut annul_flash,
    driver: *const annul_flash_driver,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { make(flash, driver, FlashJournal::open) }
}

/// Erases the flash and opens an empty journal in it. What was in it is gone:
/// never before every transaction in it has come to an end.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_flash_format(
    flash: *mut annul_flash,
    driver: *const annul_flash_driver,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { make(flash, driver, FlashJournal::format) }
}

type Made = Result<FlashJournal<Device>, FlashError<NorFlashErrorKind>>;

unsafe fn make(
    flash: *mut annul_flash,
    driver: *const annul_flash_driver,
    how: fn(Device, Range<u32>) -> Made,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        boundary::place(flash, || {
            let device = device(take(driver)?)?;
            let range = 0..device.0.size;
            how(device, range).map_err(fault)
        })
    }
}

/// Gives a terminal every record, between its init and its start.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_flash_replay(
    flash: *mut annul_flash,
    terminal: *mut annul_terminal,
) -> annul_status {
    // SAFETY: see `boundary`; terminal and flash are two objects.
    unsafe {
        boundary::with(flash, |journal| {
            let mut status = annul_status::Ok;
            let read = journal.replay(&mut |record| {
                if status == annul_status::Ok {
                    let (data, length) = (record.as_ptr(), record.len());
                    status = crate::setup::annul_terminal_replay(terminal, data, length);
                }
            });
            read.map_err(fault)?;
            match status {
                annul_status::Ok => Ok(()),
                wrong => Err(wrong.into()),
            }
        })
    }
}

/// Appends a record; it survives any power loss when this returns success.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_flash_append(
    flash: *mut annul_flash,
    record: u32,
    data: *const u8,
    length: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::with(flash, |journal| {
            let data = bytes(data, length)?;
            journal.append(Seq(record), data).map_err(fault)
        })
    }
}

/// Reads a record; `ANNUL_STATUS_NOT_FOUND` where there is none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_flash_recall(
    flash: *mut annul_flash,
    record: u32,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::with(flash, |journal| {
            let mut read = Err(annul_status::NotFound.into());
            let found = journal.recall(Seq(record), &mut |data| {
                read = fill(buffer, capacity, length, data.len(), |target| {
                    target.copy_from_slice(data);
                });
            });
            found.map_err(fault)?;
            read
        })
    }
}

/// How many records of the largest size are sure to fit.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_flash_room(
    flash: *const annul_flash,
    room: *mut usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { boundary::look(flash, |journal| give(room, journal.room())) }
}

fn device(driver: &annul_flash_driver) -> Result<Device, annul_fault> {
    if driver.read.is_none() || driver.write.is_none() || driver.erase.is_none() {
        return Err(annul_status::Null.into());
    }
    Ok(Device(*driver))
}

fn fault(error: FlashError<NorFlashErrorKind>) -> annul_fault {
    annul_fault::of(match error {
        FlashError::Device(_) => annul_status::FlashFailed,
        FlashError::Corrupted => annul_status::FlashCorrupted,
        FlashError::Full => annul_status::FlashFull,
        FlashError::Geometry => annul_status::FlashGeometry,
        FlashError::TooLarge => annul_status::Range,
        FlashError::Taken => annul_status::WrongPhase,
    })
}

fn done(answer: Option<i32>) -> Result<(), NorFlashErrorKind> {
    match answer {
        Some(0) => Ok(()),
        _ => Err(NorFlashErrorKind::Other),
    }
}

impl ErrorType for Device {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Device {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let Self(driver) = self;
        let (buffer, length) = (bytes.as_mut_ptr(), bytes.len());
        // SAFETY: the firmware's function, called as its type says.
        done(
            driver
                .read
                .map(|read| unsafe { read(driver.user, offset, buffer, length) }),
        )
    }

    fn capacity(&self) -> usize {
        self.0.size as usize
    }
}

impl NorFlash for Device {
    const WRITE_SIZE: usize = ANNUL_FLASH_WRITE_SIZE as usize;
    const ERASE_SIZE: usize = ANNUL_FLASH_ERASE_SIZE as usize;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        let Self(driver) = self;
        let length = to.saturating_sub(from) as usize;
        // SAFETY: the firmware's function, called as its type says.
        done(
            driver
                .erase
                .map(|erase| unsafe { erase(driver.user, from, length) }),
        )
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        let Self(driver) = self;
        let (data, length) = (bytes.as_ptr(), bytes.len());
        // SAFETY: the firmware's function, called as its type says.
        done(
            driver
                .write
                .map(|write| unsafe { write(driver.user, offset, data, length) }),
        )
    }
}
