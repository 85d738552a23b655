//! One field of a spec file, its prefix, and what stands inside.

use super::error::{FileError, FileFault};
use super::place::{Object, Place};
use super::tree::is_text;
use super::words::{ENCODINGS, FORMATS, MODES, PREFIXES, SENSITIVITIES, SIDES, UNITS, list, word};
use crate::iso8583::{
    Encoding, FieldSpec, Format, Inside, PartId, Prefix, PrefixForm, Spec, Tagged,
};
use alloc::vec::Vec;
use bumpalo::Bump;
use core::mem;

/// Reads fields into an arena.
pub(super) struct Reader<'a> {
    pub(super) arena: &'a Bump,
    defaults: Defaults,
    /// Levels of parts around the field.
    depth: u8,
}

/// What a file says once for all its fields.
#[derive(Clone, Copy, Default)]
struct Defaults {
    encoding: Option<Encoding>,
    prefix: Option<PrefixForm>,
}

/// Levels of parts within parts, as many as problems are looked for in.
const DEEPEST: u8 = 8;
/// Parts of one field; more than 254 could not be numbered.
const MOST_PARTS: usize = 254;

impl<'a> Reader<'a> {
    pub(super) fn new(arena: &'a Bump) -> Self {
        Self {
            arena,
            defaults: Defaults::default(),
            depth: 0,
        }
    }

    /// How digits and text are written where a field does not say.
    pub(super) fn encoding(&self) -> Option<Encoding> {
        self.defaults.encoding
    }

    /// What an object says for all its fields, and for the parts of these.
    pub(super) fn defaults(&mut self, object: &mut Object<'_>) -> Result<(), FileError> {
        if let Some(place) = object.take("encoding") {
            let encoding = place.word(ENCODINGS)?;
            if matches!(encoding, Encoding::Binary | Encoding::Hex | Encoding::Utf8) {
                let fault = "all fields together are bcd, ascii, cp037, cp500 or cp1047";
                return Err(place.fail(FileFault::Conflict(fault)));
            }
            self.defaults.encoding = Some(encoding);
            self.defaults.prefix = None;
        }
        if let Some(place) = object.take("prefix") {
            self.defaults.prefix = Some(place.word(PREFIXES)?);
        }
        Ok(())
    }

    /// One field.
    pub(super) fn field(&mut self, place: &Place<'_>) -> Result<FieldSpec<'a>, FileError> {
        let mut object = place.object()?;
        let format = object.need("format", "say what characters the field holds")?;
        let format = format.word(FORMATS)?;
        let mut field = self.sized(&mut object, format)?;
        field = field.encoded(self.written(&mut object, format)?);
        let mut names: [&'a str; 2] = [""; 2];
        for (name, key) in names.iter_mut().zip(["name", "zh"]) {
            if let Some(place) = object.take(key) {
                *name = self.arena.alloc_str(&place.text()?);
            }
        }
        field = field.named(names[0], names[1]);
        if let Some(place) = object.take("unit") {
            field = field.counted(place.word(UNITS)?);
        }
        if let Some(place) = object.take("justify") {
            field = field.justified(place.word(SIDES)?);
        }
        if let Some(place) = object.take("pad") {
            field = field.padded(filler(&place, &field)?);
        }
        if let Some(place) = object.take("separator") {
            let nibble = place.character("the nibbles A to F", |c| matches!(c, 'A'..='F'))?;
            field = field.separated(nibble as u8 - b'A' + 10);
        }
        if let Some(place) = object.take("sensitivity") {
            field = field.shown(place.word(SENSITIVITIES)?);
        }
        if let Some(place) = object.take("inside") {
            field = field.inside(self.inside(&place)?);
        }
        object.finish()?;
        Ok(field)
    }

    /// Its length, with the prefix.
    fn sized(&self, object: &mut Object<'_>, format: Format) -> Result<FieldSpec<'a>, FileError> {
        let sizes = 1..=u32::from(u16::MAX);
        match (object.take("length"), object.take("max")) {
            (Some(length), None) => {
                let length = length.number(&sizes)? as u16;
                if let Some(place) = object.take("prefix") {
                    let fault = "a fixed length has no prefix; give max instead of length";
                    return Err(place.fail(FileFault::Conflict(fault)));
                }
                Ok(FieldSpec::fixed(format, length))
            }
            (None, Some(max)) => {
                let most = max.number(&sizes)? as u16;
                let place = object.take("prefix");
                let prefix = match &place {
                    Some(place) => prefix(place, Some(self.prefix_form()), most)?,
                    None => usual(self.prefix_form(), most),
                };
                let says = prefix.most();
                if u32::from(most) > says {
                    let fault = FileFault::Prefix { says, most };
                    return Err(place.unwrap_or(max).fail(fault));
                }
                Ok(FieldSpec::var(format, prefix, most))
            }
            (Some(_), Some(max)) => {
                let fault = "length is fixed and max is variable; keep one of the two";
                Err(max.fail(FileFault::Conflict(fault)))
            }
            (None, None) => Err(object.place().fail(FileFault::Missing {
                key: "length or max",
                hint: "say how long the field is",
            })),
        }
    }

    /// How a length prefix is written where nothing is said.
    fn prefix_form(&self) -> PrefixForm {
        let usual = match self.defaults.encoding {
            Some(Encoding::Ascii) => PrefixForm::Ascii,
            Some(Encoding::Ebcdic(_)) => PrefixForm::Ebcdic,
            _ => PrefixForm::Bcd,
        };
        self.defaults.prefix.unwrap_or(usual)
    }

    /// How its value is written.
    fn written(&self, object: &mut Object<'_>, format: Format) -> Result<Encoding, FileError> {
        let Some(place) = object.take("encoding") else {
            let usual = FieldSpec::fixed(format, 1).encoding();
            let all = self.defaults.encoding;
            return Ok(all.filter(|all| can(format, *all)).unwrap_or(usual));
        };
        let encoding = place.word(ENCODINGS)?;
        if can(format, encoding) {
            return Ok(encoding);
        }
        let known = ENCODINGS.iter().filter(|(_, known)| can(format, *known));
        Err(place.fail(FileFault::Encoding {
            format: format.name(),
            encoding: word(ENCODINGS, &encoding),
            known: list(known.map(|(word, _)| *word)),
        }))
    }

    fn inside(&mut self, place: &Place<'_>) -> Result<&'a Inside<'a>, FileError> {
        if place.is_null() {
            return Ok(self.arena.alloc(Inside::Plain));
        }
        if self.depth == DEEPEST {
            return Err(place.fail(FileFault::Deep { most: DEEPEST }));
        }
        let mut object = place.object()?;
        let kinds = ["positional", "tlv", "tagged", "ltv", "message"];
        let mut given = Vec::new();
        for kind in kinds {
            given.extend(object.take(kind).map(|place| (kind, place)));
        }
        object.finish()?;
        if let Some((_, second)) = given.get(1) {
            let fault = "a field is made up in one way; keep one key here";
            return Err(second.fail(FileFault::Conflict(fault)));
        }
        let Some((kind, place)) = given.pop() else {
            return Err(place.fail(FileFault::Missing {
                key: "positional, tlv, tagged, ltv or message",
                hint: "say what the parts are, or leave inside out",
            }));
        };
        self.depth += 1;
        let inside = self.made(kind, &place);
        self.depth -= 1;
        Ok(self.arena.alloc(inside?))
    }

    fn made(&mut self, kind: &str, place: &Place<'_>) -> Result<Inside<'a>, FileError> {
        match kind {
            "tlv" => Ok(Inside::Tlv(place.word(MODES)?)),
            "ltv" => ltv(place),
            "tagged" => self.tagged(place).map(Inside::Tagged),
            "positional" => self.positional(place),
            _ => self.message(place),
        }
    }

    fn positional(&mut self, place: &Place<'_>) -> Result<Inside<'a>, FileError> {
        let mut parts = Vec::new();
        for part in place.list()? {
            if parts.len() == MOST_PARTS {
                return Err(part.fail(FileFault::Conflict("a field has 254 parts at most")));
            }
            parts.push(self.field(&part)?);
        }
        Ok(Inside::Positional(self.arena.alloc_slice_copy(&parts)))
    }

    fn tagged(&mut self, place: &Place<'_>) -> Result<Tagged<'a>, FileError> {
        let mut object = place.object()?;
        let tag = object.need("tag", "say how many characters a tag has")?;
        let size = tag.number(&(1..=4))? as u8;
        let encoding = object.take("encoding").map(|place| {
            let encoding = place.word(ENCODINGS)?;
            let odd = encoding == Encoding::Bcd && !size.is_multiple_of(2);
            if odd || matches!(encoding, Encoding::Binary | Encoding::Hex | Encoding::Utf8) {
                let fault =
                    "a tag is written in ascii, cp037, cp500, cp1047, or whole bytes of bcd";
                return Err(place.fail(FileFault::Conflict(fault)));
            }
            Ok(encoding)
        });
        let mut known = Vec::new();
        if let Some(place) = object.take("known") {
            for (name, place) in place.object()?.pairs() {
                known.push((name_of(&name, size, &place)?, self.field(&place)?));
            }
        }
        let other = object.take("other").filter(|place| !place.is_null());
        let other = other.map(|place| self.field(&place)).transpose()?;
        object.finish()?;
        Ok(Tagged {
            tag: size,
            encoding: encoding.transpose()?.unwrap_or(Encoding::Ascii),
            known: self.arena.alloc_slice_copy(&known),
            other: other.map(|other| &*self.arena.alloc(other)),
        })
    }

    /// A message within a field has defaults of its own.
    fn message(&mut self, place: &Place<'_>) -> Result<Inside<'a>, FileError> {
        let mut object = place.object()?;
        let outer = mem::take(&mut self.defaults);
        let spec: Result<Spec<'a>, _> = self.body(&mut object, None);
        self.defaults = outer;
        object.finish()?;
        Ok(Inside::Message(self.arena.alloc(spec?)))
    }
}

fn ltv<'a>(place: &Place<'_>) -> Result<Inside<'a>, FileError> {
    let mut object = place.object()?;
    let tag = object.need("tag", "say how many characters a tag has")?;
    let tag = tag.number(&(1..=4))? as u8;
    let length = object.need("prefix", "say how the length before each part is written")?;
    let prefix = prefix(&length, None, 0)?;
    object.finish()?;
    Ok(Inside::Ltv { prefix, tag })
}

/// A tag of characters. Quotes and the like would not show as they are.
fn name_of(name: &str, size: u8, place: &Place<'_>) -> Result<PartId, FileError> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\');
    if name.len() != usize::from(size) || !name.bytes().all(plain) {
        let fault = "the key is no tag: it must have as many characters as tag says";
        return Err(place.fail(FileFault::Conflict(fault)));
    }
    Ok(PartId::name(name))
}

/// A length prefix; `most` is the length it should be able to say, 0 where its
/// size must be given.
pub(super) fn prefix(
    place: &Place<'_>,
    form: Option<PrefixForm>,
    most: u16,
) -> Result<Prefix, FileError> {
    let mut object = place.object()?;
    let given = object.take("form").map(|form| form.word(PREFIXES));
    let form = given.transpose()?.or(form).ok_or_else(|| {
        let hint = "say how the length is written";
        place.fail(FileFault::Missing { key: "form", hint })
    })?;
    let binary = form == PrefixForm::Binary;
    let (key, other) = if binary {
        ("bytes", "digits")
    } else {
        ("digits", "bytes")
    };
    let size = object.take(key);
    if let Some(place) = object.take(other) {
        let fault = "a binary prefix is counted in bytes, every other in digits";
        return Err(place.fail(FileFault::Conflict(fault)));
    }
    let prefix = match size {
        Some(size) if binary => Prefix::binary(size.number(&(1..=4))? as u8),
        Some(size) => digits(form, size.number(&(1..=u32::from(Prefix::MOST)))? as u8),
        None if most > 0 => usual(form, most),
        None => {
            let hint = "say how large the prefix is";
            return Err(place.fail(FileFault::Missing { key, hint }));
        }
    };
    let inclusive = object.take("inclusive").map(|flag| flag.flag());
    let inclusive = inclusive.transpose()?.unwrap_or_default();
    object.finish()?;
    Ok(if inclusive {
        prefix.inclusive()
    } else {
        prefix
    })
}

/// A prefix of so many digits.
fn digits(form: PrefixForm, digits: u8) -> Prefix {
    match form {
        PrefixForm::Bcd => Prefix::bcd(digits),
        PrefixForm::Ascii => Prefix::ascii(digits),
        PrefixForm::Ebcdic => Prefix::ebcdic(digits),
        PrefixForm::Hex => Prefix::hex(digits),
        PrefixForm::Binary => Prefix::binary(digits),
    }
}

/// The smallest prefix, of two digits or one byte on, that says `most`.
fn usual(form: PrefixForm, most: u16) -> Prefix {
    let least = if form == PrefixForm::Binary { 1 } else { 2 };
    // Five digits or four bytes say any length of 16 bits.
    let all = (least..=4).map(|size| digits(form, size));
    let enough = |prefix: &Prefix| u32::from(most) <= prefix.most();
    { all }.find(enough).unwrap_or_else(|| digits(form, 5))
}

/// The pad nibble, or the fill of a text.
fn filler(place: &Place<'_>, field: &FieldSpec<'_>) -> Result<u8, FileError> {
    if field.encoding() == Encoding::Bcd {
        let nibble =
            place.character("the nibbles 0 to F", |c| matches!(c, '0'..='9' | 'A'..='F'))?;
        return Ok(nibble.to_digit(16).unwrap_or_default() as u8);
    }
    if !is_text(field.format()) {
        let fault = "nothing is filled here: digits in characters and bytes have their length";
        return Err(place.fail(FileFault::Conflict(fault)));
    }
    let fill = place.character("the characters of ASCII", |c| matches!(c, ' '..='~'))?;
    Ok(fill as u8)
}

/// Whether a format can be written in an encoding.
fn can(format: Format, encoding: Encoding) -> bool {
    let characters = matches!(encoding, Encoding::Ascii | Encoding::Ebcdic(_));
    match format {
        Format::B => matches!(encoding, Encoding::Binary | Encoding::Hex),
        Format::N | Format::Z | Format::Xn => characters || encoding == Encoding::Bcd,
        _ => characters || encoding == Encoding::Utf8,
    }
}
