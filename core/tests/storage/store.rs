//! A store as the suite sees it, and a chain of records to put into it.

use annul::journal::{Envelope, Journal, MAX_RECORD, Replay, ReplayError, Seq};
use sha2::{Digest, Sha256};

/// One kind of store, and what outlives the power.
pub(crate) trait Store {
    /// What is there without power: a file, a flash.
    type Medium: Clone;
    type Journal: Journal;

    /// Behind how many records an append is cut: in a medium that is new, in the
    /// middle of a page, and where one is full.
    const CUT_BEHIND: &[usize];

    /// A medium without records.
    fn new_medium(&self) -> Self::Medium;

    /// Opens what is there. Panics where it is refused.
    fn open(&self, medium: &Self::Medium) -> Self::Journal;

    /// Power is lost: nothing is closed.
    fn lose_power(&self, journal: Self::Journal) -> Self::Medium;

    /// Hands out all that a power cut during and after one append can leave.
    fn cuts(
        &self,
        medium: &Self::Medium,
        seq: Seq,
        record: &[u8],
        each: &mut dyn FnMut(Cut<Self::Medium>),
    );
}

/// When the power went, and what is there.
pub(crate) struct Cut<M> {
    pub(crate) medium: M,
    pub(crate) append: Append,
    /// For the message of a test that fails.
    pub(crate) place: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Append {
    Running,
    Confirmed,
}

/// Records of these sizes that follow each other, of a kind that may be skipped.
pub(crate) fn chain(sizes: impl IntoIterator<Item = usize>) -> Vec<Vec<u8>> {
    let mut previous = [0; 8];
    let records = sizes.into_iter().zip(1_u32..).map(|(size, seq)| {
        let body = size - ENVELOPE;
        let mut record = vec![2, 0x55];
        record.extend((body as u16).to_be_bytes());
        record.extend(seq.to_be_bytes());
        record.extend(previous);
        record.extend((0..body).map(|place| (place as u8).wrapping_mul(31) ^ seq as u8));
        previous.copy_from_slice(&Sha256::digest(&record)[..8]);
        record.extend(previous);
        assert_eq!(record.len(), size);
        assert!(Envelope::decode(&record).is_ok());
        record
    });
    records.collect()
}

/// Bytes of the envelope around a body.
const ENVELOPE: usize = 24;

/// Sizes as they come in a day, the smallest and the largest among them.
pub(crate) fn day(count: usize) -> Vec<Vec<u8>> {
    let sizes = [211, 97, 24, MAX_RECORD, 180, 25, 96, 260, 33];
    chain(sizes.into_iter().cycle().take(count))
}

/// All bytes that a store hands out.
pub(crate) fn replayed<J: Journal>(journal: &mut J) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    journal
        .replay(&mut |record| found.push(record.to_vec()))
        .unwrap();
    found
}

/// How many records a till would go on with.
pub(crate) fn accepted<J: Journal>(journal: &mut J) -> Result<usize, ReplayError> {
    let mut replay = Replay::new(J::ATOMIC);
    for record in replayed(journal) {
        replay.next(&record)?;
    }
    let (Seq(last), _) = replay.finish()?;
    Ok(last as usize)
}

/// The record of a number.
pub(crate) fn recalled<J: Journal>(journal: &mut J, seq: u32) -> Option<Vec<u8>> {
    let mut found = None;
    let there = journal.recall(Seq(seq), &mut |record| found = Some(record.to_vec()));
    assert_eq!(there.unwrap(), found.is_some());
    found
}

/// A medium with these records.
pub(crate) fn written<S: Store>(store: &S, records: &[Vec<u8>]) -> S::Medium {
    let mut journal = store.open(&store.new_medium());
    for (record, seq) in records.iter().zip(1..) {
        journal.append(Seq(seq), record).unwrap();
    }
    store.lose_power(journal)
}
