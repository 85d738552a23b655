//! Keys, MACs, PIN blocks and the sealed card number: everything a terminal
//! keeps secret, and the device that keeps it.
//!
//! ```text
//!  MasterKey (TMK) ── unwraps ──> WorkingKeys (F62 of 0810) ──> PinKey   ── PinBlock ──> F52
//!        │                                                  ├─> MacKey   ── mac::Mac ──> F64
//!        │ HMAC-SHA-256                                     └─> TrackKey ── track ─────> F35, F36
//!        └──────> SealingKey ── CardOnFile <──> SealedCard in the journal
//! ```
//!
//! | Part | Does |
//! |---|---|
//! | [`Key`], [`KeyFor`] | DES and SM4 keys, each tied to one use; [`Kcv`] tells whether one is right |
//! | [`Weakness`], [`odd_parity`] | what is wrong with a DES key, where it is asked |
//! | [`Components`], [`CheckValue`] | a key entered in parts, each with its check value |
//! | [`mac`] | the message authentication codes of UnionPay, of hosts that deviate, and those of ISO, NIST and ANSI |
//! | [`Authentic`] | what only a right MAC makes |
//! | [`WorkingKeys`] | the key blocks a host sends at sign-in, as sent |
//! | [`pin`], [`track`] | PIN blocks; encryption of tracks |
//! | `dukpt` | a key for each transaction, with TDES and AES (feature `dukpt`) |
//! | `issuer` | cryptograms of chip cards and the answers to them (feature `issuer`) |
//! | `oda` | whether a chip card is real: SDA, DDA, CDA (feature `oda`) |
//! | `key_block` | keys on their way, tied to what they are for: TR-31, ANSI X9.143 (feature `key-blocks`) |
//! | [`CardOnFile`], [`SealedCard`] | the card number kept for a reversal, readable only by this terminal |
//! | [`SecurityModule`], [`SoftwareModule`] | the device that holds the keys: a PIN pad, or this code |
//! | [`SlotDevice`], [`SlotModule`] | a device with keys under numbers, as a security module |
//!
//! DES and SM4 come from `RustCrypto`, which looks bytes up in tables, so their
//! running time is *not* independent of the key on a processor with a data
//! cache; SHA-256 and all comparisons made here are. Where an attacker
//! can time the device, use a hardware [`SecurityModule`].
//!
//! Keys wipe themselves when dropped and have no `Debug`, `Clone` or
//! comparison. What a compiler leaves on the stack when it moves them, no safe
//! code can wipe.

mod card_on_file;
mod check;
mod check_value;
mod components;
#[cfg(feature = "dukpt")]
pub mod dukpt;
mod hex;
#[cfg(feature = "issuer")]
pub mod issuer;
mod kcv;
mod key;
#[cfg(feature = "key-blocks")]
pub mod key_block;
pub mod mac;
mod module;
#[cfg(feature = "oda")]
pub mod oda;
pub mod pin;
mod slots;
mod software;
pub mod track;
mod usage;
mod working_keys;

pub use card_on_file::{CardOnFile, SealBroken, SealedCard, SealingKey};
pub use check::{Weakness, odd_parity};
pub use check_value::{CheckMethod, CheckValue, WrongCheckValue};
pub use components::{ComponentError, Components, Parity};
pub use kcv::Kcv;
pub use key::{Key, KeyError};
pub use mac::{Algorithm, Authentic, MacMismatch, MacValue};
pub use module::{SecurityFault, SecurityModule};
pub use slots::{Slot, SlotDevice, SlotModule, Slots};
pub use software::SoftwareModule;
pub use usage::{KeyFor, MacKey, MasterKey, PinKey, TrackKey, UnsuitableKey, Usage};
pub use working_keys::{
    KeyBlock, Layout, WorkingKeyError, WorkingKeyFault, WorkingKeys, WorkingKeysError,
};
