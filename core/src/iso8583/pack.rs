//! Values into the bytes of one field: digits two a byte, prefixes, fill. Each
//! returns the bytes written to `room`.

use super::error::EncodeFault;
use super::field::value_size;
use super::spec::{FieldSpec, Format, Justify, Length, Unit};

/// ASCII digits, two a byte, behind their length prefix.
pub(super) fn write_digits(
    spec: &FieldSpec,
    digits: &[u8],
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    let nibble: fn(u8) -> Option<u8> = match spec.format() {
        Format::N => decimal,
        Format::Z => track,
        format @ (Format::An | Format::Ans | Format::B) => {
            return Err(EncodeFault::Kind { format });
        }
    };
    if let Some(position) = digits.iter().position(|digit| nibble(*digit).is_none()) {
        return Err(EncodeFault::Character { position });
    }
    let count = match spec.unit() {
        Unit::Digits => digits.len(),
        Unit::Bytes => digits.len().div_ceil(2),
    };
    let (prefix, value) = open(spec, count, room)?;
    value.fill(spec.pad() << 4 | spec.pad());
    let first = match spec.justify() {
        Justify::Right => digits.len() % 2,
        Justify::Left => 0,
    };
    let nibbles = digits.iter().filter_map(|digit| nibble(*digit));
    for (place, nibble) in (first..).zip(nibbles) {
        if let Some(byte) = value.get_mut(place / 2) {
            *byte = match place % 2 {
                0 => nibble << 4 | *byte & 0x0F,
                _ => *byte & 0xF0 | nibble,
            };
        }
    }
    Ok(prefix + value.len())
}

/// A number with leading zeros into a fixed field of digits.
pub(super) fn write_number(
    spec: &FieldSpec,
    value: u64,
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    /// Digits of the largest `u64`.
    const MOST: usize = 20;
    let (Length::Fixed(length), Format::N) = (spec.length(), spec.format()) else {
        return Err(EncodeFault::Kind {
            format: spec.format(),
        });
    };
    let digits = match spec.unit() {
        Unit::Digits => usize::from(length),
        Unit::Bytes => usize::from(length) * 2,
    };
    let mut text = [b'0'; MOST];
    // Bit by bit from the highest, doubling what is there: firmware without a
    // division of 64 bits need not link one.
    for bit in (0..u64::BITS - value.leading_zeros()).rev() {
        let mut carry = (value >> bit) as u8 & 1;
        for slot in text.iter_mut().rev() {
            let doubled = (*slot - b'0') * 2 + carry;
            carry = u8::from(doubled >= 10);
            *slot = b'0' + doubled - 10 * carry;
        }
    }
    let text = (MOST.checked_sub(digits)).map(|start| text.split_at(start));
    match text {
        Some((zeros, text)) if zeros.iter().all(|digit| *digit == b'0') => {
            write_digits(spec, text, room)
        }
        _ => Err(EncodeFault::Number { digits }),
    }
}

/// Bytes behind their length prefix; a short fixed text is filled with spaces.
pub(super) fn write_bytes(
    spec: &FieldSpec,
    bytes: &[u8],
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    if spec.is_packed() {
        return Err(EncodeFault::Kind {
            format: spec.format(),
        });
    }
    let length = match spec.length() {
        Length::Fixed(length) if spec.format() != Format::B => usize::from(length).max(bytes.len()),
        _ => bytes.len(),
    };
    let (prefix, value) = open(spec, length, room)?;
    let spaces = value.len() - bytes.len();
    let start = match spec.justify() {
        Justify::Left => 0,
        Justify::Right => spaces,
    };
    value.fill(b' ');
    value[start..start + bytes.len()].copy_from_slice(bytes);
    Ok(prefix + value.len())
}

/// Checks the length, writes the prefix, and returns its size and the room for
/// the value.
fn open<'r>(
    spec: &FieldSpec,
    count: usize,
    room: &'r mut [u8],
) -> Result<(usize, &'r mut [u8]), EncodeFault> {
    let expected = usize::from(spec.length().most());
    let fits = match spec.length() {
        Length::Fixed(_) => count == expected,
        Length::Ll(_) | Length::Lll(_) => count <= expected,
    };
    if !fits {
        return Err(EncodeFault::Length {
            expected,
            found: count,
        });
    }
    let prefix = spec.length().prefix();
    let room = take(room, prefix + value_size(spec, count))?;
    let (head, value) = room.split_at_mut(prefix);
    let mut left = count;
    for byte in head.iter_mut().rev() {
        *byte = (((left / 10 % 10) << 4) | (left % 10)) as u8;
        left /= 100;
    }
    Ok((prefix, value))
}

/// The first `needed` bytes of the room.
pub(super) fn take(room: &mut [u8], needed: usize) -> Result<&mut [u8], EncodeFault> {
    let available = room.len();
    room.get_mut(..needed)
        .ok_or(EncodeFault::Full { needed, available })
}

fn decimal(digit: u8) -> Option<u8> {
    digit.is_ascii_digit().then(|| digit - b'0')
}

fn track(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'A'..=b'F' => Some(character - b'A' + 10),
        b'=' => Some(0x0D),
        _ => None,
    }
}
