//! The file of a journal, copied at one moment and read from the copy.
//!
//! | of the file | is read | because |
//! |---|---|---|
//! | the file | twice, until both are the same | a till may be writing |
//! | `-wal`, `-journal` | with it | after a power cut records stand there |
//! | `-shm` | never | it is made anew |
//!
//! The first 100 bytes say whose database it is (SQLite's file format, 1.3).

use super::log;
use crate::exit::{Failure, because};
use crate::key::fault::{InChinese, worded};
use crate::output::Manner;
use annul::journal::{Journal, Seq, SqliteError, SqliteJournal};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// What a journal's file holds.
pub(super) struct Stored {
    /// The records, oldest first.
    pub(super) records: Vec<Vec<u8>>,
    /// Where the database does not read: so many records stand before.
    pub(super) unreadable: Option<usize>,
    /// The database around them is damaged, and may have lost the last ones.
    pub(super) broken: bool,
    /// The first record that is not found under its number.
    pub(super) misplaced: Option<usize>,
    /// An append was cut short in the log; nobody was told that it was done.
    pub(super) torn: bool,
}

/// What SQLite keeps beside a database; the first is the database.
pub(super) const BESIDE: [&str; 4] = ["", "-wal", "-journal", "-shm"];

/// A file that is larger is no till's journal: ten thousand transactions come
/// to a twentieth.
const MOST: u64 = 256 << 20;
/// Bytes of a database's header, and of the smallest record in it.
const HEADER: usize = 100;
const SMALLEST: usize = 24;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// "annl".
const APPLICATION: u32 = 0x616E_6E6C;
const FORMAT: u32 = 1;
/// How often it is tried while a till is writing, and how long it waits.
const TRIES: u32 = 50;
const WAIT: Duration = Duration::from_millis(10);

/// Why a file is no journal that could be looked at.
#[derive(Debug, thiserror::Error)]
enum NoJournal {
    #[error("there is no such file; name the till's journal")]
    Missing,
    #[error("this is a folder; name the journal in it")]
    Folder,
    #[error("this is no file; name the till's journal")]
    NoFile,
    #[error("it may not be read; ask for the right to read it")]
    Forbidden,
    #[error("it does not read ({0}); check the disk")]
    Unread(io::Error),
    #[error("the file is empty; keep it, it may have held a journal, and call support")]
    Empty,
    #[error("{0} bytes are too many for a till's journal; name another file")]
    TooLarge(u64),
    #[error("this is no SQLite database, and so no journal; name another file")]
    NoDatabase,
    #[error("the file is cut short, to {0} bytes; look for a whole copy of it")]
    CutShort(usize),
    #[error("this is the database of another program, and no journal; name another file")]
    Other,
    #[error("written by a newer version of annul (format {0}); update the software")]
    TooNew(u32),
    #[error("a till writes to it without a pause; try again")]
    Busy,
    #[error("no copy of it can be made in the folder for temporary files ({0}); make room there")]
    Copy(io::Error),
}

impl InChinese for NoJournal {
    fn chinese(&self) -> String {
        match self {
            Self::Missing => "没有这个文件；请给出终端的流水文件".to_owned(),
            Self::Folder => "这是文件夹；请给出其中的流水文件".to_owned(),
            Self::NoFile => "这不是文件；请给出终端的流水文件".to_owned(),
            Self::Forbidden => "没有读取权限；请申请读取权限".to_owned(),
            Self::Unread(error) => format!("无法读取（{error}）；请检查磁盘"),
            Self::Empty => "空文件；其中可能曾有流水，请保留并联系技术支持".to_owned(),
            Self::TooLarge(size) => format!("{size} 字节，终端流水没有这么大；请给出其他文件"),
            Self::NoDatabase => "不是 SQLite 数据库，因此不是流水；请给出其他文件".to_owned(),
            Self::CutShort(size) => format!("文件不完整，只有 {size} 字节；请找到完整的副本"),
            Self::Other => "这是其他程序的数据库，不是流水；请给出其他文件".to_owned(),
            Self::TooNew(format) => {
                format!("由更新的版本写入（格式 {format}）；请升级软件")
            }
            Self::Busy => "终端正在不停写入；请稍后再试".to_owned(),
            Self::Copy(error) => format!("无法在临时文件夹中复制（{error}）；请腾出空间"),
        }
    }
}

/// Reads every record of a file.
pub(super) fn read(path: &Path, manner: Manner) -> Result<Stored, Failure> {
    let named = |error: NoJournal| {
        let name = path.display();
        let error = worded(manner)(error);
        Failure::new(match manner.pick("zh", "en") {
            "zh" => format!("流水 {name}：{error}"),
            _ => format!("journal {name}: {error}"),
        })
    };
    check(path).map_err(named)?;
    // SQLite keeps its files beside the file that a link leads to.
    let whole = path.canonicalize().map_err(unread).map_err(named)?;
    let moment = moment(&whole).map_err(named)?;
    // Where it is removed from when this function ends.
    let folder = tempfile::tempdir()
        .map_err(NoJournal::Copy)
        .map_err(named)?;
    let copy = folder.path().join("journal");
    for (file, bytes) in beside(&copy).iter().zip(&moment) {
        if let Some(bytes) = bytes {
            fs::write(file, bytes)
                .map_err(NoJournal::Copy)
                .map_err(named)?;
        }
    }
    let [main, wal, _] = &moment;
    let size = main.as_ref().map_or(0, Vec::len) + wal.as_ref().map_or(0, Vec::len);
    let torn = wal.as_ref().is_some_and(|wal| log::torn(wal));
    let mut stored = records(&copy, size / SMALLEST);
    stored.torn = torn;
    folder.close().map_err(because)?;
    Ok(stored)
}

/// The file and those beside it that a reader needs.
fn beside(path: &Path) -> [PathBuf; 3] {
    let [main, wal, journal, _] = BESIDE;
    [main, wal, journal].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    })
}

/// Looks whether it is a journal, before all of it is read.
fn check(path: &Path) -> Result<(), NoJournal> {
    let about = fs::metadata(path).map_err(unread)?;
    if about.is_dir() {
        return Err(NoJournal::Folder);
    }
    if !about.is_file() {
        return Err(NoJournal::NoFile);
    }
    if about.len() > MOST {
        return Err(NoJournal::TooLarge(about.len()));
    }
    let mut header = Vec::new();
    let file = File::open(path).map_err(unread)?;
    (file.take(HEADER as u64).read_to_end(&mut header)).map_err(unread)?;
    if header.is_empty() {
        return Err(NoJournal::Empty);
    }
    if !header.starts_with(&MAGIC[..header.len().min(MAGIC.len())]) {
        return Err(NoJournal::NoDatabase);
    }
    let number = |at: usize| {
        header
            .get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_be_bytes)
    };
    match (number(60), number(68), header.len()) {
        (Some(FORMAT), Some(APPLICATION), HEADER) => Ok(()),
        (Some(found), Some(APPLICATION), HEADER) => Err(NoJournal::TooNew(found)),
        (_, _, HEADER) => Err(NoJournal::Other),
        (_, _, cut) => Err(NoJournal::CutShort(cut)),
    }
}

fn unread(error: io::Error) -> NoJournal {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => NoJournal::Missing,
        ErrorKind::PermissionDenied => NoJournal::Forbidden,
        _ => NoJournal::Unread(error),
    }
}

/// The bytes of the file and of those beside it, none where there is none.
type Moment = [Option<Vec<u8>>; 3];

/// All files as they were at one moment: two readings that are the same have
/// one between them.
fn moment(path: &Path) -> Result<Moment, NoJournal> {
    let files = beside(path);
    let look = || -> Result<Moment, NoJournal> {
        let [main, wal, journal] = &files;
        Ok([bytes(main)?, bytes(wal)?, bytes(journal)?])
    };
    let mut before = look()?;
    for _ in 0..TRIES {
        let after = look()?;
        if before == after {
            return match before {
                [None, ..] => Err(NoJournal::Missing),
                moment => Ok(moment),
            };
        }
        before = after;
        thread::sleep(WAIT);
    }
    Err(NoJournal::Busy)
}

fn bytes(path: &Path) -> Result<Option<Vec<u8>>, NoJournal> {
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes)) {
        Ok(size) if size as u64 > MOST => Err(NoJournal::TooLarge(size as u64)),
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unread(error)),
    }
}

/// The records of a copy, which is the reader's to open and to mend. Behind a
/// page that does not read they are looked for by their numbers, as far as
/// `most`.
fn records(copy: &Path, most: usize) -> Stored {
    let mut stored = Stored {
        records: Vec::new(),
        unreadable: Some(0),
        broken: true,
        misplaced: None,
        torn: false,
    };
    let Ok(mut journal) = SqliteJournal::open(copy) else {
        return stored;
    };
    stored.broken = journal.check().is_err();
    let read = journal.replay(&mut |record| stored.records.push(record.to_vec()));
    let numbered = stored.records.len();
    stored.unreadable = read.is_err().then_some(numbered);
    stored.misplaced = (stored.records.iter().zip(1..)).position(|(record, seq)| {
        recall(&mut journal, seq).ok().flatten().as_ref() != Some(record)
    });
    if stored.unreadable.is_some() {
        let behind = (numbered + 1..=most).filter_map(|seq| recall(&mut journal, seq as u32).ok());
        stored.records.extend(behind.flatten());
    }
    stored
}

fn recall(journal: &mut SqliteJournal, seq: u32) -> Result<Option<Vec<u8>>, SqliteError> {
    let mut found = None;
    journal.recall(Seq(seq), &mut |record| found = Some(record.to_vec()))?;
    Ok(found)
}
