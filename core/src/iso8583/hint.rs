//! What most often is behind an error: bytes that were written in another way
//! than the dialect says.

use super::bitmap::{BitmapForm, mti_size};
use super::characters::Characters;
use super::describe::Language;
use super::ebcdic::CodePage;
use super::error::{DecodeError, DecodeFault};
use super::field_spec::FieldSpec;
use super::format::{Encoding, Length, PrefixForm};
use super::spec::Spec;
use core::fmt;

/// The usual cause of a [`DecodeError`], and what to change. It tells how bytes
/// look, never what they say.
///
/// ```
/// # use annul::iso8583::{Hint, UNIONPAY_POS, View};
/// let bytes = b"\x60\x00\x03\x00\x00\x60\x31\0\0\0\0\x08\x20\0\x20\0\0\0\0\0\0\x00\x00\x16";
/// let error = View::decode(&UNIONPAY_POS, bytes).unwrap_err();
/// assert_eq!(Hint::of(&UNIONPAY_POS, bytes, &error), Some(Hint::Tpdu));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Hexadecimal digits of a message, not its bytes.
    HexText,
    /// The first two bytes say how many follow.
    Length,
    /// A TPDU stands before the message.
    Tpdu,
    /// Six bytes of a header stand before the message: those that follow a TPDU.
    Header,
    /// The message type is written so.
    Type(Encoding),
    /// The bitmap is written so.
    Bitmap(BitmapForm),
    /// The length of the field is written so.
    Prefix(PrefixForm),
    /// The digits of the field are written so.
    Digits(Encoding),
    /// The host has fields above 64.
    SecondBitmap,
    /// The host has a field that the dialect does not have.
    Field,
    /// Something before the end is longer than the dialect says.
    Longer,
}

impl Hint {
    /// The usual cause of an error that reading `bytes` in this dialect gave;
    /// none where nothing usual looks like it.
    pub fn of(spec: &Spec<'_>, bytes: &[u8], error: &DecodeError) -> Option<Self> {
        let size = mti_size(spec.mti());
        if spec.mti().is_some_and(|encoding| !is_type(bytes, encoding)) {
            return before(spec, bytes);
        }
        let map = bytes.get(size..).unwrap_or_default();
        bitmap(spec, map, error).or_else(|| within(spec, bytes, error))
    }

    /// The hint in a language.
    pub const fn text(self, language: Language) -> &'static str {
        let [english, chinese] = match self {
            Self::HexText => [
                "these look like the hexadecimal digits of a message: turn them into bytes first",
                "这像是报文的十六进制文本：请先转换为字节",
            ],
            Self::Length => [
                "this looks like a length before the message: set header = length",
                "报文前似乎有长度：请设 header = length",
            ],
            Self::Tpdu => [
                "this looks like a TPDU: set header = tpdu",
                "这像是 TPDU：请设 header = tpdu",
            ],
            Self::Header => [
                "this looks like the header of 6 bytes that follows a TPDU: set header = tpdu-header",
                "这像是 TPDU 之后的 6 字节报文头：请设 header = tpdu-header",
            ],
            Self::Type(encoding) => match encoding {
                Encoding::Bcd => [
                    "the message type looks packed: set mti = bcd",
                    "消息类型像是压缩 BCD：请设 mti = bcd",
                ],
                Encoding::Ebcdic(_) => [
                    "the message type looks like EBCDIC: set mti = cp1047",
                    "消息类型像是 EBCDIC：请设 mti = cp1047",
                ],
                _ => [
                    "the message type looks like ASCII digits: set mti = ascii",
                    "消息类型像是 ASCII 数字：请设 mti = ascii",
                ],
            },
            Self::Bitmap(form) => match form {
                BitmapForm::Binary => [
                    "the bitmap looks binary: set bitmap = binary",
                    "位图像是二进制：请设 bitmap = binary",
                ],
                BitmapForm::Hex => [
                    "the bitmap looks like hexadecimal digits: set bitmap = hex",
                    "位图像是十六进制字符：请设 bitmap = hex",
                ],
                BitmapForm::EbcdicHex => [
                    "the bitmap looks like hexadecimal digits in EBCDIC: set bitmap = ebcdic-hex",
                    "位图像是 EBCDIC 的十六进制字符：请设 bitmap = ebcdic-hex",
                ],
            },
            Self::Prefix(form) => match form {
                PrefixForm::Ascii => [
                    "the length looks like ASCII digits: set the field's prefix = ascii",
                    "长度像是 ASCII 数字：请设该域 prefix = ascii",
                ],
                PrefixForm::Ebcdic => [
                    "the length looks like EBCDIC digits: set the field's prefix = ebcdic",
                    "长度像是 EBCDIC 数字：请设该域 prefix = ebcdic",
                ],
                _ => [
                    "the length looks packed or binary: set the field's prefix = bcd or binary",
                    "长度像是压缩 BCD 或二进制：请设该域 prefix = bcd 或 binary",
                ],
            },
            Self::Digits(encoding) => match encoding {
                Encoding::Ebcdic(_) => [
                    "the digits look like EBCDIC: set the field's encoding = cp1047",
                    "数字像是 EBCDIC：请设该域 encoding = cp1047",
                ],
                _ => [
                    "the digits look packed: set the field's encoding = bcd",
                    "数字像是压缩 BCD：请设该域 encoding = bcd",
                ],
            },
            Self::SecondBitmap => [
                "the host has fields above 64: give the dialect two bitmaps",
                "该主机使用 64 以上的域：请让方言有两个位图",
            ],
            Self::Field => [
                "the host has a field that the dialect lacks: say how it is formed",
                "该主机的报文有方言中没有的域：请说明其格式",
            ],
            Self::Longer => [
                "a field before may be longer than the dialect says, or its bit is not set",
                "前面某个域可能比方言所说的更长，或其位图位没有置位",
            ],
        };
        match language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(Language::English))
    }
}

const EBCDIC: Encoding = Encoding::Ebcdic(CodePage::Cp1047);

/// What bytes that begin with no message type begin with.
fn before(spec: &Spec<'_>, bytes: &[u8]) -> Option<Hint> {
    let type_at = |at: usize| {
        let bytes = bytes.get(at..).unwrap_or_default();
        let mut encodings = [Encoding::Bcd, Encoding::Ascii, EBCDIC].into_iter();
        encodings.find(|encoding| is_type(bytes, *encoding))
    };
    match (bytes, type_at(0)) {
        _ if bytes.len() >= 20 && bytes.iter().all(u8::is_ascii_hexdigit) => Some(Hint::HexText),
        ([high, low, rest @ ..], _)
            if usize::from(u16::from_be_bytes([*high, *low])) == rest.len() =>
        {
            Some(Hint::Length)
        }
        // Of a TPDU and of what follows it; an 8583 type never begins with 6.
        ([0x60..=0x63, ..], _) if type_at(6).is_some() && type_at(5).is_none() => {
            Some(Hint::Header)
        }
        ([0x60 | 0x68, _, _, _, _, _, ..], _) => Some(Hint::Tpdu),
        (_, Some(encoding)) if Some(encoding) != spec.mti() => Some(Hint::Type(encoding)),
        _ => None,
    }
}

/// True where the bytes begin with a type: its first digit is the edition, its
/// second the class (ISO 8583:2003, 4.3).
fn is_type(bytes: &[u8], encoding: Encoding) -> bool {
    let raw = bytes.get(..mti_size(Some(encoding)));
    let mut digits = Characters::whole(raw.unwrap_or_default(), encoding).ascii();
    let is = |digit: Option<u8>, range: &[u8]| digit.is_some_and(|digit| range.contains(&digit));
    is(digits.next(), b"0129")
        && is(digits.next(), b"12345678")
        && digits.all(|digit| digit.is_ascii_digit())
}

/// Whether the bitmap is in another form.
fn bitmap(spec: &Spec<'_>, map: &[u8], error: &DecodeError) -> Option<Hint> {
    let first = &map[..map.len().min(16)];
    let all = |encoding| {
        Characters::whole(first, encoding)
            .ascii()
            .all(|digit| digit.is_ascii_hexdigit())
    };
    let whole = first.len() == 16;
    let form = if whole && all(Encoding::Ascii) {
        BitmapForm::Hex
    } else if whole && all(EBCDIC) {
        BitmapForm::EbcdicHex
    } else if error.field == 1 && !all(Encoding::Ascii) && !all(EBCDIC) {
        BitmapForm::Binary
    } else {
        return None;
    };
    (form != spec.bitmap().form()).then_some(Hint::Bitmap(form))
}

/// What is behind an error of one field.
fn within(spec: &Spec<'_>, bytes: &[u8], error: &DecodeError) -> Option<Hint> {
    let prefix = match spec.field(error.field).map(FieldSpec::length) {
        Some(Length::Var(prefix, _)) => Some(prefix),
        _ => None,
    };
    let raw = bytes.get(error.offset..).unwrap_or_default();
    match (error.fault, prefix) {
        (DecodeFault::Trailing { .. }, _) => Some(Hint::Longer),
        (DecodeFault::SecondBitmap, _) => Some(Hint::SecondBitmap),
        (DecodeFault::Unknown, _) => Some(Hint::Field),
        (
            DecodeFault::Prefix { .. }
            | DecodeFault::TooLong { .. }
            | DecodeFault::PrefixTooSmall { .. },
            Some(prefix),
        ) => length(prefix.form(), raw),
        // The value is too short, so its length stands before.
        (DecodeFault::Truncated { .. }, Some(prefix)) => {
            let start = error.offset.checked_sub(prefix.size())?;
            length(prefix.form(), bytes.get(start..)?)
        }
        (DecodeFault::NotDecimal { .. }, _) => digits(raw),
        _ => None,
    }
}

/// What the length looks like, where that is another form.
fn length(form: PrefixForm, raw: &[u8]) -> Option<Hint> {
    let two = raw.first_chunk::<2>()?;
    let looks = match two {
        [b'0'..=b'9', b'0'..=b'9'] => PrefixForm::Ascii,
        [0xF0..=0xF9, 0xF0..=0xF9] => PrefixForm::Ebcdic,
        [0..=0x0F, _] if matches!(form, PrefixForm::Ascii | PrefixForm::Ebcdic) => PrefixForm::Bcd,
        _ => return None,
    };
    (looks != form).then_some(Hint::Prefix(looks))
}

/// What digits look like that are none.
fn digits(raw: &[u8]) -> Option<Hint> {
    match raw.first()? {
        0xF0..=0xF9 => Some(Hint::Digits(EBCDIC)),
        byte if byte >> 4 < 10 && byte & 15 < 10 => Some(Hint::Digits(Encoding::Bcd)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iso8583::{ISO87_ASCII, ISO87_BCD, UNIONPAY_POS, View};
    use std::vec::Vec;

    fn hint(spec: &Spec<'_>, bytes: &[u8]) -> Option<Hint> {
        let error = View::decode(spec, bytes).unwrap_err();
        Hint::of(spec, bytes, &error)
    }

    /// A network message of trace 16.
    const PACKED: &[u8] = b"\x08\x00\x00\x20\0\0\0\0\0\0\x00\x00\x16";

    #[test]
    fn what_stands_before_a_message_is_named() {
        let with = |before: &[u8]| [before, PACKED].concat();
        assert_eq!(hint(&ISO87_BCD, &with(&[0, 13])), Some(Hint::Length));
        assert_eq!(hint(&ISO87_BCD, &with(b"\x60\0\x03\0\0")), Some(Hint::Tpdu));
        let header = b"\x61\x31\0\0\0\0";
        assert_eq!(hint(&ISO87_BCD, &with(header)), Some(Hint::Header));
        let text: Vec<u8> = PACKED
            .iter()
            .flat_map(|byte| {
                [byte >> 4, byte & 15].map(|nibble| b"0123456789ABCDEF"[nibble as usize])
            })
            .collect();
        assert_eq!(hint(&UNIONPAY_POS, &text), Some(Hint::HexText));
    }

    #[test]
    fn types_and_bitmaps_of_another_form_are_named() {
        let ascii = b"08000020000000000000000016";
        assert_eq!(hint(&ISO87_ASCII, PACKED), Some(Hint::Type(Encoding::Bcd)));
        let mut short = ascii.to_vec();
        short.extend(b"Z");
        assert_eq!(hint(&ISO87_BCD, &short), Some(Hint::Type(Encoding::Ascii)));
        let mixed = [&PACKED[..2], &ascii[4..]].concat();
        assert_eq!(
            hint(&ISO87_BCD, &mixed),
            Some(Hint::Bitmap(BitmapForm::Hex))
        );
        let mixed = [&ascii[..4], &PACKED[2..]].concat();
        assert_eq!(
            hint(&ISO87_ASCII, &mixed),
            Some(Hint::Bitmap(BitmapForm::Binary))
        );
    }

    #[test]
    fn lengths_and_digits_of_another_form_are_named() {
        let card = |rest: &[u8]| [b"\x02\x10\x40\0\0\0\0\0\0\0", rest].concat();
        assert_eq!(
            hint(&UNIONPAY_POS, &card(b"86\x62\x24")),
            Some(Hint::Prefix(PrefixForm::Ascii))
        );
        assert_eq!(
            hint(&UNIONPAY_POS, &card(b"\x04\xF1\xF2")),
            Some(Hint::Digits(EBCDIC))
        );
        let trace = b"08000020000000000000\x00\x00\x16xyz";
        assert_eq!(hint(&ISO87_ASCII, trace), Some(Hint::Digits(Encoding::Bcd)));
        let card = b"0100400000000000000\x30\x02\x11";
        assert_eq!(
            hint(&ISO87_ASCII, card),
            Some(Hint::Prefix(PrefixForm::Bcd))
        );
    }

    #[test]
    fn fields_the_dialect_lacks_are_named() {
        let long = [PACKED, b"\0"].concat();
        assert_eq!(hint(&UNIONPAY_POS, &long), Some(Hint::Longer));
        let second = b"\x08\x00\x80\x20\0\0\0\0\0\0\x00\x00\x16";
        assert_eq!(hint(&UNIONPAY_POS, second), Some(Hint::SecondBitmap));
        let unknown = b"\x08\x00\x01\0\0\0\0\0\0\0";
        assert_eq!(hint(&UNIONPAY_POS, unknown), Some(Hint::Field));
    }

    #[test]
    fn a_cut_that_looks_like_nothing_gives_none() {
        assert_eq!(hint(&UNIONPAY_POS, &PACKED[..12]), None);
    }
}
