//! Any bytes as a message of every preset: read to the last byte or refused
//! with a place, written again unchanged, borrowed and owned alike, and no card
//! shown. The first byte says which preset.
#![no_main]

use annul::iso8583::{
    DecodeError, Language, Message, PRESETS, Sensitivity, Spec, View, Writer, describe,
};
use libfuzzer_sys::fuzz_target;

/// A card number that may stand in a field which is no card's (a test card).
const CARD: &str = "6224242900000113";

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else {
        return;
    };
    let spec = PRESETS[usize::from(*which) % PRESETS.len()];
    if let Ok(opened) = spec.header().open(bytes) {
        assert!(opened.message.len() <= bytes.len());
    }
    let whole = View::decode(spec, bytes);
    match View::decode_partial(spec, bytes) {
        Err(error) => {
            placed(&error, bytes);
            assert_eq!(Some(error), whole.err());
        }
        Ok(partial) => {
            assert_eq!(partial.error.is_some(), whole.is_err());
            partial
                .view
                .problems(&mut |problem| placed(&problem, bytes));
            looked_at(&partial.view);
        }
    }
    if let Ok(view) = whole {
        again(&view, spec);
    }
});

/// An error is within the bytes, and has words.
fn placed(error: &DecodeError, bytes: &[u8]) {
    assert!(error.offset + error.len <= bytes.len(), "{error:?}");
    assert!(!error.to_string().is_empty());
}

/// Each field is found by its number, by a walk and by its path.
fn looked_at(view: &View<'_>) {
    for field in view.fields() {
        let number = field.number();
        assert_eq!(
            view.field(number).map(|same| same.offset()),
            Some(field.offset())
        );
        assert_eq!(
            view.at(&number.to_string()).map(|same| same.offset()),
            Some(field.offset())
        );
        let parts = field.parts().map_while(Result::ok);
        for part in parts.take(64) {
            let begin = part.offset();
            assert!(field.offset() <= begin, "{begin}");
            assert!(begin + part.raw().len() <= field.offset() + field.raw().len());
        }
    }
    for language in [Language::English, Language::Chinese] {
        for line in describe(view, language) {
            let shown = line.to_string();
            let secret = view.field(line.number).map(|field| {
                // A batch's 62 digits of totals are shown as they are.
                match field.spec().sensitivity() {
                    // In chip data packed digits are shown that nothing marks as a card's;
                    // the target describe looks for those that are marked.
                    Sensitivity::Public | Sensitivity::Chip => false,
                    Sensitivity::Details => field.count() != 62,
                    _ => true,
                }
            });
            assert!(secret != Some(true) || !shown.contains(CARD), "{shown}");
        }
    }
    assert!(!format!("{view:?}").contains(CARD));
}

/// What was read is written again, by the writer and by a message of its own.
fn again(view: &View<'_>, spec: &Spec<'static>) {
    let mut buffer = vec![0; view.bytes().len()];
    let mut writer = Writer::like(view, &mut buffer);
    for field in view.fields() {
        writer.copy(&field);
    }
    assert_eq!(writer.finish(), Ok(view.bytes().len()));
    assert_eq!(buffer, view.bytes());
    let message = Message::decode(spec, view.bytes()).expect("a view reads it");
    assert_eq!(message.to_vec().as_deref(), Ok(view.bytes()));
    for field in view.fields() {
        let scanned = View::scan(spec, view.bytes(), field.number());
        let scanned = scanned.expect("a view reads it").expect("it is there");
        assert_eq!(scanned.raw(), field.raw());
    }
}
