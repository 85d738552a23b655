//! TLV: what a chip says, taken apart byte for byte and put together again.
//!
//! A chip card and its terminal talk in data objects: a tag that names, a
//! length, a value. A template is an object made of objects.
//!
//! ```text
//!  6F 0C  84 02 A000  A5 06  50 04 56495341
//!  │  │   └ tag 84, 2 bytes  └ tag A5, a template: 50 is in it
//!  │  └ 12 bytes follow
//!  └ tag 6F, a template
//! ```
//!
//! | what | for |
//! |---|---|
//! | [`Reader`] | every object of any bytes, or where and why they are none |
//!
//! Bytes come from cards and hosts, so nothing about them is believed: memory,
//! stack and time are bounded whatever they say.
//!
//! ISO/IEC 8825-1 (BER), ISO/IEC 7816-4 section 5.2, EMV book 3 annex B.

mod error;
mod header;
mod object;
mod reader;
mod tag;

pub use error::{Error, Fault, Path};
pub use object::{LengthForm, Object};
pub use reader::{Mode, Reader};
pub use tag::{Tag, TagBytes};
