//! Settlement 批结算: table T2. What is sent next follows from the ledger alone;
//! the states only say whether a record or an answer is awaited.
//!
//! ```text
//!  SettlementStarted ─> totals 0500 ─> SettlementAnswered ─┬─ equal ──> end 0320 207 ─> BatchClosed
//!                                                          └─ unequal ─> details 0320 ─> UploadProgress ─┐
//!                                                                 ^──────────────────────────────────────┤
//!                                                                        none left: end 0320 202 ─> BatchClosed
//! ```

use super::{Answer, Engine, Millis, Notice, Output, Outputs, Refusal, State, Transmit};
use crate::journal::{Comparison, Record};
use crate::ledger::{Entry, Settlement, Stage, Status};
use crate::profile::CarryParked;
use crate::transaction::{Batch, Civil, OperatorId, ResponseCode};

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// Settles the open batch, or goes on with a settlement that was begun (rows
    /// S1, S2, S12). What must be reversed or confirmed is done first. `room` is
    /// how many records fit the journal.
    pub fn settle(
        &mut self,
        now: Millis,
        operator: OperatorId,
        stamp: Civil,
        room: usize,
        out: &mut dyn Outputs,
    ) -> Result<(), Refusal> {
        self.ready(now, out)?;
        if self.ledger.count(Status::Provisional) > 0 {
            return Err(Refusal::ReversalPending);
        }
        if self.ledger.settlement().is_some() {
            self.send_settlement(now, 1, out);
            return Ok(());
        }
        if self.profile.carry_parked == CarryParked::No && self.ledger.parked() > 0 {
            return Err(Refusal::TooManyParked);
        }
        if self.ledger.batch() == Batch::NONE {
            return Err(Refusal::SignInRequired);
        }
        if room < self.ledger.settlement_records() {
            return Err(Refusal::JournalFull);
        }
        let record = Record::SettlementStarted {
            batch: self.ledger.batch(),
            trace: self.ledger.next_trace(self.taken.take()),
            operator,
            stamp,
            totals: self.ledger.totals(),
        };
        self.settlement_record(record, out);
        Ok(())
    }

    fn settlement_record(&mut self, record: Record, out: &mut dyn Outputs) {
        self.persist(record, State::SettlementConcluding, out);
    }

    /// Rows S3, S5, S7, S9 and S10.
    pub(super) fn settlement_moved(&mut self, now: Millis, out: &mut dyn Outputs) {
        match self.ledger.settlement().map(|settlement| settlement.stage) {
            None => {
                out.put(Output::Notify(Notice::BatchClosed(self.ledger.batch())));
                self.rest(now, out);
            }
            Some(stage) => {
                out.put(Output::Notify(Notice::Settling(stage)));
                self.send_settlement(now, 1, out);
            }
        }
    }

    fn send_settlement(&mut self, now: Millis, attempt: u8, out: &mut dyn Outputs) {
        let due = now.plus(self.settings.response_timeout);
        self.state = State::SettlementAwaiting { attempt, due };
        out.put(Output::Transmit(Transmit::Settlement));
    }

    /// Rows S4 and S5; none where the host could not compare.
    pub(super) fn compared(
        &mut self,
        now: Millis,
        comparison: Option<Comparison>,
        out: &mut dyn Outputs,
    ) {
        let comparing = (self.ledger.settlement()).is_some_and(|one| one.stage == Stage::Comparing);
        if let (State::SettlementAwaiting { .. }, true) = (&self.state, comparing) {
            match comparison {
                Some(comparison) => {
                    out.put(Output::Close);
                    self.settlement_record(Record::SettlementAnswered { comparison }, out);
                }
                None => self.not_settled(now, None, out),
            }
        }
    }

    /// Rows S7 and S9: details, or the end, were answered. Details that the host
    /// does not take are left behind, and listed.
    pub(super) fn upload_answered(&mut self, now: Millis, answer: &Answer, out: &mut dyn Outputs) {
        let Some(settlement) = self.ledger.settlement() else {
            return;
        };
        let code = answer.kept.code;
        let refused = (code.bytes() != b"00").then_some(code);
        let record = match (settlement.stage, self.ledger.next_details(), refused) {
            (Stage::Comparing, ..) => return,
            (_, Some(details), _) => Record::UploadProgress {
                upto: details.last,
                refused,
            },
            (_, None, Some(code)) => return self.not_settled(now, Some(code), out),
            (_, None, None) => Record::BatchClosed {
                next: next_batch(settlement, self.ledger.batch()),
            },
        };
        out.put(Output::Close);
        self.settlement_record(record, out);
    }

    /// Rows S6 and S8: the same once more, later; when the attempts are used up
    /// the operator settles again.
    pub(super) fn settlement_unanswered(&mut self, now: Millis, out: &mut dyn Outputs) {
        if let State::SettlementAwaiting { attempt, .. } = self.state {
            if attempt >= self.settings.reversal_attempts {
                self.not_settled(now, None, out);
                return;
            }
            out.put(Output::Close);
            let due = self.backoff(now, attempt);
            self.state = State::SettlementBackoff { attempt, due };
        }
    }

    pub(super) fn settle_again(&mut self, now: Millis, out: &mut dyn Outputs) {
        if let State::SettlementBackoff { attempt, .. } = self.state {
            self.send_settlement(now, attempt.saturating_add(1), out);
        }
    }

    pub(super) fn not_settled(
        &mut self,
        now: Millis,
        code: Option<ResponseCode>,
        out: &mut dyn Outputs,
    ) {
        out.put(Output::Close);
        out.put(Output::Notify(Notice::NotSettled(code)));
        self.rest(now, out);
    }
}

/// A sign-in may have brought the host's next batch already; the host's value
/// wins (unionpay.md 7.2, 8).
fn next_batch(settlement: &Settlement, open: Batch) -> Batch {
    if open == settlement.batch {
        open.next()
    } else {
        open
    }
}
