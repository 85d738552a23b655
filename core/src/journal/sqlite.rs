use super::{Journal, Seq};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A journal in an SQLite file, for devices with an operating system.
///
/// Each record is one transaction: WAL with `synchronous=FULL` makes it
/// durable with one flush. The file is locked for as long as it is open; a
/// second process is refused. Support can read it with any SQLite tool; the
/// records are annul's own (`docs/src/journal.md`).
#[derive(Debug)]
pub struct SqliteJournal {
    connection: Connection,
    path: PathBuf,
}

/// Why a journal file cannot be used. The file is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum SqliteError {
    /// Another process has it open.
    #[error("journal {path}: in use by another process; end that one first")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Not a journal, or damaged beyond reading.
    #[error(
        "journal {path}: not an annul journal, or damaged; choose another file, or restore a backup"
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
    /// Opens a journal, or makes a new one where there is no file.
    pub fn open(path: &Path) -> Result<Self, SqliteError> {
        let error = |source| SqliteError::of(path, source);
        let connection = Connection::open(path).map_err(error)?;
        // A second process is told at once, not after a wait.
        connection.busy_timeout(Duration::ZERO).map_err(error)?;
        // Exclusive before the first access, so that WAL needs no shared memory.
        connection
            .execute_batch("PRAGMA locking_mode=EXCLUSIVE;")
            .map_err(error)?;
        // Whose file it is comes before anything that would change it.
        let is_new = is_new(&connection, path)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
                 PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; BEGIN EXCLUSIVE; COMMIT;",
            )
            .map_err(error)?;
        if is_new {
            connection
                .execute_batch(&std::format!(
                    "BEGIN; CREATE TABLE record(seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
                     PRAGMA application_id={APPLICATION}; PRAGMA user_version={FORMAT}; COMMIT;"
                ))
                .map_err(error)?;
        }
        Ok(Self {
            connection,
            path: path.into(),
        })
    }

    fn error(&self, source: rusqlite::Error) -> SqliteError {
        SqliteError::of(&self.path, source)
    }
}

/// True for an empty file; refuses what is not a journal of this format.
fn is_new(connection: &Connection, path: &Path) -> Result<bool, SqliteError> {
    let number = |query: &str| {
        let found = connection.query_row(query, [], |row| row.get::<_, i64>(0));
        found.map_err(|source| SqliteError::of(path, source))
    };
    let application = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    let path = path.into();
    match (application, found, tables) {
        (0, 0, 0) => Ok(true),
        (APPLICATION, FORMAT, _) => Ok(false),
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
        Ok(())
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
