//! The journal in SQLite, cut between any two bytes that an append writes.
//!
//! ```text
//!  log: header ──sync──> log: pages ──sync──> file: pages ──sync──> confirmed
//! ```
//!
//! Between two syncs a disk may write in any order: beside the cuts at each byte
//! there are those that leave any sectors out.

use crate::store::{Append, Cut, Store};
use annul::journal::{Journal, Seq, SqliteJournal};
use std::cell::RefCell;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own, in memory where the system has such a place: what is in
/// it is to outlive no test. It is gone when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("annul-storage-{}-{number}", std::process::id());
        let memory = PathBuf::from("/dev/shm");
        let place = if memory.is_dir() {
            memory
        } else {
            std::env::temp_dir()
        };
        fs::create_dir_all(place.join(&name)).unwrap();
        Self(place.join(name))
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) struct Sqlite {
    folder: Folder,
    random: RefCell<u64>,
}

/// The bytes of the file and of its log, none where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    pub(crate) file: Option<Vec<u8>>,
    pub(crate) log: Option<Vec<u8>>,
}

impl Sqlite {
    pub(crate) fn new() -> Self {
        Self {
            folder: Folder::new(),
            random: RefCell::new(0x0123_4567_89AB_CDEF),
        }
    }

    fn paths(&self) -> [PathBuf; 2] {
        ["a.db", "a.db-wal"].map(|name| self.folder.join(name))
    }

    fn read(&self) -> Files {
        let [file, log] = self.paths().map(|path| fs::read(path).ok());
        Files { file, log }
    }

    fn next(&self) -> u64 {
        let mut random = self.random.borrow_mut();
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        *random
    }

    /// What is on the disk when some sectors were written and others not.
    fn sectors(&self, old: &[u8], new: &[u8]) -> Vec<u8> {
        let mut left = new.to_vec();
        let mask = self.next();
        for (place, sector) in left.chunks_mut(SECTOR).enumerate() {
            if mask.rotate_right(place as u32) & 1 == 0 {
                let from = place * SECTOR;
                let old = old.get(from..).unwrap_or_default();
                let length = sector.len().min(old.len());
                sector[..length].copy_from_slice(&old[..length]);
                // The file has its new length, and nobody wrote there.
                sector[length..].fill(0);
            }
        }
        left
    }
}

/// Bytes that a disk writes at once.
const SECTOR: usize = 512;
/// Of the log's header, which waits for the disk by itself.
const HEADER: usize = 32;
/// Cuts of an append and of its fold that leave sectors out.
const SCATTERED: usize = 25;

impl Store for Sqlite {
    type Medium = Files;
    type Journal = SqliteJournal;
    const CUT_BEHIND: &[usize] = &[0, 1, 2, 17, 28, 29, 30, 31];

    fn new_medium(&self) -> Files {
        Files {
            file: None,
            log: None,
        }
    }

    fn open(&self, medium: &Files) -> SqliteJournal {
        let [file, log] = self.paths();
        for (path, bytes) in [(&file, &medium.file), (&log, &medium.log)] {
            match bytes {
                Some(bytes) => fs::write(path, bytes).unwrap(),
                None if path.exists() => fs::remove_file(path).unwrap(),
                None => (),
            }
        }
        SqliteJournal::open(&file).unwrap()
    }

    fn lose_power(&self, journal: SqliteJournal) -> Files {
        let left = self.read();
        drop(journal);
        left
    }

    fn cuts(&self, medium: &Files, seq: Seq, record: &[u8], each: &mut dyn FnMut(Cut<Files>)) {
        let mut journal = self.open(medium);
        let before = self.read();
        journal.append(seq, record).unwrap();
        let after = self.lose_power(journal);
        let (old_file, file) = (before.file.unwrap(), after.file.unwrap());
        let (old_log, log) = (before.log.unwrap_or_default(), after.log.unwrap());
        let mut give = |append, file: &[u8], log: Option<&[u8]>, place: String| {
            let medium = Files {
                file: Some(file.into()),
                log: log.map(Into::into),
            };
            let place = format!("{seq:?}, {place}");
            each(Cut {
                medium,
                append,
                place,
            });
        };
        for (at, log) in steps(&old_log, &log) {
            let place = format!("log, byte {at}");
            give(Append::Running, &old_file, Some(&log), place);
        }
        for (at, file) in steps(&old_file, &file) {
            let place = format!("file, byte {at}");
            give(Append::Running, &file, Some(&log), place);
        }
        let headed = [&log[..HEADER], old_log.get(HEADER..).unwrap_or_default()].concat();
        for round in 0..SCATTERED {
            let part = self.sectors(&headed, &log);
            let place = format!("log, sectors {round}");
            give(Append::Running, &old_file, Some(&part), place);
            let part = self.sectors(&old_file, &file);
            let place = format!("file, sectors {round}");
            give(Append::Running, &part, Some(&log), place);
        }
        // Now it stands in the file, whatever becomes of the log.
        let done = Append::Confirmed;
        give(done, &file, Some(&log), "confirmed".into());
        give(done, &file, None, "log gone".into());
        give(done, &file, Some(&log[..log.len() / 2]), "log cut".into());
        for _ in 0..SCATTERED {
            let mut log = log.clone();
            let at = self.next() as usize % log.len();
            log[at] ^= 1 << (self.next() % 8);
            give(done, &file, Some(&log), format!("log, byte {at} flipped"));
        }
    }
}

/// What is there before each byte is written that makes a difference, oldest
/// first, with its place.
fn steps(old: &[u8], new: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    assert!(old.len() <= new.len(), "neither log nor file is cut short");
    let differs = |at: &usize| old.get(*at) != new.get(*at);
    (0..new.len()).filter(differs).map(|at| {
        let rest = old.get(at..).unwrap_or_default();
        (at, [&new[..at], rest].concat())
    })
}
