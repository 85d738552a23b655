use super::error::DecodeError;
use super::spec::Spec;
use super::view::View;
use crate::frame::{Frame, FrameError, Header, Tpdu};
use core::fmt;

/// How much of the envelope stands before a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Length prefix, TPDU and header: as on a TCP link.
    Prefixed,
    /// TPDU and header: as on a serial link.
    Framed,
    /// The message alone.
    Bare,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefixed => "length prefix, TPDU, header and message",
            Self::Framed => "TPDU, header and message",
            Self::Bare => "message alone",
        })
    }
}

/// What [`detect`] found.
#[derive(Clone, Copy, Debug)]
pub struct Detected<'a> {
    /// How much of the envelope is there.
    pub form: Form,
    /// TPDU and header, where they are there.
    pub envelope: Option<(Tpdu, Header)>,
    /// The message.
    pub view: View<'a>,
}

/// Why bytes are no message in any form: the form they come closest to and
/// what is wrong with them as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectError {
    /// The best guess.
    pub form: Form,
    /// The byte of the input the message would begin at.
    pub start: usize,
    /// What is wrong with the envelope; none where it is the message.
    pub frame: Option<FrameError>,
    /// What is wrong with the message, if it came to that.
    pub message: Option<DecodeError>,
}

impl fmt::Display for DetectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "read as {}", self.form)?;
        if let Some(error) = self.frame {
            write!(f, ": {error}")?;
        }
        if let Some(error) = self.message {
            write!(f, ": message from byte {} on: {error}", self.start)?;
        }
        Ok(())
    }
}

impl core::error::Error for DetectError {}

/// Finds out what a piece of hex from a log or a capture is: it is what it can
/// be read as to the last byte.
///
/// ```
/// # use annul::iso8583::{detect, Form, UNIONPAY_POS};
/// let message = b"\x08\x20\0\x20\0\0\0\0\0\0\x00\x00\x16";
/// assert_eq!(detect(&UNIONPAY_POS, message).unwrap().form, Form::Bare);
///
/// let cut = b"\x00\x19\x60\x00\x03\x00\x00\x60\x31\0\0\0\0\x08\x20\0\x20\0\0\0\0\0\0\x00\x00\x16";
/// let error = detect(&UNIONPAY_POS, cut).unwrap_err();
/// assert!(error.to_string().contains("length prefix says 25, 24 bytes follow"));
/// ```
pub fn detect<'a>(spec: &'a Spec, bytes: &'a [u8]) -> Result<Detected<'a>, DetectError> {
    let attempts = [Form::Prefixed, Form::Framed, Form::Bare].map(|form| read(form, spec, bytes));
    let guess = best_guess(bytes);
    let mut error = None;
    for attempt in attempts {
        match attempt {
            Ok(detected) => return Ok(detected),
            Err(wrong) if wrong.form == guess => error = Some(wrong),
            Err(_) => {}
        }
    }
    // Every form was tried, so the guessed one too.
    Err(error.unwrap_or(DetectError {
        form: guess,
        start: 0,
        frame: None,
        message: None,
    }))
}

fn read<'a>(form: Form, spec: &'a Spec, bytes: &'a [u8]) -> Result<Detected<'a>, DetectError> {
    let frame = match form {
        Form::Prefixed => Frame::decode_prefixed(bytes).map(Some),
        Form::Framed => Frame::decode(bytes).map(Some),
        Form::Bare => Ok(None),
    };
    let error = |start, frame, message| DetectError {
        form,
        start,
        frame,
        message,
    };
    let frame = frame.map_err(|wrong| error(0, Some(wrong), None))?;
    let message = frame.map_or(bytes, |frame| frame.message);
    let start = bytes.len() - message.len();
    let view = View::decode(spec, message).map_err(|wrong| error(start, None, Some(wrong)))?;
    Ok(Detected {
        form,
        envelope: frame.map(|frame| (frame.tpdu, frame.header)),
        view,
    })
}

/// A TPDU begins with 60, a message with 0; a length prefix stands before a TPDU.
fn best_guess(bytes: &[u8]) -> Form {
    const TPDU: u8 = 0x60;
    match bytes {
        [TPDU, ..] => Form::Framed,
        [_, _, TPDU, ..] => Form::Prefixed,
        _ => Form::Bare,
    }
}
