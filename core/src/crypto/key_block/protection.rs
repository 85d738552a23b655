use super::{KeyAlgorithm, KeyBlockError};
use crate::crypto::{Kcv, Key};
use zeroize::ZeroizeOnDrop;

/// The key block protection key (KBPK), of which the keys of each block are
/// made. It does nothing else, and enciphers no key by itself.
///
/// ```
/// # use annul::crypto::{Key, key_block::{KeyBlockError, ProtectionKey}};
/// let single = Key::des_hex("0123456789ABCDEF").unwrap();
/// assert_eq!(ProtectionKey::new(single).err(), Some(KeyBlockError::NoProtectionKey));
/// ```
pub struct ProtectionKey(Key);

impl ProtectionKey {
    /// A key of DES with 16 or 24 bytes, for the versions A, B and C, or of
    /// AES, for D and E.
    pub fn new(key: Key) -> Result<Self, KeyBlockError> {
        let fits = key.is_aes() || key.is_des() && key.bytes().len() > 8;
        (fits.then_some(Self(key))).ok_or(KeyBlockError::NoProtectionKey)
    }

    /// The check value of zeros, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.0.kcv()
    }

    /// The check value by CMAC, see [`Key::kcv_cmac`].
    pub fn kcv_cmac(&self) -> [u8; 5] {
        self.0.kcv_cmac()
    }

    pub(super) const fn key(&self) -> &Key {
        &self.0
    }

    /// Refuses to protect a key that is stronger.
    pub(super) fn guard_strength(
        &self,
        algorithm: KeyAlgorithm,
        size: usize,
    ) -> Result<(), KeyBlockError> {
        let own = if self.0.is_aes() {
            KeyAlgorithm::AES
        } else {
            KeyAlgorithm::TDES
        };
        let weaker = strength(algorithm, size) > strength(own, self.0.bytes().len());
        if weaker {
            Err(KeyBlockError::Weaker)
        } else {
            Ok(())
        }
    }
}

/// The key inside does it.
impl ZeroizeOnDrop for ProtectionKey {}

/// Bits of strength (NIST SP 800-57 part 1, table 2); none of what cannot be
/// compared without knowing the key.
fn strength(algorithm: KeyAlgorithm, size: usize) -> usize {
    match (algorithm, size) {
        (KeyAlgorithm::DES | KeyAlgorithm::TDES, 8) => 56,
        (KeyAlgorithm::DES | KeyAlgorithm::TDES, 16) => 80,
        (KeyAlgorithm::DES | KeyAlgorithm::TDES, _) => 112,
        (KeyAlgorithm::AES, size) => 8 * size,
        _ => 0,
    }
}
