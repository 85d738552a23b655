//! What tags mean: the built-in dictionary, and a file of the user's on top.

use crate::exit::{Exit, Failure};
use crate::output::{self, Form, Manner};
use annul::emv::{Dictionary, Entry, Extension, ExtensionError, Sensitivity};
use annul::tlv::Tag;
use clap::Args as Group;
use serde::Serialize;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// Where the user's file is.
#[derive(Group, Clone, Debug)]
pub(crate) struct Source {
    /// A file with tags of your own: kernel | tag | within | format | bytes |
    /// reading | secret | English | Chinese, one a line
    #[arg(long, value_name = "FILE", global = true)]
    dictionary: Option<PathBuf>,
}

/// The dictionary that a command uses.
#[derive(Clone, Copy)]
pub(crate) struct Lexicon {
    base: Dictionary,
    /// It is read once and lives as long as the process.
    own: Option<&'static Extension>,
}

/// Why a user's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LexiconError {
    /// It cannot be read.
    #[error("the dictionary: {0}; expected a text file of lines")]
    Unreadable(#[from] std::io::Error),
    /// A line is no entry.
    #[error("the dictionary, {0}")]
    Line(#[from] ExtensionError),
}

impl Lexicon {
    /// Reads the user's file, if there is one.
    pub(crate) fn open(base: Dictionary, source: &Source) -> Result<Self, LexiconError> {
        /// Far more than the most entries need.
        const MOST: u64 = 4 << 20;
        let Some(path) = &source.dictionary else {
            return Ok(Self { base, own: None });
        };
        let mut text = String::new();
        File::open(path)?.take(MOST).read_to_string(&mut text)?;
        let text = text.trim_start_matches('\u{feff}');
        let own = Box::leak(Box::new(Extension::parse(text)?));
        Ok(Self {
            base,
            own: Some(own),
        })
    }

    /// The built-in part.
    pub(crate) const fn base(self) -> Dictionary {
        self.base
    }

    /// The same with another kernel's tags first.
    pub(crate) const fn over(self, base: Dictionary) -> Self {
        Self { base, ..self }
    }

    /// What a tag means in a template, or anywhere.
    pub(crate) fn entry(self, within: Option<Tag>, tag: Tag) -> Option<Entry<'static>> {
        match self.own {
            Some(own) => own.entry(self.base, within, tag),
            None => self.base.entry(within, tag),
        }
    }

    /// What a tag's value gives away, in either part.
    pub(crate) fn sensitivity(self, tag: Tag) -> Sensitivity {
        match self.own {
            Some(own) => own.sensitivity(tag),
            None => annul::emv::sensitivity(tag),
        }
    }
}

/// What is wrong with the file, for a program.
#[derive(Serialize)]
struct Refused {
    ok: bool,
    error: Wrong,
}

#[derive(Serialize)]
struct Wrong {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    message: String,
}

impl LexiconError {
    /// One JSON object where that was asked for, else words.
    pub(crate) fn tell(&self, manner: Manner) -> Result<Exit, Failure> {
        if manner.form == Form::Words {
            return Err(Failure::new(self.to_string()));
        }
        let line = match self {
            Self::Line(error) => Some(error),
            Self::Unreadable(_) => None,
        };
        output::json(&Refused {
            ok: false,
            error: Wrong {
                code: "bad_dictionary",
                line: line.map(ExtensionError::line),
                column: line.map(ExtensionError::column),
                field: line.map(ExtensionError::field),
                message: self.to_string(),
            },
        });
        Ok(Exit::Failed)
    }
}
