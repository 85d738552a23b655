//! The same message without what belongs to a card: as long, and still read.
//!
//! ```text
//!  what decode shows as a star ──> 0, of the first six and last four nothing changes
//!  a card number that would then be valid ──> one digit more, so that it is not
//! ```

use crate::decode::input;
use crate::decode::reading::Reading;
use crate::decode::value::{Place, covered};
use crate::encode;
use crate::exit::{Exit, Failure};
use crate::output::Manner;
use crate::spec::Dialect;
use annul::iso8583::{Encoding, Field, Format, Mask, Sensitivity, View};
use clap::Args as Group;

#[derive(Group)]
pub(crate) struct Args {
    #[command(flatten)]
    dialect: Dialect,
    /// One JSON object instead of hexadecimal alone
    #[arg(long)]
    json: bool,
    /// The message in hexadecimal, a file, or - for standard input
    #[arg(value_name = "HEX|FILE|-", required = true, num_args = 1..)]
    given: Vec<String>,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let chosen = args.dialect.choose()?;
    let bytes = input::one(&args.given, false)?;
    let (reading, view) = Reading::whole(chosen, &bytes)?;
    let clean = [reading.header(), &redacted(&view)].concat();
    Reading::whole(chosen, &clean)?;
    encode::tell(&clean, manner);
    Ok(Exit::Done)
}

/// The message with zeros for all that is not shown.
pub(crate) fn redacted(view: &View<'_>) -> Vec<u8> {
    let mut message = view.bytes().to_vec();
    let mask = Mask::of(view);
    for field in view.fields() {
        let covered = covered(&field, &mask.value(field).to_string(), &mask);
        if !covered.contains(&true) {
            continue;
        }
        let value = cleaned(&field, &covered);
        let start = field.offset() + field.prefix().len();
        for (index, _) in covered.iter().enumerate().filter(|(_, covered)| **covered) {
            let place = Place::of(&field, index);
            set(&mut message[start..], place, value[index], &field);
        }
    }
    message
}

/// The characters of a value, those that are covered as zeros.
fn cleaned(field: &Field<'_>, covered: &[bool]) -> Vec<u8> {
    let zero = match field.spec().format() {
        Format::B => 0,
        _ => b'0',
    };
    let track = field.spec().sensitivity() == Sensitivity::Track;
    let mut value: Vec<u8> = field.characters().ascii().collect();
    for (character, covered) in value.iter_mut().zip(covered) {
        let separates = track && matches!(character, b'=' | b'D' | b'^');
        if *covered && !separates {
            *character = zero;
        }
    }
    let mut at = 0;
    while at < value.len() {
        let run = value[at..]
            .iter()
            .take_while(|digit| digit.is_ascii_digit());
        let end = at + run.count();
        let first = (at..end).find(|index| covered.get(*index) == Some(&true));
        if let Some(first) = first.filter(|_| end - at >= SHORTEST && is_valid(&value[at..end])) {
            value[first] = b'1';
        }
        at = end + 1;
    }
    value
}

/// The fewest digits of a card number.
const SHORTEST: usize = 12;

/// True where the check digit is right (ISO/IEC 7812-1, Luhn).
fn is_valid(digits: &[u8]) -> bool {
    let doubled = |digit: u8| match digit * 2 {
        large @ 10.. => large - 9,
        small => small,
    };
    let digits = digits.iter().rev().map(|digit| digit - b'0').enumerate();
    let sum: u32 = digits
        .map(|(at, digit)| u32::from(if at % 2 == 1 { doubled(digit) } else { digit }))
        .sum();
    sum.is_multiple_of(10)
}

fn set(value: &mut [u8], place: Place, character: u8, field: &Field<'_>) {
    let nibble = match character {
        b'0'..=b'9' => character - b'0',
        other => {
            other
                .to_ascii_uppercase()
                .wrapping_sub(b'A')
                .wrapping_add(10)
                & 15
        }
    };
    match place {
        Place::High(at) => value[at] = nibble << 4 | (value[at] & 0x0F),
        Place::Low(at) => value[at] = (value[at] & 0xF0) | nibble,
        Place::Hex(at) => {
            for (slot, nibble) in value[at..].iter_mut().zip([character >> 4, character & 15]) {
                *slot = b"0123456789ABCDEF"[usize::from(nibble)];
            }
        }
        Place::Byte(at) => {
            value[at] = match field.spec().encoding() {
                Encoding::Ebcdic(page) => page.encode(character),
                _ => character,
            }
        }
    }
}
