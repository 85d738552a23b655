//! The values of the file, each checked where it stands.

use crate::duration;
use crate::secret::Secret;
use annul::crypto::{Algorithm, Key, MasterKey};
use annul::frame::{Header, Tpdu};
use annul::iso8583::value::TrackProtection;
use annul::message::KeyRequest;
use annul::profile::Profile;
use annul::transaction::{MerchantId, OperatorId, TerminalId};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::fmt::Display;
use std::time::Duration;
use zeroize::Zeroizing;

/// Algorithms by their names in the file: all that a terminal with a master key
/// of TDES has.
const ALGORITHMS: [(&str, Algorithm); 5] = [
    ("unionpay-ecb", Algorithm::UnionPayEcb),
    ("x9.9", Algorithm::X9_9),
    ("x9.9-hex", Algorithm::X9_9Hex),
    ("x9.19", Algorithm::X9_19),
    ("chanjet", Algorithm::Chanjet),
];

/// F60.3 of the sign-in.
const KEY_REQUESTS: [(&str, KeyRequest); 3] = [
    ("001", KeyRequest::Single),
    ("003", KeyRequest::Double),
    ("004", KeyRequest::DoubleWithTrack),
];

const TRACKS: [(&str, TrackProtection); 2] = [
    ("clear", TrackProtection::Clear),
    ("enciphered", TrackProtection::Enciphered),
];

fn checked<'de, D: Deserializer<'de>, T, E: Display>(
    deserializer: D,
    check: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    let text = Zeroizing::new(String::deserialize(deserializer)?);
    check(&text).map_err(D::Error::custom)
}

/// The value of a word in one of the tables above.
fn of_table<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    let row = table.iter().find(|(name, _)| *name == word);
    row.map(|(_, value)| *value)
}

pub(super) fn terminal<'de, D: Deserializer<'de>>(d: D) -> Result<TerminalId, D::Error> {
    checked(d, |text| TerminalId::new(text.as_bytes()))
}

pub(super) fn merchant<'de, D: Deserializer<'de>>(d: D) -> Result<MerchantId, D::Error> {
    checked(d, |text| MerchantId::new(text.as_bytes()))
}

pub(super) fn merchant_name<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    checked(d, |text| {
        let sound = !text.is_empty() && text.chars().count() <= 40;
        let sound = sound && !text.chars().any(char::is_control);
        let name = sound.then(|| text.to_owned());
        name.ok_or("merchant name: expected 1 to 40 characters")
    })
}

pub(super) fn operator<'de, D: Deserializer<'de>>(d: D) -> Result<OperatorId, D::Error> {
    checked(d, |text| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let id = OperatorId::new(text.as_bytes()).ok().filter(|_| digits);
        id.ok_or("operator: expected two digits such as 01")
    })
}

pub(super) fn password<'de, D: Deserializer<'de>>(d: D) -> Result<Secret, D::Error> {
    checked(d, |text| {
        let hash = text.starts_with("$argon2");
        let sound = (4..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        let secret = (sound || hash).then(|| Secret::from(text.to_owned()));
        secret.ok_or("password: expected 4 to 32 characters without spaces, or a hash")
    })
}

pub(super) fn profile<'de, D: Deserializer<'de>>(d: D) -> Result<&'static Profile, D::Error> {
    checked(d, |text| {
        Profile::named(text).ok_or("host profile: expected unionpay-pos or iso87-ascii")
    })
}

pub(super) fn address<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    checked(d, |text| {
        let parts = text.rsplit_once(':');
        let sound = parts.is_some_and(|(host, port)| {
            !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
        });
        let address = sound.then(|| text.to_owned());
        address.ok_or("address: expected host:port such as 127.0.0.1:8583")
    })
}

pub(super) fn tpdu<'de, D: Deserializer<'de>>(d: D) -> Result<Tpdu, D::Error> {
    checked(d, |text| {
        let decimal = text.bytes().all(|byte| byte.is_ascii_digit());
        let bytes = packed(text).filter(|_| decimal).map(Tpdu::new);
        bytes.ok_or("TPDU: expected ten digits such as 6000030000")
    })
}

pub(super) fn header<'de, D: Deserializer<'de>>(d: D) -> Result<Header, D::Error> {
    checked(d, |text| {
        let bytes = packed(text).map(Header::new);
        bytes.ok_or("header: expected twelve hexadecimal digits such as 603100000000")
    })
}

/// Exactly so many bytes in hexadecimal.
fn packed<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text
        .chars()
        .map(|c| c.to_digit(16))
        .collect::<Option<Vec<_>>>()?;
    let mut bytes = [0; N];
    if digits.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(pair[0] * 16 + pair[1]).ok()?;
    }
    Some(bytes)
}

pub(super) fn duration<'de, D: Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
    checked(d, |text| {
        duration::parse(text).ok_or_else(|| format!("expected {}", duration::FORM))
    })
}

pub(super) fn attempts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let number = i64::deserialize(deserializer)?;
    let attempts = u8::try_from(number).ok().filter(|n| (1..=20).contains(n));
    attempts.ok_or_else(|| D::Error::custom("attempts: expected 1 to 20"))
}

pub(super) fn algorithm<'de, D: Deserializer<'de>>(d: D) -> Result<Algorithm, D::Error> {
    checked(d, |text| {
        if text == "sm4-ecb" {
            return Err("MAC algorithm: sm4-ecb wants an SM4 master key, and a till has TDES");
        }
        let found = of_table(&ALGORITHMS, text);
        found.ok_or(
            "MAC algorithm: expected unionpay-ecb, x9.9, x9.9-hex, x9.19 or chanjet; a terminal \
             has no others, to stay small",
        )
    })
}

pub(super) fn key_request<'de, D: Deserializer<'de>>(d: D) -> Result<KeyRequest, D::Error> {
    checked(d, |text| {
        let found = of_table(&KEY_REQUESTS, text);
        found.ok_or("working keys: expected 001, 003 or 004")
    })
}

pub(super) fn tracks<'de, D: Deserializer<'de>>(d: D) -> Result<TrackProtection, D::Error> {
    checked(d, |text| {
        let found = of_table(&TRACKS, text);
        found.ok_or("tracks: expected clear, or enciphered under the track key of a sign-in 004")
    })
}

pub(super) const fn clear() -> TrackProtection {
    TrackProtection::Clear
}

pub(super) fn master_key<'de, D: Deserializer<'de>>(d: D) -> Result<MasterKey, D::Error> {
    checked(d, Key::des_hex).map(MasterKey::new)
}
