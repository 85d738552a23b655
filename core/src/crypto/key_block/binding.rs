//! How header and key are held together: the keys made of the protection key,
//! the MAC and the encryption.
//!
//! ```text
//!  A, C  protection key ^ 45.. ── enciphers (CBC, IV: header) ─> payload
//!        protection key ^ 4D.. ── CBC-MAC of header and payload as sent, 4 bytes
//!  B, D  CMAC(protection key, 01 0000 ..) ── enciphers (CBC, IV: MAC) ─> payload
//!  E     CMAC(protection key, 01 0002 ..) ── enciphers (CTR from the MAC) ─> payload
//!        CMAC(protection key, 01 0001 ..) ── CMAC of header and payload in clear
//! ```
//!
//! The derivation data are eight bytes: a counter from 1, what the key is for,
//! a zero, the cipher (0 and 1: TDES of 16 and 24 bytes, 2 to 4: AES), and the
//! bits of the key.
//!
//! Source: X9.143:2021, 7.2 and 7.3; ISO 20038:2017, 6.

use super::{KeyBlockError, ProtectionKey, Version};
use crate::crypto::key::Cipher;
use crate::crypto::mac::{CbcMac, Cmac, Padding, Tag};
use crate::crypto::{Key, MacKey, UnsuitableKey};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The two keys that protect one block; they wipe themselves.
pub(super) struct Binding {
    version: Version,
    cipher: Cipher,
    mac: MacKey,
}

impl ZeroizeOnDrop for Binding {}

/// Masks over each byte of the protection key.
const ENCRYPTION_MASK: u8 = 0x45;
const MAC_MASK: u8 = 0x4D;
/// What a derived key is for.
const CBC: u16 = 0;
const MAC: u16 = 1;
const CTR: u16 = 2;

impl Binding {
    pub(super) fn new(version: Version, protection: &ProtectionKey) -> Result<Self, KeyBlockError> {
        let key = protection.key();
        if key.is_aes() != version.is_aes() {
            return Err(KeyBlockError::ProtectionKey { version });
        }
        let (encryption, mac) = match version {
            Version::A | Version::C => (masked(key, ENCRYPTION_MASK), masked(key, MAC_MASK)),
            Version::B | Version::D => (derived(key, CBC), derived(key, MAC)),
            Version::E => (derived(key, CTR), derived(key, MAC)),
        };
        Ok(Self {
            version,
            cipher: encryption.cipher(),
            mac: MacKey::new(mac),
        })
    }

    /// Enciphers the payload in place; `mac` is of the size that the version
    /// has.
    pub(super) fn seal(
        &self,
        header: &[u8],
        payload: &mut [u8],
        mac: &mut [u8],
    ) -> Result<(), KeyBlockError> {
        if self.is_variant() {
            self.encrypt(header, payload);
            copy(mac, self.tag(header, payload)?.bytes());
        } else {
            copy(mac, self.tag(header, payload)?.bytes());
            self.encrypt(mac, payload);
        }
        Ok(())
    }

    /// Deciphers the payload in place where the MAC is right; where it is not,
    /// nobody has looked at what came out, and the caller has to wipe it.
    pub(super) fn open(
        &self,
        header: &[u8],
        payload: &mut [u8],
        mac: &[u8],
    ) -> Result<(), KeyBlockError> {
        if self.is_variant() {
            self.verify(header, payload, mac)?;
            self.decrypt(header, payload);
            Ok(())
        } else {
            self.decrypt(mac, payload);
            self.verify(header, payload, mac)
        }
    }

    const fn is_variant(&self) -> bool {
        matches!(self.version, Version::A | Version::C)
    }

    /// Compares in constant time.
    fn verify(&self, header: &[u8], payload: &[u8], mac: &[u8]) -> Result<(), KeyBlockError> {
        let tag = self.tag(header, payload)?;
        let right = tag.authenticate(mac, ()).map_err(|_| KeyBlockError::Mac);
        right.map(|_| ())
    }

    fn tag(&self, header: &[u8], payload: &[u8]) -> Result<Tag, KeyBlockError> {
        let size = self.version.mac_size();
        let tag = if self.is_variant() {
            let mut mac = CbcMac::new(&self.mac, Padding::Method1).map_err(|e| self.unfit(e))?;
            mac.update(header);
            mac.update(payload);
            mac.finish().ok()
        } else {
            let mut mac = Cmac::new(&self.mac).map_err(|e| self.unfit(e))?;
            mac.update(header);
            mac.update(payload);
            Some(mac.finish())
        };
        // Padding method 1 has no length that could be wrong, and no MAC is
        // shorter than what is taken of it.
        let short = tag.and_then(|tag| tag.leftmost(size));
        short.ok_or(KeyBlockError::Mac)
    }

    /// No protection key is unsuitable: its constructor refused those.
    fn unfit(&self, _: UnsuitableKey) -> KeyBlockError {
        let version = self.version;
        KeyBlockError::ProtectionKey { version }
    }

    /// `iv` is the header or the MAC, of which the first block counts.
    fn encrypt(&self, iv: &[u8], payload: &mut [u8]) {
        let (size, mut last) = (self.cipher.block_size(), self.first(iv));
        if self.version == Version::E {
            return self.count(last, payload);
        }
        for block in payload.chunks_exact_mut(size) {
            add(block, &last);
            self.cipher.encrypt(block);
            copy(&mut last[..size], block);
        }
    }

    fn decrypt(&self, iv: &[u8], payload: &mut [u8]) {
        let (size, mut last) = (self.cipher.block_size(), self.first(iv));
        if self.version == Version::E {
            return self.count(last, payload);
        }
        for block in payload.chunks_exact_mut(size) {
            let mut enciphered = [0; 16];
            copy(&mut enciphered[..size], block);
            self.cipher.decrypt(block);
            add(block, &last);
            last = enciphered;
        }
    }

    /// Adds the enciphered counter, which undoes itself.
    fn count(&self, start: [u8; 16], payload: &mut [u8]) {
        let mut counter = u128::from_be_bytes(start);
        for part in payload.chunks_mut(16) {
            let mut pad = Zeroizing::new(counter.to_be_bytes());
            self.cipher.encrypt(&mut *pad);
            add(part, &*pad);
            counter = counter.wrapping_add(1);
        }
    }

    fn first(&self, iv: &[u8]) -> [u8; 16] {
        let mut first = [0; 16];
        let size = self.cipher.block_size();
        copy(&mut first[..size], iv);
        first
    }
}

fn masked(key: &Key, mask: u8) -> Key {
    let mut bytes = Zeroizing::new([0; Key::MAX]);
    let size = key.bytes().len();
    (bytes.iter_mut().zip(key.bytes())).for_each(|(byte, of)| *byte = of ^ mask);
    key.like(&bytes[..size])
}

fn derived(key: &Key, usage: u16) -> Key {
    let size = key.bytes().len();
    let cipher: u16 = match (key.is_aes(), size) {
        (false, 16) => 0,
        (false, _) => 1,
        (true, 16) => 2,
        (true, 24) => 3,
        (true, _) => 4,
    };
    let ([u0, u1], [c0, c1]) = (usage.to_be_bytes(), cipher.to_be_bytes());
    let [b0, b1] = (8 * size as u16).to_be_bytes();
    let mut bytes = Zeroizing::new([0; Key::MAX]);
    let parts = bytes[..size].chunks_mut(key.block_size());
    for (part, number) in parts.zip(1..) {
        Cmac::derive(key, &[number, u0, u1, 0, c0, c1, b0, b1], part);
    }
    key.like(&bytes[..size])
}

fn add(block: &mut [u8], other: &[u8]) {
    (block.iter_mut().zip(other)).for_each(|(byte, other)| *byte ^= other);
}

/// As many bytes as both have.
fn copy(to: &mut [u8], from: &[u8]) {
    (to.iter_mut().zip(from)).for_each(|(byte, of)| *byte = *of);
}
