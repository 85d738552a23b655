use super::{Journal, Seq};
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A journal in an SQLite file, for devices with an operating system.
///
/// Each record is one transaction, written to the log (WAL) and folded into the
/// file before the append returns. So a confirmed record stands in the file
/// itself, and damage to the log, which SQLite drops without a word, loses
/// nothing.
///
/// ```text
///  log begins anew ──sync──> record in the log ──sync──> in the file ──sync──> confirmed
/// ```
///
/// The file is locked for as long as it is open; a second process is refused.
/// Support can read it with any SQLite tool; the records are annul's own
/// (`docs/src/journal.md`).
#[derive(Debug)]
pub struct SqliteJournal {
    connection: Connection,
    path: PathBuf,
}

/// Why a journal file cannot be used. The file is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum SqliteError {
    /// Another process has it open.
    #[error("journal {path}: in use by another process; wait until it has ended")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Not a journal, empty, or damaged beyond reading.
    #[error(
        "journal {path}: empty, damaged, or not an annul journal; keep the file and call support, or name another"
    )]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// Written by a newer version.
    #[error(
        "journal {path}: written by a newer version of annul (format {found}); update the software"
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The format it has.
        found: i64,
    },
    /// The file system did not do what it should.
    #[error("journal {path}: {source}; check the folder, its rights and the free space")]
    Storage {
        /// The file.
        path: PathBuf,
        /// What the library says.
        source: rusqlite::Error,
    },
}

/// The table's format, kept as the file's `user_version`.
const FORMAT: i64 = 1;
/// "annl" in ASCII, kept as the file's `application_id`.
const APPLICATION: i64 = 0x616E_6E6C;

impl SqliteJournal {
    /// Opens a journal, or makes a new one where there is no file. A file that
    /// is there and empty is no new journal: it may have held one.
    pub fn open(path: &Path) -> Result<Self, SqliteError> {
        if !path.exists() {
            create(path)?;
        }
        let error = |source| SqliteError::of(path, source);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = Connection::open_with_flags(path, flags).map_err(error)?;
        // A second process is told at once, not after a wait.
        connection.busy_timeout(Duration::ZERO).map_err(error)?;
        // Exclusive before the first access, so that WAL needs no shared memory.
        connection
            .execute_batch("PRAGMA locking_mode=EXCLUSIVE;")
            .map_err(error)?;
        // Whose file it is comes before anything that would change it.
        check(&connection, path)?;
        // With NORMAL a commit is not synchronous, as the fold is; and the fold is
        // ours, because the automatic one keeps silent when it fails.
        connection
            .execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0;
                 PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; BEGIN EXCLUSIVE; COMMIT;",
            )
            .map_err(error)?;
        let journal = Self {
            connection,
            path: path.into(),
        };
        // What a killed process left in the log may stand in memory alone: it is
        // made durable before anything is shown on its strength.
        journal.fold()?;
        Ok(journal)
    }

    /// Writes the log into the file and waits for the disk.
    fn fold(&self) -> Result<(), SqliteError> {
        let folded = self
            .connection
            .query_row("PRAGMA wal_checkpoint", [], |row| {
                let (busy, log, folded): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(busy == 0 && log == folded)
            });
        if folded.map_err(|source| self.error(source))? {
            return Ok(());
        }
        let path = self.path.clone();
        Err(SqliteError::InUse { path })
    }

    fn error(&self, source: rusqlite::Error) -> SqliteError {
        SqliteError::of(&self.path, source)
    }
}

/// Makes an empty journal beside its place and moves it there whole, so that a
/// power cut never leaves half a one.
fn create(path: &Path) -> Result<(), SqliteError> {
    let mut beside = std::ffi::OsString::from(path);
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let storage = |source: std::io::Error| SqliteError::Storage {
        path: path.into(),
        source: rusqlite::Error::ToSqlConversionFailure(source.into()),
    };
    if beside.exists() {
        std::fs::remove_file(&beside).map_err(storage)?;
    }
    let error = |source| SqliteError::of(path, source);
    let connection = Connection::open(&beside).map_err(error)?;
    connection
        .execute_batch(&std::format!(
            "BEGIN; CREATE TABLE record(seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
             PRAGMA application_id={APPLICATION}; PRAGMA user_version={FORMAT}; COMMIT;"
        ))
        .map_err(error)?;
    connection.close().map_err(|(_, source)| error(source))?;
    std::fs::rename(&beside, path).map_err(storage)?;
    settle(path).map_err(storage)
}

/// Makes a new name in a folder durable, where that is a matter of its own.
#[cfg(unix)]
fn settle(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| folder.as_os_str() != "");
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn settle(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Refuses what is not a journal of this format.
fn check(connection: &Connection, path: &Path) -> Result<(), SqliteError> {
    let number = |query: &str| {
        let found = connection.query_row(query, [], |row| row.get::<_, i64>(0));
        found.map_err(|source| SqliteError::of(path, source))
    };
    let application = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema WHERE name = 'record'")?;
    let path = path.into();
    match (application, found, tables) {
        (APPLICATION, FORMAT, 1) => Ok(()),
        (APPLICATION, FORMAT, _) => Err(SqliteError::NotAJournal { path }),
        (APPLICATION, ..) => Err(SqliteError::TooNew { path, found }),
        _ => Err(SqliteError::NotAJournal { path }),
    }
}

impl SqliteError {
    fn of(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.into();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse { path },
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Self::NotAJournal { path }
            }
            _ => Self::Storage { path, source },
        }
    }
}

impl Journal for SqliteJournal {
    type Error = SqliteError;
    const ATOMIC: bool = true;

    fn append(&mut self, seq: Seq, record: &[u8]) -> Result<(), SqliteError> {
        // A plain INSERT: where the number is taken, this is not our journal any more.
        let mut statement = self
            .connection
            .prepare("INSERT INTO record(seq, body) VALUES(?1, ?2)")
            .map_err(|source| self.error(source))?;
        statement
            .execute(params![seq.0, record])
            .map_err(|source| self.error(source))?;
        drop(statement);
        self.fold()
    }

    /// A record says itself whether it was changed; that rows are lost at the end
    /// of the table, only this says. It takes a while for a large one.
    fn check(&mut self) -> Result<(), SqliteError> {
        let found = self
            .connection
            .query_row("PRAGMA integrity_check(1)", [], |row| {
                Ok(row.get_ref(0)?.as_str()? == "ok")
            });
        if found.map_err(|source| self.error(source))? {
            return Ok(());
        }
        let path = self.path.clone();
        Err(SqliteError::NotAJournal { path })
    }

    fn replay(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<(), SqliteError> {
        let mut read = |connection: &Connection| {
            let mut statement = connection.prepare("SELECT body FROM record ORDER BY seq")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                each(row.get_ref(0)?.as_blob()?);
            }
            Ok(())
        };
        read(&self.connection).map_err(|source| self.error(source))
    }

    fn recall(&mut self, seq: Seq, take: &mut dyn FnMut(&[u8])) -> Result<bool, SqliteError> {
        let found = self
            .connection
            .query_row("SELECT body FROM record WHERE seq = ?1", [seq.0], |row| {
                take(row.get_ref(0)?.as_blob()?);
                Ok(())
            })
            .optional();
        Ok(found.map_err(|source| self.error(source))?.is_some())
    }

    fn room(&self) -> usize {
        // The file grows as long as the disk has room; a full disk shows when
        // a record is refused, before anything was sent on its strength.
        usize::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::{DriverError, replay};
    use crate::profile::UNIONPAY_POS;
    use alloc::vec::Vec;
    use std::format;

    /// A folder of its own, gone when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("annul-sqlite-{name}-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            let _ = std::fs::remove_dir_all(&path);
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn records(path: &Path) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut journal = SqliteJournal::open(path).unwrap();
        journal
            .replay(&mut |record| found.push(record.into()))
            .unwrap();
        found
    }

    #[test]
    fn a_confirmed_record_outlives_its_log() {
        let folder = Folder::new("log");
        let (path, log) = (folder.0.join("a.db"), folder.0.join("a.db-wal"));
        let mut journal = SqliteJournal::open(&path).unwrap();
        for seq in 1..=3 {
            journal.append(Seq(seq), &[seq as u8; 100]).unwrap();
        }
        // What a power cut leaves: the files as they are, the log not closed.
        let (file, wal) = (std::fs::read(&path).unwrap(), std::fs::read(&log).unwrap());
        assert!(!wal.is_empty());
        for damage in 0..wal.len().div_ceil(97) {
            let (copy, copied_log) = (folder.0.join("b.db"), folder.0.join("b.db-wal"));
            let mut wal = wal.clone();
            wal[damage * 97] ^= 1;
            std::fs::write(&copy, &file).unwrap();
            std::fs::write(&copied_log, &wal).unwrap();
            assert_eq!(records(&copy).len(), 3, "byte {}", damage * 97);
            let _ = std::fs::remove_file(&copied_log);
        }
    }

    /// A till was killed before its record was folded in: the next one that opens
    /// the journal does it before it reads.
    #[test]
    fn what_only_the_log_has_is_folded_in_when_it_is_opened() {
        let folder = Folder::new("fold");
        let (path, log) = (folder.0.join("a.db"), folder.0.join("a.db-wal"));
        let mut journal = SqliteJournal::open(&path).unwrap();
        journal.append(Seq(1), &[1; 100]).unwrap();
        let before = std::fs::read(&path).unwrap();
        journal.append(Seq(2), &[2; 100]).unwrap();
        let (copy, copied_log) = (folder.0.join("b.db"), folder.0.join("b.db-wal"));
        std::fs::write(&copy, &before).unwrap();
        std::fs::copy(&log, &copied_log).unwrap();
        let opened = SqliteJournal::open(&copy).unwrap();
        std::fs::copy(&copy, folder.0.join("c.db")).unwrap();
        assert_eq!(records(&folder.0.join("c.db")).len(), 2);
        drop(opened);
    }

    #[test]
    fn an_empty_file_is_no_new_journal() {
        let folder = Folder::new("empty");
        let path = folder.0.join("a.db");
        std::fs::write(&path, b"").unwrap();
        let refused = SqliteJournal::open(&path).unwrap_err();
        assert!(
            matches!(refused, SqliteError::NotAJournal { .. }),
            "{refused}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn rows_that_a_page_forgot_are_missed() {
        let folder = Folder::new("rows");
        let path = folder.0.join("a.db");
        let mut journal = SqliteJournal::open(&path).unwrap();
        for seq in 1..=3 {
            journal.append(Seq(seq), &[seq as u8; 100]).unwrap();
        }
        journal.check().unwrap();
        drop(journal);
        let mut file = std::fs::read(&path).unwrap();
        // The second page's header: its kind, a free block, and how many rows it has.
        assert_eq!(file[4096..4101], [13, 0, 0, 0, 3]);
        file[4100] = 2;
        std::fs::write(&path, &file).unwrap();
        assert_eq!(records(&path).len(), 2);
        let mut journal = SqliteJournal::open(&path).unwrap();
        let refused = replay(&mut journal, &UNIONPAY_POS, 4).unwrap_err();
        assert!(
            matches!(
                refused,
                DriverError::Journal(SqliteError::NotAJournal { .. })
            ),
            "{refused}"
        );
    }

    #[test]
    fn a_number_is_taken_once() {
        let folder = Folder::new("once");
        let path = folder.0.join("a.db");
        let mut journal = SqliteJournal::open(&path).unwrap();
        journal.append(Seq(1), b"first").unwrap();
        assert!(journal.append(Seq(1), b"second").is_err());
        drop(journal);
        assert_eq!(records(&path), [b"first"]);
    }
}
