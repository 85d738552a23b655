//! Reads `messages.json`: sixty 银联 POS messages, P.. as published, G..
//! constructed, each with what an independent reader found in it.
//!
//! | key | content |
//! |---|---|
//! | `form` | `prefixed`, `framed` (no length prefix), `bare` (from the MTI on), `mab` (bare, without F64) |
//! | `hex` | the bytes in that form |
//! | `tpdu`, `header`, `mti`, `bitmap` | hex; null where the form has none |
//! | `fields` | number to value: digits and text as they read, F52, F55, F62, F64 in hex |

use annul::iso8583::{
    FieldSpec, FieldTable, Format, Sensitivity, Spec, UNIONPAY_FIELDS, UNIONPAY_POS,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// The dialect of P19: F35 is ciphertext counted in bytes, F60 is longer.
pub(crate) static ENCIPHERED_TRACK: Spec<'static> = UNIONPAY_POS.over(ENCIPHERED.slots());

static ENCIPHERED: FieldTable<'static, 64> = UNIONPAY_FIELDS
    .with(
        35,
        FieldSpec::ll(Format::B, 40)
            .named("enciphered track 2", "加密2磁道数据")
            .shown(Sensitivity::Secret),
    )
    .with(
        60,
        FieldSpec::lll(Format::N, 19).named("message class", "自定义域60"),
    );

/// How much of the envelope a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    Prefixed,
    Framed,
    Bare,
    Mab,
}

/// One sample.
pub(crate) struct Sample {
    pub(crate) id: String,
    pub(crate) envelope: Envelope,
    pub(crate) bytes: Vec<u8>,
    pub(crate) tpdu: Option<[u8; 5]>,
    pub(crate) header: Option<[u8; 6]>,
    pub(crate) mti: u16,
    pub(crate) bitmap: u64,
    pub(crate) fields: BTreeMap<u8, String>,
}

impl Sample {
    /// From the MTI on.
    pub(crate) fn message(&self) -> &[u8] {
        match self.envelope {
            Envelope::Prefixed => &self.bytes[13..],
            Envelope::Framed => &self.bytes[11..],
            Envelope::Bare | Envelope::Mab => &self.bytes,
        }
    }

    /// The dialect it is written in.
    pub(crate) fn spec(&self) -> &'static Spec<'static> {
        match self.id.as_str() {
            "P19" => &ENCIPHERED_TRACK,
            _ => &UNIONPAY_POS,
        }
    }
}

/// Every sample, in the order of the file.
pub(crate) fn samples() -> Vec<Sample> {
    let file = include_str!("messages.json");
    let Value::Array(rows) = serde_json::from_str(file).expect("messages.json is JSON") else {
        panic!("messages.json holds an array");
    };
    rows.iter().map(sample).collect()
}

/// The sample called `id`.
pub(crate) fn named(id: &str) -> Sample {
    let found = samples().into_iter().find(|sample| sample.id == id);
    found.unwrap_or_else(|| panic!("no sample {id}"))
}

/// The bytes that hexadecimal digits stand for.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "odd hex");
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex digits"))
        .collect()
}

fn sample(row: &Value) -> Sample {
    let text = |key: &str| row[key].as_str();
    let bytes = |key: &str| text(key).map(hex);
    let id = text("id").expect("id");
    let fields = row["fields"].as_object().expect("fields").iter();
    Sample {
        id: id.to_owned(),
        envelope: match text("form") {
            Some("prefixed") => Envelope::Prefixed,
            Some("framed") => Envelope::Framed,
            Some("bare") => Envelope::Bare,
            Some("mab") => Envelope::Mab,
            other => panic!("{id}: form {other:?}"),
        },
        bytes: bytes("hex").expect("hex"),
        tpdu: bytes("tpdu").map(|raw| raw.try_into().expect("5 bytes of TPDU")),
        header: bytes("header").map(|raw| raw.try_into().expect("6 bytes of header")),
        mti: u16::from_str_radix(text("mti").expect("mti"), 16).expect("hex"),
        bitmap: u64::from_str_radix(text("bitmap").expect("bitmap"), 16).expect("hex"),
        fields: fields
            .map(|(number, value)| {
                let value = value.as_str().expect("a field is text").to_owned();
                (number.parse().expect("a field number"), value)
            })
            .collect(),
    }
}
