//! The tags of field 55 that nobody is shown.

use crate::tlv::Tag;

/// Track 1 and 2 equivalents, card number, holder, expiry, discretionary data
/// and the enciphered PIN (EMV book 3, annex A).
const SENSITIVE: &[Tag] = &[
    Tag::literal(0x56),
    Tag::literal(0x57),
    Tag::literal(0x5A),
    Tag::literal(0x99),
    Tag::literal(0x5F20),
    Tag::literal(0x5F24),
    Tag::literal(0x9F0B),
    Tag::literal(0x9F1F),
    Tag::literal(0x9F20),
    Tag::literal(0x9F61),
    Tag::literal(0x9F6B),
];

/// True for what names the card or its holder.
pub(super) fn is_sensitive(tag: Tag) -> bool {
    SENSITIVE.contains(&tag)
}
