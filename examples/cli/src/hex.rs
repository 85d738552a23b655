use crate::key::fault::InChinese;
use std::fmt::Write;

/// Why a text is no hexadecimal: where, and one character, never the text
/// around it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoHex {
    #[error(
        "character {place}, {character:?}, is no hexadecimal digit; expected 0-9, A-F, spaces, \
         line ends or 0x"
    )]
    Character { place: usize, character: char },
    #[error("nothing to decode; give hexadecimal digits")]
    Nothing,
    #[error("{count} hexadecimal digits make no whole bytes; one is missing or too many")]
    Odd { count: usize },
}

impl InChinese for NoHex {
    fn chinese(&self) -> String {
        match self {
            Self::Character { place, character } => format!(
                "第 {place} 个字符 {character:?} 不是十六进制数字；应为 0-9、A-F、空格、换行或 0x"
            ),
            Self::Nothing => "没有内容；请给出十六进制数字".to_owned(),
            Self::Odd { count } => {
                format!("{count} 个十六进制数字不成整字节；少一个或多一个")
            }
        }
    }
}

/// As [`read`], with the error in English.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, String> {
    read(text).map_err(|error| error.to_string())
}

/// Bytes out of hexadecimal text as logs and programs write it: spaces, line
/// ends, `0x`, `\x`, quotes, brackets, and `,`, `;`, `:`, `-`, `|` between bytes.
pub(crate) fn read(text: &str) -> Result<Vec<u8>, NoHex> {
    // As long as before, so that the error's place is that of the text given.
    let text = ["0x", "0X", "\\x"]
        .into_iter()
        .fold(text.to_owned(), |text, prefix| text.replace(prefix, "  "));
    let mut digits = Vec::new();
    for (position, character) in text.chars().enumerate() {
        match character.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if character.is_whitespace() || IGNORED.contains(character) => {}
            None => {
                let place = position + 1;
                return Err(NoHex::Character { place, character });
            }
        }
    }
    if digits.is_empty() {
        return Err(NoHex::Nothing);
    }
    if !digits.len().is_multiple_of(2) {
        let count = digits.len();
        return Err(NoHex::Odd { count });
    }
    Ok(digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect())
}

/// Bytes in hexadecimal, nothing between them.
pub(crate) fn encode(bytes: &[u8]) -> String {
    (bytes.iter()).fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // A string takes all.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

/// What may stand between the digits.
const IGNORED: &str = ",;:-|\"'`“”‘’[](){}\u{feff}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_as_logs_write_it() {
        let expected = Ok(vec![0x08, 0x20, 0xAB]);
        for text in [
            "0820AB",
            "08 20 ab",
            "0x08, 0x20, 0xAB",
            "08\r\n20\tAB\n",
            "08:20-AB",
            "\"0820\" 'AB'",
            "\\x08\\x20\\xAB",
            "[0x08; 0x20; 0xAB]",
            "{08|20|AB}",
            "“0820AB”",
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_and_where() {
        assert!(decode("08 2G").unwrap_err().starts_with("character 5, 'G'"));
        let prefixed = decode("0x08, 0x2G").unwrap_err();
        assert!(prefixed.starts_with("character 10, 'G'"), "{prefixed}");
        assert!(
            decode("082")
                .unwrap_err()
                .starts_with("3 hexadecimal digits")
        );
        assert!(decode("  \n").unwrap_err().starts_with("nothing to decode"));
    }
}
