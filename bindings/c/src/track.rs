//! Tracks that are sent enciphered, for acquirers that want them so: three
//! calls, of which the middle one is the device's.
//!
//! ```text
//!  annul_track_pack ──> PIN pad, or annul_softpad_encrypt_track
//!                           └──> annul_terminal_begin_sale_enciphered, _begin_void_enciphered
//! ```
//!
//! Functions of their own, in a feature of their own: firmware whose host wants
//! tracks in clear has nothing of it.

#[cfg(feature = "kinds")]
use crate::begin::begin_payment;
use crate::begin::{annul_begun, annul_now, annul_sale, annul_void, begin_sale, begin_void};
use crate::boundary::{self, Done, bytes, elements, fill, text};
#[cfg(feature = "kinds")]
use crate::kinds::{
    annul_hold, annul_inquiry, annul_refund, begin_hold, begin_inquiry, begin_refund,
};
use crate::memory::{annul_softpad, annul_terminal};
#[cfg(feature = "kinds")]
use crate::setup::Machine;
use crate::status::{annul_fault, annul_status};
use annul::card::Track2;
use annul::crypto::{SecurityFault, SecurityModule};
use annul::message::{Card, ProtectedTrack};
use core::ffi::c_char;
use zeroize::Zeroizing;

/// Packs track 2 as field 35 has it, two digits a byte, for a device that
/// enciphers it: DES in ECB mode under the track key, of the eight bytes that
/// end one byte before the last. `length` gets the bytes needed, at most 19.
/// What is packed is in clear: wipe it where the device does not write over it.
///
/// What is about enciphered tracks is only in a library with the feature
/// `track-encryption`, which comes with `std`: this function,
/// `annul_softpad_encrypt_track` and those whose names end in `_enciphered`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_track_pack(
    track2: *const c_char,
    packed: *mut u8,
    capacity: usize,
    length: *mut usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    boundary::call(|| unsafe {
        let track = Track2::parse(text(track2)?)?;
        let mut clear = Zeroizing::new([0; Track2::MAX.div_ceil(2)]);
        let mut needed = 0;
        let copied = ProtectedTrack::new(&track, |bytes| {
            needed = bytes.len();
            clear[..needed].copy_from_slice(bytes);
            Ok(())
        });
        copied.map_err(annul_status::from)?;
        fill(packed, capacity, length, needed, |to| {
            to.copy_from_slice(&clear[..needed]);
        })
    })
}

/// Enciphers a packed track in place under the track key of the last sign-in;
/// `ANNUL_STATUS_NO_KEYS` without one, and the track is then as it was.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_softpad_encrypt_track(
    pad: *mut annul_softpad,
    packed: *mut u8,
    length: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::with(pad, |module| {
            let packed = elements(packed, length)?;
            Ok(module.encrypt_track(packed).map_err(annul_status::from)?)
        })
    }
}

/// Begins a sale whose track goes enciphered: `annul_terminal_begin_sale` with
/// what a device made of `annul_track_pack`. `sale->track2` is the same track in
/// clear, which tells card number and expiry and is not sent; without one the
/// status is `ANNUL_STATUS_TRACK2`. Another length, or a track that is still in
/// clear, is `ANNUL_STATUS_RANGE`. Then nothing was begun.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_sale_enciphered(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    sale: *const annul_sale,
    track: *const u8,
    length: usize,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        begin_sale(terminal, now, sale, room, begun, |sale| {
            present(&mut sale.card, track, length)
        })
    }
}

/// Begins the void of a sale whose track goes enciphered; see
/// `annul_terminal_begin_sale_enciphered`. A void without a card sends no track:
/// that is `annul_terminal_begin_void`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_void_enciphered(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    what: *const annul_void,
    track: *const u8,
    length: usize,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        begin_void(terminal, now, what, room, begun, |void| {
            let card = void.card.as_mut().ok_or(annul_status::Track2)?;
            present(card, track, length)
        })
    }
}

/// Begins a pre-authorization whose track goes enciphered; see
/// `annul_terminal_begin_sale_enciphered`. This and the next three want the
/// feature `kinds`, too.
#[cfg(feature = "kinds")]
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_preauthorization_enciphered(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    hold: *const annul_sale,
    track: *const u8,
    length: usize,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        let door = Machine::begin_preauthorization;
        begin_payment(terminal, now, hold, room, begun, door, |hold| {
            present(&mut hold.card, track, length)
        })
    }
}

/// Begins the void or the completion of a pre-authorization whose track goes
/// enciphered; see `annul_terminal_begin_sale_enciphered`.
#[cfg(feature = "kinds")]
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_hold_enciphered(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    hold: *const annul_hold,
    track: *const u8,
    length: usize,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        begin_hold(terminal, now, hold, room, begun, |card| {
            present(card, track, length)
        })
    }
}

/// Begins a refund whose track goes enciphered; see
/// `annul_terminal_begin_sale_enciphered`.
#[cfg(feature = "kinds")]
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_refund_enciphered(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    refund: *const annul_refund,
    track: *const u8,
    length: usize,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        begin_refund(terminal, now, refund, room, begun, |card| {
            present(card, track, length)
        })
    }
}

/// Begins a balance inquiry whose track goes enciphered; see
/// `annul_terminal_begin_sale_enciphered`.
#[cfg(feature = "kinds")]
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_inquiry_enciphered(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    inquiry: *const annul_inquiry,
    track: *const u8,
    length: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { begin_inquiry(terminal, now, inquiry, |card| present(card, track, length)) }
}

/// Puts the enciphered track in the place of the one in clear.
unsafe fn present(card: &mut Card, track: *const u8, length: usize) -> Done {
    // SAFETY: the caller's own promises.
    *card = protected(card, unsafe { bytes(track, length) }?)?;
    Ok(())
}

/// The card with the track that the caller's device has enciphered.
fn protected(card: &Card, enciphered: &[u8]) -> Result<Card, annul_fault> {
    let Card::Swiped(track) = card else {
        return Err(annul_status::Track2.into());
    };
    let sent = ProtectedTrack::new(track, |packed| {
        if packed.len() != enciphered.len() || same(packed, enciphered) {
            return Err(SecurityFault::UnsupportedKeys);
        }
        packed.copy_from_slice(enciphered);
        Ok(())
    });
    Ok(Card::SwipedProtected(
        sent.map_err(|_| annul_status::Range)?,
    ))
}

/// Without a hint in the time at where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    let pairs = one.iter().zip(other);
    pairs.fold(0, |found, (left, right)| found | (left ^ right)) == 0
}
