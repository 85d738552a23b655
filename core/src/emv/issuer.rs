//! What an issuer says to its card through the terminal: that it is the
//! issuer, and what the card is to change.

use super::error::{ValueError, ValueFault, sized};
use super::layout::Layout;
use super::tables;
use crate::tlv::{Mode, Object, Reader, Tag};

/// How an issuer proves itself (EMV book 2, 8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArpcMethod {
    /// A cryptogram of eight bytes, then the response code. UnionPay's.
    Code,
    /// A cryptogram of four bytes, card status update, then up to eight bytes
    /// of the issuer's own.
    Status,
}

/// Issuer authentication data (tag 91).
///
/// Ten bytes may be either method. Say which it is where you know, by the
/// cryptogram version; else ten bytes are read by the first, as UnionPay's are,
/// and [`IssuerAuthenticationData::is_ambiguous`] tells.
///
/// ```
/// # use annul::emv::{ArpcMethod, IssuerAuthenticationData};
/// let value = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, b'0', b'0'];
/// let data = IssuerAuthenticationData::parse(&value, None).unwrap();
/// assert_eq!((data.method(), data.code()), (ArpcMethod::Code, Some(*b"00")));
/// assert!(data.is_ambiguous());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuerAuthenticationData<'a> {
    method: ArpcMethod,
    value: &'a [u8],
    told: bool,
}

impl<'a> IssuerAuthenticationData<'a> {
    /// Reads 8 to 16 bytes, by the method that is given, or else by the length.
    pub fn parse(value: &'a [u8], method: Option<ArpcMethod>) -> Result<Self, ValueError> {
        sized(value, 8, 16)?;
        if method == Some(ArpcMethod::Code) {
            sized(value, 10, 10)?;
        }
        let by_length = if value.len() == 10 {
            ArpcMethod::Code
        } else {
            ArpcMethod::Status
        };
        Ok(Self {
            method: method.unwrap_or(by_length),
            value,
            told: method.is_some(),
        })
    }

    /// The method it was read by.
    pub const fn method(&self) -> ArpcMethod {
        self.method
    }

    /// True where nobody said the method and the length allows both.
    pub const fn is_ambiguous(&self) -> bool {
        !self.told && self.value.len() == 10
    }

    /// The authorisation response cryptogram.
    pub fn cryptogram(&self) -> &'a [u8] {
        let size = match self.method {
            ArpcMethod::Code => 8,
            ArpcMethod::Status => 4,
        };
        self.value.get(..size).unwrap_or_default()
    }

    /// The authorisation response code, of the first method.
    pub fn code(&self) -> Option<[u8; 2]> {
        let code = self.value.get(8..10)?.try_into().ok()?;
        (self.method == ArpcMethod::Code).then_some(code)
    }

    /// The card status update, of the second; see the layout `csu`.
    pub fn status(&self) -> Option<&'a [u8]> {
        let status = self.value.get(4..8)?;
        (self.method == ArpcMethod::Status).then_some(status)
    }

    /// What the issuer added, of the second.
    pub fn proprietary(&self) -> &'a [u8] {
        match self.method {
            ArpcMethod::Code => &[],
            ArpcMethod::Status => self.value.get(8..).unwrap_or_default(),
        }
    }

    /// The layout of the card status update.
    pub fn status_layout() -> &'static Layout {
        &tables::CSU
    }
}

/// Commands that the issuer wants the card to do, in a template 71 before the
/// second GENERATE AC or 72 after it (EMV book 3, 10.10).
///
/// ```
/// # use annul::emv::Script;
/// // The value of a template 72.
/// let value = [0x9F, 0x18, 4, 0, 0, 0x91, 0x23, 0x86, 5, 0x84, 0x1E, 0, 0, 0];
/// let script = Script::parse(&value).unwrap();
/// assert_eq!(script.identifier(), Some([0, 0, 0x91, 0x23]));
/// assert_eq!(script.commands().count(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script<'a>(&'a [u8]);

const IDENTIFIER: Tag = Tag::literal(0x9F18);
const COMMAND: Tag = Tag::literal(0x86);

impl<'a> Script<'a> {
    /// Reads the value of a template 71 or 72.
    pub fn parse(value: &'a [u8]) -> Result<Self, ValueError> {
        let fault = Reader::new(value, Mode::Emv).find_map(Result::err);
        match fault {
            Some(error) => Err(ValueError::new(error.offset(), ValueFault::Tlv(error))),
            None => Ok(Self(value)),
        }
    }

    /// Its number, which results name.
    pub fn identifier(&self) -> Option<[u8; 4]> {
        self.objects(IDENTIFIER).next()?.try_into().ok()
    }

    /// The commands, in the order they are to be sent.
    pub fn commands(&self) -> impl Iterator<Item = &'a [u8]> {
        self.objects(COMMAND)
    }

    fn objects(&self, tag: Tag) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let objects = Reader::new(self.0, Mode::Emv).flatten();
        let wanted = objects.filter(move |object| object.depth() == 0 && object.tag() == tag);
        wanted.map(|object: Object<'a>| object.value())
    }
}

/// What became of one script: five bytes of tag DF31, or of 9F5B (EMV book 4,
/// annex A5).
///
/// ```
/// # use annul::emv::ScriptResult;
/// let results = ScriptResult::parse_all(&[0x20, 0, 0, 0, 0x01]).unwrap();
/// let result = results.into_iter().next().unwrap();
/// assert!(result.is_successful());
/// assert_eq!(result.identifier(), [0, 0, 0, 1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScriptResult {
    status: u8,
    identifier: [u8; 4],
}

impl ScriptResult {
    const SIZE: usize = 5;

    /// Reads the results of one script or more, five bytes each.
    pub fn parse_all(value: &[u8]) -> Result<impl Iterator<Item = Self> + use<'_>, ValueError> {
        let found = value.len();
        if found == 0 || !found.is_multiple_of(Self::SIZE) {
            let of = Self::SIZE;
            return Err(ValueError::new(0, ValueFault::Multiple { of, found }));
        }
        Ok(value.chunks_exact(Self::SIZE).map(|result| Self {
            status: result[0],
            identifier: [result[1], result[2], result[3], result[4]],
        }))
    }

    /// 0 not done, 1 failed, 2 successful.
    pub const fn outcome(self) -> u8 {
        self.status >> 4
    }

    /// True where every command of it was done.
    pub const fn is_successful(self) -> bool {
        self.outcome() == 2
    }

    /// The command that failed: 1 is the first, 15 the fifteenth or a later
    /// one, 0 says nothing.
    pub const fn failed_command(self) -> u8 {
        self.status & 0x0F
    }

    /// The script's number.
    pub const fn identifier(self) -> [u8; 4] {
        self.identifier
    }

    /// The layout of the first byte.
    pub fn layout() -> &'static Layout {
        &tables::SCRIPT_RESULT
    }
}
