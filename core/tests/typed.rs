//! Messages as structs: what was received is written again to the byte, and
//! what does not fit is named.
#![cfg(feature = "derive")]

#[cfg(feature = "alloc")]
#[path = "typed/files.rs"]
mod files;
#[path = "typed/refusing.rs"]
mod refusing;
#[path = "typed/round_trip.rs"]
mod round_trip;
#[cfg(feature = "alloc")]
#[path = "vectors/specs/mod.rs"]
mod specs;
#[path = "vectors/unionpay/mod.rs"]
#[allow(dead_code, reason = "this test needs the bytes alone")]
mod unionpay;
