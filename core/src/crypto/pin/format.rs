//! Formats 1 to 3 of ISO 9564-1, and reading a block of any format.

use super::fill::{nibble, set_nibble};
#[cfg(feature = "aes")]
use super::format4::{self, PanField};
use super::{LetterFill, PinBlock, PinBlockError, UniqueFill, WideBlock};
use crate::card::{Pan, Pin};
use crate::crypto::PinKey;
use zeroize::Zeroizing;

/// How a PIN block is built, with the card number where it takes part.
///
/// | Format | Bytes | First nibble | Fill | Card number | Cipher |
/// |---|---|---|---|---|---|
/// | `Iso0` | 8 | 0 | F | 12 digits added | DES |
/// | `Iso1` | 8 | 1 | anything unique | none | DES |
/// | `Iso2` | 8 | 2 | F | none; between terminal and chip only | DES |
/// | `Iso3` | 8 | 3 | A to F at random | 12 digits added | DES |
/// | `Iso4` | 16 | 4 | A, then 8 random bytes | a block of its own | AES |
/// | `UnionPay` | 8 | 0 | F | none | DES |
/// | `Sm4` | 16 | 0 | F | 12 digits added, or none | SM4 |
#[derive(Clone, Copy)]
pub enum Format<'p> {
    /// ISO 9564-1 format 0, in F52 where F53 begins with 2.
    Iso0(&'p Pan),
    /// ISO 9564-1 format 1.
    Iso1,
    /// ISO 9564-1 format 2.
    Iso2,
    /// ISO 9564-1 format 3.
    Iso3(&'p Pan),
    /// ISO 9564-1 format 4.
    #[cfg(feature = "aes")]
    Iso4(&'p PanField),
    /// UnionPay's without the card number, in F52 where F53 begins with 1.
    UnionPay,
    /// UnionPay's under SM4, in F57.
    Sm4(Option<&'p Pan>),
}

impl PinBlock {
    /// Format 1 of ISO 9564-1, for a PIN whose card is not known yet.
    ///
    /// ```
    /// # use annul::card::Pin;
    /// # use annul::crypto::{Key, PinKey, pin::{Format, PinBlock, UniqueFill, decrypt}};
    /// let key = PinKey::new(Key::des_hex(&"22".repeat(16)).unwrap());
    /// let fill = UniqueFill::new([0xED, 0xCB, 0xA9, 0x87, 0x60]);
    /// let block = PinBlock::format_1(&Pin::parse("12345").unwrap(), fill).encrypt(&key).unwrap();
    /// assert_eq!(decrypt(&block, Format::Iso1, &key).ok().unwrap().reveal(), b"12345");
    /// ```
    pub fn format_1(pin: &Pin, fill: UniqueFill) -> Self {
        Self(filled(pin, 1, |index| fill.nibble(index)))
    }

    /// Format 2 of ISO 9564-1: what a terminal hands to a chip. A network gets
    /// another, as equal PINs give equal blocks.
    pub fn format_2(pin: &Pin) -> Self {
        Self(filled(pin, 2, |_| 0xF))
    }

    /// Format 3 of ISO 9564-1: as format 0 with random fill, so that a block
    /// does not tell whether the PIN was the same the last time.
    pub fn format_3(pin: &Pin, pan: &Pan, fill: LetterFill) -> Self {
        let mut block = filled(pin, 3, |index| fill.nibble(index));
        mix(&mut block, pan);
        Self(block)
    }
}

/// Deciphers a PIN block and takes the PIN out, as a host does.
///
/// ```
/// # use annul::card::{Pan, Pin};
/// # use annul::crypto::{Key, PinKey, pin::{self, Format, PinBlockError}};
/// let key = PinKey::new(Key::des_hex(&"22".repeat(16)).unwrap());
/// let f52 = [0x85, 0x31, 0x1F, 0x55, 0x7C, 0xB9, 0xC9, 0xE4];
/// let pan = Pan::parse("6216261000000000018").unwrap();
/// assert_eq!(pin::decrypt(&f52, Format::Iso0(&pan), &key).ok().unwrap().reveal(), b"111111");
/// let other = Pan::parse("6224242900000113").unwrap();
/// assert_eq!(pin::decrypt(&f52, Format::Iso0(&other), &key).err(), Some(PinBlockError::Pan));
/// ```
pub fn decrypt(block: &[u8], format: Format<'_>, key: &PinKey) -> Result<Pin, PinBlockError> {
    match format {
        Format::Iso0(pan) => read(clear(block, key)?, 0, Some(pan), |fill| fill == 0xF),
        Format::Iso1 => read(clear(block, key)?, 1, None, |_| true),
        Format::Iso2 => read(clear(block, key)?, 2, None, |fill| fill == 0xF),
        Format::Iso3(pan) => read(clear(block, key)?, 3, Some(pan), |fill| fill >= 0xA),
        #[cfg(feature = "aes")]
        Format::Iso4(pan) => format4::decrypt(sized(block)?, pan, key),
        Format::UnionPay => read(clear(block, key)?, 0, None, |fill| fill == 0xF),
        Format::Sm4(pan) => {
            let field = WideBlock::decrypt(sized(block)?, key)?;
            read(field, 0, pan, |fill| fill == 0xF)
        }
    }
}

/// A field of control and length nibble, digits and fill; `fill` is asked for
/// its nibbles, counted from 0.
pub(super) fn filled<const N: usize>(
    pin: &Pin,
    control: u8,
    fill: impl Fn(usize) -> u8,
) -> [u8; N] {
    let digits = pin.reveal();
    let mut field = [0; N];
    field[0] = control << 4 | digits.len() as u8;
    for index in 0..2 * N - 2 {
        let nibble = match digits.get(index) {
            Some(digit) => digit - b'0',
            None => fill(index - digits.len()),
        };
        set_nibble(&mut field, index + 2, nibble);
    }
    field
}

/// Adds the twelve digits before the check digit to the last six bytes.
pub(super) fn mix(field: &mut [u8], pan: &Pan) {
    let (_check, digits) = pan.reveal().split_last().unwrap_or((&0, &[]));
    let pairs = digits.rchunks_exact(2).take(MIXED / 2);
    for (byte, pair) in field.iter_mut().rev().zip(pairs) {
        *byte ^= (pair[0] - b'0') << 4 | (pair[1] - b'0');
    }
}

/// Nibbles at the end that the card number is added to.
const MIXED: usize = 12;

/// The PIN in a field in clear.
pub(super) fn read<const N: usize>(
    mut field: Zeroizing<[u8; N]>,
    control: u8,
    pan: Option<&Pan>,
    fill: impl Fn(u8) -> bool,
) -> Result<Pin, PinBlockError> {
    if let Some(pan) = pan {
        mix(&mut *field, pan);
    }
    let (found, length) = (nibble(&*field, 0), nibble(&*field, 1));
    if found != control {
        let expected = control;
        return Err(PinBlockError::Control { expected, found });
    }
    if !(4..=12).contains(&length) {
        return Err(PinBlockError::Length { found: length });
    }
    // What is wrong behind this nibble is laid to the card number's charge.
    let mixed = 2 * N - if pan.is_some() { MIXED } else { 0 };
    let fault = |index, error| {
        if index < mixed {
            error
        } else {
            PinBlockError::Pan
        }
    };

    let (mut digits, end) = (Zeroizing::new([0; Pin::MAX]), usize::from(length) + 2);
    for (index, digit) in (2..end).zip(digits.iter_mut()) {
        let found = nibble(&*field, index);
        if found > 9 {
            let place = index as u8 - 1;
            return Err(fault(index, PinBlockError::Digit { place }));
        }
        *digit = b'0' + found;
    }
    for index in end..2 * N {
        if !fill(nibble(&*field, index)) {
            let place = index as u8 + 1;
            return Err(fault(index, PinBlockError::Fill { place }));
        }
    }
    let digits = core::str::from_utf8(&digits[..usize::from(length)]);
    (digits.ok().and_then(|digits| Pin::parse(digits).ok()))
        .ok_or(PinBlockError::Length { found: length })
}

/// A block of eight bytes, deciphered.
fn clear(block: &[u8], key: &PinKey) -> Result<Zeroizing<[u8; PinBlock::SIZE]>, PinBlockError> {
    let mut block = Zeroizing::new(*sized(block)?);
    (key.key().decrypt(&mut *block)).map_err(|_| PinKey::UNSUITABLE)?;
    Ok(block)
}

fn sized<const N: usize>(block: &[u8]) -> Result<&[u8; N], PinBlockError> {
    let found = block.len();
    (block.try_into()).map_err(|_| PinBlockError::Size { expected: N, found })
}
