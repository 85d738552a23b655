//! Messages damaged where it hurts: bits, prefixes, digits, whole fields. What
//! is still read is written again to the same bytes, what is not is refused
//! with a field and a byte, and nothing panics.

use crate::specs;
use crate::vector::{copied, good};
use annul::iso8583::file::Bump;
use annul::iso8583::{Field, Spec, View};
use core::ops::Range;

const ROUNDS: usize = 20_000;

/// A small generator of numbers that are the same at every run (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        drawn as usize % bound.max(1)
    }

    fn byte(&mut self) -> u8 {
        /// Bytes that mean something somewhere: digits, separators, lengths.
        const TELLING: &[u8] =
            b"\x00\x01\x09\x0A\x1F\x7F\x80\x81\x82\x99\x9F\xD0\xF0\xF9\xFF09:=D ";
        match self.below(2) {
            0 => TELLING[self.below(TELLING.len())],
            _ => self.below(256) as u8,
        }
    }

    fn within(&mut self, range: &Range<usize>) -> usize {
        range.start + self.below(range.len())
    }
}

/// A message, and where its parts stand that a mutation aims at.
struct Target {
    bytes: Vec<u8>,
    bitmap: Range<usize>,
    /// Whole fields, and the prefixes of those that have one.
    fields: Vec<Range<usize>>,
    prefixes: Vec<Range<usize>>,
}

impl Target {
    fn of(spec: &Spec<'_>, bytes: &[u8]) -> Self {
        let message = spec.header().open(bytes).unwrap().message;
        let view = View::decode(spec, message).unwrap();
        let fields: Vec<Field<'_>> = view.fields().collect();
        let place = |field: &Field<'_>, len: usize| field.offset()..field.offset() + len;
        Self {
            bytes: message.to_vec(),
            bitmap: 0..fields[0].offset(),
            prefixes: { fields.iter() }
                .filter(|field| !field.prefix().is_empty())
                .map(|field| place(field, field.prefix().len()))
                .collect(),
            fields: { fields.iter() }
                .map(|field| place(field, field.raw().len()))
                .collect(),
        }
    }

    fn mutated(&self, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for _ in 0..=dice.below(3) {
            self.mutate(&mut bytes, dice);
        }
        bytes
    }

    fn mutate(&self, bytes: &mut Vec<u8>, dice: &mut Dice) {
        let field = self.fields[dice.below(self.fields.len())].clone();
        let whole = field.start.min(bytes.len())..field.end.min(bytes.len());
        match dice.below(8) {
            0 => set(bytes, dice.within(&self.bitmap), |byte| {
                byte ^ 1 << dice.below(8)
            }),
            1 if !self.prefixes.is_empty() => {
                let prefix = &self.prefixes[dice.below(self.prefixes.len())];
                set(bytes, dice.within(prefix), |byte| {
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
            _ => set(bytes, dice.within(&field), |_| dice.byte()),
        }
    }
}

fn set(bytes: &mut [u8], at: usize, change: impl FnOnce(u8) -> u8) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte = change(*byte);
    }
}

/// Reads in every way there is; true where the message was accepted.
fn read(spec: &Spec<'_>, bytes: &[u8]) -> bool {
    let whole = View::decode(spec, bytes);
    let partial = View::decode_partial(spec, bytes);
    if let Ok(partial) = &partial {
        assert_eq!(partial.error.is_some(), whole.is_err());
        let mut end = None;
        for field in partial.view.fields() {
            assert!(end.is_none_or(|end| end == field.offset()));
            end = Some(field.offset() + field.raw().len());
            parts(&field, 0);
        }
        partial.view.problems(&mut |problem| {
            assert!(problem.offset <= bytes.len(), "{problem}");
        });
        assert!(partial.error.is_some() || end.is_none_or(|end| end == bytes.len()));
    }
    for number in [2, 11, 64, 128] {
        let _ = View::scan(spec, bytes, number);
    }
    match whole {
        Ok(view) => {
            assert_eq!(copied(&view), view.bytes());
            true
        }
        Err(error) => {
            assert!(error.offset + error.len <= bytes.len(), "{error}");
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

fn parts(field: &Field<'_>, depth: u8) {
    for part in field.parts() {
        match part {
            Ok(part) if depth < 8 => parts(&part, depth + 1),
            _ => {}
        }
    }
}

#[test]
fn nothing_is_lost_and_nothing_panics() {
    for (name, _) in specs::FILES {
        let arena = Bump::new();
        let spec = specs::read(name, &arena);
        let targets: Vec<Target> = { good().into_iter() }
            .filter(|vector| vector.dialect == *name)
            .map(|vector| Target::of(spec, &vector.bytes))
            .collect();
        let mut dice = Dice(0x0008_5830 + name.len() as u64);
        let mut accepted = 0;
        for _ in 0..ROUNDS {
            let target = &targets[dice.below(targets.len())];
            accepted += usize::from(read(spec, &target.mutated(&mut dice)));
        }
        // Neither are the mutations too mild nor too wild.
        assert!(
            (ROUNDS / 100..ROUNDS / 2).contains(&accepted),
            "{name}: {accepted}"
        );
    }
}
