//! Values as they are shown, and which of their bytes are not.

use super::Name;
use super::parts::Part;
use annul::emv::Dictionary;
use annul::iso8583::{Encoding, Field, Format, Inside, Justify, Mask, PartId, Sensitivity, View};
use std::fmt::Write;

/// Whether what belongs to a card is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    Masked,
    Revealed,
}

impl Secrets {
    pub(crate) const fn of(reveal: bool) -> Self {
        if reveal { Self::Revealed } else { Self::Masked }
    }
}

/// The value of every field, in their order, as the message's mask has it.
pub(crate) fn values<'m>(view: &View<'m>, secrets: Secrets, mask: &Mask<'m>) -> Vec<String> {
    let shown = |field: Field<'m>| match secrets {
        Secrets::Masked => mask.value(field).to_string(),
        Secrets::Revealed => clear(&field),
    };
    view.fields().map(shown).collect()
}

/// The value as it is: bytes in hexadecimal, other characters than printable
/// ASCII and the backslash as `\x5C`.
pub(crate) fn clear(field: &Field<'_>) -> String {
    let mut text = String::new();
    for character in characters(field) {
        let plain = matches!(character, b' '..=b'~') && character != b'\\';
        // A string takes all.
        let _ = match field.spec().format() {
            Format::B => write!(text, "{character:02X}"),
            _ if plain => write!(text, "{}", char::from(character)),
            _ => write!(text, "\\x{character:02X}"),
        };
    }
    text
}

/// The characters of a value, with the sign of an amount.
pub(crate) fn characters(field: &Field<'_>) -> Vec<u8> {
    let spec = field.spec();
    let sign = (spec.format(), spec.encoding()) == (Format::Xn, Encoding::Bcd);
    let sign = sign.then(|| field.bytes().first().copied()).flatten();
    sign.into_iter().chain(field.characters().ascii()).collect()
}

/// The parts that the dialect says a field has, also those of parts.
pub(super) fn parts<'m>(field: &Field<'m>, secrets: Secrets, mask: &Mask<'m>) -> Vec<Part<'m>> {
    /// Levels of parts that are shown.
    const DEEPEST: usize = 8;
    let mut all = Vec::new();
    let mut left = inside(field, &field.number().to_string());
    while let Some((path, part)) = left.pop() {
        if path.matches('.').count() < DEEPEST {
            left.extend(inside(&part, &path));
        }
        all.push(Part {
            name: name(part.id(), &part),
            value: value_of(part, secrets, mask),
            number: path,
        });
    }
    all
}

/// The parts of a field with their paths, the last first.
fn inside<'m>(field: &Field<'m>, path: &str) -> Vec<(String, Field<'m>)> {
    let parts = field.parts().map_while(Result::ok);
    let mut parts: Vec<_> = parts
        .map(|part| (format!("{path}.{}", part.id()), part))
        .collect();
    parts.reverse();
    parts
}

fn name<'m>(id: PartId, field: &Field<'m>) -> Name<'m> {
    let entry = match id {
        PartId::Tag(tag) => Dictionary::UNIONPAY.entry(None, tag),
        PartId::Number(_) | PartId::Name(_) => None,
    };
    match entry {
        Some(entry) => Name {
            zh: entry.name().chinese(),
            en: entry.name().english(),
        },
        None => Name {
            zh: field.spec().chinese(),
            en: field.spec().name(),
        },
    }
}

fn value_of<'m>(field: Field<'m>, secrets: Secrets, mask: &Mask<'m>) -> String {
    if secrets == Secrets::Revealed {
        return clear(&field);
    }
    if field.parts().next().is_some() {
        return String::new();
    }
    mask.value(field).to_string()
}

/// Which characters of a value are hidden: those that stand as stars in
/// `masked`, what [`masked`] gives for it.
pub(crate) fn covered<'m>(field: &Field<'m>, masked: &str, mask: &Mask<'m>) -> Vec<bool> {
    let characters = field.characters();
    let (chip, public) = match field.spec().sensitivity() {
        Sensitivity::Chip => (true, false),
        other => (false, other == Sensitivity::Public),
    };
    if chip && matches!(field.spec().parts(), Inside::Tlv(_)) {
        return covered_objects(field, mask);
    }
    // Of details of a batch the zeros before a card number are not shown.
    let details = field.spec().sensitivity() == Sensitivity::Details;
    if details && masked.len() != characters.len() {
        return vec![true; characters.len()];
    }
    let plain = |character: u8| matches!(character, b' '..=b'~');
    let hexadecimal =
        public && field.spec().format() == Format::B && !characters.ascii().all(plain);
    let mut rest = masked.as_bytes();
    let spec = field.spec();
    if (spec.format(), spec.encoding()) == (Format::Xn, Encoding::Bcd) {
        // A packed amount has its sign before its characters.
        rest = &rest[rest.len().saturating_sub(characters.len())..];
    }
    let covered = characters.ascii().map(|character| {
        let (hidden, width) = match rest.first() {
            first if hexadecimal => (matches!(first, Some(b'*') | None), 2),
            Some(b'*') | None => (true, 1),
            Some(_) if plain(character) => (false, 1),
            Some(_) => (false, "\\x00".len()),
        };
        rest = rest.get(width..).unwrap_or_default();
        hidden
    });
    covered.collect()
}

/// Of chip data the values of objects that may not be shown, and what follows
/// the last object.
fn covered_objects<'m>(field: &Field<'m>, mask: &Mask<'m>) -> Vec<bool> {
    let start = field.offset() + field.prefix().len();
    let mut covered = vec![true; field.bytes().len()];
    for part in field.parts().map_while(Result::ok) {
        let at = part.offset() - start;
        let hidden = || mask.value(part).to_string().contains('*');
        let public = part.spec().sensitivity() == Sensitivity::Public && !hidden();
        let shown = part.raw().len() - if public { 0 } else { part.bytes().len() };
        covered[at..at + shown].fill(false);
    }
    covered
}

/// Where a character stands among the bytes of a value.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Byte(usize),
    High(usize),
    Low(usize),
    Hex(usize),
}

impl Place {
    pub(crate) fn of(field: &Field<'_>, index: usize) -> Self {
        let spec = field.spec();
        match spec.encoding() {
            Encoding::Bcd => {
                let nibbles = field.bytes().len() * 2;
                let left = nibbles.saturating_sub(field.characters().len());
                // A pad, or the sign of an amount.
                let before = match (spec.format(), spec.justify()) {
                    (Format::Xn, _) => 2,
                    (_, Justify::Right) if left == 1 => 1,
                    _ => 0,
                };
                let nibble = index + before;
                if nibble.is_multiple_of(2) {
                    Self::High(nibble / 2)
                } else {
                    Self::Low(nibble / 2)
                }
            }
            Encoding::Hex => Self::Hex(index * 2),
            _ => Self::Byte(index),
        }
    }
}
