use crate::crypto::{Kcv, mac};

/// One step of a computation, for who looks for the one that differs from the
/// card's or the host's. No step tells a key, nor the card's number; those of
/// the MAC are MACs themselves, so show them to testers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'s> {
    /// The card's key that is used.
    CardKey {
        /// AC, SMI or SMC.
        purpose: &'static str,
        /// Its check value.
        kcv: Kcv,
    },
    /// The blocks that are enciphered under the card's key, or added to it.
    SessionInput(&'s [u8]),
    /// The key they make.
    SessionKey {
        /// AC, SMI or SMC.
        purpose: &'static str,
        /// Its check value.
        kcv: Kcv,
    },
    /// What a MAC is computed of, before padding.
    Data(&'s [u8]),
    /// A block of it.
    Mac(mac::Step<'s>),
    /// The block that is enciphered for an answer of method 1.
    ResponseInput(&'s [u8]),
}

/// Who sees the steps.
pub type Watch<'w> = &'w mut dyn FnMut(Step<'_>);
