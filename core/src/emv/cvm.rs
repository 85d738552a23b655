use super::error::{ValueError, ValueFault, sized};
use super::layout::{Bits, Layout};
use super::{kernel::Edition, tables};

/// How a card wants its holder verified: two amounts and rules in the order
/// they are tried (tag 8E; EMV book 3, annex C3).
///
/// ```
/// # use annul::emv::CvmList;
/// let value = [0, 0, 0, 200, 0, 0, 0, 0, 0x42, 0x07, 0x1E, 0x00];
/// let list = CvmList::parse(&value).unwrap();
/// assert_eq!((list.x(), list.y()), (200, 0));
/// let rules: Vec<_> = list.rules().collect();
/// assert_eq!((rules[0].method(), rules[0].condition()), (0x02, 0x07));
/// assert!(rules[0].continues() && !rules[1].continues());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CvmList<'a> {
    x: u32,
    y: u32,
    rules: &'a [u8],
}

/// One rule of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CvmRule<'a>(&'a [u8]);

impl<'a> CvmList<'a> {
    /// Reads X, Y and at least one rule of two bytes.
    pub fn parse(value: &'a [u8]) -> Result<Self, ValueError> {
        sized(value, 10, 252)?;
        let found = value.len();
        let (Some((x, rest)), true) = (value.split_first_chunk(), found.is_multiple_of(2)) else {
            let fault = ValueFault::Multiple { of: 2, found };
            return Err(ValueError::new(found - 1, fault));
        };
        let (y, rules) = rest.split_first_chunk().unwrap_or((&[0; 4], &[]));
        Ok(Self {
            x: u32::from_be_bytes(*x),
            y: u32::from_be_bytes(*y),
            rules,
        })
    }

    /// The amount X of the conditions, in minor units of the application's
    /// currency.
    pub const fn x(&self) -> u32 {
        self.x
    }

    /// The amount Y.
    pub const fn y(&self) -> u32 {
        self.y
    }

    /// The rules, in the order they are tried.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = CvmRule<'a>> {
        self.rules.chunks_exact(2).map(CvmRule)
    }
}

impl<'a> CvmRule<'a> {
    /// What is to be done, 00 to 3F.
    pub const fn method(self) -> u8 {
        self.0[0] & 0x3F
    }

    /// When.
    pub const fn condition(self) -> u8 {
        self.0[1]
    }

    /// True where the next rule is tried if this one fails; else verification
    /// has failed.
    pub const fn continues(self) -> bool {
        self.0[0] & 0x40 != 0
    }

    /// The rule's layout.
    pub fn layout() -> &'static Layout {
        &tables::CVM_RULE
    }

    /// The rule, bit by bit.
    pub fn bits(self, edition: Edition) -> Option<Bits<'a>> {
        tables::CVM_RULE.read(self.0, edition).ok()
    }
}
