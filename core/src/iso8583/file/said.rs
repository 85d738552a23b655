use crate::iso8583::Language;
use alloc::borrow::Cow;
use core::fmt;

/// What is remarked of a file, in both languages; its `Display` is English.
///
/// ```
/// use annul::iso8583::{FieldSpec, FieldTable, Format, Language, Spec, file};
/// static FIELDS: FieldTable<'_, 64> = FieldTable::EMPTY.with(3, FieldSpec::fixed(Format::N, 6));
/// let remarks = file::lint(&Spec::new("mine", FIELDS.slots()));
/// assert_eq!(remarks[0].text.to_string(), "has no name; people will see a number only");
/// assert_eq!(remarks[0].text.in_language(Language::Chinese), "没有名称；人们只会看到域号");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    english: Cow<'static, str>,
    chinese: Cow<'static, str>,
}

impl Said {
    /// The text in a language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// English, then Chinese.
impl<T: Into<Cow<'static, str>>> From<[T; 2]> for Said {
    fn from([english, chinese]: [T; 2]) -> Self {
        Self {
            english: english.into(),
            chinese: chinese.into(),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}
