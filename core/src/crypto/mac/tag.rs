use super::super::hex;
use super::{Authentic, MacMismatch};
use core::fmt;
use subtle::{Choice, ConstantTimeEq};

/// A MAC as computed: 8 bytes of DES, 16 of SM4 and AES, 32 of HMAC-SHA-256,
/// or the leftmost of them. It travels in clear and may be shown.
///
/// | Form | From |
/// |---|---|
/// | whole | [`Tag::bytes`] |
/// | truncated | [`Tag::leftmost`] |
/// | hexadecimal characters | [`Tag::text`] |
///
/// Equality takes the same time wherever the first difference stands.
///
/// ```
/// # use annul::crypto::{Key, MacKey, mac::{CbcMac, Padding}};
/// let key = MacKey::new(Key::des_hex("0123456789ABCDEF").unwrap());
/// let mut mac = CbcMac::new(&key, Padding::Method1).unwrap();
/// mac.update(b"Now is the time for all ");
/// let tag = mac.finish().unwrap();
/// assert_eq!(tag.bytes(), [0x70, 0xA3, 0x06, 0x40, 0xCC, 0x76, 0xDD, 0x8B]);
/// let short = tag.leftmost(4).unwrap();
/// assert_eq!(short.text().characters(), b"70A30640");
/// assert_eq!(*short.authenticate(&[0x70, 0xA3, 0x06, 0x40], "message").unwrap(), "message");
/// assert!(short.text().authenticate(b"70A30641", "message").is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Tag {
    bytes: [u8; Self::MOST],
    size: usize,
}

impl Tag {
    /// Bytes of the shortest MAC that is worth its name (EMV Book 2, A1.2.1).
    pub const LEAST: usize = 4;

    /// Bytes of the longest.
    pub const MOST: usize = 32;

    /// The first `MOST` bytes at most.
    pub(super) fn new(from: &[u8]) -> Self {
        let mut bytes = [0; Self::MOST];
        let size = from.len().min(Self::MOST);
        bytes[..size].copy_from_slice(&from[..size]);
        Self { bytes, size }
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }

    /// The first `count` bytes; none where it has fewer, or `count` is below
    /// [`Tag::LEAST`].
    pub fn leftmost(&self, count: usize) -> Option<Self> {
        let enough = (Self::LEAST..=self.size).contains(&count);
        enough.then(|| Self::new(&self.bytes[..count]))
    }

    /// The upper-case hexadecimal characters, two a byte.
    pub fn text(&self) -> TagText {
        let mut characters = [0; 2 * Self::MOST];
        hex::encode(self.bytes(), &mut characters);
        TagText {
            characters,
            size: 2 * self.size,
        }
    }

    /// Hands `value` back as [`Authentic`] where `received`, bytes of this
    /// length, is this MAC. On a mismatch `value` is dropped.
    pub fn authenticate<T>(&self, received: &[u8], value: T) -> Result<Authentic<T>, MacMismatch> {
        Authentic::vouched(self.bytes().ct_eq(received), value)
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Self) -> bool {
        self.bytes().ct_eq(other.bytes()).into()
    }
}

impl Eq for Tag {}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.bytes().iter()).try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// A MAC that travels as hexadecimal characters.
#[derive(Clone, Copy)]
pub struct TagText {
    characters: [u8; 2 * Tag::MOST],
    size: usize,
}

impl TagText {
    /// The characters, upper case.
    pub fn characters(&self) -> &[u8] {
        &self.characters[..self.size]
    }

    /// As [`Tag::authenticate`], of received characters in either case.
    pub fn authenticate<T>(&self, received: &[u8], value: T) -> Result<Authentic<T>, MacMismatch> {
        let mut folded = [0; 2 * Tag::MOST];
        let same = match folded.get_mut(..received.len()) {
            Some(folded) => {
                folded.copy_from_slice(received);
                folded.make_ascii_uppercase();
                self.characters().ct_eq(folded)
            }
            None => Choice::from(0),
        };
        Authentic::vouched(same, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag() -> Tag {
        Tag::new(&[0x1A, 0xF0, 2, 3, 4, 5, 6, 7])
    }

    #[test]
    fn only_the_same_length_and_bytes_authenticate() {
        let tag = tag();
        assert!(tag.authenticate(tag.bytes(), ()).is_ok());
        for bit in 0..64 {
            let mut received = [0x1A, 0xF0, 2, 3, 4, 5, 6, 7];
            received[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(tag.authenticate(&received, ()), Err(MacMismatch));
        }
        for received in [&[][..], &tag.bytes()[..7], &[0x1A; 9], &[0; 300]] {
            assert_eq!(tag.authenticate(received, ()), Err(MacMismatch));
            assert_eq!(tag.text().authenticate(received, ()), Err(MacMismatch));
        }
    }

    #[test]
    fn characters_have_no_case_and_bytes_have() {
        let text = tag().leftmost(4).unwrap().text();
        assert_eq!(text.characters(), b"1AF00203");
        for received in [b"1AF00203", b"1af00203"] {
            assert!(text.authenticate(received, ()).is_ok());
        }
        assert!(text.authenticate(b"1AF00204", ()).is_err());
        let letters = Tag::new(b"ABCD");
        assert!(letters.authenticate(b"abcd", ()).is_err());
    }

    #[test]
    fn a_truncated_mac_is_the_left_of_the_whole() {
        let tag = tag();
        for count in 0..=40 {
            let short = tag.leftmost(count);
            let expected = (4..=8).contains(&count).then(|| &tag.bytes()[..count]);
            assert_eq!(short.as_ref().map(Tag::bytes), expected);
        }
    }
}
