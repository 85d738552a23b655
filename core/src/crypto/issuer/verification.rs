use super::keys::{Card, IssuerKey, Purpose};
use super::{Derivation, IssuerError, Session};
use crate::card::{Pan, Pin};
use crate::crypto::mac::{CbcMac, Padding, RetailMac};
use crate::crypto::{Key, MacKey};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The key pair of card verification values (CVK): a DES key of 16 bytes.
///
/// ```
/// # use annul::card::Pan;
/// # use annul::crypto::{Key, issuer::VerificationKey};
/// let key = VerificationKey::new(Key::des_hex("99999999999999998888888888888888").unwrap());
/// let pan = Pan::parse("2222222222222222").unwrap();
/// assert_eq!(key?.value(&pan, *b"3333", *b"111")?, *b"361");
/// # Ok::<(), annul::crypto::issuer::IssuerError>(())
/// ```
pub struct VerificationKey(MacKey);

impl VerificationKey {
    /// A DES key of 16 bytes.
    pub fn new(key: Key) -> Result<Self, IssuerError> {
        double(key).map(|key| Self(MacKey::new(key)))
    }

    /// The card verification value (CVV, CVC): three digits over card number,
    /// expiry and service code, each in ASCII digits. With the service code 000
    /// it is the one on the back, with 999 that of the chip.
    pub fn value(
        &self,
        pan: &Pan,
        expiry: [u8; 4],
        service: [u8; 3],
    ) -> Result<[u8; 3], IssuerError> {
        let mut packed = Zeroizing::new([0; 16]);
        let digits = pan.reveal().iter().chain(&expiry).chain(&service);
        add_digits(&mut *packed, digits);
        // Algorithm 3 is just this: the first block under the left half, the
        // second under the whole key.
        let mut mac = RetailMac::new(&self.0, Padding::Method1)?;
        mac.update(&*packed);
        let tag = mac.finish().map_err(|_| MacKey::UNSUITABLE)?;
        Ok(decimal(tag.bytes()))
    }
}

/// The key of PIN verification values (PVK): a DES key of 16 bytes.
pub struct PinVerificationKey(Key);

impl PinVerificationKey {
    /// A DES key of 16 bytes.
    pub fn new(key: Key) -> Result<Self, IssuerError> {
        double(key).map(Self)
    }

    /// The PIN verification value: four digits over the last eleven digits of
    /// the card number before the check digit, the key's index, 0 to 9, and
    /// the first four digits of the PIN. Who has it and the key can find the PIN.
    pub fn value(&self, pan: &Pan, index: u8, pin: &Pin) -> [u8; 4] {
        let mut block = Zeroizing::new([0; 8]);
        let (_check, number) = pan.reveal().split_last().unwrap_or((&0, &[]));
        let number = &number[number.len().saturating_sub(11)..];
        let digits = number.iter().chain([&index]).chain(&pin.reveal()[..4]);
        add_digits(&mut *block, digits);
        self.0.cipher().encrypt(&mut *block);
        decimal(&*block)
    }
}

/// The dynamic verification value of contactless magnetic stripe cards (CVC3).
pub enum DynamicValue {}

impl Purpose for DynamicValue {
    const NAME: &'static str = "CVC3";
}

impl IssuerKey<DynamicValue> {
    /// Five digits over the card's track 2 as it stands in the chip, packed and
    /// filled with F, the terminal's unpredictable number (4 bytes, decimal) and
    /// the counter (tag 9F36). A track has room for the last three or four.
    pub fn dynamic_value(
        &self,
        card: &Card,
        track: &[u8],
        number: [u8; 4],
        counter: [u8; 2],
    ) -> Result<[u8; 5], IssuerError> {
        let key = self.card_key(card, Derivation::A)?;
        let key = key.session_key(Session::CardKey)?;
        let mut mac = RetailMac::new(&key.0, Padding::Method2)?;
        mac.update(track);
        let tag = mac.finish().map_err(|_| MacKey::UNSUITABLE)?;
        let mut block = [0; 8];
        block[..2].copy_from_slice(&tag.bytes()[6..8]);
        block[2..6].copy_from_slice(&number);
        block[6..].copy_from_slice(&counter);
        let mut mac = CbcMac::new(&key.0, Padding::Method1)?;
        mac.update(&block);
        let tag = mac.finish().map_err(|_| MacKey::UNSUITABLE)?;
        let mut rest = u16::from_be_bytes([tag.bytes()[6], tag.bytes()[7]]);
        let mut digits = [b'0'; 5];
        for digit in digits.iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
        Ok(digits)
    }
}

/// The keys inside do it.
impl ZeroizeOnDrop for VerificationKey {}
impl ZeroizeOnDrop for PinVerificationKey {}

/// Adds digits, two a byte from the left, to what is there.
pub(super) fn add_digits<'d>(block: &mut [u8], digits: impl Iterator<Item = &'d u8>) {
    for (place, digit) in digits.enumerate() {
        block[place / 2] ^= (digit & 0x0F) << (4 * (1 - place % 2));
    }
}

/// The first decimal digits among the nibbles; where there are fewer, the
/// letters A to F follow as 0 to 5.
pub(super) fn decimal<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let nibbles = || bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    let digits = nibbles().filter(|nibble| *nibble < 10);
    let letters = nibbles().filter(|nibble| *nibble >= 10);
    let mut all = digits.chain(letters.map(|letter| letter - 10));
    core::array::from_fn(|_| b'0' + all.next().unwrap_or(0))
}

fn double(key: Key) -> Result<Key, IssuerError> {
    match key.bytes().len() {
        16 if key.is_des() => Ok(key),
        found => Err(IssuerError::Length { found }),
    }
}
