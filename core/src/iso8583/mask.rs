use super::chip;
use super::digits::Digits;
use super::field::Field;
use super::mti::Mti;
use super::spec::{Format, Sensitivity};
use core::fmt;

/// A field's value as it may be shown: its `Display` masks what its
/// [`Sensitivity`] says.
#[derive(Clone, Copy)]
pub struct Masked<'a> {
    field: Field<'a>,
    mti: Mti,
}

/// The fewest digits a card number has.
const PAN: usize = 13;

impl<'a> Masked<'a> {
    pub(super) fn new(field: Field<'a>, mti: Mti) -> Self {
        Self { field, mti }
    }

    /// What a field with an inside is shown by; the rest is plain.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.field.bytes();
        let digits = self.field.digits();
        match (self.field.spec().sensitivity(), digits) {
            (Sensitivity::Public, _) => plain(f, &self.field),
            (Sensitivity::Pan, Some(digits)) => pan(f, digits),
            (Sensitivity::Track, Some(digits)) => track(f, digits),
            (Sensitivity::Details, Some(digits)) => details(f, digits),
            (Sensitivity::Text, None) => text(f, bytes),
            (Sensitivity::Chip, None) => chip_data(f, bytes),
            (Sensitivity::Code, None) => payment_code(f, bytes),
            (Sensitivity::Keys, None) if harmless(self.mti) => text(f, bytes),
            _ => stars(f, self.field.count()),
        }
    }
}

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}

/// Management requests carry terminal data in field 62. Their answers carry
/// keys and financial messages the holder's identity.
fn harmless(mti: Mti) -> bool {
    matches!(mti.bcd(), 0x0800 | 0x0820 | 0x0320)
}

fn plain(f: &mut fmt::Formatter<'_>, field: &Field<'_>) -> fmt::Result {
    match field.digits() {
        Some(digits) => clear(f, digits),
        None if field.spec().format() == Format::B && !printable(field.bytes()) => {
            hexadecimal(f, field.bytes())
        }
        None => field
            .bytes()
            .iter()
            .try_for_each(|byte| character(f, *byte)),
    }
}

fn clear(f: &mut fmt::Formatter<'_>, digits: Digits<'_>) -> fmt::Result {
    digits.ascii().try_for_each(|digit| character(f, digit))
}

fn pan(f: &mut fmt::Formatter<'_>, digits: Digits<'_>) -> fmt::Result {
    ends(f, digits.ascii(), 6, 4)
}

/// The card number before the separator, then stars. A track under the track
/// key shows nothing.
fn track(f: &mut fmt::Formatter<'_>, digits: Digits<'_>) -> fmt::Result {
    let separator = digits.ascii().position(|digit| !digit.is_ascii_digit());
    let number = separator.filter(|at| (PAN..=19).contains(at) && digits.at(*at) == Some(b'D'));
    match number.and_then(|at| digits.slice(0, at)) {
        Some(number) => {
            pan(f, number)?;
            stars(f, digits.len() - number.len())
        }
        None => stars(f, digits.len()),
    }
}

/// Settlement totals and counts as they are; of details (count 2, then 40
/// each: class 2, trace 6, card number 20, amount 12) the card numbers masked.
fn details(f: &mut fmt::Formatter<'_>, digits: Digits<'_>) -> fmt::Result {
    const COUNT: usize = 2;
    const DETAIL: usize = 40;
    const TOTALS: usize = 62;
    let len = digits.len();
    if len < PAN || len == TOTALS {
        return clear(f, digits);
    }
    if len % DETAIL != COUNT {
        return stars(f, len);
    }
    let part = |start, count| digits.slice(start, count).unwrap_or_default();
    clear(f, part(0, COUNT))?;
    for start in (COUNT..len).step_by(DETAIL) {
        clear(f, part(start, 8))?;
        let number = part(start + 8, 20);
        let zeros = number.ascii().take_while(|digit| *digit == b'0').count();
        pan(f, part(start + 8 + zeros, 20 - zeros))?;
        clear(f, part(start + 28, 12))?;
    }
    Ok(())
}

/// Text with every run of digits that may hold a card number cut.
fn text(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let mut left = bytes;
    while let Some(first) = left.first() {
        let run = left.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (part, rest) = left.split_at(run.max(1));
        match run {
            0 => character(f, *first)?,
            PAN.. => ends(f, part.iter().copied(), 6, 4)?,
            _ => part.iter().try_for_each(|byte| character(f, *byte))?,
        }
        left = rest;
    }
    Ok(())
}

/// `9F36=0102 57=** ...`; nothing of what follows bytes that are no TLV.
fn chip_data(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let mut left = bytes;
    while !left.is_empty() {
        if left.len() < bytes.len() {
            f.write_str(" ")?;
        }
        let Ok((rest, object)) = chip::object(left) else {
            return stars(f, left.len());
        };
        hexadecimal(f, object.tag)?;
        f.write_str("=")?;
        if object.is_sensitive() {
            stars(f, object.value.len())?;
        } else {
            hexadecimal(f, object.value)?;
        }
        left = rest;
    }
    Ok(())
}

/// `A3019` and the code's first and last four; the same of the whole field
/// where it is not of tag 2, length 3, value.
fn payment_code(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    const HEAD: usize = 5;
    let mut left = bytes;
    while let Some((head, rest)) = left.split_at_checked(HEAD) {
        let size = core::str::from_utf8(&head[2..])
            .ok()
            .and_then(|size| size.parse().ok());
        let Some((value, rest)) = size.and_then(|size: usize| rest.split_at_checked(size)) else {
            break;
        };
        head.iter().try_for_each(|byte| character(f, *byte))?;
        ends(f, value.iter().copied(), 4, 4)?;
        left = rest;
    }
    ends(f, left.iter().copied(), 4, 4)
}

/// The first and last characters with stars between; stars alone where too
/// little would be hidden.
fn ends(
    f: &mut fmt::Formatter<'_>,
    characters: impl ExactSizeIterator<Item = u8>,
    first: usize,
    last: usize,
) -> fmt::Result {
    let len = characters.len();
    if len < first + last + 3 {
        return stars(f, len);
    }
    for (index, byte) in characters.enumerate() {
        let shown = index < first || index >= len - last;
        character(f, if shown { byte } else { b'*' })?;
    }
    Ok(())
}

fn stars(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    (0..count).try_for_each(|_| f.write_str("*"))
}

fn character(f: &mut fmt::Formatter<'_>, byte: u8) -> fmt::Result {
    match byte {
        0x20..=0x7E => write!(f, "{}", char::from(byte)),
        _ => write!(f, "\\x{byte:02X}"),
    }
}

fn hexadecimal(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
}

fn printable(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| (0x20..0x7F).contains(byte))
}
