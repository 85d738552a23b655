use core::fmt;

/// Digits still packed two a byte. Their pad nibble is not among them.
///
/// It has no `Display`, and its `Debug` shows only how many there are: the
/// digits may be a card's.
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
pub struct Digits<'a> {
    bytes: &'a [u8],
    first: usize,
    len: usize,
}

impl<'a> Digits<'a> {
    /// `len` nibbles of `bytes` from nibble `first` on; fewer where the bytes
    /// end before.
    pub(super) fn new(bytes: &'a [u8], first: usize, len: usize) -> Self {
        let len = len.min((bytes.len() * 2).saturating_sub(first));
        Self { bytes, first, len }
    }

    /// How many digits.
    pub const fn len(self) -> usize {
        self.len
    }

    /// True where there are none.
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The digit at `index` as ASCII; `A` to `F` only in a track.
    pub fn at(self, index: usize) -> Option<u8> {
        (index < self.len).then(|| self.character(index))
    }

    /// The digits as ASCII, one by one.
    pub fn ascii(self) -> impl ExactSizeIterator<Item = u8> + DoubleEndedIterator + use<'a> {
        (0..self.len).map(move |index| self.character(index))
    }

    /// `len` digits from `start` on; none where there are not so many.
    pub fn slice(self, start: usize, len: usize) -> Option<Self> {
        let end = start.checked_add(len)?;
        (end <= self.len).then_some(Self {
            first: self.first + start,
            len,
            ..self
        })
    }

    /// The value; none where a digit is not decimal, there are none, or the
    /// value does not fit.
    pub fn number(self) -> Option<u64> {
        if self.is_empty() {
            return None;
        }
        self.ascii().try_fold(0_u64, |value, digit| {
            let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
            value.checked_mul(10)?.checked_add(digit)
        })
    }

    /// Writes the digits as ASCII and returns those written; none where
    /// `buffer` is too small.
    pub fn unpack(self, buffer: &mut [u8]) -> Option<&mut [u8]> {
        let target = buffer.get_mut(..self.len)?;
        for (slot, digit) in target.iter_mut().zip(self.ascii()) {
            *slot = digit;
        }
        Some(target)
    }

    /// The digits as an array of ASCII; none where there are not exactly `N`.
    ///
    /// ```
    /// # use annul::iso8583::Digits;
    /// # fn date(digits: Digits<'_>) -> Option<[u8; 4]> {
    /// digits.array::<4>()
    /// # }
    /// ```
    pub fn array<const N: usize>(self) -> Option<[u8; N]> {
        let mut array = [0; N];
        (self.len == N).then(|| self.unpack(&mut array))??;
        Some(array)
    }

    /// Where the first digit stands among the nibbles of its bytes.
    pub(super) const fn first_nibble(self) -> usize {
        self.first
    }

    fn character(self, index: usize) -> u8 {
        let nibble = self.first + index;
        let byte = self.bytes[nibble / 2];
        ascii(if nibble.is_multiple_of(2) {
            byte >> 4
        } else {
            byte & 0x0F
        })
    }
}

const fn ascii(nibble: u8) -> u8 {
    match nibble {
        0..10 => b'0' + nibble,
        _ => b'A' - 10 + nibble,
    }
}

impl PartialEq for Digits<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.ascii().eq(other.ascii())
    }
}

impl Eq for Digits<'_> {}

impl PartialEq<str> for Digits<'_> {
    fn eq(&self, other: &str) -> bool {
        self.ascii().eq(other.bytes())
    }
}

impl PartialEq<&str> for Digits<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digits({})", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    const PACKED: [u8; 3] = [0x01, 0x2D, 0x4F];

    #[test]
    fn slices_start_at_any_nibble() {
        let digits = Digits::new(&PACKED, 1, 5);
        assert!(digits == "12D4F");
        assert!(digits.slice(1, 3).unwrap() == "2D4");
        assert_eq!(digits.slice(1, 3).unwrap().at(3), None);
        assert!(digits.slice(3, 3).is_none());
        assert!(digits.slice(usize::MAX, 2).is_none());
    }

    #[test]
    fn numbers_are_decimal_and_bounded() {
        assert_eq!(Digits::new(&PACKED, 0, 3).number(), Some(12));
        assert_eq!(Digits::new(&PACKED, 0, 4).number(), None);
        assert_eq!(Digits::new(&PACKED, 0, 0).number(), None);
        assert_eq!(Digits::new(&[0x99; 11], 0, 22).number(), None);
    }

    #[test]
    fn debug_shows_no_digit() {
        assert_eq!(format!("{:?}", Digits::new(&PACKED, 0, 6)), "Digits(6)");
    }

    #[test]
    fn arrays_want_the_exact_length() {
        let digits = Digits::new(&PACKED, 0, 3);
        assert_eq!(digits.array::<3>(), Some(*b"012"));
        assert_eq!(digits.array::<2>(), None);
        assert_eq!(digits.array::<4>(), None);
    }
}
