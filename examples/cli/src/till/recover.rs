use super::report::{Left, Report, Reversal, Word};
use super::session::{self, Right, Session};
use super::{Place, Stop};
use crate::exit::{Exit, Failure};
use crate::output::{self, Manner};
use annul::ledger::{Entry, Ledger, Status};
use annul::text::{Bilingual, Language};

const NOTHING: Bilingual = Bilingual {
    zh: "没有未完成的交易",
    en: "Nothing was left to finish",
};
const FINISHED: Bilingual = Bilingual {
    zh: "未完成的交易已全部处理",
    en: "Everything that was left is finished",
};
const LEFT: Bilingual = Bilingual {
    zh: "仍有冲正未完成，请检查线路后再恢复，或联系收单行",
    en: "Some reversals are not finished; check the line and recover again, or call the acquirer",
};
const ASK: Bilingual = Bilingual {
    zh: "有退货结果未知，请运行 annul till unresolved 并向收单行查询",
    en: "A refund has no outcome; run annul till unresolved and ask the acquirer",
};

/// Works until nothing is pending or provisional.
pub(super) fn run(place: &Place<'_>) -> Result<Exit, Failure> {
    super::conclude(place, "recover", None, recover(place))
}

fn recover(place: &Place<'_>) -> Result<Report, Stop> {
    let (config, operator) = session::settings(place, Right::Care)?;
    let mut session = session::open(place, config, operator)?;
    let before = left(session.till.ledger());
    session.tell_what_waits(place.manner);
    let done = session.till.recover(&mut |news| session.watcher.tell(news));
    done.map_err(session::stop)?;
    Ok(report(before, left(session.till.ledger())))
}

impl Session {
    /// A transaction that the host did not find is confirmed after the guard
    /// time, which begins anew with each start.
    fn tell_what_waits(&self, manner: Manner) {
        let guard = self.guard.as_secs_f32();
        let entries = self.till.ledger().entries().iter();
        for entry in entries.filter(|entry| entry.status() == Status::Provisional) {
            let trace = entry.trace();
            output::log(&match manner.language {
                Language::Chinese => {
                    format!("· {trace} 主机未找到此交易，等待 {guard:.1} s 后再确认")
                }
                Language::English => {
                    format!(
                        "· {trace} was not found by the host; waiting {guard:.1} s to ask once more"
                    )
                }
            });
        }
    }
}

fn left(ledger: &Ledger<Vec<Entry>>) -> Left {
    let open = [Status::Pending, Status::Reversing, Status::Confirming];
    Left {
        pending: open.into_iter().map(|status| ledger.count(status)).sum(),
        provisional: ledger.count(Status::Provisional),
        parked: ledger.count(Status::Parked),
        unresolved: ledger.count(Status::Unresolved),
    }
}

fn report(before: Left, after: Left) -> Report {
    let count = |left: Left| left.pending + left.provisional + left.parked + left.unresolved;
    let (outcome, reversal, message) = match (count(before), count(after)) {
        (0, 0) => (Word::Approved, Reversal::None, NOTHING),
        (_, 0) => (Word::Approved, Reversal::Reversed, FINISHED),
        _ if after.parked > 0 => (Word::Unknown, Reversal::Parked, LEFT),
        (_, left) if left == after.unresolved => (Word::Unknown, Reversal::Never, ASK),
        _ => (Word::Unknown, Reversal::Pending, LEFT),
    };
    Report {
        reversal,
        left: Some(after),
        ..Report::new(outcome, "recover", message)
    }
}
