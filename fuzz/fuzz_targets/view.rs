//! The message view on any bytes: it reads them to the last one or says where
//! it stopped, writes the same bytes again, and shows nobody a card number.
#![no_main]

use annul::iso8583::{
    Balances, EntryMode, Field, Language, MessageClass, Mti, Original, PrivateData, Remarks,
    SecurityControl, UNIONPAY_POS, View, Writer, describe, detect,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = detect(&UNIONPAY_POS, bytes) {
        assert!(!error.to_string().is_empty());
    }
    let whole = View::decode(&UNIONPAY_POS, bytes);
    match View::decode_partial(&UNIONPAY_POS, bytes) {
        Err(error) => assert_eq!(Some(error), whole.err()),
        Ok(partial) => {
            assert_eq!(partial.error.is_some(), whole.is_err());
            partial
                .view
                .problems(&mut |problem| assert!(!problem.to_string().is_empty()));
            assert_in_place(&partial.view);
            for language in [Language::English, Language::Chinese] {
                assert_masked(&partial.view, language);
            }
            for field in partial.view.fields() {
                values(partial.view.mti(), &field);
            }
        }
    }
    if let Ok(view) = whole {
        assert_again(&view);
    }
});

/// Fields stand one behind the other, each where it says it does.
fn assert_in_place(view: &View<'_>) {
    let mut end = 10;
    for field in view.fields() {
        assert_eq!(field.offset(), end);
        end += field.raw().len();
        assert_eq!(&view.bytes()[field.offset()..end], field.raw());
        assert_eq!(
            field.prefix().len() + field.bytes().len(),
            field.raw().len()
        );
    }
    assert!(end <= view.bytes().len());
}

/// A copy of every field is the message again, and what a MAC covers is all
/// but the MAC.
fn assert_again(view: &View<'_>) {
    if let Some(mab) = view.mab() {
        assert_eq!(mab.len() + 8, view.bytes().len());
    }
    let mut buffer = vec![0; view.bytes().len()];
    let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, view.mti());
    for field in view.fields() {
        writer.copy(&field);
    }
    let size = writer.finish().expect("what was read can be written");
    assert_eq!(&buffer[..size], view.bytes());
}

/// The card number of field 2, and what stands behind the separator of a
/// track, are in no line that a person sees.
fn assert_masked(view: &View<'_>, language: Language) {
    let digits = |number| -> Option<String> {
        let digits = view.field(number)?.digits()?;
        Some(digits.ascii().map(char::from).collect())
    };
    let secrets: Vec<String> = [2, 35].into_iter().filter_map(digits).collect();
    for line in describe(view, language) {
        let shown = line.to_string();
        assert!(!shown.is_empty());
        if matches!(line.number, 2 | 35) {
            let hidden = secrets.iter().filter(|secret| secret.len() >= 13);
            hidden.for_each(|secret| assert!(!shown.contains(secret.as_str())));
        }
    }
}

/// The values with an inside answer or refuse; they do not panic.
fn values(mti: Mti, field: &Field<'_>) {
    let _ = (field.count(), field.pad(), field.text());
    let _ = field
        .digits()
        .map(|digits| (digits.number(), digits.array::<4>()));
    match field.number() {
        22 => drop(EntryMode::parse(field)),
        53 => drop(SecurityControl::parse(field)),
        54 => drop(Balances::parse(field)),
        60 => drop(MessageClass::parse(field)),
        61 => drop(Original::parse(field)),
        62 => {
            let _ = PrivateData::parse(mti, field);
        }
        63 => {
            let _ = Remarks::parse(field).organisation();
        }
        _ => {}
    }
}
