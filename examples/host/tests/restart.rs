//! The books in `SQLite`: what was answered is there after a restart, and others
//! read while the host runs.

mod common;

use annul_host::ledger::{Change, Ledger, LedgerError, MemoryLedger, SqliteLedger, Status};
use annul_host::settings::Settings;
use annul_host::{Acquirer, FaultPlan, Host, Supply};
use common::{
    answer, code, entry, net, now, reversal, sale, send, sign_in, sign_in_of, status, void,
};
use std::path::{Path, PathBuf};

/// A folder of its own for each test, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("annul-host-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("host.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn start(path: &Path, seed: u64) -> Host<SqliteLedger> {
    let ledger = SqliteLedger::open(path).unwrap();
    let acquirer = Acquirer::new(Settings::example(), ledger, Supply::seeded(seed));
    Host::new(acquirer, FaultPlan::default())
}

#[test]
fn keys_entries_and_tombstones_outlive_the_host() {
    let folder = Folder::new("restart");
    let mut host = start(&folder.file(), 1);
    let reply = answer(&send(&mut host, now(0), &sign_in().frame(None)));
    let key = reply.keys().mac().unwrap(&common::master_key()).unwrap();
    let sold = answer(&send(&mut host, now(0), &sale(2, 100).frame(Some(&key))));
    assert_eq!(sold.text(39), "00");
    assert_eq!(code(&mut host, &sale(3, 250).frame(Some(&key))), "00");
    assert_eq!(
        code(&mut host, &reversal(&sale(4, 7)).frame(Some(&key))),
        "25"
    );
    let before = host.ledger().entries().unwrap();
    drop(host);

    // Another seed: the keys come from the books.
    let mut host = start(&folder.file(), 2);
    assert_eq!(host.ledger().entries().unwrap(), before);
    assert_eq!(
        code(&mut host, &reversal(&sale(3, 250)).frame(Some(&key))),
        "00"
    );
    assert_eq!(code(&mut host, &sale(4, 7).frame(Some(&key))), "94");
    let void = void(5, 100, 2).with(38, &sold.text(38));
    assert_eq!(code(&mut host, &void.frame(Some(&key))), "00");
    drop(host);

    let host = start(&folder.file(), 3);
    let words = [2, 3, 4, 5].map(|trace| status(host.ledger(), trace));
    assert_eq!(words, ["voided", "reversed", "absent", "approved"]);
    assert_eq!(net(host.ledger()), 0);
    assert_eq!(
        entry(host.ledger(), 5).unwrap().original,
        Some(before[0].key)
    );
}

#[test]
fn the_books_are_read_while_the_host_runs() {
    let folder = Folder::new("read");
    let mut host = start(&folder.file(), 1);
    let reader = SqliteLedger::read(&folder.file()).unwrap();
    assert_eq!(reader.entries().unwrap(), []);
    let reply = answer(&send(&mut host, now(0), &sign_in().frame(None)));
    let key = reply.keys().mac().unwrap(&common::master_key()).unwrap();
    assert_eq!(code(&mut host, &sale(2, 100).frame(Some(&key))), "00");
    assert_eq!(net(&reader), 100);
    let mut reader = reader;
    assert!(
        reader
            .apply(&[Change::Keys(reader.entries().unwrap()[0].key.terminal, &[])])
            .is_err()
    );
}

#[test]
fn both_ledgers_apply_all_changes_or_none() {
    let folder = Folder::new("both");
    let mut memory = MemoryLedger::new();
    let mut sqlite = SqliteLedger::open(&folder.file()).unwrap();
    let ledgers: [&mut dyn Ledger; 2] = [&mut memory, &mut sqlite];
    for ledger in ledgers {
        let mut host = common::ready(&[]);
        assert_eq!(code(&mut host, &sale(2, 100).signed()), "00");
        let first = entry(host.ledger(), 2).unwrap();
        let mut second = first;
        second.key.trace = first.key.trace.next();
        second.status = Status::Declined(annul::transaction::ResponseCode::literal(*b"51"));

        ledger.apply(&[Change::Book(first)]).unwrap();
        let twice = [Change::Book(second), Change::Book(first)];
        assert!(
            matches!(ledger.apply(&twice), Err(LedgerError::Conflict(key)) if key == first.key)
        );
        assert_eq!(ledger.entries().unwrap(), [first]);
        let unknown = [
            Change::Mark(first.key, Status::Reversed),
            Change::Mark(second.key, Status::Voided),
        ];
        assert!(
            matches!(ledger.apply(&unknown), Err(LedgerError::Conflict(key)) if key == second.key)
        );
        assert_eq!(ledger.entries().unwrap(), [first]);

        ledger
            .apply(&[
                Change::Book(second),
                Change::Mark(first.key, Status::Voided),
            ])
            .unwrap();
        assert_eq!(ledger.find(&second.key).unwrap(), Some(second));
        assert_eq!(
            ledger.find(&first.key).unwrap().unwrap().status,
            Status::Voided
        );
        let terminal = first.key.terminal;
        assert_eq!(ledger.working_keys(&terminal).unwrap(), None);
        ledger.apply(&[Change::Keys(terminal, &[1; 40])]).unwrap();
        assert_eq!(ledger.working_keys(&terminal).unwrap(), Some(vec![1; 40]));
        ledger.apply(&[Change::Keys(terminal, &[])]).unwrap();
        assert_eq!(ledger.working_keys(&terminal).unwrap(), None);
    }
}

#[test]
fn a_file_that_is_no_ledger_is_refused_and_left_alone() {
    let folder = Folder::new("foreign");
    let text = folder.0.join("notes.db");
    std::fs::write(
        &text,
        "these are my notes, no database at all, and long enough to see",
    )
    .unwrap();
    let error = SqliteLedger::open(&text).err().unwrap().to_string();
    assert!(
        error.contains("notes.db") && error.contains("not a database"),
        "{error}"
    );
    assert!(
        std::fs::read_to_string(&text)
            .unwrap()
            .starts_with("these are my notes")
    );

    let other = folder.0.join("other.db");
    let database = rusqlite::Connection::open(&other).unwrap();
    database
        .execute_batch("CREATE TABLE notes (text TEXT)")
        .unwrap();
    let error = SqliteLedger::open(&other).err().unwrap().to_string();
    assert!(error.contains("another program"), "{error}");

    let missing = SqliteLedger::read(&folder.0.join("missing.db"))
        .err()
        .unwrap()
        .to_string();
    assert!(missing.contains("missing.db"), "{missing}");
}

#[test]
fn a_damaged_row_is_named() {
    let folder = Folder::new("damaged");
    let mut host = start(&folder.file(), 1);
    let reply = answer(&send(&mut host, now(0), &sign_in().frame(None)));
    let key = reply.keys().mac().unwrap(&common::master_key()).unwrap();
    assert_eq!(code(&mut host, &sale(2, 100).frame(Some(&key))), "00");
    let database = rusqlite::Connection::open(folder.file()).unwrap();
    database
        .execute("UPDATE entry SET status = 'perhaps'", [])
        .unwrap();
    let error = host.ledger().entries().unwrap_err().to_string();
    assert!(error.contains("status of trace 2"), "{error}");
    // What cannot be booked is not answered.
    let effects = send(
        &mut host,
        now(0),
        &reversal(&sale(2, 100)).frame(Some(&key)),
    );
    assert_eq!(effects, [annul_host::Effect::Close]);
}

/// A till that lost its journal begins its traces anew. In the old batch they
/// would meet sales that stand, and a reversal would undo the wrong one.
#[test]
fn a_terminal_without_a_batch_gets_one_in_which_no_trace_is_used() {
    let folder = Folder::new("batch");
    let mut host = start(&folder.file(), 1);
    let batch_of = |host: &mut Host<SqliteLedger>, batch| {
        let reply = answer(&send(host, now(0), &sign_in_of(batch).frame(None)));
        let key = reply.keys().mac().unwrap(&common::master_key()).unwrap();
        (reply.text(60)[2..8].to_owned(), key)
    };
    let (first, key) = batch_of(&mut host, "000000");
    assert_eq!(first, "000001");
    assert_eq!(code(&mut host, &sale(2, 100).frame(Some(&key))), "00");
    // Who has a batch keeps it; who has none gets the next, once.
    assert_eq!(batch_of(&mut host, "000001").0, "000001");
    assert_eq!(batch_of(&mut host, "000000").0, "000002");
    assert_eq!(batch_of(&mut host, "000000").0, "000002");
    drop(host);
    let mut host = start(&folder.file(), 2);
    assert_eq!(batch_of(&mut host, "000002").0, "000002");
}
