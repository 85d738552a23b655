//! What is no journal, and what another has open, is refused and left as it was.

use crate::nor::{Nor, PAGE};
use crate::sqlite::{Folder, Sqlite};
use crate::store::{day, replayed, written};
use annul::journal::{FlashError, FlashJournal, Journal, Seq, SqliteError, SqliteJournal};
use std::fs;

#[test]
fn a_second_opener_is_refused_and_the_first_goes_on() {
    let folder = Folder::new();
    let path = folder.join("a.db");
    let records = day(3);
    let mut journal = SqliteJournal::open(&path).unwrap();
    for (record, seq) in records.iter().zip(1..) {
        // Before the first record, too.
        let second = SqliteJournal::open(&path).unwrap_err();
        assert!(matches!(second, SqliteError::InUse { .. }), "{second}");
        journal.append(Seq(seq), record).unwrap();
    }
    drop(journal);
    assert_eq!(replayed(&mut SqliteJournal::open(&path).unwrap()), records);
}

#[test]
fn a_foreign_file_is_refused_and_unchanged() {
    let folder = Folder::new();
    let whole = written(&Sqlite::new(), &day(3)).file.unwrap();
    let change = |at: usize, byte: u8| {
        let mut file = whole.clone();
        assert_ne!(file[at], byte);
        file[at] = byte;
        file
    };
    let text = "no database ".repeat(500).into_bytes();
    let cases: [(&str, Vec<u8>, Told); 7] = [
        ("empty", Vec::new(), not_a_journal),
        ("text", text, not_a_journal),
        ("zeros", vec![0; 8192], not_a_journal),
        (
            "cut in its first page",
            whole[..700].to_vec(),
            not_a_journal,
        ),
        ("cut behind it", whole[..4096].to_vec(), not_a_journal),
        // application_id stands at byte 68, user_version at 60.
        ("of another program", change(68, 0), not_a_journal),
        ("of a newer version", change(63, 2), too_new),
    ];
    for (name, bytes, expected) in cases {
        let path = folder.join("a.db");
        fs::write(&path, &bytes).unwrap();
        match SqliteJournal::open(&path) {
            Err(refused) => assert!(expected(&refused), "{name}: {refused}"),
            // Its first page is whole: what is in it says that others are missing.
            Ok(mut journal) => assert!(
                journal.check().is_err() && name == "cut behind it",
                "{name} is taken"
            ),
        }
        assert_eq!(fs::read(&path).unwrap(), bytes, "{name}");
    }
}

/// Whether an error says what it should.
type Told = fn(&SqliteError) -> bool;

fn not_a_journal(error: &SqliteError) -> bool {
    matches!(error, SqliteError::NotAJournal { .. })
}

fn too_new(error: &SqliteError) -> bool {
    matches!(error, SqliteError::TooNew { found: 2, .. })
}

/// A power cut while a new journal was made: half of it stands beside its
/// place, and is no journal.
#[test]
fn half_of_a_new_journal_is_made_anew() {
    let folder = Folder::new();
    let whole = Sqlite::new();
    let file = written(&whole, &[]).file.unwrap();
    let path = folder.join("a.db");
    for length in (0..=file.len()).step_by(64) {
        for half in ["a.db.new", "a.db.new-journal"] {
            fs::write(folder.join(half), &file[..length]).unwrap();
        }
        let mut journal = SqliteJournal::open(&path).unwrap();
        journal.append(Seq(1), b"first").unwrap();
        drop(journal);
        assert_eq!(
            replayed(&mut SqliteJournal::open(&path).unwrap()),
            [b"first"]
        );
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_number_is_taken_once() {
    let records = day(2);
    let folder = Folder::new();
    let mut journal = SqliteJournal::open(&folder.join("a.db")).unwrap();
    journal.append(Seq(1), &records[0]).unwrap();
    assert!(journal.append(Seq(1), &records[1]).is_err());
    assert_eq!(replayed(&mut journal), records[..1]);

    let flash = written(&crate::flash::Flash::<8>, &records);
    let mut journal = FlashJournal::open(flash.clone(), flash.range()).unwrap();
    for seq in 0..=2 {
        let again = journal.append(Seq(seq), &records[1]);
        assert_eq!(again, Err(FlashError::Taken));
    }
    assert_eq!(replayed(&mut journal), records);
}

#[test]
fn ranges_that_are_no_pages_are_refused() {
    let past = 8 * PAGE as u32;
    for range in [0..100, 10..1034, 0..past, 0..0] {
        let opened = FlashJournal::open(Nor::<8>::new(4), range);
        assert_eq!(opened.err(), Some(FlashError::Geometry));
    }
}

/// Flash that something else has written: nobody reads records out of it.
#[test]
fn foreign_flash_gives_no_records() {
    for fill in [0x00, 0x5A, 0xA5, 0xFE] {
        let mut flash = Nor::<8>::new(4);
        flash.bytes.fill(fill);
        let range = flash.range();
        if let Ok(mut journal) = FlashJournal::open(flash, range) {
            assert!(replayed(&mut journal).is_empty(), "{fill:02x}");
        }
    }
}
