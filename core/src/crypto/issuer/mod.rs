//! What an issuer computes for its chip cards: for tests, for soft hosts, and
//! for who asks which step differs.
//!
//! ```text
//!  IssuerKey ── number, sequence ──> CardKey ── counter ──> SessionKey ── ChipData ──> cryptogram (9F26)
//!                                                                      └─ code ──────> Answer (91)
//! ```
//!
//! | Part | Does |
//! |---|---|
//! | [`Scheme`] | how one kind of card computes: UnionPay, Visa, M/Chip, Interac, CCD |
//! | [`IssuerKey`], [`CardKey`], [`SessionKey`] | the keys, each for one purpose |
//! | [`Derivation`], [`Session`] | how one comes from the other |
//! | [`ChipData`] | what of field 55 is signed |
//! | [`Exchange`] | one transaction: is the cryptogram right, and the answer |
//! | [`Script`] | MACs of script commands, and a new PIN |
//! | [`VerificationKey`], [`PinVerificationKey`], [`DynamicValue`] | CVV, PVV and CVC3 of magnetic stripes |
//! | [`Step`] | every value on the way, keys by their check value only |
//!
//! For UnionPay's cards nobody publishes an example. What is here follows the
//! rules of PBOC 3.0; its DES and SM4 are those of published examples.
//!
//! A terminal has none of these keys. Firmware leaves the feature `issuer` off.
//!
//! Source: EMV 4.4 Book 2, 8, 9 and annex A1; JR/T 0025 (PBOC 3.0) parts 7 and 17.

mod chip;
mod cryptogram;
mod exchange;
mod keys;
mod scheme;
mod script;
mod session;
mod trace;
mod verification;

pub use chip::{ChipData, Signed, SignedData};
pub use cryptogram::Fill;
pub use exchange::{Answer, Exchange};
pub use keys::{
    Card, CardKey, Cryptogram, Derivation, IssuerKey, Purpose, ScriptMac, ScriptSecrecy, SessionKey,
};
pub use scheme::{Cipher, Covered, NewPin, Scheme, SessionOf};
pub use script::{Command, Header, Script};
pub use session::Session;
pub use trace::{Step, Watch};
pub use verification::{DynamicValue, PinVerificationKey, VerificationKey};

use super::UnsuitableKey;
use crate::tlv::{self, Tag};

/// Why a cryptogram could not be computed, or is not the card's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// A DES key of another length than 16 bytes.
    #[error("issuer key: expected a DES key of 16 bytes, found {found}")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A key that the MAC does not take.
    #[error(transparent)]
    Key(#[from] UnsuitableKey),
    /// A PAN sequence number of more than two digits.
    #[error("PAN sequence number: expected 0 to 99, found {found}; it is tag 5F34")]
    Sequence {
        /// The number.
        found: u8,
    },
    /// A derivation that is not of this cipher.
    #[error(
        "card key: option {derivation:?} is not for this cipher; DES has A and B, SM4 A, AES C"
    )]
    Derivation {
        /// Which one.
        derivation: Derivation,
    },
    /// A session key that is not of this cipher.
    #[error("session key: this derivation is not for the cipher of the key; take the common one")]
    Session,
    /// Field 55 lacks a value.
    #[error("field 55: tag {tag} is not there, and the card signs it")]
    Missing {
        /// Which one.
        tag: Tag,
    },
    /// Field 55 has two values of one tag.
    #[error("field 55: tag {tag} is there twice, with different values")]
    Twice {
        /// Which one.
        tag: Tag,
    },
    /// A value of another length.
    #[error("field 55: tag {tag} has {found} bytes, not {expected}")]
    Value {
        /// Which one.
        tag: Tag,
        /// Bytes expected; at most as many, for application data.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// Field 55 is no TLV.
    #[error("field 55: {0}")]
    Malformed(tlv::Error),
    /// The issuer application data have no verification results.
    #[error(
        "field 55: tag 9F10 is of no layout that has verification results; take a scheme that signs all of it"
    )]
    NoResults,
    /// There is no cryptogram to be answered.
    #[error("field 55: tag 9F26, the card's cryptogram, is not there")]
    NoCryptogram,
    /// No source tells how a new PIN is packed.
    #[error(
        "new PIN: nobody publishes how cards of this scheme take one; build the command yourself"
    )]
    NoPinChange,
    /// More data than an answer takes.
    #[error("tag 91: expected at most 8 bytes of the issuer's own, found {found}")]
    Proprietary {
        /// Bytes found.
        found: usize,
    },
    /// The cryptogram is not the card's.
    #[error(
        "cryptogram: it is not that of this card, key and scheme; a trace shows the step that differs"
    )]
    Mismatch,
}
