use super::{Key, MasterKey};
use crate::card::{Expiry, Pan};
use core::fmt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The card data a reversal, a void or a batch upload needs again: F2 and F14.
/// The PAN in it wipes itself; what else stands on a track cannot be put here.
///
/// `Debug` shows the first six and last four digits.
#[derive(PartialEq, Eq)]
pub struct CardOnFile {
    /// The card number.
    pub pan: Pan,
    /// Its expiry, where the card gave one. Alone it is no secret.
    pub expiry: Option<Expiry>,
}

/// One pad enciphers the whole card.
const _: () = assert!(CardOnFile::PACKED <= DIGEST);

/// The PAN does it, so the two parts can still be moved out.
impl ZeroizeOnDrop for CardOnFile {}

impl CardOnFile {
    /// Bytes of the packed form.
    const PACKED: usize = 12;

    /// Twenty digits of PAN and four of expiry, filled with F.
    fn pack(&self) -> Zeroizing<[u8; Self::PACKED]> {
        let mut digits = Zeroizing::new([b'0' + 0x0F; Self::PACKED * 2]);
        let (pan, expiry) = digits.split_at_mut(Pan::MAX + 1);
        for (place, digit) in pan.iter_mut().zip(self.pan.reveal()) {
            *place = *digit;
        }
        if let Some(date) = &self.expiry {
            expiry.copy_from_slice(date.digits());
        }
        let mut packed = Zeroizing::new([0; Self::PACKED]);
        for (byte, pair) in packed.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1] & 0x0F;
        }
        packed
    }

    fn unpack(packed: &[u8; Self::PACKED]) -> Option<Self> {
        let mut digits = Zeroizing::new([0; Self::PACKED * 2]);
        for (pair, byte) in digits.chunks_exact_mut(2).zip(packed) {
            pair.copy_from_slice(&[b'0' + (byte >> 4), b'0' + (byte & 0x0F)]);
        }
        let (pan, expiry) = digits.split_at(Pan::MAX + 1);
        let end = pan.iter().position(|digit| !digit.is_ascii_digit())?;
        let expiry = match expiry {
            // F four times.
            [0x3F, 0x3F, 0x3F, 0x3F] => None,
            digits => Some(Expiry::parse(str::from_utf8(digits).ok()?).ok()?),
        };
        Some(Self {
            pan: Pan::from_digits(&pan[..end]).ok()?,
            expiry,
        })
    }
}

impl fmt::Debug for CardOnFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardOnFile({})", self.pan.masked())
    }
}

/// A [`CardOnFile`] as the journal keeps it: unreadable without the terminal's
/// sealing key, and useless if changed (PCI DSS 4.0.1, 3.5.1).
///
/// ```text
///  nonce 6 | encrypted card 12 | tag 16
/// ```
///
/// Made by the SIV construction (Rogaway and Shrimpton, 2006) out of
/// HMAC-SHA-256 under one key K:
///
/// ```text
///  tag       = the first 16 bytes of HMAC(K, "annul card on file 2 tag" | nonce | card)
///  encrypted = card xor the first 12 bytes of HMAC(K, "annul card on file 2 pad" | tag)
/// ```
///
/// The nonce is batch and trace, three bytes of BCD each. Should they come
/// round again under the same key, equal cards show as equal and nothing else
/// is lost. Why no AES: decision 13.
///
/// ```
/// # use annul::card::{Expiry, Pan};
/// # use annul::crypto::{CardOnFile, SealedCard, SealingKey};
/// let key = SealingKey::new([7; 32]);
/// let card = CardOnFile { pan: Pan::parse("6224242900000113").unwrap(), expiry: None };
/// let sealed = SealedCard::seal(&key, &card, [0, 0, 1, 0, 4, 3]);
/// assert_eq!(sealed.open(&key), Ok(card));
/// assert!(sealed.open(&SealingKey::new([8; 32])).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SealedCard([u8; Self::SIZE]);

impl SealedCard {
    /// Bytes of a sealed card.
    pub const SIZE: usize = Self::NONCE + CardOnFile::PACKED + Self::TAG;
    /// Bytes of the nonce.
    pub const NONCE: usize = 6;
    const TAG: usize = 16;

    /// Seals a card under the nonce of its transaction: batch and trace.
    pub fn seal(key: &SealingKey, card: &CardOnFile, nonce: [u8; Self::NONCE]) -> Self {
        let mut card = card.pack();
        let tag = key.tag(nonce, &card);
        key.mask(&tag, &mut card);
        let mut sealed = [0; Self::SIZE];
        sealed[..Self::NONCE].copy_from_slice(&nonce);
        sealed[Self::NONCE..Self::SIZE - Self::TAG].copy_from_slice(&card[..]);
        sealed[Self::SIZE - Self::TAG..].copy_from_slice(&tag);
        Self(sealed)
    }

    /// Opens what [`SealedCard::seal`] made.
    ///
    /// # Errors
    /// [`SealBroken`] where a byte was changed or the key is another.
    pub fn open(&self, key: &SealingKey) -> Result<CardOnFile, SealBroken> {
        let (nonce, rest) = self.0.split_first_chunk().ok_or(SealBroken)?;
        let (sealed, tag) = rest.split_first_chunk().ok_or(SealBroken)?;
        let tag: &[u8; Self::TAG] = tag.try_into().map_err(|_| SealBroken)?;
        let mut card = Zeroizing::new(*sealed);
        key.mask(tag, &mut card);
        if bool::from(key.tag(*nonce, &card).ct_eq(tag)) {
            CardOnFile::unpack(&card).ok_or(SealBroken)
        } else {
            Err(SealBroken)
        }
    }

    /// A sealed card as stored. Whether it is one shows when it is opened.
    pub const fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn bytes(&self) -> &[u8; Self::SIZE] {
        &self.0
    }
}

/// Shows the nonce only.
impl fmt::Debug for SealedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedCard(")?;
        self.0[..Self::NONCE]
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02X}"))?;
        f.write_str(")")
    }
}

/// The key that seals cards: 32 bytes, wiped on drop. Destroy it and every
/// card sealed with it is erased.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SealingKey([u8; Self::SIZE]);

impl SealingKey {
    /// Bytes of the key.
    pub const SIZE: usize = 32;
    const DERIVE: &[u8] = b"annul sealing key 2";
    /// As long as the next, so that no input of the one is one of the other.
    const TAG: &[u8; 24] = b"annul card on file 2 tag";
    const PAD: &[u8; 24] = b"annul card on file 2 pad";

    /// A key from the device's key store. The array handed in is the caller's
    /// to wipe.
    pub const fn new(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// The key that follows from a master key: HMAC-SHA-256 under it of the
    /// label `annul sealing key 2`. The parity bits of a DES key count as zero,
    /// so a master key loaded again with other parity still opens old cards.
    pub fn derive(master: &MasterKey) -> Self {
        let parity = u8::from(!master.key().is_sm4());
        let mut key = Zeroizing::new([0; Key::MAX]);
        let bytes = master.key().bytes();
        for (place, byte) in key.iter_mut().zip(bytes) {
            *place = byte & !parity;
        }
        Self(*hmac(&key[..bytes.len()], &[Self::DERIVE]))
    }

    /// The tag of a card in clear.
    fn tag(
        &self,
        nonce: [u8; SealedCard::NONCE],
        card: &[u8; CardOnFile::PACKED],
    ) -> [u8; SealedCard::TAG] {
        let whole = hmac(&self.0, &[Self::TAG, &nonce, card]);
        let mut tag = [0; SealedCard::TAG];
        tag.copy_from_slice(&whole[..SealedCard::TAG]);
        tag
    }

    /// Enciphers a card in place, or deciphers it.
    fn mask(&self, tag: &[u8; SealedCard::TAG], card: &mut [u8; CardOnFile::PACKED]) {
        let pad = hmac(&self.0, &[Self::PAD, tag]);
        for (byte, pad) in card.iter_mut().zip(pad.iter()) {
            *byte ^= pad;
        }
    }
}

/// Bytes of a SHA-256.
const DIGEST: usize = 32;

/// HMAC-SHA-256 (RFC 2104) of the parts one after the other, under a key of at
/// most a block.
fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; DIGEST]> {
    // HMAC fills a short key with zeros to a block of its hash.
    let mut block = Zeroizing::new([0; 64]);
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    let mut hmac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        hmac.update(part);
    }
    let mut output = hmac.finalize().into_bytes();
    let mut told = Zeroizing::new([0; DIGEST]);
    told.copy_from_slice(&output);
    output.as_mut_slice().zeroize();
    told
}

/// A sealed card that does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "sealed card: changed, or sealed under another master key; reload that key or resolve by hand"
)]
pub struct SealBroken;

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    const NONCE: [u8; 6] = [0, 0, 1, 0, 4, 3];

    fn card(pan: &str, expiry: Option<&str>) -> CardOnFile {
        let expiry = expiry.map(|text| Expiry::parse(text).unwrap());
        CardOnFile {
            pan: Pan::parse(pan).unwrap(),
            expiry,
        }
    }

    #[test]
    fn packs_into_twelve_bytes() {
        let packed = card("6216261000000000018", Some("3012")).pack();
        assert_eq!(*packed, *b"\x62\x16\x26\x10\0\0\0\0\x01\x8F\x30\x12");
        let packed = card("6224242900000113", None).pack();
        assert_eq!(*packed, *b"\x62\x24\x24\x29\0\0\x01\x13\xFF\xFF\xFF\xFF");
    }

    #[test]
    fn every_length_survives_sealing() {
        let key = SealingKey::new([7; 32]);
        for length in 13..=19 {
            for expiry in [None, Some("2812")] {
                let card = card(&"6216261000000000018"[..length], expiry);
                let sealed = SealedCard::seal(&key, &card, NONCE);
                assert_eq!(sealed.open(&key), Ok(card));
                assert_eq!(sealed.bytes()[..6], NONCE);
            }
        }
    }

    #[test]
    fn every_flipped_bit_and_another_key_break_the_seal() {
        let key = SealingKey::new([7; 32]);
        let sealed = SealedCard::seal(&key, &card("6224242900000113", Some("2806")), NONCE);
        for bit in 0..SealedCard::SIZE * 8 {
            let mut bytes = *sealed.bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                SealedCard::from_bytes(bytes).open(&key),
                Err(SealBroken),
                "bit {bit}"
            );
        }
        assert_eq!(sealed.open(&SealingKey::new([8; 32])), Err(SealBroken));
    }

    #[test]
    fn only_packed_cards_unpack() {
        for packed in [
            *b"\xFF\x24\x24\x29\0\0\x01\x13\xFF\xFF\xFF\xFF",
            *b"\x62\x24\x24\x29\0\0\xF1\x13\xFF\xFF\xFF\xFF",
            *b"\x62\x24\x24\x29\0\0\x01\x13\xFF\xFF\x28\x13",
            *b"\x62\x24\x24\x29\0\0\x01\x13\xFF\xFF\xFF\x06",
            *b"\x62\x24\x24\x29\0\0\x01\x13\x11\x11\x28\x06",
        ] {
            assert!(CardOnFile::unpack(&packed).is_none());
        }
    }

    #[test]
    fn parity_of_the_master_key_does_not_matter_but_its_bits_do() {
        let derive = |byte| SealingKey::derive(&MasterKey::new(Key::des(&[byte; 16]).unwrap())).0;
        assert_eq!(derive(0x10), derive(0x11));
        assert_ne!(derive(0x11), derive(0x13));
    }

    #[test]
    fn debug_shows_first_six_and_last_four_only() {
        let card = card("6216261000000000018", Some("3012"));
        assert_eq!(format!("{card:?}"), "CardOnFile(621626*********0018)");
        let sealed = SealedCard::seal(&SealingKey::new([7; 32]), &card, NONCE);
        assert_eq!(format!("{sealed:?}"), "SealedCard(000001000403)");
    }

    #[test]
    fn zeroize_clears_the_sealing_key() {
        let mut key = SealingKey::new([7; 32]);
        key.zeroize();
        assert_eq!(key.0, [0; 32]);
    }
}
