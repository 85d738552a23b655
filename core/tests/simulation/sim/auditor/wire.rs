//! A message as the auditor reads it: field by field, for comparison.

use super::Key;
use annul::frame::Frame;
use annul::iso8583::{UNIONPAY_POS, View};
use annul::transaction::Kind;
use std::collections::BTreeMap;

/// A message's type and fields.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) mti: u16,
    fields: BTreeMap<u8, Vec<u8>>,
    digits: BTreeMap<u8, String>,
}

/// What a reversal repeats of its request (I13).
const QUOTED: [u8; 13] = [2, 3, 4, 11, 14, 22, 25, 38, 41, 42, 49, 60, 61];
/// What a reversal may not have (rule R16).
const FORBIDDEN: [u8; 6] = [26, 35, 36, 37, 52, 63];

impl Message {
    pub(crate) fn read(frame: &[u8]) -> Option<Self> {
        let frame = Frame::decode_prefixed(frame).ok()?;
        let view = View::decode(&UNIONPAY_POS, frame.message).ok()?;
        let mut message = Self {
            mti: view.mti().bcd(),
            fields: BTreeMap::new(),
            digits: BTreeMap::new(),
        };
        for field in view.fields() {
            message.fields.insert(field.number(), field.raw().to_vec());
            let text = match field.digits() {
                Some(digits) => digits.ascii().map(char::from).collect(),
                None => field.text().unwrap_or_default().to_owned(),
            };
            message.digits.insert(field.number(), text);
        }
        Some(message)
    }

    /// A field's digits or text.
    pub(crate) fn text(&self, number: u8) -> Option<&str> {
        self.digits.get(&number).map(String::as_str)
    }

    /// A field's bytes.
    pub(crate) fn raw(&self, number: u8) -> Option<&[u8]> {
        self.fields.get(&number).map(Vec::as_slice)
    }

    pub(crate) fn number(&self, number: u8) -> Option<u64> {
        self.text(number)?.parse().ok()
    }

    /// Batch and trace.
    pub(crate) fn key(&self) -> Option<Key> {
        let batch = self.text(60)?.get(2..8)?.parse().ok()?;
        Some((batch, self.number(11)? as u32))
    }

    /// Batch and trace of the sale that a void names.
    pub(crate) fn original(&self) -> Option<Key> {
        let text = self.text(61)?;
        Some((text.get(..6)?.parse().ok()?, text.get(6..12)?.parse().ok()?))
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        match self.text(3)? {
            "000000" => Some(Kind::Sale),
            "200000" => Some(Kind::Void),
            _ => None,
        }
    }

    pub(crate) fn differs_from_original(&self, request: &Self) -> Option<u8> {
        let differs = |number: &u8| {
            // A request read from the stripe has no field 2, nor has its reversal.
            self.fields.get(number) != request.fields.get(number)
        };
        QUOTED.into_iter().find(differs)
    }

    pub(crate) fn must_not_have(&self) -> Option<u8> {
        FORBIDDEN
            .into_iter()
            .find(|number| self.fields.contains_key(number))
    }

    /// I14: all but reason (F39) and MAC (F64).
    pub(crate) fn differs_from_repeat(&self, first: &Self) -> Option<u8> {
        let mut numbers = (0..=64).filter(|number| !matches!(number, 39 | 64));
        numbers.find(|number| self.fields.get(number) != first.fields.get(number))
    }
}

/// Shows no card data, also not in a failing test.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = [3, 4, 11, 39, 60, 61].map(|number| self.text(number));
        write!(f, "{:04X} {shown:?}", self.mti)
    }
}
