use super::tables;
use crate::tlv::Tag;

/// Why a value may not be shown, if it may not (PCI DSS 4.0.1, 3.3 and 3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sensitivity {
    /// It may be shown.
    #[default]
    Public,
    /// A card number: first six and last four digits may be shown.
    Pan,
    /// A track: the card number masked, the rest not at all.
    Track,
    /// What an issuer put on a track for itself, with check values.
    Discretionary,
    /// The holder's name.
    Holder,
    /// The number of the holder's identity document.
    Identity,
    /// A PIN or a PIN block.
    Pin,
    /// A key, or what a key is made of.
    Key,
}

impl Sensitivity {
    /// True where the value may be shown whole.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Public)
    }
}

/// What a tag's value gives away, whoever defines the tag: kernels reuse tags,
/// and what is secret to one of them is secret.
///
/// A template is public itself; look at what is in it.
///
/// ```
/// # use annul::emv::{Sensitivity, sensitivity};
/// # use annul::tlv::Tag;
/// assert_eq!(sensitivity(Tag::literal(0x5A)), Sensitivity::Pan);
/// assert_eq!(sensitivity(Tag::literal(0x9F02)), Sensitivity::Public);
/// ```
pub fn sensitivity(tag: Tag) -> Sensitivity {
    let at = tables::SECRETS.partition_point(|(value, _)| *value < tag.value());
    let secrets = tables::SECRETS[at..].iter();
    let own = secrets.take_while(|(value, _)| *value == tag.value());
    own.map(|(_, secret)| *secret).max().unwrap_or_default()
}
