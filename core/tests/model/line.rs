//! The line to the host.
//!
//! What was ever sent stays on its way for ever: it may arrive at any time, any
//! number of times, or never. So loss, delay, overtaking and repetition need no
//! bound. Nor do power cuts and waiting.

use annul::transaction::ResponseCode;

/// A message to the host, by the place of its transaction. What is said of
/// a batch changes nothing at the host, so it may as well be lost as come late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Message {
    Request(u8),
    Reversal(u8),
    SignIn,
    /// The totals of the batch.
    Totals,
    /// The details of transactions, from the first to the last.
    Details(u8, u8),
    /// The end of the batch.
    End,
}

/// The terminal's one link. Nothing is heard of those before it (D8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Link {
    Closed,
    /// No byte of the message left yet.
    Connecting(Message),
    /// It left; perhaps an answer is on its way back.
    Open(Message, Option<ResponseCode>),
}

/// What is on its way to the host, a bit a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Sent {
    pub(crate) requests: u8,
    pub(crate) reversals: u8,
}

/// The bit of a transaction.
pub(crate) fn bit(at: u8) -> u8 {
    1 << at
}
