//! What the host knows before the first message: terminals with their master
//! keys, cards with their PINs, and where the books are kept.
//!
//! [`EXAMPLE`] is a commented file that works against annul's own till.

mod error;
mod value;

pub use error::SettingsError;
pub use value::{CardNumber, Secret};

use crate::Dialect;
use annul::card::MaskedPan;
use annul::crypto::issuer::{Cryptogram, IssuerKey, Scheme};
use annul::crypto::{Algorithm, MasterKey};
use annul::frame::Tpdu;
use annul::transaction::{Amount, Batch, MerchantId, TerminalId};
use serde::Deserialize;
use std::path::PathBuf;

/// The text of a commented `host.toml`.
pub const EXAMPLE: &str = include_str!("example.toml");

/// A host's settings, read from `host.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The host itself.
    pub host: HostTable,
    /// Every terminal it knows.
    pub terminals: Vec<Terminal>,
    /// The issuer of chip cards; without it, field 55 is not looked at.
    pub chip: Option<Chip>,
    /// Cards it treats apart from others.
    #[serde(default)]
    pub cards: Vec<Card>,
}

/// The table `[host]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostTable {
    /// What it speaks; UnionPay where it is left out.
    #[serde(default, deserialize_with = "value::dialect")]
    pub dialect: Dialect,
    /// The address terminals send to, where its dialect has one.
    #[serde(deserialize_with = "value::tpdu")]
    pub tpdu: Tpdu,
    /// The `SQLite` file of the books; in memory where it is left out.
    pub ledger: Option<PathBuf>,
    /// F32 of every answer, up to 11 digits.
    #[serde(deserialize_with = "value::digits_11")]
    pub institution: String,
    /// First half of F44, up to 11 digits.
    #[serde(deserialize_with = "value::digits_11")]
    pub issuer: String,
    /// Second half of F44, up to 11 digits.
    #[serde(deserialize_with = "value::digits_11")]
    pub acquirer: String,
    /// F63.1, three letters.
    #[serde(deserialize_with = "value::letters_3")]
    pub organisation: String,
    /// Makes keys and codes the same in each run.
    pub seed: Option<u64>,
}

/// One table `[[terminals]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terminal {
    /// F41.
    #[serde(deserialize_with = "value::terminal")]
    pub id: TerminalId,
    /// F42.
    #[serde(deserialize_with = "value::merchant")]
    pub merchant_id: MerchantId,
    /// For people.
    pub merchant_name: String,
    /// The terminal master key (终端主密钥).
    #[serde(deserialize_with = "value::master_key")]
    pub master_key: MasterKey,
    /// How MACs are computed.
    #[serde(deserialize_with = "value::algorithm")]
    pub mac: Algorithm,
    /// The open batch.
    #[serde(deserialize_with = "value::batch")]
    pub batch: Batch,
}

/// The table `[chip]`: one issuer, of every card that comes with field 55.
#[derive(Deserialize)]
#[serde(try_from = "value::ChipTable")]
pub struct Chip {
    /// How its cards compute.
    pub scheme: Scheme,
    /// Its master key for cryptograms.
    pub key: IssuerKey<Cryptogram>,
}

/// One table `[[cards]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The card number.
    pub number: CardNumber,
    /// Its PIN; any PIN fits where it is left out.
    pub pin: Option<Secret>,
    /// What is on the account before the first sale.
    #[serde(default, deserialize_with = "value::amount")]
    pub balance: Option<Amount>,
    /// The most one sale may take.
    #[serde(default, deserialize_with = "value::amount")]
    pub limit: Option<Amount>,
}

impl Settings {
    /// Reads the text of a `host.toml`.
    ///
    /// ```
    /// use annul_host::settings::{EXAMPLE, Settings};
    /// assert_eq!(Settings::parse(EXAMPLE)?.terminals[0].id.text(), "12345678");
    /// let error = Settings::parse("[host]\ntpud = \"6000030000\"").err().unwrap();
    /// assert_eq!((error.line(), error.column()), (2, 1));
    /// # Ok::<(), annul_host::settings::SettingsError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        let settings: Self =
            toml::from_str(text).map_err(|error| SettingsError::new(text, &error))?;
        let mut ids: Vec<TerminalId> = settings.terminals.iter().map(|one| one.id).collect();
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(SettingsError::twice(text, pair[0].text()));
        }
        Ok(settings)
    }

    /// The settings of [`EXAMPLE`].
    ///
    /// # Panics
    /// Never: a test reads the example.
    pub fn example() -> Self {
        Self::parse(EXAMPLE)
            .unwrap_or_else(|error| panic!("the example is read by a test: {error}"))
    }

    /// The terminal with this F41.
    pub fn terminal(&self, id: &[u8]) -> Option<&Terminal> {
        self.terminals
            .iter()
            .find(|terminal| terminal.id.bytes() == id)
    }

    /// The card with this number.
    pub fn card(&self, number: &annul::card::Pan) -> Option<&Card> {
        self.cards.iter().find(|card| card.number.pan() == number)
    }
}

impl Card {
    /// The form that may be shown and kept.
    pub fn masked(&self) -> MaskedPan {
        self.number.pan().masked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_what_it_says() {
        let settings = Settings::example();
        assert_eq!(settings.host.tpdu.to_string(), "6000030000");
        assert_eq!(settings.host.ledger, Some(PathBuf::from("host.db")));
        let terminal = settings.terminal(b"12345678").unwrap();
        assert_eq!(terminal.merchant_id.text(), "123456789012345");
        assert_eq!(terminal.merchant_name, "测试商户");
        assert_eq!(terminal.mac, Algorithm::UnionPayEcb);
        assert_eq!(terminal.batch.number(), 1);
        assert_eq!(terminal.master_key.kcv().to_string(), "82E13665");
        assert_eq!(settings.cards[0].masked().to_string(), "622424******0113");
        assert_eq!(settings.cards[0].balance.unwrap().minor(), 100_000_000);
        assert_eq!(
            settings.cards[1].masked().to_string(),
            "621626*********0018"
        );
        assert!(settings.cards[1].balance.is_none());
    }

    #[test]
    fn errors_say_where_and_what_to_do_and_quote_no_secret() {
        let cases = [
            ("seed = 7", "sede = 7", "unknown field `sede`"),
            ("pin = \"123456\"", "pin = 123456", "expected"),
            ("pin = \"123456\"", "pin = \"12345x\"", "4 to 12 digits"),
            (
                "= \"11111111111111111111111111111111\"",
                "= \"111111\"",
                "expected 8, 16 or 24 bytes",
            ),
            (
                "mac = \"unionpay-ecb\"",
                "mac = \"ecb\"",
                "unionpay-ecb, x9.9 or x9.9-hex",
            ),
            ("batch = 1", "batch = 1000000", "000000 to 999999"),
            ("id = \"12345678\"", "id = \"1234567\"", "terminal id"),
            ("tpdu = \"6000030000\"", "tpdu = \"60000300\"", "ten digits"),
            ("balance = \"1000000.00\"", "balance = \"1e4\"", "amount"),
            (
                "number = \"6224242900000113\"",
                "number = 6224242900000113",
                "expected",
            ),
            ("[[cards]]", "[[cards]", "expected"),
        ];
        for (from, to, expected) in cases {
            let text = EXAMPLE.replace("# seed", "seed").replacen(from, to, 1);
            let line = text.lines().position(|line| line.contains(to)).unwrap() + 1;
            let error = Settings::parse(&text)
                .err()
                .unwrap_or_else(|| panic!("{to}"));
            let says = error.to_string();
            assert_eq!(error.line(), line, "{to}: {says}");
            assert!(says.contains(expected), "{to}: {says}");
            assert!(says.contains("annul host init"), "{says}");
            for secret in ["12345x", "123456", "6224242900000113", "111111"] {
                assert!(!says.contains(secret), "{says}");
            }
        }
    }

    #[test]
    fn the_issuer_of_chip_cards_is_checked() {
        for (scheme, key, expected) in [
            ("visa-11", "00", "visa-10"),
            ("unionpay-sm4", "2468ACE0", "SM4 key: expected 16 bytes"),
            ("unionpay-des", "2468ACE02468ACE0", "a DES key of 16 bytes"),
            ("ccd-aes", "2468ACE02468ACE", "hexadecimal"),
        ] {
            let chip = format!("[chip]\nscheme = \"{scheme}\"\nkey = \"{key}\"");
            let text = EXAMPLE.replacen("# [chip]", &chip, 1);
            let line = text.lines().position(|line| line == "[chip]").unwrap() + 1;
            let error = Settings::parse(&text).err().unwrap();
            let says = error.to_string();
            assert_eq!(error.line(), line, "{says}");
            assert!(says.contains(expected) && !says.contains("2468"), "{says}");
        }
    }

    #[test]
    fn one_terminal_stands_once() {
        let start = EXAMPLE.find("[[terminals]]").unwrap();
        let end = EXAMPLE.find("# Cards with").unwrap();
        let text = format!("{EXAMPLE}\n{}", &EXAMPLE[start..end]);
        let error = Settings::parse(&text).err().unwrap();
        assert!(
            error.to_string().contains("12345678 stands twice"),
            "{error}"
        );
    }
}
