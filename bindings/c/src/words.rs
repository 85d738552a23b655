//! What operators read, in Chinese and English. Static texts that end with a
//! NUL would double every text of the core, so they are copied out.

use crate::boundary::{self, fill, text};
use crate::status::{annul_fault, annul_status};
use annul::engine::Refusal;
use annul::ledger::{Outcome, Undoing};
use annul::text::{Bilingual, Language, UNKNOWN_RESPONSE};
use annul::transaction::ResponseCode;
use core::ffi::c_char;

/// The language of a text.
#[repr(i32)]
pub enum annul_language {
    /// 中文.
    Chinese = 0,
    /// English.
    English = 1,
}

/// What a cashier sees for a host's answer, by field 39. `language` is an `annul_language`;
/// the text is UTF-8 without a NUL, `length` gets its bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_response_text(
    code: *const c_char,
    language: i32,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let code = crate::setup::code(text(code)?, ResponseCode::new)?;
        let known = annul::text::response(code);
        let words = known.map_or(UNKNOWN_RESPONSE, |response| response.display);
        write(words, language, buffer, capacity, length)
    })
}

/// What to say to an operator about a transaction's `annul_outcome`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_outcome_text(
    outcome: i32,
    language: i32,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let outcome = match outcome {
            1 => Outcome::Approved,
            2 => Outcome::Declined,
            3 => Outcome::NotSent,
            4 => Outcome::Unknown(Undoing::Pending),
            5 => Outcome::Unknown(Undoing::Done),
            6 => Outcome::Unknown(Undoing::Parked),
            #[cfg(feature = "kinds")]
            7 => Outcome::Unknown(Undoing::Never),
            _ => return Err(annul_status::Range.into()),
        };
        write(
            annul::text::outcome(outcome),
            language,
            buffer,
            capacity,
            length,
        )
    })
}

/// What to say to an operator about an `annul_status` from 300 to 499;
/// `ANNUL_STATUS_NOT_FOUND` for others, which are not for an operator.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_status_text(
    status: i32,
    language: i32,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let refusal = refusal(status)?;
        write(
            annul::text::refusal(&refusal),
            language,
            buffer,
            capacity,
            length,
        )
    })
}

/// The refusal that has a number.
fn refusal(number: i32) -> Result<Refusal, annul_fault> {
    if (annul_status::NoKeys as i32..500).contains(&number) {
        return Ok(Refusal::Security(annul_status::security_fault(number)));
    }
    let same = |refusal: &Refusal| annul_status::from(*refusal) as i32 == number;
    let found = Refusal::ALL.into_iter().find(same);
    found.ok_or_else(|| annul_status::NotFound.into())
}

unsafe fn write(
    words: Bilingual,
    language: i32,
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> Result<(), annul_fault> {
    let words = match language {
        0 => words.in_language(Language::Chinese),
        1 => words.in_language(Language::English),
        _ => return Err(annul_status::Range.into()),
    };
    // SAFETY: the caller's own promises.
    unsafe {
        fill(buffer, capacity, length, words.len(), |target| {
            target.copy_from_slice(words.as_bytes());
        })
    }
}
