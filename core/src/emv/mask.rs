use super::digits::Digits;
use super::sensitivity::{Sensitivity, sensitivity};
use super::stray;
use super::track::Track;
use crate::card::Pan;
use crate::tlv::{Mode, Reader, Tag};
use core::fmt;

/// A value as it may be shown.
///
/// | value | shown |
/// |---|---|
/// | public | hexadecimal, and stars for card data that stand in it |
/// | card number | first six digits, stars, last four |
/// | track | its card number so, and stars |
/// | any other secret | two stars a byte |
/// | template | hexadecimal, and stars for each secret in it |
///
/// ```
/// # use annul::emv::Masked;
/// # use annul::tlv::Tag;
/// let number = [0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13];
/// assert_eq!(Masked::new(Tag::literal(0x5A), &number).to_string(), "622424******0113");
/// let record = [0x5A, 0x08, 0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13, 0x5F, 0x34, 0x01, 0x01];
/// let record = Masked::new(Tag::literal(0x70), &record).to_string();
/// assert_eq!(record, "5A08****************5F340101");
/// ```
#[derive(Clone, Copy)]
pub struct Masked<'a> {
    tag: Option<Tag>,
    value: &'a [u8],
    least: Sensitivity,
}

impl<'a> Masked<'a> {
    /// The value of a tag.
    pub const fn new(tag: Tag, value: &'a [u8]) -> Self {
        Self {
            tag: Some(tag),
            value,
            least: Sensitivity::Public,
        }
    }

    /// Data objects, one behind the other, tags and lengths too.
    pub const fn objects(value: &'a [u8]) -> Self {
        Self {
            tag: None,
            value,
            least: Sensitivity::Public,
        }
    }

    /// The same as secret as this, where it is not more secret by itself: what
    /// a dictionary of the user's says of a tag.
    ///
    /// ```
    /// # use annul::emv::{Masked, Sensitivity};
    /// # use annul::tlv::Tag;
    /// let name = Masked::new(Tag::literal(0xDF7E), b"DOE");
    /// assert_eq!(name.at_least(Sensitivity::Holder).to_string(), "******");
    /// ```
    #[must_use]
    pub const fn at_least(mut self, least: Sensitivity) -> Self {
        self.least = least;
        self
    }

    /// True where something would be hidden.
    pub fn hides(&self) -> bool {
        match self.tag {
            _ if !self.least.is_public() => true,
            Some(tag) if !holds_objects(tag) => {
                !sensitivity(tag).is_public() || hides_in_public(tag, self.value)
            }
            _ => Reader::new(self.value, Mode::Ff).any(|object| match object {
                Ok(object) if object.is_constructed() => false,
                Ok(object) => Self::new(object.tag(), object.value()).hides(),
                // Nobody knows what stands there.
                Err(_) => true,
            }),
        }
    }
}

/// Templates, and 9F31, which holds some though its tag says not.
fn holds_objects(tag: Tag) -> bool {
    tag.is_constructed() || tag.value() == 0x9F31
}

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self
            .tag
            .map_or(self.least, |tag| sensitivity(tag).max(self.least));
        let Some(tag) = self.tag.filter(|tag| !holds_objects(*tag)) else {
            return match kind {
                Sensitivity::Public => template(f, self.value, public),
                _ => stars(f, self.value.len()),
            };
        };
        match kind {
            Sensitivity::Public => public(f, tag, self.value),
            Sensitivity::Pan => pan(f, self.value),
            Sensitivity::Track => track(f, self.value),
            _ => stars(f, self.value.len()),
        }
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Shows a value that is public by its tag.
type ShowPublic = fn(&mut fmt::Formatter<'_>, Tag, &[u8]) -> fmt::Result;

/// Every byte as it is but those of secrets, and those behind what is no data
/// object any more.
fn template(f: &mut fmt::Formatter<'_>, value: &[u8], show_public: ShowPublic) -> fmt::Result {
    let mut shown = 0;
    for object in Reader::new(value, Mode::Ff) {
        let Ok(object) = object else {
            return stars(f, value.len() - shown);
        };
        let begin = object.offset() + object.header_length();
        if object.is_constructed() {
            continue;
        }
        let end = begin + object.value().len();
        hexadecimal(f, value.get(shown..begin).unwrap_or_default())?;
        if sensitivity(object.tag()).is_public() {
            show_public(f, object.tag(), object.value())?;
        } else {
            stars(f, object.value().len())?;
        }
        shown = end;
    }
    hexadecimal(f, value.get(shown..).unwrap_or_default())
}

/// True where something in a value that is public by its tag is hidden.
pub(super) fn hides_in_public(tag: Tag, value: &[u8]) -> bool {
    stray::holds_card_data(value)
        || is_own_number(tag, value)
        || holds_secret_objects(value)
        || command_data(tag, value) < value.len()
}

/// As [`bytes`], and the objects in a primitive one as those of a template.
fn public(f: &mut fmt::Formatter<'_>, tag: Tag, value: &[u8]) -> fmt::Result {
    if holds_secret_objects(value) {
        return template(f, value, inner);
    }
    bytes(f, tag, value)
}

/// One level is enough: what is hidden deeper is hidden with all around it.
fn inner(f: &mut fmt::Formatter<'_>, tag: Tag, value: &[u8]) -> fmt::Result {
    if holds_secret_objects(value) {
        return stars(f, value.len());
    }
    bytes(f, tag, value)
}

/// Hexadecimal, and stars for card data and for a PIN in a script.
fn bytes(f: &mut fmt::Formatter<'_>, tag: Tag, value: &[u8]) -> fmt::Result {
    if is_own_number(tag, value) {
        return stars(f, value.len());
    }
    let (value, hidden) = value.split_at(command_data(tag, value));
    let (mut shown, mut from) = (0, 0);
    while let Some(range) = stray::card_data(value, from) {
        hexadecimal(f, value.get(shown..range.start).unwrap_or_default())?;
        shown = shown.max(range.start);
        stars(f, range.end.saturating_sub(shown))?;
        shown = shown.max(range.end);
        // What looks like card data may begin within what looked like others.
        from = (range.start + 1).max(range.end.saturating_sub(stray::LONGEST));
    }
    hexadecimal(f, value.get(shown..).unwrap_or_default())?;
    stars(f, hidden.len())
}

/// A vendor's tag (private class) with a card number and its check digit. Bytes
/// that are digits as text, such as dates, are not taken for packed ones.
fn is_own_number(tag: Tag, value: &[u8]) -> bool {
    const PRIVATE: u8 = 0xC0;
    let digits = || {
        let digits = Digits::parse(value).ok()?;
        let mut ascii = zeroize::Zeroizing::new([0; Pan::MAX]);
        let number = ascii.get_mut(..digits.len())?;
        (number.iter_mut().zip(digits.ascii())).for_each(|(place, digit)| *place = digit);
        Pan::from_digits(number).ok()
    };
    let private = tag.bytes()[0] & PRIVATE == PRIVATE;
    let text = value.iter().all(u8::is_ascii_digit);
    private && !text && digits().is_some_and(|pan| pan.luhn_valid())
}

/// A value that is nothing but data objects, one of them secret.
fn holds_secret_objects(value: &[u8]) -> bool {
    let mut secret = false;
    for object in Reader::new(value, Mode::Ff) {
        let Ok(object) = object else { return false };
        secret |= !sensitivity(object.tag()).is_public();
    }
    secret
}

/// Where the data begin that a script's command must not show: those of VERIFY
/// and PIN CHANGE, also where the command is torn.
fn command_data(tag: Tag, value: &[u8]) -> usize {
    const COMMAND: u32 = 0x86;
    const HEADER: usize = 5;
    match value {
        [_, 0x20 | 0x24, ..] if tag.value() == COMMAND => HEADER.min(value.len()),
        _ => value.len(),
    }
}

fn pan(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    let Ok(digits) = Digits::parse(value) else {
        return stars(f, value.len());
    };
    let mut ascii = zeroize::Zeroizing::new([0; Pan::MAX]);
    for (place, digit) in ascii.iter_mut().zip(digits.ascii()) {
        *place = digit;
    }
    let count = digits.len();
    match ascii.get(..count).map(Pan::from_digits) {
        Some(Ok(pan)) => write!(f, "{}", pan.masked()),
        _ => (0..count).try_for_each(|_| f.write_str("*")),
    }
}

/// Each kind of track has a form of its own that no other can be taken for.
fn track(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    let read = [Track::two, Track::one, Track::three];
    match read.into_iter().find_map(|read| read(value).ok()) {
        Some(track) => write!(f, "{track}"),
        None => stars(f, value.len()),
    }
}

fn stars(f: &mut fmt::Formatter<'_>, bytes: usize) -> fmt::Result {
    (0..bytes).try_for_each(|_| f.write_str("**"))
}

/// Sixteen bytes at a time: a formatter that is called for each takes most of
/// the time of whoever shows a value.
pub(super) fn hexadecimal(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for part in bytes.chunks(16) {
        let mut text = [0; 32];
        for (pair, byte) in text.chunks_exact_mut(2).zip(part) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 0x0F)];
        }
        // ASCII always is UTF-8.
        f.write_str(core::str::from_utf8(&text[..2 * part.len()]).unwrap_or_default())?;
    }
    Ok(())
}
