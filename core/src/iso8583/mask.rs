use super::characters::Characters;
use super::cover::{Cover, FEWEST, is_card, is_good_number, is_whole_number};
use super::field::Field;
use super::format::{Encoding, Format, Length, Sensitivity};
use super::inside::{Inside, PartId};
use super::mti::Mti;
use super::number::{end_of_numbers, end_of_parts};
use super::search::Search;
use super::view::View;
use crate::card::Pan;
use crate::emv;
use crate::tlv::Tag;
use core::fmt::{self, Write as _};

/// What of a message may be shown, and what not: asked once a message, then
/// for each value.
///
/// ```
/// # use annul::iso8583::{Mask, UNIONPAY_POS, View};
/// let message = b"\x02\x10\x40\0\0\0\0\0\0\0\x16\x62\x24\x24\x29\0\0\x01\x13";
/// let view = View::decode(&UNIONPAY_POS, message).unwrap();
/// let mask = Mask::of(&view);
/// let number = mask.value(view.field(2).unwrap());
/// assert_eq!(number.to_string(), "622424******0113");
/// ```
#[derive(Clone, Copy)]
pub struct Mask<'a> {
    cover: Cover<'a>,
    mti: Mti,
}

impl<'a> Mask<'a> {
    /// Of a message that was read, also of one that was read in part.
    pub fn of(view: &View<'a>) -> Self {
        Self {
            cover: Cover::of(view),
            mti: view.mti(),
        }
    }

    /// False where what was taken for bitmaps may be a card's: in a message that
    /// cannot be read and has no good card number in its place.
    pub fn shows_bitmaps(&self) -> bool {
        !self.cover.is_lost() && self.cover.is_before_end(0)
    }

    /// The value of a field of this message, or of a part of one.
    pub fn value(&self, field: Field<'a>) -> Masked<'a> {
        Masked { field, mask: *self }
    }
}

impl fmt::Debug for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mask({})", self.mti)
    }
}

/// A value as it may be shown: its `Display` masks what its [`Sensitivity`]
/// says, and what else may be a card's.
#[derive(Clone, Copy)]
pub struct Masked<'a> {
    field: Field<'a>,
    mask: Mask<'a>,
}

impl Masked<'_> {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        let value = field.characters();
        let packed = field.spec().encoding() == Encoding::Bcd;
        if let PartId::Tag(tag) = field.id() {
            return self.object(f, tag);
        }
        // A field that another begins or ends in shows the middle of its number.
        let sound = self.mask.cover.is_sound();
        let doubtful = || !self.is_before_end() || !sound && !is_good_number(field);
        match field.spec().sensitivity() {
            Sensitivity::Public => self.plain(f),
            Sensitivity::Chip => self.chip_data(f),
            Sensitivity::Text => self.text(f),
            Sensitivity::Keys if harmless(self.mask.mti) => self.text(f),
            Sensitivity::Details if !packed => self.text(f),
            Sensitivity::Keys | Sensitivity::Secret => stars(f, field.count()),
            _ if doubtful() => stars(f, field.count()),
            Sensitivity::Pan => pan(f, value),
            Sensitivity::Track => track(f, value),
            Sensitivity::Details => details(f, value),
            Sensitivity::Code => payment_code(f, value),
        }
    }

    fn is_lost(&self) -> bool {
        self.mask.cover.is_lost()
    }

    /// True for what stands before the bytes of which nothing is known.
    fn is_before_end(&self) -> bool {
        let last = self.field.offset() + self.field.raw().len().max(1) - 1;
        self.mask.cover.is_before_end(last)
    }

    /// The byte of the message in which a character stands.
    fn byte_of(&self, index: usize) -> usize {
        let start = self.field.offset() + self.field.prefix().len();
        start + self.field.characters().byte_of(index)
    }

    /// A value of which nothing is a card's, unless it looks like it.
    fn plain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, spec) = (self.field.characters(), self.field.spec());
        let digits = spec.encoding() == Encoding::Bcd || spec.format().is_digits();
        if digits && is_whole_number(self.field.id(), value) {
            return stars(f, value.len());
        }
        let binary = spec.format() == Format::B;
        let bytes = binary && !value.ascii().all(printable);
        // Text of a short length of its own is a merchant's or a terminal's number.
        let short = !binary && matches!(spec.length(), Length::Fixed(..=15));
        let free = !digits && (self.is_lost() || !short);
        if free && !bytes && !self.mask.cover.is_sound() {
            return self.text(f);
        }
        if spec.is_signed() && spec.is_packed() {
            // The sign stands before the characters, in a byte of its own.
            let sign = self.field.bytes().first();
            let sign = sign.filter(|sign| matches!(sign, b'C' | b'D'));
            character(f, sign.copied().unwrap_or(b'*'))?;
        }
        let rejected = self.rejected();
        let mut search = Search::of(&self.field);
        for index in 0..value.len() {
            // A number may begin in what is hidden, and end behind it.
            let in_number = free && search.is_in_number(index);
            let hidden = in_number || index >= rejected || self.hides(index);
            let byte = value.at(index).unwrap_or_default();
            match (bytes, hidden) {
                (true, true) => f.write_str("**")?,
                (true, false) => write!(f, "{byte:02X}")?,
                (false, _) => character(f, if hidden { b'*' } else { byte })?,
            }
        }
        Ok(())
    }

    /// The character from which on the value is none of its format.
    fn rejected(&self) -> usize {
        let field = &self.field;
        let checked = field.spec().check(field.bytes(), field.count() as u16);
        let byte = checked.err().map(|(at, ..)| at);
        let place = |byte| {
            let value = field.characters();
            (0..value.len()).find(|index| value.byte_of(*index) >= byte)
        };
        byte.and_then(place).unwrap_or(usize::MAX)
    }

    fn hides(&self, index: usize) -> bool {
        self.mask.cover.hides(self.byte_of(index))
    }

    /// Text with all digits that may be a card number cut, however people and
    /// programs part them.
    fn text(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.field.characters();
        let doubtful = self.is_lost() || !self.is_before_end();
        let damaged = !self.mask.cover.is_sound();
        let mut search = Search::of(&self.field);
        let (mut at, mut cut) = (0, 0);
        while at < value.len() {
            let end = end_of_numbers(value, at);
            let run = value.slice(at, end - at).unwrap_or_default();
            let digits = run.ascii().filter(u8::is_ascii_digit).count();
            // Another field may have cut them.
            if damaged && at >= cut {
                cut = end_of_parts(value, at);
            }
            let mut before = 0;
            for (index, byte) in (at..).zip(run.ascii()) {
                let found = search.at(index);
                let digit = byte.is_ascii_digit();
                let hidden = match digits {
                    _ if index < cut => true,
                    ..FEWEST => self.hides(index) || found.number || found.behind,
                    _ if doubtful || found.behind => true,
                    // First six and last four of a card number may be shown.
                    _ => digit && before >= 6 && before + 4 < digits,
                };
                before += usize::from(digit);
                character(f, if hidden { b'*' } else { byte })?;
            }
            at = end;
        }
        Ok(())
    }

    /// `9F36=0102 57=** ...`; nothing of what follows bytes that are no TLV. A
    /// field that the dialect has as text is shown as such.
    fn chip_data(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        if !matches!(field.spec().parts(), Inside::Tlv(_)) {
            return self.text(f);
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
            let object = Masked {
                field: part,
                ..*self
            };
            match (part.spec().sensitivity(), part.id()) {
                (Sensitivity::Public, PartId::Tag(_)) => object.show(f)?,
                // A template: card data may stand in it.
                _ => stars(f, part.count())?,
            }
        }
        Ok(())
    }

    /// The value of a data object, as its tag says.
    fn object(&self, f: &mut fmt::Formatter<'_>, tag: Tag) -> fmt::Result {
        let (field, cover) = (&self.field, &self.mask.cover);
        let start = field.offset() + field.prefix().len();
        let range = start..start + field.bytes().len();
        let public = emv::sensitivity(tag).is_public();
        let hidden = match (public, field.spec().sensitivity()) {
            (true, Sensitivity::Public) => {
                let (packed, text) = digits_of(field.bytes());
                is_whole_number(field.id(), packed)
                    || is_whole_number(field.id(), text)
                    || cover.hides_any(range)
            }
            // A date of expiry, and what its template hides.
            (true, _) => true,
            (false, _) => self.is_lost() || !self.is_before_end(),
        };
        if hidden {
            return stars(f, field.bytes().len());
        }
        write!(f, "{}", emv::Masked::new(tag, field.bytes()))
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

/// The same bytes as digits two a byte and as text.
fn digits_of(bytes: &[u8]) -> (Characters<'_>, Characters<'_>) {
    (
        Characters::nibbles(bytes, 0, bytes.len() * 2),
        Characters::whole(bytes, Encoding::Binary),
    )
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
    let number = separator.filter(|at| {
        (FEWEST..=Pan::MAX).contains(at) && matches!(value.at(*at), Some(b'D' | b'='))
    });
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
    let part = |start, count| digits.slice(start, count).unwrap_or_default();
    if len < FEWEST || len == TOTALS && (are_totals(digits) || !holds_card(digits)) {
        return clear(f, digits);
    }
    let laid_out = |start| {
        // An amount, and what stands before the next card.
        let between = part(start + 28, 20.min(len - start - 28));
        is_filled_card(part(start + 8, 20)) && !holds_card(between)
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

/// True for totals of a batch, twice (two amounts of 12 digits with 3 of a count
/// each, and one digit of what the host found) below a million: no card number
/// has room between these zeros.
fn are_totals(digits: Characters<'_>) -> bool {
    [0, 15, 31, 46].into_iter().all(|start| {
        let amount = digits.slice(start, 4);
        amount.is_some_and(|amount| amount == "0000")
    })
}

/// True for a card number behind zeros.
fn is_filled_card(digits: Characters<'_>) -> bool {
    let zeros = digits.ascii().take_while(|digit| *digit == b'0').count();
    let number = digits.slice(zeros, digits.len() - zeros);
    number.is_some_and(is_card)
}

/// True where 13 to 19 of the digits are a card number.
fn holds_card(digits: Characters<'_>) -> bool {
    (FEWEST..=Pan::MAX).any(|size| {
        let starts = 0..(digits.len() + 1).saturating_sub(size);
        { starts }.any(|start| {
            let window = digits.slice(start, size).unwrap_or_default();
            matches!(window.at(0), Some(b'3'..=b'6')) && is_card(window)
        })
    })
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
        0x20..=0x7E => f.write_char(char::from(byte)),
        _ => write!(f, "\\x{byte:02X}"),
    }
}

fn printable(byte: u8) -> bool {
    (0x20..0x7F).contains(&byte)
}
