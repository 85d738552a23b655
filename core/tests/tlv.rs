//! Data objects: every shared vector in every mode, hostile bytes, round trips.

#[path = "tlv/reading.rs"]
mod reading;
#[path = "vectors/tlv/mod.rs"]
mod vectors;
