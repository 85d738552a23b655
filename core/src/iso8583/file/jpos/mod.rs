//! Packagers of jPOS (Java): the XML that its `GenericPackager` reads.
//!
//! ```xml
//! <isopackager>
//!   <isofield id="0" length="4"  name="type"   class="org.jpos.iso.IFA_NUMERIC"/>
//!   <isofield id="1" length="16" name="bitmap" class="org.jpos.iso.IFA_BITMAP"/>
//!   <isofield id="2" length="19" name="PAN"    class="org.jpos.iso.IFA_LLNUM"/>
//! </isopackager>
//! ```
//!
//! A class says format, encoding and length prefix at once: [`CLASSES`]. What
//! may be shown is not said there; it comes from the fields of ISO 8583:1987
//! with the same numbers, and other text hides card numbers.

mod class;
mod field;
mod inside;
mod xml;

use super::error::{FileError, FileFault, excerpt};
use super::import::{Import, Notes, Within, bounded, not_kept};
use super::read::over;
use crate::iso8583::{
    Bitmap, BitmapForm, Encoding, Extent, FieldSpec, Format, Header, HeaderPart, HeaderSize, Spec,
};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bumpalo::Bump;
pub use class::{CLASSES, Class};
use class::{Wire, find};
use field::length_of;
use xml::Element;

/// Reads a packager of jPOS; [`write`](super::write) makes a file of ours of
/// it. The dialect has no name: a packager says none.
///
/// ```
/// use annul::iso8583::{View, file};
/// let text = r#"<isopackager>
///   <isofield id="0" length="4" name="type" class="org.jpos.iso.IFA_NUMERIC"/>
///   <isofield id="1" length="16" name="bitmap" class="org.jpos.iso.IFA_BITMAP"/>
///   <isofield id="2" length="19" name="PAN" class="org.jpos.iso.IFA_LLNUM"/>
/// </isopackager>"#;
/// let arena = file::Bump::new();
/// let import = file::jpos(text, &arena).unwrap();
/// let view = View::decode(import.spec, b"010040000000000000000212").unwrap();
/// assert!(view.field(2).unwrap().characters().ascii().eq(*b"12"));
/// ```
///
/// # Errors
/// Text that is no XML, and the first thing that no dialect can say, such as a
/// class of the author's own: with its line, its column and what to do.
pub fn jpos<'a>(text: &str, arena: &'a Bump) -> Result<Import<'a>, FileError> {
    bounded(text)?;
    let document = xml::read(text)?;
    let root = Element::of(document.root_element(), String::new());
    if root.name() != "isopackager" {
        return Err(root.fail(
            "",
            FileFault::Word {
                expected: "isopackager".into(),
                found: excerpt(root.name()),
            },
        ));
    }
    let mut reader = Reader {
        arena,
        notes: Notes::default(),
    };
    let spec = reader.packager(&root)?;
    Ok(Import {
        spec: arena.alloc(spec),
        notes: reader.notes.told(text),
    })
}

/// Reads elements into an arena.
struct Reader<'a> {
    arena: &'a Bump,
    notes: Notes,
}

/// A field that its packager passes over.
const NEVER_READ: [&str; 2] = [
    "is never read by jPOS, for it stands before the first; left out",
    "在第一个域之前，jPOS 从不读取；已略去",
];

/// The fields of a packager, by their numbers.
type Children<'d, 't> = Vec<(u8, Element<'d, 't>)>;

impl<'a> Reader<'a> {
    /// The whole of a file.
    fn packager(&mut self, root: &Element<'_, '_>) -> Result<Spec<'a>, FileError> {
        const KNOWN: &[&str] = &[
            "maxValidField",
            "emitBitmap",
            "bitmapField",
            "thirdBitmapField",
            "firstField",
            "headerLength",
        ];
        self.unknown(root, KNOWN);
        if root.flag("emitBitmap")? == Some(false) {
            let why = "a message without a bitmap cannot be said; describe it as a field's parts";
            return Err(root.conflict("emitBitmap", why));
        }
        let spec = self.message(root, true, None)?;
        let Some(bytes) = root.number("headerLength", &(0..=255))? else {
            return Ok(spec);
        };
        let part = HeaderPart {
            name: "header",
            size: HeaderSize::Fixed(bytes as u8),
        };
        let parts = if bytes == 0 { &[][..] } else { &[part] };
        Ok(spec.headed(Header::of(self.arena.alloc_slice_copy(parts))))
    }

    /// A bitmap and the fields it announces, behind a message type where one
    /// `is_typed`. Within a field these are parts, `within` which they stand.
    fn message(
        &mut self,
        element: &Element<'_, '_>,
        is_typed: bool,
        within: Option<Within>,
    ) -> Result<Spec<'a>, FileError> {
        let mut children = self.children(element)?;
        let position = element.number("bitmapField", &(0..=128))?.unwrap_or(1) as u8;
        let bitmap = children.iter().position(|(id, _)| *id == position);
        let Some(bitmap) = bitmap.map(|index| children.remove(index).1) else {
            let why = "there is no bitmap in the field that bitmapField says, which is 1 where it \
                       is left out; say emitBitmap=\"false\" where there is none";
            return Err(element.conflict("bitmapField", why));
        };
        let form = bitmap_form(&bitmap)?;
        let mut spec = Spec::new("", &[]).typed(None);
        let zero = children.iter().position(|(id, _)| *id == 0);
        if let Some(zero) = zero.map(|index| children.remove(index).1) {
            let wire = class_of(&zero)?.wire;
            if is_typed {
                spec = spec.typed(message_type(&zero)?);
            } else if wire != Wire::Nothing {
                let text = NEVER_READ;
                self.notes.add(zero.offset(), &zero.path, text);
            }
        }
        let third = element.number("thirdBitmapField", &(0..=128))?;
        let extent = self.extent(&bitmap, &mut children, third.unwrap_or_default() as u8)?;
        let spec = spec.mapped(Bitmap::new(form, extent));
        let mut table = [None; Bitmap::FIELDS];
        for (id, child) in children {
            let field = self.field(&child, within.unwrap_or(Within::message(id)))?;
            if let Some(slot) = table.get_mut(usize::from(id) - 1) {
                *slot = field;
            }
        }
        Ok(over(spec, &table, self.arena))
    }

    /// The fields in an element, in the order of their numbers.
    fn children<'d, 't>(
        &mut self,
        element: &Element<'d, 't>,
    ) -> Result<Children<'d, 't>, FileError> {
        let mut children: Children<'d, 't> = Vec::new();
        for node in element.children() {
            let child = Element::of(node, element.path.clone());
            if !matches!(child.name(), "isofield" | "isofieldpackager") {
                let name = excerpt(child.name());
                let text = [format!("<{name}> is not kept"), format!("<{name}> 不保留")];
                self.notes.add(child.offset(), &element.path, text);
                continue;
            }
            child.need("id", "say which field it is")?;
            let most = Bitmap::FIELDS as u32;
            let id = child.number("id", &(0..=most))?.unwrap_or_default() as u8;
            let path = match element.path.as_str() {
                "" => format!("field {id}"),
                path => format!("{path}.{id}"),
            };
            children.push((id, Element::of(node, path)));
        }
        // Elements keep their order.
        children.sort_by_key(|(id, _)| *id);
        let mut kept: Children<'d, 't> = Vec::with_capacity(children.len());
        for child in children {
            if let Some(before) = kept.pop_if(|(id, _)| *id == child.0) {
                let text = [
                    "stands twice; jPOS takes the last of the two, and so does this",
                    "出现两次；jPOS 取后一个，此处亦然",
                ];
                let (at, path) = (before.1.offset(), &before.1.path);
                self.notes.add(at, path, text);
            }
            kept.push(child);
        }
        Ok(kept)
    }

    /// Attributes that nothing is made of.
    fn unknown(&mut self, element: &Element<'_, '_>, known: &[&str]) {
        for name in element.attributes().filter(|name| !known.contains(name)) {
            let text = not_kept(name);
            self.notes.add(element.offset_of(name), &element.path, text);
        }
    }

    /// How far the bitmap reaches.
    fn extent(
        &mut self,
        bitmap: &Element<'_, '_>,
        children: &mut Children<'_, '_>,
        third: u8,
    ) -> Result<Extent, FileError> {
        let length = length_of(bitmap)?;
        let is_bitmap = |id: u8| {
            let child = children.iter().find(|(known, _)| *known == id);
            child.is_some_and(|(_, child)| {
                class_of(child).is_ok_and(|class| matches!(class.wire, Wire::Bitmap(_)))
            })
        };
        if third > 1 && is_bitmap(third) {
            return Ok(Extent::TertiaryIn(third));
        }
        let first = children.iter().position(|(id, _)| *id == 1);
        match (length, first) {
            (1..=7, _) | (8, Some(_)) => Ok(Extent::Fixed(length as u8)),
            (8 | 16 | 24, first) => {
                if let Some(first) = first {
                    let (_, first) = children.remove(first);
                    let text = [
                        "cannot be told from the bit that announces a second bitmap; left out. \
                         Where there is no second one, say so: length 8",
                        "无法与标示第二位图的位区分，已略去。没有第二位图时请写明：length 8",
                    ];
                    self.notes.add(first.offset(), &first.path, text);
                }
                Ok(Extent::Auto((length / 8) as u8))
            }
            _ => Err(bitmap.conflict("length", "a bitmap has 1 to 8, 16 or 24 bytes")),
        }
    }
}

/// The class an element names.
fn class_of(element: &Element<'_, '_>) -> Result<&'static Class, FileError> {
    let name = element.need("class", "name the class that writes the field")?;
    find(name).ok_or_else(|| element.foreign("class", "is none of jPOS's own"))
}

fn bitmap_form(element: &Element<'_, '_>) -> Result<BitmapForm, FileError> {
    match class_of(element)?.wire {
        Wire::Bitmap(form) => Ok(form),
        _ => Err(element.conflict("class", "the bitmap must be IFA_, IFB_ or IFE_BITMAP")),
    }
}

/// How the message type is written; none where there is none.
fn message_type(element: &Element<'_, '_>) -> Result<Option<Encoding>, FileError> {
    let length = element.number("length", &(0..=99))?.unwrap_or_default();
    match (class_of(element)?.wire, length) {
        (Wire::Nothing, _) => Ok(None),
        (Wire::Value(Format::B, Encoding::Binary, None, _), 2) => Ok(Some(Encoding::Bcd)),
        (Wire::Value(Format::B, Encoding::Hex, None, _), 2) => Ok(Some(Encoding::Ascii)),
        (Wire::Value(Format::N | Format::Ans, encoding, None, _), 4) => Ok(Some(encoding)),
        _ => {
            let why = "a message type is four digits: IFA_NUMERIC, IFB_NUMERIC or IFE_NUMERIC of \
                       length 4";
            Err(element.conflict("class", why))
        }
    }
}

/// A fixed field of bytes that is the third bitmap.
fn third_bitmap<'a>(form: BitmapForm) -> Option<FieldSpec<'a>> {
    let field = FieldSpec::fixed(Format::B, 8);
    match form {
        BitmapForm::Binary => Some(field),
        BitmapForm::Hex => Some(field.encoded(Encoding::Hex)),
        BitmapForm::EbcdicHex => None,
    }
}

#[cfg(test)]
mod tests;
