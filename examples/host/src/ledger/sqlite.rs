use super::row::{COLUMNS, Raw};
use super::{Change, Entry, Key, Ledger, LedgerError, Status};
use annul::transaction::{AuthorizationCode, Batch, TerminalId, Trace};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::path::Path;
use std::time::Duration;

/// The books in one `SQLite` file: write-ahead log, synchronous FULL, one
/// transaction a message. Others may read it while the host runs.
pub struct SqliteLedger {
    connection: Connection,
    path: String,
}

/// What `PRAGMA application_id` says of a host ledger: "ANNH".
const APPLICATION: i64 = 0x414E_4E48;
/// What `PRAGMA user_version` says of this layout.
const FORMAT: i64 = 4;

const SCHEMA: &str = "
    CREATE TABLE entry (
        number INTEGER PRIMARY KEY,
        terminal TEXT NOT NULL,
        batch INTEGER NOT NULL,
        trace INTEGER NOT NULL,
        kind TEXT NOT NULL,
        amount INTEGER NOT NULL,
        status TEXT NOT NULL,
        code TEXT,
        original_terminal TEXT,
        original_batch INTEGER,
        original_trace INTEGER,
        reference TEXT NOT NULL,
        authorization TEXT,
        card BLOB,
        at BLOB NOT NULL,
        UNIQUE (terminal, batch, trace)
    ) STRICT;
    CREATE TABLE working_keys (terminal TEXT PRIMARY KEY, keys BLOB NOT NULL) STRICT;
    CREATE TABLE batch (terminal TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT;
    CREATE TABLE told (
        terminal TEXT NOT NULL,
        batch INTEGER NOT NULL,
        trace INTEGER NOT NULL,
        PRIMARY KEY (terminal, batch, trace)
    ) STRICT;
";

impl SqliteLedger {
    /// Opens the file for a host that writes, and makes it where there is none.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        Self::connect(path, flags, |connection| {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            let transaction = connection.transaction()?;
            let empty: bool = transaction.query_row(
                "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)",
                [],
                |row| row.get(0),
            )?;
            if empty {
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "application_id", APPLICATION)?;
                transaction.pragma_update(None, "user_version", FORMAT)?;
            }
            transaction.commit()
        })
    }

    /// Opens the file to read it, also while a host runs on it.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, |connection| {
            connection.pragma_update(None, "query_only", "on")
        })
    }

    fn connect(
        path: &Path,
        flags: OpenFlags,
        prepare: impl FnOnce(&mut Connection) -> rusqlite::Result<()>,
    ) -> Result<Self, LedgerError> {
        let name = path.display().to_string();
        let refused = |source| LedgerError::Database {
            path: name.clone(),
            source,
        };
        let mut connection = Connection::open_with_flags(path, flags).map_err(refused)?;
        connection
            .busy_timeout(Duration::from_secs(5))
            .map_err(refused)?;
        prepare(&mut connection).map_err(refused)?;
        let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
        let application: i64 = pragma("application_id").map_err(refused)?;
        let format: i64 = pragma("user_version").map_err(refused)?;
        if (application, format) != (APPLICATION, FORMAT) {
            return Err(LedgerError::Format {
                path: name,
                found: format,
                expected: FORMAT,
            });
        }
        Ok(Self {
            connection,
            path: name,
        })
    }

    fn refused(&self) -> impl Fn(rusqlite::Error) -> LedgerError + use<> {
        let path = self.path.clone();
        move |source| LedgerError::Database {
            path: path.clone(),
            source,
        }
    }
}

impl Ledger for SqliteLedger {
    fn find(&self, key: &Key) -> Result<Option<Entry>, LedgerError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM entry WHERE terminal = ?1 AND batch = ?2 AND trace = ?3"
        );
        let raw = self.connection.prepare_cached(&sql).and_then(|mut query| {
            let place = params![key.terminal.text(), key.batch.number(), key.trace.number()];
            query.query_row(place, Raw::from_row).optional()
        });
        raw.map_err(self.refused())?
            .map(|raw| raw.entry())
            .transpose()
    }

    fn apply(&mut self, changes: &[Change<'_>]) -> Result<(), LedgerError> {
        let refused = self.refused();
        let transaction = self.connection.transaction().map_err(&refused)?;
        for change in changes {
            let (rows, key) = match change {
                Change::Book(entry) => (book(&transaction, entry), entry.key),
                Change::Mark(key, status) => (mark(&transaction, key, *status), *key),
                Change::Keys(terminal, keys) => {
                    keep(&transaction, *terminal, keys).map_err(&refused)?;
                    continue;
                }
                Change::Batch(terminal, batch) => {
                    give(&transaction, *terminal, *batch).map_err(&refused)?;
                    continue;
                }
                Change::Told(key) => {
                    told(&transaction, key).map_err(&refused)?;
                    continue;
                }
            };
            if rows.map_err(&refused)? != 1 {
                return Err(LedgerError::Conflict(key));
            }
        }
        transaction.commit().map_err(&refused)
    }

    fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM entry ORDER BY number");
        let mut query = self
            .connection
            .prepare_cached(&sql)
            .map_err(self.refused())?;
        let rows = query.query_map([], Raw::from_row).map_err(self.refused())?;
        rows.map(|raw| raw.map_err(self.refused())?.entry())
            .collect()
    }

    fn working_keys(&self, terminal: &TerminalId) -> Result<Option<Vec<u8>>, LedgerError> {
        let sql = "SELECT keys FROM working_keys WHERE terminal = ?1 AND length(keys) > 0";
        self.connection
            .query_row(sql, [terminal.text()], |row| row.get(0))
            .optional()
            .map_err(self.refused())
    }

    fn batch(&self, terminal: &TerminalId) -> Result<Option<Batch>, LedgerError> {
        let sql = "SELECT number FROM batch WHERE terminal = ?1";
        let number: Option<u32> = self
            .connection
            .query_row(sql, [terminal.text()], |row| row.get(0))
            .optional()
            .map_err(self.refused())?;
        let damaged = LedgerError::Damaged {
            column: "batch",
            trace: 0,
        };
        number.map(Batch::new).transpose().map_err(|_| damaged)
    }

    fn told(&self, terminal: &TerminalId) -> Result<Vec<Key>, LedgerError> {
        let sql = "SELECT batch, trace FROM told WHERE terminal = ?1";
        let mut query = self
            .connection
            .prepare_cached(sql)
            .map_err(self.refused())?;
        let rows = query.query_map([terminal.text()], |row| Ok((row.get(0)?, row.get(1)?)));
        let key = |(batch, trace): (u32, u32)| {
            let damaged = LedgerError::Damaged {
                column: "told",
                trace: trace.into(),
            };
            let (batch, trace) = (Batch::new(batch).ok(), Trace::new(trace).ok());
            match (batch, trace) {
                (Some(batch), Some(trace)) => Ok(Key {
                    terminal: *terminal,
                    batch,
                    trace,
                }),
                _ => Err(damaged),
            }
        };
        let rows = rows.map_err(self.refused())?;
        rows.map(|row| row.map_err(self.refused()).and_then(key))
            .collect()
    }
}

fn told(connection: &Connection, key: &Key) -> rusqlite::Result<usize> {
    let sql = "INSERT OR IGNORE INTO told (terminal, batch, trace) VALUES (?1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute(params![
        key.terminal.text(),
        key.batch.number(),
        key.trace.number(),
    ])
}

fn book(connection: &Connection, entry: &Entry) -> rusqlite::Result<usize> {
    let sql = format!(
        "INSERT OR IGNORE INTO entry ({COLUMNS}) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
    );
    connection.prepare_cached(&sql)?.execute(params![
        entry.key.terminal.text(),
        entry.key.batch.number(),
        entry.key.trace.number(),
        entry.kind.word(),
        entry.amount.minor().cast_signed(),
        entry.status.word(),
        code(&entry.status),
        entry.original.as_ref().map(|key| key.terminal.text()),
        entry.original.map(|key| key.batch.number()),
        entry.original.map(|key| key.trace.number()),
        entry.reference.text(),
        entry.authorization.as_ref().map(AuthorizationCode::text),
        entry.card.map(|card| card.to_bytes().to_vec()),
        entry.at.to_bytes().to_vec(),
    ])
}

fn mark(connection: &Connection, key: &Key, status: Status) -> rusqlite::Result<usize> {
    let sql = "UPDATE entry SET status = ?4, code = ?5 \
               WHERE terminal = ?1 AND batch = ?2 AND trace = ?3";
    connection.prepare_cached(sql)?.execute(params![
        key.terminal.text(),
        key.batch.number(),
        key.trace.number(),
        status.word(),
        code(&status),
    ])
}

fn keep(connection: &Connection, terminal: TerminalId, keys: &[u8]) -> rusqlite::Result<usize> {
    let sql = "INSERT INTO working_keys (terminal, keys) VALUES (?1, ?2) \
               ON CONFLICT (terminal) DO UPDATE SET keys = ?2";
    connection.execute(sql, params![terminal.text(), keys])
}

fn give(connection: &Connection, terminal: TerminalId, batch: Batch) -> rusqlite::Result<usize> {
    let sql = "INSERT INTO batch (terminal, number) VALUES (?1, ?2) \
               ON CONFLICT (terminal) DO UPDATE SET number = ?2";
    connection.execute(sql, params![terminal.text(), batch.number()])
}

const fn code(status: &Status) -> Option<&str> {
    match status {
        Status::Declined(code) => match std::str::from_utf8(code.bytes()) {
            Ok(text) => Some(text),
            Err(_) => None,
        },
        _ => None,
    }
}
