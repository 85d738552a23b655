use super::envelope::{Envelope, EnvelopeError, Tag};
use super::record::{Durable, Record, Seq};

/// Reads a journal back, record by record, and refuses what was not written
/// here, in this order, whole.
///
/// | last record? | whole | chain fits | number fits | decision |
/// |---|---|---|---|---|
/// | yes | no, store may tear | | | cut it: it was never confirmed |
/// | yes | no, store is atomic | | | [`ReplayError::Rot`] |
/// | no | no | | | [`ReplayError::Rot`] |
/// | any | yes | no | | [`ReplayError::Foreign`] |
/// | any | yes | yes | no | [`ReplayError::Gap`] |
/// | any | yes, newer and critical | | | [`ReplayError::TooNew`] |
/// | any | yes, of a version no longer read | | | [`ReplayError::TooOld`] |
/// | any | yes, unknown, not critical | yes | yes | skip it |
/// | any | yes | yes | yes | apply it |
#[derive(Debug)]
pub struct Replay {
    store: Store,
    last: Seq,
    tag: Tag,
    damaged: Option<Seq>,
}

#[derive(Clone, Copy, Debug)]
enum Store {
    Atomic,
    MayTear,
}

/// Why a journal is not trusted. Nothing in it is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// Bytes changed after they were written.
    #[error("journal: record {0:?} is damaged; keep the file and call support")]
    Rot(Seq),
    /// A record does not follow the one before it.
    #[error("journal: record {0:?} does not belong to this journal; it was copied or spliced")]
    Foreign(Seq),
    /// Records are missing.
    #[error("journal: records are missing before {0:?}; keep the file and call support")]
    Gap(Seq),
    /// Written by a newer version.
    #[error("journal: record {0:?} was written by a newer version of annul; update the software")]
    TooNew(Seq),
    /// Written by a version that this one does not read any more.
    #[error(
        "journal: record {0:?} was written before the first release of annul; finish its batch with the version that wrote it"
    )]
    TooOld(Seq),
    /// A record that the ones before it do not allow.
    #[error("journal: record {0:?} contradicts the records before it; keep the file, call support")]
    Inconsistent(Seq),
    /// The journal of another terminal, merchant or host dialect.
    #[error(
        "journal: it belongs to another terminal, merchant or host profile; choose the right file or profile"
    )]
    OtherTerminal,
    /// The ledger's table is too small for what the journal holds.
    #[error("journal: more transactions than the ledger has room for; give it a larger table")]
    LedgerFull,
}

impl Replay {
    /// Begins before the first record of a store; `atomic` as the store's
    /// [`super::Journal::ATOMIC`].
    pub fn new(atomic: bool) -> Self {
        Self {
            store: if atomic {
                Store::Atomic
            } else {
                Store::MayTear
            },
            last: Seq(0),
            tag: Tag::default(),
            damaged: None,
        }
    }

    /// Takes the next record's bytes and gives what is to be applied.
    pub fn next(&mut self, bytes: &[u8]) -> Result<Option<(Seq, Durable<Record>)>, ReplayError> {
        let expected = self.last.next();
        if let Some(seq) = self.damaged {
            return Err(ReplayError::Rot(seq));
        }
        let (envelope, tag, record) = match Envelope::decode(bytes) {
            Ok(decoded) => decoded,
            Err(EnvelopeError::Damaged) => {
                self.damaged = Some(expected);
                return Ok(None);
            }
            Err(EnvelopeError::TooNew) => return Err(ReplayError::TooNew(expected)),
            Err(EnvelopeError::TooOld) => return Err(ReplayError::TooOld(expected)),
            Err(EnvelopeError::Malformed) => return Err(ReplayError::Rot(expected)),
        };
        if envelope.seq > expected {
            return Err(ReplayError::Gap(expected));
        }
        if envelope.previous != self.tag || envelope.seq != expected {
            return Err(ReplayError::Foreign(expected));
        }
        (self.last, self.tag) = (expected, tag);
        Ok(record.map(|record| (expected, Durable::confirmed(record))))
    }

    /// Ends after the last record: a damaged one is cut where the store may
    /// tear, and rot where it may not. Gives the last number and tag.
    pub fn finish(self) -> Result<(Seq, Tag), ReplayError> {
        match (self.damaged, self.store) {
            (Some(seq), Store::Atomic) => Err(ReplayError::Rot(seq)),
            _ => Ok((self.last, self.tag)),
        }
    }
}
