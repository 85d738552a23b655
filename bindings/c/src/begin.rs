//! What an operator can want, and the time it is wanted at.

use crate::boundary::{self, Done, give, take, text, text_or_none};
use crate::memory::annul_terminal;
use crate::setup::{Machine, Running, Till, code};
use crate::status::{annul_fault, annul_status};
use annul::card::{Expiry, Pan, Track2};
use annul::crypto::CardOnFile;
use annul::engine::{Millis, Refusal, Resolution};
use annul::journal::Verdict;
use annul::message::Card;
use annul::terminal::{Begun, Input, Now, PinWanted, Sale, Void};
use annul::transaction::{Amount, Civil, OperatorId, RequestId, Trace, VoidNote, VoidReason};
use core::ffi::c_char;

/// The time: one clock decides, the other stamps.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_now {
    /// Milliseconds of a clock that only goes forward.
    pub millis: u64,
    /// The year on the wall; all seven zero where there is no such clock.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
}

/// Whether the customer enters a PIN.
#[repr(i32)]
pub enum annul_pin {
    /// There is none.
    None = 0,
    /// The security module asks for it.
    Ask = 1,
}

/// A sale 消费, or a pre-authorization 预授权. The card is given by its track 2, or by number and expiry.
#[repr(C)]
pub struct annul_sale {
    /// `sizeof(annul_sale)`.
    pub struct_size: u32,
    /// An `annul_pin`.
    pub pin: i32,
    /// The caller's id, made before and used once: 1 to 36 characters.
    pub request: *const c_char,
    /// Minor units.
    pub amount: u64,
    /// Track 2 without sentinels; null where the number was keyed.
    pub track2: *const c_char,
    /// The card number; null where there is a track.
    pub pan: *const c_char,
    /// YYMM beside the number; null where it is not known.
    pub expiry: *const c_char,
}

/// The void of a sale 消费撤销 or of a completion 预授权完成撤销, whole. Without a
/// card, that of what is voided is taken from the journal.
#[repr(C)]
pub struct annul_void {
    /// `sizeof(annul_void)`.
    pub struct_size: u32,
    /// An `annul_pin`.
    pub pin: i32,
    /// The caller's id, made before and used once.
    pub request: *const c_char,
    /// The trace of what is voided: the voucher number on its slip.
    pub original: u32,
    /// Track 2 without sentinels, or null.
    pub track2: *const c_char,
    /// The card number, or null.
    pub pan: *const c_char,
    /// YYMM beside the number, or null.
    pub expiry: *const c_char,
    /// The supervisor who allowed it, 2 characters.
    pub supervisor: *const c_char,
    /// Why: 1 to 24 characters of a-z, 0-9 and `-`.
    pub reason: *const c_char,
    /// What the operator adds, or null.
    pub note: *const c_char,
}

/// What became of a command.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_begun {
    /// 1 where the request id was known: nothing new was begun.
    pub known: i32,
    /// Then the transaction's number, else 0.
    pub entry: u32,
}

/// How a parked transaction stands at the host.
#[repr(i32)]
pub enum annul_verdict {
    /// It stands.
    Approved = 1,
    /// It was undone, or never was.
    Reversed = 2,
}

/// Begins a sale. `room` is how many more records are sure to fit the journal;
/// six are needed. Where `begun->known` is 0, poll for what is to be done; the
/// outcome is in the entry.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_sale(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    sale: *const annul_sale,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { begin_sale(terminal, now, sale, room, begun, |_| Ok(())) }
}

/// Begins the void of a sale or of a completion; see `annul_terminal_begin_sale`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_begin_void(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    what: *const annul_void,
    room: usize,
    begun: *mut annul_begun,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { begin_void(terminal, now, what, room, begun, |_| Ok(())) }
}

/// Begins a sign-in: working keys and the batch number.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_sign_in(
    terminal: *mut annul_terminal,
    now: *const annul_now,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            Ok(running.terminal.sign_in(now)?)
        })
    }
}

/// Begins an echo test: is the host there?
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_echo(
    terminal: *mut annul_terminal,
    now: *const annul_now,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            Ok(running.terminal.echo(now)?)
        })
    }
}

/// Begins to work through everything that is left, parked reversals too.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_recover(
    terminal: *mut annul_terminal,
    now: *const annul_now,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            Ok(running.terminal.recover(now)?)
        })
    }
}

/// Begins to settle the batch 批结算, or goes on with a settlement that was begun.
/// `room` is how many more records are sure to fit the journal. The notice is
/// `ANNUL_NOTICE_KIND_BATCH_CLOSED`, or `_NOT_SETTLED`: then no transaction is taken
/// until it is settled again. With `ANNUL_STATUS_REVERSAL_PENDING` recover first.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_settle(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    room: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            Ok(running.terminal.settle(now, room)?)
        })
    }
}

/// Takes a supervisor's word on a parked transaction, or on a refund without an
/// outcome, by its request. `verdict`
/// is an `annul_verdict`; `note` may be null.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_resolve(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    request: *const c_char,
    supervisor: *const c_char,
    verdict: i32,
    note: *const c_char,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            let resolution = Resolution {
                request: RequestId::new(text(request)?)?.tag(),
                by: code(text(supervisor)?, OperatorId::new)?,
                verdict: match verdict {
                    1 => Verdict::Approved,
                    2 => Verdict::Reversed,
                    _ => return Err(annul_status::Range.into()),
                },
                note: VoidNote::new(text_or_none(note)?.unwrap_or_default())?,
            };
            running.terminal.resolve(now, &resolution)?;
            Ok(())
        })
    }
}

/// The operator wants the exchange undone, if it still can be.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_cancel(
    terminal: *mut annul_terminal,
    now: *const annul_now,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { happened(terminal, now, Input::Cancel) }
}

/// Time went by; due at `annul_standing.deadline` at the latest.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_tick(
    terminal: *mut annul_terminal,
    now: *const annul_now,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { happened(terminal, now, Input::Tick) }
}

/// Begins a sale; `present` has the last word on its card.
pub(crate) unsafe fn begin_sale(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    sale: *const annul_sale,
    room: usize,
    begun: *mut annul_begun,
    present: impl FnOnce(&mut Sale) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        begin_payment(
            terminal,
            now,
            sale,
            room,
            begun,
            Machine::begin_sale,
            present,
        )
    }
}

/// Begins what takes or holds an amount.
pub(crate) unsafe fn begin_payment(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    sale: *const annul_sale,
    room: usize,
    begun: *mut annul_begun,
    door: impl FnOnce(&mut Machine, Now, Sale, usize) -> Result<Begun, Refusal>,
    present: impl FnOnce(&mut Sale) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        order(terminal, now, begun, |running, now| {
            let sale = take(sale)?;
            check_size::<annul_sale>(sale.struct_size)?;
            let card = card(sale.track2, sale.pan, sale.expiry)?;
            let mut sale = Sale {
                request: RequestId::new(text(sale.request)?)?,
                amount: Amount::new(sale.amount)?,
                card: card.ok_or(annul_status::Pan)?,
                pin: pin(sale.pin)?,
            };
            present(&mut sale)?;
            Ok(door(&mut running.terminal, now, sale, room)?)
        })
    }
}

/// Begins a void; `present` has the last word on its card.
pub(crate) unsafe fn begin_void(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    what: *const annul_void,
    room: usize,
    begun: *mut annul_begun,
    present: impl FnOnce(&mut Void) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        order(terminal, now, begun, |running, now| {
            let what = take(what)?;
            check_size::<annul_void>(what.struct_size)?;
            let mut void = Void {
                request: RequestId::new(text(what.request)?)?,
                original: Trace::new(what.original)?,
                card: card(what.track2, what.pan, what.expiry)?,
                pin: pin(what.pin)?,
                supervisor: code(text(what.supervisor)?, OperatorId::new)?,
                reason: VoidReason::new(text(what.reason)?)?,
                note: VoidNote::new(text_or_none(what.note)?.unwrap_or_default())?,
            };
            present(&mut void)?;
            Ok(running.terminal.begin_void(now, void, room)?)
        })
    }
}

/// Something that is no answer to a question.
unsafe fn happened(
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

/// Works on a running terminal at a time.
pub(crate) unsafe fn command(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    work: impl FnOnce(&mut Running, Now) -> Done,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        boundary::with(terminal, |till| {
            let (running, now) = ready(till, now)?;
            work(running, now)
        })
    }
}

/// Not inlined: every command begins with it.
#[inline(never)]
unsafe fn ready(
    till: &mut Till,
    now: *const annul_now,
) -> Result<(&mut Running, Now), annul_fault> {
    // SAFETY: the caller's own promises.
    Ok((till.running()?, moment(unsafe { take(now) }?)?))
}

pub(crate) unsafe fn order(
    terminal: *mut annul_terminal,
    now: *const annul_now,
    begun: *mut annul_begun,
    work: impl FnOnce(&mut Running, Now) -> Result<Begun, annul_fault>,
) -> annul_status {
    // SAFETY: the caller's own promises. The place of the result is tried
    // first, so that nothing is begun whose result cannot be told.
    unsafe {
        command(terminal, now, |running, now| {
            give(begun, annul_begun { known: 0, entry: 0 })?;
            match work(running, now)? {
                Begun::New => Ok(()),
                Begun::Known(seq) => give(
                    begun,
                    annul_begun {
                        known: 1,
                        entry: seq.0,
                    },
                ),
            }
        })
    }
}

pub(crate) fn moment(now: &annul_now) -> Result<Now, annul_fault> {
    let date = (now.year, now.month, now.day);
    let time = (now.hour, now.minute, now.second);
    let civil = if (date, time) == ((0, 0, 0), (0, 0, 0)) {
        Civil::UNKNOWN
    } else {
        Civil::new(date, time).ok_or(annul_status::Civil)?
    };
    Ok(Now {
        millis: Millis(now.millis),
        civil,
    })
}

pub(crate) fn check_size<T>(struct_size: u32) -> Done {
    if struct_size as usize == size_of::<T>() {
        Ok(())
    } else {
        Err(annul_status::StructSize.into())
    }
}

pub(crate) fn pin(number: i32) -> Result<PinWanted, annul_fault> {
    match number {
        0 => Ok(PinWanted::No),
        1 => Ok(PinWanted::Yes),
        _ => Err(annul_status::Range.into()),
    }
}

pub(crate) unsafe fn card(
    track2: *const c_char,
    pan: *const c_char,
    expiry: *const c_char,
) -> Result<Option<Card>, annul_fault> {
    // SAFETY: the caller's own promises.
    let (track2, pan, expiry) = unsafe {
        (
            text_or_none(track2)?,
            text_or_none(pan)?,
            text_or_none(expiry)?,
        )
    };
    Ok(match (track2, pan) {
        (Some(track), None) => Some(Card::Swiped(Track2::parse(track)?)),
        (None, Some(pan)) => Some(Card::Keyed(CardOnFile {
            pan: Pan::parse(pan)?,
            expiry: expiry.map(Expiry::parse).transpose()?,
        })),
        (None, None) => None,
        (Some(_), Some(_)) => return Err(annul_status::Pan.into()),
    })
}
