//! What takes money from a card or holds it, and the void of what took it.

use super::card::CardArgs;
use super::report::{Report, Word};
use super::session::{self, Right, Session, TillError};
use super::{Place, Stop, TillAnswer, duty};
use crate::exit::{Exit, Failure, because};
use crate::output;
use crate::secret::Secret;
use annul::card::Pin;
use annul::journal::Seq;
use annul::ledger::Entry;
use annul::terminal::{PinWanted, Sale, Void};
use annul::transaction::{Amount, Kind, RequestId, Trace, VoidNote, VoidReason};
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
    /// The name of this request: the same name is the same transaction [default: a new one]
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

#[derive(Group)]
pub(super) struct VoidArgs {
    /// The trace of what is voided: the voucher number on its slip
    #[arg(long, value_name = "N")]
    trace: String,
    #[command(flatten)]
    approval: ApprovalArgs,
    #[command(flatten)]
    card: CardArgs,
    /// The name of this void: the same name is the same void [default: a new one]
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
}

/// A sale or a pre-authorization, by its kind.
pub(super) fn pay(place: &Place<'_>, args: &SaleArgs, kind: Kind) -> Result<Exit, Failure> {
    let (sale, pin) = args.read(kind)?;
    let (request, amount) = (sale.request, sale.amount);
    let begin = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let mut session = session::open(place, config, operator)?;
        if let Some(pin) = pin {
            session.till.security().enter_pin(pin);
        }
        let watch = &mut |news| session.watcher.tell(news);
        let done = match kind {
            Kind::PreAuthorization => session.till.preauthorize(sale, watch),
            _ => session.till.sale(sale, watch),
        };
        session.remind(place.manner);
        ended(session, request, done)
    };
    let order = Some((request, Some(amount), None));
    super::conclude(place, kind.word(), order, begin())
}

impl SaleArgs {
    /// What is paid, by which card, and the PIN; its kind is for what is told.
    pub(super) fn read(&self, kind: Kind) -> Result<(Sale, Option<Pin>), Failure> {
        let amount = Amount::parse(&self.amount).map_err(because)?;
        let (card, pin) = (self.card.card()?, self.card.pin()?);
        let request = request(self.request_id.as_deref())?;
        let word = kind.word();
        let no_card = || {
            Failure::new(format!(
                "{word}: no card; give --track2, or --pan and --expiry"
            ))
        };
        let sale = Sale {
            request,
            amount,
            card: card.ok_or_else(no_card)?,
            pin: wanted(pin.is_some()),
        };
        Ok((sale, pin))
    }
}

/// The void of a sale or of a completion, by its own kind.
pub(super) fn void(place: &Place<'_>, args: &VoidArgs, kind: Kind) -> Result<Exit, Failure> {
    let original = trace(&args.trace)?;
    let (reason, note) = args.approval.words()?;
    let (card, pin) = (args.card.card()?, args.card.pin()?);
    let request = request(args.request_id.as_deref())?;
    let begin = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let supervisor = duty::supervisor(&config.operators, &args.approval.supervisor)?;
        let mut session = session::open(place, config, operator)?;
        let entry = session.till.ledger().by_trace(original);
        if let Some(other) = entry.and_then(|entry| other_command(entry.kind(), kind)) {
            return Err(other.into());
        }
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
    let order = Some((request, None, Some(original)));
    super::conclude(place, kind.word(), order, begin())
}

/// A transaction that is voided, and by another command than the one given:
/// sale and completion are on different slips, and a mistake is expensive.
fn other_command(original: Kind, given: Kind) -> Option<Failure> {
    let wanted = original.voided_by().filter(|wanted| *wanted != given)?;
    let (what, command) = (original.word(), wanted.word());
    Some(Failure::new(format!(
        "{}: this trace is that of a {what}; use `annul till {command}`",
        given.word()
    )))
}

/// Who allows what takes money back, and why.
#[derive(Group)]
pub(super) struct ApprovalArgs {
    /// Why, in a word such as customer-request
    #[arg(long, value_name = "WORD")]
    reason: String,
    /// What there is to add
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The supervisor who allows it, and the password
    #[arg(long, value_name = "00:123456")]
    pub(super) supervisor: Secret,
}

impl ApprovalArgs {
    pub(super) fn words(&self) -> Result<(VoidReason, VoidNote), Failure> {
        let reason = VoidReason::new(&self.reason).map_err(because)?;
        let note = self.note.as_deref();
        let note = note.map_or(Ok(VoidNote::NONE), VoidNote::new);
        Ok((reason, note.map_err(because)?))
    }
}

pub(super) fn wanted(entered: bool) -> PinWanted {
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
pub(super) fn ended(
    mut session: Session,
    request: RequestId,
    done: TillAnswer<Seq>,
) -> Result<Report, Stop> {
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
