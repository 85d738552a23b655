//! Offline data authentication: is the chip card real, without asking anybody?
//!
//! ```text
//!  CaKey ── certificate 90 ──> IssuerKey ── signature 93 ──> StaticData            (SDA)
//!                                   └────── certificate 9F46 ──> CardKey
//!                                                                   └── signature 9F4B ──> Dynamic   (DDA, CDA)
//! ```
//!
//! | Step | Needs | Proves |
//! |---|---|---|
//! | [`CaKey::issuer_key`] | 90, 92, 9F32, the card number | the scheme knows the issuer |
//! | [`IssuerKey::static_data`] | 93, the records of the card | the records are the issuer's |
//! | [`IssuerKey::card_key`] | 9F46, 9F48, 9F47, the records | the card's key is the issuer's |
//! | [`CardKey::dynamic`] | 9F4B, the data of the DDOL | the card is no copy |
//! | [`CardKey::combined`] | 9F4B of GENERATE AC, what went there and back | its cryptogram was not changed on the way |
//!
//! Only public keys are here. Every step ends with the first thing that is
//! wrong; a kernel then sets its bit in the terminal verification results.
//!
//! Source: EMV 4.4 Book 2, 5, 6 and annexes A2 and B2.

mod certificate;
mod rsa;
mod signature;

pub use certificate::{CaKey, CardKey, IssuerKey, Keyed};
pub use signature::{Combined, Dynamic, StaticData};

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Part {
    /// Issuer public key certificate.
    #[error("issuer certificate (tag 90)")]
    IssuerCertificate,
    /// ICC public key certificate.
    #[error("card certificate (tag 9F46)")]
    CardCertificate,
    /// Signed static application data.
    #[error("static signature (tag 93)")]
    StaticSignature,
    /// Signed dynamic application data.
    #[error("dynamic signature (tag 9F4B)")]
    DynamicSignature,
}

/// Why a card's data are not authentic, or cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OdaError {
    /// The modulus is no RSA key of EMV.
    #[error(
        "RSA key: expected an odd modulus of 64 to 248 bytes, found {found} bytes; check the key file, or the remainder (tag 92 or 9F48)"
    )]
    Modulus {
        /// Bytes found.
        found: usize,
    },
    /// Another exponent than 3 and 65537.
    #[error("RSA key: expected the exponent 03 or 010001; it is tag 9F32, or 9F47")]
    Exponent,
    /// The checksum of a CA key is another.
    #[error("CA key: its checksum does not fit; load it anew")]
    Checksum,
    /// A signature is not as long as the key.
    #[error("{part}: expected {expected} bytes, as the key above it has, found {found}")]
    Length {
        /// What is looked at.
        part: Part,
        /// Bytes of the key.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// It was not made with this key.
    #[error("{part}: not signed with the key above it; check the index of the CA key (tag 8F)")]
    Foreign {
        /// What is looked at.
        part: Part,
    },
    /// The byte that says what it is, is another.
    #[error("{part}: its format byte is {found:02X}, not {expected:02X}")]
    Format {
        /// What is looked at.
        part: Part,
        /// The byte expected.
        expected: u8,
        /// The byte found.
        found: u8,
    },
    /// Other algorithms than RSA and SHA-1.
    #[error(
        "{part}: its algorithms are {hash:02X} (hash) and {key:02X} (key); only 01 and 01, SHA-1 and RSA, are known"
    )]
    Algorithm {
        /// What is looked at.
        part: Part,
        /// The hash algorithm.
        hash: u8,
        /// The key algorithm; 01 where there is none.
        key: u8,
    },
    /// A length inside of it says more than there is.
    #[error("{part}: a length at byte {offset} says more than there is")]
    Inside {
        /// What is looked at.
        part: Part,
        /// Byte in what was recovered, from 0.
        offset: usize,
    },
    /// The hash in it is not that of the data.
    #[error(
        "{part}: its hash is not that of the data; they were changed, or something is missing from them"
    )]
    Hash {
        /// What is looked at.
        part: Part,
    },
    /// It is another card's or issuer's.
    #[error("{part}: it is of another card number")]
    Number {
        /// What is looked at.
        part: Part,
    },
    /// It is no longer valid, or says no month.
    #[error("{part}: it was valid until {month:02X}/{year:02X}")]
    Expired {
        /// What is looked at.
        part: Part,
        /// Month in BCD.
        month: u8,
        /// Year in BCD, of its century.
        year: u8,
    },
    /// The signature is of another cryptogram or transaction.
    #[error("{part}: it is of another cryptogram or of other transaction data")]
    Transaction {
        /// What is looked at.
        part: Part,
    },
}
