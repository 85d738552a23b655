use crate::error::AnnulError;
use annul::crypto::{Algorithm, Key, MasterKey, SealingKey, SoftwareModule};
use annul::engine;
use annul::frame::{Header, Tpdu};
use annul::iso8583::value;
use annul::message::{self, Station};
use annul::text;
use annul::transaction::{Amount, MerchantId, OperatorId, TerminalId};
use core::fmt;
use zeroize::Zeroize;

/// What a terminal is opened with.
#[derive(Clone, uniffi::Record)]
pub struct Setup {
    /// The journal's file; it is made where there is none.
    pub journal: String,
    /// Field 41: 8 characters.
    pub terminal_id: String,
    /// Field 42: 15 characters.
    pub merchant_id: String,
    /// The addresses of the line: 5 bytes, `60 00 03 00 00`.
    pub tpdu: Vec<u8>,
    /// The 6 bytes before each message.
    pub header: Vec<u8>,
    /// Field 60.3 of a sign-in.
    pub key_request: KeyRequest,
    /// Who is signed in: 2 characters.
    pub operator: String,
    /// How many transactions the ledger holds.
    pub capacity: i32,
    /// Times and limits.
    pub settings: Settings,
    /// Where the keys are.
    pub security: Security,
    /// The language of texts.
    pub language: Language,
    /// How tracks are sent: a parameter of the acquirer.
    pub tracks: TrackProtection,
}

/// Times in milliseconds, and limits. Begin with [`default_settings`].
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Settings {
    /// How long an answer may take, connecting included.
    pub response_timeout: i64,
    /// How often a reversal is sent before it is parked.
    pub reversal_attempts: i32,
    /// The wait before the second attempt; it doubles with each.
    pub reversal_backoff: i64,
    /// The wait before a "not found" is confirmed.
    pub guard: i64,
    /// How often parked reversals are tried again.
    pub park_interval: i64,
    /// With so many parked, new transactions are refused.
    pub parked_limit: i32,
    /// The largest amount in minor units.
    pub amount_limit: i64,
    /// The largest refund, in minor units.
    pub refund_limit: i64,
}

/// Which working keys a sign-in asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum KeyRequest {
    /// `001`: single-length keys.
    Single,
    /// `003`: a double-length PIN key.
    Double,
    /// `004`: the same and a track key.
    DoubleWithTrack,
}

/// How tracks are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum TrackProtection {
    /// In clear.
    Clear,
    /// Enciphered under the track key of the sign-in. What cannot be enciphered
    /// is refused and never sent in clear.
    Enciphered,
}

/// Where keys are, and PINs entered.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Display)]
pub enum Security {
    /// In this program's memory: for tests, simulators, and devices whose
    /// operating system guards it.
    Software {
        /// The terminal master key: 8, 16 or 24 bytes DES, 16 bytes SM4.
        master_key: Vec<u8>,
        /// Its cipher.
        cipher: MasterCipher,
        /// How the host computes MACs.
        algorithm: MacAlgorithm,
    },
    /// In a PIN pad: `step` gives questions, the app answers them.
    Device {
        /// Who seals card numbers for the journal.
        sealing: Sealing,
    },
}

/// Who seals card numbers for the journal.
#[derive(Clone, uniffi::Enum)]
#[uniffi::export(Display)]
pub enum Sealing {
    /// The device: 34 bytes for each card.
    Device,
    /// This program, with a key from the platform's key store.
    Key {
        /// 32 bytes.
        key: Vec<u8>,
    },
}

/// The cipher of a master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum MasterCipher {
    /// DES of any length.
    Des,
    /// SM4.
    Sm4,
}

/// How a host computes the MAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum MacAlgorithm {
    /// UnionPay's default, "POS ECB".
    UnionPayEcb,
    /// The same with SM4.
    Sm4Ecb,
    /// ANSI X9.9, the block itself.
    X99,
    /// ANSI X9.9 in hexadecimal.
    X99Hex,
    /// ANSI X9.19, the retail MAC.
    X919,
    /// The reading of Chanjet's manual.
    Chanjet,
}

/// The language of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Language {
    /// 中文.
    Chinese,
    /// English.
    English,
}

/// The values a UnionPay terminal begins with.
#[uniffi::export]
pub fn default_settings() -> Settings {
    let from = engine::Settings::DEFAULT;
    Settings {
        response_timeout: millis(from.response_timeout),
        reversal_attempts: from.reversal_attempts.into(),
        reversal_backoff: millis(from.reversal_backoff),
        guard: millis(from.guard),
        park_interval: millis(from.park_interval),
        parked_limit: from.parked_limit.into(),
        amount_limit: millis(from.amount_limit.minor()),
        refund_limit: millis(from.refund_limit.minor()),
    }
}

fn millis(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The keys as the core wants them; what came over the border is wiped.
pub(crate) enum Keys {
    Software(SoftwareModule),
    Device(Option<SealingKey>),
}

impl Security {
    pub(crate) fn into_keys(self) -> Result<Keys, AnnulError> {
        match self {
            Self::Software {
                mut master_key,
                cipher,
                algorithm,
            } => {
                let key = match cipher {
                    MasterCipher::Des => Key::des(&master_key),
                    MasterCipher::Sm4 => Key::sm4(&master_key),
                };
                master_key.zeroize();
                let module = SoftwareModule::new(MasterKey::new(key?), algorithm.into());
                Ok(Keys::Software(module))
            }
            Self::Device { sealing } => match sealing {
                Sealing::Device => Ok(Keys::Device(None)),
                Sealing::Key { mut key } => {
                    let bytes = array(&key, "sealing key");
                    key.zeroize();
                    let mut bytes = bytes?;
                    let sealing = SealingKey::new(bytes);
                    bytes.zeroize();
                    Ok(Keys::Device(Some(sealing)))
                }
            },
        }
    }
}

impl Setup {
    pub(crate) fn station(&self) -> Result<Station, AnnulError> {
        Ok(Station {
            terminal: TerminalId::new(self.terminal_id.as_bytes())?,
            merchant: MerchantId::new(self.merchant_id.as_bytes())?,
            tpdu: Tpdu::new(array(&self.tpdu, "TPDU")?),
            header: Header::new(array(&self.header, "header")?),
            key_request: self.key_request.into(),
        })
    }

    pub(crate) fn operator(&self) -> Result<OperatorId, AnnulError> {
        Ok(OperatorId::new(self.operator.as_bytes())?)
    }

    /// Software keys come from the sign-in alone, and only one request brings a
    /// track key; a device may have its own.
    pub(crate) fn track_protection(&self) -> Result<value::TrackProtection, AnnulError> {
        match (self.tracks, self.key_request, &self.security) {
            (TrackProtection::Clear, _, _) => Ok(value::TrackProtection::Clear),
            (_, KeyRequest::DoubleWithTrack, _) | (_, _, Security::Device { .. }) => {
                Ok(value::TrackProtection::Enciphered)
            }
            (TrackProtection::Enciphered, _, Security::Software { .. }) => {
                let what = "tracks: to be enciphered they want the key request with a track key";
                Err(AnnulError::range(what))
            }
        }
    }

    pub(crate) fn capacity(&self) -> Result<usize, AnnulError> {
        // An entry has 64 bytes; more than this no batch has.
        match usize::try_from(self.capacity) {
            Ok(capacity @ 1..=100_000) => Ok(capacity),
            _ => Err(AnnulError::range("capacity: expected 1 to 100000")),
        }
    }
}

impl Settings {
    pub(crate) fn checked(&self) -> Result<engine::Settings, AnnulError> {
        let time = |value: i64, name: &str| {
            u64::try_from(value)
                .map_err(|_| AnnulError::range(format!("{name}: expected 0 or more milliseconds")))
        };
        let count = |value: i32, name: &str| match u8::try_from(value) {
            Ok(count @ 1..) => Ok(count),
            _ => Err(AnnulError::range(format!("{name}: expected 1 to 255"))),
        };
        Ok(engine::Settings {
            response_timeout: time(self.response_timeout, "response timeout")?,
            reversal_attempts: count(self.reversal_attempts, "reversal attempts")?,
            reversal_backoff: time(self.reversal_backoff, "reversal backoff")?,
            guard: time(self.guard, "guard")?,
            park_interval: time(self.park_interval, "park interval")?,
            parked_limit: count(self.parked_limit, "parked limit")?,
            amount_limit: amount(self.amount_limit)?,
            refund_limit: amount(self.refund_limit)?,
        })
    }
}

/// Minor units. Negative ones are no more an amount than too many.
pub(crate) fn amount(minor: i64) -> Result<Amount, AnnulError> {
    Ok(Amount::new(u64::try_from(minor).unwrap_or(u64::MAX))?)
}

/// Bytes of exactly so many.
pub(crate) fn array<const N: usize>(bytes: &[u8], name: &str) -> Result<[u8; N], AnnulError> {
    bytes.try_into().map_err(|_| {
        let found = bytes.len();
        AnnulError::range(format!("{name}: expected {N} bytes, found {found}"))
    })
}

/// Where the keys are, and nothing of them.
impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Software { algorithm, .. } => write!(f, "Software(***, {algorithm:?})"),
            Self::Device { sealing } => write!(f, "Device({sealing})"),
        }
    }
}

impl fmt::Display for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Device => "Device",
            Self::Key { .. } => "Key(***)",
        })
    }
}

impl From<KeyRequest> for message::KeyRequest {
    fn from(request: KeyRequest) -> Self {
        match request {
            KeyRequest::Single => Self::Single,
            KeyRequest::Double => Self::Double,
            KeyRequest::DoubleWithTrack => Self::DoubleWithTrack,
        }
    }
}

impl From<MacAlgorithm> for Algorithm {
    fn from(algorithm: MacAlgorithm) -> Self {
        match algorithm {
            MacAlgorithm::UnionPayEcb => Self::UnionPayEcb,
            MacAlgorithm::Sm4Ecb => Self::Sm4Ecb,
            MacAlgorithm::X99 => Self::X9_9,
            MacAlgorithm::X99Hex => Self::X9_9Hex,
            MacAlgorithm::X919 => Self::X9_19,
            MacAlgorithm::Chanjet => Self::Chanjet,
        }
    }
}

impl From<Language> for text::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Chinese => Self::Chinese,
            Language::English => Self::English,
        }
    }
}
