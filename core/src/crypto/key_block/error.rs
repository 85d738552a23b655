use super::{KeyAlgorithm, KeyUsage, Version};
use core::fmt;

/// What is wrong with a key block, or with what was to become one. It quotes
/// of the header only, and never a key.
///
/// Until the MAC is right, nothing of what was deciphered is looked at: a
/// damaged block and one under another protection key are the one
/// [`KeyBlockError::Mac`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyBlockError {
    /// A field with what it cannot hold.
    #[error("key block: {field} at character {offset}: expected {expected}, found {found}")]
    Field {
        /// Which field.
        field: Field,
        /// Where it begins, the first character being 0.
        offset: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stands there.
        found: Found,
    },
    /// The text ends within a field.
    #[error(
        "key block: {field} at character {offset}: expected {needed} characters, found {found}; \
         it was cut off"
    )]
    Short {
        /// Which field.
        field: Field,
        /// Where it begins.
        offset: usize,
        /// Characters it has.
        needed: usize,
        /// Characters that are left.
        found: usize,
    },
    /// The length field says another length.
    #[error(
        "key block: its length field says {said} characters, found {found}; \
         check whether it was cut off or something was added"
    )]
    Length {
        /// The length it says.
        said: usize,
        /// The length it has.
        found: usize,
    },
    /// It would not fit into the four digits of its length.
    #[error("key block: {found} characters, expected at most {}", super::MOST)]
    TooLong {
        /// Characters.
        found: usize,
    },
    /// Changed on the way, or protected under another key: nobody can tell
    /// which.
    #[error(
        "key block: its MAC is wrong; it was changed, or the protection key is another: \
         compare check values"
    )]
    Mac,
    /// A protection key that this version does not have.
    #[error(
        "key block: version {version} has a protection key of {}; check the key or the version",
        if version.is_aes() { "AES" } else { "DES with 16 or 24 bytes" }
    )]
    ProtectionKey {
        /// The version.
        version: Version,
    },
    /// A protection key of no version.
    #[error("key block protection key: expected DES of 16 or 24 bytes, or AES")]
    NoProtectionKey,
    /// A key stronger than the one which protects it.
    #[error(
        "key block: the key is stronger than its protection key; take a stronger protection key"
    )]
    Weaker,
    /// A key of a length that its algorithm does not have, or that does not
    /// fit into its block.
    #[error("key block: a key of {bits} bits, which does not go with algorithm {algorithm}")]
    KeyLength {
        /// The algorithm of the header.
        algorithm: KeyAlgorithm,
        /// Bits of the key.
        bits: usize,
    },
    /// A key of another algorithm than was asked for, or than the header says.
    #[error("key block: algorithm {found}, expected {expected}; check header and key")]
    Algorithm {
        /// What was asked for.
        expected: &'static str,
        /// The algorithm of the header.
        found: KeyAlgorithm,
    },
    /// A key for something else.
    #[error("key block: key usage {found}, expected {expected}; a key has one use")]
    Usage {
        /// What was asked for.
        expected: &'static str,
        /// The usage of the header.
        found: KeyUsage,
    },
    /// Room for less than is to be written.
    #[error("key block: a buffer of {found} bytes, expected {needed} at least")]
    Buffer {
        /// Bytes needed.
        needed: usize,
        /// Bytes there are.
        found: usize,
    },
}

/// A part of a key block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The version, 1 character.
    Version,
    /// The length of all, 4 digits.
    Length,
    /// The key usage, 2 characters.
    Usage,
    /// The algorithm, 1 character.
    Algorithm,
    /// The mode of use, 1 character.
    ModeOfUse,
    /// The key version number, 2 characters.
    KeyVersion,
    /// The exportability, 1 character.
    Exportability,
    /// The number of optional blocks, 2 digits.
    BlockCount,
    /// The key context, 1 character.
    Context,
    /// A character reserved.
    Reserved,
    /// The identifier of an optional block, 2 characters.
    BlockId,
    /// The length of an optional block, 2 hexadecimal digits, or 00, how many
    /// digits follow, and these.
    BlockLength,
    /// What an optional block holds.
    BlockData,
    /// The enciphered key.
    Payload,
    /// The MAC.
    Mac,
    /// What stands behind the last field.
    Rest,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "version",
            Self::Length => "length",
            Self::Usage => "key usage",
            Self::Algorithm => "algorithm",
            Self::ModeOfUse => "mode of use",
            Self::KeyVersion => "key version number",
            Self::Exportability => "exportability",
            Self::BlockCount => "number of optional blocks",
            Self::Context => "key context",
            Self::Reserved => "reserved",
            Self::BlockId => "optional block identifier",
            Self::BlockLength => "optional block length",
            Self::BlockData => "optional block data",
            Self::Payload => "enciphered key",
            Self::Mac => "MAC",
            Self::Rest => "end",
        })
    }
}

/// The first characters of a field as they came; what cannot be printed is a
/// dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    characters: [u8; Self::MOST],
    size: usize,
}

impl Found {
    const MOST: usize = 12;

    pub(super) fn new(text: &[u8]) -> Self {
        let (mut characters, size) = ([0; Self::MOST], text.len().min(Self::MOST));
        for (character, byte) in characters.iter_mut().zip(text) {
            let shown = byte.is_ascii_graphic() || *byte == b' ';
            *character = if shown { *byte } else { b'.' };
        }
        Self { characters, size }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = core::str::from_utf8(&self.characters[..self.size]);
        write!(f, "\"{}\"", text.unwrap_or_default())
    }
}
