//! A card planted in messages of every dialect, damaged or not, read in the
//! right dialect and in wrong ones: nothing of it is in what is shown.

use crate::dice::{Dice, Seeded};
use crate::mutant::Target;
use crate::planted::{self, Card};
use crate::shown::leak;
use crate::{mutations, specs};
use annul::iso8583::file::Bump;
use annul::iso8583::{
    ISO87_ASCII, ISO87_BCD, ISO87_EBCDIC, Mask, Mti, PRESETS, Spec, View, Writer,
};

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

#[test]
fn an_amount_is_shown_with_its_sign_however_it_is_written() {
    for spec in [&ISO87_ASCII, &ISO87_BCD, &ISO87_EBCDIC] {
        for amount in ["C00000100", "D00000100"] {
            let mut buffer = [0; 64];
            let size = Writer::new(spec, &mut buffer, Mti::literal(0x0200))
                .bytes(28, amount.as_bytes())
                .finish()
                .unwrap();
            let view = View::decode(spec, &buffer[..size]).unwrap();
            let shown = Mask::of(&view).value(view.field(28).unwrap()).to_string();
            assert_eq!(shown, amount, "{}", spec.name());
        }
    }
}

/// A text as it is shown of a message without a card: of a field of private
/// data, and of one that is public.
fn shown(text: &str) -> [String; 2] {
    [48, 54].map(|number| {
        let mut buffer = [0; 256];
        let size = Writer::new(&ISO87_ASCII, &mut buffer, Mti::literal(0x0200))
            .digits(11, b"000016")
            .bytes(number, text.as_bytes())
            .finish()
            .unwrap();
        let view = View::decode(&ISO87_ASCII, &buffer[..size]).unwrap();
        let field = view.field(number).unwrap();
        Mask::of(&view).value(field).to_string()
    })
}

/// A card number, and digits of it that nobody may see.
const CARDS: [(&str, &str); 2] = [
    ("6224242900000113", "290000"),
    ("6216261000000000018", "100000000"),
];

/// True where the text holds these digits, whatever stands between.
fn tells(shown: &str, hidden: &str) -> bool {
    let digits: String = { shown.chars() }.filter(char::is_ascii_digit).collect();
    digits.contains(hidden)
}

/// Found by a review: only a blank or a hyphen behind four or six was known.
#[test]
fn a_card_number_is_hidden_in_free_text_however_it_is_parted() {
    for separator in ["", " ", "-", ".", "/", "_", "  ", "--", ". ", "/-"] {
        for ((number, hidden), size) in CARDS.into_iter().flat_map(|card| {
            [
                (card, 1),
                (card, 2),
                (card, 3),
                (card, 4),
                (card, 5),
                (card, 6),
                (card, 8),
            ]
        }) {
            let groups = { number.as_bytes() }.chunks(size);
            let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
            let number = groups.join(separator);
            for text in [
                &number,
                &format!("CARD {number}."),
                &format!("12 {number} 11/28"),
            ] {
                for shown in shown(text) {
                    assert!(!tells(&shown, hidden), "{text}: {shown}");
                    assert_eq!(shown.len(), text.len());
                }
            }
        }
    }
}

/// Found by the same: its digits in EBCDIC or ASCII, written in hexadecimal.
#[test]
fn a_card_number_is_hidden_in_hexadecimal() {
    for (number, hidden) in CARDS {
        for (zone, after) in [("f", "40d6d2"), ("F", "40D6D2"), ("3", "204F4B")] {
            let pairs: Vec<_> = { number.chars() }
                .map(|one| format!("{zone}{one}"))
                .collect();
            let text = format!("No. {}{after}", pairs.concat());
            let pairs: Vec<_> = { hidden.chars() }
                .map(|one| format!("{zone}{one}"))
                .collect();
            for shown in shown(&text) {
                assert!(!shown.contains(&pairs.concat()), "{text}: {shown}");
            }
        }
    }
}

/// First six and last four, and what parts them, as of a number in a row.
#[test]
fn a_parted_number_is_shown_as_any_other() {
    for (text, private) in [
        ("CARD 6224.2429.0000.0113 OK", "CARD 6224.24**.****.0113 OK"),
        (
            "6 2 2 4 2 4 2 9 0 0 0 0 0 1 1 3",
            "6 2 2 4 2 4 * * * * * * 0 1 1 3",
        ),
        ("62242429  00000113", "622424**  ****0113"),
        (
            "f6f2f2f4f2f4f2f9f0f0f0f0f0f1f1f3",
            "f6f2f2f4f2f4f*f*f*f*f*f*f0f1f1f3",
        ),
        // A number that begins within another.
        (
            "1234 5678 1234 6 2 2 4 2 4 2 9 0 0 0 0 0 1 1 3",
            "1234 56** **** * * * * * * * * * * * * 0 1 1 3",
        ),
    ] {
        assert_eq!(shown(text)[0], private);
    }
}

#[test]
fn dates_amounts_and_references_are_shown() {
    for text in [
        "2026-11-23 183700 000123",
        "2026.11.23 18.37.00.12",
        "20261123 18370012",
        "11/28 12.50 EUR 1.234.567,89",
        "REF 412345678901 AUTH 123456",
        "412345678901/000016",
        "TEL +86 21 6224 2429",
        "192.168.100.200",
        "SN f1f2f3f4f5f6",
        // Three between two digits, and a changed digit in groups of other sizes.
        "6224 - 2429 - 0000 - 0113",
        "62242429 00000114",
    ] {
        assert_eq!(shown(text), [text, text]);
    }
    // A merchant's number and a terminal's.
    let text = "123456789012345 12345678";
    assert_eq!(shown(text)[1], text);
}
