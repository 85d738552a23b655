use super::{Kcv, hex};
#[cfg(feature = "aes")]
use aes::{Aes128, Aes192, Aes256};
use des::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2, TdesEde3};
use sm4::Sm4;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// A key of a block cipher: DES of single, double or triple length (8, 16 or
/// 24 bytes), SM4 (16 bytes) or, with the feature `aes`, AES (16, 24 or 32
/// bytes). It wipes itself when dropped.
///
/// The parity bits of a DES key are neither checked nor corrected, as no host
/// agrees on them; two keys that differ in parity only are the same key.
///
/// What a key may be used for is said by [`KeyFor`](super::KeyFor).
///
/// ```
/// # use annul::crypto::{Key, KeyError};
/// let key = Key::des_hex("11111111111111111111111111111111").unwrap();
/// let mut block = [0; 8];
/// key.encrypt(&mut block).unwrap();
/// assert_eq!(block, [0x82, 0xE1, 0x36, 0x65, 0xB4, 0x62, 0x4D, 0xF5]);
/// assert_eq!(Key::des_hex("1111").err(), Some(KeyError::Length { found: 2 }));
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Key {
    bytes: [u8; Self::MAX],
    #[zeroize(skip)]
    kind: Kind,
}

/// The cipher and how long its key is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Des,
    DoubleDes,
    TripleDes,
    Sm4,
    #[cfg(feature = "aes")]
    Aes128,
    #[cfg(feature = "aes")]
    Aes192,
    #[cfg(feature = "aes")]
    Aes256,
}

impl Key {
    /// Bytes of the longest key.
    pub const MAX: usize = if cfg!(feature = "aes") { 32 } else { 24 };

    /// A DES key: 8, 16 or 24 bytes.
    pub fn des(bytes: &[u8]) -> Result<Self, KeyError> {
        let kind = match bytes.len() {
            8 => Kind::Des,
            16 => Kind::DoubleDes,
            24 => Kind::TripleDes,
            found => return Err(KeyError::Length { found }),
        };
        Ok(Self::new(kind, bytes))
    }

    /// A DES key as 16, 32 or 48 hexadecimal digits of either case.
    pub fn des_hex(text: &str) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; Self::MAX]);
        Self::des(decode(text, &mut bytes)?)
    }

    /// An SM4 key: 16 bytes.
    pub fn sm4(bytes: &[u8]) -> Result<Self, KeyError> {
        match bytes.len() {
            16 => Ok(Self::new(Kind::Sm4, bytes)),
            found => Err(KeyError::Sm4Length { found }),
        }
    }

    /// An SM4 key as 32 hexadecimal digits of either case.
    pub fn sm4_hex(text: &str) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; Self::MAX]);
        Self::sm4(decode(text, &mut bytes)?)
    }

    /// An AES key: 16, 24 or 32 bytes.
    #[cfg(feature = "aes")]
    pub fn aes(bytes: &[u8]) -> Result<Self, KeyError> {
        let kind = match bytes.len() {
            16 => Kind::Aes128,
            24 => Kind::Aes192,
            32 => Kind::Aes256,
            found => return Err(KeyError::AesLength { found }),
        };
        Ok(Self::new(kind, bytes))
    }

    /// An AES key as 32, 48 or 64 hexadecimal digits of either case.
    #[cfg(feature = "aes")]
    pub fn aes_hex(text: &str) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; Self::MAX]);
        Self::aes(decode(text, &mut bytes)?)
    }

    /// Bytes of one block of the cipher: 8 for DES, 16 for SM4 and AES.
    pub fn block_size(&self) -> usize {
        if self.is_des() { 8 } else { 16 }
    }

    /// Enciphers whole blocks in place, each by itself (ECB).
    pub fn encrypt(&self, blocks: &mut [u8]) -> Result<(), KeyError> {
        self.whole(blocks)?;
        self.cipher().encrypt(blocks);
        Ok(())
    }

    /// Deciphers whole blocks in place, each by itself (ECB).
    pub fn decrypt(&self, blocks: &mut [u8]) -> Result<(), KeyError> {
        self.whole(blocks)?;
        self.cipher().decrypt(blocks);
        Ok(())
    }

    /// The check value: the first four bytes of [`Key::check_block`].
    pub fn kcv(&self) -> Kcv {
        let [a, b, c, d, ..] = self.check_block();
        Kcv::new([a, b, c, d])
    }

    /// The first eight bytes of a block of zeros enciphered under this key;
    /// hosts of the Chanjet kind compare all eight.
    pub fn check_block(&self) -> [u8; 8] {
        let mut block = [0; 16];
        self.cipher().encrypt(&mut block[..self.block_size()]);
        let mut check = [0; 8];
        check.copy_from_slice(&block[..8]);
        check
    }

    pub(super) fn cipher(&self) -> Cipher {
        match self.kind {
            Kind::Des => Cipher::Des(self.ready()),
            Kind::DoubleDes => Cipher::DoubleDes(self.ready()),
            Kind::TripleDes => Cipher::TripleDes(self.ready()),
            Kind::Sm4 => Cipher::Sm4(self.ready()),
            #[cfg(feature = "aes")]
            Kind::Aes128 => Cipher::Aes128(self.ready()),
            #[cfg(feature = "aes")]
            Kind::Aes192 => Cipher::Aes192(self.ready()),
            #[cfg(feature = "aes")]
            Kind::Aes256 => Cipher::Aes256(self.ready()),
        }
    }

    /// Both halves of a double-length DES key, each by itself; none of another.
    pub(super) fn halves(&self) -> Option<(Des, Des)> {
        (self.kind == Kind::DoubleDes).then(|| (des_of(&self.bytes, 0), des_of(&self.bytes, 8)))
    }

    pub(super) fn is_sm4(&self) -> bool {
        self.kind == Kind::Sm4
    }

    #[cfg(feature = "aes")]
    pub(super) fn is_aes(&self) -> bool {
        matches!(self.kind, Kind::Aes128 | Kind::Aes192 | Kind::Aes256)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..match self.kind {
            Kind::Des => 8,
            Kind::DoubleDes | Kind::Sm4 => 16,
            Kind::TripleDes => 24,
            #[cfg(feature = "aes")]
            Kind::Aes128 => 16,
            #[cfg(feature = "aes")]
            Kind::Aes192 => 24,
            #[cfg(feature = "aes")]
            Kind::Aes256 => 32,
        }]
    }

    pub(super) fn is_des(&self) -> bool {
        matches!(self.kind, Kind::Des | Kind::DoubleDes | Kind::TripleDes)
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        let length = self.bytes().len();
        &mut self.bytes[..length]
    }

    /// Whether the other is of this cipher and length.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
    }

    /// The same key again, for a sum that begins with it.
    pub(super) fn again(&self) -> Self {
        Self::new(self.kind, self.bytes())
    }

    /// Another key of this cipher and length.
    #[cfg(any(feature = "dukpt", feature = "issuer", feature = "key-blocks"))]
    pub(super) fn like(&self, bytes: &[u8]) -> Self {
        let mut key = Self {
            bytes: [0; Self::MAX],
            kind: self.kind,
        };
        let size = self.bytes().len().min(bytes.len());
        key.bytes[..size].copy_from_slice(&bytes[..size]);
        key
    }

    /// The cipher whose key are the first bytes.
    fn ready<C: KeyInit>(&self) -> C {
        let (key, _) = Array::slice_as_chunks(&self.bytes);
        C::new(&key[0])
    }

    fn new(kind: Kind, bytes: &[u8]) -> Self {
        let mut key = Self {
            bytes: [0; Self::MAX],
            kind,
        };
        key.bytes[..bytes.len()].copy_from_slice(bytes);
        key
    }

    fn whole(&self, blocks: &[u8]) -> Result<(), KeyError> {
        let (block, found) = (self.block_size(), blocks.len());
        if found.is_multiple_of(block) {
            Ok(())
        } else {
            Err(KeyError::Blocks { block, found })
        }
    }
}

/// What is wrong with a key or with what it was to encipher. It never quotes
/// either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A DES key of another length.
    #[error("DES key: expected 8, 16 or 24 bytes, found {found}; check how the key was exported")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// An SM4 key of another length.
    #[error("SM4 key: expected 16 bytes, found {found}; check how the key was exported")]
    Sm4Length {
        /// Bytes found.
        found: usize,
    },
    /// An AES key of another length.
    #[cfg(feature = "aes")]
    #[error("AES key: expected 16, 24 or 32 bytes, found {found}; check how the key was exported")]
    AesLength {
        /// Bytes found.
        found: usize,
    },
    /// Key text with something else than pairs of hexadecimal digits.
    #[error("key: expected an even number of hexadecimal digits, at most {}", Key::MAX * 2)]
    Hex,
    /// Not a whole number of blocks.
    #[error("cipher: expected whole blocks of {block} bytes, found {found} bytes; pad them first")]
    Blocks {
        /// Bytes of one block.
        block: usize,
        /// Bytes found.
        found: usize,
    },
}

/// A key made ready; its round keys wipe themselves when dropped (feature
/// `zeroize` of the ciphers).
pub(super) enum Cipher {
    Des(Des),
    DoubleDes(TdesEde2),
    TripleDes(TdesEde3),
    Sm4(Sm4),
    #[cfg(feature = "aes")]
    Aes128(Aes128),
    #[cfg(feature = "aes")]
    Aes192(Aes192),
    #[cfg(feature = "aes")]
    Aes256(Aes256),
}

impl Cipher {
    /// Bytes of one block.
    pub(super) fn block_size(&self) -> usize {
        let des = matches!(self, Self::Des(_) | Self::DoubleDes(_) | Self::TripleDes(_));
        if des { 8 } else { 16 }
    }

    /// Enciphers the whole blocks of `data`; a shorter rest stays as it is.
    pub(super) fn encrypt(&self, data: &mut [u8]) {
        match self {
            Self::Des(des) => des.encrypt_blocks(Array::slice_as_chunks_mut(data).0),
            Self::DoubleDes(des) => des.encrypt_blocks(Array::slice_as_chunks_mut(data).0),
            Self::TripleDes(des) => des.encrypt_blocks(Array::slice_as_chunks_mut(data).0),
            Self::Sm4(sm4) => sm4.encrypt_blocks(Array::slice_as_chunks_mut(data).0),
            #[cfg(feature = "aes")]
            Self::Aes128(aes) => aes.encrypt_blocks(Array::slice_as_chunks_mut(data).0),
            #[cfg(feature = "aes")]
            Self::Aes192(aes) => aes.encrypt_blocks(Array::slice_as_chunks_mut(data).0),
            #[cfg(feature = "aes")]
            Self::Aes256(aes) => aes.encrypt_blocks(Array::slice_as_chunks_mut(data).0),
        }
    }

    /// Deciphers the whole blocks of `data`; a shorter rest stays as it is.
    pub(super) fn decrypt(&self, data: &mut [u8]) {
        match self {
            Self::Des(des) => des.decrypt_blocks(Array::slice_as_chunks_mut(data).0),
            Self::DoubleDes(des) => des.decrypt_blocks(Array::slice_as_chunks_mut(data).0),
            Self::TripleDes(des) => des.decrypt_blocks(Array::slice_as_chunks_mut(data).0),
            Self::Sm4(sm4) => sm4.decrypt_blocks(Array::slice_as_chunks_mut(data).0),
            #[cfg(feature = "aes")]
            Self::Aes128(aes) => aes.decrypt_blocks(Array::slice_as_chunks_mut(data).0),
            #[cfg(feature = "aes")]
            Self::Aes192(aes) => aes.decrypt_blocks(Array::slice_as_chunks_mut(data).0),
            #[cfg(feature = "aes")]
            Self::Aes256(aes) => aes.decrypt_blocks(Array::slice_as_chunks_mut(data).0),
        }
    }
}

/// The DES of the eight key bytes from `start`, which is 0, 8 or 16.
fn des_of(bytes: &[u8; Key::MAX], start: usize) -> Des {
    let mut eight = Zeroizing::new([0; 8]);
    eight.copy_from_slice(&bytes[start..start + 8]);
    Des::new((&*eight).into())
}

fn decode<'b>(text: &str, bytes: &'b mut [u8; Key::MAX]) -> Result<&'b [u8], KeyError> {
    let bytes = (bytes.get_mut(..text.len() / 2)).ok_or(KeyError::Hex)?;
    hex::decode(text.as_bytes(), bytes).ok_or(KeyError::Hex)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parity_makes_no_difference() {
        let (odd, even) = (Key::des(&[0x32; 8]).unwrap(), Key::des(&[0x33; 8]).unwrap());
        assert_eq!(odd.check_block(), even.check_block());
    }

    #[test]
    fn lengths_other_than_those_of_the_cipher_are_refused() {
        for found in (0..64).filter(|length| ![8, 16, 24].contains(length)) {
            assert_eq!(
                Key::des(&[0; 64][..found]).err(),
                Some(KeyError::Length { found })
            );
        }
        for found in (0..64).filter(|length| *length != 16) {
            assert_eq!(
                Key::sm4(&[0; 64][..found]).err(),
                Some(KeyError::Sm4Length { found })
            );
        }
    }

    #[test]
    fn text_that_is_no_key_is_refused_without_quoting_it() {
        for text in [
            "111111111111111g",
            "111111111111111",
            "银联银联银联",
            &"1".repeat(2 * Key::MAX + 2),
        ] {
            assert_eq!(Key::des_hex(text).err(), Some(KeyError::Hex));
        }
        assert_eq!(
            Key::sm4_hex("1111").err(),
            Some(KeyError::Sm4Length { found: 2 })
        );
    }

    #[test]
    fn partial_blocks_are_refused_and_left_alone() {
        let key = Key::sm4(&[1; 16]).unwrap();
        let mut data = [7; 24];
        let fault = KeyError::Blocks {
            block: 16,
            found: 24,
        };
        assert_eq!(key.encrypt(&mut data), Err(fault));
        assert_eq!(key.decrypt(&mut data), Err(fault));
        assert_eq!(data, [7; 24]);
    }

    /// FIPS 197, appendix C.
    #[cfg(feature = "aes")]
    #[test]
    fn aes_is_that_of_the_standard() {
        let bytes: [u8; 32] = core::array::from_fn(|index| index as u8);
        let plain: [u8; 16] = core::array::from_fn(|index| index as u8 * 0x11);
        for (length, cipher) in [
            (16, 0x69C4_E0D8_6A7B_0430_D8CD_B780_70B4_C55A_u128),
            (24, 0xDDA9_7CA4_864C_DFE0_6EAF_70A0_EC0D_7191),
            (32, 0x8EA2_B7CA_5167_45BF_EAFC_4990_4B49_6089),
        ] {
            let key = Key::aes(&bytes[..length]).unwrap();
            let mut block = plain;
            key.encrypt(&mut block).unwrap();
            assert_eq!(block, cipher.to_be_bytes());
            key.decrypt(&mut block).unwrap();
            assert_eq!(block, plain);
        }
        let fault = KeyError::AesLength { found: 8 };
        assert_eq!(Key::aes(&bytes[..8]).err(), Some(fault));
    }

    #[test]
    fn every_cipher_undoes_what_it_did() {
        let bytes = *b"0123456789abcdefghijklmn";
        let keys = [
            Key::des(&bytes[..8]),
            Key::des(&bytes[..16]),
            Key::des(&bytes),
            Key::sm4(&bytes[..16]),
        ];
        for key in keys.map(Result::unwrap) {
            let mut data = *b"sixteen bytes or 32 of them here";
            key.encrypt(&mut data).unwrap();
            assert_ne!(&data, b"sixteen bytes or 32 of them here");
            key.decrypt(&mut data).unwrap();
            assert_eq!(&data, b"sixteen bytes or 32 of them here");
        }
    }
}
