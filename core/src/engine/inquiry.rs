//! A balance inquiry 余额查询: a question that moves nothing and leaves no record.

use super::{Answer, Engine, Millis, Notice, Numbers, Output, Outputs, Refusal, State, Transmit};
use crate::journal::Intent;
use crate::ledger::Entry;
use crate::transaction::Kind;

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// Lets an inquiry begin; then the engine is [`State::Preparing`] until its
    /// request is built or abandoned. It needs no room in the journal.
    pub fn admit_inquiry(
        &mut self,
        now: Millis,
        out: &mut dyn Outputs,
    ) -> Result<Numbers, Refusal> {
        self.ready(now, out)?;
        if !self.ledger.signed_in() {
            return Err(Refusal::SignInRequired);
        }
        if self.ledger.settlement().is_some() {
            return Err(Refusal::Settling);
        }
        self.state = State::Preparing;
        Ok(Numbers {
            kind: Kind::BalanceInquiry,
            ..self.numbers()
        })
    }

    /// The request is built: it is sent at once.
    pub(super) fn inquire(&mut self, now: Millis, intent: &Intent, out: &mut dyn Outputs) {
        if let State::Preparing = self.state {
            self.taken = Some(intent.trace);
            let due = now.plus(self.settings.response_timeout);
            self.state = State::InquiryAwaiting { due };
            out.put(Output::Transmit(Transmit::Request));
        }
    }

    /// It was answered, or nothing that may be believed came. Work that came due
    /// meanwhile begins.
    pub(super) fn inquired(&mut self, now: Millis, answer: Option<&Answer>, out: &mut dyn Outputs) {
        out.put(Output::Close);
        out.put(Output::Notify(Notice::Balance {
            code: answer.map(|answer| answer.kept.code),
            balance: answer.and_then(|answer| answer.balance),
        }));
        self.rest(now, out);
    }
}
