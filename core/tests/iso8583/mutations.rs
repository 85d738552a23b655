//! Messages damaged where it hurts: what is still read is written again to the
//! same bytes, what is not is refused with a field and a byte, and nothing
//! panics. `ANNUL_MUTATIONS` says how many a dialect.

use crate::dice::{Dice, Seeded};
use crate::mutant::Target;
use crate::vector::{copied, good};
use crate::{planted, specs};
use annul::iso8583::file::Bump;
use annul::iso8583::{DecodeError, Field, Message, PRESETS, Spec, View};
use std::collections::BTreeSet;

/// Mutations a dialect, where nobody asks for more.
const ROUNDS: usize = 20_000;
/// Messages that are made of each preset.
const MADE: usize = 200;

/// As many as the environment asks for.
pub(crate) fn rounds() -> usize {
    let asked = std::env::var("ANNUL_MUTATIONS").ok();
    asked.map_or(ROUNDS, |asked| asked.parse().expect("a number"))
}

/// Reads in every way there is; true where the message was accepted.
fn read(spec: &Spec<'_>, bytes: &[u8]) -> bool {
    let whole = View::decode(spec, bytes);
    match View::decode_partial(spec, bytes) {
        Ok(partial) => {
            assert_eq!(partial.error.is_some(), whole.is_err());
            all_is_told(&partial.view, partial.error);
            let mut strict = None;
            partial.view.problems(&mut |problem| {
                placed(&problem, bytes);
                strict = strict.or(Some(problem));
            });
            let expected = whole.err().or(strict);
            assert_eq!(View::decode_strict(spec, bytes).err(), expected);
        }
        Err(error) => assert_eq!(whole.err(), Some(error)),
    }
    for number in [2, 11, 64, 128] {
        let scanned = View::scan(spec, bytes, number);
        if let Ok(view) = &whole {
            let field = scanned.expect("a view reads it");
            assert_eq!(
                field.map(|field| field.offset()),
                view.field(number).map(|field| field.offset())
            );
        }
    }
    match whole {
        Ok(view) => {
            assert_eq!(copied(&view), view.bytes());
            true
        }
        Err(error) => {
            placed(&error, bytes);
            false
        }
    }
}

/// An error names what it is about and a byte of the message.
fn placed(error: &DecodeError, bytes: &[u8]) {
    assert!(error.offset + error.len <= bytes.len(), "{error:?}");
    let (what, part) = match error.field {
        0 => ("message type".to_owned(), String::new()),
        1 => ("bitmap".to_owned(), String::new()),
        number => (
            format!("field {number}"),
            error.part.map_or(String::new(), |part| format!(".{part}")),
        ),
    };
    let said = error.to_string();
    let place = format!("{what}{part} at byte {}: ", error.offset);
    assert!(
        said.starts_with(&place) && said.len() > place.len(),
        "{said}"
    );
}

/// Fields stand one behind the other. Every one that the bitmaps announce is
/// there, or the error is about the first that is not, at the byte where the
/// last ends or behind; and without an error no byte is left.
fn all_is_told(view: &View<'_>, error: Option<DecodeError>) {
    let mut end = None;
    let mut left = announced(view);
    for field in view.fields() {
        assert!(end.is_none_or(|end| end == field.offset()));
        end = Some(field.offset() + field.raw().len());
        assert!(left.remove(&field.number()), "not announced: {field:?}");
        parts(&field, 0);
    }
    let size = view.bytes().len();
    match (left.first(), error) {
        (None, None) => assert!(end.is_none_or(|end| end == size)),
        (None, Some(_)) => {}
        (Some(missing), None) => panic!("field {missing} is lost"),
        (Some(missing), Some(error)) => {
            assert!(error.field <= *missing, "field {missing}: {error}");
            let of_it = error.field == *missing;
            assert!(!of_it || end.is_none_or(|end| end <= error.offset));
        }
    }
}

/// The fields that the bitmaps announce, without the bits of bitmaps.
fn announced(view: &View<'_>) -> BTreeSet<u8> {
    let bits = view.bitmaps();
    let set = |number: &u8| {
        let bit = usize::from(*number) - 1;
        bits[bit / 64] << (bit % 64) >> 63 == 1
    };
    let bitmap = |number: u8| matches!(number, 1 | 65 | 129);
    let read = |number: u8| view.field(number).is_some();
    (1..=192)
        .filter(set)
        .filter(|number| !bitmap(*number) || read(*number))
        .collect()
}

fn parts(field: &Field<'_>, depth: u8) {
    let end = field.offset() + field.raw().len();
    for part in field.parts() {
        match part {
            Ok(part) => {
                assert!(field.offset() <= part.offset());
                assert!(part.offset() + part.raw().len() <= end);
                if depth < 8 {
                    parts(&part, depth + 1);
                }
            }
            Err(error) => assert!(field.offset() <= error.offset && error.offset <= end),
        }
    }
}

fn damage(name: &str, spec: &Spec<'_>, targets: &[Target]) {
    let rounds = rounds();
    let mut dice = Seeded(0x0008_5830 + name.len() as u64);
    let mut accepted = 0;
    for _ in 0..rounds {
        let target = dice.one_of(targets);
        accepted += usize::from(read(spec, &target.mutated(&mut dice)));
    }
    println!("{name}: {rounds} mutations, {accepted} accepted");
    // Neither are the mutations too mild nor too wild.
    assert!(
        (rounds / 100..rounds / 2).contains(&accepted),
        "{name}: {accepted}"
    );
}

#[test]
fn of_spec_files_nothing_is_lost_and_nothing_panics() {
    for (name, _) in specs::FILES {
        let arena = Bump::new();
        let spec = specs::read(name, &arena);
        let targets: Vec<Target> = { good().into_iter() }
            .filter(|vector| vector.dialect == *name)
            .map(|vector| {
                let opened = spec.header().open(&vector.bytes).unwrap();
                Target::of(spec, opened.message)
            })
            .collect();
        damage(name, spec, &targets);
    }
}

#[test]
fn of_presets_nothing_is_lost_and_nothing_panics() {
    for spec in PRESETS {
        let mut dice = Seeded(0x0008_5831);
        let mut seen = BTreeSet::new();
        let targets: Vec<Target> = { 0..MADE }
            .map(|_| {
                let made = planted::message(spec, None, &mut dice);
                seen.extend(made.fields().map(|field| field.number()));
                Target::of(spec, &bytes_of(&made))
            })
            .collect();
        let fields: BTreeSet<u8> = { spec.fields() }.map(|(number, _)| number).collect();
        let unseen: Vec<_> = fields.difference(&seen).filter(|bit| **bit > 1).collect();
        assert!(unseen.is_empty(), "{}: never made: {unseen:?}", spec.name());
        damage(spec.name(), spec, &targets);
    }
}

fn bytes_of(message: &Message<'_>) -> Vec<u8> {
    message.to_vec().expect("what was set can be written")
}
