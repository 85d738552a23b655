//! What a host teaches a terminal in field 62: public keys of certification
//! authorities, and parameters of applications.
//!
//! ```text
//!  '2' 9F06 05 A000000333  9F22 01 0B  DF05 ..  DF06 ..  DF02 ..   keys
//!  '1' 9F06 08 A000..0101  DF01 01 00  9F08 ..  DF11 ..  DF12 ..   an application
//!   │
//!   └ '0' there are none, '1' this is the last, '2' more follow
//! ```
//!
//! The list of what there is comes the same way, with a few tags a set.
//! Messages 0800 with 60.3 370 to 381 (unionpay.md 2.9), PBOC 3.0.

use super::error::{ValueError, ValueFault};
use crate::tlv::{self, Mode, Object, Reader, Tag};

/// Sets of parameters, as field 62 has them.
///
/// ```
/// # use annul::emv::{Follow, ParameterKind, Parameters};
/// let field = b"2\x9F\x06\x05\xA0\x00\x00\x03\x33\x9F\x22\x01\x0B";
/// let parameters = Parameters::parse(field).unwrap();
/// assert_eq!(parameters.follow(), Follow::More);
/// let key = parameters.sets().next().unwrap();
/// assert_eq!(key.kind(), ParameterKind::Key);
/// assert_eq!(key.application(), [0xA0, 0, 0, 3, 0x33]);
/// // A key without its modulus is only a line of the list of keys.
/// assert_eq!(key.missing().next().unwrap().to_string(), "DF05");
/// ```
#[derive(Clone, Copy)]
pub struct Parameters<'a> {
    follow: Follow,
    objects: &'a [u8],
}

/// Whether there is more to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// There is nothing.
    Nothing,
    /// This is the last.
    Last,
    /// More follow.
    More,
}

/// What a set is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A public key, known by application provider and index.
    Key,
    /// An application that the terminal accepts.
    Application,
}

const APPLICATION: Tag = Tag::literal(0x9F06);
const INDEX: Tag = Tag::literal(0x9F22);

/// What makes a key: index, expiry, algorithms, modulus, exponent, check sum.
static KEY: &[Tag] = &[
    INDEX,
    Tag::literal(0xDF05),
    Tag::literal(0xDF06),
    Tag::literal(0xDF07),
    Tag::literal(0xDF02),
    Tag::literal(0xDF04),
    Tag::literal(0xDF03),
];

/// What makes an application: how its name is compared, its version, action
/// codes, floor limit, random selection, default DDOL.
static ACCEPTED: &[Tag] = &[
    Tag::literal(0xDF01),
    Tag::literal(0x9F08),
    Tag::literal(0xDF11),
    Tag::literal(0xDF12),
    Tag::literal(0xDF13),
    Tag::literal(0x9F1B),
    Tag::literal(0xDF15),
    Tag::literal(0xDF16),
    Tag::literal(0xDF17),
    Tag::literal(0xDF14),
];

impl<'a> Parameters<'a> {
    /// Reads field 62: the flag, then data objects. The first is 9F06.
    pub fn parse(field: &'a [u8]) -> Result<Self, ValueError> {
        let (flag, objects) = match field {
            [flag, objects @ ..] => (*flag, objects),
            [] => (0, &[][..]),
        };
        let follow = match flag {
            b'0' => Follow::Nothing,
            b'1' => Follow::Last,
            b'2' => Follow::More,
            _ => return Err(ValueError::new(0, ValueFault::Code(flag))),
        };
        let wrong = |error: tlv::Error| ValueError::new(1 + error.offset(), ValueFault::Tlv(error));
        for (at, object) in Reader::new(objects, Mode::Emv).enumerate() {
            let object = object.map_err(wrong)?;
            if at == 0 && object.tag() != APPLICATION {
                return Err(ValueError::new(1, ValueFault::List));
            }
        }
        Ok(Self { follow, objects })
    }

    /// Whether there is more to fetch.
    pub const fn follow(&self) -> Follow {
        self.follow
    }

    /// The sets: each begins with its 9F06.
    pub fn sets(&self) -> impl Iterator<Item = ParameterSet<'a>> + use<'a> {
        let objects = self.objects;
        let starts = move || {
            let objects = Reader::new(objects, Mode::Emv).flatten();
            let starts = objects.filter(|object| object.tag() == APPLICATION);
            starts.map(|object: Object<'a>| object.offset())
        };
        let ends = starts().skip(1).chain(core::iter::once(objects.len()));
        starts()
            .zip(ends)
            .filter_map(move |(start, end)| objects.get(start..end).map(ParameterSet))
    }
}

/// One key or one application.
#[derive(Clone, Copy)]
pub struct ParameterSet<'a>(&'a [u8]);

impl<'a> ParameterSet<'a> {
    /// A set with a key index is a key.
    pub fn kind(&self) -> ParameterKind {
        match self.value(INDEX) {
            Some(_) => ParameterKind::Key,
            None => ParameterKind::Application,
        }
    }

    /// The provider of a key, five bytes; or an application's identifier.
    pub fn application(&self) -> &'a [u8] {
        self.value(APPLICATION).unwrap_or_default()
    }

    /// The value of a tag.
    pub fn value(&self, tag: Tag) -> Option<&'a [u8]> {
        let found = self.objects().find(|object| object.tag() == tag);
        found.map(|object| object.value())
    }

    /// Its data objects, in the order they came.
    pub fn objects(&self) -> impl Iterator<Item = Object<'a>> + use<'a> {
        Reader::new(self.0, Mode::Emv).flatten()
    }

    /// What a whole set of its kind has and this one has not.
    pub fn missing(&self) -> impl Iterator<Item = Tag> + use<'a, '_> {
        let whole = match self.kind() {
            ParameterKind::Key => KEY,
            ParameterKind::Application => ACCEPTED,
        };
        (whole.iter().copied()).filter(|tag| self.value(*tag).is_none())
    }
}
