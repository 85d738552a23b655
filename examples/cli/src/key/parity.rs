use super::fault::{InChinese, worded};
use super::{Source, keep};
use crate::exit::{Exit, Failure};
use crate::output::{self, Form, Manner};
use annul::crypto::{CheckMethod, Key, odd_parity};
use clap::Args as Group;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Group)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Write the key with odd parity to this new file, for its owner only
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// One JSON object instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Told<'t> {
    odd: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    weakness: Option<String>,
    kcv: &'t str,
}

pub(super) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let mut bytes = args.source.bytes(manner)?;
    let key = Key::des(&bytes).map_err(worded(manner))?;
    let weakness = key.guard_strength().err();
    let odd = key.has_odd_parity();
    // Whatever the parity is: DES does not look at it.
    let kcv = key.check_value(CheckMethod::Zeros, 3).to_string();
    if let Some(path) = &args.write {
        bytes.iter_mut().for_each(|byte| *byte = odd_parity(*byte));
        keep(path, &bytes)?;
    }
    match manner.form {
        Form::Json => output::json(&Told {
            odd,
            weakness: weakness.map(|weakness| weakness.said(manner)),
            kcv: &kcv,
        }),
        Form::Words => {
            let parity = if odd {
                manner.pick("奇校验", "odd parity")
            } else {
                manner.pick("不是奇校验", "parity is not odd")
            };
            let strength = match weakness {
                None => manner.pick("不是弱密钥", "not a weak key").to_owned(),
                Some(weakness) => weakness.said(manner),
            };
            let and = manner.pick("；", "; ");
            output::log(&format!("{parity}{and}{strength}"));
            output::line(&kcv);
        }
    }
    Ok(match weakness {
        None if odd || args.write.is_some() => Exit::Done,
        _ => Exit::Refused,
    })
}
