use crate::crypto::{Kcv, Key, KeyError};
use zeroize::ZeroizeOnDrop;

/// A key that enciphers data beside the PIN: tracks, card numbers. It makes no
/// MAC and takes no PIN; wiped on drop.
pub struct DataKey(Key);

impl DataKey {
    pub(super) fn new(key: Key) -> Self {
        Self(key)
    }

    /// The check value, see [`Key::kcv`].
    pub fn kcv(&self) -> Kcv {
        self.0.kcv()
    }

    /// The bytes in clear, see [`KeyFor::reveal`](crate::crypto::KeyFor::reveal).
    pub fn reveal(&self) -> &[u8] {
        self.0.bytes()
    }

    /// Bytes of one block: 8, or 16 with AES.
    pub fn block_size(&self) -> usize {
        self.0.block_size()
    }

    /// Enciphers whole blocks in place, chained (CBC), the first with zeros.
    ///
    /// # Errors
    /// [`KeyError::Blocks`]; the data are then as they were.
    pub fn encrypt(&self, data: &mut [u8]) -> Result<(), KeyError> {
        let (size, mut last) = (self.whole(data)?, [0; 16]);
        let cipher = self.0.cipher();
        for block in data.chunks_exact_mut(size) {
            add(block, &last);
            cipher.encrypt(block);
            last[..size].copy_from_slice(block);
        }
        Ok(())
    }

    /// Undoes [`DataKey::encrypt`].
    ///
    /// # Errors
    /// [`KeyError::Blocks`]; the data are then as they were.
    pub fn decrypt(&self, data: &mut [u8]) -> Result<(), KeyError> {
        let (size, mut last) = (self.whole(data)?, [0; 16]);
        let cipher = self.0.cipher();
        for block in data.chunks_exact_mut(size) {
            let mut enciphered = [0; 16];
            enciphered[..size].copy_from_slice(block);
            cipher.decrypt(block);
            add(block, &last);
            last = enciphered;
        }
        Ok(())
    }

    fn whole(&self, data: &[u8]) -> Result<usize, KeyError> {
        let (block, found) = (self.0.block_size(), data.len());
        if found.is_multiple_of(block) {
            Ok(block)
        } else {
            Err(KeyError::Blocks { block, found })
        }
    }
}

/// The key inside does it.
impl ZeroizeOnDrop for DataKey {}

fn add(block: &mut [u8], other: &[u8]) {
    (block.iter_mut().zip(other)).for_each(|(byte, other)| *byte ^= other);
}
