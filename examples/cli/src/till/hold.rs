//! What becomes of a pre-authorization: let go, or completed.

use super::money::{self, ApprovalArgs, SaleArgs};
use super::session::{self, Right};
use super::{Place, duty};
use crate::exit::{Exit, Failure, because};
use annul::journal::Approval;
use annul::terminal::{Hold, HoldClaim};
use annul::transaction::{AuthorizationCode, Kind};
use clap::Args as Group;

#[derive(Group)]
pub(super) struct HoldArgs {
    /// The pre-authorization's authorization code, six characters
    #[arg(long, value_name = "CODE")]
    authorization: String,
    /// Its date, MMDD
    #[arg(long, value_name = "MMDD")]
    date: String,
    #[command(flatten)]
    paid: SaleArgs,
}

#[derive(Group)]
pub(super) struct LetGoArgs {
    #[command(flatten)]
    hold: HoldArgs,
    #[command(flatten)]
    approval: ApprovalArgs,
}

/// Lets the held money go.
pub(super) fn void(place: &Place<'_>, args: &LetGoArgs) -> Result<Exit, Failure> {
    claim(place, &args.hold, Some(&args.approval))
}

/// Takes the held money, or a part of it.
pub(super) fn complete(place: &Place<'_>, args: &HoldArgs) -> Result<Exit, Failure> {
    claim(place, args, None)
}

fn claim(
    place: &Place<'_>,
    args: &HoldArgs,
    approval: Option<&ApprovalArgs>,
) -> Result<Exit, Failure> {
    let kind = match approval {
        Some(_) => Kind::PreAuthorizationVoid,
        None => Kind::Completion,
    };
    let authorization = AuthorizationCode::new(args.authorization.as_bytes()).map_err(because)?;
    let date = date(&args.date)?;
    let words = approval.map(ApprovalArgs::words).transpose()?;
    let (sale, pin) = args.paid.read(kind)?;
    let (request, amount) = (sale.request, sale.amount);
    let begin = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let claim = match (approval, words) {
            (Some(approval), Some((reason, note))) => HoldClaim::Void(Approval {
                supervisor: duty::supervisor(&config.operators, &approval.supervisor)?,
                reason,
                note,
            }),
            _ => HoldClaim::Complete,
        };
        let mut session = session::open(place, config, operator)?;
        let hold = Hold {
            request,
            claim,
            authorization,
            date,
            amount,
            card: sale.card,
            pin: sale.pin,
        };
        if let Some(pin) = pin {
            session.till.security().enter_pin(pin);
        }
        let done = session
            .till
            .hold(hold, &mut |news| session.watcher.tell(news));
        session.remind(place.manner);
        money::ended(session, request, done)
    };
    let order = Some((request, Some(amount), None));
    super::conclude(place, kind.word(), order, begin())
}

/// A month and a day as they stand on a slip.
pub(super) fn date(text: &str) -> Result<[u8; 4], Failure> {
    let digits = <[u8; 4]>::try_from(text.as_bytes()).ok();
    let part = |tens: u8, ones: u8| (tens - b'0') * 10 + (ones - b'0');
    let sound = |digits: &[u8; 4]| {
        let [a, b, c, d] = *digits;
        digits.iter().all(u8::is_ascii_digit)
            && (1..=12).contains(&part(a, b))
            && (1..=31).contains(&part(c, d))
    };
    let wrong = || Failure::new("--date: not a month and a day; give MMDD, such as 0105");
    digits.filter(sound).ok_or_else(wrong)
}
