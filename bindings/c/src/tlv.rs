//! Chip data without a terminal: bytes in, data objects out, one at a time.

use crate::boundary::{self, bytes, fresh};
use crate::memory::annul_tlv;
use crate::status::{annul_fault, annul_status};
use annul::tlv::{Mode, Object, Reader};

/// What is taken beside well-formed objects.
#[repr(i32)]
pub enum annul_tlv_mode {
    /// Shortest lengths, no padding.
    Strict = 0,
    /// What EMV allows: 00 between objects, lengths longer than needed.
    Emv = 1,
    /// What real cards hold besides: runs of FF, which is erased memory.
    Ff = 2,
    /// ISO/IEC 8825-1, with indefinite lengths.
    Ber = 3,
}

/// A data object. The value points into the bytes that were opened; it may be
/// a card number or a track, so it is not written to a log.
#[repr(C)]
pub struct annul_tlv_object {
    /// The tag, its bytes as one number: 0x9F26.
    pub tag: u32,
    /// Templates around it: 0 for the outermost.
    pub depth: u32,
    /// The byte the tag begins at.
    pub offset: u32,
    /// Bytes of tag and length: the value begins behind them.
    pub header_length: u32,
    /// 1 for a template: its value is made of the objects that follow.
    pub constructed: i32,
    /// The value.
    pub value: *const u8,
    /// Its bytes.
    pub length: usize,
}

impl annul_tlv_object {
    const NONE: Self = Self {
        tag: 0,
        depth: 0,
        offset: 0,
        header_length: 0,
        constructed: 0,
        value: core::ptr::null(),
        length: 0,
    };
}

/// Begins to read data objects; `mode` is an `annul_tlv_mode`. The bytes stay
/// where they are as long as the reader or a value is used. 32 templates may
/// stand around an object.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_tlv_open(
    reader: *mut annul_tlv,
    mode: i32,
    data: *const u8,
    length: usize,
) -> annul_status {
    // SAFETY: see `boundary`; the bytes outlive the reader, as its type asks.
    unsafe {
        boundary::place(reader, || {
            let mode = match mode {
                0 => Mode::Strict,
                1 => Mode::Emv,
                2 => Mode::Ff,
                3 => Mode::Ber,
                _ => return Err(annul_status::Range.into()),
            };
            Ok(Reader::new(bytes(data, length)?, mode))
        })
    }
}

/// The next object, a template before what is in it. `ANNUL_STATUS_NOT_FOUND`
/// after the last; a number from 610 on where the bytes are none: the objects
/// before are good, and `annul_tlv_last_error` says at which byte.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_tlv_next(
    reader: *mut annul_tlv,
    object: *mut annul_tlv_object,
) -> annul_status {
    // SAFETY: see `boundary`. The place of the object is tried first, so that
    // none is lost.
    unsafe {
        boundary::with(reader, |reader| {
            let place = fresh(object, annul_tlv_object::NONE)?;
            let next = reader.next().ok_or(annul_status::NotFound)?;
            *place = flat(&next?);
            Ok(())
        })
    }
}

/// The last error of a reader, in more words than its number.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_tlv_last_error(
    reader: *const annul_tlv,
    fault: *mut annul_fault,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { boundary::last_error(reader, fault) }
}

fn flat(object: &Object<'_>) -> annul_tlv_object {
    let value = object.value();
    annul_tlv_object {
        tag: object.tag().value(),
        depth: object.depth() as u32,
        offset: object.offset() as u32,
        header_length: object.header_length() as u32,
        constructed: i32::from(object.is_constructed()),
        value: value.as_ptr(),
        length: value.len(),
    }
}
