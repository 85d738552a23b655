//! What the operator is told, in the words of `expect shown`.

use crate::world::World;
use annul::engine::Notice;
use annul::journal::Seq;
use annul::ledger::{Entry, Outcome, Stage, Status, Undoing};
use annul::terminal::News;

impl World {
    /// News for the operator, in the words of `expect shown`.
    pub(crate) fn tell(&mut self, news: News) {
        self.audit.text(&format!("{news:?}"));
        let text = match news {
            News::Refused(refusal) => {
                self.refusal = Some(refusal);
                format!("refused {}", format!("{refusal:?}").replace(' ', ""))
            }
            News::KeysRefused(_) => "keys-refused".into(),
            News::Notice(notice) => self.notice(notice),
        };
        self.news.push(text);
    }

    fn notice(&mut self, notice: Notice) -> String {
        match notice {
            Notice::Outcome(entry) => {
                let shown = self.ledger().and_then(|ledger| ledger.entry(entry));
                let shown = shown.map(|entry| (entry.status(), entry.outcome()));
                match shown {
                    None | Some((Status::Pending, _)) => {
                        self.audit.fault("an outcome was shown before there is one");
                    }
                    // What a supervisor resolved has no record of an approval.
                    Some((Status::ResolvedApproved, _)) => {}
                    Some((_, Outcome::Approved)) => self.audit.approved(entry, &self.store),
                    Some(_) => {}
                }
                let outcome = shown.map_or("lost", |(_, outcome)| word(outcome));
                format!("{} {outcome}", self.name(entry))
            }
            Notice::Reversing { entry, attempt } => {
                format!("{} reversing {attempt}", self.name(entry))
            }
            Notice::Waiting { entry, until } => {
                format!(
                    "{} waiting {}ms",
                    self.name(entry),
                    until.0.saturating_sub(self.now)
                )
            }
            Notice::Attention(entry) => format!("{} attention", self.name(entry)),
            Notice::SigningIn => "signing-in".into(),
            Notice::SignedIn(batch) => format!("signed-in {batch}"),
            Notice::SignInFailed(None) => "sign-in-failed".into(),
            Notice::SignInFailed(Some(code)) => format!("sign-in-failed {code}"),
            Notice::EchoAnswered => "echo-answered".into(),
            Notice::EchoFailed => "echo-failed".into(),
            Notice::Balance { code, balance } => {
                let code = code.map_or("none".into(), |code| code.to_string());
                let minor = balance.map_or("none".into(), |minor| minor.to_string());
                format!("balance {code} {minor}")
            }
            Notice::Settling(stage) => match stage {
                Stage::Comparing => "comparing".into(),
                Stage::Balanced => "balanced".into(),
                Stage::Uploading(_) => "uploading".into(),
            },
            Notice::BatchClosed(next) => format!("batch {next}"),
            Notice::NotSettled(None) => "not-settled".into(),
            Notice::NotSettled(Some(code)) => format!("not-settled {code}"),
            Notice::StorageFault => "storage-fault".into(),
        }
    }

    fn name(&self, entry: Seq) -> String {
        let tag = self
            .ledger()
            .and_then(|ledger| ledger.entry(entry))
            .map(Entry::tag);
        let known = self.names.iter().find(|(known, _)| Some(*known) == tag);
        known.map_or_else(|| "?".into(), |(_, name)| name.clone())
    }
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "approved",
        Outcome::Declined => "declined",
        Outcome::NotSent => "not-sent",
        Outcome::Unknown(Undoing::Pending) => "failed",
        Outcome::Unknown(Undoing::Done) => "undone",
        Outcome::Unknown(Undoing::Parked) => "parked",
        Outcome::Unknown(Undoing::Never) => "unresolved",
    }
}
