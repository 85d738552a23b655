use super::super::hex;
use super::Tag;
use ::hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A key of HMAC-SHA-256: bytes of any length but none. It wipes itself when
/// dropped.
///
/// One of 32 bytes is as strong as the MAC; what is longer than 64 is hashed
/// first (RFC 2104).
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct HmacKey {
    /// Zeros behind the key, as HMAC itself fills it.
    block: [u8; Self::BLOCK],
}

impl HmacKey {
    /// Bytes of a block of SHA-256.
    const BLOCK: usize = 64;

    /// A key of these bytes; none where there are no bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut block = [0; Self::BLOCK];
        match bytes.len() {
            0 => return None,
            1..=Self::BLOCK => block[..bytes.len()].copy_from_slice(bytes),
            _ => block[..32].copy_from_slice(&Sha256::digest(bytes)),
        }
        Some(Self { block })
    }

    /// A key as pairs of hexadecimal digits of either case, 64 at most.
    pub fn hex(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; Self::BLOCK]);
        let bytes = bytes.get_mut(..text.len() / 2)?;
        hex::decode(text.as_bytes(), bytes)?;
        Self::new(bytes)
    }
}

/// HMAC-SHA-256 (RFC 2104, ISO/IEC 9797-2), fed with the message as it comes.
///
/// ```
/// # use annul::crypto::mac::{HmacKey, HmacSha256};
/// let mut mac = HmacSha256::new(&HmacKey::new(b"Jefe").unwrap());
/// mac.update(b"what do ya want ");
/// mac.update(b"for nothing?");
/// let tag = mac.finish();
/// assert_eq!(tag.leftmost(4).unwrap().text().characters(), b"5BDCC146");
/// ```
pub struct HmacSha256(Hmac<Sha256>);

impl HmacSha256 {
    /// Starts a MAC.
    pub fn new(key: &HmacKey) -> Self {
        Self(Hmac::new((&key.block).into()))
    }

    /// Takes the next part of the message, of any length.
    pub fn update(&mut self, part: &[u8]) {
        self.0.update(part);
    }

    /// Ends the message.
    pub fn finish(self) -> Tag {
        Tag::new(&self.0.finalize().into_bytes())
    }
}

/// The states of the hash wipe themselves.
impl ZeroizeOnDrop for HmacSha256 {}

#[cfg(test)]
mod tests {
    use super::*;

    fn mac(key: &[u8], message: &[u8]) -> Tag {
        let mut mac = HmacSha256::new(&HmacKey::new(key).unwrap());
        mac.update(message);
        mac.finish()
    }

    /// RFC 4231, 4.7: a key of 131 bytes.
    #[test]
    fn long_keys_are_hashed_first() {
        let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            mac(&[0xAA; 131], message).text().characters(),
            b"60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54"
        );
        assert_eq!(
            mac(&[0xAA; 131], message),
            mac(&Sha256::digest([0xAA; 131]), message)
        );
    }

    #[test]
    fn no_key_is_no_key() {
        assert!(HmacKey::new(&[]).is_none());
        for text in ["", "0", "0g", "0x00", &"00".repeat(65)] {
            assert!(HmacKey::hex(text).is_none(), "{text}");
        }
        let (a, b) = (
            HmacKey::hex("4a656665").unwrap(),
            HmacKey::new(b"Jefe").unwrap(),
        );
        assert_eq!(a.block, b.block);
    }
}
