//! A reversal and its answers: rows 26 to 35 of T1.

use super::state::{Attempt, KeysRenewed, Then};
use super::{
    Answer, BuildFault, Engine, Millis, Notice, Output, Outputs, Sending, State, Transmit,
};
use crate::journal::{Record, Seq};
use crate::ledger::{Entry, Status};
use crate::profile::ReversalDisposition;
use crate::transaction::ResponseCode;

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// Row 26: the decision is durable, so it may be told and sent.
    pub(super) fn reversal_opened(&mut self, now: Millis, entry: Seq, out: &mut dyn Outputs) {
        if self.status(entry) == Some(Status::Reversing) {
            out.put(Output::Notify(Notice::Outcome(entry)));
        }
        self.attempt(now, first(entry), out);
    }

    /// Sends a reversal on a link of its own (decision D8).
    pub(super) fn attempt(&mut self, now: Millis, attempt: Attempt, out: &mut dyn Outputs) {
        let due = now.plus(self.settings.response_timeout);
        self.state = State::ReversalAwaiting { attempt, due };
        let Attempt { entry, number, .. } = attempt;
        out.put(Output::Notify(Notice::Reversing {
            entry,
            attempt: number,
        }));
        out.put(Output::Transmit(Transmit::Reversal(entry)));
    }

    /// Rows 28 to 32, for an answer whose MAC was right.
    pub(super) fn reversal_answered(
        &mut self,
        now: Millis,
        answer: &Answer,
        out: &mut dyn Outputs,
    ) {
        let State::ReversalAwaiting { attempt, .. } = self.state else {
            return;
        };
        let (entry, code) = (attempt.entry, answer.kept.code);
        match self.profile.reversal_disposition(code) {
            ReversalDisposition::Accepted => {
                self.conclude_reversal(entry, Record::Reversed { entry, code }, out);
            }
            // Its guard time was over before the confirmation began; whether it was
            // parked in it does not matter (scenario 56).
            ReversalDisposition::NotFound if self.was_not_found(entry) => {
                self.conclude_reversal(entry, Record::Reversed { entry, code }, out);
            }
            ReversalDisposition::NotFound => {
                self.conclude_reversal(entry, Record::ReversalNotFound { entry, code }, out);
            }
            ReversalDisposition::SignIn => self.renew_keys(now, attempt, Some(code), out),
            ReversalDisposition::Refused => self.try_again(now, Some(code), out),
        }
    }

    /// The same without a MAC: an acceptance is not believed.
    pub(super) fn reversal_unsigned(
        &mut self,
        now: Millis,
        answer: &Answer,
        out: &mut dyn Outputs,
    ) {
        match self.profile.reversal_disposition(answer.kept.code) {
            ReversalDisposition::Accepted => self.try_again(now, None, out),
            _ => self.reversal_answered(now, answer, out),
        }
    }

    /// Rows 31 to 33: once more, later, or parked when the attempts are used up.
    pub(super) fn try_again(
        &mut self,
        now: Millis,
        code: Option<ResponseCode>,
        out: &mut dyn Outputs,
    ) {
        if let State::ReversalAwaiting { attempt, .. } = self.state {
            out.put(Output::Close);
            self.after_failure(now, attempt, code, out);
        }
    }

    pub(super) fn after_failure(
        &mut self,
        now: Millis,
        attempt: Attempt,
        code: Option<ResponseCode>,
        out: &mut dyn Outputs,
    ) {
        let Attempt { entry, number, .. } = attempt;
        if number >= self.settings.reversal_attempts {
            self.park(now, entry, code, out);
            return;
        }
        let due = self.backoff(now, number);
        self.state = State::ReversalBackoff { attempt, due };
        out.put(Output::Notify(Notice::Waiting { entry, until: due }));
    }

    /// When to try again behind so many attempts.
    pub(super) fn backoff(&self, now: Millis, attempts: u8) -> Millis {
        let doublings = u32::from(attempts.saturating_sub(1)).min(10);
        now.plus(self.settings.reversal_backoff << doublings)
    }

    /// Row 34.
    pub(super) fn repeat(&mut self, now: Millis, out: &mut dyn Outputs) {
        if let State::ReversalBackoff { attempt, .. } = self.state {
            let number = attempt.number.saturating_add(1);
            self.attempt(now, Attempt { number, ..attempt }, out);
        }
    }

    /// Row 33; one that is parked already stays so, without a new record (row 37).
    fn park(&mut self, now: Millis, entry: Seq, code: Option<ResponseCode>, out: &mut dyn Outputs) {
        if self.status(entry) == Some(Status::Parked) {
            out.put(Output::Notify(Notice::Attention(entry)));
            self.rest(now, out);
        } else {
            self.conclude_reversal(entry, Record::Parked { entry, code }, out);
        }
    }

    /// Scenarios 13 and 50: without a key it is fetched, once; a record that
    /// gives no message blocks nobody else.
    pub(super) fn not_built(&mut self, now: Millis, fault: BuildFault, out: &mut dyn Outputs) {
        match (&self.state, fault) {
            (State::ReversalAwaiting { attempt, .. }, BuildFault::NoKeys) => {
                self.renew_keys(now, *attempt, None, out);
            }
            (State::ReversalAwaiting { attempt, .. }, BuildFault::Poison) => {
                self.park(now, attempt.entry, None, out);
            }
            _ => self.link_down(now, Sending::NothingSent, out),
        }
    }

    /// The host did not take the MAC, or there is no key for it: sign in and
    /// send the same attempt again; a second time it counts as a failure.
    fn renew_keys(
        &mut self,
        now: Millis,
        attempt: Attempt,
        code: Option<ResponseCode>,
        out: &mut dyn Outputs,
    ) {
        out.put(Output::Close);
        match attempt.keys {
            KeysRenewed::No => {
                let attempt = Attempt {
                    keys: KeysRenewed::Yes,
                    ..attempt
                };
                self.send_sign_in(now, Then::Reversal(attempt), out);
            }
            KeysRenewed::Yes => self.after_failure(now, attempt, code, out),
        }
    }

    pub(super) fn conclude_reversal(&mut self, entry: Seq, record: Record, out: &mut dyn Outputs) {
        out.put(Output::Close);
        self.persist(record, State::ReversalConcluding { entry }, out);
    }

    /// Row 35.
    pub(super) fn reversal_concluded(&mut self, now: Millis, entry: Seq, out: &mut dyn Outputs) {
        let notice = match self.status(entry) {
            Some(Status::Parked) => {
                self.park_due = Some(now.plus(self.settings.park_interval));
                Notice::Attention(entry)
            }
            #[cfg(feature = "kinds")]
            Some(Status::Unresolved) => {
                out.put(Output::Notify(Notice::Outcome(entry)));
                Notice::Attention(entry)
            }
            Some(Status::Provisional) => {
                let due = now.plus(self.settings.guard);
                self.guard_due = Some(due);
                Notice::Waiting { entry, until: due }
            }
            _ => Notice::Outcome(entry),
        };
        out.put(Output::Notify(notice));
        self.rest(now, out);
    }

    fn was_not_found(&self, entry: Seq) -> bool {
        self.ledger.entry(entry).is_some_and(Entry::was_not_found)
    }

    fn status(&self, entry: Seq) -> Option<Status> {
        self.ledger.entry(entry).map(Entry::status)
    }
}

/// The first attempt at a transaction's reversal.
pub(super) fn first(entry: Seq) -> Attempt {
    Attempt {
        entry,
        number: 1,
        keys: KeysRenewed::No,
    }
}
