use super::{Journal, Seq};
use crate::crypto::dukpt::{Device, DukptError, Initial, Ksn};
use sha2::{Digest, Sha256};

/// DUKPT keys whose counter stands on a journal, so that no key comes twice,
/// whenever power goes. The journal is one of its own: another file, table or
/// piece of flash than that of the terminal.
///
/// ```text
///  record: KSN | first 4 bytes of its SHA-256
/// ```
///
/// A record is written before the first key that it covers is handed out, and
/// covers [`KeyUses::RESERVED`] counters, so that not each transaction writes.
/// After a restart the device goes on behind the last record; of the counters
/// that were reserved and not used, the host never hears.
///
/// ```
/// use annul::crypto::Key;
/// use annul::crypto::dukpt::{TdesKsn, tdes::InitialKey};
/// use annul::journal::{KeyUses, MemoryJournal};
///
/// let key = || Key::des_hex("6AC292FAA1315B4D858AB3A3D7D5933A").unwrap();
/// let ksn = TdesKsn::parse("FFFF9876543210E00000").unwrap();
/// let mut uses = KeyUses::open(MemoryJournal::default(), InitialKey::new(key())?, ksn)?;
/// let (first, _key) = uses.next()?;
/// // Power goes.
/// let mut uses = KeyUses::open(uses.into_journal(), InitialKey::new(key())?, ksn)?;
/// let (second, _key) = uses.next()?;
/// assert!(second.counter() > first.counter());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct KeyUses<J, I: Initial<N>, const N: usize> {
    device: Device<I, N>,
    journal: J,
    /// Number of the next record.
    seq: Seq,
    /// The last KSN that the journal covers.
    covered: Ksn<N>,
}

/// Bytes of a record's check.
const CHECK: usize = 4;
/// Bytes of the longest record.
const MOST: usize = 12 + CHECK;

impl<J: Journal, I: Initial<N>, const N: usize> KeyUses<J, I, N> {
    /// Counters that one record covers.
    pub const RESERVED: u32 = 16;

    /// Reads the journal and goes on behind its last record. Where it is empty,
    /// the device goes on behind `ksn`: counter 0 for a new device, the last
    /// KSN where the journal was exchanged for a new one.
    ///
    /// # Errors
    /// [`KeyUseError::Damaged`] and [`KeyUseError::Foreign`]: then nobody knows
    /// which keys were used, and the device wants a new initial key.
    pub fn open(mut journal: J, key: I, ksn: Ksn<N>) -> Result<Self, KeyUseError<J::Error>> {
        let mut seen = Seen {
            last: ksn,
            seq: Seq(1),
            torn: None,
            fault: None,
        };
        journal
            .replay(&mut |record| seen.record(record))
            .map_err(KeyUseError::Journal)?;
        let last = match (seen.fault, seen.torn) {
            (Some(Fault::Damaged(seq)), _) => return Err(KeyUseError::Damaged { seq }),
            (Some(Fault::Foreign(seq)), _) => return Err(KeyUseError::Foreign { seq }),
            (None, Some(seq)) if J::ATOMIC => return Err(KeyUseError::Damaged { seq }),
            // Cut short, or rotten: what it may have covered is skipped.
            (None, Some(_)) => Self::ahead(seen.last),
            (None, None) => seen.last,
        };
        Ok(Self {
            device: Device::resume(key, last),
            journal,
            seq: seen.seq,
            covered: last,
        })
    }

    /// The KSN and the key of the next transaction; what covers them is on the
    /// journal when this returns.
    ///
    /// # Errors
    /// [`KeyUseError::Full`] and [`KeyUseError::Journal`]: nothing was handed
    /// out. [`KeyUseError::Dukpt`] at the end of the device's life.
    #[expect(
        clippy::should_implement_trait,
        reason = "it ends with an error, not in silence"
    )]
    pub fn next(&mut self) -> Result<(Ksn<N>, I::Transaction), KeyUseError<J::Error>> {
        let next = self.device.ksn().next().ok_or(DukptError::EndOfLife)?;
        if next.counter() > self.covered.counter() {
            self.cover()?;
        }
        Ok(self.device.next()?)
    }

    /// The last KSN that was handed out, or behind which the device went on.
    pub const fn ksn(&self) -> Ksn<N> {
        self.device.ksn()
    }

    /// The journal, to be closed.
    pub fn into_journal(self) -> J {
        self.journal
    }

    /// The last of the counters that the record after this one covers.
    fn ahead(last: Ksn<N>) -> Ksn<N> {
        (0..Self::RESERVED).fold(last, |ksn, _| ksn.next().unwrap_or(ksn))
    }

    fn cover(&mut self) -> Result<(), KeyUseError<J::Error>> {
        if self.journal.room() == 0 {
            return Err(KeyUseError::Full);
        }
        let ahead = Self::ahead(self.covered);
        let mut record = [0; MOST];
        record[..N].copy_from_slice(ahead.bytes());
        record[N..N + CHECK].copy_from_slice(&check(ahead.bytes()));
        let written = self.journal.append(self.seq, &record[..N + CHECK]);
        written.map_err(KeyUseError::Journal)?;
        self.seq = self.seq.next();
        self.covered = ahead;
        Ok(())
    }
}

/// What was read so far.
struct Seen<const N: usize> {
    last: Ksn<N>,
    /// Number of the next record.
    seq: Seq,
    /// A record that is none, and may be the last.
    torn: Option<Seq>,
    fault: Option<Fault>,
}

enum Fault {
    Damaged(Seq),
    Foreign(Seq),
}

impl<const N: usize> Seen<N> {
    fn record(&mut self, record: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        if let Some(seq) = self.torn {
            self.fault = Some(Fault::Damaged(seq));
            return;
        }
        match sound::<N>(record) {
            None => self.torn = Some(self.seq),
            Some(ksn) if ksn.initial().bytes() != self.last.initial().bytes() => {
                self.fault = Some(Fault::Foreign(self.seq));
            }
            Some(ksn) if ksn.counter() <= self.last.counter() && self.seq != Seq(1) => {
                self.fault = Some(Fault::Damaged(self.seq));
            }
            Some(ksn) => {
                // An older KSN of the caller's does not bring used keys back.
                if ksn.counter() > self.last.counter() {
                    self.last = ksn;
                }
                self.seq = self.seq.next();
            }
        }
    }
}

/// The KSN of a record, where it is whole.
fn sound<const N: usize>(record: &[u8]) -> Option<Ksn<N>> {
    let (ksn, rest) = record.split_first_chunk::<N>()?;
    (rest == check(ksn)).then(|| Ksn::new(*ksn).ok())?
}

fn check(ksn: &[u8]) -> [u8; CHECK] {
    let digest: [u8; 32] = Sha256::digest(ksn).into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

/// Why there is no next key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyUseError<E> {
    /// The device's life is over, or the key does not fit.
    #[error(transparent)]
    Dukpt(#[from] DukptError),
    /// The store failed.
    #[error("key counter: {0}; nothing was handed out, try again or replace the store")]
    Journal(E),
    /// The store has no room.
    #[error("key counter: the store is full; open a new one with the last KSN")]
    Full,
    /// A record is not what was written.
    #[error("key counter: record {} is damaged, so nobody knows which keys were used; load a new initial key", seq.0)]
    Damaged {
        /// Its number.
        seq: Seq,
    },
    /// A record is of another device.
    #[error("key counter: record {} is of another device; open the store of this one", seq.0)]
    Foreign {
        /// Its number.
        seq: Seq,
    },
}
