//! What is to be done, as one flat structure.

use crate::boundary::{self, fresh};
use crate::memory::annul_terminal;
use crate::setup::Running;
use crate::status::annul_status;
use annul::engine::Notice;
use annul::ledger::Stage;
use annul::terminal::{Action, News};
use core::ffi::c_char;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum annul_action_kind {
    /// Nothing: wait for bytes or for the deadline.
    None = 0,
    /// Append `data` to the journal as record `id`, durable before the answer
    /// `annul_terminal_persisted` or `annul_terminal_persist_failed`.
    Persist = 1,
    /// Read record `seq`; answer with `annul_terminal_recalled`.
    Recall = 2,
    /// Take a PIN and encrypt it with the card number in `data`; answer with
    /// `annul_terminal_pin_block`.
    EncryptPin = 3,
    /// Seal the card number in `data` and `expiry` under `nonce`; answer with
    /// `annul_terminal_sealed`.
    SealCard = 4,
    /// Open the sealed card in `data`; answer with `annul_terminal_opened`.
    OpenCard = 5,
    /// Compute the MAC over `data`; answer with `annul_terminal_mac`.
    Mac = 6,
    /// Load the working keys in `data`, field 62 as the host sent it; answer
    /// with `annul_terminal_keys_loaded`.
    LoadKeys = 7,
    /// Connect to the host as link `id`; answer with
    /// `annul_terminal_connected` or `annul_terminal_down`.
    Connect = 8,
    /// Send `data` on link `id`; answer with `annul_terminal_sent` or
    /// `annul_terminal_down`.
    Send = 9,
    /// End link `id`. Not answered.
    Close = 10,
    /// Tell the operator what `notice` says. Not answered.
    Notify = 11,
}

/// What the operator is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum annul_notice_kind {
    /// Nothing.
    None = 0,
    /// `entry` has its outcome, or is being reversed: ask for the entry.
    Outcome = 1,
    /// The reversal of `entry` is being sent, for the `attempt`th time.
    Reversing = 2,
    /// The next attempt for `entry` waits until `until`.
    Waiting = 3,
    /// Signing in again, because the host asks for it.
    SigningIn = 4,
    /// Signed in, to `batch`.
    SignedIn = 5,
    /// Not signed in; `code` where the host gave one.
    SignInFailed = 6,
    /// The host answered the echo test.
    EchoAnswered = 7,
    /// It did not.
    EchoFailed = 8,
    /// The reversal of `entry` is parked: call the acquirer.
    Attention = 9,
    /// The journal did not take a record; initialise anew and replay.
    StorageFault = 10,
    /// A command that had begun was given up because of `status`; nothing was
    /// sent.
    Refused = 11,
    /// The security module does not take the keys, because of `status`.
    KeysRefused = 12,
    /// A balance inquiry was answered: `code` where the host gave one that can be
    /// believed, `balance` where `balance_known`.
    Balance = 13,
    /// The totals of the batch are being compared.
    Comparing = 14,
    /// They are equal.
    Balanced = 15,
    /// They are not: the details are being sent.
    Uploading = 16,
    /// The batch is settled; `batch` is open now.
    BatchClosed = 17,
    /// The settlement did not come to its end, `code` where the host refused:
    /// settle again, later.
    NotSettled = 18,
}

/// News for the operator.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct annul_notice {
    /// An `annul_notice_kind`.
    pub kind: i32,
    /// Why, where something was refused: an `annul_status`.
    pub status: i32,
    /// The transaction, by the number of its intent.
    pub entry: u32,
    /// 1 for the first.
    pub attempt: u32,
    /// The batch.
    pub batch: u32,
    /// Field 39 of the host with a NUL, or empty.
    pub code: [c_char; 3],
    /// On the clock of `annul_now.millis`.
    pub until: u64,
    /// 1 where the host told a balance.
    pub balance_known: i32,
    /// Minor units, below zero where the holder owes them.
    pub balance: i64,
}

/// Something to be done. `data` points into the terminal and holds until the
/// next call with it.
#[repr(C)]
pub struct annul_action {
    /// What: an `annul_action_kind`.
    pub kind: i32,
    /// The number of the record, question or link, to be quoted in the answer.
    pub id: u32,
    /// The record to be read.
    pub seq: u32,
    /// Bytes; what they are stands with the kind.
    pub data: *const u8,
    /// How many.
    pub length: usize,
    /// YYMM with a NUL, or empty.
    pub expiry: [c_char; 5],
    /// Batch and trace.
    pub nonce: [u8; 6],
    /// What to tell.
    pub notice: annul_notice,
}

impl annul_action {
    const NONE: Self = Self {
        kind: annul_action_kind::None as i32,
        id: 0,
        seq: 0,
        data: core::ptr::null(),
        length: 0,
        expiry: [0; 5],
        nonce: [0; 6],
        notice: annul_notice::NONE,
    };
}

impl annul_notice {
    const NONE: Self = Self {
        kind: annul_notice_kind::None as i32,
        status: annul_status::Ok as i32,
        entry: 0,
        attempt: 0,
        batch: 0,
        code: [0; 3],
        until: 0,
        balance_known: 0,
        balance: 0,
    };
}

/// Gives the next thing to do; `ANNUL_ACTION_KIND_NONE` where the terminal
/// waits. Each is done before the next poll, in order.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_poll(
    terminal: *mut annul_terminal,
    action: *mut annul_action,
) -> annul_status {
    // SAFETY: see `boundary`. The place of the action is tried first, so that
    // none is lost.
    unsafe {
        boundary::with(terminal, |till| {
            let running = till.running()?;
            next(running, fresh(action, annul_action::NONE)?);
            Ok(())
        })
    }
}

fn next(running: &mut Running, place: &mut annul_action) {
    let Some(action) = running.terminal.poll() else {
        return;
    };
    if let Some(kind) = flat(&action, place) {
        running.asked = Some((place.id, kind));
    }
}

/// Writes an action as C sees it into one that is none; gives of which kind its
/// question is.
fn flat(action: &Action<'_>, flat: &mut annul_action) -> Option<annul_action_kind> {
    use annul_action_kind as kind;
    let (kind, id, data) = match action {
        Action::Persist { seq, record } => (kind::Persist, seq.0, *record),
        Action::Recall { job, .. } => (kind::Recall, job.number(), &[][..]),
        Action::EncryptPin { job, pan } => (kind::EncryptPin, job.number(), pan.reveal()),
        Action::SealCard { job, card, .. } => (kind::SealCard, job.number(), card.pan.reveal()),
        Action::OpenCard { job, card } => (kind::OpenCard, job.number(), &card.bytes()[..]),
        Action::Mac { job, message } => (kind::Mac, job.number(), *message),
        Action::LoadKeys { job, keys } => (kind::LoadKeys, job.number(), keys.bytes()),
        Action::Connect { link } => (kind::Connect, link.number(), &[][..]),
        Action::Send { link, frame } => (kind::Send, link.number(), *frame),
        Action::Close { link } => (kind::Close, link.number(), &[][..]),
        Action::Notify(_) => (kind::Notify, 0, &[][..]),
    };
    flat.kind = kind as i32;
    flat.id = id;
    flat.data = data.as_ptr();
    flat.length = data.len();
    match action {
        Action::Recall { seq, .. } => flat.seq = seq.0,
        Action::SealCard { card, nonce, .. } => {
            if let Some(date) = &card.expiry {
                put(&mut flat.expiry, date.digits());
            }
            flat.nonce = *nonce;
        }
        Action::Notify(news) => tell(news, &mut flat.notice),
        _ => {}
    }
    match kind {
        kind::Recall
        | kind::EncryptPin
        | kind::SealCard
        | kind::OpenCard
        | kind::Mac
        | kind::LoadKeys => Some(kind),
        _ => None,
    }
}

fn tell(news: &News, notice: &mut annul_notice) {
    use annul_notice_kind as kind;
    let (kind, entry) = match *news {
        News::Refused(refusal) => {
            notice.status = annul_status::from(refusal) as i32;
            (kind::Refused, None)
        }
        News::KeysRefused(fault) => {
            notice.status = annul_status::from(fault) as i32;
            (kind::KeysRefused, None)
        }
        News::Notice(told) => match told {
            Notice::Outcome(entry) => (kind::Outcome, Some(entry)),
            Notice::Reversing { entry, attempt } => {
                notice.attempt = u32::from(attempt);
                (kind::Reversing, Some(entry))
            }
            Notice::Waiting { entry, until } => {
                notice.until = until.0;
                (kind::Waiting, Some(entry))
            }
            Notice::SigningIn => (kind::SigningIn, None),
            Notice::SignedIn(batch) => {
                notice.batch = batch.number();
                (kind::SignedIn, None)
            }
            Notice::SignInFailed(code) => {
                if let Some(code) = code {
                    put(&mut notice.code, code.bytes());
                }
                (kind::SignInFailed, None)
            }
            Notice::EchoAnswered => (kind::EchoAnswered, None),
            Notice::EchoFailed => (kind::EchoFailed, None),
            Notice::Attention(entry) => (kind::Attention, Some(entry)),
            #[cfg(feature = "kinds")]
            Notice::Balance { code, balance } => {
                if let Some(code) = code {
                    put(&mut notice.code, code.bytes());
                }
                if let Some(balance) = balance {
                    notice.balance = balance;
                    notice.balance_known = 1;
                }
                (kind::Balance, None)
            }
            Notice::Settling(stage) => (
                match stage {
                    Stage::Comparing => kind::Comparing,
                    Stage::Balanced => kind::Balanced,
                    Stage::Uploading(_) => kind::Uploading,
                },
                None,
            ),
            Notice::BatchClosed(next) => {
                notice.batch = next.number();
                (kind::BatchClosed, None)
            }
            Notice::NotSettled(code) => {
                if let Some(code) = code {
                    put(&mut notice.code, code.bytes());
                }
                (kind::NotSettled, None)
            }
            Notice::StorageFault => (kind::StorageFault, None),
        },
    };
    notice.kind = kind as i32;
    notice.entry = entry.map_or(0, |entry| entry.0);
}

/// Text into zeros, of which the last stays as a NUL; cut to what fits.
pub(crate) fn put(zeros: &mut [c_char], text: &[u8]) {
    let room = zeros.len().saturating_sub(1);
    for (place, byte) in zeros.iter_mut().take(room).zip(text) {
        *place = c_char::from_ne_bytes([*byte]);
    }
}
