//! Track encryption: a sniffer on the line must not be able to copy a card.
//!
//! Of a packed track (F35, F36: BCD, filled to whole bytes) only eight bytes are
//! encrypted, in place: those that end one byte before the last. The PAN at the
//! left stays readable for routing, the length stays, and the third digit of
//! F53 says 1.
//!
//! ```text
//!  packed     12 34 56 78 90 12 34 56 78 9D 05 | 08 20 17 81 99 91 68 30 | 20
//!  encrypted  12 34 56 78 90 12 34 56 78 9D 05 | D8 8F 93 13 F0 9E 0E E3 | 20
//! ```
//!
//! Source: 银联 POS specification as quoted in Chanjet's manual and Newland's code.

use super::TrackKey;

/// Bytes that are encrypted.
const BLOCK: usize = 8;
/// Bytes after them that stay.
const TAIL: usize = 1;

/// Encrypts a packed track in place.
///
/// ```
/// # use annul::crypto::{Key, TrackKey, track};
/// let key = TrackKey::new(Key::des_hex(&"44".repeat(16)).unwrap());
/// let mut packed = *b"\x62\x16\x26\x10\0\0\0\0\x01\x8D\x30\x12\x20\x10\0\0\0\0";
/// track::encrypt(&key, &mut packed).unwrap();
/// assert_eq!(packed, *b"\x62\x16\x26\x10\0\0\0\0\x01\xCB\x9A\x66\x49\x94\xC0\x74\x86\0");
/// ```
///
/// # Errors
/// [`TrackError`]; the track is then as it was.
pub fn encrypt(key: &TrackKey, packed: &mut [u8]) -> Result<(), TrackError> {
    let block = block(packed)?;
    key.key().encrypt(block).map_err(|_| TrackError::Key)
}

/// Decrypts a packed track in place, as a host does.
///
/// # Errors
/// [`TrackError`]; the track is then as it was.
pub fn decrypt(key: &TrackKey, packed: &mut [u8]) -> Result<(), TrackError> {
    let block = block(packed)?;
    key.key().decrypt(block).map_err(|_| TrackError::Key)
}

fn block(packed: &mut [u8]) -> Result<&mut [u8], TrackError> {
    let found = packed.len();
    let start = (found.checked_sub(BLOCK + TAIL)).ok_or(TrackError::Short { found })?;
    Ok(&mut packed[start..start + BLOCK])
}

/// Why a track was not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrackError {
    /// Too short to hold a block.
    #[error("track: expected at least 9 packed bytes, found {found}; read the card again")]
    Short {
        /// Bytes found.
        found: usize,
    },
    /// An SM4 key, for which no host has published the block.
    #[error("track key: expected a DES key; check the acquirer's parameters")]
    Key,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Key;

    #[test]
    fn short_tracks_and_other_keys_are_refused() {
        let key = TrackKey::new(Key::des(&[0x44; 16]).unwrap());
        for found in 0..9 {
            let fault = Err(TrackError::Short { found });
            assert_eq!(encrypt(&key, &mut [0; 9][..found]), fault);
            assert_eq!(decrypt(&key, &mut [0; 9][..found]), fault);
        }
        assert_eq!(encrypt(&key, &mut [0; 9]), Ok(()));
        let key = TrackKey::new(Key::sm4(&[0x44; 16]).unwrap());
        assert_eq!(encrypt(&key, &mut [0; 20]), Err(TrackError::Key));
    }
}
