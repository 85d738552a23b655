//! What is beyond sale, void and settlement: pre-authorizations, refunds and
//! balance inquiries, in a feature of their own. Firmware that only sells has
//! nothing of it.

use crate::begin::{
    annul_begun, annul_now, annul_sale, begin_payment, card, check_size, command, order, pin,
};
use crate::boundary::{Done, characters, take, text, text_or_none};
use crate::memory::annul_terminal;
use crate::setup::{Machine, code};
use crate::status::{annul_fault, annul_status};
use annul::journal::Approval;
use annul::message::Card;
use annul::terminal::{Hold, HoldClaim, Inquiry, Refund, RefundOf};
use annul::transaction::{
    Amount, AuthorizationCode, OperatorId, Reference, RequestId, Trace, VoidNote, VoidReason,
};
use core::ffi::c_char;

/// What is done about a pre-authorization.
#[repr(i32)]
pub enum annul_hold_claim {
    /// The held money is let go 预授权撤销, whole.
    Void = 1,
    /// It is taken 预授权完成, or a part of it.
    Complete = 2,
}

/// The void or the completion of a pre-authorization, by what stands on its
/// slip: it may be that of another terminal of the merchant.
#[repr(C)]
pub struct annul_hold {
    /// `sizeof(annul_hold)`.
    pub struct_size: u32,
    /// An `annul_pin`.
    pub pin: i32,
    /// The caller's id, made before and used once.
    pub request: *const c_char,
    /// An `annul_hold_claim`.
    pub claim: i32,
    /// The pre-authorization's authorization code, 6 characters.
    pub authorization: *const c_char,
    /// Its date, MMDD.
    pub date: *const c_char,
    /// Minor units: the whole of a void, or what a completion takes.
    pub amount: u64,
    /// Track 2 without sentinels; null where the number was keyed.
    pub track2: *const c_char,
    /// The card number; null where there is a track.
    pub pan: *const c_char,
    /// YYMM beside the number; null where it is not known.
    pub expiry: *const c_char,
    /// The supervisor who allowed a void, 2 characters; null for a completion.
    pub supervisor: *const c_char,
    /// Why: 1 to 24 characters of a-z, 0-9 and `-`; null for a completion.
    pub reason: *const c_char,
    /// What the operator adds, or null.
    pub note: *const c_char,
}

/// A refund 退货 of a sale or a completion, whole or in part, on any day. No message
/// undoes it: where its outcome stays unknown, a person asks the acquirer.
#[repr(C)]
pub struct annul_refund {
    /// `sizeof(annul_refund)`.
    pub struct_size: u32,
    /// An `annul_pin`.
    pub pin: i32,
    /// The caller's id, made before and used once.
    pub request: *const c_char,
    /// The trace of what is refunded; 0 where it is given by reference and date.
    pub original: u32,
    /// The reference number on its slip, 12 characters; null beside a trace.
    pub reference: *const c_char,
    /// The date on its slip, MMDD; null beside a trace.
    pub date: *const c_char,
    /// Minor units.
    pub amount: u64,
    /// Track 2 without sentinels; null where the number was keyed.
    pub track2: *const c_char,
    /// The card number; null where there is a track.
    pub pan: *const c_char,
    /// YYMM beside the number; null where it is not known.
    pub expiry: *const c_char,
    /// The supervisor who allowed it, 2 characters.
    pub supervisor: *const c_char,
    /// Why: 1 to 24 characters of a-z, 0-9 and `-`.
    pub reason: *const c_char,
    /// What the operator adds, or null.
    pub note: *const c_char,
}

/// A balance inquiry 余额查询.
#[repr(C)]
pub struct annul_inquiry {
    /// `sizeof(annul_inquiry)`.
    pub struct_size: u32,
    /// An `annul_pin`.
    pub pin: i32,
    /// Track 2 without sentinels; null where the number was keyed.
    pub track2: *const c_char,
    /// The card number; null where there is a track.
    pub pan: *const c_char,
    /// YYMM beside the number; null where it is not known.
    pub expiry: *const c_char,
}

/// Begins a pre-authorization 预授权: an amount is held on a card; see
/// `annul_terminal_begin_sale`.
///
/// What is about pre-authorizations, refunds and balances is only in a library
/// with the feature `kinds`, which comes with `std`: the functions whose names end
/// in `_preauthorization`, `_hold`, `_refund` and `_inquiry`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_preauthorization(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    hold: *const annul_sale,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        let door = Machine::begin_preauthorization;
        begin_payment(terminal, now, hold, room, begun, door, |_| Ok(()))
    }
}

/// Begins the void or the completion of a pre-authorization; see
/// `annul_terminal_begin_sale`. The void of a completion is
/// `annul_terminal_begin_void`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_hold(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    hold: *const annul_hold,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { begin_hold(terminal, now, hold, room, begun, |_| Ok(())) }
}

/// Begins a refund; see `annul_terminal_begin_sale`. Where the entry is
/// `ANNUL_ENTRY_STATUS_UNRESOLVED` afterwards, ask the acquirer, then
/// `annul_terminal_resolve`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_refund(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    refund: *const annul_refund,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { begin_refund(terminal, now, refund, room, begun, |_| Ok(())) }
}

/// Begins a balance inquiry; nothing is recorded. The answer is the notice
/// `ANNUL_NOTICE_KIND_BALANCE`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_inquiry(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    inquiry: *const annul_inquiry,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { begin_inquiry(terminal, now, inquiry, |_| Ok(())) }
}

/// Begins it; `present` has the last word on its card.
pub(crate) unsafe fn begin_hold(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    hold: *const annul_hold,
    room: usize,
    begun: *mut annul_begun,
    present: impl FnOnce(&mut Card) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        order(terminal, now, begun, |running, now| {
            let hold = take(hold)?;
            check_size::<annul_hold>(hold.struct_size)?;
            let claim = match hold.claim {
                1 => HoldClaim::Void(approval(hold.supervisor, hold.reason, hold.note)?),
                2 => HoldClaim::Complete,
                _ => return Err(annul_status::Range.into()),
            };
            let mut hold = Hold {
                request: RequestId::new(text(hold.request)?)?,
                claim,
                authorization: code(text(hold.authorization)?, AuthorizationCode::new)?,
                date: month_and_day(hold.date)?,
                amount: Amount::new(hold.amount)?,
                card: presented(hold.track2, hold.pan, hold.expiry)?,
                pin: pin(hold.pin)?,
            };
            present(&mut hold.card)?;
            Ok(running.terminal.begin_hold(now, hold, room)?)
        })
    }
}

/// Begins it; `present` has the last word on its card.
pub(crate) unsafe fn begin_refund(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    refund: *const annul_refund,
    room: usize,
    begun: *mut annul_begun,
    present: impl FnOnce(&mut Card) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        order(terminal, now, begun, |running, now| {
            let refund = take(refund)?;
            check_size::<annul_refund>(refund.struct_size)?;
            let mut refund = Refund {
                request: RequestId::new(text(refund.request)?)?,
                of: refunded(refund)?,
                amount: Amount::new(refund.amount)?,
                card: presented(refund.track2, refund.pan, refund.expiry)?,
                pin: pin(refund.pin)?,
                approval: approval(refund.supervisor, refund.reason, refund.note)?,
            };
            present(&mut refund.card)?;
            Ok(running.terminal.begin_refund(now, refund, room)?)
        })
    }
}

/// Begins it; `present` has the last word on its card.
pub(crate) unsafe fn begin_inquiry(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    inquiry: *const annul_inquiry,
    present: impl FnOnce(&mut Card) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        command(terminal, now, |running, now| {
            let inquiry = take(inquiry)?;
            check_size::<annul_inquiry>(inquiry.struct_size)?;
            let mut inquiry = Inquiry {
                card: presented(inquiry.track2, inquiry.pan, inquiry.expiry)?,
                pin: pin(inquiry.pin)?,
            };
            present(&mut inquiry.card)?;
            Ok(running.terminal.begin_inquiry(now, inquiry)?)
        })
    }
}

unsafe fn refunded(refund: &annul_refund) -> Result<RefundOf, annul_fault> {
    let by_slip = !refund.reference.is_null() || !refund.date.is_null();
    match refund.original {
        // SAFETY: the caller's own promises.
        0 => unsafe {
            Ok(RefundOf::Slip {
                reference: code(text(refund.reference)?, Reference::new)?,
                date: month_and_day(refund.date)?,
            })
        },
        _ if by_slip => Err(annul_status::Range.into()),
        trace => Ok(RefundOf::Trace(Trace::new(trace)?)),
    }
}

unsafe fn approval(
    supervisor: *const c_char,
    reason: *const c_char,
    note: *const c_char,
) -> Result<Approval, annul_fault> {
    // SAFETY: the caller's own promises.
    unsafe {
        Ok(Approval {
            supervisor: code(text(supervisor)?, OperatorId::new)?,
            reason: VoidReason::new(text(reason)?)?,
            note: VoidNote::new(text_or_none(note)?.unwrap_or_default())?,
        })
    }
}

unsafe fn presented(
    track2: *const c_char,
    pan: *const c_char,
    expiry: *const c_char,
) -> Result<Card, annul_fault> {
    // SAFETY: the caller's own promises.
    unsafe { card(track2, pan, expiry) }?.ok_or_else(|| annul_status::Pan.into())
}

/// A month and a day as they stand on a slip.
unsafe fn month_and_day(date: *const c_char) -> Result<[u8; 4], annul_fault> {
    // SAFETY: the caller's own promises.
    let digits = <[u8; 4]>::try_from(unsafe { characters(date) }?).ok();
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_digit));
    let part = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    let sound = |[a, b, c, d]: &[u8; 4]| {
        (1..=12).contains(&part(*a, *b)) && (1..=31).contains(&part(*c, *d))
    };
    (digits.filter(sound)).ok_or_else(|| annul_status::Civil.into())
}
