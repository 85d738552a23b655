//! Commands to a card, as far as one has to know them to read a log.

use super::digits::Digits;
use super::error::{ValueError, ValueFault};
use super::name::{Name, Tongue};
use super::stray;
use crate::tlv::Tag;
use core::fmt;
use nom::bytes::complete::take;
use nom::combinator::{all_consuming, map, opt, verify};
use nom::number::complete::{be_u16, u8 as byte};
use nom::{IResult, Parser};

/// A command APDU (ISO/IEC 7816-3, 12.1).
///
/// Its `Debug` shows no data: VERIFY carries a PIN.
///
/// ```
/// # use annul::emv::{Action, Command};
/// let command = Command::parse(&[0x00, 0xB2, 0x01, 0x14, 0x00]).unwrap();
/// assert_eq!(command.name().unwrap().english(), "READ RECORD");
/// assert_eq!(command.action(), Action::ReadRecord { file: 2, record: 1 });
/// assert_eq!(command.expected(), Some(256));
/// assert!(Command::parse(&[0x00, 0xB2]).is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Command<'a> {
    class: u8,
    instruction: u8,
    parameters: [u8; 2],
    data: &'a [u8],
    expected: Option<u32>,
}

/// What a command asks for, as its parameters say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action<'a> {
    /// Select an application or directory by name, the first or the next that
    /// fits.
    Select {
        /// The name, or its beginning.
        name: &'a [u8],
        /// The next one that fits.
        next: bool,
    },
    /// Read a record of a file.
    ReadRecord {
        /// The short file identifier.
        file: u8,
        /// Its record.
        record: u8,
    },
    /// Begin a transaction; the data answer the card's PDOL in an object 83.
    GetProcessingOptions,
    /// Get one data object.
    GetData(Tag),
    /// Decide; the data answer the card's CDOL.
    GenerateAc {
        /// 00 AAC, 40 TC, 80 ARQC.
        cryptogram: u8,
        /// With a signature (CDA) or another proof: bits 5 and 4.
        proof: u8,
    },
    /// Verify the holder's PIN; the data are secret.
    Verify {
        /// Bits that say how it is enciphered: 80 not, 88 it is.
        qualifier: u8,
    },
    /// Any other.
    Other,
}

/// Class, with the bits for secure messaging and channels left out,
/// instruction and name.
static NAMES: &[(u8, u8, Name<'static>)] = &[
    (0x00, 0xA4, Name::new("SELECT", "选择")),
    (0x00, 0xB2, Name::new("READ RECORD", "读记录")),
    (0x00, 0xB0, Name::new("READ BINARY", "读二进制")),
    (0x00, 0x20, Name::new("VERIFY", "验证")),
    (0x00, 0x82, Name::new("EXTERNAL AUTHENTICATE", "外部认证")),
    (0x00, 0x84, Name::new("GET CHALLENGE", "取随机数")),
    (0x00, 0x88, Name::new("INTERNAL AUTHENTICATE", "内部认证")),
    (0x00, 0xC0, Name::new("GET RESPONSE", "取响应")),
    (0x00, 0xCA, Name::new("GET DATA", "取数据")),
    (0x00, 0xD6, Name::new("UPDATE BINARY", "修改二进制")),
    (0x00, 0xDA, Name::new("PUT DATA", "设置数据")),
    (0x00, 0xDC, Name::new("UPDATE RECORD", "修改记录")),
    (0x00, 0xE2, Name::new("APPEND RECORD", "追加记录")),
    (0x00, 0x70, Name::new("MANAGE CHANNEL", "管理通道")),
    (0x80, 0x16, Name::new("CARD BLOCK", "卡片锁定")),
    (0x80, 0x18, Name::new("APPLICATION UNBLOCK", "应用解锁")),
    (0x80, 0x1E, Name::new("APPLICATION BLOCK", "应用锁定")),
    (0x80, 0x24, Name::new("PIN CHANGE/UNBLOCK", "PIN 修改/解锁")),
    (
        0x80,
        0x2A,
        Name::new("COMPUTE CRYPTOGRAPHIC CHECKSUM", "计算密码校验和"),
    ),
    (0x80, 0x50, Name::new("INITIALIZE", "初始化")),
    (0x80, 0x52, Name::new("CREDIT FOR LOAD", "圈存")),
    (0x80, 0x5C, Name::new("GET BALANCE", "读余额")),
    (
        0x80,
        0xA8,
        Name::new("GET PROCESSING OPTIONS", "取处理选项"),
    ),
    (0x80, 0xAE, Name::new("GENERATE AC", "生成应用密文")),
    (0x80, 0xCA, Name::new("GET DATA", "取数据")),
    (0x80, 0xD0, Name::new("RECOVER AC", "恢复应用密文")),
    (0x80, 0xDA, Name::new("PUT DATA", "设置数据")),
    (0x80, 0xDC, Name::new("UPDATE RECORD", "修改记录")),
    (
        0x80,
        0xEA,
        Name::new("EXCHANGE RELAY RESISTANCE DATA", "交换抗中继数据"),
    ),
];

impl<'a> Command<'a> {
    /// Reads a command of short or extended length, to its last byte.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ValueError> {
        let parsed = all_consuming(command).parse(bytes);
        let wrong = ValueError::new(bytes.len().min(4), ValueFault::Command);
        parsed.map(|(_, command)| command).map_err(|_| wrong)
    }

    /// CLA.
    pub const fn class(&self) -> u8 {
        self.class
    }

    /// INS.
    pub const fn instruction(&self) -> u8 {
        self.instruction
    }

    /// P1 and P2.
    pub const fn parameters(&self) -> [u8; 2] {
        self.parameters
    }

    /// The data, Lc bytes. Of VERIFY, a PIN block.
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// True where the data must not be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.action(), Action::Verify { .. }) || self.instruction == 0x24
    }

    /// Bytes expected back; all there are is 256, or 65536 in extended form.
    pub const fn expected(&self) -> Option<u32> {
        self.expected
    }

    /// True where a MAC, or cipher and MAC, protect the command.
    pub const fn is_secured(&self) -> bool {
        self.class & 0x0C != 0
    }

    /// What the command is called.
    pub fn name(&self) -> Option<Name<'static>> {
        let class = self.class & 0x80;
        let row = NAMES
            .iter()
            .find(|row| (row.0, row.1) == (class, self.instruction));
        row.map(|row| row.2)
    }

    /// What it asks for.
    pub fn action(&self) -> Action<'a> {
        let [first, second] = self.parameters;
        match (self.class & 0x80, self.instruction) {
            (0x00, 0xA4) if first == 0x04 => Action::Select {
                name: self.data,
                next: second & 0x03 == 0x02,
            },
            (0x00, 0xB2) if second & 0x07 == 0x04 => Action::ReadRecord {
                file: second >> 3,
                record: first,
            },
            (0x80, 0xA8) => Action::GetProcessingOptions,
            (_, 0xCA) => {
                let value = u32::from(u16::from_be_bytes(self.parameters));
                Tag::new(value).map_or(Action::Other, Action::GetData)
            }
            (0x80, 0xAE) => Action::GenerateAc {
                cryptogram: first & 0xC0,
                proof: first & 0x18,
            },
            (0x00, 0x20) => Action::Verify { qualifier: second },
            _ => Action::Other,
        }
    }

    /// The command in words: `GENERATE AC ARQC`.
    pub const fn words(self, tongue: Tongue) -> Words<'a> {
        Words {
            command: self,
            tongue,
        }
    }
}

impl fmt::Debug for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.words(Name::english))
    }
}

fn command(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    let (rest, (class, instruction, first, second)) = (byte, byte, byte, byte).parse(input)?;
    let (rest, (data, expected)) = if rest.first() == Some(&0) && rest.len() > 2 {
        extended(rest)?
    } else {
        short(rest)?
    };
    let command = Command {
        class,
        instruction,
        parameters: [first, second],
        data,
        expected,
    };
    Ok((rest, command))
}

/// What follows the header: data, and how many bytes are expected back.
type Body<'a> = (&'a [u8], Option<u32>);

/// Lc, data and Le of one byte each, as they come; a single byte is Le.
fn short(input: &[u8]) -> IResult<&[u8], Body<'_>> {
    let expected = |input| map(byte, |le| if le == 0 { 256 } else { u32::from(le) }).parse(input);
    if input.len() <= 1 {
        let (rest, expected) = opt(expected).parse(input)?;
        return Ok((rest, (&[], expected)));
    }
    let (rest, count) = verify(byte, |count| *count > 0).parse(input)?;
    (take(count), opt(expected)).parse(rest)
}

/// Zero, then Lc and Le of two bytes each.
fn extended(input: &[u8]) -> IResult<&[u8], Body<'_>> {
    let expected =
        |input| map(be_u16, |le| if le == 0 { 65536 } else { u32::from(le) }).parse(input);
    let (rest, _) = byte.parse(input)?;
    if rest.len() == 2 {
        let (rest, expected) = opt(expected).parse(rest)?;
        return Ok((rest, (&[], expected)));
    }
    let (rest, count) = verify(be_u16, |count| *count > 0).parse(rest)?;
    (take(count), opt(expected)).parse(rest)
}

/// A command in words, see [`Command::words`].
#[derive(Clone, Copy)]
pub struct Words<'a> {
    command: Command<'a>,
    tongue: Tongue,
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (command, say) = (&self.command, self.tongue);
        match command.name() {
            Some(name) => f.write_str(say(name))?,
            None => write!(f, "INS {:02X}", command.instruction)?,
        }
        match command.action() {
            Action::Select { name, next } => {
                if next {
                    write!(f, " {}", say(Name::new("next", "下一个")))?;
                }
                f.write_str(" ")?;
                name_of_file(f, name)?;
            }
            Action::ReadRecord { file, record } => {
                let of = Name::new("of file", "，短文件标识符");
                write!(f, " {record} {} {file}", say(of))?;
            }
            Action::GetData(tag) => write!(f, " {tag}")?,
            Action::GenerateAc { cryptogram, proof } => {
                f.write_str(match cryptogram {
                    0x00 => " AAC",
                    0x40 => " TC",
                    0x80 => " ARQC",
                    _ => " RFU",
                })?;
                f.write_str(match proof {
                    0x00 => "",
                    0x10 => " + CDA",
                    0x08 => " + XDA",
                    _ => " + RFU",
                })?;
            }
            Action::Verify { qualifier } => {
                let enciphered = Name::new("enciphered PIN", "密文 PIN");
                let plain = Name::new("plaintext PIN", "明文 PIN");
                let how = if qualifier & 0x08 == 0 {
                    plain
                } else {
                    enciphered
                };
                write!(f, " {}", say(how))?;
            }
            Action::GetProcessingOptions | Action::Other => {}
        }
        // Only a command that can do without it is said to be secured.
        if command.is_secured()
            && NAMES
                .iter()
                .any(|row| (row.0, row.1) == (0, command.instruction))
        {
            write!(f, " ({})", say(Name::new("secure messaging", "安全报文")))?;
        }
        Ok(())
    }
}

/// A directory's name is text, an application's is not. What is longer than
/// any name is not shown: it is something else.
fn name_of_file(f: &mut fmt::Formatter<'_>, name: &[u8]) -> fmt::Result {
    const LONGEST: usize = 16;
    let number = Digits::parse(name).is_ok_and(|digits| digits.len() >= stray::FEWEST);
    if name.len() > LONGEST || number || stray::holds_card_data(name) {
        return f.write_str("?");
    }
    if name.iter().all(|c| (0x20..0x7F).contains(c)) {
        return (name.iter()).try_for_each(|c| write!(f, "{}", char::from(*c)));
    }
    super::mask::hexadecimal(f, name)
}
