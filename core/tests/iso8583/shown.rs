//! All that is shown of a message, and what of a card may not be in it.

use crate::planted::{Card, Secret};
use annul::iso8583::{Field, Format, Language, Mask, Message, Sensitivity, Spec, View, describe};

/// The secret of the card that is shown of the bytes, read as a message of the
/// dialect, though it is hidden for certain.
pub(crate) fn leak(card: &Card, spec: &Spec<'_>, bytes: &[u8]) -> Option<(Secret, String)> {
    let shown = shown(spec, bytes);
    let secret = card.is_in(&shown)?;
    if !is_claimed(secret, card, spec, bytes) {
        return None;
    }
    let mut lines = shown.lines();
    let line = lines.find(|line| card.is_in(line).is_some());
    let line = line.unwrap_or_default().to_owned();
    Some((secret, line))
}

/// Everything that is shown of bytes that are read as a message of the dialect.
fn shown(spec: &Spec<'_>, bytes: &[u8]) -> String {
    let mut all = String::new();
    let mut say = |text: String| {
        all.push_str(&text);
        all.push('\n');
    };
    let whole = View::decode(spec, bytes);
    say(format!("{whole:?}"));
    if let Err(error) = whole {
        say(error.to_string());
    }
    match View::decode_strict(spec, bytes) {
        Err(error) => say(format!("{error} {error:?}")),
        Ok(view) => say(format!("{view:?}")),
    }
    for number in [2, 35, 48, 55, 62] {
        say(format!("{:?}", View::scan(spec, bytes, number)));
    }
    if let Ok(message) = Message::decode(spec, bytes) {
        say(format!("{message:?}"));
    }
    if let Err(error) = spec.header().open(bytes) {
        say(error.to_string());
    }
    if let Ok(partial) = View::decode_partial(spec, bytes) {
        say(format!("{partial:?}"));
        partial.view.problems(&mut |error| say(error.to_string()));
        for language in [Language::English, Language::Chinese] {
            describe(&partial.view, language).for_each(|line| say(format!("{line} {line:?}")));
        }
        let mask = Mask::of(&partial.view);
        for field in partial.view.fields() {
            parts(&field, &mask, &mut say, 4);
        }
    }
    all
}

fn parts(field: &Field<'_>, mask: &Mask<'_>, say: &mut impl FnMut(String), levels: u8) {
    for part in field.parts().map_while(Result::ok) {
        say(format!("{part:?} {}", mask.value(part)));
        if levels > 0 {
            parts(&part, mask, say, levels - 1);
        }
    }
}

/// True where a secret that the bytes hold is hidden for certain. A number or a
/// track is recognised where it is whole, and of a message that can be read,
/// where it is whole in one field; a PIN block is known by its place
/// alone.
pub(crate) fn is_claimed(secret: Secret, card: &Card, spec: &Spec<'_>, bytes: &[u8]) -> bool {
    match secret {
        Secret::Number => card.is_whole_in(bytes) && is_in_one_field(card, spec, bytes),
        Secret::Track => card.is_whole_track_in(bytes),
        Secret::Pin => announces_secret(spec, bytes),
    }
}

/// True where no part of the number stands alone in a field of a message that
/// can be read: the rest then stands in its neighbour.
fn is_in_one_field(card: &Card, spec: &Spec<'_>, bytes: &[u8]) -> bool {
    let view = View::decode(spec, bytes);
    view.map_or(true, |view| {
        { view.fields() }.all(|field| card.is_whole_in(field.bytes()))
    })
}

/// True where the bitmap says that there is a secret besides a date.
fn announces_secret(spec: &Spec<'_>, bytes: &[u8]) -> bool {
    let Ok(partial) = View::decode_partial(spec, bytes) else {
        return true;
    };
    let bits = partial.view.bitmaps();
    { spec.fields() }
        .filter(|(_, field)| {
            field.sensitivity() == Sensitivity::Secret && field.format() == Format::B
        })
        .map(|(number, _)| usize::from(number) - 1)
        .any(|bit| bits[bit / 64] << (bit % 64) >> 63 == 1)
}
