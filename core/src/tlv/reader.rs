use super::error::{Error, Fault, Path};
use super::header::{self, Broken, Length, least_octets};
use super::object::Object;
use super::tag::Tag;
use core::iter::FusedIterator;

/// What is taken beside well-formed objects.
///
/// | mode | 00 between objects | FF between objects | length 80 | longer length than needed |
/// |---|---|---|---|---|
/// | `Strict` | refused | begins a tag | refused | refused |
/// | `Emv` | skipped | begins a tag | refused | taken |
/// | `Ff` | skipped | a run of two or more, or up to the end, is skipped | refused | taken |
/// | `Ber` | skipped | begins a tag | read | taken |
///
/// A single FF begins a tag in mode `Ff` too, or vendors' `FFEE01` would be
/// lost. EMV book 3, annex B1: 00 before, between and after objects has no
/// meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Minimal lengths, no padding.
    Strict,
    /// What EMV allows.
    #[default]
    Emv,
    /// What real cards hold besides: erased memory.
    Ff,
    /// ISO/IEC 8825-1 with indefinite lengths.
    Ber,
}

/// Walks data objects of all depths, each template before what is in it.
///
/// It borrows the input, takes no memory beside itself (about 600 bytes, 300
/// on 32 bits) and does not recurse. After an error it ends; the objects
/// before it are good.
///
/// ```
/// # use annul::tlv::{Mode, Reader, Tag};
/// let bytes = [0x70, 0x04, 0x9A, 0x02, 0x26, 0x01, 0x5A, 0x09];
/// let mut reader = Reader::new(&bytes, Mode::Emv);
/// let template = reader.next().unwrap().unwrap();
/// assert_eq!((template.tag(), template.depth()), (Tag::literal(0x70), 0));
/// let date = reader.next().unwrap().unwrap();
/// assert_eq!((date.tag(), date.depth()), (Tag::literal(0x9A), 1));
/// assert_eq!((date.offset(), date.value()), (2, &[0x26, 0x01][..]));
/// let error = reader.next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.offset()), ("truncated_value", 8));
/// assert!(reader.next().is_none());
/// ```
#[derive(Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    /// From the position to the end of the innermost template.
    rest: &'a [u8],
    mode: Mode,
    limit: u8,
    /// Templates open around the position.
    level: u8,
    /// Where each ends, or at most ends; the first is the input itself. One
    /// more than objects may be deep: a template at the limit can stand, but
    /// hold nothing.
    ends: [usize; LEVELS],
    tags: [u32; LEVELS],
    /// Whether the template has an indefinite length.
    indefinite: [bool; LEVELS],
}

const LEVELS: usize = Reader::MAX_DEPTH as usize + 2;

/// What stands at the position.
enum Ahead {
    Object,
    /// Padding or an end, which was passed.
    Passed,
    Nothing,
}

impl<'a> Reader<'a> {
    /// Templates that may stand around an object, unless fewer are asked for.
    pub const MAX_DEPTH: u8 = 32;

    /// Reads all of `bytes`.
    #[inline]
    pub const fn new(bytes: &'a [u8], mode: Mode) -> Self {
        let mut ends = [0; LEVELS];
        ends[0] = bytes.len();
        Self {
            bytes,
            rest: bytes,
            mode,
            limit: Self::MAX_DEPTH,
            level: 0,
            ends,
            tags: [0; LEVELS],
            indefinite: [false; LEVELS],
        }
    }

    /// Allows at most `templates` around an object; more than
    /// [`Reader::MAX_DEPTH`] are not to be had.
    #[must_use]
    pub const fn depth(mut self, templates: u8) -> Self {
        self.limit = if templates < Self::MAX_DEPTH {
            templates
        } else {
            Self::MAX_DEPTH
        };
        self
    }

    /// What is read.
    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How far it is read.
    pub(super) fn read_to(&self) -> usize {
        self.end() - self.rest.len()
    }

    /// Where the innermost template ends, or at most ends.
    #[inline]
    fn end(&self) -> usize {
        self.ends[usize::from(self.level)]
    }

    fn is_indefinite(&self) -> bool {
        self.indefinite[usize::from(self.level)]
    }

    /// Leaves a template that is at its end, or skips padding.
    fn pass(&mut self) -> Result<Ahead, Fault> {
        match self.rest.first() {
            None if self.is_indefinite() => Err(Fault::MissingEoc),
            None if self.level == 0 => Ok(Ahead::Nothing),
            None => {
                let position = self.end();
                self.level -= 1;
                self.rest = (self.bytes.get(position..self.end())).unwrap_or_default();
                Ok(Ahead::Passed)
            }
            Some(0x00) => self.zero(),
            Some(0xFF) if self.mode == Mode::Ff => Ok(self.erased()),
            Some(_) => Ok(Ahead::Object),
        }
    }

    /// 00 where a tag could begin.
    fn zero(&mut self) -> Result<Ahead, Fault> {
        let after = match self.rest {
            _ if self.mode == Mode::Strict => return Err(Fault::Padding),
            [0, 0, after @ ..] if self.is_indefinite() => {
                // It ends where its parent does at most, so what is left stays.
                self.level -= 1;
                after
            }
            [0, after @ ..] if !self.is_indefinite() => after,
            _ => return Err(Fault::BadEoc),
        };
        self.rest = after;
        Ok(Ahead::Passed)
    }

    /// FF in a run is padding: a single one is the beginning of a tag unless
    /// it is the last byte.
    fn erased(&mut self) -> Ahead {
        let run = self.rest.iter().take_while(|byte| **byte == 0xFF).count();
        if run == 1 && self.rest.len() > 1 {
            return Ahead::Object;
        }
        self.rest = &self.rest[run..];
        Ahead::Passed
    }

    /// Takes the object at the position, or the end; a template is entered.
    #[inline]
    fn step(&mut self) -> Result<Option<Object<'a>>, Broken<'a>> {
        while let None | Some(0x00 | 0xFF) = self.rest.first() {
            let (tag, at) = (None, self.rest);
            match self.pass() {
                Ok(Ahead::Object) => break,
                Ok(Ahead::Passed) => {}
                Ok(Ahead::Nothing) => return Ok(None),
                Err(fault) => return Err(Broken { tag, at, fault }),
            }
        }
        let begin = self.rest;
        if self.level > self.limit {
            return Err(self.too_deep());
        }
        let (rest, tag) = header::tag(begin)?;
        let refuse = |at, fault| {
            let tag = Some(tag);
            Broken { tag, at, fault }
        };
        let (value, length) =
            header::length(rest).map_err(|broken| refuse(broken.at, broken.fault))?;
        let size = match length {
            Length::Definite { value, octets: 0 } => value as usize,
            length => (self.long(tag, length))
                .map_err(|fault| refuse(rest, fault))?
                .unwrap_or(value.len()),
        };
        let (contents, after) = value.split_at_checked(size).ok_or_else(|| {
            let (expected, left) = (size as u32, value.len());
            refuse(value, Fault::TruncatedValue { expected, left })
        })?;
        let object = Object {
            bytes: begin.get(..begin.len() - after.len()).unwrap_or_default(),
            offset: self.read_to(),
            tag,
            length,
            header: (begin.len() - value.len()) as u8,
            depth: self.level,
        };
        if tag.is_constructed() {
            self.enter(tag, length, self.end() - after.len());
            self.rest = contents;
        } else {
            self.rest = after;
        }
        Ok(Some(object))
    }

    #[cold]
    const fn too_deep(&self) -> Broken<'a> {
        let limit = self.limit;
        Broken {
            tag: None,
            at: self.rest,
            fault: Fault::MaxDepth { limit },
        }
    }

    /// Whether the mode takes a length that is not of the short form; none
    /// where it is indefinite.
    fn long(&self, tag: Tag, length: Length) -> Result<Option<usize>, Fault> {
        match length {
            Length::Definite { value, octets } => {
                let least = least_octets(value);
                if self.mode == Mode::Strict && octets > least {
                    return Err(Fault::NonMinimalLength { octets, least });
                }
                Ok(Some(value as usize))
            }
            Length::Indefinite if self.mode != Mode::Ber => Err(Fault::IndefiniteLength),
            Length::Indefinite if tag.is_constructed() => Ok(None),
            Length::Indefinite => Err(Fault::IndefinitePrimitive),
        }
    }

    fn enter(&mut self, tag: Tag, length: Length, end: usize) {
        self.level += 1;
        let level = usize::from(self.level);
        self.ends[level] = end;
        self.tags[level] = tag.value();
        self.indefinite[level] = length == Length::Indefinite;
    }

    /// The error, with the path to it. Nothing is read behind it.
    #[cold]
    fn fail(&mut self, broken: &Broken<'a>) -> Error {
        let offset = self.end() - broken.at.len();
        let mut path = Path::EMPTY;
        for value in &self.tags[1..=usize::from(self.level)] {
            path.push(Tag::read(*value));
        }
        if let Some(tag) = broken.tag {
            path.push(tag);
        }
        self.level = 0;
        self.rest = &[];
        Error::new(path, offset, broken.fault)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Object<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.step() {
            Ok(object) => object.map(Ok),
            Err(broken) => Some(Err(self.fail(&broken))),
        }
    }
}

impl FusedIterator for Reader<'_> {}
