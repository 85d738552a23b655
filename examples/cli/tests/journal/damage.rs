//! Journals that are damaged, at every place and in every way.

use super::{day, lines, records, write};
use crate::common::Desk;
use annul::journal::{Envelope, Journal, MAX_RECORD, Record, Seq, SqliteJournal, Tag};
use serde_json::json;
use std::fs;

fn tagged(mut record: Vec<u8>) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let end = record.len() - 8;
    let tag = Sha256::digest(&record[..end]);
    record[end..].copy_from_slice(&tag[..8]);
    record
}

/// Bytes of a page of the database; the second holds the records.
const PAGE: usize = 4096;

/// What is done to the records.
type Misdeed = fn(&mut Vec<Vec<u8>>);

/// Which record is told then, as what, and with which of its bytes.
const MISDEEDS: [(&str, Misdeed, u32, &str, Option<u32>); 11] = [
    ("bit", |all| all[3][20] ^= 1, 4, "damaged", None),
    ("cut", |all| all[3].truncate(10), 4, "damaged", Some(10)),
    ("length", |all| all[3][3] ^= 1, 4, "damaged", Some(2)),
    ("last", |all| all[12][20] ^= 1, 13, "damaged", None),
    ("gap", |all| drop(all.remove(3)), 4, "missing", Some(4)),
    (
        "twice",
        |all| all.insert(3, all[2].clone()),
        4,
        "spliced",
        Some(4),
    ),
    ("new", |all| set(all, 0, 3), 4, "too-new", Some(0)),
    ("kind", |all| set(all, 1, 0xFF), 4, "too-new", Some(1)),
    ("old", |all| set(all, 0, 1), 4, "too-old", Some(0)),
    ("body", |all| set(all, 22, 9), 4, "damaged", Some(16)),
    ("chain", |all| set(all, 9, 0), 4, "spliced", Some(8)),
];

/// Sets a byte of the fourth record, which is tagged anew.
fn set(all: &mut [Vec<u8>], at: usize, byte: u8) {
    assert_ne!(all[3][at], byte);
    all[3][at] = byte;
    all[3] = tagged(all[3].clone());
}

#[test]
fn it_is_told_and_the_rest_is_shown() {
    let desk = day();
    let whole = records(&desk.path("till.db")).unwrap();
    assert_eq!(whole.len(), 13);
    for (name, misdeed, number, what, offset) in MISDEEDS {
        let mut all = whole.clone();
        misdeed(&mut all);
        let file = format!("{name}.db");
        write(&desk.path(&file), &all);
        let before = fs::read(desk.path(&file)).unwrap();
        verified(&desk, &file, (number, what, offset));
        shown(&desk, &file, all.len(), (number, what));
        let exported = desk.annul(&["journal", "export", &file]);
        assert_eq!(exported.exits(2).out, "");
        assert_eq!(fs::read(desk.path(&file)).unwrap(), before);
        // The till is of the same mind.
        let till = desk.annul(&["till", "--journal", &file, "journal"]);
        till.fails("journal: record");
    }
}

#[track_caller]
fn verified(desk: &Desk, file: &str, (number, what, offset): (u32, &str, Option<u32>)) {
    let told = desk.annul(&["journal", "verify", file, "--json"]);
    let told = told.exits(2).json();
    assert_eq!(told["verdict"], "damaged", "{file}: {told}");
    assert_eq!(told["fault"]["record"], number, "{file}: {told}");
    assert_eq!(told["fault"]["what"], what, "{file}: {told}");
    if let Some(offset) = offset {
        assert_eq!(told["fault"]["offset"], offset, "{file}: {told}");
    }
    let english = desk.annul(&["journal", "verify", file]);
    let said = format!("record {number} ");
    assert!(english.exits(2).out.contains(&said), "{english:?}");
    let chinese = desk.annul(&["--lang", "zh", "journal", "verify", file]);
    let said = format!("第 {number} 条");
    assert!(chinese.exits(2).out.contains(&said), "{chinese:?}");
}

#[track_caller]
fn shown(desk: &Desk, file: &str, count: usize, (number, what): (u32, &str)) {
    let shown = desk.annul(&["journal", "show", file, "--json"]);
    let shown = lines(&shown.exits(2).out);
    assert_eq!(shown.len(), count, "{file}");
    let at = usize::try_from(number).unwrap() - 1;
    assert_eq!(shown[at]["fault"]["what"], what, "{file}: {}", shown[at]);
    let well = |line: &serde_json::Value| line.get("fault").is_none();
    assert!(shown[..at].iter().all(well), "{file}");
    // Where its tag was made anew, the next one's chain shows that.
    let behind = usize::from(what == "spliced");
    let after = shown.iter().skip(at + 1 + behind);
    assert!(after.clone().all(well), "{file}: {shown:?}");
    let words = desk.annul(&["journal", "show", file]);
    assert!(words.exits(2).out.contains("✗"), "{words:?}");
}

#[test]
fn a_record_that_contradicts_and_one_that_may_be_skipped() {
    let desk = day();
    let whole = records(&desk.path("till.db")).unwrap();
    let (last, tag, _) = Envelope::decode(whole.last().unwrap()).unwrap();
    let next = Envelope {
        seq: last.seq.next(),
        previous: tag,
    };
    let append = |name: &str, record: Vec<u8>| {
        write(&desk.path(name), &[&whole[..], &[record]].concat());
        desk.annul(&["journal", "verify", name, "--json"])
    };
    let mut buffer = [0; MAX_RECORD];
    let (len, _) = next.encode(&Record::NotSent { entry: Seq(3) }, &mut buffer);
    let told = append("contradicts.db", buffer[..len].to_vec())
        .exits(2)
        .json();
    assert_eq!(
        told["fault"],
        json!({"record": 14, "what": "inconsistent", "offset": null})
    );
    let shown = lines(
        &desk
            .annul(&["journal", "show", "contradicts.db", "--json"])
            .exits(2)
            .out,
    );
    assert_eq!(shown[13]["fault"]["what"], "inconsistent");
    assert_eq!(shown[13]["kind"], "NotSent");
    // The highest bit of its kind is not set.
    buffer[1] = 0x55;
    let told = append("skipped.db", tagged(buffer[..len].to_vec()))
        .exits(0)
        .json();
    assert_eq!(
        (&told["records"], &told["transactions"]),
        (&json!(14), &json!(5))
    );
    let shown = lines(
        &desk
            .annul(&["journal", "show", "skipped.db", "--json", "--hex"])
            .exits(0)
            .out,
    );
    assert_eq!(shown[13]["unknown_kind"], 0x55);
    assert!(shown[13]["hex"].as_str().unwrap().contains("********"));
    // The number of another journal's record fits, its chain does not.
    let stranger = Envelope {
        seq: next.seq,
        previous: Tag::default(),
    };
    let (len, _) = stranger.encode(&Record::NotSent { entry: Seq(3) }, &mut buffer);
    let told = append("stranger.db", buffer[..len].to_vec())
        .exits(2)
        .json();
    assert_eq!(
        told["fault"],
        json!({"record": 14, "what": "spliced", "offset": 8})
    );
}

/// What a power cut leaves: records that are only in the log are read, and an
/// append that was cut in the log was never confirmed.
#[test]
fn the_log_of_a_till_that_lost_power() {
    let desk = Desk::signed_in(&[]);
    let path = desk.path("till.db");
    let before = records(&path).unwrap();
    let (_, tag, _) = Envelope::decode(before.last().unwrap()).unwrap();
    let mut journal = SqliteJournal::open(&path).unwrap();
    let mut buffer = [0; MAX_RECORD];
    let next = Envelope {
        seq: Seq(before.len() as u32 + 1),
        previous: tag,
    };
    let (len, _) = next.encode(&Record::NotSent { entry: Seq(1) }, &mut buffer);
    buffer[1] = 0x55;
    let file = fs::read(&path).unwrap();
    journal
        .append(next.seq, &tagged(buffer[..len].to_vec()))
        .unwrap();
    let log = fs::read(desk.path("till.db-wal")).unwrap();
    let cut = |name: &str, log: &[u8]| {
        fs::write(desk.path(name), &file).unwrap();
        fs::write(desk.path(&format!("{name}-wal")), log).unwrap();
        let told = desk
            .annul(&["journal", "verify", name, "--json"])
            .exits(0)
            .json();
        assert_eq!(fs::read(desk.path(&format!("{name}-wal"))).unwrap(), log);
        assert_eq!(fs::read(desk.path(name)).unwrap(), file);
        (
            told["records"].as_u64().unwrap(),
            told["torn"].as_bool().unwrap(),
        )
    };
    let count = before.len() as u64;
    assert_eq!(cut("whole.db", &log), (count + 1, false));
    for length in [32, 40, 500, log.len() - 1000, log.len() - 1] {
        let (records, torn) = cut("cut.db", &log[..length]);
        assert_eq!((records, torn), (count, length > 32), "{length}");
    }
    let mut flipped = log.clone();
    flipped[log.len() - 9] ^= 1;
    assert_eq!(cut("flipped.db", &flipped), (count, true));
    // Through a link: the log stands beside the file.
    #[cfg(unix)]
    {
        fs::write(desk.path("whole.db-wal"), &log).unwrap();
        std::os::unix::fs::symlink("whole.db", desk.path("link.db")).unwrap();
        let told = desk.annul(&["journal", "verify", "link.db", "--json"]);
        assert_eq!(told.exits(0).json()["records"], count + 1);
    }
    let words = desk.annul(&["journal", "verify", "flipped.db"]);
    assert!(
        words.exits(0).out.contains("nothing was sent on it"),
        "{words:?}"
    );
    let chinese = desk.annul(&["--lang", "zh", "journal", "verify", "flipped.db"]);
    assert!(chinese.exits(0).out.contains("没有据此发出"), "{chinese:?}");
}

/// Bytes of the file are flipped, and the file is cut, in many places: nothing
/// panics, and nobody calls good what is not the journal that was written.
#[test]
fn no_damage_is_called_good() {
    let desk = day();
    let whole = fs::read(desk.path("till.db")).unwrap();
    let stored = records(&desk.path("till.db")).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    let verdict = |bytes: &[u8], case: &str| {
        fs::write(desk.path("spoilt.db"), bytes).unwrap();
        let command = if random.bool() { "verify" } else { "show" };
        let ran = desk.annul(&["journal", command, "spoilt.db"]);
        let sound = !ran.err.contains("defect") && matches!(ran.code, Some(0..=2));
        assert!(sound, "{case}: {ran:?}");
        if ran.code == Some(0) {
            assert_eq!(fs::read(desk.path("spoilt.db")).unwrap(), bytes, "{case}");
            let read = records(&desk.path("spoilt.db"));
            assert_eq!(read.as_ref(), Some(&stored), "{case}: called good");
        }
        ran.code
    };
    let mut verdict = verdict;
    // One byte of each record, wherever it stands.
    for (number, record) in stored.iter().enumerate() {
        let starts: Vec<usize> = (whole.windows(record.len()).enumerate())
            .filter_map(|(at, bytes)| (bytes == record).then_some(at))
            .collect();
        assert_eq!(starts.len(), 1, "record {number} stands once");
        for place in [0, 1, 2, 5, 9, 16, record.len() / 2, record.len() - 1] {
            let mut bytes = whole.clone();
            bytes[starts[0] + place] ^= 1 << (place % 8);
            let case = format!("record {number}, byte {place}");
            assert_eq!(verdict(&bytes, &case), Some(2), "{case}");
        }
    }
    // The header of the page says how many records there are.
    for bit in 0..64 {
        let mut bytes = whole.clone();
        bytes[PAGE + bit / 8] ^= 1 << (bit % 8);
        verdict(&bytes, &format!("bit {bit} of the page"));
    }
    for length in PAGE..PAGE + 10 {
        let code = verdict(&whole[..length], &format!("cut at {length}"));
        assert_ne!(code, Some(0), "cut at {length}");
    }
    let mut places = fastrand::Rng::with_seed(11);
    for round in 0..120 {
        let place = match round {
            0..60 => round * 2,
            _ => places.usize(..whole.len()),
        };
        let mut bytes = whole.clone();
        bytes[place] = bytes[place].wrapping_add(places.u8(1..));
        verdict(&bytes, &format!("byte {place}"));
    }
    for length in (0..12).map(|step| whole.len() * step / 12) {
        let code = verdict(&whole[..length], &format!("cut at {length}"));
        assert_ne!(code, Some(0), "cut at {length}");
    }
}

/// A journal of many pages of which one is lost: what stands behind it is
/// found by its number.
#[test]
fn a_page_that_does_not_read() {
    let desk = Desk::bare();
    let mut all = Vec::new();
    let mut previous = Tag::default();
    for seq in (1..=500).map(Seq) {
        let mut buffer = [0; MAX_RECORD];
        let envelope = Envelope { seq, previous };
        let (len, _) = envelope.encode(&Record::NotSent { entry: Seq(1) }, &mut buffer);
        // Of a kind that may be skipped.
        buffer[1] = 0x55;
        all.push(tagged(buffer[..len].to_vec()));
        previous = Envelope::decode(&all[all.len() - 1]).unwrap().1;
    }
    let path = desk.path("many.db");
    write(&path, &all);
    let verify = || desk.annul(&["journal", "verify", "many.db", "--json"]);
    assert_eq!(verify().exits(0).json()["records"], 500);
    let mut file = fs::read(&path).unwrap();
    let page = (file.len() / PAGE / 2) * PAGE;
    file[page..page + 100].fill(0);
    fs::write(&path, &file).unwrap();
    let told = verify().exits(2).json();
    assert_eq!(told["fault"]["what"], "unreadable", "{told}");
    let at = told["fault"]["record"].as_u64().unwrap();
    let found = told["records"].as_u64().unwrap();
    assert!(1 < at && at < found && found < 500, "{told}");
    let shown = desk.annul(&["journal", "show", "many.db", "--json"]);
    let shown = lines(&shown.exits(2).out);
    assert_eq!(shown.last().unwrap()["record"], 500);
}

/// A row whose number is another, in the page of the database: it is read in
/// its order, and a void would not find it.
#[test]
fn a_record_under_another_number() {
    let desk = day();
    let stored = records(&desk.path("till.db")).unwrap();
    let mut file = fs::read(desk.path("till.db")).unwrap();
    let body = &stored[2];
    let place = file.windows(body.len()).position(|bytes| bytes == body);
    // Number, size of the row's header, nothing for the number, type of the body 2.
    let row = place.unwrap() - 5;
    assert_eq!(file[row..row + 3], [3, 4, 0]);
    file[row] = 0x70;
    fs::write(desk.path("moved.db"), &file).unwrap();
    let told = desk.annul(&["journal", "verify", "moved.db", "--json"]);
    let told = told.exits(2).json();
    assert_eq!(told["fault"]["what"], "misplaced", "{told}");
    assert_eq!(told["fault"]["record"], 3);
}
