use super::format::Encoding;
use core::fmt;

/// The message type: four digits in two BCD bytes, such as `0200`.
///
/// ```
/// # use annul::iso8583::Mti;
/// let request = Mti::literal(0x0400);
/// assert_eq!(request.answer().to_string(), "0410");
/// assert!(request.is_request());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mti(u16);

impl Mti {
    /// Bytes of a message type.
    pub const SIZE: usize = 2;

    /// No type, of a message that has none.
    pub(super) const NONE: Self = Self(0);

    /// Takes the four digits as hexadecimal reads them: `0x0200` is `0200`.
    /// None where a nibble is no decimal digit.
    pub const fn new(bcd: u16) -> Option<Self> {
        let decimal = (bcd >> 12) < 10 && (bcd >> 8 & 15) < 10;
        if decimal && (bcd >> 4 & 15) < 10 && (bcd & 15) < 10 {
            Some(Self(bcd))
        } else {
            None
        }
    }

    /// A message type written in the source, checked at compile time where it
    /// is a constant.
    ///
    /// # Panics
    /// Where a nibble is no decimal digit.
    pub const fn literal(bcd: u16) -> Self {
        Self::new(bcd).expect("four decimal digits")
    }

    /// The four digits as hexadecimal reads them.
    pub const fn bcd(self) -> u16 {
        self.0
    }

    /// The two bytes on the wire.
    pub const fn bytes(self) -> [u8; Self::SIZE] {
        self.0.to_be_bytes()
    }

    /// Writes the type into `room`, which has its size in this encoding.
    pub(super) fn write(self, encoding: Option<Encoding>, room: &mut [u8]) {
        let bytes = self.bytes();
        match encoding {
            None => {}
            Some(Encoding::Bcd | Encoding::Binary) => room.copy_from_slice(&bytes),
            Some(encoding) => {
                let [a, b] = bytes;
                let mut digits = [a >> 4, a & 15, b >> 4, b & 15].map(|nibble| b'0' + nibble);
                if let Encoding::Ebcdic(page) = encoding {
                    digits = digits.map(|digit| page.encode(digit));
                }
                room.copy_from_slice(&digits);
            }
        }
    }

    /// True for requests and advices; false for the answers to them, whose
    /// third digit is odd.
    pub const fn is_request(self) -> bool {
        self.0 & 0x10 == 0
    }

    /// The type of the answer: `0200` gives `0210`. An answer stays itself.
    #[must_use]
    pub const fn answer(self) -> Self {
        Self(self.0 | 0x10)
    }
}

impl fmt::Display for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for Mti {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mti({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_decimal_digits_make_a_type() {
        assert!(Mti::new(0x9999).is_some());
        for wrong in [0x020A, 0x02A0, 0x0A00, 0xA000] {
            assert_eq!(Mti::new(wrong), None);
        }
    }

    #[test]
    fn answers() {
        let pairs = [(0x0200, 0x0210), (0x0820, 0x0830), (0x0410, 0x0410)];
        for (request, answer) in pairs {
            assert_eq!(Mti::literal(request).answer(), Mti::literal(answer));
            assert!(!Mti::literal(answer).is_request());
        }
    }
}
