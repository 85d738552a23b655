//! What a tag is called and how its value is read.

use super::kernel::{Edition, Kernel};
use super::layout::Layout;
use super::list::List;
use super::name::Name;
use super::sensitivity::Sensitivity;
use super::tables;
use crate::tlv::{Tag, dol};

/// One meaning of one tag. All of them are in `data/emv/tags.json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub(super) tag: Tag,
    pub(super) kernel: Kernel,
    pub(super) within: Option<Tag>,
    pub(super) name: Name<'a>,
    pub(super) source: Option<Source>,
    pub(super) format: Format,
    pub(super) least: Option<u16>,
    pub(super) most: Option<u16>,
    pub(super) templates: &'a [Tag],
    pub(super) reading: Reading,
    pub(super) since: Edition,
    pub(super) sensitivity: Sensitivity,
}

/// Who makes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The chip.
    Card,
    /// The terminal or its kernel.
    Terminal,
    /// The issuer, in its answer.
    Issuer,
    /// Either the chip or the terminal.
    CardOrTerminal,
    /// Either the issuer or the terminal in its place.
    IssuerOrTerminal,
}

/// The form of a value (EMV book 3, 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Letters.
    A,
    /// Letters and digits.
    An,
    /// Text.
    Ans,
    /// Bytes.
    B,
    /// Packed digits, filled up with F on the right.
    Cn,
    /// Packed digits, filled up with 0 on the left.
    N,
    /// Data objects.
    Template,
}

/// How a value is taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// By its format alone.
    Plain,
    /// Bit by bit.
    Bits(&'static Layout),
    /// A code of a list.
    List(&'static List),
    /// Packed digits of minor units.
    Amount,
    /// Minor units in binary.
    BinaryAmount,
    /// An unsigned number in binary.
    Number,
    /// `YYMMDD`, or `YYYYMMDD` in four packed or eight ASCII bytes.
    Date,
    /// `HHMMSS`.
    Time,
    /// `YYYYMMDDhhmmss`.
    DateAndTime,
    /// A country, by number or letters.
    Country,
    /// One or more currencies.
    Currency,
    /// Languages in the holder's order.
    Language,
    /// An application identifier.
    Aid,
    /// A card number.
    Pan,
    /// Track 1.
    Track1,
    /// Track 2, or its equivalent on a chip.
    Track2,
    /// Track 3.
    Track3,
    /// A data object list.
    Dol,
    /// Tags alone.
    TagList,
    /// Cardholder verification rules.
    CvmList,
    /// An application file locator.
    Afl,
    /// What the issuer's application says to the issuer.
    IssuerApplicationData,
    /// What the issuer says to its application.
    IssuerAuthenticationData,
    /// Commands from the issuer to the card.
    Script,
    /// One of these commands.
    ScriptCommand,
    /// What became of scripts.
    ScriptResults,
    /// Where transactions are logged.
    LogEntry,
    /// What registered organisations put in for the choice of an application.
    RegisteredData,
}

impl Format {
    /// How a value of this form is fitted to the length a list asks for.
    pub const fn fitting(self) -> dol::Format {
        match self {
            Self::N => dol::Format::Numeric,
            Self::Cn => dol::Format::CompressedNumeric,
            _ => dol::Format::Other,
        }
    }
}

impl<'a> Entry<'a> {
    /// The tag.
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// Whose meaning it is.
    pub const fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// The only template in which the tag has this meaning, if it is only one.
    pub const fn within(&self) -> Option<Tag> {
        self.within
    }

    /// What it is called.
    pub const fn name(&self) -> Name<'a> {
        self.name
    }

    /// Who makes it, where that is settled.
    pub const fn source(&self) -> Option<Source> {
        self.source
    }

    /// Its form.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The fewest and the most bytes, each where it is known.
    pub const fn lengths(&self) -> (Option<u16>, Option<u16>) {
        (self.least, self.most)
    }

    /// True where a value may have so many bytes.
    pub fn allows(&self, length: usize) -> bool {
        let enough = self.least.is_none_or(|least| length >= usize::from(least));
        enough && self.most.is_none_or(|most| length <= usize::from(most))
    }

    /// Templates it is usually found in.
    pub const fn templates(&self) -> &'a [Tag] {
        self.templates
    }

    /// How its value is taken apart.
    pub const fn reading(&self) -> Reading {
        self.reading
    }

    /// The first EMV that knows it.
    pub const fn since(&self) -> Edition {
        self.since
    }

    /// What its value gives away under this meaning. To decide whether to show
    /// a value, ask [`sensitivity`](super::sensitivity()), which looks at all.
    pub const fn sensitivity(&self) -> Sensitivity {
        self.sensitivity
    }
}

/// The dictionary as one terminal reads it: with the tags of its kernel, then
/// those of EMV, then those of anybody.
///
/// ```
/// # use annul::emv::{Dictionary, Edition, Kernel};
/// # use annul::tlv::Tag;
/// let tag = Tag::literal(0x9F5D);
/// let visa = Dictionary::new(Kernel::C3, Edition::Emv44).entry(None, tag).unwrap();
/// assert_eq!(visa.name().english(), "Available Offline Spending Amount (AOSA)");
/// let mastercard = Dictionary::new(Kernel::C2, Edition::Emv44).entry(None, tag).unwrap();
/// assert_eq!(mastercard.name().english(), "Application Capabilities Information (ACI)");
/// // EMV gave 9F5D no meaning.
/// assert!(Dictionary::new(Kernel::Emv, Edition::Emv44).entry(None, tag).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dictionary {
    kernel: Kernel,
    edition: Edition,
}

impl Dictionary {
    /// UnionPay with PBOC, over EMV 4.4.
    pub const UNIONPAY: Self = Self::new(Kernel::C7, Edition::Emv44);

    /// A kernel's dictionary.
    pub const fn new(kernel: Kernel, edition: Edition) -> Self {
        Self { kernel, edition }
    }

    /// Whose tags come first.
    pub const fn kernel(self) -> Kernel {
        self.kernel
    }

    /// Which EMV it follows.
    pub const fn edition(self) -> Edition {
        self.edition
    }

    /// What `tag` means in the template `within`, or anywhere.
    ///
    /// The kernel asked for goes before EMV, and EMV before lists. Among one
    /// kernel's meanings, one that is only for this template goes before one
    /// that is usually found in it, and that before any other.
    pub fn entry(self, within: Option<Tag>, tag: Tag) -> Option<Entry<'static>> {
        let own = meanings(tag).filter(|entry| {
            entry.since <= self.edition && (entry.within.is_none() || entry.within == within)
        });
        [self.kernel, Kernel::Emv, Kernel::Listed]
            .into_iter()
            .find_map(|kernel| {
                let of_kernel = own.clone().filter(|entry| entry.kernel == kernel);
                of_kernel.max_by_key(|entry| match within {
                    Some(_) if entry.within == within => 2,
                    Some(template) if entry.templates.contains(&template) => 1,
                    _ => 0,
                })
            })
            .copied()
    }
}

/// Every meaning of a tag, EMV's first, those of single networks last.
pub fn meanings(tag: Tag) -> impl Iterator<Item = &'static Entry<'static>> + Clone {
    let from = tables::ENTRIES.partition_point(|entry| entry.tag < tag);
    let entries = tables::ENTRIES[from..].iter();
    entries.take_while(move |entry| entry.tag == tag)
}

/// Every entry, by tag.
pub fn entries() -> core::slice::Iter<'static, Entry<'static>> {
    tables::ENTRIES.iter()
}
