use super::{Cipher, Source};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use clap::Args as Group;
use serde::Serialize;

#[derive(Group)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// The cipher of the key
    #[arg(long, value_enum)]
    cipher: Cipher,
    /// Bytes of the check value
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=8))]
    bytes: u8,
    /// One JSON object instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Told {
    kcv: String,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let key = args.cipher.key(&args.source.bytes(manner)?, manner)?;
    let kcv = hex::encode(&key.check_block()[..usize::from(args.bytes)]);
    match manner.form {
        Form::Json => output::json(&Told { kcv }),
        Form::Words => output::line(&kcv),
    }
    Ok(Exit::Done)
}
