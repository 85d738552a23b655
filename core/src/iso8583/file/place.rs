//! JSON with its places: every value knows its line, its column and its path.

use super::error::{FileError, FileFault, excerpt};
use super::import::at;
use super::words::{Words, list, meaning};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A file: its text, and what it is called where another extends it.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) name: Option<&'t str>,
    pub(super) text: &'t str,
}

/// One value of a file.
#[derive(Clone)]
pub(super) struct Place<'t> {
    source: Source<'t>,
    /// Part of the text.
    raw: &'t str,
    path: String,
}

/// The pairs of an object, taken out one by one.
pub(super) struct Object<'t> {
    place: Place<'t>,
    pairs: Vec<(String, Place<'t>)>,
    known: Vec<&'static str>,
}

impl<'t> Source<'t> {
    /// The value that the whole text is.
    pub(super) fn open(self) -> Result<Place<'t>, FileError> {
        let raw: &RawValue = serde_json::from_str(self.text).map_err(|error| {
            let text = error.to_string();
            // Its place is told apart from it.
            let what = text.split(" at line ").next().unwrap_or_default();
            FileError {
                file: self.name.map(ToOwned::to_owned),
                line: error.line(),
                column: error.column().max(1),
                path: String::new(),
                fault: FileFault::Json(what.to_owned()),
            }
        })?;
        Ok(Place {
            source: self,
            raw: raw.get(),
            path: String::new(),
        })
    }
}

impl<'t> Place<'t> {
    /// The byte of the text at which the value begins.
    pub(super) fn offset(&self) -> usize {
        let text = self.source.text;
        self.raw.as_ptr().addr().wrapping_sub(text.as_ptr().addr())
    }

    /// Where in the file it stands.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn fail(&self, fault: FileFault) -> FileError {
        FileError {
            file: self.source.name.map(ToOwned::to_owned),
            ..at(self.source.text, self.offset(), &self.path, fault)
        }
    }

    fn kind(&self, expected: &'static str) -> FileError {
        let found = match self.raw.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a text",
            Some(b't' | b'f') => "true or false",
            Some(b'n') => "null",
            _ => "a number",
        };
        self.fail(FileFault::Kind { expected, found })
    }

    pub(super) fn is_null(&self) -> bool {
        self.raw == "null"
    }

    pub(super) fn is_text(&self) -> bool {
        self.raw.starts_with('"')
    }

    pub(super) fn text(&self) -> Result<String, FileError> {
        if !self.is_text() {
            return Err(self.kind("a text"));
        }
        serde_json::from_str(self.raw).map_err(|_| {
            let what = "an escape of the text is no character";
            self.fail(FileFault::Json(what.to_owned()))
        })
    }

    pub(super) fn flag(&self) -> Result<bool, FileError> {
        serde_json::from_str(self.raw).map_err(|_| self.kind("true or false"))
    }

    /// A whole number of the range.
    pub(super) fn number(&self, range: &RangeInclusive<u32>) -> Result<u32, FileError> {
        if !self
            .raw
            .starts_with(|c: char| c.is_ascii_digit() || c == '-')
        {
            return Err(self.kind("a number"));
        }
        let number = self.raw.parse().ok();
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| {
                self.fail(FileFault::Range {
                    least: *range.start(),
                    most: *range.end(),
                    found: excerpt(self.raw),
                })
            })
    }

    /// One word of a table.
    pub(super) fn word<T: Copy>(&self, words: Words<T>) -> Result<T, FileError> {
        let text = self.text()?;
        meaning(words, &text).ok_or_else(|| {
            self.fail(FileFault::Word {
                expected: list(words.iter().map(|(word, _)| *word)),
                found: excerpt(&text),
            })
        })
    }

    /// One character, which `is_good` accepts.
    pub(super) fn character(
        &self,
        expected: &'static str,
        is_good: impl Fn(char) -> bool,
    ) -> Result<char, FileError> {
        let text = self.text()?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) if is_good(character) => Ok(character),
            _ => Err(self.fail(FileFault::Word {
                expected: expected.to_owned(),
                found: excerpt(&text),
            })),
        }
    }

    pub(super) fn list(&self) -> Result<Vec<Self>, FileError> {
        let items: Vec<&'t RawValue> =
            serde_json::from_str(self.raw).map_err(|_| self.kind("a list"))?;
        let items = (1..).zip(items);
        Ok(items
            .map(|(number, raw): (usize, _)| self.inner(&number.to_string(), raw))
            .collect())
    }

    pub(super) fn object(&self) -> Result<Object<'t>, FileError> {
        let Pairs(raw) = serde_json::from_str(self.raw).map_err(|_| self.kind("an object"))?;
        let mut pairs: Vec<(String, Self)> = Vec::with_capacity(raw.len());
        for (key, raw) in raw {
            let place = self.inner(&key, raw);
            pairs.push((key, place));
        }
        let mut keys: Vec<_> = pairs.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        if let Some(twice) = keys.windows(2).find(|two| two[0] == two[1]) {
            let mut same = pairs.iter().filter(|(key, _)| key == twice[0]);
            let second = same.nth(1).map_or(self, |(_, place)| place);
            return Err(second.fail(FileFault::Twice));
        }
        Ok(Object {
            place: self.clone(),
            pairs,
            known: Vec::new(),
        })
    }

    fn inner(&self, key: &str, raw: &'t RawValue) -> Self {
        let key = excerpt(key);
        let path = if self.path.is_empty() {
            key
        } else {
            format!("{}.{key}", self.path)
        };
        Self {
            source: self.source,
            raw: raw.get(),
            path,
        }
    }
}

impl<'t> Object<'t> {
    /// The value of a key; none where it is not there.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Place<'t>> {
        self.known.push(key);
        let index = self.pairs.iter().position(|(known, _)| known == key)?;
        Some(self.pairs.swap_remove(index).1)
    }

    /// As [`Self::take`]; an error where it is not there.
    pub(super) fn need(
        &mut self,
        key: &'static str,
        hint: &'static str,
    ) -> Result<Place<'t>, FileError> {
        let missing = FileFault::Missing { key, hint };
        self.take(key).ok_or_else(|| self.place.fail(missing))
    }

    /// Ends an object of which all keys were taken that there are.
    pub(super) fn finish(self) -> Result<(), FileError> {
        match self.pairs.first() {
            None => Ok(()),
            Some((_, place)) => Err(place.fail(FileFault::Key {
                known: list(self.known.iter().copied()),
            })),
        }
    }

    /// The pairs as they stand, for an object whose keys are data.
    pub(super) fn pairs(self) -> Vec<(String, Place<'t>)> {
        self.pairs
    }

    /// Where the object begins.
    pub(super) fn place(&self) -> &Place<'t> {
        &self.place
    }
}

/// The pairs of an object, also where a key stands twice.
struct Pairs<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
