//! A spec file into a dialect: what stands at the top, and the table.

use super::error::{FileError, FileFault, excerpt};
use super::field::{Reader, prefix};
use super::place::{Object, Place, Source};
use super::words::{BITMAPS, ENCODINGS, Words, list};
use crate::iso8583::{
    Bitmap, BitmapForm, Encoding, Extent, FieldSpec, Header, HeaderPart, HeaderSize, Spec,
};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bumpalo::Bump;
use core::ops::RangeInclusive;

/// What a spec is that a file extends.
#[derive(Clone, Copy, Debug)]
pub enum Base<'a> {
    /// A dialect, such as a preset.
    Spec(&'a Spec<'a>),
    /// The text of another file, which may extend a third.
    Text(&'a str),
}

/// Finds the spec that a file calls by this name; none where there is none.
pub type Find<'f, 'a> = dyn Fn(&str) -> Option<Base<'a>> + 'f;

/// The presets that a file may extend, as a [`Find`].
///
/// ```
/// use annul::iso8583::file;
/// let text = r#"{"extends": "unionpay-pos", "name": "mine", "fields": {
///     "38": {"format": "an", "length": 8},
///     "59": null
/// }}"#;
/// let arena = file::Bump::new();
/// let spec = file::read(text, &arena, &file::preset).unwrap();
/// assert_eq!(spec.field(38).unwrap().length().most(), 8);
/// assert!(spec.field(59).is_none() && spec.field(60).is_some());
/// ```
pub fn preset<'a>(name: &str) -> Option<Base<'a>> {
    crate::iso8583::preset(name).map(Base::Spec)
}

/// How many specs may extend each other.
const LONGEST_CHAIN: usize = 16;

/// Reads a spec file; see the [module](super). The dialect and all it is made
/// of live in `arena`; `find` is asked for what the file extends.
///
/// No text makes it panic, and no dialect that it gives makes a reader or
/// writer panic.
pub fn read<'a>(
    text: &str,
    arena: &'a Bump,
    find: &Find<'_, 'a>,
) -> Result<&'a Spec<'a>, FileError> {
    chained(Source { name: None, text }, arena, find, &[])
}

/// The same for a file that those of `chain` extend.
fn chained<'a>(
    source: Source<'_>,
    arena: &'a Bump,
    find: &Find<'_, 'a>,
    chain: &[String],
) -> Result<&'a Spec<'a>, FileError> {
    let mut object = source.open()?.object()?;
    // For an editor, and for people.
    for key in ["$schema", "about"] {
        object.take(key).map(|text| text.text()).transpose()?;
    }
    let base = object.take("extends");
    let base = base.map(|place| based(&place, arena, find, chain));
    let base = base.transpose()?;
    let mut reader = Reader::new(arena);
    let name = match (object.take("name"), base) {
        (Some(name), _) => arena.alloc_str(&name.text()?),
        (None, Some(base)) => base.name(),
        (None, None) => {
            let fault = FileFault::Missing {
                key: "name",
                hint: "say what people call the dialect",
            };
            return Err(object.place().fail(fault));
        }
    };
    let header = match object.take("header") {
        Some(place) => header(&place, arena)?,
        None => base.map_or(Header::NONE, Spec::header),
    };
    let spec = reader.body(&mut object, base)?;
    object.finish()?;
    Ok(arena.alloc(spec.called(name).headed(header)))
}

/// The spec that is extended.
fn based<'a>(
    place: &Place<'_>,
    arena: &'a Bump,
    find: &Find<'_, 'a>,
    chain: &[String],
) -> Result<&'a Spec<'a>, FileError> {
    let name = place.text()?;
    let text = match find(&name) {
        Some(Base::Spec(spec)) => return Ok(spec),
        Some(Base::Text(text)) => text,
        None => {
            let found = excerpt(&name);
            return Err(place.fail(FileFault::Base { found }));
        }
    };
    if chain.contains(&name) || chain.len() == LONGEST_CHAIN {
        let chain = list(chain.iter().map(String::as_str));
        return Err(place.fail(FileFault::Circle { chain }));
    }
    let mut longer = chain.to_vec();
    longer.push(name.clone());
    let name = Some(name.as_str());
    chained(Source { name, text }, arena, find, &longer)
}

fn header<'a>(place: &Place<'_>, arena: &'a Bump) -> Result<Header<'a>, FileError> {
    /// More than any host has.
    const MOST: usize = 16;
    if place.is_null() {
        return Ok(Header::NONE);
    }
    let mut object = place.object()?;
    let length = object.take("length").map(|place| prefix(&place, None, 0));
    let length = length.transpose()?;
    let mut parts = Vec::new();
    if let Some(place) = object.take("parts") {
        for part in place.list()? {
            if parts.len() == MOST {
                return Err(part.fail(FileFault::Conflict("a header has 16 parts at most")));
            }
            parts.push(header_part(&part, arena)?);
        }
    }
    object.finish()?;
    let header = Header::of(arena.alloc_slice_copy(&parts));
    Ok(match length {
        Some(length) => header.behind(length),
        None => header,
    })
}

fn header_part<'a>(place: &Place<'_>, arena: &'a Bump) -> Result<HeaderPart<'a>, FileError> {
    const FIRST: Words<HeaderSize> = &[("first", HeaderSize::FirstByte)];
    let mut object = place.object()?;
    let name = object.need("name", "say what the part is called")?;
    let name = arena.alloc_str(&name.text()?);
    let hint = "say how many bytes the part has, or \"first\" where its first byte says so";
    let size = object.need("bytes", hint)?;
    let size = if size.is_text() {
        size.word(FIRST)?
    } else {
        HeaderSize::Fixed(size.number(&(1..=255))? as u8)
    };
    object.finish()?;
    Ok(HeaderPart { name, size })
}

impl<'a> Reader<'a> {
    /// What a message says, also one inside of a field: its type, its bitmaps
    /// and its fields.
    pub(super) fn body(
        &mut self,
        object: &mut Object<'_>,
        base: Option<&'a Spec<'a>>,
    ) -> Result<Spec<'a>, FileError> {
        self.defaults(object)?;
        let mut spec = base.map_or_else(|| Spec::new("", &[]), |base| *base);
        if let Some(place) = object.take("mti") {
            spec = spec.typed(message_type(&place)?);
        } else if base.is_none() && self.encoding().is_some() {
            spec = spec.typed(self.encoding());
        }
        if let Some(place) = object.take("bitmap") {
            spec = spec.mapped(bitmap(&place)?);
        }
        let Some(place) = object.take("fields") else {
            return Ok(spec);
        };
        let mut table = [None; Bitmap::FIELDS];
        for (number, field) in spec.fields() {
            table[usize::from(number) - 1] = Some(*field);
        }
        self.table(&place, &mut table)?;
        Ok(over(spec, &table, self.arena))
    }

    fn table(
        &mut self,
        place: &Place<'_>,
        table: &mut [Option<FieldSpec<'a>>],
    ) -> Result<(), FileError> {
        for (key, place) in place.object()?.pairs() {
            let number: Option<usize> = key.parse().ok();
            let index = number.and_then(|number| number.checked_sub(1));
            // 07 and +7 would be 7 once more.
            let plain = number.is_some_and(|number| format!("{number}") == key);
            let slot = index.and_then(|index| table.get_mut(index));
            let Some(slot) = slot.filter(|_| plain) else {
                return Err(place.fail(FileFault::Range {
                    least: 1,
                    most: Bitmap::FIELDS as u32,
                    found: excerpt(&key),
                }));
            };
            *slot = if place.is_null() {
                None
            } else {
                Some(self.field(&place)?)
            };
        }
        Ok(())
    }
}

/// The dialect with these fields, up to the last that is there.
pub(super) fn over<'a>(
    spec: Spec<'a>,
    table: &[Option<FieldSpec<'a>>],
    arena: &'a Bump,
) -> Spec<'a> {
    let last = table.iter().rposition(Option::is_some);
    let table = &table[..last.map_or(0, |last| last + 1)];
    spec.over(arena.alloc_slice_copy(table))
}

/// How the message type is written; null where there is none.
fn message_type(place: &Place<'_>) -> Result<Option<Encoding>, FileError> {
    if place.is_null() {
        return Ok(None);
    }
    let encoding = place.word(ENCODINGS)?;
    if matches!(encoding, Encoding::Hex | Encoding::Binary | Encoding::Utf8) {
        let fault = "a message type is four digits: use bcd, ascii, cp037, cp500 or cp1047";
        return Err(place.fail(FileFault::Conflict(fault)));
    }
    Ok(Some(encoding))
}

fn bitmap(place: &Place<'_>) -> Result<Bitmap, FileError> {
    type Key = (&'static str, RangeInclusive<u32>, fn(u8) -> Extent);
    let mut object = place.object()?;
    let form = object.take("form").map(|form| form.word(BITMAPS));
    let form = form.transpose()?.unwrap_or(BitmapForm::Binary);
    let mut extent = None;
    let keys: [Key; 3] = [
        ("most", 1..=3, Extent::Auto),
        ("bytes", 1..=24, Extent::Fixed),
        ("third_in", 2..=128, Extent::TertiaryIn),
    ];
    for (key, range, meaning) in keys {
        let Some(place) = object.take(key) else {
            continue;
        };
        if extent.is_some() {
            let fault = "most, bytes and third_in exclude each other; keep one";
            return Err(place.fail(FileFault::Conflict(fault)));
        }
        extent = Some(meaning(place.number(&range)? as u8));
    }
    object.finish()?;
    Ok(Bitmap::new(form, extent.unwrap_or(Extent::Auto(3))))
}
