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
        Secrets::Masked => spoken(&field, mask.value(field).to_string()),
        Secrets::Revealed => clear(&field),
    };
    view.fields().map(shown).collect()
}

/// The value as it is: bytes in hexadecimal, other characters than printable
/// ASCII and the backslash as `\x5C`; of a text in UTF-8 those that are none.
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
    spoken(field, text)
}

/// A text in UTF-8 with its characters instead of `\xE5\x8C\x97`; bytes that are
/// none, and what cannot be printed, stay as they are.
fn spoken(field: &Field<'_>, text: String) -> String {
    let spec = field.spec();
    if spec.encoding() != Encoding::Utf8 || spec.format() == Format::B {
        return text;
    }
    let (mut said, mut rest) = (String::with_capacity(text.len()), text.as_str());
    while let Some(at) = rest.find("\\x") {
        let (before, escapes) = rest.split_at(at);
        let mut bytes = Vec::new();
        rest = escapes;
        while let Some(byte) = high(rest) {
            bytes.push(byte);
            rest = &rest[ESCAPE..];
        }
        said.push_str(before);
        // A string takes all.
        let escape = |said: &mut String, bytes: &[u8]| {
            for byte in bytes {
                let _ = write!(said, "\\x{byte:02X}");
            }
        };
        for chunk in bytes.utf8_chunks() {
            for character in chunk.valid().chars() {
                if is_seen(character) {
                    said.push(character);
                } else {
                    escape(&mut said, character.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            escape(&mut said, chunk.invalid());
        }
        if bytes.is_empty() {
            let (backslash, after) = rest.split_at(1);
            said.push_str(backslash);
            rest = after;
        }
    }
    said + rest
}

/// Bytes of `\xE5`.
const ESCAPE: usize = 4;

/// The byte that a text begins with as `\xE5`, above ASCII.
fn high(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("\\x")?.get(..2)?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    (byte >= 0x80).then_some(byte)
}

/// False for controls, and for what turns the direction of a line or has no
/// width: a terminal that shows them shows something else.
fn is_seen(character: char) -> bool {
    let unseen = matches!(character,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    !character.is_control() && !unseen
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
    spoken(&field, mask.value(field).to_string())
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
