//! Any value under any entry of the dictionary, told in both languages, as
//! text and as JSON, masked and in clear.
#![no_main]

use annul::emv::{
    Bytes, Context, Dictionary, Masked, Name, Secrets, describe, entries, sensitivity,
};
use annul::tlv::{Mode, Reader};
use libfuzzer_sys::fuzz_target;

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
    let mut parts = 0;
    let described = describe(entry, value, &context, &mut |part| {
        parts += 1;
        for tongue in [Name::english, Name::chinese] {
            let text = part.text(tongue).to_string();
            let json = part.json(tongue).to_string();
            assert!(!text.is_empty() && json.starts_with('{') && json.ends_with('}'));
            if secret && !revealed {
                assert!(longest_run(&text) <= 10, "{text}");
            }
        }
    });
    if let Err(error) = described {
        assert!(error.offset() <= value.len() && !error.to_string().is_empty());
    }
    // A card number in a template is hidden from whatever shows the template.
    let shown = Masked::objects(value).to_string();
    let whole = Bytes(value).to_string();
    for object in Reader::new(value, Mode::Ff).flatten() {
        if object.tag().value() == 0x5A && object.value().len() >= 7 {
            let clear = Bytes(object.value()).to_string();
            // Unless the same digits stand in something public too.
            let windows = whole.as_bytes().windows(clear.len());
            let times = windows.filter(|part| *part == clear.as_bytes()).count();
            assert!(times > 1 || !shown.contains(&clear), "{shown}");
        }
    }
});

/// Digits in a row.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.map(str::len).max().unwrap_or(0)
}
