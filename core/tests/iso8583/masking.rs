//! A card planted in messages of every dialect, damaged or not, read in the
//! right dialect and in wrong ones: nothing of it is in what is shown.

use crate::dice::{Dice, Seeded};
use crate::mutant::Target;
use crate::planted::{self, Card};
use crate::shown::leak;
use crate::{mutations, specs};
use annul::iso8583::file::Bump;
use annul::iso8583::{PRESETS, Spec};

/// How many mutations of a message there are to one message of this test.
const EACH: usize = 400;

#[test]
fn nothing_of_a_card_is_shown_in_any_dialect() {
    let arena = Bump::new();
    let files = specs::FILES
        .iter()
        .map(|(name, _)| specs::read(name, &arena));
    let all: Vec<&Spec<'_>> = { PRESETS.iter().copied() }.chain(files).collect();
    let mut dice = Seeded(0x0008_5832);
    let (mut read, mut leaks) = (0, Vec::new());
    for spec in &all {
        for round in 0..mutations::rounds() / EACH {
            let card = Card::drawn(&mut dice);
            let made = planted::message(spec, Some(&card), &mut dice);
            let mut bytes = made.to_vec().expect("what was set can be written");
            if !round.is_multiple_of(4) {
                bytes = Target::of(spec, &bytes).mutated(&mut dice);
            }
            for other in [*spec, *dice.one_of(&all)] {
                read += 1;
                let found = leak(&card, other, &bytes);
                leaks.extend(found.map(|(secret, line)| {
                    let (from, to) = (spec.name(), other.name());
                    format!("{secret:?} of {from} as {to}: {line}")
                }));
            }
        }
    }
    assert!(leaks.is_empty(), "{} of {read}: {leaks:#?}", leaks.len());
}
