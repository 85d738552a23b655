use super::apdu::{Action, Command};
use super::digits::Digits;
use super::sensitivity::{Sensitivity, sensitivity};
use super::track::Track;
use crate::card::Pan;
use crate::tlv::{Mode, Reader, Tag};
use core::fmt;

/// A value as it may be shown.
///
/// | value | shown |
/// |---|---|
/// | public | hexadecimal |
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
}

impl<'a> Masked<'a> {
    /// The value of a tag.
    pub const fn new(tag: Tag, value: &'a [u8]) -> Self {
        let tag = Some(tag);
        Self { tag, value }
    }

    /// Data objects, one behind the other, tags and lengths too.
    pub const fn objects(value: &'a [u8]) -> Self {
        Self { tag: None, value }
    }

    /// True where something would be hidden.
    pub fn hides(&self) -> bool {
        match self.tag {
            Some(tag) if !holds_objects(tag) => !sensitivity(tag).is_public(),
            _ => Reader::new(self.value, Mode::Ff)
                .any(|object| object.is_ok_and(|object| !sensitivity(object.tag()).is_public())),
        }
    }
}

/// Templates, and 9F31, which holds some though its tag says not.
fn holds_objects(tag: Tag) -> bool {
    tag.is_constructed() || tag.value() == 0x9F31
}

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(tag) = self.tag.filter(|tag| !holds_objects(*tag)) else {
            return template(f, self.value);
        };
        match sensitivity(tag) {
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

/// Every byte as it is but those of secrets, and those behind what is no data
/// object any more.
fn template(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
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
            public(f, object.tag(), object.value())?;
        } else {
            stars(f, object.value().len())?;
        }
        shown = end;
    }
    hexadecimal(f, value.get(shown..).unwrap_or_default())
}

/// Hexadecimal; of a VERIFY that an issuer sends in a script, the header alone.
fn public(f: &mut fmt::Formatter<'_>, tag: Tag, value: &[u8]) -> fmt::Result {
    const COMMAND: u32 = 0x86;
    const HEADER: usize = 5;
    let verify = |command: Command| matches!(command.action(), Action::Verify { .. });
    if tag.value() == COMMAND && Command::parse(value).is_ok_and(verify) {
        let (header, data) = value.split_at(HEADER.min(value.len()));
        hexadecimal(f, header)?;
        return stars(f, data.len());
    }
    hexadecimal(f, value)
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

pub(super) fn hexadecimal(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
}
