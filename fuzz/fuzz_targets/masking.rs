//! A message of a preset with a card in every place where one may stand, and
//! in some where none belongs, damaged, then read in the right dialect and in a
//! wrong one: nothing of the card is in anything that is shown. The bytes decide
//! what is drawn; the tests of core draw the same from a seed.
#![no_main]

#[allow(dead_code)]
#[path = "../../core/tests/iso8583/dice.rs"]
mod dice;
#[path = "../../core/tests/iso8583/mutant.rs"]
mod mutant;
#[path = "../../core/tests/iso8583/planted.rs"]
mod planted;
#[path = "../../core/tests/iso8583/shown.rs"]
mod shown;

use annul::iso8583::{PRESETS, file};
use dice::Dice;
use libfuzzer_sys::fuzz_target;
use mutant::Target;
use planted::Card;

/// Numbers out of the input, in rounds: at its end it begins again, each byte
/// changed by how often that was.
struct Given<'b> {
    bytes: &'b [u8],
    drawn: usize,
}

impl Dice for Given<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let mut number = 0;
        for _ in 0..2 {
            let (rounds, at) = (self.drawn / self.bytes.len(), self.drawn % self.bytes.len());
            number = number << 8 | usize::from(self.bytes[at]) ^ rounds.wrapping_mul(0x9D) & 0xFF;
            self.drawn += 1;
        }
        number % bound.max(1)
    }
}

fuzz_target!(|bytes: &[u8]| {
    if bytes.len() < 8 {
        return;
    }
    let mut dice = Given { bytes, drawn: 0 };
    let spec = *dice.one_of(PRESETS);
    let card = Card::drawn(&mut dice);
    let made = planted::message(spec, Some(&card), &mut dice);
    let whole = made.to_vec().expect("what was set can be written");
    let damaged = Target::of(spec, &whole).mutated(&mut dice);
    let arena = file::Bump::new();
    let (dialect, message) = match dice.below(4) {
        0 => (spec, &whole),
        // The same dialect out of a file.
        1 => {
            let again = file::read(&file::write(spec), &arena, &|_| None);
            (again.expect("it was written"), &damaged)
        }
        2 => (*dice.one_of(PRESETS), &damaged),
        _ => (spec, &damaged),
    };
    let leak = shown::leak(&card, dialect, message);
    assert!(leak.is_none(), "{}: {leak:?}", dialect.name());
});
