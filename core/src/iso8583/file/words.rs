//! What a spec file calls the values of the codec's types: one table each, for
//! reading, for writing and for the schema.

use crate::iso8583::{
    BitmapForm, CodePage, Encoding, Format, Justify, PrefixForm, Sensitivity, Unit,
};
use crate::tlv;
use alloc::string::String;

/// The words of one type.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const FORMATS: Words<Format> = &[
    ("a", Format::A),
    ("n", Format::N),
    ("s", Format::S),
    ("an", Format::An),
    ("as", Format::As),
    ("ns", Format::Ns),
    ("ans", Format::Ans),
    ("b", Format::B),
    ("z", Format::Z),
    ("x+n", Format::Xn),
];

pub(super) const ENCODINGS: Words<Encoding> = &[
    ("ascii", Encoding::Ascii),
    ("bcd", Encoding::Bcd),
    ("cp037", Encoding::Ebcdic(CodePage::Cp037)),
    ("cp500", Encoding::Ebcdic(CodePage::Cp500)),
    ("cp1047", Encoding::Ebcdic(CodePage::Cp1047)),
    ("binary", Encoding::Binary),
    ("hex", Encoding::Hex),
    ("utf8", Encoding::Utf8),
];

pub(super) const PREFIXES: Words<PrefixForm> = &[
    ("bcd", PrefixForm::Bcd),
    ("ascii", PrefixForm::Ascii),
    ("ebcdic", PrefixForm::Ebcdic),
    ("binary", PrefixForm::Binary),
    ("hex", PrefixForm::Hex),
];

pub(super) const BITMAPS: Words<BitmapForm> = &[
    ("binary", BitmapForm::Binary),
    ("hex", BitmapForm::Hex),
    ("ebcdic-hex", BitmapForm::EbcdicHex),
];

pub(super) const UNITS: Words<Unit> = &[("characters", Unit::Characters), ("bytes", Unit::Bytes)];

pub(super) const SIDES: Words<Justify> = &[("left", Justify::Left), ("right", Justify::Right)];

pub(super) const SENSITIVITIES: Words<Sensitivity> = &[
    ("public", Sensitivity::Public),
    ("text", Sensitivity::Text),
    ("pan", Sensitivity::Pan),
    ("track", Sensitivity::Track),
    ("secret", Sensitivity::Secret),
    ("keys", Sensitivity::Keys),
    ("chip", Sensitivity::Chip),
    ("details", Sensitivity::Details),
    ("code", Sensitivity::Code),
];

pub(super) const MODES: Words<tlv::Mode> = &[
    ("strict", tlv::Mode::Strict),
    ("emv", tlv::Mode::Emv),
    ("ff", tlv::Mode::Ff),
    ("ber", tlv::Mode::Ber),
];

/// What a file calls `value`. Every value has a word; a test goes over them.
pub(super) fn word<T: PartialEq>(words: Words<T>, value: &T) -> &'static str {
    let found = words.iter().find(|(_, known)| known == value);
    found.map_or("", |(word, _)| word)
}

/// What a file means by `word`.
pub(super) fn meaning<T: Copy>(words: Words<T>, word: &str) -> Option<T> {
    let found = words.iter().find(|(known, _)| *known == word);
    found.map(|(_, value)| *value)
}

/// All of them, for people: `left, right`.
pub(super) fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_called_as_the_standard_does() {
        for format in Format::ALL {
            assert_eq!(word(FORMATS, &format), format.name());
            assert_eq!(meaning(FORMATS, format.name()), Some(format));
        }
    }

    #[test]
    fn no_word_means_two_things() {
        fn all<T>(words: Words<T>) {
            for (index, (word, _)) in words.iter().enumerate() {
                assert!(!word.is_empty());
                assert!(words[..index].iter().all(|(other, _)| other != word));
            }
        }
        all(ENCODINGS);
        all(PREFIXES);
        all(SENSITIVITIES);
        all(MODES);
        assert_eq!(list(SIDES.iter().map(|(word, _)| *word)), "left, right");
    }
}
