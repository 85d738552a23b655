//! `till.toml`: which terminal it is, where its host is, how patient it is,
//! its keys and its operators.
//!
//! [`EXAMPLE`] is the commented file that `annul till init` writes. A value is
//! checked where it stands, so that an error has its line and column.

mod error;
mod operator;
mod value;

pub(crate) use operator::{Operator, Operators, Role};

use crate::exit::Failure;
use annul::crypto::{Algorithm, MasterKey};
use annul::engine::Settings as Times;
use annul::frame::{Header, Tpdu};
use annul::iso8583::value::TrackProtection;
use annul::message::{KeyRequest, Station};
use annul::profile::Profile;
use annul::transaction::{MerchantId, TerminalId};
use error::Place;
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// The text of a commented `till.toml`.
pub(crate) const EXAMPLE: &str = include_str!("example.toml");

/// A till's settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) terminal: Terminal,
    pub(crate) host: Host,
    pub(crate) reversal: Reversal,
    pub(crate) security: Security,
    pub(crate) operators: Operators,
}

/// The table `[terminal]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terminal {
    #[serde(deserialize_with = "value::terminal")]
    pub(crate) id: TerminalId,
    #[serde(deserialize_with = "value::merchant")]
    pub(crate) merchant_id: MerchantId,
    #[serde(deserialize_with = "value::merchant_name")]
    pub(crate) merchant_name: String,
}

/// The table `[host]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Host {
    #[serde(deserialize_with = "value::profile")]
    pub(crate) profile: &'static Profile,
    #[serde(deserialize_with = "value::address")]
    pub(crate) address: String,
    #[serde(deserialize_with = "value::tpdu")]
    pub(crate) tpdu: Tpdu,
    #[serde(deserialize_with = "value::header")]
    pub(crate) header: Header,
    #[serde(deserialize_with = "value::duration")]
    pub(crate) response_timeout: Duration,
}

/// The table `[reversal]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reversal {
    #[serde(deserialize_with = "value::attempts")]
    pub(crate) attempts: u8,
    #[serde(deserialize_with = "value::duration")]
    pub(crate) backoff: Duration,
    #[serde(deserialize_with = "value::duration")]
    pub(crate) guard: Duration,
}

/// The table `[security]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Security {
    #[serde(deserialize_with = "value::algorithm")]
    pub(crate) mac: Algorithm,
    #[serde(deserialize_with = "value::key_request")]
    pub(crate) working_keys: KeyRequest,
    /// Clear where it is left out.
    #[serde(default = "value::clear", deserialize_with = "value::tracks")]
    pub(crate) tracks: TrackProtection,
    #[serde(deserialize_with = "value::master_key")]
    pub(crate) master_key: MasterKey,
}

impl Config {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|error| {
                Failure::new(format!(
                    "till profile {name}: {error}; `annul till init {name}` writes an example"
                ))
            })?;
        Self::parse(&text).map_err(|place| Failure::new(format!("till profile {name}, {place}")))
    }

    fn parse(text: &str) -> Result<Self, Place> {
        let config: Self = toml::from_str(text).map_err(|error| Place::of(text, &error))?;
        match config.operators.twice() {
            Some(id) => Err(Place::twice(text, id)),
            None => Ok(config),
        }
    }

    /// What the terminal says of itself in each message.
    pub(crate) fn station(&self) -> Station {
        Station {
            terminal: self.terminal.id,
            merchant: self.terminal.merchant_id,
            tpdu: self.host.tpdu,
            header: self.host.header,
            key_request: self.security.working_keys,
        }
    }

    /// Times and limits.
    pub(crate) fn times(&self) -> Times {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Times {
            response_timeout: millis(self.host.response_timeout),
            reversal_attempts: self.reversal.attempts,
            reversal_backoff: millis(self.reversal.backoff),
            guard: millis(self.reversal.guard),
            ..Times::DEFAULT
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_what_it_says() {
        let config = Config::parse(EXAMPLE)
            .map_err(|place| place.to_string())
            .unwrap();
        assert_eq!(config.terminal.id.text(), "12345678");
        assert_eq!(config.terminal.merchant_name, "测试商户");
        assert_eq!(config.host.tpdu.to_string(), "6000030000");
        assert_eq!(config.host.header.to_string(), "603100000000");
        assert_eq!(config.security.master_key.kcv().to_string(), "82E13665");
        assert_eq!(config.security.working_keys, KeyRequest::DoubleWithTrack);
        assert_eq!(config.security.tracks, TrackProtection::Clear);
        assert_eq!(config.times(), Times::DEFAULT);
        assert_eq!(config.operators.first_cashier().unwrap().id().text(), "01");
        let roles = ["01", "00", "99"].map(|id| config.operators.find(id).unwrap().role());
        assert_eq!(
            roles,
            [Role::Cashier, Role::Supervisor, Role::Administrator]
        );
    }

    #[test]
    fn errors_say_where_and_what_to_do_and_quote_no_secret() {
        let cases = [
            ("id = \"12345678\"", "id = \"1234567\"", "terminal id"),
            (
                "merchant_id = \"123456789012345\"",
                "merchant_id = \"1\"",
                "merchant id",
            ),
            ("attempts = 3", "atempts = 3", "unknown field `atempts`"),
            ("attempts = 3", "attempts = 0", "1 to 20"),
            ("\"unionpay-pos\"", "\"visa\"", "unionpay-pos"),
            ("\"127.0.0.1:8583\"", "\"127.0.0.1\"", "host:port"),
            ("\"6000030000\"", "\"60000300\"", "ten digits"),
            ("\"603100000000\"", "\"6031\"", "twelve"),
            ("\"60s\"", "\"60\"", "duration"),
            ("guard = \"120s\"", "guard = 120", "expected"),
            ("\"004\"", "\"005\"", "001, 003 or 004"),
            ("\"unionpay-ecb\"", "\"ecb\"", "x9.9"),
            ("\"unionpay-ecb\"", "\"sm4-ecb\"", "SM4 master key"),
            (
                "= \"11111111111111111111111111111111\"",
                "= \"111111\"",
                "16 or 24 bytes",
            ),
            ("role = \"cashier\"", "role = \"boss\"", "cashier"),
            ("password = \"123456\"", "password = 123456", "expected"),
            ("password = \"123456\"", "password = \"123\"", "4 to 32"),
            ("id = \"00\"", "id = \"01\"", "stands twice"),
            ("[security]", "[securty]", "unknown field"),
            ("[reversal]", "[reversal", "expected"),
        ];
        for (from, to, expected) in cases {
            assert!(EXAMPLE.contains(from), "{from}");
            let text = EXAMPLE.replacen(from, to, 1);
            let says = Config::parse(&text)
                .err()
                .unwrap_or_else(|| panic!("{to}"))
                .to_string();
            assert!(says.contains(expected), "{to}: {says}");
            assert!(
                says.starts_with("line ") && says.contains("annul till init"),
                "{says}"
            );
            for secret in ["123456", "111111", "\"123\""] {
                assert!(!says.contains(secret), "{says}");
            }
        }
    }

    /// All of the core's but SM4's, which has no till.
    #[test]
    fn every_algorithm_of_a_terminal_has_a_name() {
        let known = |name: &str| {
            let text = EXAMPLE.replacen("\"unionpay-ecb\"", &format!("\"{name}\""), 1);
            Config::parse(&text).ok().map(|config| config.security.mac)
        };
        let names = ["unionpay-ecb", "x9.9", "x9.9-hex", "x9.19", "chanjet"];
        let found = names.map(|name| known(name).unwrap());
        for algorithm in Algorithm::ALL {
            let sm4 = algorithm == Algorithm::Sm4Ecb;
            assert_ne!(found.contains(&algorithm), sm4, "{algorithm:?}");
        }
        for name in ["sm4-ecb", "cmac-aes", "iso9797-3", "X9.19"] {
            assert_eq!(known(name), None, "{name}");
        }
    }

    #[test]
    fn the_place_is_the_value_itself() {
        let text = EXAMPLE.replacen("attempts = 3", "attempts = 0", 1);
        let line = text
            .lines()
            .position(|line| line.starts_with("attempts"))
            .unwrap()
            + 1;
        let says = Config::parse(&text).err().unwrap().to_string();
        assert!(
            says.starts_with(&format!("line {line}, column 12: ")),
            "{says}"
        );
    }
}
