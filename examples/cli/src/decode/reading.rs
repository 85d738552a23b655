//! Takes the header off, then reads the message as far as that goes.

use super::Trouble;
use super::envelope::Envelope;
use crate::exit::Failure;
use crate::spec::Chosen;
use crate::spec::framing::{FRAMINGS, Framing};
use annul::iso8583::{DecodeError, Hint, View, detect};

/// What could be read of a message, and why not all.
pub(crate) struct Reading<'m> {
    /// What was given.
    pub(crate) bytes: &'m [u8],
    /// The byte at which the message begins.
    pub(crate) start: usize,
    pub(super) envelope: Envelope,
    pub(crate) view: Option<View<'m>>,
    pub(super) trouble: Option<Trouble>,
    /// What is usually behind it.
    pub(super) hint: Option<Hint>,
}

impl<'m> Reading<'m> {
    /// By the header that was named; else by that of the dialect, with its
    /// length and without; else as a message alone.
    pub(crate) fn of(chosen: Chosen, bytes: &'m [u8]) -> Self {
        match chosen.framing {
            Some(framing) => Self::framed(chosen, framing, bytes),
            None if chosen.is_unionpay() => Self::detected(chosen, bytes),
            None => Self::usual(chosen, bytes),
        }
    }

    /// The same, or why it is no message.
    pub(crate) fn whole(chosen: Chosen, bytes: &'m [u8]) -> Result<(Self, View<'m>), Failure> {
        let reading = Self::of(chosen, bytes);
        match (&reading.trouble, reading.view) {
            (None, Some(view)) => Ok((reading, view)),
            (trouble, _) => {
                let said = trouble.as_ref().map(|trouble| trouble.message.as_str());
                let name = chosen.spec.name();
                let hint = crate::doctor::hint(bytes, chosen)
                    .or_else(|| reading.hint.map(|hint| hint.to_string()))
                    .unwrap_or_default();
                Err(Failure::new(format!(
                    "no message of {name}: {}. {hint}",
                    said.unwrap_or_default()
                )))
            }
        }
    }

    /// Behind the first header of the dialect that fits; else what comes of the
    /// one that can be read furthest.
    fn usual(chosen: Chosen, bytes: &'m [u8]) -> Self {
        let mut best: Option<Self> = None;
        for framing in chosen.usual {
            let reading = Self::framed(chosen, framing, bytes);
            if reading.trouble.is_none() {
                return reading;
            }
            let read = |reading: &Self| reading.view.map_or(0, |view| 1 + view.fields().count());
            if best.as_ref().is_none_or(|best| read(best) < read(&reading)) {
                best = Some(reading);
            }
        }
        best.unwrap_or_else(|| Self::framed(chosen, &FRAMINGS[0], bytes))
    }

    fn framed(chosen: Chosen, framing: &'static Framing, bytes: &'m [u8]) -> Self {
        match framing.header.open(bytes) {
            Ok(opened) => {
                let start = opened.header.len();
                let partial = View::decode_partial(chosen.spec, opened.message);
                let (view, error) = match partial {
                    Ok(partial) => (Some(partial.view), partial.error),
                    Err(error) => (None, Some(error)),
                };
                Self {
                    bytes,
                    start,
                    envelope: Envelope::by_name(framing, opened.header),
                    view,
                    trouble: error.map(|error| Trouble::of(&error, start)),
                    hint: error
                        .and_then(|error| Hint::of(chosen.spec, opened.message, &error))
                        .filter(|hint| *hint != Hint::Tpdu || !chosen.looks_for_tpdu(framing)),
                }
            }
            Err(error) => Self {
                bytes,
                start: bytes.len(),
                envelope: Envelope::by_name(framing, &[]),
                view: None,
                trouble: Some(Trouble::of(&error, 0)),
                hint: None,
            },
        }
    }

    fn detected(chosen: Chosen, bytes: &'m [u8]) -> Self {
        match detect(chosen.spec, bytes) {
            Ok(detected) => Self {
                bytes,
                start: bytes.len() - detected.view.bytes().len(),
                envelope: Envelope::of(&detected),
                view: Some(detected.view),
                trouble: None,
                hint: None,
            },
            Err(error) => {
                let message = bytes.get(error.start..).unwrap_or_default();
                let partial = View::decode_partial(chosen.spec, message);
                let view = partial.ok().filter(|_| error.message.is_some());
                let wrong = error.message.as_ref();
                let hint = wrong.and_then(|wrong| Hint::of(chosen.spec, message, wrong));
                Self {
                    bytes,
                    start: error.start,
                    envelope: Envelope::guessed(&error, bytes),
                    view: view.map(|partial| partial.view),
                    trouble: Some(Trouble {
                        field: error.message.map(|wrong| wrong.field),
                        part: None,
                        offset: error.start + error.message.map_or(0, |wrong| wrong.offset),
                        message: error.to_string(),
                    }),
                    hint,
                }
            }
        }
    }

    /// What the dialect says of values, and does not hold.
    pub(crate) fn problems(&self) -> Vec<DecodeError> {
        let mut problems = Vec::new();
        if let Some(view) = &self.view {
            view.problems(&mut |problem| problems.push(problem));
        }
        problems
    }

    /// Length, TPDU and header, to be put before another message.
    pub(crate) fn header(&self) -> &'m [u8] {
        &self.bytes[..self.start.min(self.bytes.len())]
    }
}
