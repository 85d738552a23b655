//! Key blocks of ANSI X9.143, before it TR-31, and ISO 20038: a key on its
//! way from one device to another, enciphered and tied to what it is for.
//!
//! ```text
//!  D0112P0AE00E0000 B82679114F470F54...C07156A2 7E8E31DA...A457DC34
//!  header, in clear  key, enciphered             MAC of both
//! ```
//!
//! | Part | Does |
//! |---|---|
//! | [`ProtectionKey`] | the key that both sides hold (KBPK) |
//! | [`Header`] | what the key is for: [`Version`], [`KeyUsage`], [`KeyAlgorithm`], [`ModeOfUse`], [`Exportability`], [`KeyContext`], [`OptionalBlock`] |
//! | [`Wrap`] | makes a block of a header and a key |
//! | [`Wrapped`] | a block as it came, taken apart |
//! | [`Unwrapped`] | its key, which becomes what the header says and nothing else |
//! | [`Rules`] | the standard, or what devices make of it |
//!
//! The MAC is verified before anything of the key is looked at, and whatever
//! is wrong with it is one error, so that nobody can learn a key by trying.
//! There is no heap: a block is borrowed, and a key lies in room of the
//! caller's, which is wiped. Core draws no random number, so the caller brings
//! [`Random`] bytes for what fills a key up.
//!
//! SM4 has no version and no code in these standards, so there is none here.
//!
//! Source: ANSI X9.143:2021; ASC X9 TR-31:2018; ISO 20038:2017.

mod binding;
mod code;
mod error;
mod header;
mod optional;
mod protection;
mod read;
mod unwrapped;
mod version;
mod wrap;
mod wrapped;

pub use code::{Exportability, KeyAlgorithm, KeyContext, KeyUsage, ModeOfUse};
pub use error::{Field, Found, KeyBlockError};
pub use header::Header;
pub use optional::OptionalBlock;
pub use protection::ProtectionKey;
pub use unwrapped::Unwrapped;
pub use version::Version;
pub use wrap::{KeyLength, Random, Wrap};
pub use wrapped::Wrapped;

/// Characters of the longest key block.
pub const MOST: usize = 9999;

/// How much of what devices really send is read.
///
/// | Deviation | Strict | Interoperable |
/// |---|---|---|
/// | lower-case hexadecimal digits | refused | read |
/// | a code that the standard does not have, or a reserved character but 0 | refused | kept |
/// | a mode of use that says nothing of the key usage, such as V of B0 (ISO 20038, B.2) | refused | kept |
/// | other characters in optional blocks of hexadecimal digits, such as `KS08VM9A` (X9.143, 8.2) or `KS10DE#GBIC#MMK1` | refused | kept |
/// | a long optional block whose length has other than 4 digits, or counts pairs of them | refused | read |
/// | an optional block twice, padding that is not the last, or none where it is due | refused | read |
/// | a key of 8 bytes as TDES | refused | read |
/// | a key stronger than its protection key | refused | read |
///
/// Codes that the standard leaves to manufacturers, and optional blocks with
/// other identifiers, are kept by both. Neither reads a block of another length
/// than it says, other characters than printable ASCII, or a wrong MAC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// The standard.
    #[default]
    Strict,
    /// What devices make of it.
    Interoperable,
}
