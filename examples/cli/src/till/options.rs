//! What may be done about a transaction, and why not. Nothing is sent.

use super::{Place, Stop, money, records};
use crate::exit::{Exit, Failure};
use crate::output::{self, BAD, FAINT, Form, GOOD, styled};
use crate::table;
use annul::engine::{Choice, Engine};
use annul::journal::Journal;
use annul::text::{self, Bilingual};
use annul::transaction::{Amount, Kind};
use clap::Args as Group;
use serde::Serialize;

#[derive(Group)]
pub(super) struct OptionsArgs {
    /// The transaction of this trace
    #[arg(long, value_name = "N")]
    trace: String,
}

/// The answer, whole.
#[derive(Serialize)]
struct Told<'t> {
    trace: &'t str,
    kind: &'static str,
    status: &'static str,
    options: &'t [Shown],
}

/// One thing that might be done.
#[derive(Serialize)]
struct Shown {
    kind: &'static str,
    possible: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
    /// How much a refund may give back at most, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<u64>,
    #[serde(skip)]
    name: Bilingual,
}

/// Why it cannot be done, and what to do instead.
#[derive(Serialize)]
struct Why {
    zh: &'static str,
    en: &'static str,
}

impl From<Choice> for Shown {
    fn from(choice: Choice) -> Self {
        let why = choice.refusal.map(|refusal| text::refusal(&refusal));
        Self {
            kind: choice.kind.word(),
            possible: why.is_none(),
            why: why.map(|Bilingual { zh, en }| Why { zh, en }),
            left: None,
            name: text::kind(choice.kind),
        }
    }
}

/// Ends with 0 where something can be done, else with 2.
pub(super) fn run(place: &Place<'_>, args: &OptionsArgs) -> Result<Exit, Failure> {
    let trace = money::trace(&args.trace)?;
    let (journal, ledger, settings) = records::opened(place)?;
    let profile = ledger.profile();
    let engine = Engine::new(ledger, profile, settings);
    let mut options: Vec<Shown> = match engine.options(trace, journal.room()) {
        Ok(choices) => choices.map(Shown::from).collect(),
        Err(refusal) => {
            let stop = Stop::Refused(text::refusal(&refusal));
            return super::conclude(place, "options", None, Err(stop));
        }
    };
    let entry = engine.ledger().by_trace(trace);
    let left = entry.and_then(|entry| engine.ledger().refundable(entry));
    let refund = |option: &&mut Shown| option.possible && option.kind == Kind::Refund.word();
    if let Some(option) = options.iter_mut().find(refund) {
        option.left = left.map(Amount::minor);
    }
    let (kind, status) = entry.map_or(("", ""), |entry| {
        (entry.kind().word(), entry.status().word())
    });
    let any = options.iter().any(|option| option.possible);
    match place.manner.form {
        Form::Json => output::json(&Told {
            trace: &trace.to_string(),
            kind,
            status,
            options: &options,
        }),
        Form::Words => options.iter().for_each(|option| show(place, option)),
    }
    Ok(if any { Exit::Done } else { Exit::Refused })
}

fn show(place: &Place<'_>, option: &Shown) {
    let manner = place.manner;
    let name = manner.say(option.name);
    let Some(why) = &option.why else {
        let command = styled(FAINT, &format!("annul till {}", option.kind));
        let left = option.left.map_or(String::new(), |left| {
            format!(" {} {}", manner.pick("至多", "up to"), table::money(left))
        });
        output::line(&format!("{} {name}{left}  {command}", styled(GOOD, "✓")));
        return;
    };
    let why = manner.pick(why.zh, why.en);
    output::line(&format!("{} {name}: {why}", styled(BAD, "✗")));
}
