//! Sale and void.

use super::card::CardArgs;
use super::report::{Report, Word};
use super::session::{self, Right, Session, TillError};
use super::{Place, Stop, TillAnswer, duty};
use crate::exit::{Exit, Failure, because};
use crate::output;
use crate::secret::Secret;
use annul::journal::Seq;
use annul::ledger::Entry;
use annul::terminal::{PinWanted, Sale, Void};
use annul::transaction::{Amount, RequestId, Trace, VoidNote, VoidReason};
use clap::Args as Group;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Group)]
#[command(group = clap::ArgGroup::new("card").args(["track2", "pan"]).required(true))]
pub(super) struct SaleArgs {
    /// The amount, such as 12.34
    #[arg(long, value_name = "AMOUNT")]
    amount: String,
    #[command(flatten)]
    card: CardArgs,
    /// The name of this sale: the same name is the same sale [default: a new one]
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

#[derive(Group)]
pub(super) struct VoidArgs {
    /// The sale's trace: the voucher number on its slip
    #[arg(long, value_name = "N")]
    trace: String,
    /// Why, in a word such as customer-request
    #[arg(long, value_name = "WORD")]
    reason: String,
    /// What there is to add
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The supervisor who allows it, and the password
    #[arg(long, value_name = "00:123456")]
    supervisor: Secret,
    #[command(flatten)]
    card: CardArgs,
    /// The name of this void: the same name is the same void [default: a new one]
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

pub(super) fn sale(place: &Place<'_>, args: &SaleArgs) -> Result<Exit, Failure> {
    let amount = Amount::parse(&args.amount).map_err(because)?;
    let (card, pin) = (args.card.card()?, args.card.pin()?);
    let request = request(args.request_id.as_deref())?;
    let Some(card) = card else {
        return Err(Failure::new(
            "sale: no card; give --track2, or --pan and --expiry",
        ));
    };
    let begin = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let mut session = session::open(place, config, operator)?;
        let sale = Sale {
            request,
            amount,
            card,
            pin: wanted(pin.is_some()),
        };
        if let Some(pin) = pin {
            session.till.security().enter_pin(pin);
        }
        let done = session
            .till
            .sale(sale, &mut |news| session.watcher.tell(news));
        session.remind(place.manner);
        ended(session, request, done)
    };
    super::conclude(place, "sale", Some((request, Some(amount), None)), begin())
}

pub(super) fn void(place: &Place<'_>, args: &VoidArgs) -> Result<Exit, Failure> {
    let original = trace(&args.trace)?;
    let reason = VoidReason::new(&args.reason).map_err(because)?;
    let note = args
        .note
        .as_deref()
        .map_or(Ok(VoidNote::NONE), VoidNote::new);
    let note = note.map_err(because)?;
    let (card, pin) = (args.card.card()?, args.card.pin()?);
    let request = request(args.request_id.as_deref())?;
    let begin = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let supervisor = duty::supervisor(&config.operators, &args.supervisor)?;
        let mut session = session::open(place, config, operator)?;
        let void = Void {
            request,
            original,
            card,
            pin: wanted(pin.is_some()),
            supervisor,
            reason,
            note,
        };
        if let Some(pin) = pin {
            session.till.security().enter_pin(pin);
        }
        let done = session
            .till
            .void(void, &mut |news| session.watcher.tell(news));
        session.remind(place.manner);
        ended(session, request, done)
    };
    super::conclude(
        place,
        "void",
        Some((request, None, Some(original))),
        begin(),
    )
}

fn wanted(entered: bool) -> PinWanted {
    if entered {
        PinWanted::Yes
    } else {
        PinWanted::No
    }
}

/// A trace as it stands on a slip, with its zeros or without.
pub(super) fn trace(text: &str) -> Result<Trace, Failure> {
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits).unwrap_or(0);
    Trace::new(number).map_err(because)
}

/// The caller's id, or one made of time and chance. It is told before anything
/// is sent, so that it is known whatever becomes of this process.
fn request(given: Option<&str>) -> Result<RequestId, Failure> {
    if let Some(given) = given {
        return RequestId::new(given).map_err(because);
    }
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let id = format!("{:012x}-{:016x}", since.as_millis(), fastrand::u64(..));
    output::log(&format!("request id {id}"));
    RequestId::new(&id).map_err(because)
}

/// The report of what a command came to. Where the journal failed on the way,
/// what it holds still says so: the transaction is known to have begun.
fn ended(mut session: Session, request: RequestId, done: TillAnswer<Seq>) -> Result<Report, Stop> {
    let entry = match done {
        Ok(seq) => session.till.ledger().entry(seq).copied(),
        Err(TillError::Refused(refusal)) if !session.begun(request) => {
            return Err(session::stop(TillError::Refused(refusal)));
        }
        Err(error) => {
            let entry = session.till.ledger().by_request(request.tag()).copied();
            match (entry, session::stop(error)) {
                (Some(entry), Stop::Failure(failure)) => {
                    output::error(&failure.to_string());
                    Some(entry)
                }
                (_, stop) => return Err(stop),
            }
        }
    };
    let Some(entry) = entry else {
        return Err(Failure::new(
            "journal: the transaction is not in it; run `annul till journal`",
        )
        .into());
    };
    Ok(session.report(&entry, Some(request.as_str().to_owned())))
}

impl Session {
    fn begun(&self, request: RequestId) -> bool {
        self.till.ledger().by_request(request.tag()).is_some()
    }

    /// How a transaction stands.
    pub(super) fn report(&mut self, entry: &Entry, request: Option<String>) -> Report {
        let original = entry
            .original()
            .and_then(|seq| self.till.ledger().entry(seq));
        Report {
            merchant: Some(self.merchant.clone()),
            ..Report::of(entry, request, original.map(Entry::trace))
        }
    }
}

/// What is known of an order that was refused.
pub(super) fn refused(
    kind: &'static str,
    order: Option<(RequestId, Option<Amount>, Option<Trace>)>,
    why: annul::text::Bilingual,
) -> Report {
    let mut report = Report::new(Word::Refused, kind, why);
    if let Some((request, amount, original)) = order {
        report.request_id = Some(request.as_str().to_owned());
        report.amount = amount.map(Amount::minor);
        report.original_trace = original.map(|trace| trace.to_string());
    }
    report
}
