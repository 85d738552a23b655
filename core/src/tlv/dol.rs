//! Data object lists: what a card asks the terminal for, and the answer.
//!
//! A list names tags and how many bytes of each the card wants; the answer is
//! the values alone, one behind the other.
//!
//! ```text
//!  9F02 06  9A 03  9F37 04      asked for: amount, date, unpredictable number
//!  000000001234 260101 DEADBEEF   answered
//! ```
//!
//! | value | longer than asked for | shorter than asked for |
//! |---|---|---|
//! | format n | first bytes are left out | 00 before it |
//! | format cn | last bytes are left out | FF behind it |
//! | any other | last bytes are left out | 00 behind it |
//! | not there, or a template | | 00 |
//!
//! EMV book 3, section 5.4. A list is no TLV: its lengths are one plain byte
//! each, so 81 asks for 129 bytes.

use super::error::{Error, Fault, Path};
use super::header;
use super::tag::Tag;
use core::iter::FusedIterator;

/// A data object list that was read to its end.
///
/// ```
/// # use annul::tlv::Tag;
/// # use annul::tlv::dol::{Dol, Format};
/// let dol = Dol::parse(&[0x9F, 0x02, 0x06, 0x9A, 0x03]).unwrap();
/// let mut buffer = [0; 255];
/// let length = dol.build(&mut buffer, |tag| match tag.value() {
///     0x9F02 => Some((Format::Numeric, &[0x12, 0x34][..])),
///     _ => None,
/// });
/// assert_eq!(buffer[..length.unwrap()], [0, 0, 0, 0, 0x12, 0x34, 0, 0, 0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Dol<'a> {
    bytes: &'a [u8],
    data_length: usize,
}

/// What a list asks for at one place. A tag may be asked for more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    tag: Tag,
    length: u8,
    offset: usize,
}

impl Entry {
    /// The tag asked for.
    pub const fn tag(self) -> Tag {
        self.tag
    }

    /// Bytes asked for, 0 to 255.
    pub const fn length(self) -> usize {
        self.length as usize
    }

    /// The byte of the list at which the tag begins.
    pub const fn offset(self) -> usize {
        self.offset
    }
}

/// How a value is fitted: the three ways of book 3, section 5.4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// n: digits stand at the right.
    Numeric,
    /// cn: digits stand at the left, F behind them.
    CompressedNumeric,
    /// a, an, ans, b and var.
    #[default]
    Other,
}

/// The caller's buffer is too small for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the list asks for {needed} bytes, the buffer has {available}")]
pub struct NoRoom {
    /// Bytes of the whole answer.
    pub needed: usize,
    /// Bytes of the buffer.
    pub available: usize,
}

impl<'a> Dol<'a> {
    /// Reads the whole list; [`Entries`] gives what stands before an error.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut data_length = 0;
        for entry in Entries::new(bytes) {
            data_length += entry?.length();
        }
        Ok(Self { bytes, data_length })
    }

    /// What is asked for, in order.
    pub fn entries(self) -> impl Iterator<Item = Entry> + use<'a> {
        Entries::new(self.bytes).flatten()
    }

    /// Bytes of the answer.
    pub const fn data_length(self) -> usize {
        self.data_length
    }

    /// Writes the answer and returns its length. `value` gives each value and
    /// its format, where there is one.
    pub fn build<'d>(
        self,
        buffer: &mut [u8],
        mut value: impl FnMut(Tag) -> Option<(Format, &'d [u8])>,
    ) -> Result<usize, NoRoom> {
        let (needed, available) = (self.data_length(), buffer.len());
        let no_room = NoRoom { needed, available };
        let mut rest = buffer.get_mut(..needed).ok_or(no_room)?;
        for entry in self.entries() {
            let (place, after) = rest.split_at_mut_checked(entry.length()).ok_or(no_room)?;
            rest = after;
            match value(entry.tag) {
                Some((format, value)) if !entry.tag.is_constructed() => fit(format, value, place),
                _ => place.fill(0),
            }
        }
        Ok(needed)
    }
}

/// Cuts a value or fills it up.
fn fit(format: Format, value: &[u8], place: &mut [u8]) {
    let kept = value.len().min(place.len());
    let missing = place.len() - kept;
    let (value, pad) = match format {
        Format::Numeric => (&value[value.len() - kept..], 0x00),
        Format::CompressedNumeric => (&value[..kept], 0xFF),
        Format::Other => (&value[..kept], 0x00),
    };
    let (digits, rest) = match format {
        Format::Numeric => {
            let (rest, digits) = place.split_at_mut(missing);
            (digits, rest)
        }
        _ => place.split_at_mut(kept),
    };
    digits.copy_from_slice(value);
    rest.fill(pad);
}

/// The entries of a list, one by one; after an error there are none.
#[derive(Clone, Debug)]
pub struct Entries<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Entries<'a> {
    /// Reads a list that nobody has looked at yet.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            offset: 0,
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<Entry, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (bytes, offset) = (self.rest, self.offset);
        let entry = header::tag(bytes).map(|(rest, tag)| (tag, rest.split_first()));
        let Ok((tag, Some((length, rest)))) = entry else {
            self.rest = &[];
            return Some(Err(broken(bytes, offset)));
        };
        self.offset += bytes.len() - rest.len();
        self.rest = rest;
        Some(Ok(Entry {
            tag,
            length: *length,
            offset,
        }))
    }
}

/// Why no entry begins at `offset`, where `bytes` stand.
#[cold]
fn broken(bytes: &[u8], offset: usize) -> Error {
    match header::tag(bytes) {
        Err(broken) => Error::new(Path::EMPTY, offset, broken.fault),
        Ok((_, tag)) => {
            let (expected, left) = (1, 0);
            let fault = Fault::TruncatedLength { expected, left };
            Error::new(Path::of(tag), offset + tag.len(), fault)
        }
    }
}

impl FusedIterator for Entries<'_> {}

/// The tags of a tag list, which has no lengths: the static data
/// authentication tag list 9F4A, and lists 5C of ISO/IEC 7816-4.
///
/// ```
/// # use annul::tlv::{Tag, dol::Tags};
/// let tags: Vec<Tag> = Tags::new(&[0x5F, 0x2A, 0x82]).flatten().collect();
/// assert_eq!(tags, [Tag::literal(0x5F2A), Tag::literal(0x82)]);
/// ```
#[derive(Clone, Debug)]
pub struct Tags<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Tags<'a> {
    /// Reads all of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            offset: 0,
        }
    }
}

impl Iterator for Tags<'_> {
    type Item = Result<Tag, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (bytes, offset) = (self.rest, self.offset);
        let Ok((rest, tag)) = header::tag(bytes) else {
            self.rest = &[];
            return Some(Err(broken(bytes, offset)));
        };
        self.rest = rest;
        self.offset += tag.len();
        Some(Ok(tag))
    }
}

impl FusedIterator for Tags<'_> {}
