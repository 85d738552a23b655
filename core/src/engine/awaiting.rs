//! A request and its answer: rows 6 to 25 of T1.

use super::state::Cancel;
use super::{Answer, Engine, Millis, Notice, Output, Outputs, Sending, State, Transmit};
use crate::crypto::Authentic;
use crate::journal::{Intent, Record, ReversalStage, Seq};
use crate::ledger::Entry;
use crate::profile::{Disposition, Recovery};
use crate::transaction::{Kind, ResponseCode, ReversalReason};

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// Row 1.
    pub(super) fn open(&mut self, intent: Intent, out: &mut dyn Outputs) {
        if let State::Preparing = self.state {
            self.taken = None;
            let next = State::Opening {
                cancelled: Cancel::No,
            };
            self.persist(Record::Intent(intent), next, out);
        }
    }

    /// Rows 6 and 7.
    pub(super) fn opened(
        &mut self,
        now: Millis,
        entry: Seq,
        cancelled: Cancel,
        out: &mut dyn Outputs,
    ) {
        if cancelled == Cancel::Wanted {
            self.conclude(entry, Record::NotSent { entry }, out);
            return;
        }
        let due = now.plus(self.settings.response_timeout);
        self.state = State::Awaiting {
            entry,
            due,
            cancelled,
        };
        out.put(Output::Transmit(Transmit::Request));
    }

    /// An answer whose MAC was right.
    pub(super) fn answered(
        &mut self,
        now: Millis,
        answer: Authentic<Answer>,
        out: &mut dyn Outputs,
    ) {
        match self.state {
            State::Awaiting {
                entry, cancelled, ..
            } => {
                match self.profile.disposition(answer.kept.code) {
                    Disposition::Approve => self.approved(entry, cancelled, answer, out),
                    // Partial approval is refused until a kind allows it (row 14).
                    Disposition::ApprovePart
                    | Disposition::InDoubt
                    | Disposition::InDoubtSignIn => {
                        let code = Some(answer.kept.code);
                        self.in_doubt(entry, ReversalReason::Other, code, out);
                    }
                    Disposition::Decline | Disposition::DeclineSignIn => {
                        self.declined(entry, &answer, out);
                    }
                }
            }
            State::ReversalAwaiting { .. } => self.reversal_answered(now, &answer, out),
            #[cfg(feature = "kinds")]
            State::InquiryAwaiting { .. } => self.inquired(now, Some(&answer), out),
            _ => self.management_answered(now, &answer, out),
        }
    }

    /// An answer without a MAC: believed only where it says that nothing
    /// happened (row 10b); UnionPay hosts send F64 with 00 and 10 alone.
    pub(super) fn unsigned(&mut self, now: Millis, answer: &Answer, out: &mut dyn Outputs) {
        match self.state {
            State::Awaiting { entry, .. } => match self.profile.disposition(answer.kept.code) {
                Disposition::Decline | Disposition::DeclineSignIn => {
                    self.declined(entry, answer, out);
                }
                Disposition::InDoubt | Disposition::InDoubtSignIn => {
                    let code = Some(answer.kept.code);
                    self.in_doubt(entry, ReversalReason::Other, code, out);
                }
                Disposition::Approve | Disposition::ApprovePart => {
                    self.in_doubt(entry, ReversalReason::WrongMac, None, out);
                }
            },
            State::ReversalAwaiting { .. } => self.reversal_unsigned(now, answer, out),
            #[cfg(feature = "kinds")]
            State::InquiryAwaiting { .. } => {
                let declined = self.profile.disposition(answer.kept.code) != Disposition::Approve;
                self.inquired(now, declined.then_some(answer), out);
            }
            _ => self.management_answered(now, answer, out),
        }
    }

    /// Rows 12, 14 and 21. Only an authentic answer comes here, by its type.
    fn approved(
        &mut self,
        entry: Seq,
        cancelled: Cancel,
        answer: Authentic<Answer>,
        out: &mut dyn Outputs,
    ) {
        let asked = self.ledger.entry(entry).map(Entry::amount);
        // What nothing undoes cannot be cancelled any more.
        let unwanted = cancelled == Cancel::Wanted && self.recovery(entry) == Recovery::Reverse;
        if unwanted || answer.amount.is_none() || answer.amount != asked {
            let code = Some(answer.kept.code);
            self.in_doubt(entry, ReversalReason::Other, code, out);
        } else {
            let answer = answer.into_inner().kept;
            self.conclude(entry, Record::Approved { entry, answer }, out);
        }
    }

    /// Rows 15 and 16.
    fn declined(&mut self, entry: Seq, answer: &Answer, out: &mut dyn Outputs) {
        let answer = answer.kept;
        self.conclude(entry, Record::Declined { entry, answer }, out);
    }

    /// Row 10, and the same for a reversal: a damaged answer is no answer.
    pub(super) fn garbled(&mut self, now: Millis, out: &mut dyn Outputs) {
        match self.state {
            State::Awaiting { entry, .. } => {
                self.in_doubt(entry, ReversalReason::WrongMac, None, out);
            }
            _ => self.link_down(now, Sending::MaybeSent, out),
        }
    }

    /// Row 18.
    pub(super) fn no_answer(&mut self, out: &mut dyn Outputs) {
        if let State::Awaiting { entry, .. } = self.state {
            self.in_doubt(entry, ReversalReason::NoAnswer, None, out);
        }
    }

    /// Rows 19, 20 and 31.
    pub(super) fn link_down(&mut self, now: Millis, sending: Sending, out: &mut dyn Outputs) {
        match (&self.state, sending) {
            (State::Awaiting { entry, .. }, Sending::NothingSent) => {
                let entry = *entry;
                self.conclude(entry, Record::NotSent { entry }, out);
            }
            (State::Awaiting { .. }, Sending::MaybeSent) => self.no_answer(out),
            (State::ReversalAwaiting { .. }, _) => self.try_again(now, None, out),
            (State::SignInAwaiting { .. }, _) => self.sign_in_failed(now, None, out),
            (State::EchoAwaiting { .. }, _) => self.echo_failed(out),
            (State::SettlementAwaiting { .. }, _) => self.settlement_unanswered(now, out),
            #[cfg(feature = "kinds")]
            (State::InquiryAwaiting { .. }, _) => self.inquired(now, None, out),
            _ => {}
        }
    }

    /// An outcome goes to the journal; row 25 shows it afterwards.
    pub(super) fn conclude(&mut self, entry: Seq, record: Record, out: &mut dyn Outputs) {
        out.put(Output::Close);
        self.persist(record, State::Concluding { entry }, out);
    }

    /// How a kind gets out of not knowing (decision D6).
    pub(super) fn recovery(&self, entry: Seq) -> Recovery {
        let kind = self.ledger.entry(entry).map_or(Kind::Sale, Entry::kind);
        self.profile.row(kind).recovery
    }

    /// The outcome is not known, and the decision what to do about it goes to
    /// the journal. From then on nothing that is heard of the request matters
    /// (decision D4).
    pub(super) fn in_doubt(
        &mut self,
        entry: Seq,
        reason: ReversalReason,
        code: Option<ResponseCode>,
        out: &mut dyn Outputs,
    ) {
        #[cfg(feature = "kinds")]
        if self.recovery(entry) == Recovery::Manual {
            let record = Record::Unresolved {
                entry,
                reason,
                code,
            };
            self.conclude_reversal(entry, record, out);
            return;
        }
        out.put(Output::Close);
        let stage = ReversalStage::First;
        let record = Record::ReversalQueued {
            entry,
            reason,
            code,
            stage,
        };
        self.persist(record, State::ReversalOpening { entry }, out);
    }

    pub(super) fn echo_failed(&mut self, out: &mut dyn Outputs) {
        self.state = State::Idle;
        out.put(Output::Close);
        out.put(Output::Notify(Notice::EchoFailed));
    }
}
