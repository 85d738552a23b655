//! Dialects as files: a host's messages described in JSON, read at run time.
//!
//! ```json
//! {
//!   "name": "my-host",
//!   "encoding": "ascii",
//!   "header": {"length": {"form": "binary", "bytes": 2}},
//!   "bitmap": {"form": "hex", "most": 2},
//!   "fields": {
//!     "2":  {"name": "card number", "format": "n", "max": 19, "sensitivity": "pan"},
//!     "3":  {"name": "processing code", "format": "n", "length": 6},
//!     "55": {"name": "chip data", "format": "b", "max": 255, "sensitivity": "chip"}
//!   }
//! }
//! ```
//!
//! | function | what it does |
//! |---|---|
//! | [`read`] | a file into a [`Spec`](super::Spec); errors have line, column and path |
//! | [`write()`] | a [`Spec`](super::Spec) into a file |
//! | [`show`] | all that a dialect says, row by row |
//! | [`diff`] | what two dialects say differently |
//! | [`import()`] | a spec file of another library into a [`Spec`](super::Spec) |
//! | [`jpos`], [`moov`] | the same, of the library that is named |
//! | [`lint`] | what a dialect may say and hardly means |
//!
//! A file that `extends` a preset or another file says only what differs: a
//! field it names is its own from the format on, a field that is null is gone.
//! The format is described by `data/iso8583/spec.schema.json` beside the source
//! of this crate.

mod error;
mod field;
mod import;
mod jpos;
mod lint;
mod moov;
mod place;
mod read;
mod said;
mod show;
mod tree;
mod words;

pub use bumpalo::Bump;
pub use error::{FileError, FileFault};
pub use import::{Import, Note, import};
pub use jpos::{CLASSES, Class, jpos};
pub use lint::{Remark, lint};
pub use moov::moov;
pub use read::{Base, Find, preset, read};
pub use said::Said;
pub use show::{Difference, Row, diff, show, write};
