//! The app's answers to questions: only one is open at a time, and only an
//! answer of its kind is taken for one.

use super::Machine;
use crate::code;
use crate::error::{Advice, AnnulError};
use crate::input::Input;
use crate::setup::{self, Keys};
use annul::card::{Expiry, Pan, Pin};
use annul::crypto::{CardOnFile, MacValue, SealedCard, SecurityFault, SecurityModule};
use annul::terminal::{self as core, Job, Now};
use zeroize::Zeroize;

/// The question that waits for the app.
#[derive(Default)]
pub(super) struct Question {
    open: Option<(Job, Asked)>,
}

/// What was asked.
pub(super) enum Asked {
    /// The PIN, for this card.
    EnterPin(Option<Pan>),
    EncryptPin,
    Mac,
    LoadKeys,
    Seal,
    Open,
}

impl Question {
    /// Opens the next question and gives its number. The core asks one thing
    /// at a time: what was open before is not asked any more.
    pub(super) fn ask(&mut self, job: Job, asked: Asked) -> i64 {
        self.open = Some((job, asked));
        job.number().into()
    }
}

impl Machine {
    /// Takes an answer. One to a question that is not open any more comes too
    /// late and is dropped; one of another kind is an error and leaves the
    /// question open.
    pub(super) fn take_answer(&mut self, now: Now, input: Input) -> Result<(), AnnulError> {
        let number = number(&input);
        if self.asks_for_track(number) {
            return self.take_track(input);
        }
        let open = (self.question.open).take_if(|(job, _)| i64::from(job.number()) == number);
        let Some((job, asked)) = open else {
            return Ok(());
        };
        match read(job, &asked, input, &mut self.keys) {
            Ok(event) => self.terminal.handle(now, event),
            Err(error) => {
                self.question.open = Some((job, asked));
                return Err(error);
            }
        }
        Ok(())
    }
}

fn number(input: &Input) -> i64 {
    match input {
        Input::PinEntered { question, .. }
        | Input::MacComputed { question, .. }
        | Input::PinEncrypted { question, .. }
        | Input::TrackEncrypted { question, .. }
        | Input::KeysLoaded { question }
        | Input::CardSealed { question, .. }
        | Input::CardOpened { question, .. }
        | Input::DeviceFailed { question, .. } => *question,
        Input::SignIn
        | Input::Echo
        | Input::Sale { .. }
        | Input::Void { .. }
        | Input::Preauthorize { .. }
        | Input::Hold { .. }
        | Input::Refund { .. }
        | Input::Balance { .. }
        | Input::Settle
        | Input::Recover
        | Input::Resolve { .. }
        | Input::Cancel
        | Input::Tick
        | Input::Connected { .. }
        | Input::Sent { .. }
        | Input::Received { .. }
        | Input::Down { .. } => 0,
    }
}

fn read(
    job: Job,
    asked: &Asked,
    input: Input,
    keys: &mut Keys,
) -> Result<core::Input<'static>, AnnulError> {
    Ok(match (asked, input) {
        (_, Input::DeviceFailed { fault, .. }) => failed(job, asked, fault.into()),
        (Asked::EnterPin(pan), Input::PinEntered { mut pin, .. }) => {
            let parsed = Pin::parse(str::from_utf8(&pin).unwrap_or_default());
            pin.zeroize();
            let block = match (pan, keys) {
                (Some(pan), Keys::Software(module)) => {
                    module.enter_pin(parsed?);
                    module.encrypt_pin(pan)
                }
                _ => Err(SecurityFault::NoPin),
            };
            core::Input::PinBlock(job, block)
        }
        (Asked::EncryptPin, Input::PinEncrypted { block, .. }) => {
            core::Input::PinBlock(job, Ok(setup::array(&block, "PIN block")?))
        }
        (Asked::Mac, Input::MacComputed { mac, .. }) => {
            core::Input::Mac(job, Ok(MacValue::new(setup::array(&mac, "MAC")?)))
        }
        (Asked::LoadKeys, Input::KeysLoaded { .. }) => core::Input::KeysLoaded(job, Ok(())),
        (Asked::Seal, Input::CardSealed { sealed, .. }) => {
            let sealed = SealedCard::from_bytes(setup::array(&sealed, "sealed card")?);
            core::Input::Sealed(job, Ok(sealed))
        }
        (
            Asked::Open,
            Input::CardOpened {
                mut number, expiry, ..
            },
        ) => {
            let pan = Pan::from_digits(&number);
            number.zeroize();
            let expiry = expiry.as_deref().map(Expiry::parse).transpose()?;
            core::Input::Opened(job, Ok(CardOnFile { pan: pan?, expiry }))
        }
        _ => return Err(unasked()),
    })
}

pub(super) fn unasked() -> AnnulError {
    let what = "the open question asks for something else";
    AnnulError::new(code::UNASKED, what, Advice::FixConfiguration)
}

fn failed(job: Job, asked: &Asked, fault: SecurityFault) -> core::Input<'static> {
    match asked {
        Asked::EnterPin(_) | Asked::EncryptPin => core::Input::PinBlock(job, Err(fault)),
        Asked::Mac => core::Input::Mac(job, Err(fault)),
        Asked::LoadKeys => core::Input::KeysLoaded(job, Err(fault)),
        Asked::Seal => core::Input::Sealed(job, Err(fault)),
        Asked::Open => core::Input::Opened(job, Err(fault)),
    }
}
