//! The working keys of the vectors, each inside the answer to a sign-in, and
//! the samples of a sign-in and a sale that are replayed byte for byte.

use super::{hex, literal};
use serde_json::Value;
use std::fmt::Write as _;

/// The samples, by the names they have in C.
const REPLAYED: [(&str, &str); 4] = [
    ("sign_in_request", "G01"),
    ("sign_in_answer", "G02"),
    ("sale_request", "G04"),
    ("sale_answer", "G05"),
];

pub(super) fn tables(messages: &Value, crypto: &Value) -> Option<String> {
    let sample = |id: &str| {
        let mut all = messages.as_array()?.iter();
        hex(&all.find(|one| one["id"] == id)?["hex"])
    };
    let mut text = String::new();
    for (name, id) in REPLAYED {
        let bytes = literal(&sample(id)?);
        let _ = writeln!(text, "static const struct bytes {name} = {bytes};");
    }
    text += "static const struct keys loaded[] = {\n";
    let signed_in = sample("G02")?;
    // Whose master key nobody published cannot be loaded.
    let all = crypto["working_keys"].as_array()?.iter();
    for keys in all.filter(|keys| keys["master"].is_string()) {
        let field_62 = hex(&keys["field_62"])?;
        let request = request(field_62.len())?;
        let mut wrong = field_62.clone();
        // The check value of the PIN key ends its block.
        wrong[if field_62.len() == 24 { 11 } else { 19 }] ^= 1;
        let _ = writeln!(
            text,
            "    {{{}, {request}, {}, {}, {},\n     {},\n     {}}},",
            keys["id"],
            literal(&hex(&keys["master"])?),
            literal(&hex(&keys["pin"])?),
            literal(&hex(&keys["mac"])?),
            literal(&answer(&signed_in, request, &field_62)?),
            literal(&answer(&signed_in, request, &wrong)?),
        );
    }
    Some(text + "};\n")
}

/// Which keys a host sends in so many bytes: an `annul_key_request`.
fn request(length: usize) -> Option<u8> {
    match length {
        24 => Some(1),
        40 => Some(3),
        60 => Some(4),
        _ => None,
    }
}

/// The sample with other keys: its fields 60 and 62 are its last.
fn answer(sample: &[u8], request: u8, field_62: &[u8]) -> Option<Vec<u8>> {
    const LAST_FIELDS: usize = 2 + 6 + 2 + 40;
    let body = sample.get(2..sample.len().checked_sub(LAST_FIELDS)?)?;
    let field_60 = [0x00, 0x11, 0, 0, 0, 0x01, 0x00, request << 4];
    let length = [
        0x00,
        u8::try_from(field_62.len() / 10 * 16 + field_62.len() % 10).ok()?,
    ];
    let body = [body, &field_60, &length, field_62].concat();
    let prefix = u16::try_from(body.len()).ok()?.to_be_bytes();
    Some([&prefix[..], &body].concat())
}

#[cfg(test)]
mod keys_tests {
    use super::*;

    #[test]
    fn the_samples_own_keys_give_the_sample() {
        let keys = [7; 40];
        let tail = [&[0, 0x11, 0, 0, 0, 1, 0, 0x30, 0, 0x40][..], &keys].concat();
        let sample = [&[0, 53, 0xAA, 0xBB, 0xCC][..], &tail].concat();
        assert_eq!(answer(&sample, 3, &keys), Some(sample.clone()));
        let more = answer(&sample, 4, &[9; 60]).unwrap();
        assert_eq!(more[..5], [0, 73, 0xAA, 0xBB, 0xCC]);
        assert_eq!(more[11..15], [0, 0x40, 0, 0x60]);
    }
}
