//! The tags of field 55, walked for showing only: tag, length, value.

use nom::bytes::complete::take;
use nom::number::complete::u8 as byte;
use nom::{IResult, Parser};

/// One data object of BER-TLV.
pub(super) struct Object<'a> {
    pub(super) tag: &'a [u8],
    pub(super) value: &'a [u8],
}

impl Object<'_> {
    /// True for what names the card or its holder, and for templates, in which
    /// such objects may stand (EMV book 3, annex A).
    pub(super) fn is_sensitive(&self) -> bool {
        const TEMPLATE: u8 = 0x20;
        self.tag[0] & TEMPLATE != 0 || SENSITIVE.contains(&self.tag)
    }
}

/// Track 1 and 2 equivalents, card number, holder, expiry, discretionary data
/// and the enciphered PIN.
const SENSITIVE: &[&[u8]] = &[
    &[0x56],
    &[0x57],
    &[0x5A],
    &[0x99],
    &[0x5F, 0x20],
    &[0x5F, 0x24],
    &[0x9F, 0x0B],
    &[0x9F, 0x1F],
    &[0x9F, 0x20],
    &[0x9F, 0x61],
    &[0x9F, 0x6B],
];

/// Takes the object that `bytes` begins with.
pub(super) fn object(bytes: &[u8]) -> IResult<&[u8], Object<'_>> {
    let (rest, tag) = tag(bytes)?;
    let (rest, size) = length(rest)?;
    let (rest, value) = take(size).parse(rest)?;
    Ok((rest, Object { tag, value }))
}

fn tag(bytes: &[u8]) -> IResult<&[u8], &[u8]> {
    const MORE: u8 = 0x1F;
    let (_, first) = byte.parse(bytes)?;
    let mut size = 1;
    if first & MORE == MORE {
        size += 1 + bytes[1..]
            .iter()
            .take_while(|next| **next & 0x80 != 0)
            .count();
    }
    take(size).parse(bytes)
}

fn length(bytes: &[u8]) -> IResult<&[u8], usize> {
    let (rest, first) = byte.parse(bytes)?;
    match first {
        0..=0x7F => Ok((rest, usize::from(first))),
        0x81 => byte.map(usize::from).parse(rest),
        _ => nom::combinator::fail().parse(bytes),
    }
}
