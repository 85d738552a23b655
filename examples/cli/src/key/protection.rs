use super::Cipher;
use super::combine;
use super::fault::worded;
use super::source::Place;
use crate::exit::Failure;
use crate::output::Manner;
use annul::crypto::key_block::{self, Header, ProtectionKey, Version};
use annul::crypto::{CheckMethod, CheckValue, Key};
use clap::{Args as Group, ValueEnum};
use std::path::PathBuf;

/// Where the protection key of a key block comes from.
#[derive(Group)]
pub(super) struct Protection {
    /// A file with the protection key (KBPK) in hexadecimal [default: asks for it]
    #[arg(long, value_name = "FILE", conflicts_with = "kbpk_env")]
    kbpk_file: Option<PathBuf>,
    /// An environment variable with the protection key in hexadecimal
    #[arg(long, value_name = "NAME")]
    kbpk_env: Option<String>,
}

/// The protection key, and its check values for who has to find out whether
/// it is the right one.
pub(super) struct Protecting {
    pub(super) key: ProtectionKey,
    zeros: CheckValue,
    cmac: CheckValue,
}

impl Protection {
    pub(super) fn key(&self, version: Version, manner: Manner) -> Result<Protecting, Failure> {
        let place = match (&self.kbpk_file, &self.kbpk_env) {
            (Some(path), _) => Place::File(path),
            (None, Some(name)) => Place::Variable(name),
            (None, None) => Place::Question(manner.pick("保护密钥", "protection key").to_owned()),
        };
        let bytes = place.bytes(manner)?;
        let cipher = if version.is_aes() {
            Cipher::Aes
        } else {
            Cipher::Tdes
        };
        let key = cipher.key(&bytes, manner)?;
        let check = |method| key.check_value(method, CheckValue::MOST);
        let (zeros, cmac) = (check(CheckMethod::Zeros), check(CheckMethod::Cmac));
        let key = ProtectionKey::new(key).map_err(worded(manner))?;
        Ok(Protecting { key, zeros, cmac })
    }
}

impl Protecting {
    /// What a header says of its protection key, where that is another.
    pub(super) fn differs(&self, header: &Header<'_>) -> Option<(String, String)> {
        let said = header.block("KP")?;
        let (method, said) = said.data().split_at_checked(2)?;
        let own = match method {
            "00" => self.zeros,
            "01" => self.cmac,
            _ => return None,
        };
        let own = own.to_string();
        let own = own.get(..said.len())?;
        (own != said).then(|| (said.to_owned(), own.to_owned()))
    }
}

/// By which rules a key block is read or made.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Rules {
    /// The standard
    Strict,
    /// What devices make of it
    Interoperable,
}

impl Rules {
    pub(super) const fn of_core(self) -> key_block::Rules {
        match self {
            Self::Strict => key_block::Rules::Strict,
            Self::Interoperable => key_block::Rules::Interoperable,
        }
    }
}

/// The cipher of the key that a header is of, where it is a block cipher.
pub(super) fn cipher(header: &Header<'_>) -> Option<Cipher> {
    match header.algorithm() {
        key_block::KeyAlgorithm::AES => Some(Cipher::Aes),
        key_block::KeyAlgorithm::TDES => Some(Cipher::Tdes),
        key_block::KeyAlgorithm::DES => Some(Cipher::Des),
        _ => None,
    }
}

/// The check value that such keys have.
pub(super) fn check_value(cipher: Cipher, key: &Key) -> String {
    let (method, size) = combine::method(cipher);
    key.check_value(method, size).to_string()
}
