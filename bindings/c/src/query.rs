//! How the terminal and its transactions stand.

use crate::action::put;
use crate::boundary::{self, give, text};
use crate::memory::annul_terminal;
use crate::status::{annul_fault, annul_status};
use annul::engine::State;
use annul::journal::Seq;
use annul::ledger::{Entry, Ledger, Outcome, Status, Undoing};
use annul::transaction::{Kind, RequestId, Trace};
use core::ffi::c_char;

/// How the terminal stands.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_standing {
    /// 1 where nothing is under way.
    pub idle: i32,
    /// 1 where, beside, nothing is left to be reversed or confirmed.
    pub recovered: i32,
    /// 1 once signed in, until the host wants it done again.
    pub signed_in: i32,
    /// 1 where the journal failed: initialise anew and replay.
    pub faulted: i32,
    /// 1 where `deadline` says something.
    pub waits: i32,
    /// The open batch.
    pub batch: u32,
    /// How many transactions the ledger holds.
    pub entries: u32,
    /// Frames that came and were not for what was awaited.
    pub late: u32,
    /// When `annul_terminal_tick` is due, on the clock of `annul_now.millis`.
    pub deadline: u64,
}

/// What kind of transaction it is.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum annul_kind {
    /// Sale 消费.
    Sale = 0,
    /// Sale void 消费撤销.
    Void = 1,
    /// Pre-authorization 预授权.
    Preauthorization = 2,
    /// Void of a pre-authorization 预授权撤销.
    PreauthorizationVoid = 3,
    /// Completion 预授权完成.
    Completion = 4,
    /// Void of a completion 预授权完成撤销.
    CompletionVoid = 5,
    /// Refund 退货.
    Refund = 6,
    /// Balance inquiry 余额查询: it leaves no record.
    BalanceInquiry = 7,
}

/// How a transaction stands.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum annul_entry_status {
    /// Recorded, and its outcome is not.
    Pending = 0,
    /// The host approved.
    Approved = 1,
    /// A sale whose void is under way.
    VoidPending = 2,
    /// A sale that was voided.
    Voided = 3,
    /// The host declined.
    Declined = 4,
    /// It never left the terminal.
    NotSent = 5,
    /// It is being reversed.
    Reversing = 6,
    /// The host knew nothing of it; to be asked once more.
    Provisional = 7,
    /// It is being asked once more.
    Confirming = 8,
    /// The attempts are used up; kept and tried again later.
    Parked = 9,
    /// Undone.
    Reversed = 10,
    /// A supervisor found that it stands.
    ResolvedApproved = 11,
    /// A supervisor found that it was undone.
    ResolvedReversed = 12,
    /// A pre-authorization whose completion is under way.
    CompletionPending = 13,
    /// A pre-authorization that was completed.
    Completed = 14,
    /// A refund without an outcome: ask the acquirer, then resolve it.
    Unresolved = 15,
}

/// What a transaction came to: what a cashier acts on.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum annul_outcome {
    /// The host approved.
    Approved = 1,
    /// The host declined; nothing happened.
    Declined = 2,
    /// The request never left; nothing happened.
    NotSent = 3,
    /// It was not known, and the terminal is undoing it: no goods, no money.
    Undoing = 4,
    /// It was not known, and it is undone.
    Undone = 5,
    /// It was not known and could not be undone yet: call the acquirer.
    Parked = 6,
    /// A refund whose outcome is not known: do not repeat it, call the acquirer.
    Unresolved = 7,
}

/// One transaction.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_entry {
    /// Its number: that of its intent in the journal.
    pub entry: u32,
    /// The number of the transaction it undoes or claims; else 0.
    pub original: u32,
    /// Field 11.
    pub trace: u32,
    /// Field 60.2.
    pub batch: u32,
    /// Minor units.
    pub amount: u64,
    /// Its kind.
    pub kind: annul_kind,
    /// How it stands.
    pub status: annul_entry_status,
    /// What it came to.
    pub outcome: annul_outcome,
    /// 1 where the host did not find this sale when it was to be voided.
    pub discrepancy: i32,
    /// First six and last four digits.
    pub card: [c_char; 20],
    /// Field 37, or empty.
    pub reference: [c_char; 13],
    /// Field 38, or empty.
    pub authorization: [c_char; 7],
    /// Field 39, or empty.
    pub code: [c_char; 3],
    /// The date on its slip, MMDD, or empty: a completion or a refund may have to
    /// quote it.
    pub date: [c_char; 5],
}

/// One thing that might be done about a transaction.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_option {
    /// What would be done.
    pub kind: annul_kind,
    /// `ANNUL_STATUS_OK` where it can be, else why the command would be refused: an
    /// `annul_status`.
    pub status: i32,
}

/// What the batch adds up to.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_totals {
    /// Sales and completions that took place, voided later or not.
    pub debit_count: u32,
    /// Voids and refunds that took place.
    pub credit_count: u32,
    /// The sum of the debits, in minor units.
    pub debit: u64,
    /// The sum of the credits, in minor units.
    pub credit: u64,
}

/// How the terminal stands.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_standing(
    terminal: *const annul_terminal,
    standing: *mut annul_standing,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::look(terminal, |till| {
            let terminal = &till.ran()?.terminal;
            let (ledger, deadline) = (terminal.ledger(), terminal.deadline());
            let stands = annul_standing {
                idle: i32::from(terminal.is_idle()),
                recovered: i32::from(terminal.is_recovered()),
                signed_in: i32::from(ledger.signed_in()),
                faulted: i32::from(matches!(terminal.state(), State::Faulted)),
                waits: i32::from(deadline.is_some()),
                batch: ledger.batch().number(),
                entries: ledger.entries().len() as u32,
                late: terminal.late(),
                deadline: deadline.map_or(u64::MAX, |due| due.0),
            };
            give(standing, stands)
        })
    }
}

/// The transaction at a place of the ledger, 0 for the oldest.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_entry_at(
    terminal: *const annul_terminal,
    index: usize,
    entry: *mut annul_entry,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { find(terminal, entry, |ledger| Ok(ledger.entries().get(index))) }
}

/// The transaction of a number.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_entry(
    terminal: *const annul_terminal,
    number: u32,
    entry: *mut annul_entry,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { find(terminal, entry, |ledger| Ok(ledger.entry(Seq(number)))) }
}

/// The transaction of a request id, also after a restart.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_entry_by_request(
    terminal: *const annul_terminal,
    request: *const c_char,
    entry: *mut annul_entry,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        find(terminal, entry, |ledger| {
            let request = RequestId::new(text(request)?)?;
            Ok(ledger.by_request(request.tag()))
        })
    }
}

/// The newest transaction of a trace.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_entry_by_trace(
    terminal: *const annul_terminal,
    trace: u32,
    entry: *mut annul_entry,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        find(terminal, entry, |ledger| {
            Ok(ledger.by_trace(Trace::new(trace)?))
        })
    }
}

/// What may be done about the newest transaction of a trace, and why not, by the
/// guards that the command itself will meet; nothing is begun. `index` counts from
/// 0; `ANNUL_STATUS_NOT_FOUND` after the last. `room` is how many more records are
/// sure to fit the journal.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_option_at(
    terminal: *const annul_terminal,
    trace: u32,
    room: usize,
    index: usize,
    option: *mut annul_option,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::look(terminal, |till| {
            let mut options = till.ran()?.terminal.options(Trace::new(trace)?, room)?;
            let choice = options.nth(index).ok_or(annul_status::NotFound)?;
            let refused = choice.refusal.map_or(annul_status::Ok, annul_status::from);
            let told = annul_option {
                kind: kind(choice.kind),
                status: refused as i32,
            };
            give(option, told)
        })
    }
}

/// What the batch adds up to.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_totals(
    terminal: *const annul_terminal,
    totals: *mut annul_totals,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::look(terminal, |till| {
            let sums = till.ran()?.terminal.ledger().totals().all();
            let told = annul_totals {
                debit_count: sums.debit.count,
                credit_count: sums.credit.count,
                debit: sums.debit.amount,
                credit: sums.credit.amount,
            };
            give(totals, told)
        })
    }
}

unsafe fn find(
    terminal: *const annul_terminal,
    place: *mut annul_entry,
    search: impl FnOnce(&Ledger<crate::setup::Table>) -> Result<Option<&Entry>, annul_fault>,
) -> annul_status {
    // SAFETY: the caller's own promises.
    unsafe {
        boundary::look(terminal, |till| {
            let found = search(till.ran()?.terminal.ledger())?;
            give(place, flat(found.ok_or(annul_status::NotFound)?))
        })
    }
}

fn flat(entry: &Entry) -> annul_entry {
    let mut flat = annul_entry {
        entry: entry.seq().0,
        original: entry.original().map_or(0, |seq| seq.0),
        trace: entry.trace().number(),
        batch: entry.batch().number(),
        amount: entry.amount().minor(),
        kind: kind(entry.kind()),
        status: status(entry.status()),
        outcome: outcome(entry.outcome()),
        discrepancy: i32::from(entry.discrepancy()),
        card: card(entry),
        reference: [0; 13],
        authorization: [0; 7],
        code: [0; 3],
        date: [0; 5],
    };
    if let Some(reference) = entry.reference() {
        put(&mut flat.reference, reference.bytes());
    }
    if let Some(authorization) = entry.authorization() {
        put(&mut flat.authorization, authorization.bytes());
    }
    if let Some(code) = entry.code() {
        put(&mut flat.code, code.bytes());
    }
    if let Some(date) = entry.date() {
        put(&mut flat.date, &date);
    }
    flat
}

fn kind(kind: Kind) -> annul_kind {
    match kind {
        Kind::Sale => annul_kind::Sale,
        Kind::Void => annul_kind::Void,
        #[cfg(feature = "kinds")]
        Kind::PreAuthorization => annul_kind::Preauthorization,
        #[cfg(feature = "kinds")]
        Kind::PreAuthorizationVoid => annul_kind::PreauthorizationVoid,
        #[cfg(feature = "kinds")]
        Kind::Completion => annul_kind::Completion,
        #[cfg(feature = "kinds")]
        Kind::CompletionVoid => annul_kind::CompletionVoid,
        #[cfg(feature = "kinds")]
        Kind::Refund => annul_kind::Refund,
        #[cfg(feature = "kinds")]
        Kind::BalanceInquiry => annul_kind::BalanceInquiry,
    }
}

fn status(status: Status) -> annul_entry_status {
    match status {
        Status::Pending => annul_entry_status::Pending,
        Status::Approved => annul_entry_status::Approved,
        Status::VoidPending => annul_entry_status::VoidPending,
        Status::Voided => annul_entry_status::Voided,
        #[cfg(feature = "kinds")]
        Status::CompletionPending => annul_entry_status::CompletionPending,
        #[cfg(feature = "kinds")]
        Status::Completed => annul_entry_status::Completed,
        Status::Declined => annul_entry_status::Declined,
        Status::NotSent => annul_entry_status::NotSent,
        Status::Reversing => annul_entry_status::Reversing,
        Status::Provisional => annul_entry_status::Provisional,
        Status::Confirming => annul_entry_status::Confirming,
        Status::Parked => annul_entry_status::Parked,
        #[cfg(feature = "kinds")]
        Status::Unresolved => annul_entry_status::Unresolved,
        Status::Reversed => annul_entry_status::Reversed,
        Status::ResolvedApproved => annul_entry_status::ResolvedApproved,
        Status::ResolvedReversed => annul_entry_status::ResolvedReversed,
    }
}

fn outcome(outcome: Outcome) -> annul_outcome {
    match outcome {
        Outcome::Approved => annul_outcome::Approved,
        Outcome::Declined => annul_outcome::Declined,
        Outcome::NotSent => annul_outcome::NotSent,
        Outcome::Unknown(Undoing::Pending) => annul_outcome::Undoing,
        Outcome::Unknown(Undoing::Done) => annul_outcome::Undone,
        Outcome::Unknown(Undoing::Parked) => annul_outcome::Parked,
        #[cfg(feature = "kinds")]
        Outcome::Unknown(Undoing::Never) => annul_outcome::Unresolved,
    }
}

/// The masked number as text. Its packed form is used, because formatting
/// would cost more flash than the whole query.
fn card(entry: &Entry) -> [c_char; 20] {
    let [bcd @ .., len] = entry.card().to_bytes();
    let len = usize::from(len).min(19);
    let digit = |index: usize| {
        let byte = bcd.get(index / 2).copied().unwrap_or_default();
        b'0' + if index.is_multiple_of(2) {
            byte >> 4
        } else {
            byte & 15
        }
    };
    let mut text = [0; 20];
    for (place, character) in text[..len].iter_mut().enumerate() {
        *character = c_char::from_ne_bytes([match place {
            0..6 => digit(place),
            _ if place + 4 >= len => digit(place + 10 - len),
            _ => b'*',
        }]);
    }
    text
}
