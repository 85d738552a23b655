//! Values as they are shown, and which of their bytes are not.

use super::Name;
use super::parts::Part;
use crate::secret::redact_cards;
use crate::tlv::Cards;
use annul::emv::{self, Dictionary};
use annul::iso8583::{
    Encoding, Field, Format, Inside, Justify, Language, PartId, Sensitivity, View, describe,
};
use annul::tlv::Tag;
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

/// The value of every field, in their order.
pub(crate) fn values(view: &View<'_>, secrets: Secrets) -> Vec<String> {
    match secrets {
        Secrets::Masked => masked(view),
        Secrets::Revealed => view.fields().map(|field| clear(&field)).collect(),
    }
}

/// As the core masks them.
pub(crate) fn masked(view: &View<'_>) -> Vec<String> {
    let lines = describe(view, Language::English);
    lines.map(|line| line.value.to_string()).collect()
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

/// The card numbers of a message, to be hidden wherever else they stand.
pub(crate) fn cards(view: &View<'_>) -> Cards {
    let mut cards = Cards::default();
    for (number, tag) in [(2, 0x5A), (34, 0x5A), (35, 0x57), (45, 0x57)] {
        if let Some(field) = view.field(number) {
            cards.note(Tag::literal(tag), &characters(&field));
        }
    }
    if let Some(chip) = view.field(55) {
        cards.look_into(chip.bytes());
    }
    cards
}

/// The parts that the dialect says a field has, also those of parts.
pub(super) fn parts<'m>(field: &Field<'m>, secrets: Secrets, cards: &Cards) -> Vec<Part<'m>> {
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
            value: value_of(&part, secrets, cards),
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

fn value_of(field: &Field<'_>, secrets: Secrets, cards: &Cards) -> String {
    if secrets == Secrets::Revealed {
        return clear(field);
    }
    if field.parts().next().is_some() {
        return String::new();
    }
    match (field.id(), field.spec().sensitivity()) {
        (PartId::Tag(tag), _) if !cards.are_in(field.bytes()) => {
            emv::Masked::new(tag, field.bytes()).to_string()
        }
        (PartId::Number(_) | PartId::Name(_), Sensitivity::Public) => cards.hush(&clear(field)),
        (PartId::Number(_) | PartId::Name(_), Sensitivity::Text) => {
            cards.hush(&redact_cards(&clear(field)))
        }
        _ => "*".repeat(field.count()),
    }
}

/// Which characters of a value are hidden: those that stand as stars in
/// `masked`, what [`masked`] gives for it.
pub(crate) fn covered(field: &Field<'_>, masked: &str) -> Vec<bool> {
    let characters = field.characters();
    let chip = field.spec().sensitivity() == Sensitivity::Chip;
    if field.spec().sensitivity() == Sensitivity::Public {
        return vec![false; characters.len()];
    }
    if chip && matches!(field.spec().parts(), Inside::Tlv(_)) {
        return covered_objects(field);
    }
    let mut rest = masked.as_bytes();
    let covered = characters.ascii().map(|character| {
        let (hidden, width) = match rest.first() {
            Some(b'*') | None => (true, 1),
            Some(_) if matches!(character, b' '..=b'~') => (false, 1),
            Some(_) => (false, "\\x00".len()),
        };
        rest = rest.get(width..).unwrap_or_default();
        hidden
    });
    covered.collect()
}

/// Of chip data the values of objects that may not be shown, and what follows
/// the last object.
fn covered_objects(field: &Field<'_>) -> Vec<bool> {
    let start = field.offset() + field.prefix().len();
    let mut covered = vec![true; field.bytes().len()];
    for part in field.parts().map_while(Result::ok) {
        let at = part.offset() - start;
        let hidden = match part.id() {
            PartId::Tag(tag) => emv::Masked::new(tag, part.bytes()).hides(),
            PartId::Number(_) | PartId::Name(_) => false,
        };
        let public = part.spec().sensitivity() == Sensitivity::Public && !hidden;
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
                let right = left == 1 && spec.justify() == Justify::Right;
                let before = usize::from(right);
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

    pub(crate) const fn byte(self) -> usize {
        match self {
            Self::Byte(at) | Self::High(at) | Self::Low(at) | Self::Hex(at) => at,
        }
    }
}
