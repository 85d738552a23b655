//! What is on a card: asked, shown, and not recorded.

use super::Place;
use super::card::CardArgs;
use super::money::wanted;
use super::report::{Report, Word, declined};
use super::session::{self, Right};
use crate::exit::{Exit, Failure};
use annul::driver::InquiryAnswer;
use annul::terminal::Inquiry;
use annul::text::Bilingual;
use annul::transaction::Kind;
use clap::Args as Group;

#[derive(Group)]
#[command(group = clap::ArgGroup::new("card").args(["track2", "pan"]).required(true))]
pub(super) struct BalanceArgs {
    #[command(flatten)]
    card: CardArgs,
}

const TOLD: Bilingual = Bilingual {
    zh: "查询成功",
    en: "Answered",
};
const SILENT: Bilingual = Bilingual {
    zh: "主机无应答，请检查线路后重试",
    en: "No answer; check the line and try again",
};

pub(super) fn run(place: &Place<'_>, args: &BalanceArgs) -> Result<Exit, Failure> {
    let (card, pin) = (args.card.card()?, args.card.pin()?);
    let no_card = || Failure::new("balance: no card; give --track2, or --pan and --expiry");
    let inquiry = Inquiry {
        card: card.ok_or_else(no_card)?,
        pin: wanted(pin.is_some()),
    };
    let ask = || {
        let (config, operator) = session::settings(place, Right::Payments)?;
        let mut session = session::open(place, config, operator)?;
        if let Some(pin) = pin {
            session.till.security().enter_pin(pin);
        }
        let answer = session
            .till
            .balance(inquiry, &mut |news| session.watcher.tell(news));
        let answer = answer.map_err(session::stop);
        session.remind(place.manner);
        answer.map(report)
    };
    super::conclude(place, Kind::BalanceInquiry.word(), None, ask())
}

fn report(answer: InquiryAnswer) -> Report {
    let kind = Kind::BalanceInquiry.word();
    match (answer.code, answer.balance) {
        (None, _) => Report::new(Word::Refused, kind, SILENT),
        (Some(code), Some(balance)) => Report {
            balance: Some(balance),
            ..Report::new(Word::Approved, kind, TOLD).answered(Some(code))
        },
        (Some(code), None) => {
            Report::new(Word::Declined, kind, declined(code)).answered(Some(code))
        }
    }
}
