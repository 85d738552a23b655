use super::error::{Error, Fault, Path};
use super::header::{self, Broken, Length, least_octets};
use super::object::{END, Object};
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
    position: usize,
    mode: Mode,
    limit: u8,
    /// Templates open around the position.
    level: u8,
    /// Where each ends; the first is the input itself. One more than objects
    /// may be deep: a template at the limit can stand, but hold nothing.
    ends: [usize; LEVELS],
    tags: [u32; LEVELS],
    /// Bit n: the template at level n has an indefinite length.
    indefinite: u64,
}

const LEVELS: usize = Reader::MAX_DEPTH as usize + 2;

impl<'a> Reader<'a> {
    /// Templates that may stand around an object, unless fewer are asked for.
    pub const MAX_DEPTH: u8 = 32;

    /// Reads all of `bytes`.
    pub const fn new(bytes: &'a [u8], mode: Mode) -> Self {
        let mut ends = [0; LEVELS];
        ends[0] = bytes.len();
        Self {
            bytes,
            position: 0,
            mode,
            limit: Self::MAX_DEPTH,
            level: 0,
            ends,
            tags: [0; LEVELS],
            indefinite: 0,
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
    pub(super) const fn position(&self) -> usize {
        self.position
    }

    /// Leaves templates that are at their end and skips padding. Then an
    /// object begins at the position, or all is read: false.
    #[inline]
    fn arrive(&mut self) -> Result<bool, Fault> {
        loop {
            let end = self.end();
            if self.position >= end {
                if self.is_indefinite() {
                    return Err(Fault::MissingEoc);
                }
                if self.level == 0 {
                    return Ok(false);
                }
                self.level -= 1;
                continue;
            }
            match self.bytes[self.position] {
                0 => self.zero(end)?,
                0xFF if self.mode == Mode::Ff => match self.erased(end) {
                    0 => return Ok(true),
                    run => self.position += run,
                },
                _ => return Ok(true),
            }
        }
    }

    /// 00 where a tag could begin.
    fn zero(&mut self, end: usize) -> Result<(), Fault> {
        if self.is_indefinite() {
            let found = &self.bytes[self.position..end];
            if !found.starts_with(&END) {
                return Err(Fault::BadEoc);
            }
            self.position += END.len();
            self.level -= 1;
            return Ok(());
        }
        if self.mode == Mode::Strict {
            return Err(Fault::Padding);
        }
        self.position += 1;
        Ok(())
    }

    /// How many bytes FF are padding: a single one is the beginning of a tag
    /// unless it is the last.
    fn erased(&self, end: usize) -> usize {
        let left = &self.bytes[self.position..end];
        let run = left.iter().take_while(|byte| **byte == 0xFF).count();
        if run == 1 && left.len() > 1 { 0 } else { run }
    }

    /// Takes the object at the position; a template is entered.
    #[inline]
    fn take(&mut self) -> Result<Object<'a>, (Option<Tag>, Broken<'a>)> {
        let begin = &self.bytes[self.position..self.end()];
        let tagless = |at, fault| (None, Broken { at, fault });
        if self.level > self.limit {
            let limit = self.limit;
            return Err(tagless(begin, Fault::MaxDepth { limit }));
        }
        let (rest, tag) = header::tag(begin).map_err(|broken| (None, header::inner(broken)))?;
        let (value, length) =
            header::length(rest).map_err(|broken| (Some(tag), header::inner(broken)))?;
        let refuse = |at, fault| Err((Some(tag), Broken { at, fault }));
        let header = begin.len() - value.len();
        let end = match length {
            Length::Definite {
                value: size,
                octets,
            } => {
                let least = least_octets(size);
                if self.mode == Mode::Strict && octets > least {
                    return refuse(rest, Fault::NonMinimalLength { octets, least });
                }
                let (expected, left) = (size, value.len());
                if left < size as usize {
                    return refuse(value, Fault::TruncatedValue { expected, left });
                }
                header + size as usize
            }
            Length::Indefinite if self.mode != Mode::Ber => {
                return refuse(rest, Fault::IndefiniteLength);
            }
            Length::Indefinite if !tag.is_constructed() => {
                return refuse(rest, Fault::IndefinitePrimitive);
            }
            Length::Indefinite => begin.len(),
        };
        let object = Object {
            bytes: &begin[..end],
            offset: self.position,
            tag,
            length,
            header: header as u8,
            depth: self.level,
        };
        if tag.is_constructed() {
            self.enter(&object);
            self.position += header;
        } else {
            self.position += end;
        }
        Ok(object)
    }

    fn enter(&mut self, template: &Object<'_>) {
        self.level += 1;
        let level = usize::from(self.level);
        self.ends[level] = self.position + template.bytes.len();
        self.tags[level] = template.tag.value();
        let bit = 1 << self.level;
        match template.length {
            Length::Indefinite => self.indefinite |= bit,
            Length::Definite { .. } => self.indefinite &= !bit,
        }
    }

    /// Where the innermost template ends, or at most ends.
    #[inline]
    fn end(&self) -> usize {
        self.ends[usize::from(self.level)]
    }

    #[inline]
    const fn is_indefinite(&self) -> bool {
        self.indefinite & 1 << self.level != 0
    }

    /// The error, with the path to it. Nothing is read behind it.
    #[cold]
    fn fail(&mut self, tag: Option<Tag>, offset: usize, fault: Fault) -> Error {
        let mut path = Path::EMPTY;
        for value in &self.tags[1..=usize::from(self.level)] {
            path.push(Tag::read(*value));
        }
        if let Some(tag) = tag {
            path.push(tag);
        }
        self.level = 0;
        self.indefinite = 0;
        self.position = self.bytes.len();
        Error::new(path, offset, fault)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Object<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.arrive() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(fault) => return Some(Err(self.fail(None, self.position, fault))),
        }
        let end = self.end();
        Some(
            self.take()
                .map_err(|(tag, broken)| self.fail(tag, end - broken.at.len(), broken.fault)),
        )
    }
}

impl FusedIterator for Reader<'_> {}
