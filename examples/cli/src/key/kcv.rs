use super::{Cipher, Source, combine};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use annul::crypto::CheckMethod;
use clap::{Args as Group, ValueEnum};
use serde::Serialize;

#[derive(Group)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The cipher of the key
    #[arg(long, value_enum)]
    cipher: Cipher,
    /// How it is computed [default: cmac of aes, zeros of all others]
    #[arg(long, value_enum)]
    method: Option<Method>,
    /// How many bytes of it [default: 3 of zeros, 5 of cmac]
    #[arg(long, value_parser = clap::value_parser!(u8).range(2..=8))]
    bytes: Option<u8>,
    /// One JSON object instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    /// A block of zeros enciphered
    Zeros,
    /// CMAC of a block of zeros (ANSI X9.24-1:2017), at most 5 bytes
    Cmac,
}

#[derive(Serialize)]
struct Told {
    kcv: String,
    method: Method,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let key = args.cipher.asked_key(&args.source.bytes(manner)?, manner)?;
    let (usual, _) = combine::method(args.cipher);
    let method = args.method.unwrap_or(usual.into());
    let (whole, usual) = match method {
        Method::Zeros => (key.check_block().to_vec(), 3),
        Method::Cmac => (key.kcv_cmac().to_vec(), 5),
    };
    let count = args.bytes.map_or(usual, usize::from);
    let short = whole.get(..count).ok_or_else(|| {
        let fewer = manner.pick(
            "校验值没有这么多字节，最多",
            "the check value has no more bytes than",
        );
        Failure::new(format!("--bytes {count}: {fewer} {}", whole.len()))
    })?;
    let kcv = hex::encode(short);
    match manner.form {
        Form::Json => output::json(&Told { kcv, method }),
        Form::Words => output::line(&kcv),
    }
    Ok(Exit::Done)
}

impl From<CheckMethod> for Method {
    fn from(method: CheckMethod) -> Self {
        match method {
            CheckMethod::Zeros => Self::Zeros,
            CheckMethod::Cmac => Self::Cmac,
        }
    }
}
