use super::IssuerError;
use crate::emv::Iad;
use crate::tlv::{Mode, Reader, Tag};

/// What a card's cryptogram is computed of, in this order, and how many bytes
/// each has (EMV Book 2, 8.1.1). The issuer's application data come behind.
const INPUT: [(Tag, usize); 10] = [
    (Tag::literal(0x9F02), 6),
    (Tag::literal(0x9F03), 6),
    (Tag::literal(0x9F1A), 2),
    (Tag::literal(0x95), 5),
    (Tag::literal(0x5F2A), 2),
    (Tag::literal(0x9A), 3),
    (Tag::literal(0x9C), 1),
    (Tag::literal(0x9F37), 4),
    (Tag::literal(0x82), 2),
    (Tag::literal(0x9F36), 2),
];

const CRYPTOGRAM: Tag = Tag::literal(0x9F26);
const APPLICATION_DATA: Tag = Tag::literal(0x9F10);

/// Bytes of all of them.
const INPUT_SIZE: usize = 33;

/// Bytes of the longest issuer application data.
const DATA_MOST: usize = 32;

/// Which part of the issuer application data (tag 9F10) a card signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// All of it.
    Whole,
    /// The card verification results, with the length that leads them where
    /// there is one.
    Results,
    /// The results and the counters behind them (M/Chip).
    ResultsAndCounters,
}

/// What of field 55 the issuer's cryptography needs. Nothing of it is secret.
///
/// ```
/// # use annul::crypto::issuer::{ChipData, IssuerError};
/// # use annul::tlv::Tag;
/// let field = [0x9F, 0x36, 2, 0, 0x1C];
/// let error = ChipData::read(&field).err();
/// assert_eq!(error, Some(IssuerError::Missing { tag: Tag::literal(0x9F02) }));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ChipData<'a> {
    input: [u8; INPUT_SIZE],
    application_data: &'a [u8],
    cryptogram: Option<[u8; 8]>,
}

impl<'a> ChipData<'a> {
    /// Takes the values out of field 55, or of all that a kernel gave.
    ///
    /// # Errors
    /// A tag that is not there, is there twice with different values or has
    /// another length, and bytes that are no TLV. The cryptogram (9F26) may be
    /// absent: it may be what is asked for.
    pub fn read(field: &'a [u8]) -> Result<Self, IssuerError> {
        let mut input = [0; INPUT_SIZE];
        let mut rest = &mut input[..];
        for (tag, size) in INPUT {
            let (place, behind) = rest.split_at_mut(size);
            let value = value(field, tag)?.ok_or(IssuerError::Missing { tag })?;
            sized(tag, value, size, size)?;
            place.copy_from_slice(value);
            rest = behind;
        }
        let tag = APPLICATION_DATA;
        let application_data = value(field, tag)?.ok_or(IssuerError::Missing { tag })?;
        sized(tag, application_data, 1, DATA_MOST)?;
        let cryptogram = match value(field, CRYPTOGRAM)? {
            None => None,
            Some(value) => {
                sized(CRYPTOGRAM, value, 8, 8)?;
                value.first_chunk().copied()
            }
        };
        Ok(Self {
            input,
            application_data,
            cryptogram,
        })
    }

    /// The transaction counter (tag 9F36).
    pub fn counter(&self) -> [u8; 2] {
        self.last_of(0)
    }

    /// The unpredictable number (tag 9F37).
    pub fn number(&self) -> [u8; 4] {
        self.last_of(4)
    }

    /// The cryptogram that the card made (tag 9F26), where it is there.
    pub fn cryptogram(&self) -> Option<[u8; 8]> {
        self.cryptogram
    }

    /// The issuer application data (tag 9F10).
    pub fn application_data(&self) -> &'a [u8] {
        self.application_data
    }

    /// What the card signs.
    ///
    /// # Errors
    /// Application data of a layout that has no such part.
    pub fn signed(&self, part: Signed) -> Result<SignedData, IssuerError> {
        let (results, counters) = match part {
            Signed::Whole => (self.application_data, &[][..]),
            Signed::Results | Signed::ResultsAndCounters => {
                let iad = Iad::parse(self.application_data)
                    .ok()
                    .filter(|iad| !iad.results().is_empty())
                    .ok_or(IssuerError::NoResults)?;
                match part {
                    Signed::Results => (iad.results(), &[][..]),
                    // Behind the data authentication code, which is not signed.
                    _ => (iad.results(), iad.counters().get(2..).unwrap_or_default()),
                }
            }
        };
        let mut data = SignedData {
            bytes: [0; INPUT_SIZE + DATA_MOST],
            size: 0,
        };
        for part in [&self.input[..], results, counters] {
            data.bytes[data.size..][..part.len()].copy_from_slice(part);
            data.size += part.len();
        }
        Ok(data)
    }

    /// The bytes that stand so far before the end of the input.
    fn last_of<const N: usize>(&self, before: usize) -> [u8; N] {
        let end = INPUT_SIZE - before;
        let mut value = [0; N];
        value.copy_from_slice(&self.input[end - N..end]);
        value
    }
}

/// What a card signs, one value behind the other.
#[derive(Clone, Copy, Debug)]
pub struct SignedData {
    bytes: [u8; INPUT_SIZE + DATA_MOST],
    size: usize,
}

impl SignedData {
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.size]
    }
}

/// The value of a tag outside of templates.
fn value(field: &[u8], tag: Tag) -> Result<Option<&[u8]>, IssuerError> {
    let mut found = None;
    for object in Reader::new(field, Mode::Emv) {
        let object = object.map_err(IssuerError::Malformed)?;
        if object.depth() != 0 || object.tag() != tag {
            continue;
        }
        match found {
            Some(first) if first != object.value() => return Err(IssuerError::Twice { tag }),
            _ => found = Some(object.value()),
        }
    }
    Ok(found)
}

fn sized(tag: Tag, value: &[u8], least: usize, most: usize) -> Result<(), IssuerError> {
    let found = value.len();
    if (least..=most).contains(&found) {
        return Ok(());
    }
    let expected = most;
    Err(IssuerError::Value {
        tag,
        expected,
        found,
    })
}
