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
//! | [`find`], [`find_all`] | the objects at a path of tags, such as `6F.A5.50` |
//! | [`Writer`] | objects into a buffer, templates too |
//! | [`dol`] | lists of tags and lengths, and the data they ask for |
//! | [`Layout`] | Simple-TLV, LTV, the ASCII TLV of UnionPay's fields 57 and 59 |
//!
//! Bytes come from cards and hosts, so nothing about them is believed: memory,
//! stack and time are bounded whatever they say.
//!
//! ISO/IEC 8825-1 (BER), ISO/IEC 7816-4 section 5.2, EMV book 3 annex B.

pub mod dol;
mod error;
mod find;
mod header;
mod layout;
mod object;
mod reader;
mod tag;
mod writer;

pub use error::{Error, Fault, Path};
pub use find::{Matches, find, find_all};
pub use layout::{Counts, Field, Fields, Layout, LayoutError, LengthDigits};
pub use object::{LengthForm, Object};
pub use reader::{Mode, Reader};
pub use tag::{Tag, TagBytes};
pub use writer::{Lengths, WriteError, Writer, encoded_len};
