//! Optional blocks: what a header says of a key beside the codes.
//!
//! ```text
//!  KS 18 00604B120F9292800000          id, length of all (hexadecimal), data
//!  CT 00 04 0500 00MIID...             id, 00, digits of the length, length, data
//! ```

use super::error::Found;
use super::read::{Charset, Reader};
use super::{Field, KeyBlockError, Rules};
use core::fmt;

/// One optional block of a header.
///
/// ```
/// # use annul::crypto::key_block::OptionalBlock;
/// let block = OptionalBlock::new("KS", "00604B120F9292800000").unwrap();
/// assert_eq!(block.meaning(), Some("initial key serial number of TDES DUKPT"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OptionalBlock<'h> {
    id: [u8; 2],
    data: &'h [u8],
}

/// The block that fills a header up, of which [`Wrap`](super::Wrap) makes its
/// own.
pub(super) const PADDING: &[u8; 2] = b"PB";
/// Characters of its identifier and length.
pub(super) const HEAD: usize = 4;
/// Characters of identifier, 00, 04 and four digits.
const LONG_HEAD: usize = 10;

/// What there is in the standard, what it means, and what stands in it.
const KNOWN: &[(&[u8; 2], &str, Charset)] = &[
    (b"AL", "asymmetric key life", Charset::UpperHex),
    (b"BI", "base derivation key identifier", Charset::UpperHex),
    (b"CT", "public key certificate", Charset::Printable),
    (b"DA", "derivations allowed", Charset::Alphanumeric),
    (b"FL", "flags", Charset::Printable),
    (b"HM", "hash algorithm of HMAC", Charset::UpperHex),
    (
        b"IK",
        "initial key identifier of AES DUKPT",
        Charset::UpperHex,
    ),
    (b"KC", "check value of the wrapped key", Charset::UpperHex),
    (
        b"KP",
        "check value of the protection key",
        Charset::UpperHex,
    ),
    (
        b"KS",
        "initial key serial number of TDES DUKPT",
        Charset::UpperHex,
    ),
    (b"KV", "key block values (deprecated)", Charset::Printable),
    (b"LB", "label", Charset::Printable),
    (b"PB", "padding", Charset::Printable),
    (
        b"PK",
        "check value of the export protection key",
        Charset::UpperHex,
    ),
    (b"TC", "time of creation", Charset::Printable),
    (b"TS", "time stamp", Charset::Printable),
    (b"WP", "wrapping pedigree", Charset::Printable),
];

impl<'h> OptionalBlock<'h> {
    /// A block for a header of one's own. Padding is not among them: wrapping
    /// adds it.
    ///
    /// # Errors
    /// [`KeyBlockError::Field`], with places counted from the block's first
    /// character.
    pub fn new(id: &str, data: &'h str) -> Result<Self, KeyBlockError> {
        let wrong = KeyBlockError::Field {
            field: Field::BlockId,
            offset: 0,
            expected: "two letters or digits, and not PB",
            found: Found::new(id.as_bytes()),
        };
        let id: [u8; 2] = id.as_bytes().try_into().map_err(|_| wrong)?;
        if &id == PADDING || !id.iter().all(u8::is_ascii_alphanumeric) {
            return Err(wrong);
        }
        let block = Self {
            id,
            data: data.as_bytes(),
        };
        let place = block.size() - data.len();
        charset(id, Rules::Strict).guard(Field::BlockData, place, block.data)?;
        Ok(block)
    }

    /// Its two characters.
    pub fn id(&self) -> &str {
        core::str::from_utf8(&self.id).unwrap_or_default()
    }

    /// What it holds, printable ASCII.
    pub fn data(&self) -> &'h str {
        core::str::from_utf8(self.data).unwrap_or_default()
    }

    /// What it is; none of a block that the standard does not have.
    pub fn meaning(&self) -> Option<&'static str> {
        known(self.id).map(|(_, meaning, _)| *meaning)
    }

    pub(super) fn is_padding(&self) -> bool {
        &self.id == PADDING
    }

    pub(super) fn read(reader: &mut Reader<'h>, rules: Rules) -> Result<Self, KeyBlockError> {
        let start = reader.offset();
        let id = reader.array(Field::BlockId, Charset::Alphanumeric)?;
        let (at, text) = (reader.offset(), reader.rest());
        let length = length(reader, rules, start)?;
        let head = reader.offset() - start;
        let data = length.checked_sub(head).ok_or(KeyBlockError::Field {
            field: Field::BlockLength,
            offset: at,
            expected: "a length that counts identifier and length too",
            found: Found::new(&text[..reader.offset() - at]),
        })?;
        let data = reader.take(Field::BlockData, data, charset(id, rules))?;
        Ok(Self { id, data })
    }

    /// Characters of the block as it is written.
    pub(super) fn size(&self) -> usize {
        match self.data.len() + HEAD {
            short @ ..=0xFF => short,
            _ => self.data.len() + LONG_HEAD,
        }
    }

    /// Writes it into as many characters as it has.
    pub(super) fn write(&self, out: &mut [u8]) {
        let size = self.size();
        let (head, data) = out.split_at_mut(size - self.data.len());
        head[..2].copy_from_slice(&self.id);
        if head.len() == HEAD {
            hexadecimal(size, &mut head[2..]);
        } else {
            head[2..6].copy_from_slice(b"0004");
            hexadecimal(size, &mut head[6..]);
        }
        data.copy_from_slice(self.data);
    }
}

impl fmt::Debug for OptionalBlock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OptionalBlock({}: {:?})", self.id(), self.data())
    }
}

/// The length of a whole block that began at `start`.
///
/// A long one is 00, how many digits follow, and those. X9.143 and its example
/// in 8.5 count digits (04). psec and later versions of openemv count pairs of
/// digits (02), which is read where digits make no sense.
fn length(reader: &mut Reader<'_>, rules: Rules, start: usize) -> Result<usize, KeyBlockError> {
    let short = reader.hexadecimal(Field::BlockLength, 2, rules)?;
    if short != 0 {
        return Ok(short);
    }
    let (at, text) = (reader.offset(), reader.rest());
    let digits = reader.hexadecimal(Field::BlockLength, 2, rules)?;
    let most = match rules {
        Rules::Strict => 4..=4,
        Rules::Interoperable => 1..=4,
    };
    if !most.contains(&digits) {
        return Err(KeyBlockError::Field {
            field: Field::BlockLength,
            offset: at,
            expected: "04, how many digits of the length follow",
            found: Found::new(&text[..2]),
        });
    }
    let mut pairs = reader.clone();
    let counted = reader.hexadecimal(Field::BlockLength, digits, rules);
    if rules == Rules::Strict {
        return counted;
    }
    let head = reader.offset() - start;
    match counted {
        Ok(length) if (head..=head + reader.rest().len()).contains(&length) => Ok(length),
        _ => {
            let length = pairs.hexadecimal(Field::BlockLength, 2 * digits, rules)?;
            *reader = pairs;
            Ok(length)
        }
    }
}

fn known(id: [u8; 2]) -> Option<&'static (&'static [u8; 2], &'static str, Charset)> {
    KNOWN.iter().find(|(code, ..)| **code == id)
}

/// What may stand in a block.
fn charset(id: [u8; 2], rules: Rules) -> Charset {
    match (rules, known(id)) {
        (Rules::Strict, Some((.., charset))) => *charset,
        _ => Charset::Printable,
    }
}

/// Writes a number in as many upper-case hexadecimal digits as there is room.
pub(super) fn hexadecimal(mut value: usize, out: &mut [u8]) {
    for digit in out.iter_mut().rev() {
        *digit = b"0123456789ABCDEF"[value % 16];
        value /= 16;
    }
}
