use crate::exit::{Exit, Failure, because};
use crate::hex;
use crate::key;
use crate::key::fault::{InChinese, worded};
use crate::output::{self, Form, Manner};
use crate::secret::Secret;
use annul::card::{Pan, Pin};
use annul::crypto::pin::{Format4Block, LetterFill, PanField, PinBlock, UniqueFill, WideBlock};
use annul::crypto::{PinKey, UnsuitableKey};
use annul::text::Language;
use clap::{Args as Group, ValueEnum};
use serde::Serialize;
use std::io::{BufRead, IsTerminal, Read};
use zeroize::Zeroizing;

#[derive(Group)]
pub(crate) struct Args {
    /// How the block is built
    #[arg(long, value_enum)]
    format: Format,
    #[command(flatten)]
    source: key::Source,
    /// The cipher of the key [default: tdes, or aes with format 4]
    #[arg(long, value_enum)]
    cipher: Option<key::Cipher>,
    /// The card number, where the format takes it in
    #[arg(long, value_name = "PAN")]
    pan: Option<Secret>,
    /// What the block is filled with, in hexadecimal: 5 bytes of format 1 or 3,
    /// 8 of format 4 [default: at random]
    #[arg(long, value_name = "HEX")]
    fill: Option<String>,
    /// One JSON object instead of a line
    #[arg(long)]
    json: bool,
}

/// The formats, as ISO 9564-1 numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// ISO 9564-1 format 0, with the card number
    #[value(name = "0")]
    Iso0,
    /// ISO 9564-1 format 1
    #[value(name = "1")]
    Iso1,
    /// ISO 9564-1 format 2, for a chip
    #[value(name = "2")]
    Iso2,
    /// ISO 9564-1 format 3, with the card number
    #[value(name = "3")]
    Iso3,
    /// ISO 9564-1 format 4, with the card number, AES
    #[value(name = "4")]
    Iso4,
    /// UnionPay's without the card number; under SM4 with it, where it is given
    #[value(name = "unionpay")]
    UnionPay,
}

/// Whether a format takes the card number in.
enum Wants {
    Pan,
    NoPan,
    Either,
}

#[derive(Serialize)]
struct Told<'t> {
    format: &'t str,
    block: &'t str,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let sm4 = args.cipher == Some(key::Cipher::Sm4);
    let pan = pan(args, sm4, manner)?;
    if args.fill.is_some() && !args.format.is_filled_by_choice() {
        return Err(no_fill(args.format, manner));
    }
    let key = cipher(args).asked_key(&args.source.bytes(manner)?, manner)?;
    let key = PinKey::new(key);
    let pin = pin(manner)?;
    let block = match (args.format, &pan) {
        (Format::Iso0, Some(pan)) => short(PinBlock::with_pan(&pin, pan), &key),
        (Format::Iso3, Some(pan)) => {
            let fill = letters(args, manner)?;
            short(PinBlock::format_3(&pin, pan, fill), &key)
        }
        (Format::Iso4, _) => {
            let field = pan_field(args, manner)?;
            let block = Format4Block::new(&pin, drawn(args, manner)?);
            let block = block.encrypt(&field, &key);
            block.map(|block| hex::encode(&block))
        }
        (Format::Iso1, _) => {
            let fill = UniqueFill::new(drawn(args, manner)?);
            short(PinBlock::format_1(&pin, fill), &key)
        }
        (Format::Iso2, _) => short(PinBlock::format_2(&pin), &key),
        (Format::UnionPay, Some(pan)) => wide(WideBlock::with_pan(&pin, pan), &key),
        (Format::UnionPay, None) if sm4 => wide(WideBlock::without_pan(&pin), &key),
        (Format::UnionPay, None) => short(PinBlock::without_pan(&pin), &key),
        (Format::Iso0 | Format::Iso3, None) => return Err(no_pan(manner)),
    };
    let block = block.map_err(worded(manner))?;
    match manner.form {
        Form::Words => output::line(&block),
        Form::Json => output::json(&Told {
            format: args.format.name(),
            block: &block,
        }),
    }
    Ok(Exit::Done)
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Iso0 => "0",
            Self::Iso1 => "1",
            Self::Iso2 => "2",
            Self::Iso3 => "3",
            Self::Iso4 => "4",
            Self::UnionPay => "unionpay",
        }
    }

    /// Whether the caller brings what the block is filled with.
    const fn is_filled_by_choice(self) -> bool {
        matches!(self, Self::Iso1 | Self::Iso3 | Self::Iso4)
    }

    const fn wants(self, sm4: bool) -> Wants {
        match self {
            Self::Iso0 | Self::Iso3 | Self::Iso4 => Wants::Pan,
            Self::UnionPay if sm4 => Wants::Either,
            Self::Iso1 | Self::Iso2 | Self::UnionPay => Wants::NoPan,
        }
    }
}

/// The cipher asked for, else that of the format; a single DES key is told by
/// `--cipher des`.
fn cipher(args: &Args) -> key::Cipher {
    args.cipher.unwrap_or(match args.format {
        Format::Iso4 => key::Cipher::Aes,
        _ => key::Cipher::Tdes,
    })
}

fn short(block: PinBlock, key: &PinKey) -> Result<String, UnsuitableKey> {
    block.encrypt(key).map(|block| hex::encode(&block))
}

fn wide(block: WideBlock, key: &PinKey) -> Result<String, UnsuitableKey> {
    block.encrypt(key).map(|block| hex::encode(&block))
}

/// The card number, where the format has it.
fn pan(args: &Args, sm4: bool, manner: Manner) -> Result<Option<Pan>, Failure> {
    match (args.format.wants(sm4), &args.pan) {
        (Wants::Pan, None) => Err(no_pan(manner)),
        // Its field takes shorter numbers than cards have.
        (Wants::Pan, Some(_)) if args.format == Format::Iso4 => {
            pan_field(args, manner).map(|_| None)
        }
        (wants, Some(pan)) => {
            let pan = Pan::parse(pan.reveal()).map_err(worded(manner))?;
            if let Wants::NoPan = wants {
                output::log(manner.pick(
                    "annul：该格式不含主账号，--pan 未被使用",
                    "annul: this format has no card number; --pan is not used",
                ));
                return Ok(None);
            }
            Ok(Some(pan))
        }
        (_, None) => Ok(None),
    }
}

/// The account number of format 4.
fn pan_field(args: &Args, manner: Manner) -> Result<PanField, Failure> {
    let given = args.pan.as_ref().ok_or_else(|| no_pan(manner))?;
    let wrong = manner.pick("--pan：须为 1 至 19 位数字", "--pan: not 1 to 19 digits");
    PanField::parse(given.reveal()).ok_or_else(|| Failure::new(wrong))
}

fn no_pan(manner: Manner) -> Failure {
    Failure::new(manner.pick(
        "该格式含主账号；请给出 --pan",
        "this format takes the card number in; give --pan",
    ))
}

fn no_fill(format: Format, manner: Manner) -> Failure {
    let name = format.name();
    Failure::new(match manner.language {
        Language::Chinese => format!("--fill：格式 {name} 的填充是固定的，只有 1、3、4 可选"),
        Language::English => format!(
            "--fill: format {name} has nothing to choose, it is filled with F; 1, 3 and 4 have"
        ),
    })
}

/// The PIN: asked for at a terminal, else the first line of standard input.
fn pin(manner: Manner) -> Result<Pin, Failure> {
    let question = manner.pick("PIN（不显示）：", "PIN (not shown): ");
    let text = if std::io::stdin().is_terminal() {
        Zeroizing::new(rpassword::prompt_password(question).map_err(because)?)
    } else {
        // No more is read than a PIN has, and reserved whole, so that no copy
        // is left behind when it grows.
        let mut text = Zeroizing::new(String::with_capacity(LINE));
        let input = std::io::stdin().lock().take(LINE as u64);
        (std::io::BufReader::with_capacity(1, input).read_line(&mut text)).map_err(because)?;
        text
    };
    Pin::parse(text.trim_end_matches(['\r', '\n'])).map_err(worded(manner))
}

/// Bytes of a line with a PIN, and of some that have none.
const LINE: usize = 64;

/// The fill given, else one at random.
fn drawn<const N: usize>(args: &Args, manner: Manner) -> Result<[u8; N], Failure> {
    match &args.fill {
        Some(text) => given(text, manner),
        None => random(),
    }
}

fn letters(args: &Args, manner: Manner) -> Result<LetterFill, Failure> {
    let Some(text) = &args.fill else {
        return random().map(LetterFill::from_random);
    };
    LetterFill::new(given(text, manner)?).ok_or_else(|| {
        Failure::new(manner.pick(
            "--fill：格式 3 的填充只能是 A 至 F",
            "--fill: format 3 is filled with A to F only",
        ))
    })
}

fn given<const N: usize>(text: &str, manner: Manner) -> Result<[u8; N], Failure> {
    let bytes =
        hex::read(text).map_err(|error| Failure::new(format!("--fill: {}", error.said(manner))))?;
    bytes.try_into().map_err(|bytes: Vec<u8>| {
        let (expected, found) = (manner.pick("应为字节数", "bytes expected"), bytes.len());
        let unlike = manner.pick("实际为", "found");
        Failure::new(format!("--fill: {expected} {N}, {unlike} {found}"))
    })
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Failure::new(error.to_string()))?;
    Ok(bytes)
}
