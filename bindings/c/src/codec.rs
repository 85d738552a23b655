//! Frames and messages without a terminal: bytes in, fields out.

use crate::boundary::{self, bytes, fill, give};
use crate::memory::annul_message;
use crate::status::{annul_fault, annul_status};
use annul::frame::Frame;
use annul::iso8583::{Bitmap, Field, UNIONPAY_POS, View};

/// A frame, taken apart. `message` points into the frame.
#[repr(C)]
pub struct annul_frame {
    /// Where it goes and where it came from.
    pub tpdu: [u8; 5],
    /// The six bytes before the message.
    pub header: [u8; 6],
    /// From the message type on.
    pub message: *const u8,
    /// Its bytes.
    pub length: usize,
}

/// A field. Pointers point into the message.
#[repr(C)]
pub struct annul_field {
    /// 2 to 64.
    pub number: u32,
    /// The byte of the message it begins at, with its length prefix.
    pub offset: u32,
    /// Digits or bytes of the value.
    pub count: u32,
    /// 1 where the value is digits, two a byte.
    pub packed: i32,
    /// Length prefix and value, as received.
    pub raw: *const u8,
    /// How many bytes.
    pub raw_length: usize,
    /// The value as received.
    pub value: *const u8,
    /// How many bytes.
    pub value_length: usize,
}

/// Takes exactly one frame with its two-byte length prefix apart.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_frame_decode(
    data: *const u8,
    length: usize,
    frame: *mut annul_frame,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let found = Frame::decode_prefixed(bytes(data, length)?)?;
        let flat = annul_frame {
            tpdu: *found.tpdu.bytes(),
            header: *found.header.bytes(),
            message: found.message.as_ptr(),
            length: found.message.len(),
        };
        give(frame, flat)
    })
}

/// Takes a message apart, which fills `data` exactly. On failure `fault`, where
/// it is not null, says which field and byte.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_message_decode(
    message: *mut annul_message,
    data: *const u8,
    length: usize,
    fault: *mut annul_fault,
) -> annul_status {
    let mut wrong = annul_fault::NONE;
    // SAFETY: see `boundary`; the bytes outlive the message, as its type asks.
    let status = unsafe {
        boundary::place(message, || {
            let found = View::decode(&UNIONPAY_POS, bytes(data, length)?);
            found.map_err(|error| {
                wrong = error.into();
                wrong
            })
        })
    };
    if wrong.status != annul_status::Ok && !fault.is_null() {
        // SAFETY: see `boundary`. A place that cannot be written changes
        // nothing about the answer.
        let _ = unsafe { give(fault, wrong) };
    }
    status
}

/// The message type, four digits as a number in hexadecimal: 0x0200.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_message_type(
    message: *const annul_message,
    mti: *mut u32,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::look(message, |view| {
            let [high, low, ..] = *view.bytes() else {
                return Err(annul_status::Truncated.into());
            };
            give(mti, u32::from(high) << 8 | u32::from(low))
        })
    }
}

/// Field `number`; `ANNUL_STATUS_NOT_FOUND` where the message does not have it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_message_field(
    message: *const annul_message,
    number: u32,
    field: *mut annul_field,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { boundary::look(message, |view| give(field, flat(&one(view, number)?))) }
}

/// The first field after `after`; begin with 0. `ANNUL_STATUS_NOT_FOUND` after
/// the last.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_message_next(
    message: *const annul_message,
    after: u32,
    field: *mut annul_field,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::look(message, |view| {
            let mut later = (after.saturating_add(1)..=Bitmap::FIELDS as u32)
                .filter_map(|number| view.field(number as u8));
            give(field, flat(&later.next().ok_or(annul_status::NotFound)?))
        })
    }
}

/// Writes the value of field `number`: digits as ASCII, anything else as it is.
/// `length` gets the bytes needed; a null buffer of size 0 asks for them.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_message_value(
    message: *const annul_message,
    number: u32,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::look(message, |view| {
            let field = one(view, number)?;
            match field.digits() {
                Some(digits) => fill(buffer, capacity, length, digits.len(), |target| {
                    digits.unpack(target);
                }),
                None => fill(buffer, capacity, length, field.bytes().len(), |target| {
                    target.copy_from_slice(field.bytes());
                }),
            }
        })
    }
}

fn one(view: &View<'static>, number: u32) -> Result<Field<'static>, annul_fault> {
    let number = u8::try_from(number).map_err(|_| annul_status::NotFound)?;
    view.field(number)
        .ok_or_else(|| annul_status::NotFound.into())
}

fn flat(field: &Field<'static>) -> annul_field {
    annul_field {
        number: u32::from(field.number()),
        offset: field.offset() as u32,
        count: field.count() as u32,
        packed: i32::from(field.digits().is_some()),
        raw: field.raw().as_ptr(),
        raw_length: field.raw().len(),
        value: field.bytes().as_ptr(),
        value_length: field.bytes().len(),
    }
}
