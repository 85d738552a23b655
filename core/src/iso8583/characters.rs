use super::ebcdic::CodePage;
use super::format::{DIALECTS, Encoding};
use core::fmt;

/// The characters of a value, still as they stand on the wire: digits two a
/// byte, EBCDIC, hexadecimal. Read one by one, each is ASCII or Latin-1, or a
/// byte of a b field. A pad nibble is not among them.
///
/// It has no `Display`, and its `Debug` shows only how many there are: they may
/// be a card's.
///
/// ```
/// # use annul::iso8583::{View, UNIONPAY_POS};
/// let message = b"\x08\x20\0\x20\0\0\0\0\0\0\x01\x23\x45";
/// let view = View::decode(&UNIONPAY_POS, message).unwrap();
/// let trace = view.field(11).unwrap().digits().unwrap();
/// assert!(trace == "012345");
/// assert_eq!(trace.number(), Some(12345));
/// assert!(trace.slice(0, 2).unwrap() == "01");
/// ```
#[derive(Clone, Copy, Default)]
pub struct Characters<'a> {
    bytes: &'a [u8],
    /// Where the first stands, in characters of the packing.
    first: usize,
    len: usize,
    packing: Packing,
}

/// How characters share bytes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Packing {
    #[default]
    Bytes,
    Nibbles,
    Ebcdic(CodePage),
    Hex,
}

impl<'a> Characters<'a> {
    /// `len` nibbles of `bytes` from nibble `first` on; fewer where the bytes
    /// end before.
    pub(super) fn nibbles(bytes: &'a [u8], first: usize, len: usize) -> Self {
        let len = len.min((bytes.len() * 2).saturating_sub(first));
        Self {
            bytes,
            first,
            len,
            packing: Packing::Nibbles,
        }
    }

    /// All characters of `bytes` in an encoding that is not BCD.
    pub(super) fn whole(bytes: &'a [u8], encoding: Encoding) -> Self {
        let (packing, len) = match encoding {
            Encoding::Bcd => return Self::nibbles(bytes, 0, bytes.len() * 2),
            Encoding::Hex => (Packing::Hex, bytes.len() / 2),
            Encoding::Ebcdic(page) => (Packing::Ebcdic(page), bytes.len()),
            Encoding::Ascii | Encoding::Binary | Encoding::Utf8 => (Packing::Bytes, bytes.len()),
        };
        Self {
            bytes,
            first: 0,
            len,
            packing,
        }
    }

    /// How many characters.
    pub const fn len(self) -> usize {
        self.len
    }

    /// True where there are none.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The character at `index`; of nibbles `0` to `9` and `A` to `F`.
    pub fn at(self, index: usize) -> Option<u8> {
        (index < self.len).then(|| self.character(index))
    }

    /// The characters one by one.
    pub fn ascii(self) -> impl ExactSizeIterator<Item = u8> + DoubleEndedIterator + use<'a> {
        (0..self.len).map(move |index| self.character(index))
    }

    /// `len` characters from `start` on; none where there are not so many.
    pub fn slice(self, start: usize, len: usize) -> Option<Self> {
        let end = start.checked_add(len)?;
        (end <= self.len).then_some(Self {
            first: self.first + start,
            len,
            ..self
        })
    }

    /// The value in decimal; none where a character is no digit, there are
    /// none, or the value does not fit.
    pub fn number(self) -> Option<u64> {
        if self.is_empty() {
            return None;
        }
        self.ascii().try_fold(0_u64, |value, digit| {
            let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
            value.checked_mul(10)?.checked_add(digit)
        })
    }

    /// Writes the characters, one a byte, and returns those written; none where
    /// `buffer` is too small.
    pub fn unpack(self, buffer: &mut [u8]) -> Option<&mut [u8]> {
        let target = buffer.get_mut(..self.len)?;
        for (slot, character) in target.iter_mut().zip(self.ascii()) {
            *slot = character;
        }
        Some(target)
    }

    /// The characters as an array; none where there are not exactly `N`.
    ///
    /// ```
    /// # use annul::iso8583::Characters;
    /// # fn date(digits: Characters<'_>) -> Option<[u8; 4]> {
    /// digits.array::<4>()
    /// # }
    /// ```
    pub fn array<const N: usize>(self) -> Option<[u8; N]> {
        let mut array = [0; N];
        (self.len == N).then(|| self.unpack(&mut array))??;
        Some(array)
    }

    /// The byte of the value in which character `index` stands.
    pub(super) const fn byte_of(self, index: usize) -> usize {
        let index = self.first + index;
        match self.packing {
            Packing::Nibbles => index / 2,
            Packing::Hex => index * 2,
            Packing::Bytes | Packing::Ebcdic(_) => index,
        }
    }

    fn character(self, index: usize) -> u8 {
        let at = self.first + index;
        match self.packing {
            Packing::Ebcdic(page) if DIALECTS => page.decode(self.bytes[at]),
            Packing::Nibbles => {
                let byte = self.bytes[at / 2];
                ascii(if at.is_multiple_of(2) {
                    byte >> 4
                } else {
                    byte & 0x0F
                })
            }
            Packing::Hex if DIALECTS => {
                nibble(self.bytes[at * 2]) << 4 | nibble(self.bytes[at * 2 + 1])
            }
            _ => self.bytes[at],
        }
    }
}

const fn ascii(nibble: u8) -> u8 {
    match nibble {
        0..10 => b'0' + nibble,
        _ => b'A' - 10 + nibble,
    }
}

/// The value of a hexadecimal digit; a field with another was not let in.
const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'F' => digit - b'A' + 10,
        b'a'..=b'f' => digit - b'a' + 10,
        _ => 0,
    }
}

impl PartialEq for Characters<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.ascii().eq(other.ascii())
    }
}

impl Eq for Characters<'_> {}

impl PartialEq<str> for Characters<'_> {
    fn eq(&self, other: &str) -> bool {
        self.ascii().eq(other.bytes())
    }
}

impl PartialEq<&str> for Characters<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for Characters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Characters({})", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    const PACKED: [u8; 3] = [0x01, 0x2D, 0x4F];

    #[test]
    fn slices_start_at_any_nibble() {
        let digits = Characters::nibbles(&PACKED, 1, 5);
        assert!(digits == "12D4F");
        assert!(digits.slice(1, 3).unwrap() == "2D4");
        assert_eq!(digits.slice(1, 3).unwrap().at(3), None);
        assert!(digits.slice(3, 3).is_none());
        assert!(digits.slice(usize::MAX, 2).is_none());
    }

    #[test]
    fn other_encodings_read_the_same() {
        assert!(Characters::whole(b"12=3", Encoding::Ascii) == "12=3");
        let ebcdic = Encoding::Ebcdic(CodePage::Cp500);
        assert!(Characters::whole(b"\xF1\xF2\x7E\xC1", ebcdic) == "12=A");
        assert!(Characters::whole(b"4a4B", Encoding::Hex) == "JK");
        assert!(
            Characters::whole(b"4a4B4", Encoding::Hex)
                .slice(1, 1)
                .unwrap()
                == "K"
        );
    }

    #[test]
    fn numbers_are_decimal_and_bounded() {
        assert_eq!(Characters::nibbles(&PACKED, 0, 3).number(), Some(12));
        assert_eq!(Characters::nibbles(&PACKED, 0, 4).number(), None);
        assert_eq!(Characters::nibbles(&PACKED, 0, 0).number(), None);
        assert_eq!(Characters::nibbles(&[0x99; 11], 0, 22).number(), None);
    }

    #[test]
    fn debug_shows_no_digit() {
        let shown = format!("{:?}", Characters::nibbles(&PACKED, 0, 6));
        assert_eq!(shown, "Characters(6)");
    }

    #[test]
    fn arrays_want_the_exact_length() {
        let digits = Characters::nibbles(&PACKED, 0, 3);
        assert_eq!(digits.array::<3>(), Some(*b"012"));
        assert_eq!(digits.array::<2>(), None);
        assert_eq!(digits.array::<4>(), None);
    }
}
