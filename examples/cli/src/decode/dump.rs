//! The bytes with what they are beside them, down to the one that is wrong.
//!
//! ```text
//!  000D  02 00                             MTI 0200
//!  000F  70 24 04 80 ...                   bitmap 2, 3, 4, ...
//!  0017  16 ** ** ** ** ** ** ** **        F2 card number
//! ```

use super::reading::Reading;
use super::value::Secrets;
use super::{Decoded, Trouble};
use crate::encode::original::type_size;
use crate::output::{self, BAD, FAINT, Manner, styled};
use crate::table::pad;
use annul::iso8583::{Field, Mask, Sensitivity, View};

/// Bytes a line.
const WIDE: usize = 16;

pub(super) fn show(reading: &Reading<'_>, decoded: &Decoded<'_>, secrets: Secrets, manner: Manner) {
    let troubles: Vec<_> = { decoded.error.iter() }.chain(&decoded.problems).collect();
    let dump = Dump {
        secrets,
        troubles,
        manner,
    };
    let label = manner.pick("报文头", "header");
    dump.bytes(0, &open(reading.header()), label);
    let Some(view) = &reading.view else {
        dump.rest(reading.start, reading.bytes);
        return;
    };
    let fields: Vec<_> = view.fields().collect();
    let mut end = dump.head(view, reading.start, fields.first());
    let mask = Mask::of(view);
    for (field, shown) in fields.iter().zip(&decoded.fields) {
        let name = manner.pick(shown.name.zh, shown.name.en);
        let bytes = dump.field(field, &mask);
        end = reading.start + field.offset() + field.raw().len();
        dump.bytes(
            reading.start + field.offset(),
            &bytes,
            &format!("F{} {name}", field.number()),
        );
    }
    dump.rest(end, reading.bytes);
    if let Some(hint) = &decoded.hint {
        output::line(&format!("  {hint}"));
    }
}

struct Dump<'t> {
    secrets: Secrets,
    troubles: Vec<&'t Trouble>,
    manner: Manner,
}

/// Bytes that may be shown.
fn open(bytes: &[u8]) -> Vec<Option<u8>> {
    bytes.iter().copied().map(Some).collect()
}

impl Dump<'_> {
    /// Type and bitmaps; where they end.
    fn head(&self, view: &View<'_>, start: usize, first: Option<&Field<'_>>) -> usize {
        let size = type_size(view.spec());
        let bytes = view.bytes();
        // Where no field could be read, one bitmap and no more: what follows may be
        // a card's.
        let bitmap = if size == 4 { 16 } else { 8 };
        let end = first.map_or(size + bitmap, Field::offset);
        let end = end.min(bytes.len());
        let (mti, bitmap) = bytes[..end].split_at(size.min(end));
        self.bytes(start, &open(mti), &format!("MTI {}", view.mti()));
        let word = self.manner.pick("位图", "bitmap");
        self.bytes(start + mti.len(), &open(bitmap), word);
        start + end
    }

    /// A field's bytes, those hidden that belong to a card.
    fn field<'m>(&self, field: &Field<'m>, mask: &Mask<'m>) -> Vec<Option<u8>> {
        let mut bytes = open(field.raw());
        if self.secrets == Secrets::Revealed {
            return bytes;
        }
        let value = field.prefix().len();
        match field.spec().sensitivity() {
            Sensitivity::Public | Sensitivity::Text | Sensitivity::Chip | Sensitivity::Details => {
                let masked = mask.value(*field).to_string();
                // Prefer nothing to bytes that stand close to a card's.
                if masked.contains('*') {
                    bytes[value..].fill(None);
                }
            }
            _ => bytes[value..].fill(None),
        }
        bytes
    }

    /// Lines of bytes, the first with what they are, and what is wrong there.
    fn bytes(&self, start: usize, bytes: &[Option<u8>], label: &str) {
        for (index, chunk) in bytes.chunks(WIDE).enumerate() {
            let at = start + index * WIDE;
            let shown = chunk.iter().map(|byte| match byte {
                Some(byte) => format!("{byte:02X} "),
                None => "** ".to_owned(),
            });
            let shown = pad(&shown.collect::<String>(), WIDE * 3 + 1);
            let label = if index == 0 { label } else { "" };
            let line = format!("{}  {shown}{label}", styled(FAINT, &format!("{at:04X}")));
            output::line(line.trim_end());
            let here = |trouble: &&&Trouble| (at..at + chunk.len()).contains(&trouble.offset);
            for trouble in self.troubles.iter().filter(here) {
                let before = " ".repeat((trouble.offset - at) * 3);
                let mark = styled(BAD, &format!("^^ {}", trouble.message));
                output::line(&format!("      {before}{mark}"));
            }
        }
    }

    /// What was not read may be a card's: how much there is, and what is wrong.
    fn rest(&self, start: usize, bytes: &[u8]) {
        let rest = bytes.get(start..).unwrap_or_default();
        let word = self.manner.pick("字节未解析", "bytes not read");
        let (near, _) = rest.split_at(rest.len().min(WIDE));
        let near: Vec<_> = match self.secrets {
            Secrets::Revealed => open(near),
            Secrets::Masked => vec![None; near.len()],
        };
        self.bytes(start, &near, &format!("{} {word}", rest.len()));
        let end = start + near.len();
        for trouble in { self.troubles.iter() }.filter(|trouble| trouble.offset >= end) {
            output::line(&format!("      {}", styled(BAD, &trouble.message)));
        }
    }
}
