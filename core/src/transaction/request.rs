use super::Text;
use crate::card::Pan;
use core::fmt;
use sha2::{Digest, Sha256};

/// Text that is empty, too long, or holds what cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Not a request id.
    #[error(
        "request id: expected 1 to 36 printable ASCII characters without spaces, and no card number"
    )]
    RequestId,
    /// Not a reason.
    #[error("reason: expected 1 to 24 characters of a-z, 0-9 and '-'")]
    Reason,
    /// Not a note.
    #[error("note: expected at most 64 bytes of text without control characters")]
    Note,
    /// A note with a run of digits as long as a card number.
    #[error("note: holds what looks like a card number; leave it out")]
    CardNumber,
}

/// The caller's name for one transaction, made before anything is sent. It is
/// kept and shown as it is, so a card number is refused. The
/// same id gives the same outcome, also after a restart (I19).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId(Text<36>);

impl RequestId {
    /// Takes 1 to 36 printable ASCII characters without spaces; a UUID fits.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) || holds_card(text)
        {
            return Err(TextError::RequestId);
        }
        Text::new(text).map(Self).ok_or(TextError::RequestId)
    }

    /// The name of what leaves no record, which nobody asks for again.
    #[cfg(feature = "kinds")]
    pub(crate) const UNNAMED: Self = Self(Text::EMPTY);

    /// The id as it was given.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The short form the ledger keeps.
    pub fn tag(&self) -> RequestTag {
        let digest: [u8; 32] = Sha256::digest(self.as_str().as_bytes()).into();
        let mut tag = RequestTag::NONE;
        tag.0.copy_from_slice(&digest[..RequestTag::SIZE]);
        tag
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({:?})", self.as_str())
    }
}

/// The first 12 bytes of an id's SHA-256: two ids with one tag do not occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestTag([u8; Self::SIZE]);

impl RequestTag {
    const SIZE: usize = 12;
    /// The tag of no request.
    pub const NONE: Self = Self([0; Self::SIZE]);
}

/// Why a void is made: a short word such as `customer-request`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VoidReason(Text<24>);

impl VoidReason {
    /// Takes 1 to 24 characters of `a-z`, `0-9` and `-`.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || !text.bytes().all(word) {
            return Err(TextError::Reason);
        }
        no_card_number(text)?;
        Text::new(text).map(Self).ok_or(TextError::Reason)
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for VoidReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VoidReason({:?})", self.as_str())
    }
}

/// What the operator adds to the reason of a void, in any language.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VoidNote(Text<64>);

impl VoidNote {
    /// No note.
    pub const NONE: Self = Self(Text::EMPTY);

    /// Takes at most 64 bytes of UTF-8 without control characters and without
    /// a card number.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if has_control(text.as_bytes()) {
            return Err(TextError::Note);
        }
        no_card_number(text)?;
        Text::new(text).map(Self).ok_or(TextError::Note)
    }

    /// The note.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for VoidNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VoidNote({:?})", self.as_str())
    }
}

/// Whether a run of digits is a card number: its length, its first digit (3 to
/// 6 are given out to payment cards, 2 hardly) and its check digit. Ids made of
/// a date or a counter pass.
fn holds_card(text: &str) -> bool {
    let runs = (text.as_bytes()).split(|byte| !byte.is_ascii_digit());
    runs.filter_map(|run| Pan::from_digits(run).ok())
        .any(|pan| matches!(pan.reveal().first(), Some(b'3'..=b'6')) && pan.luhn_valid())
}

/// Whether UTF-8 has a control character of ASCII, or of U+0080 to U+009F.
fn has_control(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_control)
        || (text.windows(2)).any(|pair| matches!(pair, [0xC2, 0x80..=0x9F]))
}

/// Refuses 13 or more digits in a row, spaces and hyphens between them not counted.
fn no_card_number(text: &str) -> Result<(), TextError> {
    let mut run = 0;
    for byte in text.bytes() {
        run = match byte {
            b'0'..=b'9' => run + 1,
            b' ' | b'-' => run,
            _ => 0,
        };
        if run >= 13 {
            return Err(TextError::CardNumber);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_are_told_apart() {
        let first = RequestId::new("7d4c1d0e-5c0e-4a6b-9b8e-0d5f3f6f0a11").unwrap();
        let other = RequestId::new("7d4c1d0e-5c0e-4a6b-9b8e-0d5f3f6f0a12").unwrap();
        assert_eq!(first.tag(), first.tag());
        assert_ne!(first.tag(), other.tag());
        assert_eq!(RequestId::new("a b"), Err(TextError::RequestId));
        assert_eq!(RequestId::new(&"x".repeat(37)), Err(TextError::RequestId));
    }

    #[test]
    fn a_request_id_is_no_card_number() {
        for card in ["6224242900000113", "till-6216261000000000018-1"] {
            assert_eq!(RequestId::new(card), Err(TextError::RequestId));
        }
        for id in [
            "20261123054913123",
            "1795412345678",
            "62242429",
            "6224242900000114",
        ] {
            assert!(RequestId::new(id).is_ok(), "{id}");
        }
    }

    #[test]
    fn control_characters_are_those_of_unicode() {
        for character in ('\0'..='\u{2FFF}').chain(['\u{FFFD}', '\u{1F600}']) {
            let mut buffer = [0; 4];
            let text = character.encode_utf8(&mut buffer);
            assert_eq!(has_control(text.as_bytes()), character.is_control());
        }
        assert_eq!(VoidNote::new("a\u{85}b"), Err(TextError::Note));
    }

    #[test]
    fn a_note_never_keeps_a_card_number() {
        assert!(VoidNote::new("顾客改主意").is_ok());
        assert_eq!(
            VoidNote::new("6224 2429 0000 0113"),
            Err(TextError::CardNumber)
        );
        assert_eq!(
            VoidReason::new("6224242900000113"),
            Err(TextError::CardNumber)
        );
    }
}
