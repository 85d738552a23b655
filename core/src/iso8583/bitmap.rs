use super::ebcdic::CodePage;
use super::error::{DecodeError, DecodeFault};
use super::format::{DIALECTS, Encoding};

/// How bitmaps stand in a message and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bitmap {
    form: BitmapForm,
    extent: Extent,
}

/// How a bitmap is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitmapForm {
    /// Eight fields a byte.
    Binary,
    /// Four fields a hexadecimal digit in ASCII.
    Hex,
    /// Four fields a hexadecimal digit in EBCDIC.
    EbcdicHex,
}

/// How many fields the bitmap speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// 64, and 64 more where bit 1 says so, and again 64 where bit 65 does; at
    /// most so many bitmaps, 1 to 3, one behind the other.
    Auto(u8),
    /// Always so many bytes, 1 to 24; bits 1 and 65 announce no bitmap.
    Fixed(u8),
    /// As `Auto(2)`; the third bitmap is the value of this field.
    TertiaryIn(u8),
}

/// Which fields a message has: bit 63 of the first word is field 1.
pub(super) type Bits = [u64; WORDS];

/// How many bitmaps there may be.
pub(super) const WORDS: usize = if DIALECTS { 3 } else { 1 };

impl Bitmap {
    /// Fields that three bitmaps speak of.
    pub const FIELDS: usize = 192;

    /// Bitmaps written so, so many.
    ///
    /// # Panics
    /// Where the extent is out of its range: at compile time, for a constant.
    pub const fn new(form: BitmapForm, extent: Extent) -> Self {
        match extent {
            Extent::Auto(most) => assert!(0 < most && most <= 3, "one to three bitmaps"),
            Extent::Fixed(bytes) => assert!(0 < bytes && bytes <= 24, "1 to 24 bytes"),
            Extent::TertiaryIn(field) => assert!(
                1 < field && field <= 128,
                "a field of the first two bitmaps"
            ),
        }
        Self { form, extent }
    }

    /// How it is written.
    pub const fn form(self) -> BitmapForm {
        if DIALECTS {
            self.form
        } else {
            BitmapForm::Binary
        }
    }

    /// How many fields it speaks of.
    pub const fn extent(self) -> Extent {
        if DIALECTS {
            self.extent
        } else {
            Extent::Auto(1)
        }
    }

    /// The field that is the third bitmap.
    pub(super) const fn third(self) -> Option<u8> {
        match self.extent() {
            Extent::TertiaryIn(number) => Some(number),
            Extent::Auto(_) | Extent::Fixed(_) => None,
        }
    }

    /// Bytes of the message that `bytes` bytes of bitmap take.
    pub(super) const fn wire(self, bytes: usize) -> usize {
        match self.form() {
            BitmapForm::Binary => bytes,
            BitmapForm::Hex | BitmapForm::EbcdicHex => bytes * 2,
        }
    }

    /// Bytes of bitmap where no field above 64 is there.
    pub(super) const fn least(self) -> usize {
        match self.extent() {
            Extent::Fixed(bytes) => bytes as usize,
            Extent::Auto(_) | Extent::TertiaryIn(_) => 8,
        }
    }

    /// The most bytes of bitmap in one row.
    pub(super) const fn most(self) -> usize {
        match self.extent() {
            Extent::Fixed(bytes) => bytes as usize,
            Extent::Auto(most) => 8 * most as usize,
            Extent::TertiaryIn(_) => 16,
        }
    }

    /// Reads the bitmaps that `bytes` begins with; `offset` is where that is in
    /// the message. Returns the fields and the bytes taken.
    pub(super) fn read(self, bytes: &[u8], offset: usize) -> Result<(Bits, usize), DecodeError> {
        let mut bits = [0; WORDS];
        if !DIALECTS {
            bits[0] = self.word(bytes, 0, 8, offset)?;
            return Ok((bits, 8));
        }
        let mut taken = 0;
        let mut wanted = self.least();
        for (word, slot) in bits.iter_mut().enumerate() {
            let size = wanted.min(8);
            if size == 0 {
                break;
            }
            wanted -= size;
            *slot = self.word(bytes, taken, size, offset)?;
            taken += self.wire(size);
            let more = *slot >> 63 == 1 && 8 * (word + 1) < self.most();
            if more && wanted == 0 {
                wanted = 8;
            }
        }
        Ok((bits, taken))
    }

    /// `size` bytes of bitmap from byte `at` on, in the high bits.
    fn word(self, bytes: &[u8], at: usize, size: usize, offset: usize) -> Result<u64, DecodeError> {
        let expected = self.wire(size);
        let left = bytes.get(at..).unwrap_or_default();
        let Some(raw) = left.get(..expected) else {
            let fault = DecodeFault::Truncated {
                expected,
                left: left.len(),
            };
            return Err(DecodeError::at(1, offset + at, left.len(), fault));
        };
        let word = match self.form() {
            BitmapForm::Binary => match raw.try_into() {
                Ok(raw) => return Ok(u64::from_be_bytes(raw)),
                Err(_) => (raw.iter()).fold(0, |word, byte| word << 8 | u64::from(*byte)),
            },
            BitmapForm::Hex => {
                hex(raw, |byte| byte).map_err(|index| bad(raw, index, offset + at))?
            }
            BitmapForm::EbcdicHex => hex(raw, |byte| CodePage::Cp037.decode(byte))
                .map_err(|index| bad(raw, index, offset + at))?,
        };
        Ok(word << (64 - 8 * size as u32))
    }

    /// Writes as many of the bits as `room` has bytes for.
    pub(super) fn write(self, bits: Bits, room: &mut [u8]) {
        for (bits, room) in bits.iter().zip(room.chunks_mut(self.wire(8))) {
            let bytes = bits.to_be_bytes();
            if self.form() == BitmapForm::Binary {
                match room.as_mut_array() {
                    Some(whole) => *whole = bytes,
                    None => room.copy_from_slice(&bytes[..room.len()]),
                }
                continue;
            }
            let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
            for (slot, nibble) in room.iter_mut().zip(digits.map(digit)) {
                *slot = match self.form() {
                    BitmapForm::EbcdicHex => CodePage::Cp037.encode(nibble),
                    _ => nibble,
                };
            }
        }
    }
}

/// Bytes a message type takes.
pub(super) const fn mti_size(encoding: Option<Encoding>) -> usize {
    match encoding {
        None => 0,
        Some(Encoding::Bcd | Encoding::Binary) => 2,
        Some(_) => 4,
    }
}

/// The bit of a field within its word.
pub(super) const fn bit(number: u8) -> u64 {
    1 << (63 - (number - 1) % 64)
}

fn hex(raw: &[u8], ascii: impl Fn(u8) -> u8) -> Result<u64, usize> {
    let mut word = 0;
    for (index, byte) in raw.iter().enumerate() {
        let digit = char::from(ascii(*byte)).to_digit(16).ok_or(index)?;
        word = word << 4 | u64::from(digit);
    }
    Ok(word)
}

fn bad(raw: &[u8], index: usize, offset: usize) -> DecodeError {
    let found = raw.get(index).copied().unwrap_or_default();
    DecodeError::at(1, offset + index, 1, DecodeFault::NotHex { found })
}

const fn digit(nibble: u8) -> u8 {
    match nibble {
        0..10 => b'0' + nibble,
        _ => b'A' - 10 + nibble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BitmapForm::{Binary, EbcdicHex, Hex};

    /// pyiso8583: bits 1 and 65 only announce the next bitmap.
    const THREE: [&str; 3] = ["8000000000000000", "8000000000000000", "7010001102C04804"];

    #[test]
    fn three_bitmaps_follow_each_other_in_every_form() {
        let text = THREE.concat();
        let expected = THREE.map(|word| u64::from_str_radix(word, 16).unwrap());
        for form in [Binary, Hex, EbcdicHex] {
            let bitmap = Bitmap::new(form, Extent::Auto(3));
            let mut wire = [0; 48];
            let size = bitmap.wire(24);
            bitmap.write(expected, &mut wire[..size]);
            if form == Hex {
                assert_eq!(wire, *text.as_bytes());
            }
            assert_eq!(bitmap.read(&wire, 0), Ok((expected, size)));
            let error = bitmap.read(&wire[..size - 1], 4).unwrap_err();
            assert_eq!((error.field, error.offset), (1, 4 + bitmap.wire(16)));
        }
    }

    #[test]
    fn a_fixed_extent_ignores_bit_one() {
        let bitmap = Bitmap::new(Hex, Extent::Fixed(16));
        let wire = b"02200000008000000400000000000000";
        assert_eq!(
            bitmap.read(wire, 0).unwrap(),
            ([0x0220_0000_0080_0000, 0x0400_0000_0000_0000, 0], 32)
        );
        let small = Bitmap::new(Binary, Extent::Fixed(3));
        assert_eq!(
            small.read(&[0x80, 0, 1, 9], 0).unwrap(),
            ([0x8000_0100_0000_0000, 0, 0], 3)
        );
    }

    #[test]
    fn letters_beyond_f_are_named() {
        let error = Bitmap::new(Hex, Extent::Auto(1))
            .read(b"00000Z0000000000", 4)
            .unwrap_err();
        assert_eq!((error.field, error.offset), (1, 9));
        assert_eq!(error.fault, DecodeFault::NotHex { found: b'Z' });
    }
}
