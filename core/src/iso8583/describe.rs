use super::mask::{Mask, Masked};
use super::view::{Fields, View};
use core::fmt;

/// The language of field names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Chinese, 中文.
    Chinese,
}

/// One field of a message for a person to read.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The field's number.
    pub number: u8,
    /// Its name in the language asked for.
    pub name: &'a str,
    /// Its value, masked by its `Display`.
    pub value: Masked<'a>,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "F{} {}: {}", self.number, self.name, self.value)
    }
}

/// The lines of a message; made by [`describe`].
#[derive(Clone)]
pub struct Description<'v, 'a> {
    fields: Fields<'v, 'a>,
    mask: Mask<'a>,
    language: Language,
}

/// Names and masks every field of a message.
///
/// ```
/// # use annul::iso8583::{describe, Language, UNIONPAY_POS, View};
/// let message = b"\x02\x10\x40\0\0\0\0\0\0\0\x16\x62\x24\x24\x29\0\0\x01\x13";
/// let view = View::decode(&UNIONPAY_POS, message).unwrap();
/// let line = describe(&view, Language::English).next().unwrap();
/// assert_eq!(line.to_string(), "F2 card number: 622424******0113");
/// ```
pub fn describe<'v, 'a>(view: &'v View<'a>, language: Language) -> Description<'v, 'a> {
    Description {
        fields: view.fields(),
        mask: Mask::of(view),
        language,
    }
}

impl<'a> Iterator for Description<'_, 'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let field = self.fields.next()?;
        Some(Line {
            number: field.number(),
            name: match self.language {
                Language::English => field.spec().name(),
                Language::Chinese => field.spec().chinese(),
            },
            value: self.mask.value(field),
        })
    }
}
