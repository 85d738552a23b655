//! Sign-in and echo test.

use super::report::{Report, Word, declined};
use super::session::{self, Right, Session};
use super::{Place, Stop, TillAnswer};
use crate::exit::{Exit, Failure};
use annul::driver::Answered;
use annul::text::Bilingual;
use annul::transaction::Batch;

const SIGNED_IN: Bilingual = Bilingual {
    zh: "签到成功",
    en: "Signed in",
};
const ECHO: Bilingual = Bilingual {
    zh: "主机应答正常",
    en: "The host answers",
};
const SILENT: Bilingual = Bilingual {
    zh: "主机无应答，请检查地址、线路和主机",
    en: "The host does not answer; check its address, the line and the host",
};

pub(super) fn sign_in(place: &Place<'_>) -> Result<Exit, Failure> {
    let answered = ask(place, |session| {
        session.till.sign_in(&mut |news| session.watcher.tell(news))
    });
    super::conclude(
        place,
        "sign-in",
        None,
        answered.map(|it| report("sign-in", SIGNED_IN, it)),
    )
}

pub(super) fn echo(place: &Place<'_>) -> Result<Exit, Failure> {
    let answered = ask(place, |session| {
        session.till.echo(&mut |news| session.watcher.tell(news))
    });
    super::conclude(
        place,
        "echo",
        None,
        answered.map(|it| report("echo", ECHO, it)),
    )
}

fn ask(
    place: &Place<'_>,
    question: impl FnOnce(&mut Session) -> TillAnswer<Answered>,
) -> Result<Answered, Stop> {
    let (config, operator) = session::settings(place, Right::Payments)?;
    let mut session = session::open(place, config, operator)?;
    let answered = question(&mut session).map_err(session::stop);
    session.remind(place.manner);
    answered
}

fn report(kind: &'static str, done: Bilingual, answered: Answered) -> Report {
    match answered {
        Answered::Yes(batch) => Report {
            batch: (batch != Batch::NONE).then(|| batch.to_string()),
            ..Report::new(Word::Approved, kind, done)
        },
        Answered::No(Some(code)) => {
            Report::new(Word::Declined, kind, declined(code)).answered(Some(code))
        }
        Answered::No(None) => Report::new(Word::Refused, kind, SILENT),
    }
}
