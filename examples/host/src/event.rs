//! What happened at the host, for people: one line each, and the messages
//! field by field. Nothing here shows a whole card number, a track, a PIN
//! block or a key.

use crate::acquirer::{AcquirerError, Answer, Request, Unreadable};
use crate::dialect::Dialect;
use crate::exchange::Exchange;
use crate::fault::{Misdeed, Orders};
use annul::iso8583::{Language, View, describe};
use annul::transaction::{ResponseCode, Trace};
use std::fmt;
use zeroize::Zeroizing;

/// One thing that happened.
#[derive(Debug)]
pub enum Event {
    /// A request came, and perhaps its answer was made.
    Exchanged(Exchanged),
    /// A connection was refused, as the host is away.
    Away,
    /// A connection was refused, as there are too many.
    Busy,
    /// An answer of an earlier exchange was sent on a new connection.
    LateAnswer,
    /// The connection was closed over bytes that are no request.
    Unreadable(Unreadable),
    /// The connection was closed inside a frame.
    CutOff {
        /// Bytes of the frame that had come.
        bytes: usize,
    },
    /// The connection was closed over a frame for another host.
    NotForUs {
        /// The destination this host has, from its profile.
        wanted: [u8; 2],
        /// The destination in the frame's TPDU.
        found: [u8; 2],
    },
    /// The host could not do its work.
    Failed(AcquirerError),
    /// The connection broke.
    Broken(std::io::ErrorKind),
}

/// A request and its answer, kept for people to read.
pub struct Exchanged {
    pub(crate) timing: Timing,
    dialect: Dialect,
    exchange: Exchange,
    trace: Option<Trace>,
    misdeeds: Vec<Misdeed>,
    code: Option<ResponseCode>,
    request: Zeroizing<Vec<u8>>,
    answer: Option<Zeroizing<Vec<u8>>>,
}

/// When a request reached the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// When it was sent.
    Prompt,
    /// After the next exchange, by the fault `late-request`.
    Late,
}

impl Exchanged {
    pub(crate) fn new(request: &Request<'_>, orders: &Orders) -> Self {
        Self {
            timing: Timing::Prompt,
            dialect: request.dialect(),
            exchange: request.exchange(),
            trace: request.trace(),
            misdeeds: orders.misdeeds().to_vec(),
            code: None,
            request: Zeroizing::new(request.message().to_vec()),
            answer: None,
        }
    }

    pub(crate) fn answered(&mut self, answer: &Answer) {
        self.code = Some(answer.code());
        self.answer = Some(Zeroizing::new(answer.message().to_vec()));
    }

    /// When the request reached the host.
    pub const fn timing(&self) -> Timing {
        self.timing
    }

    /// What it was about.
    pub const fn exchange(&self) -> Exchange {
        self.exchange
    }

    /// F11 of the request.
    pub const fn trace(&self) -> Option<Trace> {
        self.trace
    }

    /// What went wrong, as ordered.
    pub fn misdeeds(&self) -> &[Misdeed] {
        &self.misdeeds
    }

    /// F39 of the answer; none where the host did not see the request.
    pub const fn code(&self) -> Option<ResponseCode> {
        self.code
    }

    /// The request field by field, masked.
    pub fn request_lines(&self, language: Language) -> Vec<String> {
        lines(self.dialect, &self.request, language)
    }

    /// The answer field by field, masked, as the host made it, whatever then
    /// became of it; empty where it made none.
    pub fn answer_lines(&self, language: Language) -> Vec<String> {
        (self.answer.as_ref()).map_or_else(Vec::new, |answer| lines(self.dialect, answer, language))
    }
}

fn lines(dialect: Dialect, message: &[u8], language: Language) -> Vec<String> {
    match View::decode(dialect.profile().spec, message) {
        Ok(view) => {
            let fields = describe(&view, language).map(|line| line.to_string());
            std::iter::once(view.mti().to_string())
                .chain(fields)
                .collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

impl fmt::Display for Exchanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.exchange.word())?;
        if let Some(trace) = self.trace {
            write!(f, " {trace}")?;
        }
        if self.timing == Timing::Late {
            f.write_str(", late")?;
        }
        match self.code {
            Some(code) => write!(f, ": {code}")?,
            None => f.write_str(": not seen")?,
        }
        for misdeed in &self.misdeeds {
            write!(f, "; {}", misdeed.says(Language::English))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Exchanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exchanged({self})")
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exchanged(exchanged) => exchanged.fmt(f),
            Self::Away => f.write_str("connection refused: the host is away"),
            Self::Busy => f.write_str("connection refused: too many are open; close one first"),
            Self::LateAnswer => f.write_str("a late answer was sent on this connection"),
            Self::Unreadable(error) => write!(f, "connection closed: {error}"),
            Self::CutOff { bytes } => {
                write!(f, "the terminal hung up after {bytes} bytes of a frame")
            }
            Self::NotForUs { wanted, found } => write!(
                f,
                "connection closed: TPDU for {:02X}{:02X}, this host is {:02X}{:02X}; \
                 set the same tpdu on both sides",
                found[0], found[1], wanted[0], wanted[1]
            ),
            Self::Failed(error) => write!(f, "connection closed: {error}"),
            Self::Broken(kind) => write!(f, "connection broken: {kind}"),
        }
    }
}
