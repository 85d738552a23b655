/// What a thing is called, in both languages.
///
/// ```
/// # use annul::emv::{Dictionary, Name};
/// # use annul::tlv::Tag;
/// let entry = Dictionary::UNIONPAY.entry(None, Tag::literal(0x9F26)).unwrap();
/// assert_eq!(entry.name().english(), "Application Cryptogram");
/// assert_eq!(entry.name().chinese(), "应用密文（AC）");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name<'a> {
    english: &'a str,
    chinese: &'a str,
}

impl<'a> Name<'a> {
    /// The two words for it.
    pub const fn new(english: &'a str, chinese: &'a str) -> Self {
        Self { english, chinese }
    }

    /// English.
    pub const fn english(self) -> &'a str {
        self.english
    }

    /// 中文. What has no Chinese word of its own, such as a merchant's name,
    /// is given in English.
    pub const fn chinese(self) -> &'a str {
        self.chinese
    }
}

/// Chooses a language: [`Name::english`] or [`Name::chinese`].
pub type Tongue = fn(Name<'static>) -> &'static str;
