use super::binding::Binding;
use super::read::Reader;
use super::unwrapped::{LENGTH, guard_length, guard_role};
use super::{Header, KeyAlgorithm, KeyBlockError, MOST, ProtectionKey, Rules};
use crate::crypto::usage::role::Role;
use crate::crypto::{Key, KeyFor, hex};
use zeroize::Zeroize;

/// Makes key blocks.
///
/// ```
/// # use annul::crypto::{Key, PinKey};
/// # use annul::crypto::key_block::{Header, KeyAlgorithm, KeyUsage, ModeOfUse};
/// # use annul::crypto::key_block::{ProtectionKey, Random, Version, Wrap};
/// let protection = ProtectionKey::new(Key::aes(&[0x41; 32]).unwrap()).unwrap();
/// let key = PinKey::new(Key::aes(&[0x22; 16]).unwrap());
/// let (usage, algorithm) = (KeyUsage::PIN_ENCRYPTION, KeyAlgorithm::AES);
/// let header = Header::new(Version::D, usage, algorithm, ModeOfUse::ENCRYPT);
/// let random: Random = [0x5A; 32]; // drawn anew for each block
/// let mut room = [0; 256];
/// let block = Wrap::new(header, &protection).key(&key, &random, &mut room).unwrap();
/// assert!(block.starts_with("D0144P0AE00N0000"));
/// ```
pub struct Wrap<'w> {
    header: Header<'w>,
    protection: &'w ProtectionKey,
    length: KeyLength,
    rules: Rules,
}

/// Random bytes behind the key, drawn anew for each block by the caller.
pub type Random = [u8; 32];

/// Whether the length of a block tells that of its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyLength {
    /// All keys of TDES fill 24 bytes and all of AES 32, as X9.143 has it.
    #[default]
    Hidden,
    /// Only filled up to a whole block of the cipher.
    Shown,
}

impl<'w> Wrap<'w> {
    /// Blocks with this header. Its optional blocks get padding where they do
    /// not fill whole blocks of the cipher.
    pub const fn new(header: Header<'w>, protection: &'w ProtectionKey) -> Self {
        Self {
            header,
            protection,
            length: KeyLength::Hidden,
            rules: Rules::Strict,
        }
    }

    /// Whether the length of the key is hidden.
    #[must_use]
    pub const fn length(mut self, length: KeyLength) -> Self {
        self.length = length;
        self
    }

    /// By which rules. By the strict ones, which are the default, nothing is
    /// made that they would not read.
    #[must_use]
    pub const fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// A key whose type says what it is for; the header has to say the same.
    ///
    /// # Errors
    /// [`KeyBlockError::Usage`], and those of [`Wrap::key_of`].
    pub fn key<'o, U: Role>(
        &self,
        key: &KeyFor<U>,
        random: &Random,
        out: &'o mut [u8],
    ) -> Result<&'o str, KeyBlockError> {
        guard_role(U::USAGE, &self.header)?;
        self.key_of(key.key(), random, out)
    }

    /// A key for what the header says; hands out the key block at the front of
    /// `out`.
    ///
    /// # Errors
    /// [`KeyBlockError::Algorithm`], [`KeyBlockError::KeyLength`],
    /// [`KeyBlockError::Weaker`], [`KeyBlockError::ProtectionKey`],
    /// [`KeyBlockError::Buffer`], [`KeyBlockError::TooLong`], and
    /// [`KeyBlockError::Field`] for a header against the rules. `out` then holds nothing of the key.
    pub fn key_of<'o>(
        &self,
        key: &Key,
        random: &Random,
        out: &'o mut [u8],
    ) -> Result<&'o str, KeyBlockError> {
        let found = self.header.algorithm();
        let (fits, expected) = match found {
            KeyAlgorithm::DES | KeyAlgorithm::TDES => {
                (key.is_des(), "A for a key of AES, none for SM4")
            }
            KeyAlgorithm::AES => (key.is_aes(), "T for a key of DES, none for SM4"),
            _ => (false, "A, D or T for a key of a block cipher"),
        };
        if !fits {
            return Err(KeyBlockError::Algorithm { expected, found });
        }
        self.bytes(key.bytes(), random, out)
    }

    /// A key of another kind, of HMAC or of RSA, as bytes.
    ///
    /// # Errors
    /// As [`Wrap::key_of`].
    pub fn bytes<'o>(
        &self,
        key: &[u8],
        random: &Random,
        out: &'o mut [u8],
    ) -> Result<&'o str, KeyBlockError> {
        let algorithm = self.header.algorithm();
        let bits = key.len().saturating_mul(8);
        if key.is_empty() || bits > usize::from(u16::MAX) {
            return Err(KeyBlockError::KeyLength { algorithm, bits });
        }
        guard_length(algorithm, key.len(), self.rules)?;
        if self.rules == Rules::Strict {
            self.protection.guard_strength(algorithm, key.len())?;
        }
        let version = self.header.version();
        let binding = Binding::new(version, self.protection)?;
        let payload = self.payload_size(key.len());
        let head = Header::SIZE + self.header.blocks_size() + self.header.padding_size();
        let needed = head + 2 * (payload + version.mac_size());
        if needed > MOST {
            return Err(KeyBlockError::TooLong { found: needed });
        }
        let found = out.len();
        let out = (out.get_mut(..needed)).ok_or(KeyBlockError::Buffer { needed, found })?;
        self.header.write(needed, out)?;
        let (head, rest) = out.split_at_mut(head);
        if self.rules == Rules::Strict {
            Header::read(&mut Reader::new(head), Rules::Strict, Some(needed))?;
        }
        let (payload, mac) = rest.split_at_mut(2 * payload);
        let sealed = seal(&binding, head, key, random, payload, mac);
        if sealed.is_err() {
            payload.zeroize();
        }
        sealed?;
        // The header has printable characters only, and digits are behind it.
        core::str::from_utf8(out).map_err(|_| KeyBlockError::TooLong { found: needed })
    }

    /// Bytes of the length, the key and what fills it up.
    fn payload_size(&self, key: usize) -> usize {
        let hidden = match (self.length, self.header.algorithm()) {
            (KeyLength::Hidden, KeyAlgorithm::DES | KeyAlgorithm::TDES) => 24,
            (KeyLength::Hidden, KeyAlgorithm::AES) => 32,
            _ => 0,
        };
        let granule = self.header.version().granule();
        (LENGTH + key.max(hidden)).next_multiple_of(granule)
    }
}

/// Fills in the payload and the MAC as digits. The bytes are made in the last
/// part of where their digits come to stand.
fn seal(
    binding: &Binding,
    header: &[u8],
    key: &[u8],
    random: &Random,
    payload: &mut [u8],
    mac: &mut [u8],
) -> Result<(), KeyBlockError> {
    let bytes = payload.len() / 2;
    let clear = &mut payload[bytes..];
    clear[..LENGTH].copy_from_slice(&(8 * key.len() as u16).to_be_bytes());
    clear[LENGTH..LENGTH + key.len()].copy_from_slice(key);
    for (byte, random) in clear[LENGTH + key.len()..].iter_mut().zip(random) {
        *byte = *random;
    }
    let mut tag = [0; 16];
    let tag = &mut tag[..mac.len() / 2];
    binding.seal(header, clear, tag)?;
    for index in 0..bytes {
        let byte = payload[bytes + index];
        hex::encode(&[byte], &mut payload[2 * index..2 * index + 2]);
    }
    hex::encode(tag, mac);
    Ok(())
}
