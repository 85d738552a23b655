//! DUKPT with TDES (ANSI X9.24-1:2009, annex A): keys of 16 bytes, a KSN of 10.
//!
//! ```text
//!  base key ── KSN without its counter ──> initial key
//!  initial key ── KSN with the highest one bit ──> ── with the next ──> ... ──> transaction key
//! ```
//!
//! The working keys are the transaction key with a mask over both halves:
//!
//! | Working key | Mask of each half | Then |
//! |---|---|---|
//! | PIN | `00000000000000FF` | |
//! | MAC of the request | `000000000000FF00` | |
//! | MAC of the response | `00000000FF000000` | |
//! | data of the request | `0000000000FF0000` | enciphered under itself |
//! | data of the response | `000000FF00000000` | enciphered under itself |
//!
//! Not every reader does so, hence [`Variant`] and [`DataVariant`].

use super::device::{self, sealed::Derive};
use super::{DataKey, Direction, DukptError, TdesKsn};
use crate::crypto::key::Cipher;
use crate::crypto::{Kcv, Key, MacKey, PinKey};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The terminal's side, see [`device::Device`](super::Device).
pub type Device = device::Device<InitialKey, 10>;

/// The base derivation key (BDK), of a host and all its terminals. It never
/// enters one of them.
///
/// ```
/// # use annul::crypto::Key;
/// # use annul::crypto::dukpt::{TdesKsn, tdes::{BaseKey, Variant}};
/// let base = BaseKey::new(Key::des_hex("0123456789ABCDEFFEDCBA9876543210").unwrap()).unwrap();
/// let ksn = TdesKsn::parse("FFFF9876543210E00008").unwrap();
/// let key = base.initial_key(&ksn).transaction_key(&ksn).unwrap();
/// let pin_key = key.pin_key(Variant::Standard);
/// ```
pub struct BaseKey(Key);

impl BaseKey {
    /// A DES key of 16 bytes.
    pub fn new(key: Key) -> Result<Self, DukptError> {
        double(key).map(Self)
    }

    /// The initial key (IK, IPEK) of the terminal with this KSN, whatever its
    /// counter is.
    pub fn initial_key(&self, ksn: &TdesKsn) -> InitialKey {
        let [serial @ .., _, _] = *ksn.initial().bytes();
        let mut bytes = Zeroizing::new([0; 16]);
        let masked = masked(&self.0, REGISTER);
        for (half, key) in bytes.chunks_exact_mut(8).zip([&self.0, &masked]) {
            half.copy_from_slice(&serial);
            key.cipher().encrypt(half);
        }
        InitialKey(self.0.like(&*bytes))
    }
}

/// The initial key (IK, IPEK) of one terminal: what is loaded into it.
pub struct InitialKey(Key);

impl InitialKey {
    /// A DES key of 16 bytes.
    pub fn new(key: Key) -> Result<Self, DukptError> {
        double(key).map(Self)
    }

    /// The key of one transaction, as a host derives it.
    ///
    /// # Errors
    /// [`DukptError::NoTransaction`] for counter 0.
    pub fn transaction_key(&self, ksn: &TdesKsn) -> Result<TransactionKey, DukptError> {
        match ksn.counter() {
            0 => Err(DukptError::NoTransaction),
            _ => Ok(self.at(*ksn).transaction(*ksn)),
        }
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

impl Derive<10> for InitialKey {
    type Transaction = TransactionKey;

    fn key(&self) -> &Key {
        &self.0
    }

    /// The non-reversible key generation process (A.2): one pass makes the
    /// right half, one with the mask over the key the left.
    fn derive(key: &Key, ksn: TdesKsn) -> Key {
        let [_, _, register @ ..] = *ksn.bytes();
        let mut bytes = Zeroizing::new([0; 16]);
        let (left, right) = bytes.split_at_mut(8);
        one_way(key, register, right);
        one_way(&masked(key, REGISTER), register, left);
        key.like(&*bytes)
    }

    fn of(key: Key) -> Self {
        Self(key)
    }

    fn transaction(self, _: TdesKsn) -> TransactionKey {
        TransactionKey(self.0)
    }
}

/// The key of one transaction, of which its working keys are made.
pub struct TransactionKey(Key);

impl TransactionKey {
    /// The check value, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.0.kcv()
    }

    /// The key of the PIN block.
    pub fn pin_key(&self, variant: Variant) -> PinKey {
        PinKey::new(self.variant(variant, PIN))
    }

    /// The key of the MAC.
    pub fn mac_key(&self, direction: Direction, variant: Variant) -> MacKey {
        let place = match direction {
            Direction::Request => 6,
            Direction::Response => 4,
        };
        MacKey::new(self.variant(variant, place))
    }

    /// The key of other data.
    pub fn data_key(&self, direction: Direction, variant: DataVariant) -> DataKey {
        let place = match direction {
            Direction::Request => 5,
            Direction::Response => 3,
        };
        DataKey::new(match variant {
            DataVariant::Standard => {
                let key = self.variant(Variant::Standard, place);
                let mut bytes = bytes_of(&key);
                key.cipher().encrypt(&mut *bytes);
                key.like(&*bytes)
            }
            DataVariant::MaskOnly => self.variant(Variant::Standard, place),
            DataVariant::PinMask => self.variant(Variant::Standard, PIN),
            DataVariant::Bare => self.variant(Variant::Bare, place),
        })
    }

    /// The key with FF over this byte of both halves.
    fn variant(&self, variant: Variant, place: usize) -> Key {
        let mut mask = [0; 8];
        mask[place] = match variant {
            Variant::Standard => 0xFF,
            Variant::Bare => 0,
        };
        masked(&self.0, mask)
    }
}

/// The byte of the PIN's mask.
const PIN: usize = 7;

/// Whether PIN and MAC keys have the standard's mask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// That of the table above.
    #[default]
    Standard,
    /// None: the transaction key as it is, as some Chinese mobile readers have
    /// it. All its keys are then one, and PIN and MAC no longer apart.
    Bare,
}

/// How the data key is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataVariant {
    /// Masked, then enciphered under itself.
    #[default]
    Standard,
    /// Masked only: X9.24-1 before 2009, and readers that leave the rest out.
    MaskOnly,
    /// With the mask of the PIN, as readers of magnetic stripes do. Never with
    /// a device that takes PINs: who has data deciphered gets PINs.
    PinMask,
    /// The transaction key as it is.
    Bare,
}

/// The keys inside do it.
impl ZeroizeOnDrop for BaseKey {}
impl ZeroizeOnDrop for InitialKey {}
impl ZeroizeOnDrop for TransactionKey {}

/// The mask of derivation (A.2), over each half.
const REGISTER: [u8; 8] = [0xC0, 0xC0, 0xC0, 0xC0, 0, 0, 0, 0];

fn double(key: Key) -> Result<Key, DukptError> {
    let sound = key.halves().is_some();
    (sound.then_some(key)).ok_or(DukptError::Key {
        expected: "16-byte DES",
    })
}

fn bytes_of(key: &Key) -> Zeroizing<[u8; 16]> {
    let mut bytes = Zeroizing::new([0; 16]);
    (bytes.iter_mut().zip(key.bytes())).for_each(|(byte, of)| *byte = *of);
    bytes
}

/// The key with a mask over each half.
fn masked(key: &Key, mask: [u8; 8]) -> Key {
    let mut bytes = bytes_of(key);
    (bytes.chunks_exact_mut(8)).for_each(|half| add(half, &mask));
    key.like(&*bytes)
}

/// One half of a new key: the register, enciphered under the left half of the
/// old one with the right half added before and behind.
fn one_way(key: &Key, register: [u8; 8], half: &mut [u8]) {
    let old = bytes_of(key);
    half.copy_from_slice(&register);
    add(half, &old[8..]);
    if let Some((left, _)) = key.halves() {
        Cipher::Des(left).encrypt(half);
    }
    add(half, &old[8..]);
}

fn add(half: &mut [u8], other: &[u8]) {
    (half.iter_mut().zip(other)).for_each(|(byte, other)| *byte ^= other);
}
