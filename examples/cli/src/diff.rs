//! What is not the same in two messages: by the values themselves, shown masked.

use crate::decode::Name;
use crate::decode::input;
use crate::decode::reading::Reading;
use crate::decode::value::{Secrets, characters, values};
use crate::exit::{Exit, Failure};
use crate::output::{self, FAINT, Form, Manner, styled};
use crate::spec::Dialect;
use crate::table::pad;
use annul::iso8583::{Mask, View};
use clap::Args as Group;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Group)]
pub(crate) struct Args {
    #[command(flatten)]
    dialect: Dialect,
    /// One JSON object instead of words
    #[arg(long)]
    json: bool,
    /// Show what belongs to a card in clear
    #[arg(long)]
    reveal: bool,
    /// The first, in hexadecimal, a file, or - for standard input
    #[arg(value_name = "A")]
    a: String,
    /// The second
    #[arg(value_name = "B")]
    b: String,
}

#[derive(Serialize)]
struct Report<'m> {
    ok: bool,
    same: bool,
    mti: [String; 2],
    differences: Vec<Difference<'m>>,
}

/// A field that only one has, or whose values differ.
#[derive(Serialize)]
struct Difference<'m> {
    field: u8,
    name: Name<'m>,
    a: Option<String>,
    b: Option<String>,
    /// The values differ in what is hidden.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
}

pub(crate) fn run(args: &Args, manner: impl FnOnce(bool) -> Manner) -> Result<Exit, Failure> {
    let manner = manner(args.json);
    if args.a == "-" && args.b == "-" {
        let text = "standard input can be one of the two only; give the other as an argument";
        return Err(Failure::new(text));
    }
    let chosen = args.dialect.choose()?;
    let [a, b] = [&args.a, &args.b].map(|given| input::one(std::slice::from_ref(given), false));
    let (a, b) = (a?, b?);
    let (_, a) = Reading::whole(chosen, &a)?;
    let (_, b) = Reading::whole(chosen, &b)?;
    let report = Report::of(&a, &b, Secrets::of(args.reveal));
    match manner.form {
        Form::Json => output::json(&report),
        Form::Words => report.show(manner),
    }
    Ok(if report.same {
        Exit::Done
    } else {
        Exit::Failed
    })
}

impl<'m> Report<'m> {
    fn of(a: &View<'m>, b: &View<'m>, secrets: Secrets) -> Self {
        let shown = [a, b].map(|view| {
            let numbers = view.fields().map(|field| field.number());
            let pairs = numbers.zip(values(view, secrets, &Mask::of(view)));
            pairs.collect::<std::collections::BTreeMap<_, _>>()
        });
        let [in_a, in_b] = &shown;
        let numbers: BTreeSet<u8> = in_a.keys().chain(in_b.keys()).copied().collect();
        let differences = numbers.into_iter().filter_map(|number| {
            let (one, other) = (a.field(number), b.field(number));
            let real = [one, other].map(|field| field.map(|field| characters(&field)));
            let spec = one.or(other)?.spec();
            let (a, b) = (in_a.get(&number).cloned(), in_b.get(&number).cloned());
            (real[0] != real[1]).then(|| Difference {
                field: number,
                name: Name {
                    zh: spec.chinese(),
                    en: spec.name(),
                },
                hidden: a == b,
                a,
                b,
            })
        });
        let differences: Vec<_> = differences.collect();
        let mti = [a, b].map(|view| view.mti().to_string());
        Self {
            ok: true,
            same: differences.is_empty() && mti[0] == mti[1],
            mti,
            differences,
        }
    }

    fn show(&self, manner: Manner) {
        if self.same {
            output::line(manner.pick("相同", "the same"));
        }
        if self.mti[0] != self.mti[1] {
            output::line("MTI");
            two(Some(&self.mti[0]), Some(&self.mti[1]), manner);
        }
        for one in &self.differences {
            let name = manner.pick(one.name.zh, one.name.en);
            output::line(&format!("{}{name}", pad(&format!("F{}", one.field), 5)));
            two(one.a.as_ref(), one.b.as_ref(), manner);
            if one.hidden {
                let word = manner.pick("不同之处已屏蔽", "they differ in what is hidden");
                output::line(&styled(FAINT, &format!("  {word}")));
            }
        }
    }
}

fn two(a: Option<&String>, b: Option<&String>, manner: Manner) {
    let none = manner.pick("（无）", "(not there)").to_owned();
    output::line(&format!("  - {}", a.unwrap_or(&none)));
    output::line(&format!("  + {}", b.unwrap_or(&none)));
}
