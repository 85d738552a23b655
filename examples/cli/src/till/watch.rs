use super::wire::Pace;
use crate::output::{self, CARE, Manner, styled};
use annul::driver::Clock;
use annul::engine::Notice;
use annul::journal::Seq;
use annul::ledger::{Entry, Ledger};
use annul::terminal::News;
use annul::text;
use annul::transaction::Trace;
use std::collections::HashMap;

/// Tells on standard error what a till is doing.
pub(crate) struct Watcher {
    manner: Manner,
    pace: Pace,
    traces: HashMap<Seq, Trace>,
}

impl Watcher {
    pub(super) fn new(manner: Manner, pace: Pace, ledger: &Ledger<Vec<Entry>>) -> Self {
        let entries = ledger.entries().iter();
        Self {
            manner,
            pace,
            traces: entries.map(|entry| (entry.seq(), entry.trace())).collect(),
        }
    }

    /// Says what is new, unless a result says it anyway.
    pub(crate) fn tell(&mut self, news: News) {
        let own_result = matches!(
            news,
            News::Refused(_)
                | News::Notice(
                    Notice::Outcome(_)
                        | Notice::SignInFailed(_)
                        | Notice::EchoAnswered
                        | Notice::EchoFailed
                )
        );
        if !own_result {
            let words = self.manner.say(text::news(&news));
            let line = format!("{words}{}", self.numbers(news));
            output::log(&format!("{} {line}", styled(CARE, "·")));
        }
    }

    /// Which transaction, which attempt, how long.
    fn numbers(&mut self, news: News) -> String {
        let trace = |entry| match self.traces.get(&entry) {
            Some(trace) => format!(" {trace}"),
            None => String::new(),
        };
        match news {
            News::Notice(Notice::Reversing { entry, attempt }) if attempt > 1 => {
                let words = self.manner.pick("第", "attempt ");
                let after = self.manner.pick("次", "");
                format!("{} ({words}{attempt}{after})", trace(entry))
            }
            News::Notice(Notice::Reversing { entry, .. } | Notice::Attention(entry)) => {
                trace(entry)
            }
            News::Notice(Notice::Waiting { entry, until }) => {
                let wait = until.0.saturating_sub(self.pace.now().millis.0);
                format!("{} ({}.{} s)", trace(entry), wait / 1000, wait % 1000 / 100)
            }
            News::Notice(Notice::SignedIn(batch)) => {
                format!("{} {batch}", self.manner.pick("，批次号", ", batch"))
            }
            _ => String::new(),
        }
    }
}
