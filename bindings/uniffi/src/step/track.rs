//! A track is enciphered before its command begins: software keys do it at
//! once, a device is asked. What cannot be enciphered is not begun.
//!
//! ```text
//!  Queued ──> software keys ──> begin
//!         └─> EncryptTrack ──> Enciphering ──> TrackEncrypted ──> Queued, begin
//!                                          └─> DeviceFailed, Cancel ──> Failing
//! ```

use super::Machine;
use super::answer::unasked;
use super::run::Running;
use crate::command::Command;
use crate::error::AnnulError;
use crate::input::Input;
use crate::output::Output;
use crate::setup::Keys;
use annul::crypto::{SecurityFault, SecurityModule};
use annul::engine::Refusal;
use annul::iso8583::value::TrackProtection;
use annul::message::{Card, ProtectedTrack};
use annul::transaction::RequestId;
use zeroize::Zeroizing;

/// How tracks are sent, and how many questions were asked about them.
pub(super) struct Tracks {
    sent: TrackProtection,
    asked: i64,
}

impl Tracks {
    /// The core numbers its questions with 32 bits; those here come after.
    const FIRST: i64 = 1 << 32;

    pub(super) fn sent(sent: TrackProtection) -> Self {
        Self { sent, asked: 0 }
    }

    fn next_question(&mut self) -> i64 {
        self.asked += 1;
        Self::FIRST + self.asked
    }
}

impl Machine {
    /// The command with its track enciphered where that is wanted; none where
    /// the device is asked first, or refused. A request that was begun before
    /// is answered from the journal and sends no track.
    pub(super) fn protected(&mut self, mut command: Command) -> Option<Command> {
        let begun = |request: RequestId| self.ledger().by_request(request.tag()).is_some();
        if self.tracks.sent == TrackProtection::Clear || command.request().is_some_and(begun) {
            return Some(command);
        }
        match &mut self.keys {
            Keys::Software(module) => {
                let done = encipher(&mut command, |packed| module.encrypt_track(packed));
                if let Err(fault) = done {
                    self.running = failing(fault);
                    return None;
                }
                Some(command)
            }
            Keys::Device(_) => self.ask_device(command),
        }
    }

    fn ask_device(&mut self, mut command: Command) -> Option<Command> {
        match packed(&mut command) {
            Ok(None) => return Some(command),
            Ok(Some(mut track)) => {
                let track = std::mem::take(&mut *track);
                let question = self.tracks.next_question();
                self.outputs.push(Output::EncryptTrack { question, track });
                self.running = Running::Enciphering(question, command);
            }
            Err(fault) => self.running = failing(fault),
        }
        None
    }

    /// Whether this is the number of the question about a track.
    pub(super) fn asks_for_track(&self, number: i64) -> bool {
        matches!(self.running, Running::Enciphering(question, _) if question == number)
    }

    /// Takes the answer to it. An error leaves the question open.
    pub(super) fn take_track(&mut self, input: Input) -> Result<(), AnnulError> {
        let track = match input {
            Input::TrackEncrypted { track, .. } => track,
            Input::DeviceFailed { fault, .. } => {
                self.running = failing(fault.into());
                return Ok(());
            }
            _ => return Err(unasked()),
        };
        if let Running::Enciphering(_, command) = &mut self.running {
            check(command, &track)?;
        }
        self.running = match std::mem::replace(&mut self.running, Running::None) {
            Running::Enciphering(_, mut command) => {
                let done = encipher(&mut command, |packed| {
                    packed.copy_from_slice(&track);
                    Ok(())
                });
                done.map_or_else(failing, |()| Running::Queued(command))
            }
            running => running,
        };
        Ok(())
    }

    /// Ends a command whose track is not enciphered yet, if there is one.
    pub(super) fn cancel_track(&mut self) -> bool {
        let waits = matches!(self.running, Running::Enciphering(..));
        if waits {
            self.running = Running::Failing(Refusal::Cancelled.into());
        }
        waits
    }
}

/// Without a track key a sign-in is wanted, as without any key.
fn failing(fault: SecurityFault) -> Running {
    Running::Failing(match fault {
        SecurityFault::NoKeys => Refusal::SignInRequired.into(),
        fault => fault.into(),
    })
}

/// A device that gives back what it was given, or another length, has not
/// enciphered a track.
fn check(command: &mut Command, track: &[u8]) -> Result<(), AnnulError> {
    match packed(command)? {
        Some(clear) if clear.len() != track.len() => {
            let (wanted, found) = (clear.len(), track.len());
            let what = format!("encrypted track: expected {wanted} bytes, found {found}");
            Err(AnnulError::range(what))
        }
        Some(clear) if same(&clear, track) => {
            let what = "encrypted track: it is in clear; the device did not encipher it";
            Err(AnnulError::range(what))
        }
        _ => Ok(()),
    }
}

/// Without a hint in the time at where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    let pairs = one.iter().zip(other);
    pairs.fold(0, |found, (left, right)| found | (left ^ right)) == 0
}

/// The track as field 35 packs it; none where the command sends no track.
fn packed(command: &mut Command) -> Result<Option<Zeroizing<Vec<u8>>>, SecurityFault> {
    let Some(Card::Swiped(track)) = command.card() else {
        return Ok(None);
    };
    let mut bytes = Zeroizing::new(Vec::new());
    ProtectedTrack::new(track, |packed| {
        bytes.extend_from_slice(packed);
        Ok(())
    })?;
    Ok(Some(bytes))
}

/// Puts the enciphered track in the place of the one in clear.
fn encipher(
    command: &mut Command,
    encrypt: impl FnOnce(&mut [u8]) -> Result<(), SecurityFault>,
) -> Result<(), SecurityFault> {
    if let Some(card) = command.card()
        && let Card::Swiped(track) = card
    {
        let sent = ProtectedTrack::new(track, encrypt)?;
        *card = Card::SwipedProtected(sent);
    }
    Ok(())
}
