//! Length prefixes, read and written.

use super::error::DecodeFault;
use super::format::{Prefix, PrefixForm};

/// The length a prefix says, without its own bytes; none where it is no length
/// or not there.
#[inline]
pub(super) fn read(prefix: Prefix, bytes: &[u8]) -> Option<u32> {
    // The prefixes that nearly all fields have, without a loop.
    let digits = match (prefix.form(), prefix.size(), bytes) {
        (PrefixForm::Bcd, 1, [a, ..]) => [0, 0, a >> 4, a & 15],
        (PrefixForm::Bcd, 2, [a, b, ..]) => [a >> 4, a & 15, b >> 4, b & 15],
        (PrefixForm::Ascii, 2, [a, b, ..]) => [0, 0, ascii(*a), ascii(*b)],
        (PrefixForm::Ascii, 3, [a, b, c, ..]) => [0, ascii(*a), ascii(*b), ascii(*c)],
        _ => [u8::MAX; 4],
    };
    if prefix.is_inclusive() || digits.iter().any(|digit| *digit > 9) {
        return explain(prefix, bytes).ok();
    }
    Some((digits.iter()).fold(0, |value, digit| value * 10 + u32::from(*digit)))
}

const fn ascii(byte: u8) -> u8 {
    byte.wrapping_sub(b'0')
}

/// As [`read`]; where there is no length, how many bytes are concerned and why.
#[inline(never)]
pub(super) fn explain(prefix: Prefix, bytes: &[u8]) -> Result<u32, (usize, DecodeFault)> {
    let expected = prefix.size();
    let Some(raw) = bytes.get(..expected) else {
        let left = bytes.len();
        return Err((left, DecodeFault::Truncated { expected, left }));
    };
    let claimed =
        number(prefix.form(), raw).map_err(|found| (expected, DecodeFault::Prefix { found }))?;
    if !prefix.is_inclusive() {
        return Ok(claimed);
    }
    let less = claimed.checked_sub(expected as u32);
    less.ok_or((expected, DecodeFault::PrefixTooSmall { claimed }))
}

fn number(form: PrefixForm, raw: &[u8]) -> Result<u32, u8> {
    let mut value = 0_u32;
    for byte in raw {
        let byte = *byte;
        let (base, digit) = match form {
            PrefixForm::Bcd => match (byte >> 4, byte & 15) {
                (high @ 10.., _) => return Err(high),
                (_, low @ 10..) => return Err(low),
                (high, low) => (100, high * 10 + low),
            },
            PrefixForm::Ascii => (10, decimal(byte, b'0')?),
            PrefixForm::Ebcdic => (10, decimal(byte, 0xF0)?),
            PrefixForm::Binary => (256, byte),
            PrefixForm::Hex => {
                let digit = char::from(byte).to_digit(16).ok_or(byte)?;
                (16, digit as u8)
            }
        };
        // Six digits or four bytes at most, see `Prefix`: it cannot overflow.
        value = value.wrapping_mul(base).wrapping_add(u32::from(digit));
    }
    Ok(value)
}

const fn decimal(byte: u8, zero: u8) -> Result<u8, u8> {
    let digit = byte.wrapping_sub(zero);
    if digit < 10 { Ok(digit) } else { Err(byte) }
}

/// Writes `length` into `room`, which has the prefix's size.
#[cfg_attr(not(target_os = "none"), inline)]
pub(super) fn write(prefix: Prefix, length: u32, room: &mut [u8]) {
    if !prefix.is_inclusive() && !cfg!(target_os = "none") {
        // The prefixes of two digits, without a loop.
        let (tens, ones) = (length as u8 / 10, length as u8 % 10);
        match (prefix.form(), &mut *room) {
            (PrefixForm::Ascii, [a, b]) => return (*a, *b) = (b'0' + tens, b'0' + ones),
            (PrefixForm::Bcd, [a]) => return *a = tens << 4 | ones,
            _ => {}
        }
    }
    let own = if prefix.is_inclusive() {
        prefix.size() as u32
    } else {
        0
    };
    let mut left = length + own;
    for slot in room.iter_mut().rev() {
        let (base, digit) = match prefix.form() {
            PrefixForm::Bcd => (100, ((left / 10 % 10) << 4) | (left % 10)),
            PrefixForm::Ascii => (10, left % 10 + 0x30),
            PrefixForm::Ebcdic => (10, left % 10 + 0xF0),
            PrefixForm::Binary => (256, left % 256),
            PrefixForm::Hex => (16, u32::from(b"0123456789ABCDEF"[left as usize % 16])),
        };
        *slot = digit as u8;
        left /= base;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Prefix; 6] = [
        Prefix::bcd(3),
        Prefix::ascii(4),
        Prefix::ebcdic(3),
        Prefix::binary(2),
        Prefix::hex(3),
        Prefix::binary(1),
    ];

    #[test]
    fn what_is_written_is_read() {
        for prefix in ALL.into_iter().chain(ALL.map(Prefix::inclusive)) {
            for length in [0, 1, 9, 10, 99, 100, 250] {
                let mut room = [0xEE; 4];
                write(prefix, length, &mut room[..prefix.size()]);
                assert_eq!(read(prefix, &room), Some(length), "{prefix:?}");
                assert_eq!(explain(prefix, &room), Ok(length), "{prefix:?}");
            }
        }
    }

    #[test]
    fn what_is_no_length_is_named() {
        assert_eq!(
            explain(Prefix::ascii(2), b":1"),
            Err((2, DecodeFault::Prefix { found: b':' }))
        );
        assert_eq!(
            explain(Prefix::bcd(2), b"\x1F"),
            Err((1, DecodeFault::Prefix { found: 15 }))
        );
        assert_eq!(
            explain(Prefix::ascii(3), b"12"),
            Err((
                2,
                DecodeFault::Truncated {
                    expected: 3,
                    left: 2
                }
            ))
        );
        assert_eq!(
            explain(Prefix::binary(2).inclusive(), &[0, 1]),
            Err((2, DecodeFault::PrefixTooSmall { claimed: 1 }))
        );
    }
}
