//! Doing what the terminal asks, until it is where the command wants it.

use super::{Answered, Clock, Driver, DriverError, Heard, Link, Watch};
use crate::crypto::{SecurityFault, SecurityModule};
use crate::engine::{Millis, Notice, Refusal, Sending, State};
use crate::journal::Journal;
use crate::ledger::Entry;
use crate::terminal::{Action, Input, LinkId, News, Now, Terminal};
use alloc::vec::Vec;
use core::time::Duration;

type Inner = Terminal<Vec<Entry>, Vec<u8>>;

impl<J, S, L, C> Driver<J, S, L, C>
where
    J: Journal,
    J::Error: 'static,
    S: SecurityModule,
    L: Link,
    C: Clock,
{
    /// Loads the journal's keys and finishes what the last run left.
    pub(super) fn start(&mut self, watch: Watch<'_>) -> Result<(), DriverError<J::Error>> {
        match self.start_unless_keys_fail(watch)? {
            Some(fault) => Err(DriverError::Keys(fault)),
            None => Ok(()),
        }
    }

    /// The same, but keys that do not load are no error: a sign-in brings new.
    pub(super) fn start_unless_keys_fail(
        &mut self,
        watch: Watch<'_>,
    ) -> Result<Option<SecurityFault>, DriverError<J::Error>> {
        self.terminal.start();
        let mut fault = None;
        self.run_until(
            &mut |news| {
                if let News::KeysRefused(refused) = news {
                    fault = Some(refused);
                }
                watch(news);
            },
            Terminal::is_idle,
        )?;
        Ok(fault)
    }

    pub(super) fn management(
        &mut self,
        watch: Watch<'_>,
        command: impl FnOnce(&mut Inner, Now) -> Result<(), Refusal>,
    ) -> Result<Answered, DriverError<J::Error>> {
        let now = self.clock.now();
        command(&mut self.terminal, now).map_err(DriverError::Refused)?;
        let mut answered = Answered::No(None);
        let mut fault = None;
        let mut open = true;
        self.run_until(
            &mut |news| {
                // The first answer is the command's own; later ones belong to
                // reversals that were tried again after it.
                match news {
                    News::Notice(Notice::SignedIn(batch)) if open => {
                        answered = Answered::Yes(batch);
                        open = false;
                    }
                    News::Notice(Notice::SignInFailed(code)) if open => {
                        answered = Answered::No(code);
                        open = false;
                    }
                    News::Notice(Notice::EchoAnswered) => {
                        answered = Answered::Yes(crate::transaction::Batch::NONE);
                    }
                    News::KeysRefused(refused) if open => fault = Some(refused),
                    _ => {}
                }
                watch(news);
            },
            Terminal::is_idle,
        )?;
        match fault {
            Some(fault) => Err(DriverError::Keys(fault)),
            None => Ok(answered),
        }
    }

    /// Does actions, waits for bytes or time, until the terminal is there.
    pub(super) fn run_until(
        &mut self,
        watch: Watch<'_>,
        there: impl Fn(&Inner) -> bool,
    ) -> Result<(), DriverError<J::Error>> {
        let mut open = None;
        loop {
            while self.act(watch, &mut open) {}
            if let Some(failure) = self.failure.take() {
                return Err(DriverError::Journal(failure));
            }
            if *self.terminal.state() == State::Faulted {
                return Err(DriverError::Refused(Refusal::StorageFault));
            }
            if there(&self.terminal) {
                return Ok(());
            }
            self.wait(open);
        }
    }

    /// Does the next action and answers it; false where there is none.
    fn act(&mut self, watch: Watch<'_>, open: &mut Option<LinkId>) -> bool {
        let due = self.terminal.deadline();
        let Some(action) = self.terminal.poll() else {
            return false;
        };
        let mut recalled: Option<Vec<u8>> = None;
        let input = match action {
            Action::Persist { seq, record } => match self.journal.append(seq, record) {
                Ok(()) => Input::Persisted(seq),
                Err(error) => {
                    self.failure = Some(error);
                    Input::PersistFailed(seq)
                }
            },
            Action::Recall { job, seq } => {
                let read = self
                    .journal
                    .recall(seq, &mut |bytes| recalled = Some(bytes.into()));
                if let Err(error) = read {
                    self.failure = Some(error);
                }
                Input::Recalled(job, recalled.as_deref())
            }
            Action::EncryptPin { job, pan } => Input::PinBlock(job, self.security.encrypt_pin(pan)),
            Action::SealCard { job, card, nonce } => {
                Input::Sealed(job, self.security.seal(card, nonce))
            }
            Action::OpenCard { job, card } => Input::Opened(job, self.security.open(card)),
            Action::Mac { job, message } => Input::Mac(job, self.security.mac(message)),
            Action::LoadKeys { job, keys } => {
                Input::KeysLoaded(job, self.security.load_working_keys(keys))
            }
            Action::Connect { link } => {
                match self.link.connect(until(due, self.clock.now().millis)) {
                    Ok(_) => {
                        *open = Some(link);
                        Input::Connected(link)
                    }
                    Err(error) => Input::Down(link, error.0),
                }
            }
            Action::Send { link, frame } => match self.link.send(frame) {
                Ok(()) => Input::Sent(link),
                Err(error) => Input::Down(link, error.0),
            },
            Action::Close { link } => {
                self.link.close();
                if *open == Some(link) {
                    *open = None;
                }
                return true;
            }
            Action::Notify(news) => {
                watch(news);
                return true;
            }
        };
        let now = self.clock.now();
        self.terminal.handle(now, input);
        true
    }

    /// Waits for bytes where a link is open, else for the deadline.
    fn wait(&mut self, open: Option<LinkId>) {
        let now = self.clock.now().millis;
        // Nothing awaits anything without a deadline; a moment is enough.
        let due = self.terminal.deadline().unwrap_or(now.plus(50));
        let Some(link) = open else {
            self.clock.sleep_until(due);
            let now = self.clock.now();
            self.terminal.handle(now, Input::Tick);
            return;
        };
        let mut buffer = [0; 1024];
        let heard = self.link.receive(&mut buffer, until(Some(due), now));
        let now = self.clock.now();
        self.terminal.handle(
            now,
            match heard {
                Heard::Bytes(len) => Input::Received(link, &buffer[..len]),
                Heard::Silence => Input::Tick,
                Heard::Closed => Input::Down(link, Sending::MaybeSent),
            },
        );
        // A host that talks without end must not keep the deadline from coming.
        self.terminal.handle(now, Input::Tick);
    }
}

fn until(due: Option<Millis>, now: Millis) -> Duration {
    let due = due.unwrap_or(now);
    Duration::from_millis(due.0.saturating_sub(now.0))
}
