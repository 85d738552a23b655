//! annul undoes card payments exactly: it voids (撤销) and reverses (冲正) what a
//! terminal sold, and never loses, doubles or misreports money on the way.
//!
//! The core does no input or output, reads no clock and draws no random number.
//! An app hands in commands, bytes and the results of effects; it is handed
//! back actions: persist this, compute this MAC, connect, send, wait.
//!
//! ```text
//!  host bytes ─> frame ─> iso8583 ─> message ─┐
//!  chip data ──> tlv ─> emv ──────────────────┤
//!  card, keys ─> card ──> crypto ─────────────┼─> engine ─> ledger ─> journal
//!  command ────> transaction ─> profile ──────┘      └─> actions, notices
//! ```
//!
//! The modules stand in the order data flow through them; each imports only
//! from those above it.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

// One a paragraph, or rustfmt would sort them out of their order.
pub mod card;

pub mod frame;

pub mod tlv;

pub mod emv;

pub mod iso8583;

pub mod crypto;

pub mod transaction;

pub mod profile;

pub mod journal;

pub mod ledger;

pub mod engine;

pub mod message;

pub mod terminal;

#[cfg(feature = "std")]
pub mod driver;

pub mod text;
