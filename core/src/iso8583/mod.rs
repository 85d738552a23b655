//! The message itself: which fields it has, what stands in them, and how the
//! same is written.
//!
//! ```text
//!  MTI 2 │ bitmap 8 │ F2 │ F3 │ ... │ F64
//!          bit n says that field n follows; a Spec says how field n is formed
//! ```
//!
//! | type | what it is |
//! |---|---|
//! | [`Spec`], [`FieldTable`], [`UNIONPAY_POS`] | the dialect as a table: one [`FieldSpec`] a field |
//! | [`View`], [`Field`], [`Characters`], [`Parts`] | a received message, borrowed, nothing copied |
//! | [`Writer`] | a message into the caller's buffer |
//! | `Message` | a message that owns its bytes (feature `alloc`) |
//! | `typed` | messages as structs (feature `derive`) |
//! | [`value`] | the fields that have an inside: F22, F53, F54, F60 to F63 |
//! | [`describe`] | every field named and masked, for people |
//! | [`detect`] | finds out what a piece of hex is |
//! | `Hint` | what most often is behind an error (feature `dialects`) |
//!
//! Reading is lossless: a view keeps pads and unknown values, and
//! [`Writer::copy`] writes the same bytes again. Errors say field, offset,
//! expected and found, and never what stands on a card.
//!
//! Follows ISO 8583:1987, 1993 and 2003. How a host writes them (digits packed
//! or in characters, which bitmaps, which prefixes, what stands before) is the
//! business of the table; UnionPay's is Q/CUP 009.1.

mod bitmap;
mod characters;
mod cover;
mod describe;
mod detect;
mod ebcdic;
mod error;
mod field;
mod field_spec;
#[cfg(feature = "alloc")]
pub mod file;
mod format;
mod header;
#[cfg(feature = "dialects")]
mod hint;
mod inside;
mod mask;
mod measure;
#[cfg(feature = "alloc")]
mod message;
mod mti;
mod number;
mod pack;
mod parts;
mod plain;
mod plan;
mod prefix;
#[cfg(feature = "dialects")]
mod presets;
mod search;
mod spec;
#[cfg(feature = "derive")]
pub mod typed;
mod unionpay;
pub mod value;
mod view;
mod walk;
mod writer;
mod writing;

#[cfg(feature = "derive")]
pub use annul_derive::Iso8583;
pub use bitmap::{Bitmap, BitmapForm, Extent};
pub use characters::Characters;
pub use describe::{Description, Language, Line, describe};
pub use detect::{DetectError, Detected, Form, detect};
pub use ebcdic::CodePage;
pub use error::{DecodeError, DecodeFault, EncodeError, EncodeFault};
pub use field::Field;
pub use field_spec::FieldSpec;
pub use format::{Encoding, Format, Justify, Length, Prefix, PrefixForm, Sensitivity, Unit};
pub use header::{Header, HeaderPart, HeaderSize, Opened};
#[cfg(feature = "dialects")]
pub use hint::Hint;
pub use inside::{Inside, PartId, Tagged};
pub use mask::{Mask, Masked};
#[cfg(feature = "alloc")]
pub use message::Message;
pub use mti::Mti;
pub use parts::Parts;
#[cfg(feature = "dialects")]
pub use presets::{
    ISO87_ASCII, ISO87_ASCII_128, ISO87_ASCII_BINARY, ISO87_BCD, ISO87_EBCDIC, ISO87_FIELDS,
    ISO93_ASCII, ISO93_BCD, ISO93_FIELDS, ISO2003_ASCII, ISO2003_BCD, ISO2003_FIELDS, PRESETS,
    preset,
};
pub use spec::{FieldTable, Spec};
#[cfg(feature = "derive")]
pub use typed::Iso8583;
pub use unionpay::{UNIONPAY_FIELDS, UNIONPAY_POS};
pub use value::{
    Balance, Balances, EntryMode, MessageClass, Original, PrivateData, Remarks, SecurityControl,
    TerminalInfo, ValueError,
};
pub use view::{Fields, Partial, View};
pub use writer::Writer;
