//! Bit layouts as data, and the one interpreter that reads them all.

use super::kernel::Edition;
use super::name::Name;
use super::tables;
use core::fmt;

/// What each bit of a value means. All of them are in `data/emv/layouts.json`.
///
/// ```
/// # use annul::emv::{Edition, Layout, Meaning};
/// let tvr = Layout::by_id("tvr").unwrap();
/// let value = [0x80, 0x00, 0x04, 0x80, 0x00];
/// let bits: Vec<_> = tvr.read(&value, Edition::Emv44).unwrap().collect();
/// assert_eq!(bits.len(), 3);
/// assert_eq!(bits[0].key().to_string(), "tvr.1.80");
/// assert_eq!(bits[0].meaning(), Meaning::Set);
/// assert_eq!(bits[0].name().english(), "Offline data authentication was not performed");
/// assert_eq!(bits[2].name().chinese(), "交易超过最低限额");
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    pub(super) id: &'static str,
    pub(super) name: Name<'static>,
    pub(super) least: u8,
    pub(super) length: u8,
    pub(super) fields: &'static [Field],
}

/// Some bits of one byte that belong together.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    pub(super) byte: u8,
    pub(super) mask: u8,
    pub(super) kind: Kind,
    pub(super) name: Name<'static>,
    pub(super) since: Edition,
}

/// How bits are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// True where one of them is set.
    Flag,
    /// One of some values, in place.
    Choice(&'static [Choice]),
    /// A number.
    Number,
    /// Reserved for future use: to be zero.
    Reserved,
}

/// A value and its meaning.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) value: u8,
    pub(super) name: Name<'static>,
}

impl Layout {
    /// Every layout there is.
    pub fn all() -> impl ExactSizeIterator<Item = &'static Self> {
        tables::LAYOUTS.iter().copied()
    }

    /// The layout of an id such as `tvr` or `c7 ttq`.
    pub fn by_id(id: &str) -> Option<&'static Self> {
        Self::all().find(|layout| layout.id == id)
    }

    /// Its name in keys.
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// What the value is called.
    pub const fn name(&self) -> Name<'static> {
        self.name
    }

    /// Bytes of a whole value.
    pub const fn length(&self) -> usize {
        self.length as usize
    }

    /// The fields, by byte and then from the highest bit on.
    pub const fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// Reads a value: flags that are set, each choice and number, and reserved
    /// bits that are set.
    pub fn read<'a>(
        &'static self,
        value: &'a [u8],
        edition: Edition,
    ) -> Result<Bits<'a>, WrongLength> {
        let expected = (self.least, self.length);
        if value.len() < usize::from(self.least) || value.len() > self.length() {
            let found = value.len();
            return Err(WrongLength { expected, found });
        }
        Ok(Bits {
            layout: self,
            fields: self.fields.iter(),
            value,
            edition,
        })
    }
}

impl Field {
    /// The byte, counted from 1.
    pub const fn byte(&self) -> u8 {
        self.byte
    }

    /// Its bits.
    pub const fn mask(&self) -> u8 {
        self.mask
    }

    /// What it says.
    pub const fn name(&self) -> Name<'static> {
        self.name
    }

    /// The first EMV that knows it.
    pub const fn since(&self) -> Edition {
        self.since
    }

    /// True where the bits are reserved for future use.
    pub const fn is_reserved(&self) -> bool {
        matches!(self.kind, Kind::Reserved)
    }

    /// The values it may have, in place, and their meanings; none for flags
    /// and numbers.
    pub fn values(&self) -> impl Iterator<Item = (u8, Name<'static>)> {
        let choices = match self.kind {
            Kind::Choice(choices) => choices,
            _ => &[],
        };
        choices.iter().map(|choice| (choice.value, choice.name))
    }
}

/// A value has not as many bytes as its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {} to {} bytes, found {found}", expected.0, expected.1)]
pub struct WrongLength {
    /// Fewest and most.
    pub expected: (u8, u8),
    /// Bytes there were.
    pub found: usize,
}

/// What is read from a value, field by field.
#[derive(Clone, Debug)]
pub struct Bits<'a> {
    layout: &'static Layout,
    fields: core::slice::Iter<'static, Field>,
    value: &'a [u8],
    edition: Edition,
}

impl Iterator for Bits<'_> {
    type Item = Bit;

    fn next(&mut self) -> Option<Bit> {
        loop {
            let field = self.fields.next()?;
            let at = usize::from(field.byte) - 1;
            let value = self.value.get(at).copied().unwrap_or(0) & field.mask;
            let known = field.since <= self.edition;
            let meaning = match field.kind {
                _ if at >= self.value.len() => continue,
                Kind::Flag | Kind::Reserved if value == 0 => continue,
                Kind::Flag if known => Meaning::Set,
                Kind::Choice(choices) => match choices.iter().find(|c| c.value == value) {
                    Some(choice) => Meaning::Choice(choice.name),
                    None => Meaning::Reserved,
                },
                Kind::Number => Meaning::Number(value >> field.mask.trailing_zeros()),
                Kind::Flag | Kind::Reserved => Meaning::Reserved,
            };
            return Some(Bit {
                layout: self.layout,
                field,
                value,
                meaning,
            });
        }
    }
}

/// One thing that bits say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bit {
    layout: &'static Layout,
    field: &'static Field,
    value: u8,
    meaning: Meaning,
}

/// What a field's bits mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The flag is set; its name says what is so.
    Set,
    /// One of the values that are defined.
    Choice(Name<'static>),
    /// A number.
    Number(u8),
    /// Bits reserved for future use are set, or a choice has no such value.
    Reserved,
}

impl Bit {
    /// The byte, counted from 1.
    pub const fn byte(&self) -> u8 {
        self.field.byte
    }

    /// The bits that were looked at; of reserved ones, those that are set.
    pub const fn mask(&self) -> u8 {
        match self.field.kind {
            Kind::Reserved => self.value,
            _ => self.field.mask,
        }
    }

    /// The bits' value, in place.
    pub const fn value(&self) -> u8 {
        self.value
    }

    /// What they mean.
    pub const fn meaning(&self) -> Meaning {
        self.meaning
    }

    /// What is said: a flag's own name, a choice's meaning, the name of what is
    /// counted, or that reserved bits are set.
    pub const fn name(&self) -> Name<'static> {
        match self.meaning {
            Meaning::Choice(name) => name,
            Meaning::Reserved if !matches!(self.field.kind, Kind::Choice(_)) => RESERVED,
            _ => self.field.name,
        }
    }

    /// The field's name, also where a choice has a meaning of its own.
    pub const fn field(&self) -> &'static Field {
        self.field
    }

    /// A name for programs, which no language and no edition changes:
    /// `tvr.1.80`, and `cid.1.C0.80` for a choice.
    pub const fn key(&self) -> Key {
        Key(*self)
    }
}

const RESERVED: Name<'static> = Name::new("RFU set", "保留位被置位");

/// A bit's name for programs, see [`Bit::key`].
#[derive(Clone, Copy, Debug)]
pub struct Key(Bit);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bit = &self.0;
        for character in bit.layout.id.chars() {
            let joined = if character == ' ' { '-' } else { character };
            write!(f, "{joined}")?;
        }
        write!(f, ".{}.{:02X}", bit.byte(), bit.mask())?;
        match bit.field.kind {
            Kind::Choice(_) => write!(f, ".{:02X}", bit.value),
            _ => Ok(()),
        }
    }
}
