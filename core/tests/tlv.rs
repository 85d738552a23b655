//! Data objects: every vector in every mode, hostile bytes, round trips, lists
//! of data objects, and the layouts that are no BER.

#[path = "tlv/layouts.rs"]
mod layouts;
#[path = "tlv/lists.rs"]
mod lists;
#[path = "tlv/reading.rs"]
mod reading;
#[path = "vectors/tlv/mod.rs"]
mod vectors;
#[path = "tlv/writing.rs"]
mod writing;
