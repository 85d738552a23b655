//! Sign-in and echo test: no money, but without keys there is none either.

use super::state::Then;
use super::{Answer, Engine, Millis, Notice, Output, Outputs, Refusal, State, Transmit};
use crate::journal::{KeysChanged, Record, Seq};
use crate::ledger::Entry;
use crate::transaction::ResponseCode;

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// Begins a sign-in 签到. It is let through while reversals wait: they may
    /// need its keys (unionpay.md 5.1, R10).
    pub fn sign_in(&mut self, now: Millis, out: &mut dyn Outputs) -> Result<(), Refusal> {
        self.at_rest()?;
        self.send_sign_in(now, Then::Idle, out);
        Ok(())
    }

    /// Begins an echo test 回响测试.
    pub fn echo(&mut self, now: Millis, out: &mut dyn Outputs) -> Result<(), Refusal> {
        self.at_rest()?;
        let due = now.plus(self.settings.response_timeout);
        self.state = State::EchoAwaiting { due };
        out.put(Output::Transmit(Transmit::Echo));
        Ok(())
    }

    fn at_rest(&self) -> Result<(), Refusal> {
        match self.state {
            State::Idle => Ok(()),
            State::Faulted => Err(Refusal::StorageFault),
            _ => Err(Refusal::Busy),
        }
    }

    pub(super) fn send_sign_in(&mut self, now: Millis, then: Then, out: &mut dyn Outputs) {
        let trace = self.ledger.next_trace(self.taken);
        self.taken = Some(trace);
        let due = now.plus(self.settings.response_timeout);
        self.state = State::SignInAwaiting { then, trace, due };
        if let Then::Reversal(_) = then {
            out.put(Output::Notify(Notice::SigningIn));
        }
        out.put(Output::Transmit(Transmit::SignIn(trace)));
    }

    /// The security module took the keys; now the journal must.
    pub(super) fn keys_loaded(&mut self, change: KeysChanged, out: &mut dyn Outputs) {
        if let State::SignInAwaiting { then, .. } = self.state {
            out.put(Output::Close);
            self.persist(
                Record::KeysChanged(change),
                State::SignInConcluding { then },
                out,
            );
        }
    }

    /// The keys are durable. Parked reversals are tried again (decision D9).
    pub(super) fn signed_in(&mut self, now: Millis, then: Then, out: &mut dyn Outputs) {
        self.taken = None;
        out.put(Output::Notify(Notice::SignedIn(self.ledger.batch())));
        match then {
            Then::Idle => {
                self.retried = Some(Seq(0));
                self.rest(now, out);
            }
            Then::Reversal(attempt) => self.attempt(now, attempt, out),
        }
    }

    /// Declined, not answered, or keys with a wrong check value. It counts as
    /// a failed attempt of the reversal it was for.
    pub(super) fn sign_in_failed(
        &mut self,
        now: Millis,
        code: Option<ResponseCode>,
        out: &mut dyn Outputs,
    ) {
        if let State::SignInAwaiting { then, .. } = self.state {
            out.put(Output::Close);
            out.put(Output::Notify(Notice::SignInFailed(code)));
            match then {
                Then::Idle => self.state = State::Idle,
                Then::Reversal(attempt) => self.after_failure(now, attempt, code, out),
            }
        }
    }

    /// An answer to a sign-in that brought no keys, or to an echo test.
    pub(super) fn management_answered(
        &mut self,
        now: Millis,
        answer: &Answer,
        out: &mut dyn Outputs,
    ) {
        match self.state {
            State::SignInAwaiting { .. } => self.sign_in_failed(now, Some(answer.kept.code), out),
            State::EchoAwaiting { .. } if answer.kept.code.bytes() == b"00" => {
                self.state = State::Idle;
                out.put(Output::Close);
                out.put(Output::Notify(Notice::EchoAnswered));
            }
            State::EchoAwaiting { .. } => self.echo_failed(out),
            State::SettlementAwaiting { .. } => self.upload_answered(now, answer, out),
            _ => {}
        }
    }
}
