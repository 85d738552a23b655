//! What a reader read, as a tree that can be shown.

use super::{Cards, Secrets, fault};
use crate::emv::Lexicon;
use crate::output::Manner;
use annul::emv::Masked;
use annul::text::Language;
use annul::tlv::{Error, Mode, Object, Reader, Tag};
use serde::Serialize;
use std::fmt::Write;

/// All objects that could be read, and what stopped the reading.
#[derive(Serialize)]
pub(super) struct Tree {
    ok: bool,
    pub(super) objects: Vec<Node>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Trouble>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<&'static str>,
}

/// One object. A length that is indefinite is null.
#[derive(Serialize)]
pub(super) struct Node {
    pub(super) tag: String,
    pub(super) offset: usize,
    pub(super) length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) children: Option<Vec<Node>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'static str>,
    /// The value as it is, to compare it.
    #[serde(skip)]
    pub(super) raw: Vec<u8>,
}

/// Where the reading stopped; the offset counts the bytes that were given.
#[derive(Serialize)]
pub(super) struct Trouble {
    pub(super) code: &'static str,
    pub(super) offset: usize,
    pub(super) path: String,
    pub(super) message: String,
}

impl Tree {
    pub(super) fn read(bytes: &[u8], mode: Mode, shower: &Shower<'_>) -> Self {
        let manner = shower.manner;
        let (mut objects, mut error) = (Vec::new(), None);
        for read in Reader::new(bytes, mode) {
            match read {
                Ok(object) => objects.push(object),
                Err(wrong) => error = Some(Trouble::of(&wrong, manner)),
            }
        }
        let status_word = objects.last().is_some_and(|last| {
            last.tag() == Tag::literal(0x90) && last.offset() + 2 == bytes.len()
        });
        let hint = manner.pick(
            "末尾的 9000 多半是状态字，不是数据对象",
            "the last bytes 9000 are rather a status word than an object",
        );
        Self {
            ok: error.is_none(),
            objects: shower.nodes(&mut objects.iter().peekable(), None),
            error,
            hint: status_word.then_some(hint),
        }
    }

    pub(super) const fn is_whole(&self) -> bool {
        self.ok
    }
}

/// Names and masks.
pub(super) struct Shower<'c> {
    /// Card numbers in the data: their digits are hidden wherever they stand.
    pub(super) cards: &'c Cards,
    pub(super) lexicon: Lexicon,
    pub(super) secrets: Secrets,
    pub(super) manner: Manner,
}

type Objects<'o, 'a> = std::iter::Peekable<std::slice::Iter<'o, Object<'a>>>;

impl Shower<'_> {
    /// The objects of one template. The reader allows 32 templates around an
    /// object, so this does not go deeper.
    fn nodes(&self, objects: &mut Objects<'_, '_>, within: Option<&Object<'_>>) -> Vec<Node> {
        let depth = within.map_or(0, |template| template.depth() + 1);
        let mut nodes = Vec::new();
        while let Some(object) = objects.next_if(|object| object.depth() == depth) {
            let primitive = !object.is_constructed();
            nodes.push(Node {
                tag: object.tag().to_string(),
                offset: object.offset(),
                length: object.length(),
                children: (!primitive).then(|| self.nodes(objects, Some(object))),
                value: primitive.then(|| self.value(object)),
                name: self.name(within.map(Object::tag), object.tag()),
                raw: if primitive {
                    object.value().to_vec()
                } else {
                    Vec::new()
                },
            });
        }
        nodes
    }

    fn name(&self, within: Option<Tag>, tag: Tag) -> Option<&'static str> {
        let name = self.lexicon.entry(within, tag)?.name();
        Some(match self.manner.language {
            Language::Chinese => name.chinese(),
            Language::English => name.english(),
        })
    }

    fn value(&self, object: &Object<'_>) -> String {
        let (tag, value) = (object.tag(), object.value());
        let kind = self.lexicon.sensitivity(tag);
        if self.secrets == Secrets::Revealed {
            hexadecimal(value)
        } else if kind.is_public() && self.cards.are_in(value) {
            "**".repeat(value.len())
        } else {
            Masked::new(tag, value).at_least(kind).to_string()
        }
    }
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes all.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

impl Trouble {
    fn of(error: &Error, manner: Manner) -> Self {
        Self {
            code: error.code(),
            offset: error.offset(),
            path: error.path().to_string(),
            message: fault::told(error, manner),
        }
    }
}
