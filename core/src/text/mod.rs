//! What an operator reads, in Chinese and English: meanings of response codes,
//! refusals, progress, outcomes and the words for how a transaction stands.
//!
//! | what | texts | keyed by |
//! |---|---|---|
//! | the host's answer | [`response`] | field 39, table 6 of unionpay.md |
//! | a command that was not begun | [`refusal`] | [`Refusal`](crate::engine::Refusal) |
//! | progress | [`notice`], [`news`] | [`Notice`](crate::engine::Notice), [`News`](crate::terminal::News) |
//! | what a transaction came to | [`outcome`] | [`Outcome`](crate::ledger::Outcome) |
//! | how a transaction stands | [`status`], [`kind`] | [`Status`](crate::ledger::Status), [`Kind`](crate::transaction::Kind) |
//! | what the security module says | [`security`] | [`SecurityFault`](crate::crypto::SecurityFault) |
//!
//! All of it is static: firmware without a heap shows the same words.

mod outcome;
mod progress;
mod refusal;
mod response;

pub use crate::iso8583::Language;
pub use outcome::{kind, outcome, status};
pub use progress::{news, notice};
pub use refusal::{refusal, security};
pub use response::{RESPONSES, Response, UNKNOWN_RESPONSE, response};

/// One thing said in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bilingual {
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Bilingual {
    /// The text in a language.
    ///
    /// ```
    /// use annul::ledger::Outcome;
    /// use annul::text::{self, Language};
    /// let approved = text::outcome(Outcome::Approved);
    /// assert_eq!(approved.in_language(Language::Chinese), "交易成功");
    /// assert_eq!(approved.in_language(Language::English), "Approved");
    /// ```
    pub const fn in_language(&self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh,
            Language::English => self.en,
        }
    }
}

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}

/// Proves that a text is there in both languages, and each is of its own.
#[cfg(test)]
fn assert_whole(text: Bilingual) {
    assert!(!text.zh.is_empty() && !text.zh.is_ascii(), "{text:?}");
    assert!(!text.en.is_empty() && text.en.is_ascii(), "{text:?}");
    assert!(
        !text.zh.contains("  ") && !text.en.contains("  "),
        "{text:?}"
    );
}
