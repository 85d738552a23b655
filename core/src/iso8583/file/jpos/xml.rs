//! XML with its places: every element and attribute knows where it stands.
//!
//! The reader of XML is bounded by what stands here before it runs: a file has
//! no entities of its own, few name spaces, and elements of few attributes.
//! Each of these costs more time than the file has bytes.

use crate::iso8583::file::error::{FileError, FileFault, excerpt};
use crate::iso8583::file::import::at;
use alloc::string::{String, ToString};
use core::ops::RangeInclusive;
use roxmltree::{Document, Error, Node, ParsingOptions};

/// Elements, texts and comments of a file.
const MOST_NODES: u32 = 200_000;
/// Name spaces that a file declares.
const MOST_SPACES: usize = 16;
/// Quotes between two elements: attributes have two each.
const MOST_QUOTES: usize = 1024;

/// Reads the text; the document is borrowed by the elements.
pub(super) fn read(text: &str) -> Result<Document<'_>, FileError> {
    let fail = |offset, why| Err(at(text, offset, "", FileFault::Conflict(why)));
    if let Some(offset) = text.find("<!ENTITY") {
        return fail(
            offset,
            "entities are not read; write out what they stand for",
        );
    }
    if let Some((offset, _)) = text.match_indices("xmlns").nth(MOST_SPACES) {
        return fail(
            offset,
            "more name spaces than any packager has; leave them out",
        );
    }
    if let Some(offset) = crowded(text) {
        return fail(offset, "more attributes than any field has; leave them out");
    }
    let options = ParsingOptions {
        // The document type is named by every packager, and not fetched.
        allow_dtd: true,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).map_err(|error| refused(text, &error))
}

/// Where an element begins that has too many attributes.
fn crowded(text: &str) -> Option<usize> {
    let (mut start, mut quotes) = (0, 0);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'<' => (start, quotes) = (offset, 0),
            b'"' | b'\'' => quotes += 1,
            _ => {}
        }
        if quotes > MOST_QUOTES {
            return Some(start);
        }
    }
    None
}

fn refused(text: &str, error: &Error) -> FileError {
    let place = error.pos();
    let told = error.to_string();
    // Its place is told apart from it.
    let what = told.split(" at ").next().unwrap_or_default();
    let what = if *error == Error::NodesLimitReached {
        "more elements than any packager has"
    } else {
        what
    };
    FileError {
        line: place.row as usize,
        column: place.col as usize,
        ..at(text, 0, "", FileFault::Xml(excerpt(what)))
    }
}

/// One element of a packager.
#[derive(Clone)]
pub(super) struct Element<'d, 't> {
    node: Node<'d, 't>,
    /// Which field it is: `field 48.3`.
    pub(super) path: String,
}

impl<'d, 't> Element<'d, 't> {
    pub(super) fn of(node: Node<'d, 't>, path: String) -> Self {
        Self { node, path }
    }

    /// Where it begins.
    pub(super) fn offset(&self) -> usize {
        self.node.range().start
    }

    /// Where the value of an attribute begins; where the element does, if it
    /// has no such attribute.
    pub(super) fn offset_of(&self, name: &str) -> usize {
        let found = self.node.attribute_node(name);
        found.map_or(self.offset(), |found| found.range_value().start)
    }

    /// What is wrong with an attribute, or with its absence.
    pub(super) fn fail(&self, name: &str, fault: FileFault) -> FileError {
        let text = self.node.document().input_text();
        at(text, self.offset_of(name), &self.path, fault)
    }

    pub(super) fn conflict(&self, name: &str, why: &'static str) -> FileError {
        self.fail(name, FileFault::Conflict(why))
    }

    /// A class that an attribute names and no dialect can say.
    pub(super) fn foreign(&self, name: &str, why: &'static str) -> FileError {
        const MOST: usize = 80;
        let class = self.text(name).unwrap_or_default().chars().take(MOST);
        let found = class.flat_map(char::escape_debug).collect();
        let fault = match name {
            "class" => FileFault::Class { found, why },
            _ => FileFault::Packager { found, why },
        };
        self.fail(name, fault)
    }

    pub(super) fn name(&self) -> &'d str {
        self.node.tag_name().name()
    }

    /// The elements in it.
    pub(super) fn children(&self) -> impl Iterator<Item = Node<'d, 't>> + use<'d, 't> {
        self.node.children().filter(Node::is_element)
    }

    /// The names of its attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &'d str> + use<'d, 't> {
        self.node.attributes().map(|attribute| attribute.name())
    }

    pub(super) fn text(&self, name: &str) -> Option<&'d str> {
        self.node.attribute(name)
    }

    pub(super) fn need(&self, key: &'static str, hint: &'static str) -> Result<&'d str, FileError> {
        let missing = FileFault::Missing { key, hint };
        self.text(key).ok_or_else(|| self.fail(key, missing))
    }

    /// A whole number of the range, where the attribute is there.
    pub(super) fn number(
        &self,
        name: &str,
        range: &RangeInclusive<u32>,
    ) -> Result<Option<u32>, FileError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let number = text.trim().parse().ok();
        let number = number.filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            self.fail(
                name,
                FileFault::Range {
                    least: *range.start(),
                    most: *range.end(),
                    found: excerpt(text),
                },
            )
        })
    }

    /// True or false, where the attribute is there.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, FileError> {
        self.text(name)
            .map(|text| match text {
                "true" => Ok(true),
                "false" => Ok(false),
                other => Err(self.fail(
                    name,
                    FileFault::Word {
                        expected: "true, false".to_string(),
                        found: excerpt(other),
                    },
                )),
            })
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn said(text: &str) -> String {
        read(text)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_document_type_is_not_fetched() {
        for kind in [
            r#"SYSTEM "genericpackager.dtd""#,
            r#"PUBLIC "-//jPOS/jPOS Generic Packager DTD 1.0//EN" "http://localhost:1/x.dtd""#,
        ] {
            let text = format!("<?xml version=\"1.0\"?>\n<!DOCTYPE a {kind}>\n<!-- - --><a/>");
            assert_eq!(said(&text), "");
        }
    }

    /// What takes a reader of XML more time than it has bytes is refused first.
    #[test]
    fn no_text_takes_long() {
        let entity = |level: usize| {
            let last = format!("&e{level};").repeat(10);
            format!("<!ENTITY e{} \"{last}\">", level + 1)
        };
        let entities: String = (0..63).map(entity).collect();
        let entities = format!("<!DOCTYPE a [<!ENTITY e0 \"ha\">{entities}");
        let many =
            |count: usize, make: fn(usize) -> String| (0..count).map(make).collect::<String>();
        for (text, expected) in [
            (
                format!("{entities}]><a>&e63;</a>"),
                "line 1, column 14: entities are not read; write out what they stand for",
            ),
            (
                format!("<a{}/>", many(1000, |n| format!(" a{n}=\"\""))),
                "line 1, column 1: more attributes than any field has; leave them out",
            ),
            (
                many(20, |n| format!("<a xmlns:a{n}='u{n}'>")),
                "line 1, column 288: more name spaces than any packager has; leave them out",
            ),
            (
                "<a>".repeat(1_000_000),
                "line 1, column 1: no XML: more elements than any packager has",
            ),
            (
                "<!--x-->".repeat(300_000),
                "line 1, column 1: no XML: more elements than any packager has",
            ),
        ] {
            assert_eq!(said(&text), expected);
        }
        assert_eq!(said(&format!("<a b='{}'/>", "x".repeat(1 << 22))), "");
    }

    #[test]
    fn what_is_no_xml_is_told_with_its_place() {
        for (text, expected) in [
            (
                "<a>\n <b></a>",
                "line 2, column 5: no XML: expected 'b' tag, not 'a'",
            ),
            (
                "<a b=1/>",
                "line 1, column 6: no XML: expected a quote, not '1'",
            ),
            ("<a/><b/>", "line 1, column 5: no XML: unexpected element"),
        ] {
            let error = said(text);
            assert!(error.starts_with(&expected[..24]), "{error}");
        }
    }
}
