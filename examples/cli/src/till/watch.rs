use super::wire::Pace;
use crate::output::{self, CARE, Manner, styled};
use annul::driver::Clock;
use annul::engine::Notice;
use annul::journal::Seq;
use annul::ledger::{Entry, Ledger};
use annul::terminal::News;
use annul::text::{self, Language};
use annul::transaction::Trace;
use std::collections::HashMap;

/// Tells on standard error what a till is doing.
pub(crate) struct Watcher {
    manner: Manner,
    pace: Pace,
    traces: HashMap<Seq, Trace>,
    /// The terminal signs in without being told to.
    by_itself: bool,
}

impl Watcher {
    pub(super) fn new(manner: Manner, pace: Pace, ledger: &Ledger<Vec<Entry>>) -> Self {
        let entries = ledger.entries().iter();
        Self {
            manner,
            pace,
            traces: entries.map(|entry| (entry.seq(), entry.trace())).collect(),
            by_itself: false,
        }
    }

    /// Says what is new, unless a result says it anyway.
    pub(crate) fn tell(&mut self, news: News) {
        let own_result = match news {
            News::Notice(Notice::SigningIn) => {
                self.by_itself = true;
                false
            }
            News::Notice(Notice::SignedIn(_) | Notice::SignInFailed(_)) => !self.by_itself,
            News::Notice(notice) => matches!(
                notice,
                Notice::Outcome(_) | Notice::EchoAnswered | Notice::EchoFailed
            ),
            News::Refused(_) | News::KeysRefused(_) => true,
        };
        if !own_result {
            let words = self.manner.say(text::news(&news));
            let (which, numbers) = (self.which(news), self.numbers(news));
            output::log(&format!("{} {which}{words}{numbers}", styled(CARE, "·")));
        }
    }

    /// The transaction's trace, where it was there before this command.
    fn which(&self, news: News) -> String {
        let News::Notice(
            Notice::Reversing { entry, .. }
            | Notice::Attention(entry)
            | Notice::Waiting { entry, .. },
        ) = news
        else {
            return String::new();
        };
        let trace = self.traces.get(&entry);
        trace.map_or_else(String::new, |trace| format!("{trace} "))
    }

    /// Which attempt, how long, which batch.
    fn numbers(&mut self, news: News) -> String {
        match news {
            News::Notice(Notice::Reversing { attempt, .. }) if attempt > 1 => {
                match self.manner.language {
                    Language::Chinese => format!("（第 {attempt} 次）"),
                    Language::English => format!(" (attempt {attempt})"),
                }
            }
            News::Notice(Notice::Waiting { until, .. }) => {
                let wait = until.0.saturating_sub(self.pace.now().millis.0);
                format!(" ({}.{} s)", wait / 1000, wait % 1000 / 100)
            }
            News::Notice(Notice::SignedIn(batch)) => {
                format!("{} {batch}", self.manner.pick("，批次号", ", batch"))
            }
            _ => String::new(),
        }
    }
}
