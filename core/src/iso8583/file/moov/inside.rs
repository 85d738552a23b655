//! What a composite of moov-io/iso8583 is made of: positions, tags, BER-TLV, or
//! fields that a bitmap announces.

use super::Reader;
use super::words::ENCODINGS;
use crate::iso8583::file::error::{FileError, FileFault};
use crate::iso8583::file::import::{EMV, Within};
use crate::iso8583::file::place::{Object, Place};
use crate::iso8583::file::words::{Words, meaning};
use crate::iso8583::{Bitmap, Encoding, Extent, FieldSpec, Inside, PartId, Spec, Tagged};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The tags of a composite.
#[derive(Clone, Copy)]
struct Tag {
    /// Characters; none where parts stand by their positions.
    size: u8,
    encoding: Encoding,
    /// What short keys are filled with.
    pad: Option<u8>,
    is_tlv: bool,
    order: Order,
}

/// In which order parts stand that have positions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// That of their numbers.
    Numbers,
    /// That of the characters of their keys: 1, 10, 2.
    Characters,
}

/// What moov-io/iso8583 calls them. Keys of digits are in the same order by
/// their hexadecimal value.
const ORDERS: Words<Order> = &[
    ("StringsByInt", Order::Numbers),
    ("StringsByHex", Order::Numbers),
    ("Strings", Order::Characters),
];

impl Tag {
    const NONE: Self = Self {
        size: 0,
        encoding: Encoding::Ascii,
        pad: None,
        is_tlv: false,
        order: Order::Numbers,
    };
}

impl<'a> Reader<'a> {
    /// What a composite is made of.
    pub(super) fn inside(
        &mut self,
        object: &mut Object<'_>,
        within: Within,
    ) -> Result<Inside<'a>, FileError> {
        let within = within.deeper();
        let subfields = object.need("subfields", "say what the composite is made of")?;
        if let Some(place) = object.take("bitmap") {
            let bitmap = self.bitmap(&place)?;
            // That of a composite never announces another.
            let (form, fixed) = (bitmap.form(), bitmap.least());
            let bitmap = Bitmap::new(form, Extent::Fixed(fixed as u8));
            let spec = Spec::new("", &[]).typed(None).mapped(bitmap);
            let spec = self.message(spec, &subfields, Some(within))?;
            return Ok(Inside::Message(self.arena.alloc(spec)));
        }
        let tag = object.take("tag").map(|tag| self.tag(&tag)).transpose()?;
        match tag.unwrap_or(Tag::NONE) {
            Tag { is_tlv: true, .. } => {
                let text = [
                    "what it says of each data object is not kept: they are named and hidden by \
                     EMV",
                    "各数据对象的说明不保留：名称与屏蔽按 EMV",
                ];
                self.notes.add(subfields.offset(), subfields.path(), text);
                Ok(EMV)
            }
            Tag { size: 0, order, .. } => self.positional(&subfields, order, within),
            tag => self.tagged(&subfields, tag, within),
        }
    }

    fn tag(&mut self, place: &Place<'_>) -> Result<Tag, FileError> {
        const TLV: &str = "BerTLVTag";
        let mut object = place.object()?;
        let mut tag = Tag::NONE;
        if let Some(place) = object.take("enc") {
            if place.text()? == TLV {
                tag.is_tlv = true;
            } else {
                tag.encoding = place.word(ENCODINGS)?.0;
                let good = matches!(tag.encoding, Encoding::Ascii | Encoding::Ebcdic(_));
                if !good {
                    let fault = "a tag is written in ASCII, EBCDIC, EBCDIC1047 or BerTLVTag";
                    return Err(place.fail(FileFault::Conflict(fault)));
                }
            }
        }
        let length = object.take("length").map(|length| length.number(&(0..=4)));
        tag.size = length.transpose()?.unwrap_or_default() as u8;
        if let Some(place) = object.take("padding") {
            let mut object = place.object()?;
            let left = object.take("type").map(|side| side.text()).transpose()?;
            let pad = object.take("pad").map(|pad| pad.text()).transpose()?;
            match (left.as_deref(), pad.as_deref().map(str::as_bytes)) {
                (Some("Left"), Some([pad])) => tag.pad = Some(*pad),
                (Some("None"), _) => {}
                _ => {
                    let fault = "tags are filled left, with one character";
                    return Err(place.fail(FileFault::Conflict(fault)));
                }
            }
        }
        if let Some(place) = object.take("sort") {
            // With the name of its package before it, or without.
            let text = place.text()?;
            let name = text.rsplit('.').next().unwrap_or_default();
            if let Some(order) = meaning(ORDERS, name) {
                tag.order = order;
            } else {
                let text = [
                    "an order that is not known here: parts that have positions stand by their \
                     numbers",
                    "此处不认得的顺序：按位置排列的子域以编号为序",
                ];
                self.notes.add(place.offset(), place.path(), text);
            }
        }
        self.rest(object);
        Ok(tag)
    }

    fn positional(
        &mut self,
        subfields: &Place<'_>,
        order: Order,
        within: Within,
    ) -> Result<Inside<'a>, FileError> {
        let mut parts: Vec<(u8, FieldSpec<'a>)> = Vec::new();
        for (key, place) in subfields.object()?.pairs() {
            let number = key.parse::<u8>().ok();
            let plain = |number: &u8| (1..=254).contains(number) && format!("{number}") == key;
            let Some(number) = number.filter(plain) else {
                let fault = "positional subfields are numbered from 1 to 254";
                return Err(place.fail(FileFault::Conflict(fault)));
            };
            parts.push((number, self.field(&place, within)?));
        }
        match order {
            Order::Numbers => parts.sort_by_key(|(number, _)| *number),
            Order::Characters => parts.sort_by_key(|(number, _)| format!("{number}")),
        }
        if parts
            .iter()
            .zip(1..)
            .any(|((number, _), place)| *number != place)
        {
            let text = [
                "its parts are counted from 1 in their order, without gaps, here",
                "此处子域按顺序从 1 起连续编号",
            ];
            self.notes.add(subfields.offset(), subfields.path(), text);
        }
        let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
        Ok(Inside::Positional(self.arena.alloc_slice_copy(&parts)))
    }

    fn tagged(
        &mut self,
        subfields: &Place<'_>,
        tag: Tag,
        within: Within,
    ) -> Result<Inside<'a>, FileError> {
        let mut parts: Vec<(PartId, FieldSpec<'a>)> = Vec::new();
        let size = usize::from(tag.size);
        for (key, place) in subfields.object()?.pairs() {
            let mut name = String::new();
            if let Some(pad) = tag.pad {
                name.extend((key.len()..size).map(|_| char::from(pad)));
            }
            name.push_str(&key);
            let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\');
            if name.len() != size || !name.bytes().all(plain) {
                let fault = "the key is no tag of that length";
                return Err(place.fail(FileFault::Conflict(fault)));
            }
            let name = PartId::name(&name);
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(place.fail(FileFault::Twice));
            }
            parts.push((name, self.field(&place, within)?));
        }
        Ok(Inside::Tagged(Tagged {
            tag: tag.size,
            encoding: tag.encoding,
            known: self.arena.alloc_slice_copy(&parts),
            other: None,
        }))
    }
}
