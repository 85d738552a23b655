//! Tag and length taken off the front of bytes (ISO/IEC 8825-1, 8.1.2, 8.1.3).

use super::error::Fault;
use super::tag::{CONTINUED, MORE, Tag};
use nom::Parser;
use nom::bytes::complete::take;

/// What is wrong, the bytes from the wrong one on, and the tag before them.
#[derive(Debug)]
pub(super) struct Broken<'a> {
    pub(super) tag: Option<Tag>,
    pub(super) at: &'a [u8],
    pub(super) fault: Fault,
}

impl<'a> Broken<'a> {
    const fn new(at: &'a [u8], fault: Fault) -> Self {
        let tag = None;
        Self { tag, at, fault }
    }
}

/// What is left, and what was taken. No parser here waits for more bytes, so
/// nom's three kinds of errors are one.
pub(super) type Parsed<'a, T> = Result<(&'a [u8], T), Broken<'a>>;

/// A length as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// `octets` are those behind the first: 0 in the short form.
    Definite { value: u32, octets: u8 },
    /// 80: up to an end-of-contents object.
    Indefinite,
}

const LONG: u8 = 0x80;
/// Most octets behind the first, so that a length fits 32 bits.
pub(super) const MOST_OCTETS: u8 = 4;

/// Takes a tag; an error stands at its first byte.
#[inline]
pub(super) fn tag(bytes: &[u8]) -> Parsed<'_, Tag> {
    let truncated = || Broken::new(bytes, Fault::TruncatedTag);
    let (first, mut rest) = bytes.split_first().ok_or_else(truncated)?;
    let mut value = u32::from(*first);
    if first & MORE != MORE {
        return Ok((rest, Tag::read(value)));
    }
    for _ in 1..Tag::MAX_SIZE {
        let (next, after) = rest.split_first().ok_or_else(truncated)?;
        value = value << 8 | u32::from(*next);
        if *next < CONTINUED {
            return Ok((after, Tag::read(value)));
        }
        rest = after;
    }
    Err(Broken::new(bytes, Fault::TagTooLong))
}

/// Takes a length; an error stands at its first byte.
#[inline]
pub(super) fn length(bytes: &[u8]) -> Parsed<'_, Length> {
    match bytes.split_first() {
        Some((short, rest)) if *short < LONG => {
            let value = u32::from(*short);
            Ok((rest, Length::Definite { value, octets: 0 }))
        }
        _ => long_length(bytes),
    }
}

/// Takes a length that is not of the short form, or is not there.
fn long_length(bytes: &[u8]) -> Parsed<'_, Length> {
    let missing = |expected, left| Broken::new(bytes, Fault::TruncatedLength { expected, left });
    let (first, rest) = bytes.split_first().ok_or_else(|| missing(1, 0))?;
    let octets = first & !LONG;
    match octets {
        0 => Ok((rest, Length::Indefinite)),
        1..=MOST_OCTETS => {
            let (rest, number) = take(octets)
                .parse(rest)
                .map_err(|_: nom::Err<()>| missing(octets, rest.len()))?;
            let octet = |value, octet: &u8| value << 8 | u32::from(*octet);
            let value = number.iter().fold(0, octet);
            Ok((rest, Length::Definite { value, octets }))
        }
        _ => Err(Broken::new(bytes, Fault::LengthTooLong { octets })),
    }
}

/// Octets behind the first that a length needs at least.
pub(super) const fn least_octets(length: u32) -> u8 {
    match length {
        0..=0x7F => 0,
        0x80..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFF_FFFF => 3,
        _ => MOST_OCTETS,
    }
}
