//! The quick way into a field whose characters stand there as they are, which
//! is that of most fields of most dialects. It says "no" to all that is not
//! plain, the mistakes too: [`super::pack`] writes any field and tells what is
//! wrong. Firmware is small instead and goes that way only.

use super::field_spec::FieldSpec;
use super::format::Length;
use super::measure::{all_decimal, is_decimal};
use super::pack::only_track;
use super::plan::Put;
use super::prefix;

/// Decimal digits behind their length prefix, and the bytes they took.
#[inline(always)]
#[allow(clippy::inline_always, reason = "a third of the time of encoding")]
pub(super) fn write_digits(spec: &FieldSpec<'_>, digits: &[u8], room: &mut [u8]) -> Option<usize> {
    let (put, quick) = (spec.plan().put, !cfg!(target_os = "none"));
    let (before, value) = open(spec, put == Put::Digits && quick, digits.len(), room)?;
    let good = place_digits(value, digits) || only_track(spec.format(), digits).is_ok();
    good.then_some(before + digits.len())
}

/// Text or bytes behind their length prefix, and the bytes they took.
#[inline(always)]
#[allow(clippy::inline_always, reason = "as above")]
pub(super) fn write_text(spec: &FieldSpec<'_>, text: &[u8], room: &mut [u8]) -> Option<usize> {
    let (put, quick) = (spec.plan().put, !cfg!(target_os = "none"));
    let (before, value) = open(spec, put == Put::Plain && quick, text.len(), room)?;
    place(value, text);
    Some(before + text.len())
}

/// Writes the prefix and returns its size and the room for the value, where the
/// field is plain and holds just that many bytes.
#[inline(always)]
#[allow(clippy::inline_always, reason = "as above")]
fn open<'r>(
    spec: &FieldSpec<'_>,
    plain: bool,
    size: usize,
    room: &'r mut [u8],
) -> Option<(usize, &'r mut [u8])> {
    match spec.length() {
        Length::Fixed(length) if plain && usize::from(length) == size => {
            Some((0, room.get_mut(..size)?))
        }
        Length::Var(length, most) if plain && size <= usize::from(most) => {
            let before = length.size();
            let (head, value) = room.get_mut(..before + size)?.split_at_mut(before);
            prefix::write(length, size as u32, head);
            Some((before, value))
        }
        _ => None,
    }
}

/// Both ends of a value, which may overlap: a copy without a loop.
#[inline(always)]
#[allow(clippy::inline_always, reason = "as above")]
fn ends<const N: usize>(target: &mut [u8], source: &[u8]) -> Option<[[u8; N]; 2]> {
    let (first, last) = (*source.first_chunk::<N>()?, *source.last_chunk::<N>()?);
    *target.first_chunk_mut()? = first;
    *target.last_chunk_mut()? = last;
    Some([first, last])
}

/// As [`slice::copy_from_slice`], for what is mostly shorter than a call.
#[inline(always)]
#[allow(clippy::inline_always, reason = "as above")]
fn place(target: &mut [u8], source: &[u8]) {
    let placed = match source.len() {
        2..4 => ends::<2>(target, source).is_some(),
        4..8 => ends::<4>(target, source).is_some(),
        8..=16 => ends::<8>(target, source).is_some(),
        17..=32 => ends::<16>(target, source).is_some(),
        33..=64 => ends::<32>(target, source).is_some(),
        _ => false,
    };
    if !placed {
        target.copy_from_slice(source);
    }
}

/// Copies digits, in one pass with the look at them: false where one is none.
#[inline(always)]
#[allow(clippy::inline_always, reason = "as above")]
fn place_digits(target: &mut [u8], source: &[u8]) -> bool {
    /// Digits and as many zeros as are missing.
    fn filled<const N: usize>([first, last]: [[u8; N]; 2]) -> [u8; 8] {
        let mut word = [b'0'; 8];
        word[..N].copy_from_slice(&first);
        word[N..2 * N].copy_from_slice(&last);
        word
    }
    let good = match source.len() {
        2..4 => ends::<2>(target, source).map(|ends| is_decimal(filled(ends), b'0')),
        4..8 => ends::<4>(target, source).map(|ends| is_decimal(filled(ends), b'0')),
        8..=16 => ends::<8>(target, source)
            .map(|[first, last]| is_decimal(first, b'0') && is_decimal(last, b'0')),
        _ => None,
    };
    good.unwrap_or_else(|| place_any_digits(target, source))
}

/// As [`place_digits`], of any length.
#[inline(never)]
fn place_any_digits(target: &mut [u8], source: &[u8]) -> bool {
    target.copy_from_slice(source);
    all_decimal(source, b'0')
}
