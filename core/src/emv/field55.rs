//! Field 55 of UnionPay: of all a kernel knows, what the host is to get; and
//! what the host answers to the chip.

use crate::tlv::{self, Mode, Object, Reader, Tag, WriteError, Writer};

/// Which message the chip's data go into (unionpay.md 2.6).
///
/// Void, refund, completion and their voids run no chip and carry no field 55.
///
/// ```
/// # use annul::emv::{Field55Error, FieldSet};
/// # use annul::tlv::Tag;
/// // A kernel's data: counter, a script's result, and a card number, which has
/// // no place in a reversal.
/// let kernel = [0x9F, 0x36, 2, 0, 0x1A, 0xDF, 0x31, 5, 0x20, 0, 0, 0, 0, 0x5A, 1, 0x62];
/// let mut field = [0; 255];
/// let length = FieldSet::Reversal.build(&kernel, &mut field).unwrap();
/// assert_eq!(field[..length], kernel[..13]);
/// let missing = FieldSet::Request.build(&kernel, &mut field).unwrap_err();
/// assert_eq!(missing, Field55Error::Missing(Tag::literal(0x9F26)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldSet {
    /// Online sale, pre-authorisation, balance.
    Request,
    /// A reversal.
    Reversal,
    /// A reversal because the chip refused what the issuer had approved.
    RefusedReversal,
    /// The notice of a script's result, 0620.
    ScriptNotice,
    /// An offline sale or its certificate, sent later.
    Upload,
}

/// One tag of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    tag: Tag,
    need: Need,
}

/// Whether a tag has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It has.
    Mandatory,
    /// It is sent where the kernel has it.
    Conditional,
}

const fn must(tag: u32) -> Wanted {
    Wanted {
        tag: Tag::literal(tag),
        need: Need::Mandatory,
    }
}

const fn may(tag: u32) -> Wanted {
    Wanted {
        tag: Tag::literal(tag),
        need: Need::Conditional,
    }
}

/// Tags of the longest set.
const MOST: usize = REQUEST.len();

/// In the order they are sent.
static REQUEST: &[Wanted] = &[
    must(0x9F26),
    must(0x9F27),
    must(0x9F10),
    must(0x9F37),
    must(0x9F36),
    must(0x95),
    must(0x9A),
    must(0x9C),
    must(0x9F02),
    must(0x5F2A),
    must(0x82),
    must(0x9F1A),
    must(0x9F03),
    must(0x9F33),
    may(0x9F34),
    may(0x9F35),
    may(0x9F1E),
    may(0x84),
    may(0x9F09),
    may(0x9F41),
    may(0x9F63),
    // Of a chip in a telephone.
    may(0xDF32),
    may(0xDF33),
    may(0xDF34),
];

static REVERSAL: &[Wanted] = &[may(0x9F1E), must(0x9F36), may(0xDF31)];

static REFUSED_REVERSAL: &[Wanted] = &[
    must(0x95),
    may(0x9F1E),
    must(0x9F10),
    must(0x9F36),
    may(0xDF31),
];

static SCRIPT_NOTICE: &[Wanted] = &[
    must(0x9F33),
    must(0x95),
    must(0x9F37),
    may(0x9F1E),
    must(0x9F10),
    must(0x9F26),
    must(0x9F36),
    must(0x82),
    must(0xDF31),
    must(0x9F1A),
    must(0x9A),
];

/// Why a field cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Field55Error {
    /// The kernel's data are no data objects.
    #[error("the kernel's data: {0}")]
    Kernel(tlv::Error),
    /// A tag that has to be there is not; it is the first of the set.
    #[error("tag {0} is missing: the kernel has to give it")]
    Missing(Tag),
    /// The buffer is too small, or a value too long.
    #[error("field 55: {0}")]
    Write(WriteError),
}

impl FieldSet {
    /// All sets.
    pub const ALL: [Self; 5] = [
        Self::Request,
        Self::Reversal,
        Self::RefusedReversal,
        Self::ScriptNotice,
        Self::Upload,
    ];

    /// The tags of the set, in the order they are sent.
    pub const fn wanted(self) -> &'static [Wanted] {
        match self {
            Self::Request | Self::Upload => REQUEST,
            Self::Reversal => REVERSAL,
            Self::RefusedReversal => REFUSED_REVERSAL,
            Self::ScriptNotice => SCRIPT_NOTICE,
        }
    }

    /// Writes the set's tags and no other into `field`, and returns the length.
    /// `kernel` holds data objects in any order, in templates or not; of a tag
    /// that comes twice, the first counts.
    pub fn build(self, kernel: &[u8], field: &mut [u8]) -> Result<usize, Field55Error> {
        let values = self.values(kernel).map_err(Field55Error::Kernel)?;
        let mut writer = Writer::new(field);
        for (wanted, value) in self.wanted().iter().zip(values) {
            match value {
                Some(value) => {
                    writer.primitive(wanted.tag, value);
                }
                None if wanted.need == Need::Mandatory => {
                    return Err(Field55Error::Missing(wanted.tag));
                }
                None => {}
            }
        }
        writer.finish().map_err(Field55Error::Write)
    }

    /// The value of each wanted tag, in their order, found in one pass.
    fn values(self, kernel: &[u8]) -> Result<[Option<&[u8]>; MOST], tlv::Error> {
        let mut values = [None; MOST];
        for object in objects(kernel) {
            let object = object?;
            let at = (self.wanted().iter()).position(|wanted| wanted.tag == object.tag());
            if let Some(value @ None) = at.and_then(|at| values.get_mut(at)) {
                *value = Some(object.value());
            }
        }
        Ok(values)
    }

    /// Every tag that has to be there and is not.
    pub fn missing(self, kernel: &[u8]) -> Result<impl Iterator<Item = Tag>, tlv::Error> {
        let values = self.values(kernel)?;
        let wanted = self.wanted().iter().zip(values);
        let missing =
            wanted.filter(|(wanted, value)| wanted.need == Need::Mandatory && value.is_none());
        Ok(missing.map(|(wanted, _)| wanted.tag))
    }
}

impl Wanted {
    /// The tag.
    pub const fn tag(self) -> Tag {
        self.tag
    }

    /// Whether it has to be there.
    pub const fn need(self) -> Need {
        self.need
    }
}

fn objects(bytes: &[u8]) -> Reader<'_> {
    Reader::new(bytes, Mode::Emv)
}

/// What the issuer answers to its chip.
///
/// ```
/// # use annul::emv::IssuerAnswer;
/// let field = [0x91, 10, 1, 2, 3, 4, 5, 6, 7, 8, b'0', b'0', 0x72, 4, 0x86, 2, 0x84, 0x1E];
/// let answer = IssuerAnswer::parse(&field).unwrap();
/// assert_eq!(answer.authentication().unwrap().len(), 10);
/// assert_eq!((answer.scripts_before().count(), answer.scripts_after().count()), (0, 1));
/// ```
#[derive(Clone, Copy)]
pub struct IssuerAnswer<'a>(&'a [u8]);

impl<'a> IssuerAnswer<'a> {
    /// Reads field 55 of a response, to its last byte.
    pub fn parse(field: &'a [u8]) -> Result<Self, tlv::Error> {
        match objects(field).find_map(Result::err) {
            Some(error) => Err(error),
            None => Ok(Self(field)),
        }
    }

    /// Issuer authentication data, tag 91: for EXTERNAL AUTHENTICATE or the
    /// second GENERATE AC.
    pub fn authentication(&self) -> Option<&'a [u8]> {
        self.all(0x91).next()
    }

    /// The authorisation response code, tag 8A, where the field has one; else
    /// the terminal makes it of field 39.
    pub fn code(&self) -> Option<[u8; 2]> {
        self.all(0x8A).next()?.try_into().ok()
    }

    /// The transaction counter that is answered, tag 9F36.
    pub fn counter(&self) -> Option<u16> {
        let value = self.all(0x9F36).next()?.try_into().ok()?;
        Some(u16::from_be_bytes(value))
    }

    /// Scripts for before the second GENERATE AC, the values of templates 71.
    pub fn scripts_before(&self) -> impl Iterator<Item = &'a [u8]> {
        self.all(0x71)
    }

    /// Scripts for after it, the values of templates 72.
    pub fn scripts_after(&self) -> impl Iterator<Item = &'a [u8]> {
        self.all(0x72)
    }

    fn all(&self, tag: u32) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let outer = objects(self.0)
            .flatten()
            .filter(|object| object.depth() == 0);
        let wanted = outer.filter(move |object| object.tag().value() == tag);
        wanted.map(|object: Object<'a>| object.value())
    }
}
