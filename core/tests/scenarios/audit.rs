//! What must hold after every step, whatever the scenario is about. The
//! auditor sees records, messages and news; it asks the engine nothing.
//!
//! | invariant | checked |
//! |---|---|
//! | I4 | an approval is shown after its record, and never reversed later |
//! | I5 | no two intents share batch and trace |
//! | I6 | what leaves for the host has its intent in the journal; a reversal, its decision |
//! | I7 | one exchange at most is unresolved and not listed as parked or provisional |
//! | I11 | no outcome of a request after the decision to reverse it |
//! | I12 | each intent has at most one end; at rest exactly one |
//! | I13 | a reversal quotes its original, and has neither track nor PIN |
//! | I14 | a repeat is the first reversal again, reason and MAC apart |
//! | I15 | nothing is connected or sent while a record is on its way |
//! | I16 | the running ledger is the replay of the journal |
//! | I18 | no card data in records, news, errors and debug texts |
//! | I19 | one intent a request id |

use crate::secrets::Secrets;
use crate::storage::Store;
use annul::iso8583::{Mti, View};
use annul::journal::{Record, Seq};
use annul::ledger::{Entry, Ledger, Status};
use annul::profile::Profile;
use annul::transaction::Trace;
use annul_host::Dialect;
use std::collections::BTreeSet;

/// What was seen so far, and what was wrong with it.
pub(crate) struct Audit {
    dialect: Dialect,
    pub(crate) faults: Vec<String>,
    /// Whether card data are sought: it takes long, and a scenario that is
    /// played again and again shows the same.
    pub(crate) seeks_secrets: bool,
    secrets: Secrets,
    shown_approved: BTreeSet<Seq>,
    requests: Vec<Vec<u8>>,
    reversals: Vec<Vec<u8>>,
    /// The journal's replay, as long as the journal is the same.
    replayed: Option<(u64, Ledger<Vec<Entry>>)>,
    looked: u64,
}

/// Fields a reversal repeats from its original, where the original has them.
const QUOTED: [u8; 13] = [2, 3, 4, 11, 14, 22, 25, 38, 41, 42, 49, 60, 61];
/// Fields no reversal has (5.1, R16).
const NEVER: [u8; 5] = [26, 35, 36, 37, 52];

impl Audit {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            faults: Vec::new(),
            seeks_secrets: true,
            secrets: Secrets::new(),
            shown_approved: BTreeSet::new(),
            requests: Vec::new(),
            reversals: Vec::new(),
            replayed: None,
            looked: 0,
        }
    }

    pub(crate) fn fault(&mut self, text: impl Into<String>) {
        self.faults.push(text.into());
    }

    fn ensure(&mut self, holds: bool, text: &str) {
        if !holds {
            self.fault(text);
        }
    }

    /// A text that someone could print.
    pub(crate) fn text(&mut self, text: &str) {
        let holds = self.seeks_secrets && self.secrets.in_text(text);
        if holds {
            self.fault(format!("I18: card data in `{text}`"));
        }
    }

    /// A record on its way to the journal.
    pub(crate) fn record(&mut self, bytes: &[u8]) {
        let holds = self.seeks_secrets && self.secrets.in_bytes(bytes);
        self.ensure(!holds, "I18: card data in a record");
    }

    /// An approval is shown to the operator.
    pub(crate) fn approved(&mut self, entry: Seq, store: &Store) {
        let mut records = store.records();
        let durable = records.any(
            |(_, record)| matches!(record, Record::Approved { entry: one, .. } if one == entry),
        );
        drop(records);
        self.ensure(
            durable,
            "I4: an approval was shown that is not in the journal",
        );
        self.shown_approved.insert(entry);
    }

    /// A frame leaves.
    pub(crate) fn sent(&mut self, frame: &[u8], store: &Store) {
        let profile = self.dialect.profile();
        let Ok(decoded) = profile.framing.decode(frame) else {
            return self.fault("what was sent is no frame");
        };
        let Ok(view) = View::decode(profile.spec, decoded.message) else {
            return self.fault("what was sent is no message");
        };
        if let Some(block) = view.field(52) {
            self.secrets.add(block.bytes().to_vec());
        }
        // An inquiry moves nothing and leaves no record.
        let processing = view.field(3).and_then(|field| field.digits()?.array());
        let asks = processing == Some(*b"310000");
        let moves = [0x0100, 0x0200, 0x0220].map(Mti::literal);
        if moves.contains(&view.mti()) && !asks {
            let intent = intent_of(self.dialect, &view, store);
            self.ensure(intent.is_some(), "I6: a request left without its intent");
            self.requests.push(frame.to_vec());
        } else if [profile.reversal.message_type, profile.repeat].contains(&view.mti().bcd()) {
            self.reversal(frame, &view, store);
        }
    }

    fn reversal(&mut self, frame: &[u8], view: &View<'_>, store: &Store) {
        let intent = intent_of(self.dialect, view, store);
        let decided = store.records().any(|(_, record)| {
            matches!(record, Record::ReversalQueued { entry, .. } if Some(entry) == intent)
        });
        self.ensure(decided, "I6: a reversal left without its decision");
        let forbidden = NEVER.iter().any(|number| view.field(*number).is_some());
        self.ensure(!forbidden, "I13: a reversal with track, PIN or reference");
        let requests = std::mem::take(&mut self.requests);
        if let Some(original) = same_transaction(self.dialect, &requests, view) {
            for number in QUOTED {
                let (own, its) = (raw(view, number), raw(&original, number));
                // F14 of a stripe stands in its track.
                if own != its {
                    self.fault(format!("I13: F{number} is not the original's"));
                }
            }
        }
        self.requests = requests;
        let reversals = std::mem::take(&mut self.reversals);
        if let Some(first) = same_transaction(self.dialect, &reversals, view) {
            let repeat = view.mti().bcd() == self.dialect.profile().repeat;
            self.ensure(repeat, "I14: a repeat that does not say so");
            let same = (2..128).filter(|number| ![39, 64].contains(number));
            let same = same
                .into_iter()
                .all(|number| raw(view, number) == raw(&first, number));
            self.ensure(same, "I14: a repeat differs from the first reversal");
        }
        self.reversals = reversals;
        self.reversals.push(frame.to_vec());
    }

    /// The whole journal, and the ledger that runs along with it.
    pub(crate) fn journal(&mut self, store: &Store) {
        if std::mem::replace(&mut self.looked, store.generation) == store.generation {
            return;
        }
        let mut traces = BTreeSet::new();
        let mut requests = Vec::new();
        let (mut reversing, mut ended) = (BTreeSet::new(), BTreeSet::new());
        for (seq, record) in store.records() {
            match record {
                Record::Intent(intent) => {
                    let fresh = traces.insert((intent.batch, intent.trace));
                    self.ensure(fresh, "I5: a trace was used twice in a batch");
                    let known = requests.contains(&intent.request.tag());
                    self.ensure(!known, "I19: a request has two intents");
                    requests.push(intent.request.tag());
                    self.ensure(seq.0 > 1, "an intent before the journal was opened");
                }
                Record::Approved { entry, .. }
                | Record::Declined { entry, .. }
                | Record::NotSent { entry } => {
                    let late = reversing.contains(&entry);
                    self.ensure(!late, "I11: an outcome after the decision to reverse");
                    self.ensure(ended.insert(entry), "I12: a second end");
                }
                Record::Unresolved { entry, .. } => {
                    let ended = ended.contains(&entry);
                    self.ensure(!ended, "I12: without an outcome behind its end");
                    let fresh = reversing.insert(entry);
                    self.ensure(fresh, "without an outcome twice");
                    let shown = self.shown_approved.contains(&entry);
                    self.ensure(!shown, "I4: a shown approval is in doubt");
                }
                Record::ReversalQueued { entry, .. } => {
                    reversing.insert(entry);
                    let shown = self.shown_approved.contains(&entry);
                    self.ensure(!shown, "I4: a shown approval is reversed");
                }
                Record::Reversed { entry, .. } | Record::Resolved { entry, .. } => {
                    self.ensure(ended.insert(entry), "I12: a second end");
                }
                _ => {}
            }
        }
    }

    /// I16, I7.
    pub(crate) fn ledger(
        &mut self,
        running: &Ledger<Vec<Entry>>,
        store: &Store,
        profile: &'static Profile,
    ) {
        let replayed = match self.replayed.take() {
            Some((of, replayed))
                if of == store.generation && replayed.capacity() == running.capacity() =>
            {
                Ok(replayed)
            }
            _ => store.replay(profile, running.capacity()),
        };
        let replayed = match replayed {
            Ok(replayed) => replayed,
            Err(error) => return self.fault(format!("I16: the journal does not replay: {error}")),
        };
        let same = replayed.entries() == running.entries()
            && replayed.batch() == running.batch()
            && replayed.last() == running.last()
            && replayed.keys() == running.keys()
            && replayed.signed_in() == running.signed_in()
            && replayed.identity() == running.identity()
            && replayed.settlement() == running.settlement()
            && replayed.next_trace(None) == running.next_trace(None);
        self.ensure(
            same,
            "I16: the running ledger is not the replay of the journal",
        );
        self.replayed = Some((store.generation, replayed));
        let open = |entry: &&Entry| entry.status().is_under_way();
        let unresolved = running.entries().iter().filter(open).count();
        self.ensure(unresolved <= 1, "I7: two exchanges are unresolved");
    }

    /// I12 at rest.
    pub(crate) fn ended(&mut self, ledger: &Ledger<Vec<Entry>>) {
        let stands = |entry: &Entry| {
            let status = entry.status();
            status.is_final() || matches!(status, Status::Approved | Status::Completed)
        };
        let all = ledger.entries().iter().all(stands);
        self.ensure(
            all,
            &format!("I12: at rest, but not ended: {:?}", ledger.entries()),
        );
    }
}

fn intent_of(dialect: Dialect, view: &View<'_>, store: &Store) -> Option<Seq> {
    let trace = view.field(11)?.digits()?.number()?;
    let trace = Trace::new(u32::try_from(trace).ok()?).ok()?;
    let batch = match dialect {
        Dialect::UnionPayPos => Some(view.field(60)?.digits()?.slice(2, 6)?.number()?),
        Dialect::Iso87Ascii => None,
    };
    store.records().find_map(|(seq, record)| match record {
        Record::Intent(intent)
            if intent.trace == trace
                && batch.is_none_or(|batch| u64::from(intent.batch.number()) == batch) =>
        {
            Some(seq)
        }
        _ => None,
    })
}

fn raw<'a>(view: &View<'a>, number: u8) -> Option<&'a [u8]> {
    view.field(number).map(|field| field.raw())
}

/// The message of one transaction among frames: same trace and batch, or trace
/// and time.
fn same_transaction<'a>(
    dialect: Dialect,
    frames: &'a [Vec<u8>],
    view: &View<'_>,
) -> Option<View<'a>> {
    frames.iter().find_map(|frame| {
        let profile = dialect.profile();
        let message = profile.framing.decode(frame).ok()?.message;
        let other = View::decode(profile.spec, message).ok()?;
        let same = [7, 11, 60]
            .iter()
            .all(|number| raw(&other, *number) == raw(view, *number));
        same.then_some(other)
    })
}
