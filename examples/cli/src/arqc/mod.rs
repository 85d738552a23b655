//! Computes what a chip card and its issuer say to each other: the card's
//! cryptogram, or the issuer's answer to it, and each step on the way.
//!
//! ```text
//!  issuer's key ─┐                                  ┌─> the cryptogram (9F26), one line of hexadecimal
//!  card number ──┼─> annul::crypto::issuer ─────────┼─> --verify: is the one in field 55 right?
//!  field 55 ─────┘                                  └─> --code, --status: the answer (tag 91)
//! ```

mod fault;
mod trace;

use crate::exit::{Exit, Failure};
use crate::key;
use crate::key::fault::worded;
use crate::output::{self, Form, Manner};
use crate::secret::Secret;
use crate::{hex, tlv};
use annul::card::Pan;
use annul::crypto::issuer::{
    Card, ChipData, Cipher, Cryptogram, Derivation, Exchange, IssuerKey, Scheme,
};
use annul::emv::ArpcMethod;
use clap::builder::PossibleValuesParser;
use clap::{Args as Group, ValueEnum};
use serde::Serialize;
use trace::Trace;

#[derive(Group)]
pub(crate) struct Args {
    /// How the card computes
    #[arg(long, value_name = "SCHEME", value_parser = schemes())]
    scheme: String,
    /// The issuer's master key
    #[command(flatten)]
    source: key::Source,
    /// The card number
    #[arg(long, value_name = "PAN")]
    pan: Secret,
    /// The card's sequence number (tag 5F34) [default: 0]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true,
          value_parser = clap::value_parser!(u8).range(0..=99))]
    sequence: u8,
    /// How the card's key comes from the issuer's [default: that of the scheme]
    #[arg(long, value_enum)]
    derivation: Option<Method>,
    /// Field 55: the chip's data in hexadecimal
    #[arg(long, value_name = "HEX|-")]
    emv: String,
    /// Fail where the cryptogram in field 55 is another
    #[arg(long)]
    verify: bool,
    /// Print the issuer's answer with this response code: two characters, or
    /// four hexadecimal digits
    #[arg(long, value_name = "CODE", conflicts_with = "status")]
    code: Option<String>,
    /// Print the issuer's answer with this card status update: eight
    /// hexadecimal digits
    #[arg(long, value_name = "HEX")]
    status: Option<String>,
    /// Show the steps too
    #[arg(long)]
    trace: bool,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

/// The options of EMV Book 2, A1.4.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// 16 digits
    A,
    /// Longer numbers by SHA-1
    B,
    /// All digits, AES
    C,
}

#[derive(Serialize)]
struct Told {
    scheme: &'static str,
    cryptogram: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Trace>,
}

fn schemes() -> PossibleValuesParser {
    PossibleValuesParser::new(Scheme::ALL.map(|scheme| scheme.name))
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let scheme = Scheme::named(&args.scheme)
        .ok_or_else(|| Failure::new(manner.pick("没有此方案", "no such scheme")))?;
    let told = answering(args, &scheme, manner)?;
    let field = tlv::given(std::slice::from_ref(&args.emv))?;
    let field = hex::read(&field).map_err(worded(manner))?;
    let chip = ChipData::read(&field).map_err(worded(manner))?;
    let pan = Pan::parse(args.pan.reveal()).map_err(worded(manner))?;
    let card = Card::new(pan, args.sequence).map_err(worded(manner))?;
    let cipher = match scheme.cipher {
        Cipher::Des => key::Cipher::Tdes,
        Cipher::Sm4 => key::Cipher::Sm4,
        Cipher::Aes => key::Cipher::Aes,
    };
    let key = cipher.key(&args.source.bytes(manner)?, manner)?;
    let issuer = IssuerKey::<Cryptogram>::new(key).map_err(worded(manner))?;
    let derivation = args.derivation.map_or(scheme.derivation, Method::of);
    let card_key = issuer.card_key(&card, derivation).map_err(worded(manner))?;

    let mut trace = Trace::default();
    let mut watch = |step: annul::crypto::issuer::Step<'_>| trace.follow(step);
    let exchange = Exchange::new(&scheme, &card_key, chip, &mut watch).map_err(worded(manner))?;
    let cryptogram = exchange.cryptogram(&mut watch).map_err(worded(manner))?;
    let verified = if args.verify {
        exchange.authenticate(&mut |_| {})
    } else {
        Ok(())
    };
    let answer = match told {
        // To a card that is not real there is none.
        Some(_) if verified.is_err() => None,
        None => None,
        Some((code, status)) => {
            let answer = exchange.answer(code, status, &mut watch);
            Some(hex::encode(answer.map_err(worded(manner))?.bytes()))
        }
    };
    let cryptogram = cryptogram.to_string();
    match manner.form {
        Form::Json => output::json(&Told {
            scheme: scheme.name,
            cryptogram,
            verified: args.verify.then_some(verified.is_ok()),
            answer,
            trace: args.trace.then_some(trace),
        }),
        Form::Words => {
            if args.trace {
                trace.show(manner);
            }
            if verified.is_ok() {
                output::line(&answer.unwrap_or(cryptogram));
            }
        }
    }
    verified.map(|()| Exit::Done).map_err(worded(manner))
}

impl Method {
    const fn of(self) -> Derivation {
        match self {
            Self::A => Derivation::A,
            Self::B => Derivation::B,
            Self::C => Derivation::C,
        }
    }
}

/// What the answer says, as code and as status; the scheme looks at one.
type Said = ([u8; 2], [u8; 4]);

/// What the answer is to say, where one is asked for.
fn answering(args: &Args, scheme: &Scheme, manner: Manner) -> Result<Option<Said>, Failure> {
    let wrong = |zh, en| Failure::new(manner.pick(zh, en));
    match (scheme.answer, &args.code, &args.status) {
        (_, None, None) => Ok(None),
        (ArpcMethod::Code, Some(code), _) => {
            let bytes = match code.as_bytes() {
                [a, b] if code.is_ascii() => Some([*a, *b]),
                [_, _, _, _] => hex::decode(code).ok().and_then(|code| code.try_into().ok()),
                _ => None,
            };
            let bytes = bytes.ok_or_else(|| {
                wrong(
                    "--code：应为两个字符，或四位十六进制数字",
                    "--code: expected two characters, or four hexadecimal digits",
                )
            })?;
            Ok(Some((bytes, [0; 4])))
        }
        (ArpcMethod::Status, _, Some(status)) => {
            let bytes = hex::decode(status).ok();
            let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
            let bytes = bytes.ok_or_else(|| {
                wrong(
                    "--status：应为八位十六进制数字",
                    "--status: expected eight hexadecimal digits",
                )
            })?;
            Ok(Some(([0; 2], bytes)))
        }
        (ArpcMethod::Code, None, Some(_)) => Err(wrong(
            "该方案以应答码应答；请改用 --code",
            "this scheme answers with a response code; give --code",
        )),
        (ArpcMethod::Status, Some(_), None) => Err(wrong(
            "该方案以卡片状态更新应答；请改用 --status",
            "this scheme answers with a card status update; give --status",
        )),
    }
}
