//! What a value says, part by part, and how that is shown.

use super::apdu::Command;
use super::date::{Date, Time};
use super::digits::Digits;
use super::layout::{Bit, Meaning};
use super::mask::{Masked, hexadecimal};
use super::money::Money;
use super::name::{Name, Tongue};
use crate::tlv::Tag;
use core::fmt::{self, Write};

/// One thing a value says. See [`describe`](super::describe()).
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    level: u8,
    key: &'static str,
    name: Name<'static>,
    said: Said<'a>,
}

/// What is said.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Said<'a> {
    /// The parts of the next level say it.
    Group,
    /// Some bits of a byte.
    Bit(Bit),
    /// A number.
    Number(u64),
    /// Packed digits.
    Digits(Digits<'a>),
    /// Text, as its bytes are.
    Text(Text<'a>),
    /// Bytes.
    Bytes(Bytes<'a>),
    /// An amount.
    Money(Money),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// One of some words.
    Word(Name<'static>),
    /// A code and what it means, where somebody defined it.
    Code(Bytes<'a>, Option<Name<'static>>),
    /// Something that has letters of its own, as countries and currencies do.
    Lettered(&'static str, Name<'static>),
    /// Letters, and what they stand for where somebody defined them.
    Spelled(Text<'a>, Option<Name<'static>>),
    /// A tag that is asked for, how many bytes of it, and what it is.
    Asked(Tag, Option<usize>, Option<Name<'static>>),
    /// A command.
    Command(Command<'a>),
    /// What may not be shown, masked.
    Secret(Masked<'a>),
}

/// Bytes that may be shown, in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes<'a>(pub &'a [u8]);

/// Text of a card: ASCII as it is, anything else as `\xE4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a>(pub &'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal(f, self.0)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| match byte {
            0x20..=0x7E => write!(f, "{}", char::from(*byte)),
            _ => write!(f, "\\x{byte:02X}"),
        })
    }
}

impl<'a> Part<'a> {
    pub(super) const fn new(
        level: u8,
        key: &'static str,
        name: Name<'static>,
        said: Said<'a>,
    ) -> Self {
        Self {
            level,
            key,
            name,
            said,
        }
    }

    /// 0 for parts of the value, 1 for parts of a group, and so on.
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// What it is called.
    pub const fn name(&self) -> Name<'static> {
        self.name
    }

    /// What is said.
    pub const fn said(&self) -> Said<'a> {
        self.said
    }

    /// A name for programs, which no language changes: `tvr.1.80`, `pan`.
    pub fn key(&self) -> impl fmt::Display {
        match self.said {
            Said::Bit(bit) => PartKey::Bit(bit),
            _ => PartKey::Plain(self.key),
        }
    }

    /// The part on one line in a language.
    ///
    /// ```text
    ///  1:80 Offline data authentication was not performed
    ///  1:C0 Application cryptogram type: ARQC
    ///  Amount X: 200
    /// ```
    pub const fn text(self, tongue: Tongue) -> PartText<'a> {
        PartText { part: self, tongue }
    }

    /// The part as one JSON object: key, name and value in a language, byte
    /// and mask of bits.
    ///
    /// ```text
    ///  {"key":"tvr.1.80","byte":1,"mask":"80","name":"Offline data ..."}
    ///  {"key":"x","name":"Amount X","value":"200"}
    /// ```
    pub const fn json(self, tongue: Tongue) -> PartJson<'a> {
        PartJson { part: self, tongue }
    }
}

enum PartKey {
    Bit(Bit),
    Plain(&'static str),
}

impl fmt::Display for PartKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bit(bit) => write!(f, "{}", bit.key()),
            Self::Plain(key) => f.write_str(key),
        }
    }
}

/// The value alone, in a language; nothing for a group.
fn value(said: &Said<'_>, say: Tongue, f: &mut impl Write) -> fmt::Result {
    match said {
        Said::Group => Ok(()),
        Said::Bit(bit) => match bit.meaning() {
            Meaning::Set => Ok(()),
            Meaning::Choice(name) => f.write_str(say(name)),
            Meaning::Number(number) => write!(f, "{number}"),
            Meaning::Reserved => {
                f.write_str(say(Name::new("RFU", "保留")))?;
                write!(f, " ({:02X})", bit.value())
            }
        },
        Said::Number(number) => write!(f, "{number}"),
        Said::Digits(digits) => write!(f, "{digits}"),
        Said::Text(text) => write!(f, "{text}"),
        Said::Bytes(bytes) => write!(f, "{bytes}"),
        Said::Money(money) => write!(f, "{money}"),
        Said::Date(date) => write!(f, "{date}"),
        Said::Time(time) => write!(f, "{time}"),
        Said::Word(name) => f.write_str(say(*name)),
        Said::Code(code, name) => {
            write!(f, "{code}")?;
            f.write_str(" ")?;
            f.write_str(say(name.unwrap_or(Name::new("not defined", "未定义"))))
        }
        Said::Lettered(letters, name) => write!(f, "{letters} {}", say(*name)),
        Said::Spelled(text, name) => {
            write!(f, "{text}")?;
            match name {
                Some(name) => write!(f, " {}", say(*name)),
                None => Ok(()),
            }
        }
        Said::Asked(tag, length, name) => {
            write!(f, "{tag}")?;
            if let Some(length) = length {
                write!(f, " [{length}]")?;
            }
            match name {
                Some(name) => write!(f, " {}", say(*name)),
                None => Ok(()),
            }
        }
        Said::Command(command) => write!(f, "{}", command.words(say)),
        Said::Secret(masked) => write!(f, "{masked}"),
    }
}

/// See [`Part::text`].
#[derive(Clone, Copy)]
pub struct PartText<'a> {
    part: Part<'a>,
    tongue: Tongue,
}

impl fmt::Display for PartText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, say) = (&self.part, self.tongue);
        match part.said {
            Said::Group => f.write_str(say(part.name)),
            Said::Bit(bit) => {
                write!(f, "{}:{:02X} ", bit.byte(), bit.mask())?;
                match bit.meaning() {
                    Meaning::Set => f.write_str(say(bit.name())),
                    // Of a choice, the name says what is chosen, not that it is wrong.
                    Meaning::Reserved if bit.field().values().next().is_none() => {
                        f.write_str(say(bit.name()))
                    }
                    _ => {
                        write!(f, "{}: ", say(part.name))?;
                        value(&part.said, say, f)
                    }
                }
            }
            _ => {
                write!(f, "{}: ", say(part.name))?;
                value(&part.said, say, f)
            }
        }
    }
}

/// See [`Part::json`].
#[derive(Clone, Copy)]
pub struct PartJson<'a> {
    part: Part<'a>,
    tongue: Tongue,
}

impl fmt::Display for PartJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, say) = (&self.part, self.tongue);
        write!(f, "{{\"key\":\"{}\"", part.key())?;
        let name = match part.said {
            Said::Bit(bit) => {
                write!(
                    f,
                    ",\"byte\":{},\"mask\":\"{:02X}\"",
                    bit.byte(),
                    bit.mask()
                )?;
                match bit.meaning() {
                    Meaning::Set | Meaning::Reserved => bit.name(),
                    _ => part.name,
                }
            }
            _ => part.name,
        };
        f.write_str(",\"name\":\"")?;
        Escaped(f).write_str(say(name))?;
        f.write_str("\"")?;
        let silent = match part.said {
            Said::Group => true,
            Said::Bit(bit) => bit.meaning() == Meaning::Set,
            _ => false,
        };
        if !silent {
            f.write_str(",\"value\":\"")?;
            value(&part.said, say, &mut Escaped(f))?;
            f.write_str("\"")?;
        }
        f.write_str("}")
    }
}

/// Writes the inside of a JSON string (RFC 8259, section 7).
struct Escaped<'f, 'g>(&'f mut fmt::Formatter<'g>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| match character {
            '"' | '\\' => write!(self.0, "\\{character}"),
            '\u{0}'..='\u{1F}' => write!(self.0, "\\u{:04X}", u32::from(character)),
            _ => self.0.write_char(character),
        })
    }
}
