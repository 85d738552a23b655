//! Values into the bytes of one field: digits two a byte, prefixes, fill. Each
//! returns the bytes written to `room`.

use super::error::EncodeFault;
use super::field_spec::FieldSpec;
use super::format::{Encoding, Format, Justify, Length, Unit};
use super::measure::{all_decimal, words};
use super::plan::Put;
use super::{plain, prefix};

/// ASCII digits behind their length prefix.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[allow(clippy::inline_always, reason = "a third of the time of encoding")]
pub(super) fn write_digits(
    spec: &FieldSpec<'_>,
    digits: &[u8],
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    match plain::write_digits(spec, digits, room) {
        Some(size) => Ok(size),
        None => write_any_digits(spec, digits, room),
    }
}

/// As [`write_digits`], in any form, or why not.
#[cfg_attr(not(target_os = "none"), inline(never))]
fn write_any_digits(
    spec: &FieldSpec<'_>,
    digits: &[u8],
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    let format = spec.format();
    if !format.is_digits() {
        return Err(EncodeFault::Kind { format });
    }
    if !all_decimal(digits, b'0') {
        only_track(format, digits)?;
    }
    if spec.plan().put != Put::Packed {
        return write_characters(spec, digits, room);
    }
    let size = digits.len().div_ceil(2);
    let count = match spec.unit() {
        Unit::Characters => digits.len(),
        Unit::Bytes => size,
    };
    let (prefix, value) = open(spec, count, size, room)?;
    pack(spec, digits, value);
    Ok(prefix + size)
}

/// Digits and what else track data has, in a field of track data.
#[cfg_attr(not(target_os = "none"), inline(never))]
pub(super) fn only_track(format: Format, digits: &[u8]) -> Result<(), EncodeFault> {
    let track = |digit: &u8| format == Format::Z && matches!(digit, b'=' | b'A'..=b'F');
    let wrong = |digit: &u8| !digit.is_ascii_digit() && !track(digit);
    // Most of a track is words of digits; firmware is small instead.
    let part = |part: &[u8]| all_decimal(part, b'0') || !part.iter().any(wrong);
    if !cfg!(target_os = "none") && digits.chunks(8).all(part) {
        return Ok(());
    }
    match digits.iter().position(wrong) {
        Some(position) => Err(EncodeFault::Character { position }),
        None => Ok(()),
    }
}

/// A number with leading zeros into a fixed field of digits.
#[cfg_attr(not(target_os = "none"), inline)]
pub(super) fn write_number(
    spec: &FieldSpec<'_>,
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
    let digits = match (spec.unit(), spec.encoding()) {
        (Unit::Bytes, Encoding::Bcd) => usize::from(length) * 2,
        _ => usize::from(length),
    };
    let mut text = [b'0'; MOST];
    let mut left = value;
    for slot in text.iter_mut().rev() {
        if left == 0 {
            break;
        }
        let digit;
        (left, digit) = last_digit(left);
        *slot = b'0' + digit;
    }
    let text = (MOST.checked_sub(digits)).map(|start| text.split_at(start));
    match text {
        Some((zeros, text)) if zeros.iter().all(|digit| *digit == b'0') => {
            write_digits(spec, text, room)
        }
        _ => Err(EncodeFault::Number { digits }),
    }
}

/// A number without its last digit, and that digit. In pieces of 16 bits where
/// it is large: firmware without a division of 64 bits need not link one.
fn last_digit(value: u64) -> (u64, u8) {
    if let Ok(value) = u32::try_from(value) {
        return (u64::from(value / 10), (value % 10) as u8);
    }
    let (mut quotient, mut rest) = (0, 0);
    for shift in [48, 32, 16, 0] {
        let piece = rest << 16 | (value >> shift) as u32 & 0xFFFF;
        quotient = quotient << 16 | u64::from(piece / 10);
        rest = piece % 10;
    }
    (quotient, rest as u8)
}

/// Text, bytes, or an amount with its sign, behind their length prefix; a short
/// fixed text is filled.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[allow(clippy::inline_always, reason = "a third of the time of encoding")]
pub(super) fn write_bytes(
    spec: &FieldSpec<'_>,
    bytes: &[u8],
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    match plain::write_text(spec, bytes, room) {
        Some(size) => Ok(size),
        None => write_any_bytes(spec, bytes, room),
    }
}

/// As [`write_bytes`], in any form, or why not.
#[cfg_attr(not(target_os = "none"), inline(never))]
fn write_any_bytes(
    spec: &FieldSpec<'_>,
    bytes: &[u8],
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    let format = spec.format();
    if format.is_digits() {
        return Err(EncodeFault::Kind { format });
    }
    if !spec.is_signed() {
        return write_characters(spec, bytes, room);
    }
    let [sign @ (b'C' | b'D'), digits @ ..] = bytes else {
        return Err(EncodeFault::Character { position: 0 });
    };
    if let Some(wrong) = digits.iter().position(|digit| !digit.is_ascii_digit()) {
        return Err(EncodeFault::Character {
            position: 1 + wrong,
        });
    }
    if spec.encoding() != Encoding::Bcd {
        return write_characters(spec, bytes, room);
    }
    let size = 1 + digits.len().div_ceil(2);
    let count = match spec.unit() {
        Unit::Characters => bytes.len(),
        Unit::Bytes => size,
    };
    let (prefix, value) = open(spec, count, size, room)?;
    value[0] = *sign;
    pack(spec, digits, &mut value[1..]);
    Ok(prefix + size)
}

/// Characters in an encoding that is not BCD, translated or filled.
#[inline(never)]
fn write_characters(
    spec: &FieldSpec<'_>,
    characters: &[u8],
    room: &mut [u8],
) -> Result<usize, EncodeFault> {
    let wide = match spec.encoding() {
        Encoding::Hex => 2,
        _ => 1,
    };
    let size = characters.len() * wide;
    let count = match (spec.unit(), spec.encoding()) {
        (Unit::Bytes, _) => size,
        (Unit::Characters, Encoding::Utf8) => utf8_count(characters),
        (Unit::Characters, _) => characters.len(),
    };
    // Text of a fixed length is filled; bytes and digits must meet it.
    let text = !matches!(spec.format(), Format::B | Format::N | Format::Xn);
    let fill = match spec.length() {
        Length::Fixed(length) if text => usize::from(length).saturating_sub(count),
        _ => 0,
    };
    let fill = if wide == 1 { fill } else { 0 };
    let (prefix, value) = open(spec, count + fill, size + fill, room)?;
    let (before, rest) = match spec.justify() {
        Justify::Left => (0, fill),
        Justify::Right => (fill, 0),
    };
    let (head, value) = value.split_at_mut(before);
    let (value, tail) = value.split_at_mut(size);
    debug_assert_eq!(tail.len(), rest);
    match spec.encoding() {
        Encoding::Ebcdic(page) => {
            for (slot, character) in value.iter_mut().zip(characters) {
                *slot = page.encode(*character);
            }
            head.fill(page.encode(spec.pad()));
            tail.fill(page.encode(spec.pad()));
        }
        Encoding::Hex => {
            for (pair, byte) in value.as_chunks_mut::<2>().0.iter_mut().zip(characters) {
                *pair =
                    [byte >> 4, byte & 15].map(|nibble| b"0123456789ABCDEF"[usize::from(nibble)]);
            }
        }
        Encoding::Ascii | Encoding::Bcd | Encoding::Binary | Encoding::Utf8 => {
            value.copy_from_slice(characters);
            head.fill(spec.pad());
            tail.fill(spec.pad());
        }
    }
    Ok(prefix + size + fill)
}

/// ASCII digits two a byte into `value`, which has room for just them; an odd
/// number leaves the pad nibble.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[allow(clippy::inline_always, reason = "a third of the time of encoding")]
fn pack(spec: &FieldSpec<'_>, digits: &[u8], value: &mut [u8]) {
    let pad = spec.pad() & 0x0F;
    let separator = spec.separator();
    // `A` to `F` end in 1 to 6.
    let nibble = |digit: u8| match digit {
        b'=' => separator,
        _ => (digit & 0x0F) + 9 * (digit >> 6),
    };
    let lead = !digits.len().is_multiple_of(2) && spec.justify() == Justify::Right;
    let (first, digits) = digits.split_at(usize::from(lead));
    let (slot, value) = value.split_at_mut(usize::from(lead));
    if let ([first], [slot]) = (first, slot) {
        *slot = pad << 4 | nibble(*first);
    }
    // `=` ends in D, which is the separator nearly everywhere.
    let quick = if separator == 0x0D { digits } else { &[] };
    let (words, _) = words(quick);
    let (packed, value) = value.split_at_mut(words.len() * 4);
    for (slot, word) in packed.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *slot = pack_word(*word);
    }
    let (pairs, lone) = digits[words.len() * 8..].as_chunks::<2>();
    for (slot, [high, low]) in value.iter_mut().zip(pairs) {
        *slot = nibble(*high) << 4 | nibble(*low);
    }
    if let ([lone], Some(slot)) = (lone, value.last_mut()) {
        *slot = nibble(*lone) << 4 | pad;
    }
}

/// Eight digits into four bytes.
const fn pack_word(digits: [u8; 8]) -> [u8; 4] {
    let word = u64::from_be_bytes(digits);
    let letters = word >> 6 & 0x0101_0101_0101_0101;
    let nibbles = (word & 0x0F0F_0F0F_0F0F_0F0F) + letters * 9;
    let pairs = (nibbles | nibbles >> 4) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF;
    ((fours | fours >> 16) as u32).to_be_bytes()
}

/// Checks the length, writes the prefix, and returns its size and the room for
/// the `size` bytes of the value.
#[cfg_attr(not(target_os = "none"), inline(always))]
#[allow(clippy::inline_always, reason = "a third of the time of encoding")]
fn open<'r>(
    spec: &FieldSpec<'_>,
    count: usize,
    size: usize,
    room: &'r mut [u8],
) -> Result<(usize, &'r mut [u8]), EncodeFault> {
    match spec.length() {
        Length::Fixed(length) if usize::from(length) == count => Ok((0, take(room, size)?)),
        Length::Var(length, most) if count <= usize::from(most) => {
            let before = length.size();
            let (head, value) = take(room, before + size)?.split_at_mut(before);
            prefix::write(length, count as u32, head);
            Ok((before, value))
        }
        length => Err(EncodeFault::Length {
            expected: usize::from(length.most()),
            found: count,
        }),
    }
}

/// The first `needed` bytes of the room.
#[cfg_attr(not(target_os = "none"), inline)]
pub(super) fn take(room: &mut [u8], needed: usize) -> Result<&mut [u8], EncodeFault> {
    let available = room.len();
    room.get_mut(..needed)
        .ok_or(EncodeFault::Full { needed, available })
}

fn utf8_count(bytes: &[u8]) -> usize {
    match core::str::from_utf8(bytes) {
        Ok(text) => text.chars().count(),
        Err(_) => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_packed_as_pairs_are() {
        let digits = b"0123456789ABCDEF=";
        for at in 0..8 {
            for digit in digits {
                let mut word = *b"95060718";
                word[at] = *digit;
                let spec = FieldSpec::ll(Format::Z, 8);
                let mut pairs = [0; 4];
                for (slot, pair) in pairs.chunks_mut(1).zip(word.chunks(2)) {
                    pack(&spec, pair, slot);
                }
                assert_eq!(pack_word(word), pairs, "{at} {digit}");
            }
        }
    }

    #[test]
    fn the_last_digit_is_that_of_a_division() {
        let around = |value: u64| [value.wrapping_sub(1), value, value.wrapping_add(1)];
        for value in (0..64).flat_map(|shift| around(1 << shift)) {
            let expected = (value / 10, (value % 10) as u8);
            assert_eq!(last_digit(value), expected, "{value}");
        }
    }
}
