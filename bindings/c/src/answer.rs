//! What happened to an action. Each answer quotes the action's `id`.

use crate::action::annul_action_kind as asked;
use crate::begin::{annul_now, command};
use crate::boundary::{Done, bytes, text, text_or_none};
use crate::memory::annul_terminal;
use crate::setup::Running;
use crate::status::{annul_fault, annul_status};
use annul::card::{Expiry, Pan};
use annul::crypto::{CardOnFile, MacValue, SealedCard};
use annul::engine::Sending;
use annul::journal::Seq;
use annul::terminal::{Input, Job, LinkId, Now};
use core::ffi::c_char;

/// The record is in the journal and survives any power loss.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_persisted(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    record: u32,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { plain(terminal, now, Input::Persisted(Seq(record))) }
}

/// It is not known to be: the terminal stops, is initialised anew and replays.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_persist_failed(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    record: u32,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { plain(terminal, now, Input::PersistFailed(Seq(record))) }
}

/// The record that was asked for; null where the journal has none or fails.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_recalled(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    question: u32,
    record: *const u8,
    length: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let found = bytes(record, length)?;
            let found = (!found.is_empty()).then_some(found);
            answer(running, now, (question, asked::Recall), |job| {
                Ok(Input::Recalled(job, found))
            })
        })
    }
}

/// The encrypted PIN block, 8 bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_pin_block(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    question: u32,
    block: *const u8,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let block = array(block)?;
            answer(running, now, (question, asked::EncryptPin), |job| {
                Ok(Input::PinBlock(job, Ok(block)))
            })
        })
    }
}

/// The sealed card, 34 bytes.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_sealed(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    question: u32,
    sealed: *const u8,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let sealed = SealedCard::from_bytes(array(sealed)?);
            answer(running, now, (question, asked::SealCard), |job| {
                Ok(Input::Sealed(job, Ok(sealed)))
            })
        })
    }
}

/// The opened card; `expiry` may be null.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_opened(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    question: u32,
    pan: *const c_char,
    expiry: *const c_char,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let card = CardOnFile {
                pan: Pan::parse(text(pan)?)?,
                expiry: text_or_none(expiry)?.map(Expiry::parse).transpose()?,
            };
            answer(running, now, (question, asked::OpenCard), |job| {
                Ok(Input::Opened(job, Ok(card)))
            })
        })
    }
}

/// The MAC, the 8 bytes that go into field 64.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_mac(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    question: u32,
    mac: *const u8,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let mac = MacValue::new(array(mac)?);
            answer(running, now, (question, asked::Mac), |job| {
                Ok(Input::Mac(job, Ok(mac)))
            })
        })
    }
}

/// The working keys are in use.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_keys_loaded(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    question: u32,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            answer(running, now, (question, asked::LoadKeys), |job| {
                Ok(Input::KeysLoaded(job, Ok(())))
            })
        })
    }
}

/// The security module did not do what was asked. `fault` is one of the
/// numbers from 400 on, or the device's own.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_security_failed(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    question: u32,
    fault: i32,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let fault = annul_status::security_fault(fault);
            let kind = running.asked.map_or(asked::None, |(_, kind)| kind);
            answer(running, now, (question, kind), |job| match kind {
                asked::EncryptPin => Ok(Input::PinBlock(job, Err(fault))),
                asked::SealCard => Ok(Input::Sealed(job, Err(fault))),
                asked::OpenCard => Ok(Input::Opened(job, Err(fault))),
                asked::Mac => Ok(Input::Mac(job, Err(fault))),
                asked::LoadKeys => Ok(Input::KeysLoaded(job, Err(fault))),
                _ => Err(annul_status::Unasked.into()),
            })
        })
    }
}

/// Link `link` is made.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_connected(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    link: u32,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { plain(terminal, now, Input::Connected(LinkId::from_number(link))) }
}

/// The whole frame was handed to the transport.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_sent(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    link: u32,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { plain(terminal, now, Input::Sent(LinkId::from_number(link))) }
}

/// Bytes came, split anywhere.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_received(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    link: u32,
    data: *const u8,
    length: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let input = Input::Received(LinkId::from_number(link), bytes(data, length)?);
            running.terminal.handle(now, input);
            Ok(())
        })
    }
}

/// The link ended, or could not be made. `nothing_sent` is 1 only where the
/// transport proves that no byte of the frame left; else 0.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_down(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    link: u32,
    nothing_sent: i32,
) -> annul_status {
    let sending = match nothing_sent {
        1 => Sending::NothingSent,
        // Anything else is in doubt, and what is in doubt is reversed.
        _ => Sending::MaybeSent,
    };
    // SAFETY: see `boundary`.
    unsafe {
        plain(
            terminal,
            now,
            Input::Down(LinkId::from_number(link), sending),
        )
    }
}

unsafe fn plain(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    input: Input<'_>,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        command(terminal, now, |running, now| {
            running.terminal.handle(now, input);
            Ok(())
        })
    }
}

/// Hands on the answer to the question that is open, if it is one.
pub(crate) fn answer<'i>(
    running: &mut Running,
    now: Now,
    question: (u32, asked),
    input: impl FnOnce(Job) -> Result<Input<'i>, annul_fault>,
) -> Done {
    if running.asked != Some(question) {
        return Err(annul_status::Unasked.into());
    }
    let input = input(Job::from_number(question.0))?;
    running.asked = None;
    running.terminal.handle(now, input);
    Ok(())
}

/// Bytes of a fixed number.
pub(crate) unsafe fn array<const N: usize>(from: *const u8) -> Result<[u8; N], annul_fault> {
    // SAFETY: the caller's own promises.
    let bytes = unsafe { bytes(from, N) }?;
    bytes.try_into().map_err(|_| annul_status::Range.into())
}
