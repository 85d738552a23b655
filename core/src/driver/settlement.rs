use super::{Clock, Driver, DriverError, Link, Terminal, Watch};
use crate::crypto::SecurityModule;
use crate::journal::{Comparison, Envelope, Journal, Record, Seq};
use crate::ledger::{Entry, Ledger};
use crate::transaction::{Batch, BatchTotals, ResponseCode};
use alloc::vec::Vec;

/// What a settlement 批结算 came to, for its slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The batch.
    pub batch: Batch,
    /// The totals sent.
    pub sent: BatchTotals,
    /// What the host found, and its own totals; none where it did not answer.
    pub comparison: Option<Comparison>,
    /// The transactions that it was told of, one by one.
    pub told: Vec<Seq>,
    /// Those that it did not take, and why: call the acquirer.
    pub refused: Vec<(Seq, ResponseCode)>,
    /// The transactions whose outcome nobody knows: they are in no totals.
    pub open: Vec<Seq>,
    /// The batch that is open now; none where the settlement is not finished.
    pub next: Option<Batch>,
}

impl<J, S, L, C> Driver<J, S, L, C>
where
    J: Journal,
    J::Error: 'static,
    S: SecurityModule,
    L: Link,
    C: Clock,
{
    /// Settles the batch, or goes on with a settlement that was begun. What is to
    /// be reversed or confirmed comes first, which may take the guard time.
    pub fn settle(&mut self, watch: Watch<'_>) -> Result<Settled, DriverError<J::Error>> {
        self.recover(watch)?;
        let (now, room) = (self.clock.now(), self.journal.room());
        let begun = self.terminal.settle(now, room);
        begun.map_err(DriverError::Refused)?;
        self.run_until(watch, Terminal::is_idle)?;
        let settled = last_settlement(&mut self.journal, self.terminal.ledger());
        let settled = settled.map_err(DriverError::Journal)?;
        settled.ok_or(DriverError::Refused(crate::engine::Refusal::StorageFault))
    }
}

/// The newest settlement of a journal, as far as it came; none where there is none.
pub fn last_settlement<J: Journal>(
    journal: &mut J,
    ledger: &Ledger<Vec<Entry>>,
) -> Result<Option<Settled>, J::Error> {
    let mut settled: Option<Settled> = None;
    let mut from = Seq(0);
    journal.replay(&mut |bytes| {
        let Ok((envelope, _, Some(record))) = Envelope::decode(bytes) else {
            return;
        };
        match (record, &mut settled) {
            (Record::SettlementStarted { batch, totals, .. }, _) => {
                from = Seq(0);
                settled = Some(begun(ledger, batch, totals, envelope.seq));
            }
            (Record::SettlementAnswered { comparison }, Some(settled)) => {
                settled.comparison = Some(comparison);
            }
            (Record::UploadProgress { upto, refused }, Some(settled)) => {
                let details = (ledger.entries().iter())
                    .filter(|entry| entry.seq() > from && entry.seq() <= upto)
                    .filter(|entry| entry.is_detail(settled.batch))
                    .map(Entry::seq);
                match refused {
                    None => settled.told.extend(details),
                    Some(code) => settled.refused.extend(details.map(|seq| (seq, code))),
                }
                from = upto;
            }
            (Record::BatchClosed { next }, Some(settled)) => settled.next = Some(next),
            _ => {}
        }
    })?;
    Ok(settled)
}

fn begun(ledger: &Ledger<Vec<Entry>>, batch: Batch, sent: BatchTotals, before: Seq) -> Settled {
    let open = (ledger.entries().iter())
        .filter(|entry| entry.seq() < before && entry.status().is_parked())
        .map(Entry::seq);
    Settled {
        batch,
        sent,
        comparison: None,
        told: Vec::new(),
        refused: Vec::new(),
        open: open.collect(),
        next: None,
    }
}
