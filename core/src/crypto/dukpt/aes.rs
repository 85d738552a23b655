//! DUKPT with AES (ANSI X9.24-3:2017): keys of 16, 24 or 32 bytes, a KSN of 12.
//!
//! Every key is derived by enciphering a block that says what it is for, two
//! blocks where it is longer than one:
//!
//! ```text
//!  01 | block, from 1 | usage 2 | algorithm 2 | bits 2 | terminal 4 | counter 4
//!                                                        or, of the initial key:
//!                                                        base key and terminal 8
//! ```
//!
//! | Usage | Key |
//! |---|---|
//! | 8001 | initial key, under the base key |
//! | 8000 | key on the way to a transaction's |
//! | 1000 | PIN |
//! | 2000, 2001, 2002 | MAC of the request, of the response, of both |
//! | 3000, 3001, 3002 | data of the request, of the response, of both |
//! | 0002 | encrypts other keys |

use super::device::{self, sealed::Derive};
use super::{AesKsn, DataKey, DukptError};
use crate::crypto::mac::HmacKey;
use crate::crypto::{Kcv, Key, KeyError, MacKey, MasterKey, PinKey};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The terminal's side, see [`device::Device`](super::Device).
pub type Device = device::Device<InitialKey, 12>;

/// The base derivation key (BDK), of a host and all its terminals. It never
/// enters one of them.
///
/// ```
/// # use annul::crypto::Key;
/// # use annul::crypto::dukpt::{AesKsn, aes::{BaseKey, KeyType, Ways}};
/// let base = BaseKey::new(Key::aes_hex("FEDCBA9876543210F1F1F1F1F1F1F1F1").unwrap()).unwrap();
/// let ksn = AesKsn::parse("123456789012345600000001").unwrap();
/// let key = base.initial_key(&ksn).transaction_key(&ksn).unwrap();
/// let pin_key = key.pin_key(KeyType::Aes128).unwrap();
/// let mac_key = key.mac_key(Ways::Request, KeyType::Aes128).unwrap();
/// assert!(key.pin_key(KeyType::Aes256).is_err()); // stronger than the base key
/// ```
pub struct BaseKey(Key);

impl BaseKey {
    /// An AES key of any length.
    pub fn new(key: Key) -> Result<Self, DukptError> {
        aes(key).map(Self)
    }

    /// The initial key (IK) of the terminal with this KSN, whatever its
    /// counter is.
    pub fn initial_key(&self, ksn: &AesKsn) -> InitialKey {
        let [id @ .., _, _, _, _] = *ksn.bytes();
        InitialKey(same(&self.0, INITIAL_KEY, id))
    }
}

/// The initial key (IK) of one terminal: what is loaded into it.
pub struct InitialKey(Key);

impl InitialKey {
    /// An AES key of any length.
    pub fn new(key: Key) -> Result<Self, DukptError> {
        aes(key).map(Self)
    }

    /// The key of one transaction, as a host derives it.
    ///
    /// # Errors
    /// [`DukptError::NoTransaction`] for counter 0.
    pub fn transaction_key(&self, ksn: &AesKsn) -> Result<TransactionKey, DukptError> {
        match ksn.counter() {
            0 => Err(DukptError::NoTransaction),
            _ => Ok(self.at(*ksn).transaction(*ksn)),
        }
    }

    /// The key under which the host sends this terminal a new initial key
    /// (6.4): that of counter FFFFFFFF, which no transaction has.
    ///
    /// # Errors
    /// [`DukptError::Stronger`] for one that is longer than the initial key.
    pub fn update_key(&self, ksn: &AesKsn, kind: KeyType) -> Result<MasterKey, DukptError> {
        let ksn = ksn.with_counter(u32::MAX);
        (self.at(ksn).transaction(ksn)).key_encryption_key(kind)
    }

    /// The bytes in clear, to be loaded into the terminal.
    pub fn reveal(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The check value, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.0.kcv()
    }
}

impl Derive<12> for InitialKey {
    type Transaction = TransactionKey;

    fn key(&self) -> &Key {
        &self.0
    }

    fn derive(key: &Key, ksn: AesKsn) -> Key {
        same(key, KEY_DERIVATION, context(ksn))
    }

    fn of(key: Key) -> Self {
        Self(key)
    }

    fn transaction(self, ksn: AesKsn) -> TransactionKey {
        let context = context(ksn);
        TransactionKey {
            key: self.0,
            context,
        }
    }
}

/// The key of one transaction, from which its working keys are derived.
pub struct TransactionKey {
    key: Key,
    context: [u8; 8],
}

impl TransactionKey {
    /// The check value, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.key.kcv()
    }

    /// The key of the PIN block: an AES key for format 4.
    ///
    /// # Errors
    /// [`DukptError::Stronger`], as of all that follow.
    pub fn pin_key(&self, kind: KeyType) -> Result<PinKey, DukptError> {
        self.working(PIN_ENCRYPTION, kind).map(PinKey::new)
    }

    /// The key of the MAC.
    pub fn mac_key(&self, ways: Ways, kind: KeyType) -> Result<MacKey, DukptError> {
        self.working(MAC + ways as u16, kind).map(MacKey::new)
    }

    /// The key of a MAC by HMAC-SHA-256.
    pub fn hmac_key(&self, ways: Ways, length: HmacLength) -> Result<HmacKey, DukptError> {
        let size = length as usize;
        if size > self.key.bytes().len() {
            return Err(DukptError::Stronger);
        }
        let mut bytes = Zeroizing::new([0; LONGEST]);
        let usage = MAC + ways as u16;
        derive(&self.key, usage, HMAC, self.context, &mut bytes[..size]);
        // It has bytes, so it is a key.
        HmacKey::new(&bytes[..size]).ok_or(DukptError::Stronger)
    }

    /// The key of other data.
    pub fn data_key(&self, ways: Ways, kind: KeyType) -> Result<DataKey, DukptError> {
        self.working(DATA + ways as u16, kind).map(DataKey::new)
    }

    /// The key that encrypts other keys on their way.
    pub fn key_encryption_key(&self, kind: KeyType) -> Result<MasterKey, DukptError> {
        self.working(KEY_ENCRYPTION, kind).map(MasterKey::new)
    }

    fn working(&self, usage: u16, kind: KeyType) -> Result<Key, DukptError> {
        let (algorithm, size) = kind.row();
        let tdes = matches!(kind, KeyType::Tdes2 | KeyType::Tdes3);
        if size > self.key.bytes().len() && !tdes {
            return Err(DukptError::Stronger);
        }
        let mut bytes = Zeroizing::new([0; LONGEST]);
        derive(
            &self.key,
            usage,
            algorithm,
            self.context,
            &mut bytes[..size],
        );
        // The table has lengths that its ciphers have.
        kind.key(&bytes[..size]).map_err(|_| DukptError::Stronger)
    }
}

/// The cipher of a working key. One of TDES may come from any AES key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// TDES with 16 bytes.
    Tdes2,
    /// TDES with 24 bytes.
    Tdes3,
    /// AES with 16 bytes.
    Aes128,
    /// AES with 24 bytes.
    Aes192,
    /// AES with 32 bytes.
    Aes256,
}

impl KeyType {
    /// The code in the derivation data, and bytes of a key.
    const fn row(self) -> (u16, usize) {
        match self {
            Self::Tdes2 => (0, 16),
            Self::Tdes3 => (1, 24),
            Self::Aes128 => (2, 16),
            Self::Aes192 => (3, 24),
            Self::Aes256 => (4, 32),
        }
    }

    fn key(self, bytes: &[u8]) -> Result<Key, KeyError> {
        match self {
            Self::Tdes2 | Self::Tdes3 => Key::des(bytes),
            Self::Aes128 | Self::Aes192 | Self::Aes256 => Key::aes(bytes),
        }
    }
}

/// Bytes of a key of HMAC-SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HmacLength {
    /// As strong as AES-128.
    Bits128 = 16,
    /// As strong as AES-192.
    Bits192 = 24,
    /// As strong as AES-256.
    Bits256 = 32,
}

/// Which way what the key protects goes. Host and terminal have to agree
/// whether there is one key for both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// From the terminal.
    Request = 0,
    /// To the terminal.
    Response = 1,
    /// One key for both.
    Both = 2,
}

const KEY_ENCRYPTION: u16 = 0x0002;
const PIN_ENCRYPTION: u16 = 0x1000;
const MAC: u16 = 0x2000;
const DATA: u16 = 0x3000;
const KEY_DERIVATION: u16 = 0x8000;
const INITIAL_KEY: u16 = 0x8001;
/// The algorithm code of HMAC.
const HMAC: u16 = 5;
/// Bytes of the longest key.
const LONGEST: usize = 32;

/// The keys inside do it.
impl ZeroizeOnDrop for BaseKey {}
impl ZeroizeOnDrop for InitialKey {}
impl ZeroizeOnDrop for TransactionKey {}

fn aes(key: Key) -> Result<Key, DukptError> {
    let sound = key.is_aes();
    (sound.then_some(key)).ok_or(DukptError::Key { expected: "AES" })
}

/// The second half of the derivation data of all but the initial key.
fn context(ksn: AesKsn) -> [u8; 8] {
    let [_, _, _, _, context @ ..] = *ksn.bytes();
    context
}

/// A key of the same length as that which it is derived from.
fn same(key: &Key, usage: u16, context: [u8; 8]) -> Key {
    let (mut bytes, size) = (Zeroizing::new([0; LONGEST]), key.bytes().len());
    let algorithm = match size {
        16 => KeyType::Aes128,
        24 => KeyType::Aes192,
        _ => KeyType::Aes256,
    };
    derive(key, usage, algorithm.row().0, context, &mut bytes[..size]);
    key.like(&bytes[..size])
}

/// Fills `out`, the key, with the enciphered derivation data (6.3.2).
fn derive(key: &Key, usage: u16, algorithm: u16, context: [u8; 8], out: &mut [u8]) {
    let ([u0, u1], [a0, a1]) = (usage.to_be_bytes(), algorithm.to_be_bytes());
    let [b0, b1] = (8 * out.len() as u16).to_be_bytes();
    let cipher = key.cipher();
    for (part, number) in out.chunks_mut(16).zip(1..) {
        let mut block = Zeroizing::new([0; 16]);
        block[..8].copy_from_slice(&[1, number, u0, u1, a0, a1, b0, b1]);
        block[8..].copy_from_slice(&context);
        cipher.encrypt(&mut *block);
        part.copy_from_slice(&block[..part.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The supplement of X9.24-3: a derived key of usage 8000, from which no
    /// working key of this module comes.
    #[test]
    fn derivation_keys_are_those_of_the_standard() {
        let key = Key::aes_hex("4F21B565BAD9835E112B6465635EAE44").unwrap();
        let ksn = AesKsn::parse("123456789012345600000001").unwrap();
        let derived = InitialKey::derive(&key, ksn);
        let expected = Key::aes_hex("30E54D3C69B22501A7FC43969D81D5C0").unwrap();
        assert_eq!(derived.bytes(), expected.bytes());
    }
}
