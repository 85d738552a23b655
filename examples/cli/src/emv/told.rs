//! A value, told: masked, with its name and its parts.

use super::{Teller, fault, tongue};
use crate::output::{BAD, FAINT, styled};
use crate::tlv::{Cards, fault as tlv_fault};
use annul::emv::{Bytes, Entry, Masked, Said, describe};
use annul::tlv::{Mode, Reader, Tag};
use serde::Serialize;
use serde_json::Value;

/// One object as it is shown.
#[derive(Serialize)]
pub(super) struct Told {
    tag: String,
    name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kernel: Option<&'static str>,
    length: usize,
    value: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Trouble>,
    #[serde(skip)]
    lines: Vec<(u8, String)>,
}

/// Where a value is not what its tag promises.
#[derive(Serialize)]
pub(super) struct Trouble {
    pub(super) offset: usize,
    pub(super) message: String,
}

impl Teller {
    /// A value in hexadecimal, or what may be shown of it.
    pub(super) fn shown(self, tag: Tag, value: &[u8]) -> String {
        if self.reveals() {
            return Bytes(value).to_string();
        }
        let own_secret = |tag| {
            let built_in = annul::emv::sensitivity(tag).is_public();
            built_in && !self.lexicon.sensitivity(tag).is_public()
        };
        let mut inner = Reader::new(value, Mode::Ff).flatten();
        if tag.is_constructed() && inner.any(|object| own_secret(object.tag())) {
            return "**".repeat(value.len());
        }
        let kind = self.lexicon.sensitivity(tag);
        Masked::new(tag, value).at_least(kind).to_string()
    }
}

/// As deep as a reader goes: each level is read again, and one more of it
/// needs more stack.
const DEEPEST: usize = 32;

impl Told {
    /// Takes a value apart by an entry, and a template by its objects.
    pub(super) fn new(
        entry: Option<&Entry<'static>>,
        tag: Tag,
        value: &[u8],
        teller: Teller,
    ) -> Self {
        Self::within(DEEPEST, entry, tag, value, teller)
    }

    /// The same where so many templates may still stand in each other.
    fn within(
        depth: usize,
        entry: Option<&Entry<'static>>,
        tag: Tag,
        value: &[u8],
        teller: Teller,
    ) -> Self {
        let manner = teller.manner;
        let mut told = Self {
            tag: tag.to_string(),
            name: entry.map(|entry| tongue(manner)(entry.name())),
            kernel: entry.map(|entry| entry.kernel().id()),
            length: value.len(),
            value: teller.shown(tag, value),
            fields: Vec::new(),
            children: Vec::new(),
            error: None,
            lines: Vec::new(),
        };
        let say = tongue(manner);
        let described = entry.map_or(Ok(()), |entry| {
            describe(entry, value, &teller.context, &mut |part| {
                if let Said::Secret(_) | Said::Bytes(_) = part.said()
                    && part.level() == 0
                    && matches!(part.key().to_string().as_str(), "value" | "masked")
                {
                    // The value shows it already.
                    return;
                }
                told.lines.push((part.level(), part.text(say).to_string()));
                // The core writes JSON; it is parsed to stand in an object.
                told.fields
                    .extend(serde_json::from_str(&part.json(say).to_string()).ok());
            })
        });
        told.error = described.err().map(|error| Trouble {
            offset: error.offset(),
            message: fault::told(&error, manner),
        });
        if tag.is_constructed() && depth > 0 {
            told.enter(depth, tag, value, teller);
        }
        told
    }

    fn enter(&mut self, depth: usize, template: Tag, value: &[u8], teller: Teller) {
        for object in Reader::new(value, Mode::Ff) {
            match object {
                Ok(object) if object.depth() == 0 => {
                    let entry = teller.lexicon.entry(Some(template), object.tag());
                    let (tag, value) = (object.tag(), object.value());
                    let child = Self::within(depth - 1, entry.as_ref(), tag, value, teller);
                    self.children.push(child);
                }
                Ok(_) => {}
                Err(error) => {
                    let message = tlv_fault::told(&error, teller.manner);
                    let offset = error.offset();
                    self.error.get_or_insert(Trouble { offset, message });
                }
            }
        }
    }

    /// True where the value, or one in it, is not what its tag promises.
    pub(super) fn is_wrong(&self) -> bool {
        self.error.is_some() || self.children.iter().any(Self::is_wrong)
    }

    /// The object on lines: tag, name and value, then its parts.
    pub(super) fn print(&self, indent: usize, teller: Teller, cards: &Cards) {
        let pad = " ".repeat(indent);
        let unknown = teller.manner.pick("未知标签", "unknown tag");
        let (tag, name) = (&self.tag, self.name.unwrap_or(unknown));
        if self.children.is_empty() {
            teller.line(
                cards,
                &format!("{pad}{tag}  {name} [{}]  {}", self.length, self.value),
            );
        } else {
            teller.line(cards, &format!("{pad}{tag}  {name} [{}]", self.length));
        }
        self.print_parts(indent + 4, teller, cards);
        for child in &self.children {
            child.print(indent + 2, teller, cards);
        }
    }

    /// What the value says.
    pub(super) fn print_parts(&self, indent: usize, teller: Teller, cards: &Cards) {
        for (level, line) in &self.lines {
            let pad = " ".repeat(indent + 2 * usize::from(*level));
            teller.line(cards, &styled(FAINT, &format!("{pad}{line}")));
        }
        if let Some(error) = &self.error {
            let pad = " ".repeat(indent);
            teller.line(
                cards,
                &format!("{pad}{} {}", styled(BAD, "✗"), error.message),
            );
        }
    }
}
