//! ISO 8583 in nine dialects that others speak, each a spec file: every message
//! to the field and byte, every damage named, everything written again.
#![cfg(feature = "alloc")]

#[path = "iso8583/damage.rs"]
mod damage;
#[path = "iso8583/dice.rs"]
mod dice;
#[path = "iso8583/masking.rs"]
mod masking;
#[path = "iso8583/messages.rs"]
mod messages;
#[path = "iso8583/mutant.rs"]
mod mutant;
#[path = "iso8583/mutations.rs"]
mod mutations;
#[path = "iso8583/planted.rs"]
mod planted;
#[path = "iso8583/schema.rs"]
mod schema;
#[path = "iso8583/shown.rs"]
mod shown;
#[path = "iso8583/spec_files.rs"]
mod spec_files;
#[path = "vectors/specs/mod.rs"]
mod specs;
#[path = "iso8583/vector.rs"]
mod vector;
