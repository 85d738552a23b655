//! Making a terminal: what it is, the memory it may use, its journal.

use crate::boundary::{self, Done, bytes, elements, give, take, text};
use crate::memory::{annul_row, annul_terminal};
use crate::status::{annul_fault, annul_status};
use annul::engine::Settings;
use annul::frame::{Header, Tpdu};
use annul::journal::Replay;
use annul::ledger::{Entry, Ledger};
use annul::message::{KeyRequest, Station};
use annul::profile::UNIONPAY_POS;
use annul::terminal::Terminal;
use annul::transaction::{Amount, CodeError, MerchantId, OperatorId, TerminalId};
use core::ffi::c_char;

/// Which working keys a sign-in asks for (field 60.3).
#[repr(i32)]
pub enum annul_key_request {
    /// 001: PIN and MAC keys of single length.
    Single = 1,
    /// 003: a PIN key of double length and a MAC key.
    Double = 3,
    /// 004: the same and a track key.
    DoubleWithTrack = 4,
}

/// What a terminal is made of. `annul_config_init` fills in the usual values;
/// those that are marked required are left to the caller.
#[repr(C)]
pub struct annul_config {
    /// `sizeof(annul_config)`, filled in by `annul_config_init`.
    pub struct_size: u32,
    /// An `annul_key_request`.
    pub key_request: i32,
    /// Required: field 41, 8 characters.
    pub terminal: *const c_char,
    /// Required: field 42, 15 characters.
    pub merchant: *const c_char,
    /// Required: who is signed in, 2 characters.
    pub operator_id: *const c_char,
    /// Required: the ledger's table. It holds as many transactions as it has
    /// rows.
    pub rows: *mut annul_row,
    /// Required: how many rows.
    pub row_count: usize,
    /// Required: a buffer for messages that go out; 1024 bytes are enough.
    pub outgoing: *mut u8,
    /// Required: a buffer for messages that come in.
    pub incoming: *mut u8,
    /// Required: bytes of each of the two buffers.
    pub buffer_size: usize,
    /// The addresses of the line.
    pub tpdu: [u8; 5],
    /// The six bytes before each message.
    pub header: [u8; 6],
    /// 1 where a power loss may leave a part of a record in the journal, which
    /// is then cut off; 0 where the store keeps a record whole or not at all,
    /// so that a damaged last record is an error.
    pub journal_tears: i32,
    /// Milliseconds that an answer may take, connecting included.
    pub response_timeout: u32,
    /// Milliseconds before the second attempt of a reversal.
    pub reversal_backoff: u32,
    /// Milliseconds before "not found" is confirmed.
    pub guard: u32,
    /// Milliseconds between attempts at parked reversals.
    pub park_interval: u32,
    /// How often a reversal is sent before it is parked.
    pub reversal_attempts: u32,
    /// With so many parked, new transactions are refused.
    pub parked_limit: u32,
    /// The largest amount, in minor units.
    pub amount_limit: u64,
    /// The largest refund, in minor units.
    pub refund_limit: u64,
}

/// The ledger over the caller's table.
pub(crate) type Table = &'static mut [Entry];
/// A buffer of the caller.
pub(crate) type Buffer = &'static mut [u8];

/// The terminal over the caller's memory.
pub(crate) type Machine = Terminal<Table, Buffer>;

/// What `annul_terminal` holds.
#[allow(
    clippy::large_enum_variant,
    reason = "there is one, in memory of a fixed size"
)]
pub(crate) enum Till {
    /// The journal is being read.
    Replaying(Option<Reading>),
    /// It was read.
    Running(Running),
}

/// A terminal before its journal was read.
pub(crate) struct Reading {
    ledger: Ledger<Table>,
    replay: Replay,
    station: Station,
    settings: Settings,
    operator: OperatorId,
    buffers: [Buffer; 2],
}

/// A terminal at work.
pub(crate) struct Running {
    pub(crate) terminal: Machine,
    /// The question that was handed out last, and of which kind it is.
    pub(crate) asked: Option<(u32, crate::action::annul_action_kind)>,
}

impl Till {
    pub(crate) fn running(&mut self) -> Result<&mut Running, annul_fault> {
        match self {
            Self::Running(running) => Ok(running),
            Self::Replaying(_) => Err(annul_status::WrongPhase.into()),
        }
    }

    pub(crate) fn ran(&self) -> Result<&Running, annul_fault> {
        match self {
            Self::Running(running) => Ok(running),
            Self::Replaying(_) => Err(annul_status::WrongPhase.into()),
        }
    }
}

/// Fills in the usual values. `size` is `sizeof(annul_config)`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_config_init(config: *mut annul_config, size: usize) -> annul_status {
    boundary::call(|| {
        if size != size_of::<annul_config>() {
            return Err(annul_status::StructSize.into());
        }
        // SAFETY: see `boundary`.
        unsafe { give(config, usual()) }
    })
}

fn usual() -> annul_config {
    let settings = Settings::DEFAULT;
    annul_config {
        struct_size: size_of::<annul_config>() as u32,
        key_request: annul_key_request::DoubleWithTrack as i32,
        terminal: core::ptr::null(),
        merchant: core::ptr::null(),
        operator_id: core::ptr::null(),
        rows: core::ptr::null_mut(),
        row_count: 0,
        outgoing: core::ptr::null_mut(),
        incoming: core::ptr::null_mut(),
        buffer_size: 0,
        tpdu: [0x60, 0x00, 0x03, 0x00, 0x00],
        header: [0x60, 0x31, 0x00, 0x00, 0x00, 0x00],
        journal_tears: 1,
        response_timeout: settings.response_timeout as u32,
        reversal_backoff: settings.reversal_backoff as u32,
        guard: settings.guard as u32,
        park_interval: settings.park_interval as u32,
        reversal_attempts: u32::from(settings.reversal_attempts),
        parked_limit: u32::from(settings.parked_limit),
        amount_limit: settings.amount_limit.minor(),
        refund_limit: settings.refund_limit.minor(),
    }
}

/// Makes a terminal in the caller's memory. Then its journal is replayed, from
/// the first record to the last, and `annul_terminal_start` called.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_init(
    terminal: *mut annul_terminal,
    config: *const annul_config,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::place(terminal, || {
            Ok(Till::Replaying(Some(reading(take(config)?)?)))
        })
    }
}

fn reading(config: &annul_config) -> Result<Reading, annul_fault> {
    if config.struct_size as usize != size_of::<annul_config>() {
        return Err(annul_status::StructSize.into());
    }
    // SAFETY: see `boundary`; a row is as large and aligned as an entry at
    // least (`memory`), and each is written before it is an entry.
    let table = unsafe {
        let rows = elements(config.rows, config.row_count)?;
        let first: *mut Entry = rows.as_mut_ptr().cast();
        for index in 0..rows.len() {
            first.add(index).write(Entry::EMPTY);
        }
        core::slice::from_raw_parts_mut(first, rows.len())
    };
    // SAFETY: see `boundary`.
    let buffers = unsafe {
        [
            elements(config.outgoing, config.buffer_size)?,
            elements(config.incoming, config.buffer_size)?,
        ]
    };
    let replay = match config.journal_tears {
        0 => Replay::new(true),
        1 => Replay::new(false),
        _ => return Err(annul_status::Range.into()),
    };
    Ok(Reading {
        ledger: Ledger::new(table, &UNIONPAY_POS),
        replay,
        station: station(config)?,
        settings: settings(config)?,
        // SAFETY: see `boundary`.
        operator: code(unsafe { text(config.operator_id) }?, OperatorId::new)?,
        buffers,
    })
}

fn station(config: &annul_config) -> Result<Station, annul_fault> {
    // SAFETY: see `boundary`.
    let (terminal, merchant) = unsafe { (text(config.terminal)?, text(config.merchant)?) };
    Ok(Station {
        terminal: code(terminal, TerminalId::new)?,
        merchant: code(merchant, MerchantId::new)?,
        tpdu: Tpdu::new(config.tpdu),
        header: Header::new(config.header),
        key_request: match config.key_request {
            1 => KeyRequest::Single,
            3 => KeyRequest::Double,
            4 => KeyRequest::DoubleWithTrack,
            _ => return Err(annul_status::Range.into()),
        },
    })
}

fn settings(config: &annul_config) -> Result<Settings, annul_fault> {
    let small = |number: u32| u8::try_from(number).map_err(|_| annul_status::Range);
    Ok(Settings {
        response_timeout: u64::from(config.response_timeout),
        reversal_attempts: small(config.reversal_attempts)?,
        reversal_backoff: u64::from(config.reversal_backoff),
        guard: u64::from(config.guard),
        park_interval: u64::from(config.park_interval),
        parked_limit: small(config.parked_limit)?,
        amount_limit: Amount::new(config.amount_limit)?,
        refund_limit: Amount::new(config.refund_limit)?,
    })
}

/// A code of fixed length.
pub(crate) fn code<T>(
    text: &str,
    new: impl FnOnce(&[u8]) -> Result<T, CodeError>,
) -> Result<T, annul_fault> {
    new(text.as_bytes()).map_err(|_| annul_status::Code.into())
}

/// Takes the next record of the journal, oldest first.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_replay(
    terminal: *mut annul_terminal,
    record: *const u8,
    length: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::with(terminal, |till| {
            let record = bytes(record, length)?;
            let Till::Replaying(Some(reading)) = till else {
                return Err(annul_status::WrongPhase.into());
            };
            Ok(reading.ledger.replay(&mut reading.replay, record)?)
        })
    }
}

/// Ends the replay and begins: what the last run left unfinished is finished
/// first. Actions wait for `annul_terminal_poll`. Called again where the keys
/// of the journal were refused.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_start(terminal: *mut annul_terminal) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { boundary::with(terminal, begin) }
}

fn begin(till: &mut Till) -> Done {
    if let Till::Replaying(reading) = till {
        let reading = reading.take().ok_or(annul_status::WrongPhase)?;
        let Reading {
            mut ledger,
            replay,
            station,
            settings,
            operator,
            buffers,
        } = reading;
        ledger.replayed(replay)?;
        *till = Till::Running(Running {
            terminal: Terminal::new(ledger, station, settings, operator, buffers)?,
            asked: None,
        });
    }
    till.running()?.terminal.start();
    Ok(())
}

/// Ends a terminal: its memory, with all it may hold of a card, is wiped. The
/// journal is not touched.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_wipe(terminal: *mut annul_terminal) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { boundary::wipe(terminal) }
}

/// The last call that failed, in more words than its number.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_terminal_last_error(
    terminal: *const annul_terminal,
    fault: *mut annul_fault,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { boundary::last_error(terminal, fault) }
}
