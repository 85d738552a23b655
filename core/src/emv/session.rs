//! A log of commands and responses, read with what the card said before.

use super::apdu::{Action, Command};
use super::error::{ValueError, sized};
use super::status::StatusWord;
use crate::tlv::{self, Mode, Object, Reader, Tag, dol};

/// What a terminal remembers of a card while it reads a log: the lists by
/// which the data of later commands are to be read.
///
/// ```text
///  SELECT ──> 9F38 PDOL ──> GET PROCESSING OPTIONS: data by the PDOL
///  READ RECORD ──> 8C CDOL1 ──> first GENERATE AC: data by CDOL1
///              └─> 8D CDOL2 ──> second GENERATE AC: data by CDOL2
/// ```
///
/// ```
/// # use annul::emv::Session;
/// # use annul::tlv::Tag;
/// let mut session = Session::new();
/// session.command(&[0x00, 0xB2, 0x01, 0x0C, 0x00]).unwrap();
/// session.response(&[0x70, 0x05, 0x8C, 0x03, 0x9F, 0x02, 0x06, 0x90, 0x00]).unwrap();
/// let command = [0x80, 0xAE, 0x80, 0x00, 0x06, 0, 0, 0, 0, 0x12, 0x34, 0x00];
/// let sent = session.command(&command).unwrap();
/// let asked: Vec<_> = sent.values().unwrap().collect();
/// assert_eq!(asked, [(Tag::literal(0x9F02), &[0, 0, 0, 0, 0x12, 0x34][..])]);
/// // A record has to be an object.
/// session.command(&[0x00, 0xB2, 0x02, 0x0C, 0x00]).unwrap();
/// let torn = session.response(&[0x70, 0x09, 0x5F, 0x34, 0x90, 0x00]).unwrap();
/// assert_eq!(torn.error().unwrap().code(), "truncated_value");
/// ```
#[derive(Clone, Copy, Default)]
pub struct Session<'a> {
    pdol: Option<&'a [u8]>,
    cdol1: Option<&'a [u8]>,
    cdol2: Option<&'a [u8]>,
    awaited: Awaited,
    cryptograms: u8,
}

/// The response that is to come, as far as it has no tags of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Awaited {
    Options,
    Cryptogram,
    Signature,
    /// Data objects, and no bare values.
    Objects,
    #[default]
    Anything,
}

const PDOL: Tag = Tag::literal(0x9F38);
const CDOL1: Tag = Tag::literal(0x8C);
const CDOL2: Tag = Tag::literal(0x8D);

impl<'a> Session<'a> {
    /// Nothing is known yet.
    pub const fn new() -> Self {
        Self {
            pdol: None,
            cdol1: None,
            cdol2: None,
            awaited: Awaited::Anything,
            cryptograms: 0,
        }
    }

    /// Reads a command to the card.
    pub fn command(&mut self, bytes: &'a [u8]) -> Result<Sent<'a>, ValueError> {
        let command = Command::parse(bytes)?;
        let (list, data) = match command.action() {
            Action::Select { .. } => {
                *self = Self::new();
                (None, command.data())
            }
            Action::GetProcessingOptions => (self.pdol, options(command.data())),
            Action::GenerateAc { .. } => {
                self.cryptograms = self.cryptograms.saturating_add(1);
                let list = if self.cryptograms == 1 {
                    self.cdol1
                } else {
                    self.cdol2
                };
                (list, command.data())
            }
            _ => (None, command.data()),
        };
        self.awaited = match (command.action(), command.instruction()) {
            (Action::GetProcessingOptions, _) => Awaited::Options,
            (Action::GenerateAc { .. }, _) => Awaited::Cryptogram,
            (_, 0x88) => Awaited::Signature,
            (Action::Select { .. } | Action::ReadRecord { .. } | Action::GetData(_), _) => {
                Awaited::Objects
            }
            // GET RESPONSE fetches what is still awaited.
            (_, 0xC0) => self.awaited,
            _ => Awaited::Anything,
        };
        let list = list.and_then(|list| dol::Dol::parse(list).ok());
        let list = list.filter(|list| list.data_length() == data.len());
        Ok(Sent {
            command,
            list,
            data,
        })
    }

    /// Reads a response of the card: data, SW1 and SW2.
    pub fn response(&mut self, bytes: &'a [u8]) -> Result<Received<'a>, ValueError> {
        sized(bytes, 2, 65538)?;
        let (data, status) = bytes.split_at(bytes.len() - 2);
        let status = StatusWord::new(u16::from_be_bytes([status[0], status[1]]));
        for object in Reader::new(data, Mode::Ff).flatten() {
            let value = Some(object.value());
            match object.tag() {
                PDOL => self.pdol = value,
                CDOL1 => self.cdol1 = value,
                CDOL2 => self.cdol2 = value,
                _ => {}
            }
        }
        Ok(Received {
            status,
            data,
            awaited: self.awaited,
        })
    }
}

/// The data of GET PROCESSING OPTIONS: the value of its object 83.
fn options(data: &[u8]) -> &[u8] {
    let mut objects = Reader::new(data, Mode::Emv);
    match objects.next() {
        Some(Ok(object)) if object.tag().value() == 0x83 => object.value(),
        _ => data,
    }
}

/// A command and the list by which its data are to be read.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    command: Command<'a>,
    list: Option<dol::Dol<'a>>,
    data: &'a [u8],
}

impl<'a> Sent<'a> {
    /// The command itself.
    pub const fn command(&self) -> &Command<'a> {
        &self.command
    }

    /// What the card asked for and was given, in the order of its list; none
    /// where no list is known that fits the data.
    pub fn values(&self) -> Option<impl Iterator<Item = (Tag, &'a [u8])> + use<'a>> {
        let mut rest = self.data;
        let entries = self.list?.entries();
        Some(entries.map_while(move |entry| {
            let (value, after) = rest.split_at_checked(entry.length())?;
            rest = after;
            Some((entry.tag(), value))
        }))
    }
}

/// A response, and what is known about data without tags.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    status: StatusWord,
    data: &'a [u8],
    awaited: Awaited,
}

impl<'a> Received<'a> {
    /// SW1 and SW2.
    pub const fn status(&self) -> StatusWord {
        self.status
    }

    /// What stands before SW1. It may hold card numbers.
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The data objects, of all depths. Data that need not be such, as a random
    /// number, are no objects as soon as one of them is none; where the card has
    /// to answer in objects, those before an error are good.
    pub fn objects(&self) -> impl Iterator<Item = Object<'a>> + use<'a> {
        let objects = Reader::new(self.data, Mode::Ff);
        let sound =
            self.awaited != Awaited::Anything || objects.clone().all(|object| object.is_ok());
        objects.take_while(move |_| sound).flatten()
    }

    /// Why data that have to be objects are none.
    pub fn error(&self) -> Option<tlv::Error> {
        let mut objects = Reader::new(self.data, Mode::Ff);
        let error = objects.find_map(Result::err);
        error.filter(|_| self.awaited != Awaited::Anything)
    }

    /// The values of a response 80, which come without tags (EMV book 3,
    /// 6.5.5.4 and 6.5.8.4); none where the response is no such.
    pub fn bare_values(&self) -> Option<impl Iterator<Item = (Tag, &'a [u8])> + use<'a>> {
        let object = Reader::new(self.data, Mode::Emv).next()?.ok()?;
        let format: &[(u32, usize)] = match self.awaited {
            _ if object.tag().value() != 0x80 => return None,
            Awaited::Options => &[(0x82, 2), (0x94, usize::MAX)],
            Awaited::Cryptogram => &[(0x9F27, 1), (0x9F36, 2), (0x9F26, 8), (0x9F10, usize::MAX)],
            Awaited::Signature => &[(0x9F4B, usize::MAX)],
            Awaited::Objects | Awaited::Anything => return None,
        };
        let mut rest = object.value();
        Some(format.iter().map_while(move |(tag, length)| {
            let length = (*length).min(rest.len());
            let (value, after) = rest.split_at(length);
            rest = after;
            let tag = Tag::new(*tag)?;
            (!value.is_empty()).then_some((tag, value))
        }))
    }
}
