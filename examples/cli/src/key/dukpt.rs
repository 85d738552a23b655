use super::fault::worded;
use super::kcv::Method;
use super::protection::check_value;
use super::{Cipher, Source, combine};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use annul::crypto::dukpt::{AesKsn, Direction, TdesKsn, aes, tdes};
use clap::{Args as Group, ValueEnum};
use serde::Serialize;
use zeroize::Zeroizing;

#[derive(Group)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Which key that is
    #[arg(long, value_enum, default_value_t = From::Bdk)]
    from: From,
    /// The key serial number: 20 hexadecimal digits of TDES, 24 of AES
    #[arg(long, value_name = "KSN")]
    ksn: String,
    /// Which key is derived
    #[arg(long, value_enum)]
    usage: Usage,
    /// Who makes the MAC, or enciphers the data
    #[arg(long, value_enum, default_value_t = Way::Request)]
    direction: Way,
    /// TDES: how the working key is made of the transaction's
    #[arg(long, value_enum)]
    variant: Option<Variant>,
    /// AES: the cipher of the working key [default: that of the key given]
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    kind: Option<Kind>,
    /// Print the key in clear instead of its check value
    #[arg(long)]
    reveal: bool,
    /// One JSON object instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    /// The base key of all terminals
    Bdk,
    /// The initial key of this terminal
    Ik,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Usage {
    /// The initial key
    Ik,
    /// PIN blocks
    Pin,
    /// MACs
    Mac,
    /// Tracks and other data
    Data,
    /// AES: other keys
    Kek,
    /// AES: the next initial key of this terminal, whatever the counter is
    Update,
}

#[derive(Clone, Copy, ValueEnum)]
enum Way {
    /// The terminal
    Request,
    /// The host
    Response,
    /// AES: one key for both
    Both,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Variant {
    /// As ANSI X9.24-1 has it
    Standard,
    /// Data: masked, and not enciphered under itself
    MaskOnly,
    /// Data: with the mask of the PIN
    PinMask,
    /// The transaction key as it is
    Bare,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Tdes2,
    Tdes3,
    Aes128,
    Aes192,
    Aes256,
}

/// A key derived for a transaction.
struct Derived {
    cipher: Cipher,
    bytes: Zeroizing<Vec<u8>>,
}

#[derive(Serialize)]
struct Told<'t> {
    ksn: &'t str,
    kcv: &'t str,
    method: Method,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'t str>,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let bytes = args.source.bytes(manner)?;
    let (ksn, derived) = match args.ksn.len() {
        AES_DIGITS => with_aes(args, &bytes, manner)?,
        _ => with_tdes(args, &bytes, manner)?,
    };
    let clear = args
        .reveal
        .then(|| Zeroizing::new(hex::encode(&derived.bytes)));
    let key = derived.cipher.key(&derived.bytes, manner)?;
    let kcv = check_value(derived.cipher, &key);
    let clear = clear.as_ref().map(|key| key.as_str());
    match manner.form {
        Form::Json => output::json(&Told {
            ksn: &ksn,
            kcv: &kcv,
            method: combine::method(derived.cipher).0.into(),
            key: clear,
        }),
        Form::Words => output::line(clear.unwrap_or(&kcv)),
    }
    Ok(Exit::Done)
}

/// Hexadecimal digits of a KSN of AES.
const AES_DIGITS: usize = 24;

/// The bytes of a key of any type.
macro_rules! derived {
    ($cipher:expr, $key:expr) => {
        Derived {
            cipher: $cipher,
            bytes: Zeroizing::new($key.reveal().to_vec()),
        }
    };
}

fn with_tdes(args: &Args, bytes: &[u8], manner: Manner) -> Result<(String, Derived), Failure> {
    let ksn = TdesKsn::parse(&args.ksn).map_err(worded(manner))?;
    if args.kind.is_some() {
        return Err(unfit("--type", manner));
    }
    let key = Cipher::Tdes.key(bytes, manner)?;
    let initial = match args.from {
        From::Bdk => tdes::BaseKey::new(key)
            .map_err(worded(manner))?
            .initial_key(&ksn),
        From::Ik => tdes::InitialKey::new(key).map_err(worded(manner))?,
    };
    if args.usage == Usage::Ik {
        return Ok((ksn.initial().to_string(), derived!(Cipher::Tdes, initial)));
    }
    let key = initial.transaction_key(&ksn).map_err(worded(manner))?;
    let direction = match args.direction {
        Way::Request => Direction::Request,
        Way::Response => Direction::Response,
        Way::Both => return Err(unfit("--direction both", manner)),
    };
    let variant = args.variant.unwrap_or(Variant::Standard);
    let simple = match variant {
        Variant::Standard => Some(tdes::Variant::Standard),
        Variant::Bare => Some(tdes::Variant::Bare),
        Variant::MaskOnly | Variant::PinMask => None,
    };
    let simple = simple.ok_or_else(|| unfit("--variant", manner));
    let derived = match args.usage {
        Usage::Ik | Usage::Pin => derived!(Cipher::Tdes, key.pin_key(simple?)),
        Usage::Mac => derived!(Cipher::Tdes, key.mac_key(direction, simple?)),
        Usage::Data => derived!(Cipher::Tdes, key.data_key(direction, variant.of_data())),
        Usage::Kek => return Err(unfit("--usage kek", manner)),
        Usage::Update => return Err(unfit("--usage update", manner)),
    };
    Ok((ksn.to_string(), derived))
}

fn with_aes(args: &Args, bytes: &[u8], manner: Manner) -> Result<(String, Derived), Failure> {
    let ksn = match args.usage {
        // Its own counter, FFFFFFFF, is no transaction's.
        Usage::Update => {
            AesKsn::parse(&format!("{}00000000", head(&args.ksn))).map_err(worded(manner))?
        }
        _ => AesKsn::parse(&args.ksn).map_err(worded(manner))?,
    };
    if args.variant.is_some() {
        return Err(unfit("--variant", manner));
    }
    let key = Cipher::Aes.key(bytes, manner)?;
    let kind = args.kind.unwrap_or(same(bytes));
    let initial = match args.from {
        From::Bdk => aes::BaseKey::new(key)
            .map_err(worded(manner))?
            .initial_key(&ksn),
        From::Ik => aes::InitialKey::new(key).map_err(worded(manner))?,
    };
    if args.usage == Usage::Ik {
        return Ok((ksn.initial().to_string(), derived!(Cipher::Aes, initial)));
    }
    let cipher = kind.cipher();
    if args.usage == Usage::Update {
        let key = initial
            .update_key(&ksn, kind.of_core())
            .map_err(worded(manner))?;
        return Ok((ksn.initial().to_string(), derived!(cipher, key)));
    }
    let key = initial.transaction_key(&ksn).map_err(worded(manner))?;
    let ways = match args.direction {
        Way::Request => aes::Ways::Request,
        Way::Response => aes::Ways::Response,
        Way::Both => aes::Ways::Both,
    };
    let derived = match args.usage {
        Usage::Ik | Usage::Update | Usage::Pin => {
            derived!(cipher, key.pin_key(kind.of_core()).map_err(worded(manner))?)
        }
        Usage::Kek => derived!(
            cipher,
            key.key_encryption_key(kind.of_core())
                .map_err(worded(manner))?
        ),
        Usage::Mac => derived!(
            cipher,
            key.mac_key(ways, kind.of_core()).map_err(worded(manner))?
        ),
        Usage::Data => derived!(
            cipher,
            key.data_key(ways, kind.of_core()).map_err(worded(manner))?
        ),
    };
    Ok((ksn.to_string(), derived))
}

/// The digits of a KSN of AES before its counter.
fn head(ksn: &str) -> &str {
    ksn.get(..AES_DIGITS - 8).unwrap_or(ksn)
}

fn unfit(option: &str, manner: Manner) -> Failure {
    let text = manner.pick(
        "与此 KSN 的方案或此用途不符",
        "does not go with the scheme of this KSN, or with this usage",
    );
    Failure::new(format!("{option}: {text}"))
}

/// The type of a key of AES with so many bytes.
fn same(bytes: &[u8]) -> Kind {
    match bytes.len() {
        24 => Kind::Aes192,
        32 => Kind::Aes256,
        _ => Kind::Aes128,
    }
}

impl Variant {
    const fn of_data(self) -> tdes::DataVariant {
        match self {
            Self::Standard => tdes::DataVariant::Standard,
            Self::MaskOnly => tdes::DataVariant::MaskOnly,
            Self::PinMask => tdes::DataVariant::PinMask,
            Self::Bare => tdes::DataVariant::Bare,
        }
    }
}

impl Kind {
    const fn cipher(self) -> Cipher {
        match self {
            Self::Tdes2 | Self::Tdes3 => Cipher::Tdes,
            Self::Aes128 | Self::Aes192 | Self::Aes256 => Cipher::Aes,
        }
    }

    const fn of_core(self) -> aes::KeyType {
        match self {
            Self::Tdes2 => aes::KeyType::Tdes2,
            Self::Tdes3 => aes::KeyType::Tdes3,
            Self::Aes128 => aes::KeyType::Aes128,
            Self::Aes192 => aes::KeyType::Aes192,
            Self::Aes256 => aes::KeyType::Aes256,
        }
    }
}
