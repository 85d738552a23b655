use super::{Header, KeyAlgorithm, KeyBlockError, KeyUsage, ProtectionKey, Rules};
use crate::crypto::mac::HmacKey;
use crate::crypto::usage::role::Role;
use crate::crypto::{Key, KeyFor, Usage};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A key out of its block, its MAC right. The key becomes what its header says
/// and nothing else; the room it lies in is wiped on drop.
pub struct Unwrapped<'b, 'r> {
    header: Header<'b>,
    room: Clear<'r>,
    /// Bytes of the key, behind its length.
    size: usize,
}

/// Room for a key in clear, wiped on drop.
pub(super) struct Clear<'r>(pub(super) &'r mut [u8]);

impl<'r> Clear<'r> {
    pub(super) fn new(room: &'r mut [u8]) -> Self {
        Self(room)
    }
}

impl Drop for Clear<'_> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Clear<'_> {}
/// The room does it.
impl ZeroizeOnDrop for Unwrapped<'_, '_> {}

/// Bytes of the length before the key, which counts bits.
pub(super) const LENGTH: usize = 2;

/// Which usages of a key block are which of ours.
const ROLES: &[(Usage, &[KeyUsage], &str)] = &[
    (Usage::Master, &[KeyUsage::KEY_ENCRYPTION], "K0"),
    (Usage::Pin, &[KeyUsage::PIN_ENCRYPTION], "P0"),
    (
        Usage::Mac,
        &[
            KeyUsage::ISO16609_MAC,
            KeyUsage::MAC_1,
            KeyUsage::MAC_2,
            KeyUsage::MAC_3,
            KeyUsage::MAC_4,
            KeyUsage::MAC_5,
            KeyUsage::CMAC,
            KeyUsage::MAC_6,
        ],
        "M0 to M6, or M8",
    ),
    (
        Usage::Track,
        &[KeyUsage::DATA, KeyUsage::SENSITIVE_DATA],
        "D0 or D3",
    ),
];

impl<'b, 'r> Unwrapped<'b, 'r> {
    pub(super) fn new(
        header: Header<'b>,
        room: Clear<'r>,
        protection: &ProtectionKey,
        rules: Rules,
    ) -> Result<Self, KeyBlockError> {
        let algorithm = header.algorithm();
        let (bits, most) = match &*room.0 {
            [high, low, key @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), key.len()),
            _ => (0, 0),
        };
        let size = bits / 8;
        if bits == 0 || !bits.is_multiple_of(8) || size > most {
            return Err(KeyBlockError::KeyLength { algorithm, bits });
        }
        let key = Self { header, room, size };
        guard_length(algorithm, size, rules)?;
        if rules == Rules::Strict {
            protection.guard_strength(algorithm, size)?;
        }
        Ok(key)
    }

    /// What the key is for. It is authentic.
    pub const fn header(&self) -> &Header<'b> {
        &self.header
    }

    /// The key for what its header says, where that is what is asked for: P0
    /// becomes a [`PinKey`](crate::crypto::PinKey), M0 to M6 and M8 a
    /// [`MacKey`](crate::crypto::MacKey), D0 and D3 a
    /// [`TrackKey`](crate::crypto::TrackKey), K0 a
    /// [`MasterKey`](crate::crypto::MasterKey).
    ///
    /// # Errors
    /// [`KeyBlockError::Usage`] for a key that is for something else,
    /// [`KeyBlockError::Algorithm`] for one of no block cipher.
    pub fn key<U: Role>(&self) -> Result<KeyFor<U>, KeyBlockError> {
        guard_role(U::USAGE, &self.header)?;
        self.block_cipher().map(KeyFor::new)
    }

    /// The key without a type of its own, where it is for what is asked for:
    /// base keys of DUKPT (B0), issuer master keys (E0 to E6).
    pub fn key_of(&self, usage: KeyUsage) -> Result<Key, KeyBlockError> {
        if self.header.usage() != usage {
            return Err(self.other("what was asked for"));
        }
        self.block_cipher()
    }

    /// The key of HMAC (M7).
    pub fn hmac_key(&self) -> Result<HmacKey, KeyBlockError> {
        if self.header.usage() != KeyUsage::HMAC {
            return Err(self.other("M7"));
        }
        // It has one byte at least.
        HmacKey::new(self.reveal()).ok_or(KeyBlockError::KeyLength {
            algorithm: self.header.algorithm(),
            bits: 0,
        })
    }

    /// The protection key of further key blocks (K1, K4).
    pub fn protection_key(&self) -> Result<ProtectionKey, KeyBlockError> {
        match self.header.usage() {
            KeyUsage::PROTECTION | KeyUsage::ISO20038_PROTECTION => {
                ProtectionKey::new(self.block_cipher()?)
            }
            _ => Err(self.other("K1 or K4")),
        }
    }

    /// The bytes in clear, of whatever algorithm, for who carries them into
    /// another device. They do not wipe themselves where they are copied.
    pub fn reveal(&self) -> &[u8] {
        &self.room.0[LENGTH..LENGTH + self.size]
    }

    fn block_cipher(&self) -> Result<Key, KeyBlockError> {
        let (algorithm, bytes) = (self.header.algorithm(), self.reveal());
        let key = match algorithm {
            KeyAlgorithm::DES | KeyAlgorithm::TDES => Key::des(bytes),
            KeyAlgorithm::AES => Key::aes(bytes),
            found => {
                let expected = "A, D or T";
                return Err(KeyBlockError::Algorithm { expected, found });
            }
        };
        key.map_err(|_| KeyBlockError::KeyLength {
            algorithm,
            bits: 8 * bytes.len(),
        })
    }

    fn other(&self, expected: &'static str) -> KeyBlockError {
        let found = self.header.usage();
        KeyBlockError::Usage { expected, found }
    }
}

/// Refuses a key of a length that its algorithm does not have. Of those but
/// block ciphers the standard sets none.
pub(super) fn guard_length(
    algorithm: KeyAlgorithm,
    size: usize,
    rules: Rules,
) -> Result<(), KeyBlockError> {
    let fits = match (algorithm, rules) {
        (KeyAlgorithm::DES, Rules::Strict) => size == 8,
        (KeyAlgorithm::TDES, Rules::Strict) => matches!(size, 16 | 24),
        (KeyAlgorithm::DES | KeyAlgorithm::TDES, Rules::Interoperable) => {
            matches!(size, 8 | 16 | 24)
        }
        (KeyAlgorithm::AES, _) => matches!(size, 16 | 24 | 32),
        _ => true,
    };
    let bits = 8 * size;
    (fits.then_some(())).ok_or(KeyBlockError::KeyLength { algorithm, bits })
}

/// The usages that a key of ours may have in a header.
pub(super) fn guard_role(usage: Usage, header: &Header<'_>) -> Result<(), KeyBlockError> {
    let role = ROLES.iter().find(|(of, ..)| *of == usage);
    let (usages, expected) = role.map_or((&[][..], "none"), |(_, usages, text)| (*usages, *text));
    let found = header.usage();
    (usages.contains(&found).then_some(())).ok_or(KeyBlockError::Usage { expected, found })
}
