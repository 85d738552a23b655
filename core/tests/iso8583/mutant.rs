//! Messages damaged where it hurts: bits, prefixes, digits, whole fields.

use crate::dice::Dice;
use annul::iso8583::{Field, Spec, View};
use core::ops::Range;

/// A message, and where its parts stand that a mutation aims at.
pub(crate) struct Target {
    bytes: Vec<u8>,
    bitmap: Range<usize>,
    /// Whole fields, and the prefixes of those that have one.
    fields: Vec<Range<usize>>,
    prefixes: Vec<Range<usize>>,
}

impl Target {
    /// Of a message, without what stands before it.
    pub(crate) fn of(spec: &Spec<'_>, message: &[u8]) -> Self {
        let view = View::decode(spec, message).unwrap_or_else(|error| panic!("{error}"));
        let fields: Vec<Field<'_>> = view.fields().collect();
        let place = |field: &Field<'_>, len: usize| field.offset()..field.offset() + len;
        Self {
            bytes: message.to_vec(),
            bitmap: 0..fields.first().map_or(message.len(), Field::offset),
            prefixes: { fields.iter() }
                .filter(|field| !field.prefix().is_empty())
                .map(|field| place(field, field.prefix().len()))
                .collect(),
            fields: { fields.iter() }
                .map(|field| place(field, field.raw().len()))
                .collect(),
        }
    }

    /// The message with one to three mutations.
    pub(crate) fn mutated(&self, dice: &mut impl Dice) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for _ in 0..=dice.below(3) {
            self.mutate(&mut bytes, dice);
        }
        bytes
    }

    fn mutate(&self, bytes: &mut Vec<u8>, dice: &mut impl Dice) {
        if self.fields.is_empty() {
            return set(bytes, dice.within(&self.bitmap), |_| dice.byte());
        }
        let field = dice.one_of(&self.fields).clone();
        let whole = field.start.min(bytes.len())..field.end.min(bytes.len());
        match dice.below(9) {
            0 => set(bytes, dice.within(&self.bitmap), |byte| {
                byte ^ 1 << dice.below(8)
            }),
            1 if !self.prefixes.is_empty() => {
                let prefix = dice.one_of(&self.prefixes).clone();
                set(bytes, dice.within(&prefix), |byte| {
                    byte.wrapping_add(1 + dice.below(3) as u8)
                });
            }
            2 => {
                bytes.drain(whole);
            }
            3 => {
                let again = bytes[whole.clone()].to_vec();
                bytes.splice(whole.start..whole.start, again);
            }
            4 => bytes.truncate(dice.below(bytes.len() + 1)),
            5 => bytes.insert(dice.below(bytes.len() + 1), dice.byte()),
            6 if !bytes.is_empty() => {
                bytes.remove(dice.below(bytes.len()));
            }
            7 if self.prefixes.len() > 1 => {
                let (one, other) = (dice.one_of(&self.prefixes), dice.one_of(&self.prefixes));
                for (one, other) in one.clone().zip(other.clone()) {
                    if one.max(other) < bytes.len() {
                        bytes.swap(one, other);
                    }
                }
            }
            _ => set(bytes, dice.within(&field), |_| dice.byte()),
        }
    }
}

fn set(bytes: &mut [u8], at: usize, change: impl FnOnce(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = change(*byte);
    }
}
