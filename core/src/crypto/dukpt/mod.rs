//! DUKPT: another key for every transaction, derived so that a terminal which
//! is broken open tells nothing of what it sent before.
//!
//! ```text
//!  host      BaseKey (BDK) ── KSN ──> InitialKey (IK) ── counter ──> TransactionKey
//!                                        │ loaded once                  ├─> PinKey
//!  terminal                              └──> Device ── next() ────────>├─> MacKey
//!                                             future keys               └─> DataKey …
//! ```
//!
//! | | [`tdes`] | [`aes`] |
//! |---|---|---|
//! | Standard | ANSI X9.24-1:2009 | ANSI X9.24-3:2017 |
//! | KSN | [`TdesKsn`], 10 bytes | [`AesKsn`], 12 bytes |
//! | Counter | 21 bits, at most 10 of them one | 32 bits, at most 16 of them one |
//! | Working keys | the transaction key with a mask over it | derived anew for each use and cipher |
//!
//! The host gets base key and KSN, and needs nothing else. The terminal holds
//! no base key and no past key, only [`Device`]: one register for each bit of
//! the counter.
//!
//! # The counter after a restart
//!
//! A KSN used twice is a key used twice. A device therefore obeys one rule:
//! **write the KSN of [`Device::next`] where it survives a power cut before
//! anything made with its keys leaves.** After a restart, [`Device::resume`]
//! goes on behind the last KSN written. What was taken and not written was not
//! used, so a counter lost that way is no harm. This module does not write its
//! registers down: the app that resumes has to keep the initial key in
//! hardware, and while it does, whoever breaks that can tell past keys. Where a
//! PIN pad does DUKPT itself, as certified ones do, use the pad's.

pub mod aes;
mod data;
mod device;
mod ksn;
pub mod tdes;

pub use data::DataKey;
pub use device::{Device, Initial};
pub use ksn::{AesKsn, Ksn, KsnError, TdesKsn};

/// Who sends what a key protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The terminal: it makes the MAC, or enciphers the data.
    Request,
    /// The host, in its answer.
    Response,
}

/// Why no key was derived. It never quotes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DukptError {
    /// A base or initial key of another cipher or length than the scheme has.
    #[error(
        "DUKPT: expected a {expected} key as base or initial key; check which scheme the host uses"
    )]
    Key {
        /// What the scheme wants.
        expected: &'static str,
    },
    /// Counter 0 is the initial key's: no transaction has it.
    #[error(
        "DUKPT: KSN with counter 0, expected 1 or more; the device counts before its first use"
    )]
    NoTransaction,
    /// A working key stronger than what it is derived from (X9.24-3, 6.1).
    #[error("DUKPT: a working key cannot be stronger than the base key; choose a shorter one")]
    Stronger,
    /// The last counter is used up, and the device has no key left.
    #[error("DUKPT: all keys of this device are used; load a new initial key")]
    EndOfLife,
}
