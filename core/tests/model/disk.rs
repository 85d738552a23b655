//! The journal's store, and the ledger that a restart would read from it.

use crate::orders;
use crate::state::{PROFILE, Table};
use annul::journal::{Envelope, MAX_RECORD, Record, Replay, Seq, Tag};
use annul::ledger::{Entry, Ledger};
use annul::transaction::{Kind, Trace};
use std::sync::Arc;

/// What is durable. The ledger is the replay of all records, read anew from
/// their bytes whenever they change.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    records: Vec<Arc<[u8]>>,
    ledger: Ledger<Table>,
}

impl Disk {
    /// The journal of a terminal that signed in and did nothing else.
    pub(crate) fn signed_in() -> Self {
        let mut disk = Self {
            records: Vec::new(),
            ledger: replay(&[]),
        };
        disk.append(&Record::KeysChanged(orders::keys(
            Trace::FIRST,
            orders::FIRST_BATCH,
        )));
        disk
    }

    pub(crate) fn ledger(&self) -> &Ledger<Table> {
        &self.ledger
    }

    /// The last record.
    pub(crate) fn last(&self) -> Record {
        let last = self.records.last().expect("the sign-in");
        let (_, _, record) = Envelope::decode(last).expect("a whole record");
        record.expect("a known kind")
    }

    /// Adds a record behind the last one.
    pub(crate) fn append(&mut self, record: &Record) {
        let (bytes, _) = encode(&self.ledger, record);
        self.write(bytes);
    }

    /// Adds a record that was encoded before.
    pub(crate) fn write(&mut self, bytes: Arc<[u8]>) {
        self.records.push(bytes);
        self.ledger = replay(&self.records);
    }

    /// Loses the last record, as no sound store does.
    pub(crate) fn lose_last(&mut self) {
        self.records.pop();
        self.ledger = replay(&self.records);
    }

    /// Makes a declined one of each approved transaction of a kind, as no sound
    /// till does.
    pub(crate) fn deny(&mut self, kind: Kind) {
        self.rewrite(|disk, record| match record {
            Record::Approved { entry, answer } if disk.kind(entry) == Some(kind) => {
                Some(Record::Declined { entry, answer })
            }
            other => Some(other),
        });
    }

    /// Takes out that the batch is being settled, as no sound till does.
    pub(crate) fn forget_settlement(&mut self) {
        self.rewrite(|_, record| match record {
            Record::SettlementStarted { .. }
            | Record::SettlementAnswered { .. }
            | Record::UploadProgress { .. } => None,
            other => Some(other),
        });
    }

    fn rewrite(&mut self, with: impl Fn(&Self, Record) -> Option<Record>) {
        let records = std::mem::take(&mut self.records);
        for (at, bytes) in records.iter().enumerate() {
            let decoded = Envelope::decode(bytes).expect("a whole record");
            let record = with(self, decoded.2.expect("a known kind"));
            if at == 0 {
                self.ledger = replay(&[]);
            }
            if let Some(record) = record {
                self.append(&record);
            }
        }
    }

    fn kind(&self, entry: Seq) -> Option<Kind> {
        self.ledger.entry(entry).map(Entry::kind)
    }
}

/// A record as it is written behind the last one of a ledger.
pub(crate) fn encode(ledger: &Ledger<Table>, record: &Record) -> (Arc<[u8]>, Tag) {
    let mut buffer = [0; MAX_RECORD];
    let (last, previous) = ledger.last();
    let seq = last.next();
    let (len, tag) = Envelope { seq, previous }.encode(record, &mut buffer);
    (buffer[..len].into(), tag)
}

fn replay(records: &[Arc<[u8]>]) -> Ledger<Table> {
    let mut ledger = Ledger::new([Entry::EMPTY; _], &PROFILE);
    let mut replay = Replay::new(true);
    for record in records {
        let replayed = ledger.replay(&mut replay, record);
        replayed.expect("what the engine wrote can be read");
    }
    ledger.replayed(replay).expect("the last record is whole");
    ledger
}
