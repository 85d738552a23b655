//! A security module made of code, for tests and for devices whose memory is
//! guarded. Real PINs want a PIN pad: then these actions go to it, and nothing
//! here is linked.

use crate::action::{annul_action, annul_action_kind as asked};
use crate::answer::answer;
use crate::begin::{annul_now, command};
use crate::boundary::{self, bytes, take, text};
use crate::cipher::{algorithm, key};
use crate::memory::{annul_softpad, annul_terminal};
use crate::status::{annul_fault, annul_status};
use annul::card::{Expiry, Pan, Pin};
use annul::crypto::{
    CardOnFile, MasterKey, SealedCard, SecurityFault, SecurityModule, SoftwareModule, WorkingKeys,
};
use annul::terminal::{Input, Job};
use core::ffi::c_char;

/// Makes a module that holds a master key. `mac_algorithm` is an
/// `annul_mac_algorithm`.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_softpad_init(
    pad: *mut annul_softpad,
    mac_algorithm: i32,
    master_key: *const u8,
    key_length: usize,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::place(pad, || {
            let algorithm = algorithm(mac_algorithm)?;
            let master = MasterKey::new(key(algorithm, bytes(master_key, key_length)?)?);
            Ok(SoftwareModule::new(master, algorithm))
        })
    }
}

/// The PIN for the next encryption, which wipes it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_softpad_enter_pin(
    pad: *mut annul_softpad,
    pin: *const c_char,
) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe {
        boundary::with(pad, |module| {
            module.enter_pin(Pin::parse(text(pin)?)?);
            Ok(())
        })
    }
}

/// Performs an action of the kinds from `ANNUL_ACTION_KIND_ENCRYPT_PIN` to
/// `ANNUL_ACTION_KIND_LOAD_KEYS` and answers the
/// terminal; `ANNUL_STATUS_NOT_FOR_SOFTPAD` for any other.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_softpad_perform(
    pad: *mut annul_softpad,
    terminal: *mut annul_terminal,
    now: *const annul_now,
    action: *const annul_action,
) -> annul_status {
    let mut done = None;
    // SAFETY: see `boundary`. The action's data point into the terminal, which
    // is not touched before the module is done with them.
    let performed = unsafe {
        boundary::with(pad, |module| {
            let action = take(action)?;
            let data = bytes(action.data, action.length)?;
            let kind = question(action.kind)?;
            done = Some((action.id, kind, perform(module, kind, action, data)?));
            Ok(())
        })
    };
    let Some((id, kind, done)) = done else {
        return performed;
    };
    // SAFETY: see `boundary`.
    unsafe {
        command(terminal, now, |running, now| {
            answer(running, now, (id, kind), |job| Ok(done.input(job)))
        })
    }
}

/// Ends a module: its memory, with the keys, is wiped.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn annul_softpad_wipe(pad: *mut annul_softpad) -> annul_status {
    // SAFETY: see `boundary`.
    unsafe { boundary::wipe(pad) }
}

/// What the module gave.
enum Performed {
    Pin(Result<[u8; 8], SecurityFault>),
    Sealed(Result<SealedCard, SecurityFault>),
    Opened(Result<CardOnFile, SecurityFault>),
    Mac(Result<annul::crypto::MacValue, SecurityFault>),
    Loaded(Result<(), SecurityFault>),
}

impl Performed {
    fn input(self, job: Job) -> Input<'static> {
        match self {
            Self::Pin(block) => Input::PinBlock(job, block),
            Self::Sealed(sealed) => Input::Sealed(job, sealed),
            Self::Opened(card) => Input::Opened(job, card),
            Self::Mac(mac) => Input::Mac(job, mac),
            Self::Loaded(loaded) => Input::KeysLoaded(job, loaded),
        }
    }
}

/// The kind of question that a number of C means.
fn question(number: i32) -> Result<asked, annul_fault> {
    const OURS: [asked; 5] = [
        asked::EncryptPin,
        asked::SealCard,
        asked::OpenCard,
        asked::Mac,
        asked::LoadKeys,
    ];
    let found = OURS.into_iter().find(|kind| *kind as i32 == number);
    found.ok_or_else(|| annul_status::NotForSoftpad.into())
}

fn perform(
    module: &mut SoftwareModule,
    kind: asked,
    action: &annul_action,
    data: &[u8],
) -> Result<Performed, annul_fault> {
    Ok(match kind {
        asked::EncryptPin => Performed::Pin(module.encrypt_pin(&Pan::from_digits(data)?)),
        asked::SealCard => Performed::Sealed(module.seal(&card(action, data)?, action.nonce)),
        asked::OpenCard => {
            let sealed = data.try_into().map_err(|_| annul_status::Range)?;
            Performed::Opened(module.open(&SealedCard::from_bytes(sealed)))
        }
        asked::Mac => Performed::Mac(module.mac(data)),
        asked::LoadKeys => Performed::Loaded(match WorkingKeys::decode(data) {
            Ok(keys) => module.load_working_keys(&keys),
            Err(error) => Err(error.into()),
        }),
        _ => return Err(annul_status::NotForSoftpad.into()),
    })
}

fn card(action: &annul_action, digits: &[u8]) -> Result<CardOnFile, annul_fault> {
    let expiry = match action.expiry {
        [0, ..] => None,
        [digits @ .., _] => {
            let digits = digits.map(|digit| digit.to_ne_bytes()[0]);
            let text = core::str::from_utf8(&digits).map_err(|_| annul_status::Expiry)?;
            Some(Expiry::parse(text)?)
        }
    };
    Ok(CardOnFile {
        pan: Pan::from_digits(digits)?,
        expiry,
    })
}
