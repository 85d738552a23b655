use super::error::Error;
use super::header::{MOST_OCTETS, least_octets};
use super::object::{END, LengthForm, Object};
use super::reader::Reader;
use super::tag::Tag;

/// Writes data objects into a buffer of the caller.
///
/// A template need not know its length before: it is opened, filled and
/// closed. The first mistake is kept and said by [`Writer::finish`]. A buffer
/// that is too small is no reason to stop counting, so the error says how much
/// is needed.
///
/// ```
/// # use annul::tlv::{Tag, Writer};
/// let mut buffer = [0; 16];
/// let mut writer = Writer::new(&mut buffer);
/// writer
///     .open(Tag::literal(0x70))
///     .primitive(Tag::literal(0x9A), &[0x26, 0x01, 0x01])
///     .close();
/// let length = writer.finish().unwrap();
/// assert_eq!(buffer[..length], [0x70, 5, 0x9A, 3, 0x26, 0x01, 0x01]);
/// ```
#[derive(Debug)]
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    /// Bytes written, or that would have been.
    position: usize,
    level: usize,
    open: [Open; Writer::MAX_DEPTH],
    mistake: Option<WriteError>,
}

/// A template under way.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Where its contents begin.
    start: usize,
    form: LengthForm,
}

/// Whether a copy keeps the lengths as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lengths {
    /// As short as can be; padding is left out. What EMV books want.
    Minimal,
    /// Byte for byte as read, padding too.
    Preserved,
}

/// Why objects cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The buffer is too small.
    #[error("needs {needed} bytes of buffer, there are {available}")]
    Full {
        /// Bytes of all that was to be written.
        needed: usize,
        /// Bytes of the buffer.
        available: usize,
    },
    /// 00 is padding and no tag.
    #[error("00 is padding and no tag")]
    BadTag,
    /// A template was to have a plain value.
    #[error("{tag} is a template: open it and close it")]
    Constructed {
        /// The tag.
        tag: Tag,
    },
    /// A primitive object was to be opened.
    #[error("{tag} is primitive and holds no objects")]
    Primitive {
        /// The tag.
        tag: Tag,
    },
    /// Too many templates in one another.
    #[error("nested deeper than {limit} templates")]
    MaxDepth {
        /// Templates that can be open.
        limit: usize,
    },
    /// A template was closed and none was open.
    #[error("no template is open")]
    NotOpen,
    /// Not all templates were closed.
    #[error("{count} templates are not closed")]
    NotClosed {
        /// How many.
        count: usize,
    },
    /// The length does not fit the octets asked for, or no length at all.
    #[error("a length of {length} cannot be written in the form asked for")]
    Length {
        /// Bytes of the value.
        length: usize,
    },
}

impl<'b> Writer<'b> {
    /// Templates that can be open at a time.
    pub const MAX_DEPTH: usize = Reader::MAX_DEPTH as usize + 1;

    /// Writes from the beginning of `buffer` on.
    pub const fn new(buffer: &'b mut [u8]) -> Self {
        let none = Open {
            start: 0,
            form: LengthForm::Minimal,
        };
        Self {
            buffer,
            position: 0,
            level: 0,
            open: [none; Self::MAX_DEPTH],
            mistake: None,
        }
    }

    /// A primitive object with a minimal length.
    pub fn primitive(&mut self, tag: Tag, value: &[u8]) -> &mut Self {
        self.primitive_as(tag, LengthForm::Minimal, value)
    }

    /// A primitive object whose length is written as asked for.
    pub fn primitive_as(&mut self, tag: Tag, form: LengthForm, value: &[u8]) -> &mut Self {
        if tag.is_constructed() {
            return self.refuse(WriteError::Constructed { tag });
        }
        let length = value.len();
        let octets = match form {
            LengthForm::Minimal => Some(minimal_octets(length)),
            LengthForm::Octets(octets) => Some(octets),
            LengthForm::Indefinite => None,
        };
        match octets.filter(|octets| (minimal_octets(length)..=MOST_OCTETS).contains(octets)) {
            Some(octets) => {
                self.put_tag(tag);
                self.put(&length_bytes(length, octets)[..=usize::from(octets)]);
                self.put(value)
            }
            None => self.refuse(WriteError::Length { length }),
        }
    }

    /// Begins a template; its length, minimal, is known when it is closed.
    pub fn open(&mut self, tag: Tag) -> &mut Self {
        self.open_as(tag, LengthForm::Minimal)
    }

    /// Begins a template whose length is written as asked for, or longer where
    /// it has to be.
    pub fn open_as(&mut self, tag: Tag, form: LengthForm) -> &mut Self {
        if !tag.is_constructed() {
            return self.refuse(WriteError::Primitive { tag });
        }
        let octets = match form {
            LengthForm::Octets(octets) if octets > MOST_OCTETS => {
                return self.refuse(WriteError::Length { length: 0 });
            }
            LengthForm::Octets(octets) => octets,
            LengthForm::Minimal | LengthForm::Indefinite => 0,
        };
        if self.level == Self::MAX_DEPTH {
            let limit = Self::MAX_DEPTH;
            return self.refuse(WriteError::MaxDepth { limit });
        }
        self.put_tag(tag);
        // Room for the length, and the length itself where it is indefinite.
        self.put(&[INDEFINITE, 0, 0, 0, 0][..=usize::from(octets)]);
        let start = self.position;
        self.open[self.level] = Open { start, form };
        self.level += 1;
        self
    }

    /// Ends the template opened last.
    pub fn close(&mut self) -> &mut Self {
        let Some(level) = self.level.checked_sub(1) else {
            return self.refuse(WriteError::NotOpen);
        };
        self.level = level;
        let Open { start, form } = self.open[level];
        let reserved = match form {
            LengthForm::Indefinite => return self.put(&END),
            LengthForm::Octets(octets) => octets,
            LengthForm::Minimal => 0,
        };
        let length = self.position - start;
        let octets = minimal_octets(length).max(reserved);
        if octets > MOST_OCTETS {
            return self.refuse(WriteError::Length { length });
        }
        let shift = usize::from(octets - reserved);
        let end = self.position;
        self.position = end.saturating_add(shift);
        if self.position <= self.buffer.len() {
            self.buffer.copy_within(start..end, start + shift);
            let header = start - 1 - usize::from(reserved)..start + shift;
            let bytes = length_bytes(length, octets);
            self.buffer[header].copy_from_slice(&bytes[..=usize::from(octets)]);
        }
        self
    }

    /// An object as it was read, with all that is in it: lengths and padding
    /// stay as they are.
    pub fn copy(&mut self, object: &Object<'_>) -> &mut Self {
        self.put(object.bytes())
    }

    /// All that `reader` reads. Its error is returned, and what it read before
    /// is written.
    pub fn transcribe(&mut self, reader: Reader<'_>, lengths: Lengths) -> Result<&mut Self, Error> {
        let outside = self.level;
        let (mut read_to, bytes) = (reader.read_to(), reader.bytes());
        for object in reader {
            let object = object?;
            match lengths {
                Lengths::Preserved if object.depth() > 0 => {}
                Lengths::Preserved => {
                    let end = object.offset() + object.bytes().len();
                    self.put(bytes.get(read_to..end).unwrap_or_default());
                    read_to = end;
                }
                Lengths::Minimal => self.follow(outside, &object),
            }
        }
        match lengths {
            Lengths::Preserved => self.put(bytes.get(read_to..).unwrap_or_default()),
            Lengths::Minimal => self.close_to(outside),
        };
        Ok(self)
    }

    /// Bytes written so far, or that would have been.
    pub const fn len(&self) -> usize {
        self.position
    }

    /// True before anything is written.
    pub const fn is_empty(&self) -> bool {
        self.position == 0
    }

    /// The length of all that was written.
    pub fn finish(self) -> Result<usize, WriteError> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        let (needed, available) = (self.position, self.buffer.len());
        match self.level {
            0 if needed <= available => Ok(needed),
            0 => Err(WriteError::Full { needed, available }),
            count => Err(WriteError::NotClosed { count }),
        }
    }

    /// Writes an object at its depth, below the templates open before.
    fn follow(&mut self, outside: usize, object: &Object<'_>) {
        self.close_to(outside + object.depth());
        if object.is_constructed() {
            self.open(object.tag());
        } else {
            self.primitive(object.tag(), object.value());
        }
    }

    fn close_to(&mut self, level: usize) -> &mut Self {
        while self.level > level {
            self.close();
        }
        self
    }

    fn put_tag(&mut self, tag: Tag) {
        if tag.value() == 0 {
            self.refuse(WriteError::BadTag);
        }
        self.put(&tag.bytes());
    }

    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        let end = self.position.saturating_add(bytes.len());
        if let Some(room) = self.buffer.get_mut(self.position..end) {
            room.copy_from_slice(bytes);
        }
        self.position = end;
        self
    }

    fn refuse(&mut self, mistake: WriteError) -> &mut Self {
        self.mistake.get_or_insert(mistake);
        self
    }
}

/// Bytes of an object with a minimal length; none where a length of four
/// octets cannot say it.
///
/// ```
/// # use annul::tlv::{Tag, encoded_len};
/// assert_eq!(encoded_len(Tag::literal(0x9F26), 8), Some(11));
/// assert_eq!(encoded_len(Tag::literal(0x5A), 128), Some(131));
/// ```
pub const fn encoded_len(tag: Tag, length: usize) -> Option<usize> {
    let octets = minimal_octets(length);
    if octets > MOST_OCTETS {
        return None;
    }
    (tag.len() + 1 + octets as usize).checked_add(length)
}

const INDEFINITE: u8 = 0x80;

/// Octets behind the first; more than the most where there are none.
const fn minimal_octets(length: usize) -> u8 {
    if length as u64 > u32::MAX as u64 {
        return MOST_OCTETS + 1;
    }
    least_octets(length as u32)
}

/// A length with `octets` octets behind the first.
fn length_bytes(length: usize, octets: u8) -> [u8; 5] {
    let number = (length as u32).to_be_bytes();
    let mut bytes = [0; 5];
    if octets == 0 {
        bytes[0] = length as u8;
        return bytes;
    }
    let octets = usize::from(octets);
    bytes[0] = INDEFINITE | octets as u8;
    bytes[1..=octets].copy_from_slice(&number[number.len() - octets..]);
    bytes
}
