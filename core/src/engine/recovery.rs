//! What is done when nothing else is: unfinished transactions are reversed,
//! provisional ones confirmed, parked ones tried again (rows R, 36, 37, 38).

use super::reversal::first;
use super::{Engine, Millis, Outputs, Refusal, Resolution, State};
use crate::journal::{Identity, Record, ReversalStage, Seq};
use crate::ledger::{Entry, Status};
use crate::transaction::ReversalReason;

impl<T: AsRef<[Entry]> + AsMut<[Entry]>> Engine<T> {
    /// Begins a new journal: its first record says whose it is.
    pub fn found(&mut self, identity: Identity, out: &mut dyn Outputs) {
        if matches!(self.state, State::Idle) && self.ledger.identity().is_none() {
            self.persist(Record::Opened(identity), State::Founding, out);
        }
    }

    /// Row R. The guard time begins anew: how long the terminal was off is not
    /// known, and civil time does not decide (scenario 22).
    pub(super) fn start(&mut self, now: Millis, out: &mut dyn Outputs) {
        if self.state != State::Idle {
            return;
        }
        self.idle_work(now, out);
    }

    /// Tries everything that is left, parked ones too, each once.
    pub fn recover(&mut self, now: Millis, out: &mut dyn Outputs) -> Result<(), Refusal> {
        match self.state {
            State::Idle => {
                self.retried = Some(Seq(0));
                self.idle_work(now, out);
                Ok(())
            }
            State::Faulted => Err(Refusal::StorageFault),
            _ => Err(Refusal::Busy),
        }
    }

    /// True where [`Engine::recover`] has nothing more to do now or later.
    pub fn is_recovered(&self) -> bool {
        let open =
            |entry: &Entry| entry.status().is_under_way() || entry.status() == Status::Provisional;
        matches!(self.state, State::Idle)
            && self.retried.is_none()
            && !self.ledger.entries().iter().any(open)
    }

    /// Row 38: a supervisor ends what is parked.
    pub fn resolve(
        &mut self,
        resolution: &Resolution,
        out: &mut dyn Outputs,
    ) -> Result<Seq, Refusal> {
        match self.state {
            State::Idle => {}
            State::Faulted => return Err(Refusal::StorageFault),
            _ => return Err(Refusal::Busy),
        }
        // The details that are being told must not change meanwhile.
        if self.ledger.settlement().is_some() {
            return Err(Refusal::Settling);
        }
        let entry = self
            .ledger
            .by_request(resolution.request)
            .ok_or(Refusal::UnknownRequest)?;
        if !entry.status().is_parked() {
            return Err(Refusal::NotParked);
        }
        let entry = entry.seq();
        let (by, verdict, note) = (resolution.by, resolution.verdict, resolution.note);
        let record = Record::Resolved {
            entry,
            by,
            verdict,
            note,
        };
        self.persist(record, State::Concluding { entry }, out);
        Ok(entry)
    }

    /// Back to rest, and on to what waits.
    pub(super) fn rest(&mut self, now: Millis, out: &mut dyn Outputs) {
        self.state = State::Idle;
        self.idle_work(now, out);
    }

    pub(super) fn idle_work(&mut self, now: Millis, out: &mut dyn Outputs) {
        let waits = |status| self.ledger.oldest(status).is_some();
        let (provisional, parked) = (waits(Status::Provisional), waits(Status::Parked));
        let guard = now.plus(self.settings.guard);
        let park = now.plus(self.settings.park_interval);
        self.guard_due = provisional.then(|| self.guard_due.unwrap_or(guard));
        self.park_due = parked.then(|| self.park_due.unwrap_or(park));
        let oldest = |status| self.ledger.oldest(status).map(Entry::seq);
        let (pending, confirming) = (oldest(Status::Pending), oldest(Status::Confirming));
        if let Some(entry) = pending {
            // Decision D3: without an outcome it is unknown, never "not sent".
            self.in_doubt(entry, ReversalReason::NoAnswer, None, out);
        } else if let Some(entry) = oldest(Status::Reversing).or(confirming) {
            self.attempt(now, first(entry), out);
        } else if let Some((entry, reason)) = self.due_confirmation(now) {
            self.confirm(entry, reason, out);
        } else {
            self.retry_parked(now, out);
        }
    }

    fn confirm(&mut self, entry: Seq, reason: ReversalReason, out: &mut dyn Outputs) {
        let record = Record::ReversalQueued {
            entry,
            reason,
            code: None,
            stage: ReversalStage::Confirmation,
        };
        self.persist(record, State::ReversalOpening { entry }, out);
    }

    /// Row 36.
    fn due_confirmation(&self, now: Millis) -> Option<(Seq, ReversalReason)> {
        if self.guard_due.is_none_or(|due| now < due) {
            return None;
        }
        let entry = self.ledger.oldest(Status::Provisional)?;
        Some((
            entry.seq(),
            entry.reversal_reason().unwrap_or(ReversalReason::NoAnswer),
        ))
    }

    /// Row 37: each parked one in its turn, once a round.
    fn retry_parked(&mut self, now: Millis, out: &mut dyn Outputs) {
        if self.park_due.is_some_and(|due| due <= now) {
            self.retried = self.retried.or(Some(Seq(0)));
        }
        let Some(done) = self.retried else {
            return;
        };
        let parked = |entry: &&Entry| entry.status() == Status::Parked;
        let next = self
            .ledger
            .entries()
            .iter()
            .filter(parked)
            .find(|entry| entry.seq() > done);
        if let Some(entry) = next.map(Entry::seq) {
            self.retried = Some(entry);
            self.attempt(now, first(entry), out);
        } else {
            self.retried = None;
            let any = self.ledger.oldest(Status::Parked).is_some();
            self.park_due = any.then(|| now.plus(self.settings.park_interval));
        }
    }
}
