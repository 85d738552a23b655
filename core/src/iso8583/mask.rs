use super::characters::Characters;
use super::field::Field;
use super::format::{Encoding, Format, Sensitivity};
use super::inside::{Inside, PartId};
use super::mti::Mti;
use crate::card::Pan;
use crate::emv;
use core::fmt;
use zeroize::Zeroizing;

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
        let value = self.field.characters();
        let packed = self.field.spec().encoding() == Encoding::Bcd;
        match self.field.spec().sensitivity() {
            Sensitivity::Public => plain(f, &self.field),
            Sensitivity::Pan => pan(f, value),
            Sensitivity::Track => track(f, value),
            Sensitivity::Details if packed => details(f, value),
            Sensitivity::Text | Sensitivity::Details => text(f, value),
            Sensitivity::Chip => chip_data(f, &self.field),
            Sensitivity::Code => payment_code(f, value),
            Sensitivity::Keys if harmless(self.mti) => text(f, value),
            Sensitivity::Keys | Sensitivity::Secret => stars(f, self.field.count()),
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
    let value = field.characters();
    if field.spec().format() == Format::B && !value.ascii().all(printable) {
        return hexadecimal(f, value.ascii());
    }
    clear(f, value)
}

fn clear(f: &mut fmt::Formatter<'_>, value: Characters<'_>) -> fmt::Result {
    value.ascii().try_for_each(|byte| character(f, byte))
}

/// First six and last four; nothing of what is too short to hide some.
fn pan(f: &mut fmt::Formatter<'_>, value: Characters<'_>) -> fmt::Result {
    ends(f, value.ascii(), 6, 4)
}

/// The card number before the separator, then stars. A track under the track
/// key shows nothing.
fn track(f: &mut fmt::Formatter<'_>, value: Characters<'_>) -> fmt::Result {
    let separator = value.ascii().position(|digit| !digit.is_ascii_digit());
    let number = separator
        .filter(|at| (PAN..=19).contains(at) && matches!(value.at(*at), Some(b'D' | b'=')));
    match number.and_then(|at| value.slice(0, at)) {
        Some(number) => {
            pan(f, number)?;
            stars(f, value.len() - number.len())
        }
        None => stars(f, value.len()),
    }
}

/// Settlement totals and counts as they are; of details (count 2, then 40
/// each: class 2, trace 6, card number 20, amount 12) the card numbers masked.
/// What is not laid out so is not shown at all: a card may stand anywhere in it.
fn details(f: &mut fmt::Formatter<'_>, digits: Characters<'_>) -> fmt::Result {
    const COUNT: usize = 2;
    const DETAIL: usize = 40;
    const TOTALS: usize = 62;
    let len = digits.len();
    if len < PAN || len == TOTALS {
        return clear(f, digits);
    }
    let part = |start, count| digits.slice(start, count).unwrap_or_default();
    let laid_out = |start| {
        // An amount, and what stands before the next card.
        let between = part(start + 28, 20.min(len - start - 28));
        is_card(part(start + 8, 20)) && !holds_card(between)
    };
    if len % DETAIL != COUNT || !(COUNT..len).step_by(DETAIL).all(laid_out) {
        return stars(f, len);
    }
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

/// True for a card number behind zeros.
fn is_card(digits: Characters<'_>) -> bool {
    let mut buffer = Zeroizing::new([0; 20]);
    let Some(digits) = digits.unpack(buffer.as_mut()) else {
        return false;
    };
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    Pan::from_digits(&digits[zeros..]).is_ok_and(|number| number.luhn_valid())
}

/// True where 16 to 19 of the digits are a card number.
fn holds_card(digits: Characters<'_>) -> bool {
    (16..=19).any(|size| {
        let starts = 0..(digits.len() + 1).saturating_sub(size);
        { starts }.any(|start| {
            let window = digits.slice(start, size).unwrap_or_default();
            matches!(window.at(0), Some(b'3'..=b'6')) && is_card(window)
        })
    })
}

/// Text with every run of digits that may hold a card number cut, also one
/// written in groups.
fn text(f: &mut fmt::Formatter<'_>, value: Characters<'_>) -> fmt::Result {
    let mut at = 0;
    while let Some(first) = value.at(at) {
        let (run, digits) = run_of_digits(value, at);
        let part = value.slice(at, run.max(1)).unwrap_or_default();
        match digits {
            0 => character(f, first)?,
            PAN.. => grouped(f, part, digits)?,
            _ => clear(f, part)?,
        }
        at += run.max(1);
    }
    Ok(())
}

/// Characters and digits of a run of digits, in which a space or a hyphen may
/// stand behind every four or six, as card numbers are embossed and typed.
fn run_of_digits(value: Characters<'_>, start: usize) -> (usize, usize) {
    let (mut run, mut digits, mut group) = (0, 0, 0);
    for at in start..value.len() {
        match value.at(at) {
            Some(b'0'..=b'9') => {
                digits += 1;
                group += 1;
                run = at + 1 - start;
            }
            Some(b' ' | b'-') if matches!(group, 4 | 6) => group = 0,
            _ => break,
        }
    }
    (run, digits)
}

/// The first six and last four digits of a run, the rest as stars.
fn grouped(f: &mut fmt::Formatter<'_>, run: Characters<'_>, digits: usize) -> fmt::Result {
    let mut before = 0;
    for byte in run.ascii() {
        let shown = !byte.is_ascii_digit() || before < 6 || before + 4 >= digits;
        before += usize::from(byte.is_ascii_digit());
        character(f, if shown { byte } else { b'*' })?;
    }
    Ok(())
}

/// `9F36=0102 57=** ...`; nothing of what follows bytes that are no TLV. A
/// field that the dialect has as text is shown as such.
fn chip_data(f: &mut fmt::Formatter<'_>, field: &Field<'_>) -> fmt::Result {
    let value = field.characters();
    if !matches!(field.spec().parts(), Inside::Tlv(_)) {
        return text(f, value);
    }
    let mut end = field.offset() + field.prefix().len();
    for (index, part) in field.parts().enumerate() {
        if index > 0 {
            f.write_str(" ")?;
        }
        let Ok(part) = part else {
            let left = field.offset() + field.raw().len() - end;
            return stars(f, left);
        };
        end = part.offset() + part.raw().len();
        write!(f, "{}=", part.id())?;
        match (part.spec().sensitivity(), part.id()) {
            (Sensitivity::Public, PartId::Tag(tag)) => {
                write!(f, "{}", emv::Masked::new(tag, part.bytes()))?;
            }
            // A template: card data may stand in it.
            _ => stars(f, part.count())?,
        }
    }
    Ok(())
}

/// `A3019` and the code's first and last four; the same of the whole field
/// where it is not of tag 2, length 3, value.
fn payment_code(f: &mut fmt::Formatter<'_>, value: Characters<'_>) -> fmt::Result {
    const HEAD: usize = 5;
    let mut at = 0;
    while let Some(head) = value.slice(at, HEAD) {
        let size = head.slice(2, 3).and_then(Characters::number);
        let Some(code) = size.and_then(|size| value.slice(at + HEAD, size as usize)) else {
            break;
        };
        clear(f, head)?;
        ends(f, code.ascii(), 4, 4)?;
        at += HEAD + code.len();
    }
    let rest = value.slice(at, value.len() - at).unwrap_or_default();
    ends(f, rest.ascii(), 4, 4)
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

fn hexadecimal(f: &mut fmt::Formatter<'_>, mut bytes: impl Iterator<Item = u8>) -> fmt::Result {
    bytes.try_for_each(|byte| write!(f, "{byte:02X}"))
}

fn printable(byte: u8) -> bool {
    (0x20..0x7F).contains(&byte)
}
