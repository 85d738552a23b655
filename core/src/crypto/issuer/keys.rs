use super::{IssuerError, Session, Step, Watch, verification};
use crate::card::Pan;
use crate::crypto::{Kcv, Key, MacKey};
use core::marker::PhantomData;
use sha1::{Digest, Sha1};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// Which card of an account: what its keys are derived from.
pub struct Card {
    pan: Pan,
    sequence: u8,
}

impl Card {
    /// The card with this number and PAN sequence number (tag 5F34), 0 to 99;
    /// a card without one has 0.
    ///
    /// # Errors
    /// [`IssuerError::Sequence`] for more than two digits.
    pub fn new(pan: Pan, sequence: u8) -> Result<Self, IssuerError> {
        match sequence {
            0..100 => Ok(Self { pan, sequence }),
            found => Err(IssuerError::Sequence { found }),
        }
    }

    /// The rightmost digits of number and sequence number, two a byte, zeros
    /// before them.
    fn digits<const N: usize>(&self) -> Zeroizing<[u8; N]> {
        let mut packed = Zeroizing::new([0; N]);
        let sequence = [self.sequence / 10, self.sequence % 10];
        let pan = self.pan.reveal().iter().map(|digit| digit & 0x0F);
        for (place, digit) in pan.chain(sequence).rev().take(2 * N).enumerate() {
            packed[N - 1 - place / 2] |= digit << (4 * (place % 2));
        }
        packed
    }

    /// Bytes that number and sequence number take.
    fn size(&self) -> usize {
        (self.pan.reveal().len() + 2).div_ceil(2)
    }
}

/// How a card's keys come from the issuer's (EMV Book 2, A1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivation {
    /// The last 16 digits of number and sequence number: DES, and SM4 as PBOC
    /// has it.
    A,
    /// As A for numbers of 16 digits at most; of longer ones SHA-1, made
    /// decimal: DES.
    B,
    /// All digits: AES.
    C,
}

/// An issuer's master key for one purpose: DES of 16 bytes, SM4 or AES.
///
/// ```
/// # use annul::card::Pan;
/// # use annul::crypto::{Key, issuer::{Card, Cryptogram, Derivation, IssuerKey}};
/// let key = Key::des_hex("0123456789ABCDEFFEDCBA9876543210").unwrap();
/// let issuer = IssuerKey::<Cryptogram>::new(key).unwrap();
/// let card = Card::new(Pan::parse("1234567890123456").unwrap(), 0).unwrap();
/// let card_key = issuer.card_key(&card, Derivation::A).unwrap();
/// assert_eq!(format!("{}", card_key.kcv()), "BAB02F5C");
/// ```
pub struct IssuerKey<P>(Key, PhantomData<fn() -> P>);

/// A card's own key for one purpose, which stands in its chip (UDK, ICC master
/// key).
pub struct CardKey<P>(Key, PhantomData<fn() -> P>);

/// The key of one transaction or script.
pub struct SessionKey<P>(pub(super) MacKey, PhantomData<fn() -> P>);

/// The purposes of keys: one is of no use for another.
pub trait Purpose {
    /// Its name, as a trace says it.
    const NAME: &'static str;
}

/// The application cryptogram and its answer (AC).
pub enum Cryptogram {}
/// The MAC of scripts (SMI).
pub enum ScriptMac {}
/// The secrets in scripts (SMC).
pub enum ScriptSecrecy {}

impl Purpose for Cryptogram {
    const NAME: &'static str = "AC";
}
impl Purpose for ScriptMac {
    const NAME: &'static str = "SMI";
}
impl Purpose for ScriptSecrecy {
    const NAME: &'static str = "SMC";
}

impl<P: Purpose> IssuerKey<P> {
    /// A key of DES of 16 bytes, of SM4 or of AES.
    pub fn new(key: Key) -> Result<Self, IssuerError> {
        suitable(key).map(|key| Self(key, PhantomData))
    }

    /// The key of one card.
    ///
    /// # Errors
    /// [`IssuerError::Derivation`] where the cipher has no such derivation.
    pub fn card_key(&self, card: &Card, derivation: Derivation) -> Result<CardKey<P>, IssuerError> {
        let master = &self.0;
        if (derivation == Derivation::C) != master.is_aes()
            || (derivation == Derivation::B && !master.is_des())
        {
            return Err(IssuerError::Derivation { derivation });
        }
        let mut bytes = Zeroizing::new([0; Key::MAX]);
        if derivation == Derivation::C {
            let block = card.digits::<16>();
            double(&mut *bytes, &*block);
        } else {
            let block = match derivation {
                Derivation::B if card.pan.reveal().len() > 16 => hashed(card),
                _ => card.digits::<8>(),
            };
            double(&mut *bytes, &*block);
        }
        let size = master.bytes().len().next_multiple_of(master.block_size());
        master.cipher().encrypt(&mut bytes[..size]);
        let key = master.like(&*bytes).with_odd_parity();
        Ok(CardKey(key, PhantomData))
    }
}

/// A block, and the block with every bit turned.
fn double(bytes: &mut [u8], block: &[u8]) {
    let (first, second) = bytes.split_at_mut(block.len());
    first.copy_from_slice(block);
    for (byte, from) in second.iter_mut().zip(block) {
        *byte = !from;
    }
}

/// The digits of option B.
fn hashed(card: &Card) -> Zeroizing<[u8; 8]> {
    let digits = card.digits::<11>();
    let hash: [u8; 20] = Sha1::digest(&digits[11 - card.size()..]).into();
    Zeroizing::new(decimal(&Zeroizing::new(hash)))
}

/// The first 16 digits, two a byte (A1.4.2).
fn decimal(hash: &[u8; 20]) -> [u8; 8] {
    let digits: [u8; 16] = verification::decimal(hash);
    core::array::from_fn(|place| digits[2 * place] << 4 | digits[2 * place + 1] & 0x0F)
}

impl<P: Purpose> CardKey<P> {
    /// A card's key that is known as such.
    pub fn new(key: Key) -> Result<Self, IssuerError> {
        suitable(key).map(|key| Self(key, PhantomData))
    }

    /// The check value, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.0.kcv()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The key of one transaction or script.
    ///
    /// # Errors
    /// [`IssuerError::Session`] where the cipher has no such derivation.
    pub fn session_key(&self, session: Session) -> Result<SessionKey<P>, IssuerError> {
        self.session_key_watched(session, &mut |_| {})
    }

    /// As [`CardKey::session_key`]; `watch` sees each step.
    pub fn session_key_watched(
        &self,
        session: Session,
        watch: Watch<'_>,
    ) -> Result<SessionKey<P>, IssuerError> {
        let purpose = P::NAME;
        let kcv = self.kcv();
        watch(Step::CardKey { purpose, kcv });
        let key = session.derive(&self.0, watch)?;
        let kcv = key.kcv();
        watch(Step::SessionKey { purpose, kcv });
        Ok(SessionKey(MacKey::new(key), PhantomData))
    }
}

impl<P> SessionKey<P> {
    /// The check value, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.0.kcv()
    }
}

/// The keys inside do it.
impl<P> ZeroizeOnDrop for IssuerKey<P> {}
impl<P> ZeroizeOnDrop for CardKey<P> {}
impl<P> ZeroizeOnDrop for SessionKey<P> {}
impl ZeroizeOnDrop for Card {}

fn suitable(key: Key) -> Result<Key, IssuerError> {
    if key.is_des() && key.bytes().len() != 16 {
        return Err(IssuerError::Length {
            found: key.bytes().len(),
        });
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EMV Book 2, A1.4.2, the example.
    #[test]
    fn a_hash_is_made_decimal_digits_first() {
        let hash = [
            0x12, 0x30, 0xAB, 0xCD, 0x56, 0x78, 0x42, 0xD4, 0xB1, 0x79, 0xF2, 0xCA, 0x34, 0x5D,
            0x67, 0x89, 0xA1, 0x7B, 0x64, 0xBB,
        ];
        assert_eq!(decimal(&hash), 0x1230_5678_4241_7923_u64.to_be_bytes());
        let mut few = [0xAF; 20];
        few[19] = 0x90;
        assert_eq!(decimal(&few), 0x9005_0505_0505_0505_u64.to_be_bytes());
    }

    #[test]
    fn digits_stand_right_and_are_cut_left() {
        let card = |pan, sequence| Card::new(Pan::parse(pan).unwrap(), sequence).unwrap();
        assert_eq!(
            *card("6224242900000113", 7).digits::<8>(),
            0x2424_2900_0001_1307_u64.to_be_bytes()
        );
        assert_eq!(
            card("6224242900000113", 7).digits::<11>()[..3],
            [0, 0, 0x62]
        );
        assert_eq!(
            Card::new(Pan::parse("6224242900000113").unwrap(), 100).err(),
            Some(IssuerError::Sequence { found: 100 })
        );
    }
}
