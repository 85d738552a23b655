//! annul for C: the terminal, its journal's records and a message decoder
//! behind functions that allocate nothing and know no globals.
//!
//! ```text
//!  caller's memory: annul_terminal, annul_row[], two buffers, annul_softpad
//!       │ annul_terminal_init, _replay, _start
//!       v
//!  annul_terminal_begin_sale ... ──> annul_terminal_poll ──> annul_action
//!       ^                                                        │ done by the caller
//!       └── annul_terminal_persisted, _mac, _connected, ... <────┘
//! ```
//!
//! `include/annul.h` is made from this crate by `cargo xtask c`; the names here
//! are those of the header. All `unsafe` is about pointers from C, and what C
//! must promise stands once, in `boundary`.
#![cfg_attr(not(feature = "std"), no_std)]
#![allow(
    non_camel_case_types,
    reason = "the names of the header, where types are written so"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "what C must promise is the same everywhere and stands in `boundary`"
)]

mod boundary;

pub mod status;

pub mod memory;

pub mod codec;

pub mod tlv;

pub mod cipher;

pub mod setup;

pub mod begin;

pub mod action;

pub mod answer;

pub mod query;

pub mod softpad;

#[cfg(feature = "kinds")]
pub mod kinds;

#[cfg(feature = "track-encryption")]
pub mod track;

pub mod flash;

pub mod words;

#[cfg(all(feature = "bare", not(feature = "std")))]
mod bare;
