use annul::profile::{ISO87_ASCII, Profile, UNIONPAY_POS};

/// The dialect a host speaks: which profile, and where in a message the host
/// looks for what it asks of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// UnionPay POS: batches and originals in fields 60 and 61.
    #[default]
    UnionPayPos,
    /// Plain ISO 8583:1987: originals in fields 37 and 90, batches are the
    /// host's own.
    Iso87Ascii,
}

impl Dialect {
    /// Those there are.
    pub const ALL: [Self; 2] = [Self::UnionPayPos, Self::Iso87Ascii];

    /// Its messages.
    pub const fn profile(self) -> &'static Profile {
        match self {
            Self::UnionPayPos => &UNIONPAY_POS,
            Self::Iso87Ascii => &ISO87_ASCII,
        }
    }

    /// The dialect whose profile has this name.
    pub fn named(name: &str) -> Option<Self> {
        { Self::ALL.into_iter() }.find(|dialect| dialect.profile().name == name)
    }
}
