//! The command `annul`: a till that sells, voids and reverses, a host to try
//! it against, a decoder for their messages, and a demonstration of it all.
//!
//! ```text
//!  till ──> config ──> session ──> annul::driver ──> TCP ──> host
//!            │            └─> report: one JSON object or a few lines
//!            └─> password: hashed at first use
//!  demo ──> both of them in one process, and a child to cut the power of
//!  decode, encode, diff, convert, redact, doctor, spec ─> annul::iso8583
//!  tlv ────> annul::tlv, annul::emv
//!  journal ─> annul::journal, annul::ledger, over a copy of a till's file
//!  key, mac, pin ─> annul::crypto
//! ```
#![forbid(unsafe_code)]

mod arqc;
mod command;
mod config;
mod convert;
mod decode;
mod demo;
mod diff;
mod doctor;
mod duration;
mod emv;
mod encode;
mod exit;
mod hex;
mod host;
mod journal;
mod key;
mod language;
mod mac;
mod output;
mod panic;
mod password;
mod pin;
mod progress;
mod redact;
mod secret;
mod spec;
mod table;
mod template;
mod till;
mod tlv;

use std::process::ExitCode;

fn main() -> ExitCode {
    let exit = panic::guarded(|| match command::parse() {
        Ok(cli) => command::run(cli),
        Err(exit) => exit,
    });
    output::finish(exit).into()
}
