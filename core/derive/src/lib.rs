//! `#[derive(Iso8583)]`: a struct as a message of ISO 8583.
//!
//! Use it by the feature `derive` of `annul`, which re-exports it beside the
//! trait; its module `annul::iso8583::typed` has the docs.
//!
//! ```
//! use annul::iso8583::{Iso8583, UNIONPAY_POS};
//!
//! #[derive(Iso8583)]
//! #[iso8583(spec = UNIONPAY_POS, mti = 0x0820)]
//! struct Echo {
//!     #[field(11)]
//!     trace: u32,
//! }
//!
//! let echo = Echo::decode(b"\x08\x20\0\x20\0\0\0\0\0\0\x00\x00\x16").unwrap();
//! assert_eq!(echo.trace, 16);
//! ```
//!
//! ```text
//!  #[iso8583(...)] ─> Message ─┐
//!  #[field(n)]     ─> Member ──┴─> impl Iso8583: SPEC, MTI, FIELDS, from_view, write
//!                                  const _: check::<type>(spec, n, name), one a member
//! ```
//!
//! What the attributes say is checked here. Whether a type fits its field is
//! asked of `annul` in constants, since the dialect is a value that no macro can
//! see.

mod attributes;
mod expand;

use attributes::Message;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a message: see `annul::iso8583::typed`.
#[proc_macro_derive(Iso8583, attributes(iso8583, field))]
pub fn derive(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let expanded = Message::read(&input).map(|message| expand::expand(&message));
    expanded
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
