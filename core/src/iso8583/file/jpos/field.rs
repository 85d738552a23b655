//! One field of a packager: its class, its length, and what becomes of both.

use super::class::{Class, Quirk, Wire};
use super::xml::Element;
use super::{Reader, class_of, third_bitmap};
use crate::iso8583::file::error::{FileError, FileFault};
use crate::iso8583::file::import::{Within, hidden};
use crate::iso8583::{FieldSpec, Format, Justify, Prefix, Unit};
use alloc::format;

const KNOWN: &[&str] = &["id", "name", "class", "length", "pad", "token", "trim"];

impl<'a> Reader<'a> {
    /// The field that an element describes; none where its class writes nothing.
    pub(super) fn field(
        &mut self,
        element: &Element<'_, '_>,
        within: Within,
    ) -> Result<Option<FieldSpec<'a>>, FileError> {
        let class = class_of(element)?;
        let made = match class.wire {
            Wire::Value(format, encoding, prefix, quirk) => {
                let format = track(format, within.number);
                let length = length_of(element)?;
                let length = self.fitting(element, length, prefix, quirk)?;
                let field = match prefix {
                    Some(prefix) => FieldSpec::var(format, prefix, length),
                    None => FieldSpec::fixed(format, length),
                };
                let pad = element.flag("pad")?.unwrap_or_default();
                self.quirk(element, filled(field.encoded(encoding), quirk, pad), quirk)
            }
            Wire::Bitmap(form) => {
                let field = third_bitmap(form).filter(|_| element.text("length") == Some("8"));
                let why = "a bitmap that is a field has length 8, in IFA_ or IFB_BITMAP";
                field.ok_or_else(|| element.conflict("class", why))?
            }
            Wire::Nothing => return self.nothing(element, class, within.depth).map(|()| None),
            Wire::Foreign(why) => {
                return Err(element.foreign("class", why));
            }
        };
        let name = element.text("name").unwrap_or_default();
        let field = made.named(self.arena.alloc_str(name), "");
        if element.name() == "isofieldpackager" {
            return self.inside(element, field, within).map(Some);
        }
        self.unknown(element, KNOWN);
        if element.children().next().is_some() {
            let why = "fields in a field stand in an isofieldpackager";
            return Err(element.conflict("", why));
        }
        if element.flag("trim")? == Some(true) && field.length().prefix() == 0 {
            let text = [
                "trim lets jPOS read less where the message ends before; here it is an error",
                "有 trim 时，报文提前结束 jPOS 可少读；此处视为错误",
            ];
            self.notes
                .add(element.offset_of("trim"), &element.path, text);
        }
        Ok(Some(hidden(field, within.shown)))
    }

    /// The length as ours counts it.
    fn fitting(
        &mut self,
        element: &Element<'_, '_>,
        length: u32,
        prefix: Option<Prefix>,
        quirk: Quirk,
    ) -> Result<u16, FileError> {
        let Some(prefix) = prefix else {
            if length == 0 {
                return Err(element.conflict("length", "a field of no bytes; use IF_NOP"));
            }
            let length = match quirk {
                Quirk::Digits => length.div_ceil(2),
                Quirk::Spelled => length * 2,
                _ => length,
            };
            return u16::try_from(length)
                .map_err(|_| element.conflict("length", "no message is longer than 65535 bytes"));
        };
        // No length is no limit there.
        let most = match (length, quirk) {
            (0, _) => prefix.most(),
            (_, Quirk::Even) => length.next_multiple_of(2),
            (_, Quirk::Halves) => length.div_ceil(2),
            (_, Quirk::Nibbles) => length * 2,
            _ => length,
        };
        if most > prefix.most() {
            let fault = FileFault::Prefix {
                says: prefix.most(),
                most: most.min(u32::from(u16::MAX)) as u16,
            };
            return Err(element.fail("length", fault));
        }
        if most > u32::from(u16::MAX) {
            let text = [
                "at most 65535 here: no message is longer",
                "此处最多 65535：没有更长的报文",
            ];
            self.notes
                .add(element.offset_of("length"), &element.path, text);
        }
        Ok(most.min(u32::from(u16::MAX)) as u16)
    }

    /// Tells what the wire has and the field does not say.
    fn quirk(
        &mut self,
        element: &Element<'_, '_>,
        field: FieldSpec<'a>,
        quirk: Quirk,
    ) -> FieldSpec<'a> {
        let odd = !field.length().most().is_multiple_of(2);
        let text = match quirk {
            Quirk::None | Quirk::Fill(_) => return field,
            Quirk::Even => [
                "jPOS writes the length of an odd number of digits as the next even one; write an \
                 even number of digits here, the pad among them",
                "数字个数为奇数时，jPOS 把长度写成下一个偶数；此处请写偶数个数字，填充也计入",
            ],
            Quirk::Halves => [
                "an odd number of digits ends in F, which is told as a digit here",
                "奇数个数字以 F 结尾，此处 F 也作为数字给出",
            ],
            Quirk::Nibbles => [
                "bytes are told as hexadecimal digits here, D as =",
                "此处字节以十六进制数字给出，D 写作 =",
            ],
            Quirk::Digits => [
                "hexadecimal digits are told as bytes here, an odd one with its pad",
                "此处十六进制数字以字节给出，奇数个时连同填充",
            ],
            Quirk::Spelled => [
                "bytes are told as the hexadecimal digits they are written in",
                "字节以其书写的十六进制数字给出",
            ],
            Quirk::Overpunched => [
                "the sign stays in the last digit, which is told as a character",
                "符号留在末位数字中，末位作为字符给出",
            ],
            Quirk::Amount if odd => return field,
            Quirk::Amount => [
                "an odd number of digits is told with its pad, as one digit more",
                "奇数个数字连同填充给出，多一位",
            ],
        };
        let at = element.offset_of("class");
        self.notes.add(at, &element.path, text);
        match quirk {
            Quirk::Halves => field.counted(Unit::Bytes),
            _ => field,
        }
    }

    /// What writes nothing is no field.
    fn nothing(
        &mut self,
        element: &Element<'_, '_>,
        class: &Class,
        depth: u8,
    ) -> Result<(), FileError> {
        if depth == 0 && class.name == "IF_NOP" {
            let why = "a field of no bytes cannot be said; it can be left out where its bit is \
                       never set";
            return Err(element.conflict("class", why));
        }
        if depth > 0 && class.name == "IF_UNUSED" {
            let name = class.name;
            let text = [format!("{name} is left out"), format!("{name} 已略去")];
            self.notes
                .add(element.offset_of("class"), &element.path, text);
        }
        Ok(())
    }
}

/// The length that an element says.
pub(super) fn length_of(element: &Element<'_, '_>) -> Result<u32, FileError> {
    element.need("length", "say how long the field is")?;
    let length = element.number("length", &(0..=999_999))?;
    Ok(length.unwrap_or_default())
}

/// Digits of the tracks have a separator among them.
fn track(format: Format, number: Option<u8>) -> Format {
    match (format, number) {
        (Format::N, Some(35 | 36)) => Format::Z,
        _ => format,
    }
}

/// On which side packed digits leave their pad, and which.
fn filled(field: FieldSpec<'_>, quirk: Quirk, pad_left: bool) -> FieldSpec<'_> {
    let fill = match quirk {
        Quirk::Fill(fill) => fill,
        Quirk::Even => 0,
        Quirk::Halves => return field.justified(Justify::Left).padded(0xF),
        _ => return field,
    };
    if pad_left {
        field.justified(Justify::Right).padded(0)
    } else {
        field.justified(Justify::Left).padded(fill)
    }
}
