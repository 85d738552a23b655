//! From a command to its end, as the core's driver does it: what the last run
//! left is finished first, and nothing is said before nothing is under way.

use super::Machine;
use crate::command::Command;
use crate::error::AnnulError;
use crate::output::{Finish, Output};
use annul::driver;
use annul::engine::{Notice, Refusal, State};
use annul::journal::{Journal, Seq, SqliteJournal};
use annul::ledger::{Entry, Ledger};
use annul::terminal::{Begun, News, Now};
use annul::transaction::{Batch, RequestId, RequestTag, ResponseCode};

/// The command under way, and what was heard of it.
pub(super) enum Running {
    None,
    /// What the last run left is finished first.
    Queued(Command),
    /// The device is asked to encipher its track, under this number.
    Enciphering(i64, Command),
    /// A sign-in or echo test, and the first answer to it.
    Management(Option<Finish>),
    /// A transaction, and why it was given up.
    Exchange(RequestTag, Option<Refusal>),
    /// A balance inquiry, and what was heard of it.
    Inquiry(Option<Finish>),
    /// What is to be reversed or confirmed comes before a settlement.
    Clearing,
    Settling,
    Recovery,
    Resolving(Seq),
    /// It was not begun, but something else was: said when that is done.
    Failing(AnnulError),
}

impl Machine {
    /// Does all that can be done without the app.
    pub(super) fn run(&mut self, now: Now) {
        if !self.is_free() && !self.is_answered() {
            self.terminal.start();
        }
        loop {
            while self.act(now) {}
            if let Some(finish) = self.fault() {
                self.finish(finish);
                return;
            }
            if !self.terminal.is_idle() {
                return;
            }
            match std::mem::replace(&mut self.running, Running::None) {
                Running::Queued(command) => self.begin(now, command),
                Running::Clearing if self.terminal.is_recovered() => self.begin_settlement(now),
                running => {
                    self.running = running;
                    self.end();
                    return;
                }
            }
        }
    }

    /// A request that came to rest is answered from the journal, without a
    /// word to the host.
    fn is_answered(&self) -> bool {
        let request = match &self.running {
            Running::Queued(command) => command.request(),
            _ => None,
        };
        let Some(request) = request else {
            return false;
        };
        let entry = self.ledger().by_request(request.tag());
        entry.is_some_and(|entry| !entry.status().is_under_way())
    }

    /// The journal failed: nothing is sent or told until it was read again.
    fn fault(&mut self) -> Option<Finish> {
        let error = match self.failure.take() {
            Some(failure) => AnnulError::from(failure),
            None if *self.terminal.state() == State::Faulted => Refusal::StorageFault.into(),
            None => return None,
        };
        Some(Finish::Failed { error })
    }

    fn finish(&mut self, finish: Finish) {
        if !self.is_free() {
            self.running = Running::None;
            self.outputs.push(Output::Finished { finish });
        }
    }

    fn begin(&mut self, now: Now, command: Command) {
        if let (Some(fault), false) = (self.refused_keys, command.brings_keys()) {
            self.running = Running::Failing(fault.into());
            return;
        }
        let Some(command) = self.protected(command) else {
            return;
        };
        let room = self.journal.room();
        let terminal = &mut self.terminal;
        let begun = match command {
            Command::SignIn => terminal.sign_in(now).map(|()| Running::Management(None)),
            Command::Echo => terminal.echo(now).map(|()| Running::Management(None)),
            Command::Recover => terminal.recover(now).map(|()| Running::Recovery),
            Command::Settle => terminal.recover(now).map(|()| Running::Clearing),
            Command::Balance(inquiry) => {
                let begun = terminal.begin_inquiry(now, inquiry);
                begun.map(|()| Running::Inquiry(None))
            }
            Command::Resolve(resolution) => {
                terminal.resolve(now, &resolution).map(Running::Resolving)
            }
            Command::Sale(sale) => {
                let request = sale.request;
                let begun = terminal.begin_sale(now, sale, room);
                begun.map(|begun| exchange(request, begun))
            }
            Command::Void(void) => {
                let request = void.request;
                let begun = terminal.begin_void(now, void, room);
                begun.map(|begun| exchange(request, begun))
            }
            Command::Preauthorize(hold) => {
                let request = hold.request;
                let begun = terminal.begin_preauthorization(now, hold, room);
                begun.map(|begun| exchange(request, begun))
            }
            Command::Hold(hold) => {
                let request = hold.request;
                let begun = terminal.begin_hold(now, hold, room);
                begun.map(|begun| exchange(request, begun))
            }
            Command::Refund(refund) => {
                let request = refund.request;
                let begun = terminal.begin_refund(now, refund, room);
                begun.map(|begun| exchange(request, begun))
            }
        };
        self.running = begun.unwrap_or_else(|refusal| Running::Failing(refusal.into()));
    }

    fn begin_settlement(&mut self, now: Now) {
        let begun = self.terminal.settle(now, self.journal.room());
        let failing = |refusal: Refusal| Running::Failing(refusal.into());
        self.running = begun.map_or_else(failing, |()| Running::Settling);
    }

    /// Nothing is under way: says how the command ended, if it did.
    fn end(&mut self) {
        let finish = match &self.running {
            Running::None | Running::Queued(_) | Running::Enciphering(..) | Running::Clearing => {
                return;
            }
            Running::Recovery if !self.terminal.is_recovered() => return,
            Running::Recovery => Finish::Recovered,
            Running::Failing(error) => Finish::Failed {
                error: error.clone(),
            },
            Running::Settling => settled(&mut self.journal, self.terminal.ledger()),
            Running::Inquiry(answered) => answered.clone().unwrap_or(Finish::Balance {
                response_code: None,
                minor: None,
            }),
            Running::Management(answered) => {
                let silence = || Finish::NotAnswered {
                    response_code: None,
                };
                answered.clone().unwrap_or_else(silence)
            }
            Running::Exchange(tag, refused) => {
                let refusal = refused.unwrap_or(Refusal::StorageFault);
                self.transaction_or(self.ledger().by_request(*tag), refusal)
            }
            Running::Resolving(seq) => {
                self.transaction_or(self.ledger().entry(*seq), Refusal::UnknownRequest)
            }
        };
        self.finish(finish);
    }

    fn transaction_or(&self, entry: Option<&Entry>, refusal: Refusal) -> Finish {
        match entry {
            Some(entry) => Finish::Transaction {
                transaction: self.transaction(entry),
            },
            None => Finish::Failed {
                error: refusal.into(),
            },
        }
    }

    /// Keeps of the news what the command's end depends on. The first answer
    /// to a sign-in is its own; later ones belong to reversals after it.
    pub(super) fn hear(&mut self, news: &News) {
        match (&mut self.running, news) {
            (Running::Exchange(_, refused), News::Refused(refusal)) => *refused = Some(*refusal),
            (Running::Management(answered @ None), news) => *answered = answer(news),
            (Running::Inquiry(answered), news) => {
                if let Some(finish) = inquired(news) {
                    *answered = Some(finish);
                }
            }
            _ => {}
        }
        match news {
            News::KeysRefused(fault) => self.refused_keys = Some(*fault),
            News::Notice(Notice::SignedIn(_)) => self.refused_keys = None,
            News::Notice(_) | News::Refused(_) => {}
        }
    }
}

/// An id that was begun before has its transaction already.
fn exchange(request: RequestId, begun: Begun) -> Running {
    match begun {
        Begun::New | Begun::Known(_) => Running::Exchange(request.tag(), None),
    }
}

/// How far the journal says the settlement came.
fn settled(journal: &mut SqliteJournal, ledger: &Ledger<Vec<Entry>>) -> Finish {
    match driver::last_settlement(journal, ledger) {
        Ok(Some(settled)) => Finish::Settled {
            settlement: settled.into(),
        },
        Ok(None) => Finish::Failed {
            error: Refusal::StorageFault.into(),
        },
        Err(error) => Finish::Failed {
            error: error.into(),
        },
    }
}

/// What an inquiry ends with.
fn inquired(news: &News) -> Option<Finish> {
    match news {
        News::Notice(Notice::Balance { code, balance }) => Some(Finish::Balance {
            response_code: code.map(|code| code.to_string()),
            minor: *balance,
        }),
        News::Refused(refusal) => Some(Finish::Failed {
            error: (*refusal).into(),
        }),
        _ => None,
    }
}

fn answer(news: &News) -> Option<Finish> {
    let batch = |batch: Batch| Finish::Answered {
        batch: batch.number().cast_signed(),
    };
    let code = |code: Option<ResponseCode>| Finish::NotAnswered {
        response_code: code.map(|code| code.to_string()),
    };
    match news {
        News::Notice(Notice::SignedIn(said)) => Some(batch(*said)),
        News::Notice(Notice::EchoAnswered) => Some(batch(Batch::NONE)),
        News::Notice(Notice::SignInFailed(said)) => Some(code(*said)),
        News::Notice(Notice::EchoFailed) => Some(code(None)),
        News::KeysRefused(fault) => Some(Finish::Failed {
            error: (*fault).into(),
        }),
        News::Notice(
            Notice::Outcome(_)
            | Notice::Reversing { .. }
            | Notice::Waiting { .. }
            | Notice::SigningIn
            | Notice::Attention(_)
            | Notice::Balance { .. }
            | Notice::Settling(_)
            | Notice::BatchClosed(_)
            | Notice::NotSettled(_)
            | Notice::StorageFault,
        )
        | News::Refused(_) => None,
    }
}
