//! A refund: of a transaction of this journal, or by what stands on a slip.

use super::hold::date;
use super::money::{self, ApprovalArgs, SaleArgs};
use super::session::{self, Right};
use super::{Place, duty};
use crate::exit::{Exit, Failure, because};
use annul::journal::Approval;
use annul::terminal::{Refund, RefundOf};
use annul::transaction::{Kind, Reference};
use clap::Args as Group;

#[derive(Group)]
#[command(group = clap::ArgGroup::new("original").args(["trace", "reference"]).required(true))]
pub(super) struct RefundArgs {
    /// The trace of what is refunded, where it is in this journal
    #[arg(long, value_name = "N", conflicts_with = "date")]
    trace: Option<String>,
    /// The reference number on its slip, twelve characters
    #[arg(long, value_name = "REFERENCE", requires = "date")]
    reference: Option<String>,
    /// The date on its slip, MMDD
    #[arg(long, value_name = "MMDD", requires = "reference")]
    date: Option<String>,
    #[command(flatten)]
    paid: SaleArgs,
    #[command(flatten)]
    approval: ApprovalArgs,
}

impl RefundArgs {
    fn of(&self) -> Result<RefundOf, Failure> {
        match (&self.trace, &self.reference, &self.date) {
            (Some(trace), ..) => Ok(RefundOf::Trace(money::trace(trace)?)),
            (None, Some(reference), Some(text)) => Ok(RefundOf::Slip {
                reference: Reference::new(reference.as_bytes()).map_err(because)?,
                date: date(text)?,
            }),
            _ => Err(Failure::new(
                "refund: give --trace, or --reference and --date",
            )),
        }
    }
}

pub(super) fn run(place: &Place<'_>, args: &RefundArgs) -> Result<Exit, Failure> {
    let of = args.of()?;
    let (reason, note) = args.approval.words()?;
    let (paid, pin) = args.paid.read(Kind::Refund)?;
    let (request, amount) = (paid.request, paid.amount);
    let begin = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let supervisor = duty::supervisor(&config.operators, &args.approval.supervisor)?;
        let mut session = session::open(place, config, operator)?;
        let refund = Refund {
            request,
            of,
            amount,
            card: paid.card,
            pin: paid.pin,
            approval: Approval {
                supervisor,
                reason,
                note,
            },
        };
        if let Some(pin) = pin {
            session.till.security().enter_pin(pin);
        }
        let done = session
            .till
            .refund(refund, &mut |news| session.watcher.tell(news));
        session.remind(place.manner);
        money::ended(session, request, done)
    };
    let original = match of {
        RefundOf::Trace(trace) => Some(trace),
        RefundOf::Slip { .. } => None,
    };
    let order = Some((request, Some(amount), original));
    super::conclude(place, Kind::Refund.word(), order, begin())
}
