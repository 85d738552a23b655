use super::fault::{InChinese, worded};
use super::keep;
use super::protection::{Protecting, Protection, Rules, check_value, cipher};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use crate::tlv;
use annul::crypto::key_block::{self, Header, KeyBlockError, Unwrapped, Wrapped};
use clap::Args as Group;
use serde::Serialize;
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(Group)]
pub(crate) struct Args {
    /// The key block [default: standard input]
    #[arg(
        value_name = "KEY BLOCK|-",
        default_value = "-",
        hide_default_value = true
    )]
    key_block: String,
    #[command(flatten)]
    protection: Protection,
    /// By which rules the block is read; where the standard's are broken, the
    /// interoperable ones say so and go on
    #[arg(long, value_enum, default_value_t = Rules::Interoperable)]
    rules: Rules,
    /// Print the key in clear instead of its check value
    #[arg(long)]
    reveal: bool,
    /// Write the key to this new file, for its owner only
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// One JSON object instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Told<'t> {
    version: String,
    usage: Code,
    algorithm: Code,
    mode_of_use: Code,
    key_version: &'t str,
    exportability: Code,
    context: Code,
    blocks: Vec<Block<'t>>,
    bits: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    kcv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'t str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deviation: Option<String>,
}

#[derive(Serialize)]
struct Code {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'static str>,
}

#[derive(Serialize)]
struct Block<'t> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<&'static str>,
    data: &'t str,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let text = tlv::given(std::slice::from_ref(&args.key_block))?;
    let text = text.trim().as_bytes();
    let block = Wrapped::parse(text, args.rules.of_core()).map_err(worded(manner))?;
    let protection = args.protection.key(block.header().version(), manner)?;
    let mut room = Zeroizing::new(vec![0; block.room()]);
    let deviation = deviation(text, &protection, manner);
    let key = block.unwrap(&protection.key, &mut room);
    let key = key.map_err(|error| refused(error, block.header(), &protection, manner))?;
    if let Some(path) = &args.write {
        keep(path, key.reveal())?;
    }
    tell(&key, args, deviation, manner)
}

/// What the standard's rules say against a block that the others let pass.
fn deviation(text: &[u8], protection: &Protecting, manner: Manner) -> Option<String> {
    let strict = Wrapped::parse(text, key_block::Rules::Strict);
    let error = strict.and_then(|block| {
        let mut room = Zeroizing::new(vec![0; block.room()]);
        block.unwrap(&protection.key, &mut room).map(|_| ())
    });
    error.err().map(|error| error.said(manner))
}

/// A wrong MAC, with what the header says of its protection key.
fn refused(
    error: KeyBlockError,
    header: &Header<'_>,
    protection: &Protecting,
    manner: Manner,
) -> Failure {
    match protection.differs(header) {
        Some((said, own)) if error == KeyBlockError::Mac => {
            let another = manner.pick(
                "密钥块写明的保护密钥校验值与所给密钥的校验值",
                "the block says the check value of its protection key, and the key given has",
            );
            let (error, and) = (error.said(manner), manner.pick("；", "; "));
            Failure::new(format!("{error}{and}{another}: {said}, {own}"))
        }
        _ => worded(manner)(error),
    }
}

fn tell(
    key: &Unwrapped<'_, '_>,
    args: &Args,
    deviation: Option<String>,
    manner: Manner,
) -> Result<Exit, Failure> {
    let header = key.header();
    let kcv = match cipher(header) {
        Some(cipher) => {
            let key = key.key_of(header.usage()).map_err(worded(manner))?;
            Some(check_value(cipher, &key))
        }
        None => None,
    };
    let bits = 8 * key.reveal().len();
    let clear = (args.reveal).then(|| Zeroizing::new(hex::encode(key.reveal())));
    let clear = clear.as_ref().map(|key| key.as_str());
    match manner.form {
        Form::Json => output::json(&told(header, bits, kcv, clear, deviation)),
        Form::Words => {
            if let Some(deviation) = deviation {
                let note = manner.pick("不合标准，照读", "against the standard, read even so");
                output::log(&format!("annul: {note}: {deviation}"));
            }
            match (clear, kcv) {
                (Some(key), _) => output::line(key),
                (None, Some(kcv)) => output::line(&kcv),
                (None, None) => {
                    let none = manner.pick(
                        "位，没有校验值；--reveal 显示密钥",
                        "bits, no check value; --reveal shows the key",
                    );
                    output::log(&format!("{bits} {none}"));
                }
            }
        }
    }
    Ok(Exit::Done)
}

/// A code with what it means.
macro_rules! code {
    ($code:expr) => {{
        let code = $code;
        Code {
            code: code.to_string(),
            meaning: code.meaning(),
        }
    }};
}

fn told<'t>(
    header: &'t Header<'t>,
    bits: usize,
    kcv: Option<String>,
    key: Option<&'t str>,
    deviation: Option<String>,
) -> Told<'t> {
    let blocks = header.blocks().map(|block| Block {
        id: block.id().to_owned(),
        meaning: block.meaning(),
        data: block.data(),
    });
    Told {
        version: header.version().to_string(),
        usage: code!(header.usage()),
        algorithm: code!(header.algorithm()),
        mode_of_use: code!(header.mode()),
        key_version: header.key_version(),
        exportability: code!(header.exportability()),
        context: code!(header.context()),
        blocks: blocks.collect(),
        bits,
        kcv,
        key,
        deviation,
    }
}
