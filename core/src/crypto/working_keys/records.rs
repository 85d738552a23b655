//! Field 62 as records, which acquirers in the manner of Chanjet and Newland
//! send: each key says what it is, and has its whole check value.
//!
//! ```text
//!  01 | MAC key 16 | check value 8    02 | PIN key 16 | 8    03 | track key 16 | 8    00 | master key 16 | 8
//!  0    1            17               25                     50                       75
//! ```
//!
//! Track and master key may be missing; the order does not change
//! (unionpay.md 2.9).

use super::WorkingKeysError;
use super::layout::{Layout, Place};

/// Bytes of one record.
const SIZE: usize = 25;

/// The records in their order: which key, and the byte that says so.
const ORDER: [(Place, u8); 4] = [
    (Place::Mac, 0x01),
    (Place::Pin, 0x02),
    (Place::Track, 0x03),
    (Place::Master, 0x00),
];

/// Where an encrypted key begins: behind the byte of its kind.
pub(super) fn offset(place: Place) -> usize {
    let before = ORDER.iter().take_while(|(other, _)| *other != place);
    before.count() * SIZE + 1
}

/// Each record's kind stands where it belongs.
pub(super) fn guard(field_62: &[u8], layout: Layout) -> Result<(), WorkingKeysError> {
    for (number, record) in field_62.chunks_exact(SIZE).enumerate() {
        let (_, expected) = ORDER[number % ORDER.len()];
        if record[0] != expected {
            return Err(WorkingKeysError::Record {
                layout,
                offset: number * SIZE,
                expected,
                found: record[0],
            });
        }
    }
    Ok(())
}

/// Writes the kind of each record.
pub(super) fn name(field_62: &mut [u8]) {
    for (record, (_, kind)) in field_62.chunks_exact_mut(SIZE).zip(ORDER) {
        record[0] = kind;
    }
}
