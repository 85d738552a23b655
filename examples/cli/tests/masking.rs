//! A card planted in messages of every dialect, damaged, given to the commands
//! that show or clean messages, in the right dialect and in wrong ones: nothing
//! of the card is in what they print. The messages are those of core's tests.

mod common;
#[path = "../../../core/tests/iso8583/dice.rs"]
mod dice;
#[path = "../../../core/tests/iso8583/mutant.rs"]
mod mutant;
#[path = "../../../core/tests/iso8583/planted.rs"]
mod planted;
#[path = "../../../core/tests/iso8583/shown.rs"]
#[allow(dead_code, reason = "the tests of core take the rest")]
mod shown;

use annul::iso8583::{PRESETS, Spec};
use common::Desk;
use dice::{Dice, Seeded};
use mutant::Target;
use planted::Card;
use std::io::Write;
use std::process::Stdio;

/// Messages of each dialect.
const MESSAGES: usize = 12;

/// A message, the dialect it is of, and its card.
struct Planted {
    spec: &'static Spec<'static>,
    card: Card,
    bytes: Vec<u8>,
}

impl Planted {
    fn drawn(spec: &'static Spec<'static>, dice: &mut Seeded) -> Self {
        let card = Card::drawn(dice);
        let made = planted::message(spec, Some(&card), dice);
        let whole = made.to_vec().expect("what was set can be written");
        let bytes = Target::of(spec, &whole).mutated(dice);
        Self { spec, card, bytes }
    }

    fn hex(&self) -> String {
        planted::hexadecimal(&self.bytes)
    }

    /// What is wrong with the words of a command about it.
    fn leak(&self, spec: &Spec<'_>, printed: &str) -> Option<String> {
        let secret = self.card.is_in(printed)?;
        let claimed = shown::is_claimed(secret, &self.card, spec, &self.bytes);
        let (from, to) = (self.spec.name(), spec.name());
        claimed.then(|| format!("{secret:?} of {from} as {to}: {}\n{printed}", self.hex()))
    }
}

fn messages(seed: u64, each: usize) -> Vec<Planted> {
    let mut dice = Seeded(seed);
    let all = PRESETS
        .iter()
        .flat_map(|spec| std::iter::repeat_n(*spec, each));
    all.map(|spec| Planted::drawn(spec, &mut dice)).collect()
}

/// What a command prints that is given all messages on standard input, one a
/// line, in as many pieces.
fn printed(desk: &Desk, args: &[&str], messages: &[Planted], piece: &str) -> Vec<String> {
    let lines: String = { messages.iter() }
        .map(|message| message.hex() + "\n")
        .collect();
    let mut child = desk
        .command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut pieces: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with(piece) {
            pieces.push(String::new());
        }
        if let Some(last) = pieces.last_mut() {
            *last += line;
            *last += "\n";
        }
    }
    assert_eq!(pieces.len(), messages.len(), "{args:?}");
    pieces
}

#[test]
fn decode_shows_nothing_of_a_card() {
    let desk = Desk::bare();
    let messages = messages(0x0008_5833, MESSAGES);
    let (mut read, mut leaks) = (0, Vec::new());
    for spec in PRESETS {
        for (way, piece) in [
            (&["--lang", "en"][..], "found: "),
            (&["--lang", "zh"][..], "识别为"),
            (&["--json"][..], "{"),
            (&["--dump"][..], "0000  "),
        ] {
            let args = [&["decode", "--lines", "--spec", spec.name()], way, &["-"]].concat();
            let pieces = printed(&desk, &args, &messages, piece);
            read += pieces.len();
            let found = messages.iter().zip(&pieces);
            leaks.extend(found.filter_map(|(message, shown)| message.leak(spec, shown)));
        }
    }
    assert!(leaks.is_empty(), "{} of {read}: {}", leaks.len(), leaks[0]);
}

#[test]
fn other_commands_print_nothing_of_a_card() {
    let desk = Desk::bare();
    let mut dice = Seeded(0x0008_5834);
    let messages = messages(0x0008_5835, 4);
    for (index, message) in messages.iter().enumerate() {
        let hex = message.hex();
        let next = messages[(index + 1) % messages.len()].hex();
        for spec in [message.spec, *dice.one_of(PRESETS)] {
            let (name, other) = (spec.name(), dice.one_of(PRESETS).name());
            for args in [
                &["redact", "--spec", name, &hex][..],
                &["convert", "--json", "--from", name, "--to", other, &hex],
                &["diff", "--spec", name, &hex, &next],
                &["doctor", "--json", &hex],
            ] {
                let ran = desk.annul(args);
                let leak = message.leak(spec, &format!("{}\n{}", ran.out, ran.err));
                assert!(leak.is_none(), "{}: {leak:?}", args[0]);
                assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
            }
        }
    }
}
