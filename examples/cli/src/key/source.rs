use super::fault::worded;
use crate::exit::Failure;
use crate::output::Manner;
use annul::crypto::Key;
use clap::{Args as Group, ValueEnum};
use std::env::VarError;
use std::io::Read;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where a key comes from: a file, an environment variable or, with neither,
/// a question. It is never an argument: other users of the machine see those.
#[derive(Group)]
pub(crate) struct Source {
    /// A file with the key in hexadecimal [default: asks for it]
    #[arg(long, value_name = "FILE", conflicts_with = "key_env")]
    key_file: Option<PathBuf>,
    /// An environment variable with the key in hexadecimal
    #[arg(long, value_name = "NAME")]
    key_env: Option<String>,
}

impl Source {
    /// True where the key is read from standard input, which then has no data.
    pub(crate) fn is_standard_input(&self) -> bool {
        let input = |path: &PathBuf| {
            let names = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];
            names.iter().any(|name| path == Path::new(name))
        };
        self.key_file.as_ref().is_some_and(input)
    }

    /// The bytes of the key.
    pub(crate) fn bytes(&self, manner: Manner) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let place = match (&self.key_file, &self.key_env) {
            (Some(path), _) => Place::File(path),
            (None, Some(name)) => Place::Variable(name),
            (None, None) => Place::Question(manner.pick("密钥", "key").to_owned()),
        };
        place.bytes(manner)
    }
}

/// Where one key is to be found.
pub(super) enum Place<'p> {
    File(&'p Path),
    Variable(&'p str),
    /// Asked for by this name.
    Question(String),
}

impl Place<'_> {
    /// The bytes of the key there.
    pub(super) fn bytes(&self, manner: Manner) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let (place, text) = match self {
            Self::File(path) => (path.display().to_string(), file(path, manner)?),
            Self::Variable(name) => ((*name).to_owned(), variable(name, manner)?),
            Self::Question(name) => (name.clone(), asked(name, manner)?),
        };
        decode(&text).map_err(|wrong| {
            let wrong = wrong.said(manner);
            Failure::new(format!("{}: {wrong}", shown(&place)))
        })
    }
}

/// Which cipher a key is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cipher {
    /// 8 bytes
    Des,
    /// 16 or 24 bytes
    Tdes,
    /// 16, 24 or 32 bytes
    Aes,
    /// 16 bytes
    Sm4,
}

impl Cipher {
    /// The key of these bytes, where `--cipher` could have said another cipher.
    pub(crate) fn asked_key(self, bytes: &[u8], manner: Manner) -> Result<Key, Failure> {
        self.key(bytes, manner).map_err(|failure| {
            if (self, bytes.len()) != (Self::Tdes, 8) {
                return failure;
            }
            let advice = manner.pick(
                "；单倍长 DES 密钥（8 字节）请用 --cipher des",
                "; a single-length DES key (8 bytes) is --cipher des",
            );
            Failure::new(format!("{failure}{advice}"))
        })
    }

    /// The key of these bytes.
    pub(crate) fn key(self, bytes: &[u8], manner: Manner) -> Result<Key, Failure> {
        let key = match (self, bytes.len()) {
            (Self::Des, 8) | (Self::Tdes, 16 | 24) => Key::des(bytes),
            (Self::Aes, _) => Key::aes(bytes),
            (Self::Sm4, _) => Key::sm4(bytes),
            (Self::Des | Self::Tdes, found) => {
                let expected = manner.pick(
                    "des 密钥应为 8 字节，tdes 密钥应为 16 或 24 字节，实际为",
                    "a key of des has 8 bytes, of tdes 16 or 24; found",
                );
                return Err(Failure::new(format!("{expected} {found}")));
            }
        };
        key.map_err(worded(manner))
    }
}

/// More than any key, with room for white space.
const MOST: usize = 4096;

fn file(path: &Path, manner: Manner) -> Result<Zeroizing<String>, Failure> {
    let failure = |error| {
        let name = shown(&path.display().to_string());
        Failure::new(format!("{name}: {error}"))
    };
    // Reserved whole, so that no copy is left behind when it grows.
    let mut text = Zeroizing::new(String::with_capacity(MOST));
    let file = std::fs::File::open(path).map_err(failure)?;
    let mut part = file.take(MOST as u64);
    part.read_to_string(&mut text).map_err(failure)?;
    // Cut, it would be another key.
    if text.len() == MOST {
        let long = manner.pick(
            "字节或更多；密钥文件只应含有密钥的数字",
            "bytes or more; a file with a key holds its digits alone",
        );
        let name = shown(&path.display().to_string());
        return Err(Failure::new(format!("{name}: {MOST} {long}")));
    }
    Ok(text)
}

/// A name as it may be shown: somebody may have given the key instead of it.
fn shown(name: &str) -> String {
    crate::secret::redact_name(name)
}

fn variable(name: &str, manner: Manner) -> Result<Zeroizing<String>, Failure> {
    std::env::var(name).map(Zeroizing::new).map_err(|error| {
        let wrong = match error {
            VarError::NotPresent => manner.pick("环境变量未设置", "no such environment variable"),
            VarError::NotUnicode(_) => manner.pick(
                "环境变量不是文本；密钥须为十六进制数字",
                "this environment variable is no text; a key is hexadecimal digits",
            ),
        };
        Failure::new(format!("{}: {wrong}", shown(name)))
    })
}

fn asked(name: &str, manner: Manner) -> Result<Zeroizing<String>, Failure> {
    let how = manner.pick("（十六进制，不显示）：", " (hexadecimal, not shown): ");
    let typed = rpassword::prompt_password(format!("{name}{how}")).map(Zeroizing::new);
    typed.map_err(|error| {
        let advice = manner.pick(
            "没有终端可以询问；请给出文件或环境变量",
            "there is no terminal to ask; give a file or an environment variable",
        );
        Failure::new(format!("{name}: {advice} ({error})"))
    })
}

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoKey {
    /// An editor put a mark before it that nobody sees.
    Mark,
    /// It is written as in a program.
    Prefix,
    /// Anything else than pairs of digits.
    Digits,
}

impl NoKey {
    const fn said(self, manner: Manner) -> &'static str {
        match self {
            Self::Mark => manner.pick(
                "以字节顺序标记（BOM）开头；请另存为不带标记的纯文本",
                "begins with a byte order mark (BOM); save it as plain text without one",
            ),
            Self::Prefix => manner.pick(
                "以 0x 开头；请只给出数字",
                "begins with 0x; give the digits alone",
            ),
            Self::Digits => manner.pick(
                "应为成对的十六进制数字，可以有空白",
                "expected pairs of hexadecimal digits, with white space or without",
            ),
        }
    }
}

fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, NoKey> {
    let start = text.trim_start();
    if start.starts_with('\u{feff}') {
        return Err(NoKey::Mark);
    }
    if start.starts_with("0x") || start.starts_with("0X") {
        return Err(NoKey::Prefix);
    }
    pairs(text).ok_or(NoKey::Digits)
}

fn pairs(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    let mut digits = text.chars().filter(|character| !character.is_whitespace());
    while let Some(high) = digits.next() {
        let pair = high.to_digit(16)? << 4 | digits.next()?.to_digit(16)?;
        bytes.push(u8::try_from(pair).ok()?);
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_skipped_and_all_else_refused() {
        let key = decode(" 01 23\t4567\r\n89abCDEF\n").unwrap();
        assert_eq!(*key, [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]);
        for text in ["", " \n", "012", "01 0x02", "01-02", "零一"] {
            assert_eq!(decode(text), Err(NoKey::Digits), "{text}");
        }
        assert_eq!(decode("\n0x01"), Err(NoKey::Prefix));
        assert_eq!(decode("\u{feff}01"), Err(NoKey::Mark));
    }
}
