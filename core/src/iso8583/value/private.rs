use super::{ValueError, form};
use crate::iso8583::{Field, Mti, Writer};
use nom::bytes::complete::{tag, take};
use nom::combinator::{all_consuming, map_opt, rest};
use nom::{IResult, Parser};

const FIELD: u8 = 62;
const MARK: &[u8] = b"Sequence No";
const LICENCE: usize = 4;

/// What field 62 is in a message; it has another content in every kind.
#[derive(Clone, Copy)]
pub enum PrivateData<'a> {
    /// Sign-in request (0800): which device it is.
    TerminalInfo(TerminalInfo<'a>),
    /// Answer to a sign-in (0810): working keys as sent, 24, 40 or 60 bytes, or
    /// what a download brings. For the key set alone.
    Answer(&'a [u8]),
    /// Anything else: bytes as sent.
    Other(&'a [u8]),
}

impl<'a> PrivateData<'a> {
    /// Tells what field 62 of a message of type `mti` is.
    pub fn parse(mti: Mti, field: &Field<'a>) -> Self {
        match (mti.bcd(), TerminalInfo::parse(field)) {
            (0x0810, _) => Self::Answer(field.bytes()),
            (0x0800, Ok(info)) => Self::TerminalInfo(info),
            _ => Self::Other(field.bytes()),
        }
    }
}

/// Which device signs in: `Sequence No`, two digits of length, four of the
/// network licence 入网许可证 and the serial number.
///
/// ```
/// # use annul::iso8583::{Mti, UNIONPAY_POS, View, Writer, value::TerminalInfo};
/// let info = TerminalInfo::new(b"3060", b"99999906")?;
/// let mut buffer = [0; 64];
/// let mut writer = Writer::new(&UNIONPAY_POS, &mut buffer, Mti::literal(0x0800));
/// info.write(&mut writer);
/// let size = writer.finish().unwrap();
/// assert!(buffer[..size].ends_with(b"Sequence No12306099999906"));
/// # Ok::<(), annul::iso8583::value::ValueError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalInfo<'a> {
    licence: &'a [u8; LICENCE],
    serial: &'a [u8],
}

impl<'a> TerminalInfo<'a> {
    /// Characters of the longest serial number.
    pub const SERIAL: usize = 95;

    /// Takes a licence number and a serial number of up to 95 characters.
    pub fn new(licence: &'a [u8; LICENCE], serial: &'a [u8]) -> Result<Self, ValueError> {
        if serial.len() > Self::SERIAL {
            return Err(ValueError::Range {
                field: FIELD,
                part: "length of the serial number",
                most: Self::SERIAL as u32,
            });
        }
        Ok(Self { licence, serial })
    }

    /// Takes the text of a sign-in request.
    pub fn parse(field: &Field<'a>) -> Result<Self, ValueError> {
        match all_consuming(info).parse(field.bytes()) {
            Ok((_, info)) => Ok(info),
            Err(_) => Err(form(
                field,
                "Sequence No, 2 digits of length, licence, serial",
            )),
        }
    }

    /// The network licence number.
    pub fn licence(&self) -> &'a [u8; LICENCE] {
        self.licence
    }

    /// The serial number.
    pub fn serial(&self) -> &'a [u8] {
        self.serial
    }

    /// Writes field 62.
    pub fn write(&self, writer: &mut Writer<'_>) {
        const SERIAL: usize = MARK.len() + 2 + LICENCE;
        let mut text = [0; SERIAL + TerminalInfo::SERIAL];
        let len = LICENCE + self.serial.len();
        text[..MARK.len()].copy_from_slice(MARK);
        text[MARK.len()] = b'0' + (len / 10) as u8;
        text[MARK.len() + 1] = b'0' + (len % 10) as u8;
        text[MARK.len() + 2..SERIAL].copy_from_slice(self.licence);
        text[SERIAL..SERIAL + self.serial.len()].copy_from_slice(self.serial);
        writer.bytes(FIELD, &text[..SERIAL + self.serial.len()]);
    }
}

fn info(bytes: &[u8]) -> IResult<&[u8], TerminalInfo<'_>> {
    let len = map_opt(take(2_usize), |raw: &[u8]| match raw {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(usize::from((a - b'0') * 10 + (b - b'0'))),
        _ => None,
    });
    let (text, (_, len)) = (tag(MARK), len).parse(bytes)?;
    let (after, text) = take(len).parse(text)?;
    let licence = map_opt(take(LICENCE), |raw: &[u8]| raw.try_into().ok());
    let (_, (licence, serial)) = (licence, rest).parse(text)?;
    Ok((after, TerminalInfo { licence, serial }))
}
