//! Spec files of other libraries: what an import gives, and what both
//! importers have in common.

use super::error::{FileError, FileFault, excerpt};
use super::jpos::jpos;
use super::moov::moov;
use super::said::Said;
use super::tree::is_text;
use crate::iso8583::{FieldSpec, Format, Inside, Language, Length, Sensitivity, Spec, preset};
use crate::tlv;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use bumpalo::Bump;
use core::fmt;

/// The dialect that a file of another library means.
#[derive(Clone, Debug)]
pub struct Import<'a> {
    /// It, in the arena; [`write`](super::write) makes a file of ours of it.
    pub spec: &'a Spec<'a>,
    /// What the file says and the dialect does not, in the order of the file.
    pub notes: Vec<Note>,
}

/// Something that an imported file says and the dialect does not, or says
/// otherwise: its author should know.
///
/// ```
/// use annul::iso8583::file;
/// let text = r#"<isopackager>
///   <isofield id="0" length="4" name="type" class="org.jpos.iso.IFA_NUMERIC"/>
///   <isofield id="1" length="16" name="bitmap" class="org.jpos.iso.IFB_BITMAP"/>
///   <isofield id="4" length="12" name="amount" class="org.jpos.iso.IFE_SIGNED_NUMERIC"/>
/// </isopackager>"#;
/// let arena = file::Bump::new();
/// let notes = file::jpos(text, &arena).unwrap().notes;
/// assert!(notes[0].to_string().starts_with("line 4, column 53, field 4: the sign "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// Where in the file; empty for the whole.
    pub path: String,
    /// What is not kept, and what to do.
    pub text: Said,
}

impl Note {
    /// The whole note in a language; its `Display` is English.
    pub fn in_language(&self, language: Language) -> String {
        let Self { line, column, .. } = self;
        let place = match language {
            Language::English => format!("line {line}, column {column}"),
            Language::Chinese => format!("第 {line} 行第 {column} 列"),
        };
        let (comma, colon) = match language {
            Language::English => (", ", ": "),
            Language::Chinese => ("，", "："),
        };
        let comma = if self.path.is_empty() { "" } else { comma };
        let text = self.text.in_language(language);
        format!("{place}{comma}{}{colon}{text}", self.path)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

/// Bytes of a file that is read; those of all known dialects are a tenth.
const MOST: usize = 4 << 20;

/// Reads a spec file of another library: a packager of jPOS, which is XML, or a
/// spec of moov-io/iso8583, which is JSON.
///
/// ```
/// use annul::iso8583::file;
/// let arena = file::Bump::new();
/// let text = r#"{"name": "theirs", "fields": {
///     "0": {"type": "String", "length": 4, "enc": "ASCII", "prefix": "ASCII.Fixed"},
///     "3": {"type": "String", "length": 6, "enc": "ASCII", "prefix": "ASCII.Fixed"}
/// }}"#;
/// let import = file::import(text, &arena).unwrap();
/// assert_eq!(import.spec.name(), "theirs");
/// assert_eq!(import.notes, []);
/// ```
///
/// # Errors
/// The first thing of the file that no dialect can say, with its place.
pub fn import<'a>(text: &str, arena: &'a Bump) -> Result<Import<'a>, FileError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match text.trim_start() {
        rest if rest.starts_with('<') => jpos(text, arena),
        rest if rest.starts_with('{') => moov(text, arena),
        rest => Err(at(text, text.len() - rest.len(), "", FileFault::Foreign)),
    }
}

/// Refuses what is too large to be a spec file.
pub(super) fn bounded(text: &str) -> Result<(), FileError> {
    if text.len() > MOST {
        return Err(at(text, 0, "", FileFault::Large { most: MOST }));
    }
    Ok(())
}

/// An error at a byte of the text.
pub(super) fn at(text: &str, offset: usize, path: &str, fault: FileFault) -> FileError {
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    FileError {
        file: None,
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        path: path.into(),
        fault,
    }
}

/// Notes as they come, by their byte: their lines are counted once.
#[derive(Default)]
pub(super) struct Notes(Vec<(usize, String, Said)>);

impl Notes {
    pub(super) fn add(&mut self, offset: usize, path: &str, text: impl Into<Said>) {
        self.0.push((offset, path.into(), text.into()));
    }

    /// All of them, in the order of the text.
    pub(super) fn told(mut self, text: &str) -> Vec<Note> {
        self.0.sort_by_key(|(offset, ..)| *offset);
        let (mut line, mut column, mut done) = (1, 1, 0);
        let told = self.0.into_iter().map(|(offset, path, note)| {
            for character in text.get(done..offset).unwrap_or_default().chars() {
                (line, column) = match character {
                    '\n' => (line + 1, 1),
                    _ => (line, column + 1),
                };
            }
            done = offset;
            Note {
                line,
                column,
                path,
                text: note,
            }
        });
        told.collect()
    }
}

/// What may be shown of the field of a number, by the fields of ISO 8583:1987:
/// the files of others do not say it. Others are looked through.
fn usual(number: u8) -> Sensitivity {
    let known = preset("iso87-ascii").and_then(|spec| spec.field(number));
    known.map_or(Sensitivity::Text, FieldSpec::sensitivity)
}

/// Where a field of an imported file stands.
#[derive(Clone, Copy)]
pub(super) struct Within {
    /// The field of the message, where it is one itself.
    pub(super) number: Option<u8>,
    /// What may be shown of the field of the message.
    pub(super) shown: Sensitivity,
    /// Fields around it.
    pub(super) depth: u8,
}

impl Within {
    pub(super) fn message(number: u8) -> Self {
        Self {
            number: Some(number),
            shown: usual(number),
            depth: 0,
        }
    }

    /// Where the parts of the field stand: text in them may hold anything.
    pub(super) const fn deeper(self) -> Self {
        Self {
            number: None,
            shown: match self.shown {
                Sensitivity::Public => Sensitivity::Text,
                shown => shown,
            },
            depth: self.depth + 1,
        }
    }
}

/// Of an attribute or a key that nothing is made of.
pub(super) fn not_kept(name: &str) -> [String; 2] {
    let name = excerpt(name);
    [format!("{name} is not kept"), format!("{name} 不保留")]
}

/// The field, or a part of it, where `usual` is what may be shown of the whole.
pub(super) fn hidden(field: FieldSpec<'_>, usual: Sensitivity) -> FieldSpec<'_> {
    /// The fewest digits of a card number.
    const PAN: u16 = 13;
    let short = field.format().is_digits() && field.length().most() < PAN;
    let chip = field.format() == Format::B && matches!(field.parts(), EMV | Inside::Plain);
    match usual {
        Sensitivity::Public | Sensitivity::Text if field.parts() == EMV => {
            field.shown(Sensitivity::Chip)
        }
        Sensitivity::Public if is_text(field.format()) => field.shown(Sensitivity::Text),
        Sensitivity::Text if short => field,
        Sensitivity::Chip if !chip => field.shown(Sensitivity::Secret),
        usual => field.shown(usual),
    }
}

/// The same field of bytes as they are.
pub(super) fn bytes(field: FieldSpec<'_>) -> FieldSpec<'_> {
    let bytes = match field.length() {
        Length::Fixed(length) => FieldSpec::fixed(Format::B, length),
        Length::Var(prefix, most) => FieldSpec::var(Format::B, prefix, most),
    };
    bytes.named(field.name(), field.chinese())
}

/// What stands in a field of chip data.
pub(super) const EMV: Inside<'static> = Inside::Tlv(tlv::Mode::Emv);

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn what_is_neither_is_told() {
        let arena = Bump::new();
        for text in ["", "  ", "\u{FEFF}[1]", "MZ\0\u{1}", "fields: {}"] {
            let error = import(text, &arena).unwrap_err();
            assert_eq!(error.fault, FileFault::Foreign, "{text}");
        }
        let error = import("\u{FEFF}\n <config/>", &arena).unwrap_err();
        assert_eq!((error.line, error.column), (2, 2), "{error}");
        assert_eq!(
            error.fault.to_string(),
            "expected one of isopackager; found \"config\""
        );
    }

    #[test]
    fn a_file_may_not_be_larger_than_any_dialect() {
        let arena = Bump::new();
        for text in ["<!--x-->".repeat(MOST / 8 + 1), "{\"a\":0".repeat(MOST)] {
            let error = import(&text, &arena).unwrap_err();
            assert_eq!(error.fault, FileFault::Large { most: MOST });
        }
    }

    #[test]
    fn notes_stand_in_the_order_of_the_file() {
        let text = "é\nab\ncd";
        let mut notes = Notes::default();
        notes.add(7, "x", ["second", "二"]);
        notes.add(3, "y", ["first", "一"]);
        let notes = notes.told(text);
        let chinese = notes[0].in_language(Language::Chinese);
        assert_eq!(chinese, "第 2 行第 1 列，y：一");
        let told: Vec<_> = notes.iter().map(Note::to_string).collect();
        assert_eq!(
            told,
            ["line 2, column 1, y: first", "line 3, column 2, x: second"]
        );
    }
}
