//! The values of the file, each checked where it stands, so that an error has
//! its line and column.

use super::Chip;
use crate::Dialect;
use annul::card::{Pan, Pin};
use annul::crypto::issuer::{Cipher, IssuerKey, Scheme};
use annul::crypto::{Algorithm, Key, MasterKey};
use annul::frame::Tpdu;
use annul::transaction::{Amount, Batch, MerchantId, TerminalId};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::fmt::Display;
use zeroize::Zeroizing;

/// A PIN; it cannot be shown.
pub struct Secret(Pin);

impl Secret {
    pub(crate) const fn pin(&self) -> &Pin {
        &self.0
    }
}

/// A card number; it shows its first six and last four digits.
pub struct CardNumber(Pan);

impl CardNumber {
    pub(crate) const fn pan(&self) -> &Pan {
        &self.0
    }
}

/// Algorithms by their names in the file.
const ALGORITHMS: [(&str, Algorithm); 3] = [
    ("unionpay-ecb", Algorithm::UnionPayEcb),
    ("x9.9", Algorithm::X9_9),
    ("x9.9-hex", Algorithm::X9_9Hex),
];

/// The table `[chip]` as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChipTable {
    scheme: String,
    #[serde(deserialize_with = "wiping")]
    key: Zeroizing<String>,
}

fn wiping<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}

impl TryFrom<ChipTable> for Chip {
    type Error = String;

    fn try_from(table: ChipTable) -> Result<Self, String> {
        let scheme = Scheme::named(&table.scheme).ok_or_else(|| {
            let names = Scheme::ALL.map(|scheme| scheme.name).join(", ");
            format!("scheme: expected one of {names}")
        })?;
        let key = match scheme.cipher {
            Cipher::Des => Key::des_hex(&table.key),
            Cipher::Sm4 => Key::sm4_hex(&table.key),
            Cipher::Aes => Key::aes_hex(&table.key),
        };
        let key = key.map_err(|error| error.to_string())?;
        let key = IssuerKey::new(key).map_err(|error| error.to_string())?;
        Ok(Self { scheme, key })
    }
}

fn checked<'de, D: Deserializer<'de>, T, E: Display>(
    deserializer: D,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    let text = Zeroizing::new(String::deserialize(deserializer)?);
    check(&text).map_err(D::Error::custom)
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, Pin::parse).map(Self)
    }
}

impl<'de> Deserialize<'de> for CardNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, Pan::parse).map(Self)
    }
}

pub(super) fn tpdu<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tpdu, D::Error> {
    checked(deserializer, |text| {
        let error = "TPDU: expected ten digits such as 6000030000";
        let sound = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut bytes = [0; Tpdu::SIZE];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = pair[0].wrapping_sub(b'0') << 4 | pair[1].wrapping_sub(b'0');
        }
        sound.then_some(Tpdu::new(bytes)).ok_or(error)
    })
}

pub(super) fn dialect<'de, D: Deserializer<'de>>(d: D) -> Result<Dialect, D::Error> {
    checked(d, |text| {
        Dialect::named(text).ok_or("dialect: expected unionpay-pos or iso87-ascii")
    })
}

pub(super) fn terminal<'de, D: Deserializer<'de>>(d: D) -> Result<TerminalId, D::Error> {
    checked(d, |text| TerminalId::new(text.as_bytes()))
}

pub(super) fn merchant<'de, D: Deserializer<'de>>(d: D) -> Result<MerchantId, D::Error> {
    checked(d, |text| MerchantId::new(text.as_bytes()))
}

pub(super) fn master_key<'de, D: Deserializer<'de>>(d: D) -> Result<MasterKey, D::Error> {
    checked(d, Key::des_hex).map(MasterKey::new)
}

pub(super) fn algorithm<'de, D: Deserializer<'de>>(d: D) -> Result<Algorithm, D::Error> {
    checked(d, |text| {
        let known = ALGORITHMS.iter().find(|(name, _)| *name == text);
        known
            .map(|(_, algorithm)| *algorithm)
            .ok_or("MAC algorithm: expected unionpay-ecb, x9.9 or x9.9-hex")
    })
}

pub(super) fn batch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Batch, D::Error> {
    Batch::new(u32::deserialize(deserializer)?).map_err(D::Error::custom)
}

pub(super) fn amount<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Amount>, D::Error> {
    checked(d, Amount::parse).map(Some)
}

pub(super) fn digits_11<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    checked(d, |text| {
        let sound = (1..=11).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        sound
            .then(|| text.to_owned())
            .ok_or("institution: expected 1 to 11 digits")
    })
}

pub(super) fn letters_3<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    checked(d, |text| {
        let sound = text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
        sound
            .then(|| text.to_owned())
            .ok_or("card organisation: expected three capital letters such as CUP")
    })
}
