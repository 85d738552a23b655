//! Between a transaction and its bytes: requests and reversals out of records,
//! answers into values.
//!
//! | message | built from | answer | checked against |
//! |---|---|---|---|
//! | 0200 sale, void | intent, card, PIN block | 0210 | MTI, F3, F11, F41, F42, F49 |
//! | 0400 reversal | intent alone, as the journal kept it | 0410 | the same |
//! | 0800 sign-in | trace, batch, operator | 0810 | MTI, F11, F41, F42 |
//! | 0820 echo | batch | 0830 | MTI, F41, F42 |
//! | 0500 totals of a batch | settlement | 0510 | MTI, F11, F41, F42 |
//! | 0320 details, end of a batch | settlement, sealed cards | 0330 | the same |
//!
//! Which fields each has is table 3.2 of unionpay.md; what stands in F3, F25
//! and F60.1 comes from the profile.

mod answer;
#[cfg(all(feature = "dialects", feature = "kinds"))]
mod iso;
#[cfg(feature = "track-encryption")]
mod protected;
mod request;
mod settlement;
mod write;

use crate::frame::{Header, Tpdu};
use crate::iso8583::{EncodeError, ValueError};
use crate::transaction::{MerchantId, TerminalId};
pub use answer::{Expected, KeysOf, Received, receive};
#[cfg(all(feature = "dialects", feature = "kinds"))]
pub use iso::{balanced, keys_in_text};
#[cfg(feature = "track-encryption")]
pub use protected::ProtectedTrack;
#[cfg(feature = "kinds")]
pub use request::uploaded_copy;
pub use request::{
    Card, Draft, Sending, Told, echo, financial, needs_card, reversal, settlement, sign_in,
};
pub use settlement::{Compared, DETAIL, DETAIL_COUNT, compared, detail};

/// What a terminal says of itself in each message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Field 41.
    pub terminal: TerminalId,
    /// Field 42.
    pub merchant: MerchantId,
    /// The addresses of the line, a parameter of the acquirer.
    pub tpdu: Tpdu,
    /// The six bytes before the message.
    pub header: Header,
    /// Field 60.3 of a sign-in: 1, 3 or 4 (unionpay.md 4.5).
    pub key_request: KeyRequest,
}

/// Which working keys a sign-in asks for: field 60.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRequest {
    /// `001`: single-length PIN and MAC keys, 24 bytes.
    Single,
    /// `003`: a double-length PIN key and a MAC key, 40 bytes.
    Double,
    /// `004`: the same and a track key, 60 bytes.
    DoubleWithTrack,
}

impl KeyRequest {
    /// The three digits as a number.
    pub const fn code(self) -> u16 {
        match self {
            Self::Single => 1,
            Self::Double => 3,
            Self::DoubleWithTrack => 4,
        }
    }
}

/// RMB, in ASCII: field 49.
const CURRENCY: &[u8; 3] = b"156";

/// Why a message could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// A field does not take its value, or the buffer is too small.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A value has no form on the wire.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// The reversal of a keyed transaction needs the card, and it is not there.
    #[error("message: the card of the transaction is not at hand; its seal does not open")]
    NoCard,
}
