//! The same fields in another dialect, and what that cannot hold.

use crate::decode::input;
use crate::decode::reading::Reading;
use crate::encode::{self, Content, carried};
use crate::exit::{Exit, Failure};
use crate::hex;
use crate::output::{self, CARE, Form, Manner, styled};
use crate::redact::redacted;
use crate::spec::{Chosen, named};
use annul::iso8583::{EncodeError, EncodeFault, Extent, Spec, View};
use clap::Args as Group;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Group)]
pub(crate) struct Args {
    /// The dialect of the message: one of `annul spec list`
    #[arg(long, value_name = "NAME|FILE")]
    from: String,
    /// The dialect to write it in
    #[arg(long, value_name = "NAME|FILE")]
    to: String,
    /// What stands before the message; it is left out
    #[arg(long, value_name = "NAME")]
    header: Option<String>,
    /// Keep what belongs to a card; else it is redacted
    #[arg(long)]
    reveal: bool,
    /// One JSON object instead of hexadecimal alone
    #[arg(long)]
    json: bool,
    /// The message in hexadecimal, a file, or - for standard input
    #[arg(value_name = "HEX|FILE|-", required = true, num_args = 1..)]
    given: Vec<String>,
}

#[derive(Serialize)]
struct Converted {
    /// Nothing was lost.
    ok: bool,
    hex: String,
    lost: Vec<Lost>,
}

/// A field that the other dialect cannot hold.
#[derive(Serialize)]
struct Lost {
    field: u8,
    message: String,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    let chosen = Chosen::of(&args.from, args.header.as_deref())?;
    let to = named(&args.to)?;
    let bytes = input::one(&args.given, false)?;
    let (_, view) = Reading::whole(chosen, &bytes)?;
    let clean = redacted(&view);
    let view = if args.reveal {
        view
    } else {
        again(chosen.spec, &clean)?
    };
    let converted = Converted::of(&view, to)?;
    match manner.form {
        Form::Json => output::json(&converted),
        Form::Words => {
            output::line(&converted.hex);
            for lost in &converted.lost {
                output::log(&styled(CARE, &lost.message));
            }
        }
    }
    Ok(if converted.ok {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn again<'m>(spec: &'m Spec<'m>, message: &'m [u8]) -> Result<View<'m>, Failure> {
    View::decode(spec, message).map_err(crate::exit::because)
}

impl Converted {
    fn of(view: &View<'_>, to: &Spec<'_>) -> Result<Self, Failure> {
        let (mut fields, mut lost) = (BTreeMap::new(), Vec::new());
        let own = view.spec().bitmap().extent();
        // A bitmap is no value; it is made anew where there is one.
        let values = { view.fields() }.filter(|field| own != Extent::TertiaryIn(field.number()));
        for field in values {
            let number = field.number();
            let alone = to.field(number).map(|spec| carried(&field, spec));
            let written = match alone {
                Some(value) => {
                    let alone = BTreeMap::from([(number, Content::Value(value))]);
                    encode::write(to, view.mti(), &alone).map(|_| alone)
                }
                None => Err(EncodeError {
                    field: number,
                    fault: EncodeFault::Unknown,
                }),
            };
            match written {
                Ok(alone) => fields.extend(alone),
                Err(error) => lost.push(Lost {
                    field: number,
                    message: format!("left out: {error}"),
                }),
            }
        }
        let message = encode::write(to, view.mti(), &fields).map_err(crate::exit::because)?;
        Ok(Self {
            ok: lost.is_empty(),
            hex: hex::encode(&message),
            lost,
        })
    }
}
