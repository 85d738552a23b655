//! What stands inside a field: the packager that an `isofieldpackager` names.
//!
//! | packager | here |
//! |---|---|
//! | `GenericSubFieldPackager`, `GenericPackager` | a message without a type, behind a bitmap; without one positional, or tagged by the classes of its parts |
//! | `EuroSubFieldPackager` and its kind, `TaggedSequencePackager`, `GenericTaggedFieldsPackager` | tagged |
//! | `BERTLVBinaryPackager`, `DefaultICCBERTLVPackager` | BER-TLV |

use super::class::{Tag, Wire};
use super::xml::Element;
use super::{Children, NEVER_READ, Reader, class_of};
use crate::iso8583::file::error::{FileError, FileFault};
use crate::iso8583::file::import::{EMV, Within, bytes, hidden};
use crate::iso8583::{
    Encoding, FieldSpec, Format, Inside, Length, PartId, Prefix, PrefixForm, Sensitivity, Tagged,
    Unit,
};
use alloc::format;
use alloc::vec::Vec;

const KNOWN: &[&str] = &[
    "id",
    "name",
    "class",
    "length",
    "pad",
    "packager",
    "token",
    "emitBitmap",
    "bitmapField",
    "firstField",
    "maxValidField",
    "headerLength",
    "tagMapper",
    "tagSize",
    "lenSize",
    "swapTagAndLen",
];

/// Fields within fields, as many as a spec file has.
const DEEPEST: u8 = 8;
/// Parts of one field; more could not be numbered.
const MOST_PARTS: usize = 254;

/// How a packager takes a field apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As its attributes say; a message type may stand first.
    Message,
    /// The same without one, from `firstField` on.
    Parts,
    /// By the tags of its parts.
    Tags,
    /// By the tags of its parts, which have so many characters as its token.
    Tokens,
    /// The same, two hexadecimal digits a byte.
    PackedTokens,
    /// By tags that a mapper makes of the numbers.
    Mapped,
    Tlv,
    /// BER-TLV in hexadecimal digits.
    Spelled,
}

const PACKAGERS: &[(&str, Kind)] = &[
    ("org.jpos.iso.packager.GenericPackager", Kind::Message),
    (
        "org.jpos.iso.packager.GenericValidatingPackager",
        Kind::Message,
    ),
    ("org.jpos.iso.packager.GenericSubFieldPackager", Kind::Parts),
    ("org.jpos.iso.packager.EuroSubFieldPackager", Kind::Tags),
    (
        "org.jpos.iso.packager.MasterCardEBCDICSubFieldPackager",
        Kind::Tags,
    ),
    (
        "org.jpos.iso.packager.GenericTaggedFieldsPackager",
        Kind::Mapped,
    ),
    ("org.jpos.tlv.packager.TaggedSequencePackager", Kind::Tokens),
    (
        "org.jpos.tlv.packager.BinaryHexTaggedSequencePackager",
        Kind::PackedTokens,
    ),
    (
        "org.jpos.tlv.packager.bertlv.BERTLVBinaryPackager",
        Kind::Tlv,
    ),
    (
        "org.jpos.tlv.packager.bertlv.DefaultICCBERTLVPackager",
        Kind::Tlv,
    ),
    (
        "org.jpos.tlv.packager.bertlv.BERTLVAsciiHexPackager",
        Kind::Spelled,
    ),
    (
        "org.jpos.tlv.packager.bertlv.BERTLVEbcdicHexPackager",
        Kind::Spelled,
    ),
];

/// A tag and the part behind it.
type Part<'a> = (PartId, FieldSpec<'a>);

impl<'a> Reader<'a> {
    /// The field with what its packager says of its parts.
    pub(super) fn inside(
        &mut self,
        element: &Element<'_, '_>,
        field: FieldSpec<'a>,
        within: Within,
    ) -> Result<FieldSpec<'a>, FileError> {
        if within.depth == DEEPEST {
            return Err(element.fail("", FileFault::Deep { most: DEEPEST }));
        }
        self.unknown(element, KNOWN);
        if element
            .number("headerLength", &(0..=255))?
            .unwrap_or_default()
            > 0
        {
            let why = "a header within a field cannot be said; describe it as its first part";
            return Err(element.conflict("headerLength", why));
        }
        let name = element.need("packager", "name the packager of its parts")?;
        let found = PACKAGERS.iter().find(|(known, _)| *known == name);
        let Some((_, kind)) = found else {
            let why = "takes a field apart in a way that is not known here";
            return Err(element.foreign("packager", why));
        };
        let parts = within.deeper();
        let inside = match kind {
            Kind::Tlv | Kind::Spelled => return self.tlv(element, field, *kind, within),
            _ if element.flag("emitBitmap")? == Some(true)
                || matches!(kind, Kind::Message | Kind::Parts)
                    && element.flag("emitBitmap")?.is_none() =>
            {
                let is_typed = *kind == Kind::Message;
                let spec = self.message(element, is_typed, Some(parts))?;
                readable(element, &field)?;
                Inside::Message(self.arena.alloc(spec))
            }
            kind => self.listed(element, &field, *kind, parts)?,
        };
        let field = field.inside(self.arena.alloc(inside));
        Ok(hidden(field, within.shown))
    }

    /// Bytes of BER-TLV.
    fn tlv(
        &mut self,
        element: &Element<'_, '_>,
        field: FieldSpec<'a>,
        kind: Kind,
        within: Within,
    ) -> Result<FieldSpec<'a>, FileError> {
        let children = self.children(element)?;
        // A packager needs one to be a packager.
        if let Some((_, child)) = children.iter().find(|(id, _)| *id > 0) {
            let why = "parts before BER-TLV cannot be said; leave them out, or the packager";
            return Err(child.conflict("", why));
        }
        let is_text = matches!(field.encoding(), Encoding::Ascii | Encoding::Binary);
        if kind == Kind::Tlv && is_text {
            let field = bytes(field).inside(self.arena.alloc(EMV));
            return Ok(hidden(field, within.shown));
        }
        let text = [
            "BER-TLV in hexadecimal digits: its data objects are not told one by one here",
            "十六进制数字形式的 BER-TLV：此处不逐个列出数据对象",
        ];
        self.notes
            .add(element.offset_of("packager"), &element.path, text);
        let field = match (kind, is_text) {
            (Kind::Spelled, true) => bytes(field).encoded(Encoding::Hex).counted(Unit::Bytes),
            _ => field,
        };
        Ok(hidden(field.inside(&Inside::Plain), Sensitivity::Secret))
    }

    /// Parts without a bitmap.
    fn listed(
        &mut self,
        element: &Element<'_, '_>,
        field: &FieldSpec<'a>,
        kind: Kind,
        within: Within,
    ) -> Result<Inside<'a>, FileError> {
        let mut children = self.children(element)?;
        if kind == Kind::Parts {
            // Without this attribute the first is 1, unless 0 has parts itself.
            let whole = |child: &Element<'_, '_>| child.name() == "isofieldpackager";
            let usual = u32::from(!children.first().is_some_and(|(_, child)| whole(child)));
            let first = element.number("firstField", &(0..=128))?.unwrap_or(usual);
            self.before(&mut children, first)?;
        }
        let mut tags = Vec::new();
        for (_, child) in &children {
            let class = class_of(child)?;
            if class.wire != Wire::Nothing {
                tags.push(class.tag);
            }
        }
        let tagged = tags.iter().filter(|tag| tag.is_some()).count();
        if matches!(kind, Kind::Message | Kind::Parts) && tagged == 0 {
            return self.positional(field, &children, within);
        }
        if tagged < tags.len() || tags.is_empty() {
            let why = "a part without a tag among tagged ones cannot be said; describe the field \
                       without parts";
            return Err(element.conflict("packager", why));
        }
        if tags.iter().all(|tag| *tag == Some(Tag::Behind)) {
            return self.behind(element, field);
        }
        self.tagged(element, field, kind, &children, within)
    }

    /// Leaves out what jPOS never reads.
    fn before(&mut self, children: &mut Children<'_, '_>, first: u32) -> Result<(), FileError> {
        for (_, child) in children.iter().filter(|(id, _)| u32::from(*id) < first) {
            if class_of(child)?.wire != Wire::Nothing {
                self.notes.add(child.offset(), &child.path, NEVER_READ);
            }
        }
        children.retain(|(id, _)| u32::from(*id) >= first);
        Ok(())
    }

    fn positional(
        &mut self,
        field: &FieldSpec<'a>,
        children: &Children<'_, '_>,
        within: Within,
    ) -> Result<Inside<'a>, FileError> {
        let mut parts = Vec::new();
        let mut moved = None;
        for (id, child) in children {
            let Some(part) = self.field(child, within)? else {
                continue;
            };
            if parts.len() == MOST_PARTS {
                return Err(child.conflict("", "a field has 254 parts at most"));
            }
            parts.push(recoded(child, field, part)?);
            if usize::from(*id) != parts.len() {
                moved.get_or_insert((child, parts.len()));
            }
        }
        if let Some((child, number)) = moved {
            let text = [
                format!("is part {number} here: parts are counted from 1, without gaps"),
                format!("此处为第 {number} 个子域：子域从 1 起连续编号"),
            ];
            self.notes.add(child.offset(), &child.path, text);
        }
        Ok(Inside::Positional(self.arena.alloc_slice_copy(&parts)))
    }

    /// A length that counts the tag behind it.
    fn behind(
        &mut self,
        element: &Element<'_, '_>,
        field: &FieldSpec<'a>,
    ) -> Result<Inside<'a>, FileError> {
        readable(element, field)?;
        let text = [
            "its parts are told as text here; what they are called is not kept",
            "此处子域按文本给出；子域名称不保留",
        ];
        self.notes.add(element.offset(), &element.path, text);
        let prefix = Prefix::ascii(2);
        Ok(Inside::Ltv { prefix, tag: 2 })
    }

    fn tagged(
        &mut self,
        element: &Element<'_, '_>,
        field: &FieldSpec<'a>,
        kind: Kind,
        children: &Children<'_, '_>,
        within: Within,
    ) -> Result<Inside<'a>, FileError> {
        let mut form = None;
        let mut known: Vec<Part<'a>> = Vec::new();
        let mut other = mapped(element, kind, within)?;
        for (id, child) in children {
            let Some(tag) = class_of(child)?.tag else {
                continue;
            };
            let Some(part) = self.field(child, within)? else {
                continue;
            };
            let part = recoded(child, field, part)?;
            let (size, encoding, name) = named(child, *id, tag, kind)?;
            if *form.get_or_insert((size, encoding)) != (size, encoding) {
                let why = "the tags of a field have one size and one encoding";
                return Err(child.conflict("class", why));
            }
            match name {
                Some(name) if known.iter().any(|(known, _)| *known == name) => {
                    return Err(child.fail("token", FileFault::Twice));
                }
                Some(name) => known.push((name, part)),
                None => other = Some(part),
            }
        }
        let (tag, encoding) = form.unwrap_or((2, Encoding::Ascii));
        Ok(Inside::Tagged(Tagged {
            tag,
            encoding: tag_encoding(element, field, encoding)?,
            known: self.arena.alloc_slice_copy(&known),
            other: other.map(|other| &*self.arena.alloc(other)),
        }))
    }
}

/// How a part is formed that is mapped and not described.
fn mapped<'a>(
    element: &Element<'_, '_>,
    kind: Kind,
    within: Within,
) -> Result<Option<FieldSpec<'a>>, FileError> {
    const MAPPERS: [(&str, u32); 2] = [
        ("org.jpos.iso.packager.TTDecimalTagMapper", 2),
        ("org.jpos.iso.packager.TTTDecimalTagMapper", 3),
    ];
    if kind != Kind::Mapped {
        return Ok(None);
    }
    let mapper = element.need("tagMapper", "name what makes tags of numbers")?;
    let found = MAPPERS.iter().find(|(name, _)| *name == mapper);
    let Some((_, size)) = found else {
        let why = "makes tags of numbers in a way that is not known here";
        return Err(element.foreign("tagMapper", why));
    };
    if element.flag("swapTagAndLen")? == Some(true) {
        let why = "a tag behind its length cannot be said; describe the field without parts";
        return Err(element.conflict("swapTagAndLen", why));
    }
    element.number("tagSize", &(*size..=*size))?;
    let length = element.number("lenSize", &(1..=4))?.unwrap_or(2) as u8;
    let prefix = Prefix::ascii(length);
    let part = FieldSpec::var(Format::Ans, prefix, prefix.most() as u16);
    Ok(Some(hidden(part, within.shown)))
}

/// Whether parts can be read from the bytes of a field as they are.
fn readable(element: &Element<'_, '_>, field: &FieldSpec<'_>) -> Result<(), FileError> {
    if matches!(field.encoding(), Encoding::Ascii | Encoding::Binary) {
        return Ok(());
    }
    let why = "parts behind a bitmap or length cannot be read from digits or EBCDIC; give the \
               field a class of bytes, or leave the parts out";
    Err(element.conflict("class", why))
}

/// Size, encoding and text of the tag of a part; no text for all other tags.
fn named(
    child: &Element<'_, '_>,
    id: u8,
    tag: Tag,
    kind: Kind,
) -> Result<(u8, Encoding, Option<PartId>), FileError> {
    let text = match tag {
        Tag::Number(size, encoding) => {
            let text = format!("{id:0width$}", width = usize::from(size));
            return Ok((size, encoding, Some(PartId::name(&text))));
        }
        Tag::Token => child.need("token", "say the tag")?,
        Tag::Behind => "",
    };
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\');
    if !matches!(text.len(), 1..=4) || !text.bytes().all(plain) {
        return Err(child.conflict("token", "a tag has one to four characters"));
    }
    let encoding = match kind {
        Kind::PackedTokens if text.len().is_multiple_of(2) => Encoding::Bcd,
        Kind::PackedTokens => return Err(child.conflict("token", "a tag has whole bytes")),
        _ => Encoding::Ascii,
    };
    let upper = text.to_ascii_uppercase();
    let text = if encoding == Encoding::Bcd {
        &upper
    } else {
        text
    };
    let name = (!text.bytes().all(|byte| byte == b'#')).then(|| PartId::name(text));
    Ok((text.len() as u8, encoding, name))
}

/// How a tag stands on the wire in a field whose text is written in an encoding
/// of its own.
fn tag_encoding(
    element: &Element<'_, '_>,
    field: &FieldSpec<'_>,
    tag: Encoding,
) -> Result<Encoding, FileError> {
    match (field.encoding(), tag) {
        (Encoding::Ascii | Encoding::Binary, tag) => Ok(tag),
        (page @ Encoding::Ebcdic(_), Encoding::Ascii) => Ok(page),
        _ => {
            let why = "tags cannot be read from packed or hexadecimal digits, nor twice EBCDIC";
            Err(element.conflict("class", why))
        }
    }
}

/// A part of a field that is written in an encoding of its own: jPOS makes
/// bytes of the parts, and text or digits of these.
fn recoded<'a>(
    child: &Element<'_, '_>,
    field: &FieldSpec<'a>,
    part: FieldSpec<'a>,
) -> Result<FieldSpec<'a>, FileError> {
    let plain = part.parts() == Inside::Plain;
    let fixed = part.length().prefix() == 0;
    match (field.encoding(), part.encoding()) {
        (Encoding::Ascii | Encoding::Binary, _) => return Ok(part),
        (page @ Encoding::Ebcdic(_), Encoding::Ascii) if plain => match part.length() {
            Length::Fixed(_) => return Ok(part.encoded(page)),
            Length::Var(prefix, _) if prefix.form() == PrefixForm::Ascii => {
                return Ok(part.in_characters(page));
            }
            Length::Var(..) => {}
        },
        (Encoding::Bcd, Encoding::Ascii) if plain && fixed && part.format() == Format::N => {
            return Ok(part.encoded(Encoding::Bcd));
        }
        (Encoding::Hex, Encoding::Binary) if plain && fixed => {
            return Ok(part.encoded(Encoding::Hex));
        }
        _ => {}
    }
    let why = "a part is written as its field is: in EBCDIC as IFA_ text, in packed digits as \
               IFA_NUMERIC, in hexadecimal as IFB_BINARY";
    Err(child.conflict("class", why))
}
