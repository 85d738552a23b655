//! annul undoes card payments exactly: it voids (撤销) and reverses (冲正) what a
//! terminal sold, and never loses, doubles or misreports money on the way.
//!
//! The core does no input or output, reads no clock and draws no random number.
//! An app hands in commands, bytes and the results of effects; it is handed
//! back actions: persist this, compute this MAC, connect, send, wait.
//!
//! ```text
//!  host bytes ─> frame ─> iso8583 ─> message ─┐
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

pub mod card;
pub mod crypto;
pub mod frame;
pub mod iso8583;
pub mod transaction;
