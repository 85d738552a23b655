//! Any value under any entry of the dictionary, told in both languages, as
//! text and as JSON, masked and in clear.
#![no_main]

use annul::emv::{
    Bytes, Context, Dictionary, Masked, Name, Secrets, describe, entries, sensitivity,
};
use annul::tlv::{Mode, Object, Reader, Tag};
use libfuzzer_sys::fuzz_target;
use std::fmt::Write;

fuzz_target!(|input: (u16, bool, &[u8])| {
    let (place, revealed, value) = input;
    let entries = entries();
    let at = usize::from(place) % entries.len();
    let Some(entry) = entries.as_slice().get(at) else {
        return;
    };
    let mut context = Context::new(Dictionary::new(
        entry.kernel(),
        Dictionary::UNIONPAY.edition(),
    ));
    if revealed {
        context.secrets = Secrets::Revealed;
    }
    context.currency = Some(0x0156);
    let secret = !sensitivity(entry.tag()).is_public();
    // One buffer for all: most of the time would go to the heap otherwise.
    let mut shown = String::new();
    let described = describe(entry, value, &context, &mut |part| {
        for tongue in [Name::english, Name::chinese] {
            shown.clear();
            write!(shown, "{}", part.text(tongue)).expect("a string takes all");
            assert!(!shown.is_empty());
            if secret && !revealed {
                assert!(longest_run(&shown) <= 10, "{shown}");
            }
            shown.clear();
            write!(shown, "{}", part.json(tongue)).expect("a string takes all");
            assert!(shown.starts_with('{') && shown.ends_with('}'));
        }
    });
    if let Err(error) = described {
        assert!(error.offset() <= value.len() && !error.to_string().is_empty());
    }
    in_a_template(value);
    anywhere(entry.tag(), value, usize::from(place));
});

/// A card number in a template is hidden from whatever shows the template.
fn in_a_template(value: &[u8]) {
    let card = |object: &Object<'_>| object.tag().value() == 0x5A && object.value().len() >= 7;
    let mut cards = Reader::new(value, Mode::Ff)
        .flatten()
        .filter(card)
        .peekable();
    if cards.peek().is_none() {
        return;
    }
    let shown = Masked::objects(value).to_string();
    let whole = Bytes(value).to_string();
    for object in cards {
        let clear = Bytes(object.value()).to_string();
        // Unless the same digits stand in something public too.
        let windows = whole.as_bytes().windows(clear.len());
        let times = windows.filter(|part| *part == clear.as_bytes()).count();
        assert!(times > 1 || !shown.contains(&clear), "{shown}");
    }
}

/// A card number's object among any bytes, in a value that is public.
fn anywhere(tag: Tag, value: &[u8], place: usize) {
    const CARD: [u8; 10] = [0x5A, 0x08, 0x62, 0x24, 0x24, 0x29, 0x00, 0x00, 0x01, 0x13];
    let mut around = value[..value.len().min(64)].to_vec();
    let at = place % (around.len() + 1);
    around.splice(at..at, CARD);
    // Objects are shown one by one, also those of 9F31, and one could end within
    // the number.
    let objects = Reader::new(&around, Mode::Ff).all(|object| object.is_ok());
    let template = tag.is_constructed() || tag.value() == 0x9F31;
    if template || objects || !sensitivity(tag).is_public() {
        return;
    }
    let shown = Masked::new(tag, &around).to_string();
    let number = &shown[2 * (at + 2)..2 * (at + CARD.len())];
    assert_eq!(number, "*".repeat(16), "{tag} {shown}");
}

/// Digits in a row.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.map(str::len).max().unwrap_or(0)
}
