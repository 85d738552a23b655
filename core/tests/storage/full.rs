//! A store that is full says so before it damages anything.

use crate::nor::Nor;
use crate::sqlite::Folder;
use crate::store::{chain, replayed};
use annul::journal::{FlashError, FlashJournal, Journal, MAX_RECORD, Seq, SqliteJournal};
use std::path::Path;

/// Records that nothing here has room for.
const MANY: usize = 400;

/// As long as there is room for one, one fits; what does not fit is refused, and
/// all that was there still is.
#[test]
fn flash_keeps_its_word_about_room() {
    for size in [MAX_RECORD, 24, 97, 240] {
        let records = chain([size; MANY]);
        let flash = Nor::<8>::new(3);
        let range = flash.range();
        let mut journal = FlashJournal::open(flash, range.clone()).unwrap();
        let mut kept = 0;
        loop {
            let room = journal.room();
            match journal.append(Seq(kept as u32 + 1), &records[kept]) {
                Ok(()) => assert!(journal.room() <= room, "{size}"),
                Err(error) => {
                    assert_eq!((error, room), (FlashError::Full, 0), "{size}");
                    break;
                }
            }
            kept += 1;
        }
        assert!(kept > 6, "{size}");
        assert_eq!(replayed(&mut journal), records[..kept], "{size}");
        let mut journal = FlashJournal::open(journal.into_flash(), range).unwrap();
        assert_eq!((journal.room(), replayed(&mut journal).len()), (0, kept));
    }
}

/// Behind any number of smaller ones, as many of the largest fit as were promised.
#[test]
fn flash_has_the_room_it_promised() {
    for size in [24, 57, 97, 150, 240] {
        for before in 0..20 {
            let sizes = [vec![size; before], vec![MAX_RECORD; 20]].concat();
            let records = chain(sizes);
            let flash = Nor::<32>::new(4);
            let range = flash.range();
            let mut journal = FlashJournal::open(flash, range).unwrap();
            let mut promised = journal.room();
            for (at, record) in records.iter().enumerate() {
                let seq = Seq(at as u32 + 1);
                match journal.append(seq, record) {
                    Ok(()) if at < before => promised = journal.room(),
                    Ok(()) => promised = promised.saturating_sub(1),
                    Err(error) => {
                        assert_eq!((error, promised), (FlashError::Full, 0), "{size}");
                        break;
                    }
                }
            }
            assert_eq!(promised, 0, "{before} of {size}");
        }
    }
}

/// Where the limited copy of this test finds its journal.
#[cfg(unix)]
const PLACE: &str = "ANNUL_FULL_JOURNAL";

/// A file that may not grow any more, as on a full disk: the record is refused,
/// none is lost, and it goes on when there is room again.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    if let Some(path) = std::env::var_os(PLACE) {
        return fill(Path::new(&path));
    }
    let folder = Folder::new();
    let records = chain([MAX_RECORD; MANY]);
    for blocks in [30, 33, 40, 64] {
        let path = folder.join(format!("{blocks}.db"));
        drop(SqliteJournal::open(&path).unwrap());
        // The same test in a process whose files may have so many blocks of 512.
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let this = std::env::current_exe().unwrap();
        let ran = std::process::Command::new("sh")
            .args(["-c", &limited])
            .arg(this)
            .args(["--exact", "full::a_full_disk_loses_nothing", "--nocapture"])
            .env(PLACE, &path)
            .output()
            .unwrap();
        assert!(ran.status.success(), "{ran:?}");
        let said = String::from_utf8(ran.stdout).unwrap();
        let kept = (said.lines()).find_map(|line| line.split_once("kept ")?.1.parse().ok());
        let kept: usize = kept.unwrap_or_else(|| panic!("{said}"));
        let mut journal = SqliteJournal::open(&path).unwrap();
        journal.check().unwrap();
        let found = replayed(&mut journal);
        // The one that was refused was never confirmed; it may be there.
        assert!(kept > 0 && (kept..=kept + 1).contains(&found.len()));
        assert_eq!(found, records[..found.len()]);
        let next = found.len();
        journal
            .append(Seq(next as u32 + 1), &records[next])
            .unwrap();
        assert_eq!(replayed(&mut journal), records[..=next]);
    }
}

/// Appends until it is refused, and says how many were confirmed.
#[cfg(unix)]
fn fill(path: &Path) {
    let mut journal = SqliteJournal::open(path).unwrap();
    let records = chain([MAX_RECORD; MANY]);
    let refused = (records.iter().zip(1..)).find_map(|(record, seq)| {
        let error = journal.append(Seq(seq), record).err()?;
        Some((seq - 1, error))
    });
    let (kept, error) = refused.expect("the disk is never full");
    assert!(error.to_string().contains("free space"), "{error}");
    println!("\nkept {kept}");
}
