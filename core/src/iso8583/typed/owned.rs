use super::ValueFault;
use crate::iso8583::Characters;
use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Up to `N` bytes in place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Zeroize)]
struct Room<const N: usize> {
    /// What is not used is 0, so that equal values are equal.
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Room<N> {
    const fn of(value: &[u8]) -> Option<Self> {
        if value.len() > N {
            return None;
        }
        let mut bytes = [0; N];
        bytes.split_at_mut(value.len()).0.copy_from_slice(value);
        Some(Self {
            bytes,
            len: value.len(),
        })
    }

    fn read(characters: Characters<'_>) -> Result<Self, ValueFault> {
        let mut bytes = [0; N];
        let len = characters.len();
        match characters.unpack(&mut bytes) {
            Some(_) => Ok(Self { bytes, len }),
            None => Err(ValueFault::Length {
                holds: N,
                found: len,
            }),
        }
    }

    fn used(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Up to `N` decimal digits, for an n field whose zeros at the front mean
/// something: a code, a date, an institution. Of a field of fixed length it
/// must be full to be written.
///
/// ```
/// # use annul::iso8583::typed::Digits;
/// const SALE: Digits<6> = Digits::literal(b"000000");
/// assert!(SALE == "000000");
/// assert!(Digits::<6>::new(b"00000A").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Zeroize)]
pub struct Digits<const N: usize>(Room<N>);

impl<const N: usize> Digits<N> {
    /// Takes ASCII digits; none where there are more than `N`, or one is no
    /// digit.
    pub const fn new(digits: &[u8]) -> Option<Self> {
        let mut index = 0;
        while index < digits.len() {
            if !digits[index].is_ascii_digit() {
                return None;
            }
            index += 1;
        }
        match Room::of(digits) {
            Some(room) => Some(Self(room)),
            None => None,
        }
    }

    /// Digits written in the source, checked at compile time where they are a
    /// constant.
    ///
    /// # Panics
    /// As [`Self::new`] has none.
    pub const fn literal(digits: &[u8]) -> Self {
        Self::new(digits).expect("decimal digits, no more than the type holds")
    }

    /// The digits in ASCII.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.used()
    }

    pub(super) fn read(characters: Characters<'_>) -> Result<Self, ValueFault> {
        match characters.ascii().position(|digit| !digit.is_ascii_digit()) {
            Some(position) => Err(ValueFault::Character { position }),
            None => Ok(Self(Room::read(characters)?)),
        }
    }
}

impl<const N: usize> fmt::Display for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_bytes().escape_ascii())
    }
}

impl<const N: usize> fmt::Debug for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits({self})")
    }
}

impl<const N: usize> PartialEq<&str> for Digits<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

/// Up to `N` characters of text, or bytes of a b field, in place: for what a
/// dialect writes in EBCDIC or hexadecimal, and for what has to outlive the
/// message.
///
/// ```
/// # use annul::iso8583::typed::Text;
/// let name = Text::<40>::new(b"CORNER SHOP").unwrap();
/// assert_eq!(name.as_bytes(), b"CORNER SHOP");
/// assert!(Text::<4>::new(b"CORNER SHOP").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Zeroize)]
pub struct Text<const N: usize>(Room<N>);

impl<const N: usize> Text<N> {
    /// Takes characters in ASCII or Latin-1, or bytes; none where there are
    /// more than `N`.
    pub const fn new(text: &[u8]) -> Option<Self> {
        match Room::of(text) {
            Some(room) => Some(Self(room)),
            None => None,
        }
    }

    /// The characters, with the spaces that fill a fixed length.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.used()
    }

    pub(super) fn read(characters: Characters<'_>) -> Result<Self, ValueFault> {
        Ok(Self(Room::read(characters)?))
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({})", self.as_bytes().escape_ascii())
    }
}

/// Up to `N` characters of a z field, digits, `A` to `F` and `=`: a track, also
/// one under a track key. Its `Debug` shows how many there are; it is wiped
/// when dropped, and compares in constant time.
///
/// ```
/// # use annul::iso8583::typed::Track;
/// let track = Track::<37>::new(b"6224242900000113D28062019031013").unwrap();
/// assert_eq!(format!("{track:?}"), "Track(31)");
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Track<const N: usize>(Room<N>);

/// In constant time, for tracks of one length.
impl<const N: usize> PartialEq for Track<N> {
    fn eq(&self, other: &Self) -> bool {
        self.reveal().ct_eq(other.reveal()).into()
    }
}

impl<const N: usize> Eq for Track<N> {}

impl<const N: usize> Track<N> {
    /// Takes the characters; none where there are more than `N`, or one is
    /// none of a track.
    pub fn new(characters: &[u8]) -> Option<Self> {
        let good = |c: &u8| matches!(c, b'0'..=b'9' | b'A'..=b'F' | b'=');
        let room = Room::of(characters).filter(|_| characters.iter().all(good));
        room.map(Self)
    }

    /// The characters in clear. Write them to a message, never to a log.
    pub fn reveal(&self) -> &[u8] {
        self.0.used()
    }

    pub(super) fn read(characters: Characters<'_>) -> Result<Self, ValueFault> {
        Ok(Self(Room::read(characters)?))
    }
}

impl<const N: usize> fmt::Debug for Track<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Track({})", self.0.len)
    }
}
