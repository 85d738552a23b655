use super::{CardOnFile, MacValue, SealBroken, SealedCard, UnsuitableKey, Usage, WorkingKeys};
use super::{WorkingKeysError, track::TrackError};
use crate::card::Pan;

/// The device that holds the keys: a PIN pad, a secure element, a key store, or
/// [`SoftwareModule`](super::SoftwareModule). No key and no PIN ever leaves it.
///
/// A hardware PIN pad maps it to the key slots that the acquirer's download
/// tool filled:
///
/// | Method | Slot | Command of a PIN pad |
/// |---|---|---|
/// | `load_working_keys` | TMK unwraps into PIK, MAK, TDK | "load working key": slot, cryptogram, check value, once per [`KeyBlock`](super::KeyBlock) |
/// | `mac` | MAK | "calculate MAC" with the acquirer's algorithm; often named after it: ECB, X9.19, X9.9, CUP |
/// | `encrypt_pin` | PIK | "input PIN" with the PAN; blocks until the customer has pressed Enter |
/// | `encrypt_track` | TDK | "encrypt data", ECB, or "encrypt track" |
/// | `seal`, `open` | a slot or key store entry of its own | AES if the pad has it, else [`SealedCard`] under a [`SealingKey`](super::SealingKey) from the platform's key store |
///
/// The methods may take as long as a customer takes to enter a PIN. They are
/// called one at a time.
pub trait SecurityModule {
    /// Replaces the working keys by those of a sign-in. All or none: where one
    /// check value is wrong, the old keys stay in use.
    fn load_working_keys(&mut self, keys: &WorkingKeys) -> Result<(), SecurityFault>;

    /// The MAC of a message, from its type to the last byte before F64, under
    /// the current MAC key.
    fn mac(&mut self, message: &[u8]) -> Result<MacValue, SecurityFault>;

    /// Takes a PIN from the customer and encrypts it with the card number
    /// (format 0) under the current PIN key: F52.
    fn encrypt_pin(&mut self, pan: &Pan) -> Result<[u8; 8], SecurityFault>;

    /// Encrypts a packed track in place under the current track key, see
    /// [`track`](super::track). A module without track keys need not have it.
    fn encrypt_track(&mut self, packed: &mut [u8]) -> Result<(), SecurityFault> {
        let _ = packed;
        Err(SecurityFault::UnsupportedKeys)
    }

    /// Seals card data for the journal. `nonce` is batch and trace, see
    /// [`SealedCard`].
    fn seal(
        &mut self,
        card: &CardOnFile,
        nonce: [u8; SealedCard::NONCE],
    ) -> Result<SealedCard, SecurityFault>;

    /// Opens card data from the journal.
    fn open(&mut self, sealed: &SealedCard) -> Result<CardOnFile, SecurityFault>;
}

/// Why a security module refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecurityFault {
    /// No working keys, or not the one asked for.
    #[error("no working key loaded; sign in first")]
    NoKeys,
    /// A key does not fit the check value sent with it.
    #[error(
        "{key:?} key: wrong check value; terminal and host hold different master keys, reload the master key"
    )]
    WrongCheckValue {
        /// Which key.
        key: Usage,
    },
    /// Keys of a length or cipher this module or algorithm cannot use.
    #[error(
        "keys of a kind this device cannot use; check MAC algorithm and key layout in the acquirer's parameters"
    )]
    UnsupportedKeys,
    /// No PIN was entered.
    #[error("no PIN entered; ask the customer again")]
    NoPin,
    /// The customer pressed Cancel at the PIN pad.
    #[error("PIN entry cancelled by the customer; end the transaction")]
    PinCancelled,
    /// The track is too short to encrypt.
    #[error("track too short to encrypt; read the card again")]
    ShortTrack,
    /// A sealed card does not open.
    #[error(
        "sealed card: changed, or sealed under another master key; reload that key or resolve by hand"
    )]
    SealBroken,
    /// The device took too long.
    #[error("security module did not answer in time; check its cable or battery and try again")]
    TimedOut,
    /// The device failed in its own way.
    #[error("security module failed with its code {code}; see its manual")]
    Device {
        /// The device's own code.
        code: i32,
    },
}

impl From<UnsuitableKey> for SecurityFault {
    fn from(_: UnsuitableKey) -> Self {
        Self::UnsupportedKeys
    }
}

impl From<WorkingKeysError> for SecurityFault {
    fn from(_: WorkingKeysError) -> Self {
        Self::UnsupportedKeys
    }
}

impl From<TrackError> for SecurityFault {
    fn from(error: TrackError) -> Self {
        match error {
            TrackError::Short { .. } => Self::ShortTrack,
            TrackError::Key => Self::UnsupportedKeys,
        }
    }
}

impl From<SealBroken> for SecurityFault {
    fn from(_: SealBroken) -> Self {
        Self::SealBroken
    }
}
