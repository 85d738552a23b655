use super::name;
use super::trace::{Name, Trace};
use crate::exit::Failure;
use crate::hex;
use crate::key::Cipher;
use crate::key::fault::worded;
use crate::output::Manner;
use annul::crypto::mac::{self, CbcMac, Cmac, HmacKey, HmacSha256, Padding, RetailMac, Step, Tag};
use annul::crypto::{Algorithm as OfUnionPay, Key, MacKey};
use clap::ValueEnum;

/// `--algorithm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Algorithm {
    /// UnionPay's own, of DES or TDES
    UnionpayEcb,
    /// UnionPay's own, of SM4
    Sm4Ecb,
    /// The one of Chanjet's manual, of TDES
    Chanjet,
    /// ANSI X9.9, of DES
    #[value(name = "x9.9")]
    X9_9,
    /// ANSI X9.19, the retail MAC
    #[value(name = "x9.19")]
    X9_19,
    /// ISO/IEC 9797-1 algorithm 1
    #[value(name = "iso9797-1")]
    Iso9797_1,
    /// ISO/IEC 9797-1 algorithm 3; of SM4, the key file holds both keys
    #[value(name = "iso9797-3")]
    Iso9797_3,
    /// CMAC of AES
    CmacAes,
    /// CMAC of TDES
    CmacTdes,
    /// CMAC of SM4
    CmacSm4,
    /// HMAC-SHA-256
    HmacSha256,
}

use Cipher::{Aes, Des, Sm4, Tdes};

impl Algorithm {
    /// The ciphers it is computed with; the first are told by the key's length.
    const fn ciphers(self) -> &'static [Cipher] {
        match self {
            Self::UnionpayEcb | Self::X9_9 => &[Des, Tdes],
            Self::X9_19 => &[Tdes, Des],
            Self::Iso9797_1 => &[Des, Tdes, Sm4],
            Self::Iso9797_3 => &[Tdes, Des, Sm4],
            Self::Chanjet | Self::CmacTdes => &[Tdes],
            Self::Sm4Ecb | Self::CmacSm4 => &[Sm4],
            Self::CmacAes => &[Aes],
            Self::HmacSha256 => &[],
        }
    }

    const fn is_padded(self) -> bool {
        matches!(
            self,
            Self::X9_9 | Self::X9_19 | Self::Iso9797_1 | Self::Iso9797_3
        )
    }
}

/// What was asked for.
pub(super) struct Choice {
    pub(super) algorithm: Algorithm,
    pub(super) cipher: Option<Cipher>,
    pub(super) padding: Option<u8>,
    pub(super) manner: Manner,
}

impl Choice {
    /// The whole MAC; its steps too, where a trace is given.
    pub(super) fn compute(
        &self,
        key: &[u8],
        message: &[u8],
        trace: &mut Option<Trace>,
    ) -> Result<Vec<u8>, Failure> {
        let padding = self.padding(message)?;
        let cipher = self.cipher(key)?;
        let Some(cipher) = cipher else {
            if trace.is_some() {
                return Err(self.wrong("--trace", "没有可显示的步骤", "it has no steps"));
            }
            return self.hmac(key, message);
        };
        let watch = |step: Step<'_>| {
            if let Some(trace) = trace {
                trace.follow(step);
            }
        };
        let single = || {
            let single = if self.algorithm.ciphers().contains(&Des) {
                cipher.asked_key(key, self.manner)
            } else {
                cipher.key(key, self.manner)
            };
            single.map(MacKey::new)
        };
        let tag: Tag = match self.algorithm {
            Algorithm::X9_9 | Algorithm::Iso9797_1 => {
                let mut mac =
                    CbcMac::watched(&single()?, padding, watch).map_err(worded(self.manner))?;
                mac.update(message);
                mac.finish().map_err(worded(self.manner))?
            }
            Algorithm::X9_19 | Algorithm::Iso9797_3 => {
                let (first, second) = self.pair(cipher, key)?;
                let mac = RetailMac::with_keys_watched(&first, &second, padding, watch);
                let mut mac = mac.map_err(worded(self.manner))?;
                mac.update(message);
                mac.finish().map_err(worded(self.manner))?
            }
            Algorithm::CmacAes | Algorithm::CmacTdes | Algorithm::CmacSm4 => {
                let mut mac = Cmac::watched(&single()?, watch).map_err(worded(self.manner))?;
                mac.update(message);
                mac.finish()
            }
            _ => {
                if let Some(trace) = trace {
                    self.add_up(&cipher.key(key, self.manner)?, message, trace)?;
                }
                let algorithm = match self.algorithm {
                    Algorithm::Sm4Ecb => OfUnionPay::Sm4Ecb,
                    Algorithm::Chanjet => OfUnionPay::Chanjet,
                    _ => OfUnionPay::UnionPayEcb,
                };
                let block =
                    mac::compute(algorithm, &single()?, message).map_err(worded(self.manner))?;
                return Ok(block.bytes().to_vec());
            }
        };
        Ok(tag.bytes().to_vec())
    }

    fn padding(&self, message: &[u8]) -> Result<Padding, Failure> {
        if self.padding.is_some() && !self.algorithm.is_padded() {
            return Err(self.wrong("--padding", "没有填充方法可选", "it has one padding only"));
        }
        Ok(match self.padding {
            None | Some(1) => Padding::Method1,
            Some(2) => Padding::Method2,
            Some(_) => Padding::Method3 {
                length: message.len() as u64,
            },
        })
    }

    /// The cipher asked for, or the one of the key's length; none of HMAC.
    fn cipher(&self, key: &[u8]) -> Result<Option<Cipher>, Failure> {
        let all = self.algorithm.ciphers();
        match self.cipher {
            Some(asked) if all.contains(&asked) => Ok(Some(asked)),
            Some(_) => Err(self.wrong("--cipher", "不用这种算法", "it is not computed with that")),
            None if key.len() == 8 && all.contains(&Des) => Ok(Some(Des)),
            None if all.contains(&Tdes) => Ok(Some(Tdes)),
            None => Ok(all.first().copied()),
        }
    }

    /// K and K' of algorithm 3, which stand one behind the other.
    fn pair(&self, cipher: Cipher, key: &[u8]) -> Result<(MacKey, MacKey), Failure> {
        let (first, second) = key.split_at(key.len() / 2);
        let of = match (cipher, key.len()) {
            (Des | Tdes, 16) => Des,
            (Tdes, 32) => Tdes,
            (Sm4, 32) => Sm4,
            _ => {
                let zh = "密钥应为 16 字节，两把 tdes 或 sm4 密钥共 32 字节";
                let en = "expected 16 bytes of key, or 32 for two keys of tdes or sm4";
                return Err(self.wrong("--key-file", zh, en));
            }
        };
        let half = |bytes| of.key(bytes, self.manner).map(MacKey::new);
        Ok((half(first)?, half(second)?))
    }

    fn hmac(&self, key: &[u8], message: &[u8]) -> Result<Vec<u8>, Failure> {
        let none = || self.wrong("--key-file", "没有密钥", "there is no key");
        let mut mac = HmacSha256::new(&HmacKey::new(key).ok_or_else(none)?);
        mac.update(message);
        Ok(mac.finish().bytes().to_vec())
    }

    /// The steps of UnionPay's scheme, of which Chanjet's has the first only.
    fn add_up(&self, key: &Key, message: &[u8], trace: &mut Trace) -> Result<(), Failure> {
        let size = key.block_size();
        let mut padded = message.to_vec();
        padded.resize(message.len().max(1).next_multiple_of(size), 0);
        trace.note(Name::Padded, &padded);
        let mut sum = vec![0; size];
        for block in padded.chunks(size) {
            add(&mut sum, block);
        }
        trace.note(Name::Sum, &sum);
        if self.algorithm == Algorithm::Chanjet {
            return Ok(());
        }
        let text = hex::encode(&sum).into_bytes();
        trace.note(Name::Text, &text);
        let (left, right) = text.split_at(size);
        let mut block = left.to_vec();
        key.encrypt(&mut block).map_err(worded(self.manner))?;
        trace.note(Name::Left, &block);
        add(&mut block, right);
        trace.note(Name::Added, &block);
        Ok(())
    }

    fn wrong(&self, option: &str, zh: &str, en: &str) -> Failure {
        let said = match self.manner.language {
            annul::text::Language::Chinese => zh,
            annul::text::Language::English => en,
        };
        Failure::new(format!("{option}: {}: {said}", name(&self.algorithm)))
    }
}

fn add(to: &mut [u8], other: &[u8]) {
    (to.iter_mut().zip(other)).for_each(|(byte, other)| *byte ^= other);
}
