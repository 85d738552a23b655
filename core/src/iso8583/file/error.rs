use alloc::string::String;
use core::fmt;

/// Why a text is no spec file: where it stands, what was expected and found,
/// and what to do.
///
/// ```
/// use annul::iso8583::file;
/// let text = "{\n  \"name\": \"mine\",\n  \"fields\": {\"3\": {\"format\": \"n\"}}\n}";
/// let error = file::read(text, &file::Bump::new(), &|_| None).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 3, column 19, fields.3: length or max is missing: say how long the field is"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    /// The spec that was extended, where the mistake is in its file.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// Where in the file: `fields.55.inside`; empty for the whole.
    pub path: String,
    /// What is wrong there.
    pub fault: FileFault,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        write!(f, "line {}, column {}", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, ", {}", self.path)?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl core::error::Error for FileError {}

/// What is wrong at a place of a spec file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// The text is no JSON.
    #[error("no JSON: {0}")]
    Json(String),
    /// The text is no XML.
    #[error("no XML: {0}")]
    Xml(String),
    /// A file that no importer knows.
    #[error(
        "neither a packager of jPOS, which is XML and begins with <, nor a spec of \
         moov-io/iso8583, which is JSON and begins with {{"
    )]
    Foreign,
    /// A file larger than any dialect.
    #[error("larger than {most} bytes; leave in it what describes messages")]
    Large {
        /// Bytes there may be.
        most: usize,
    },
    /// A Java class for a field, that has no counterpart.
    #[error(
        "class {found} {why}; put a class that is known in its place, import, and write by hand \
         in the file that comes out what the field is: format, encoding, length or max"
    )]
    Class {
        /// Its name, cut where it is long.
        found: String,
        /// Why it cannot be said.
        why: &'static str,
    },
    /// A Java class for what stands in a field, that has no counterpart.
    #[error(
        "class {found} {why}; make an isofield of the field, import, and write by hand in the \
         file that comes out what stands inside"
    )]
    Packager {
        /// Its name, cut where it is long.
        found: String,
        /// Why it cannot be said.
        why: &'static str,
    },
    /// Another kind of value.
    #[error("expected {expected}, found {found}")]
    Kind {
        /// What stands here in a spec file.
        expected: &'static str,
        /// What was found.
        found: &'static str,
    },
    /// A word that is none of the words there are.
    #[error("expected one of {expected}; found \"{found}\"")]
    Word {
        /// The words.
        expected: String,
        /// The word found, cut where it is long.
        found: String,
    },
    /// A number out of its range.
    #[error("expected a number from {least} to {most}, found {found}")]
    Range {
        /// The smallest.
        least: u32,
        /// The largest.
        most: u32,
        /// As in the file, cut where it is long.
        found: String,
    },
    /// A key that a spec file does not have here.
    #[error("no such key; known here are {known}")]
    Key {
        /// The keys.
        known: String,
    },
    /// A key that stands twice.
    #[error("stands twice; keep one of the two")]
    Twice,
    /// A key that must be there.
    #[error("{key} is missing: {hint}")]
    Missing {
        /// The key.
        key: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// Keys that exclude each other, or have no meaning together.
    #[error("{0}")]
    Conflict(&'static str),
    /// A format in an encoding that cannot write it.
    #[error("format {format} cannot be written in {encoding}; use one of {known}")]
    Encoding {
        /// The format.
        format: &'static str,
        /// The encoding, perhaps the file's own.
        encoding: &'static str,
        /// Encodings that can.
        known: String,
    },
    /// A prefix that cannot say how long the field may be.
    #[error("the prefix says {says} at most, max is {most}; give it more digits or lower max")]
    Prefix {
        /// The largest length of the prefix.
        says: u32,
        /// The length of the field.
        most: u16,
    },
    /// A spec to extend that nobody knows.
    #[error("no spec is called \"{found}\"; name a preset or another file")]
    Base {
        /// The name, cut where it is long.
        found: String,
    },
    /// A spec that extends itself.
    #[error("extends itself through {chain}; let one of them stand alone")]
    Circle {
        /// The specs on the way.
        chain: String,
    },
    /// Parts of parts of parts.
    #[error("more than {most} levels of parts; describe the innermost as plain")]
    Deep {
        /// Levels there may be.
        most: u8,
    },
}

/// As much of a text as an error quotes.
pub(super) fn excerpt(text: &str) -> String {
    const MOST: usize = 40;
    text.chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect()
}
