use super::fault::{InChinese, worded};
use super::protection::check_value;
use super::source::Place;
use super::{Cipher, keep};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, Form, Manner};
use annul::crypto::{self, CheckMethod, CheckValue, ComponentError, Components, Key};
use annul::text::Language;
use clap::{Args as Group, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(Group)]
pub(crate) struct Args {
    /// A file with one component in hexadecimal, once for each
    #[arg(long, value_name = "FILE", visible_alias = "component-file")]
    key_file: Vec<PathBuf>,
    /// An environment variable with one component, once for each; after the files
    #[arg(long, value_name = "NAME", visible_alias = "component-env")]
    key_env: Vec<String>,
    /// Ask for this many components, after files and variables [default: 3 where there are none]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=9))]
    ask: Option<u8>,
    /// The cipher of the key
    #[arg(long, value_enum)]
    cipher: Cipher,
    /// The check value of a component, once for each, in their order
    #[arg(long, value_name = "KCV")]
    component_kcv: Vec<String>,
    /// The check value that the key has to have
    #[arg(long, value_name = "KCV")]
    kcv: Option<String>,
    /// What is done about the parity of DES keys
    #[arg(long, value_enum, default_value_t = Parity::Ignored)]
    parity: Parity,
    /// Make a weak DES key too, as test systems have them
    #[arg(long)]
    allow_weak: bool,
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

#[derive(Clone, Copy, ValueEnum)]
enum Parity {
    /// The key is the bare sum
    Ignored,
    /// The key gets odd parity
    Set,
    /// Each component has to be odd; the key gets odd parity
    Required,
}

#[derive(Serialize)]
struct Told<'t> {
    components: &'t [String],
    kcv: &'t str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'t str>,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let (key, components) = combined(args, manner)?;
    guard(&key, args.cipher, args.kcv.as_deref(), manner)
        .map_err(|error| Failure::new(format!("--kcv: {error}")))?;
    let kcv = check_value(args.cipher, &key);
    // A master key is a key of which the bytes come out.
    let key = crypto::MasterKey::new(key);
    if let Some(path) = &args.write {
        keep(path, key.reveal())?;
    }
    let clear = (args.reveal).then(|| Zeroizing::new(hex::encode(key.reveal())));
    let clear = clear.as_ref().map(|key| key.as_str());
    match manner.form {
        Form::Json => output::json(&Told {
            components: &components,
            kcv: &kcv,
            key: clear,
        }),
        Form::Words => output::line(clear.unwrap_or(&kcv)),
    }
    Ok(Exit::Done)
}

/// The key, and the check value of each component.
fn combined(args: &Args, manner: Manner) -> Result<(Key, Vec<String>), Failure> {
    let mut sum = Components::new(args.parity.of_core());
    let mut told = Vec::new();
    let places = places(args, manner);
    let checked = args.component_kcv.len();
    if checked > 0 && checked != places.len() {
        let wrong = manner.pick(
            "每个分量须有一个校验值，或都没有",
            "as many check values as components, or none",
        );
        return Err(Failure::new(format!("--component-kcv: {wrong}")));
    }
    // Reserved whole, so that no copy is left behind when it grows.
    let mut entered = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let number = index + 1;
        let component = args.cipher.asked_key(&place.bytes(manner)?, manner)?;
        let expected = args.component_kcv.get(index).map(String::as_str);
        guard(&component, args.cipher, expected, manner).map_err(|error| {
            let which = manner.pick("分量", "component");
            Failure::new(format!("{which} {number}: {error}"))
        })?;
        let kcv = check_value(args.cipher, &component);
        if matches!(place, Place::Question(_)) {
            // Who typed it compares this with the sheet.
            output::log(&format!("KCV {kcv}"));
        }
        told.push(kcv);
        if let Some(earlier) = entered.iter().position(|other| same(other, &component)) {
            return Err(twice(earlier + 1, number, manner));
        }
        sum.add(&component).map_err(worded(manner))?;
        entered.push(component);
    }
    let key = if args.allow_weak {
        sum.combine_any()
    } else {
        sum.combine()
    };
    key.map(|key| (key, told)).map_err(worded(manner))
}

/// Whether two components are the same: their sum is zero, which is found out
/// in the same time wherever they differ.
fn same(one: &Key, other: &Key) -> bool {
    let mut sum = Components::new(crypto::Parity::Ignored);
    let added = sum.add(one).and_then(|()| sum.add(other));
    added.is_ok() && matches!(sum.combine_any(), Err(ComponentError::Zero))
}

/// Two that cancel each other: the key would be the sum of the others.
fn twice(first: usize, second: usize, manner: Manner) -> Failure {
    Failure::new(match manner.language {
        Language::Chinese => {
            format!("分量 {first} 与分量 {second} 相同，互相抵消；请核对输入的是哪几张")
        }
        Language::English => format!(
            "components {first} and {second} are the same and cancel each other; check which \
             sheets were entered"
        ),
    })
}

/// Files, variables, and then questions.
fn places(args: &Args, manner: Manner) -> Vec<Place<'_>> {
    let files = args.key_file.iter().map(|path| Place::File(path));
    let variables = args.key_env.iter().map(|name| Place::Variable(name));
    let mut places: Vec<_> = files.chain(variables).collect();
    let usual = if places.is_empty() { USUAL } else { 0 };
    for _ in 0..args.ask.unwrap_or(usual) {
        let which = manner.pick("分量", "component");
        places.push(Place::Question(format!("{which} {}", places.len() + 1)));
    }
    places
}

/// Components that a key has most often.
const USUAL: u8 = 3;

/// How check values of a cipher are computed, and how long they are.
pub(super) fn method(cipher: Cipher) -> (CheckMethod, usize) {
    match cipher {
        Cipher::Aes => (CheckMethod::Cmac, 5),
        Cipher::Des | Cipher::Tdes | Cipher::Sm4 => (CheckMethod::Zeros, 3),
    }
}

fn guard(key: &Key, cipher: Cipher, expected: Option<&str>, manner: Manner) -> Result<(), String> {
    let Some(text) = expected else {
        return Ok(());
    };
    let wrong = || {
        let wrong = manner.pick(
            "应为 2 至 8 字节的校验值，十六进制",
            "expected a check value of 2 to 8 bytes in hexadecimal",
        );
        wrong.to_owned()
    };
    let expected = CheckValue::parse(text).ok_or_else(wrong)?;
    let (method, _) = method(cipher);
    let right = key.guard_check_value(method, expected);
    right.map_err(|error| error.said(manner))
}

impl Parity {
    const fn of_core(self) -> crypto::Parity {
        match self {
            Self::Ignored => crypto::Parity::Ignored,
            Self::Set => crypto::Parity::Set,
            Self::Required => crypto::Parity::Required,
        }
    }
}
