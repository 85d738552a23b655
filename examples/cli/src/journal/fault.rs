//! What can be wrong with a journal, and what to do about it.

use annul::text::Bilingual;
use serde::{Serialize, Serializer};

/// What is wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Fault {
    /// The number of the record.
    pub(super) record: u32,
    pub(super) what: What,
    /// The byte of the record where that shows.
    pub(super) offset: Option<usize>,
}

/// The kinds of it, in the order of `docs/src/journal.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Its bytes are not those that were written.
    Damaged,
    /// It does not follow the one before it.
    Spliced,
    /// Records before it are missing.
    Missing,
    TooNew,
    TooOld,
    /// The ones before it do not allow it.
    Inconsistent,
    /// Of another terminal or merchant than the one asked for.
    Foreign,
    /// It was to say whose journal it is, and does not.
    Unnamed,
    /// The database around it is damaged.
    Unreadable,
    /// It is there, and not found under its number.
    Misplaced,
    /// The database around the records is damaged, and none of them is: some
    /// may be lost behind the last one.
    Broken,
    /// More transactions than a till looks back on.
    TooMany,
}

impl What {
    /// The word for it in JSON.
    const fn word(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Spliced => "spliced",
            Self::Missing => "missing",
            Self::TooNew => "too-new",
            Self::TooOld => "too-old",
            Self::Inconsistent => "inconsistent",
            Self::Foreign => "foreign",
            Self::Unnamed => "unnamed",
            Self::Unreadable => "unreadable",
            Self::Misplaced => "misplaced",
            Self::Broken => "broken",
            Self::TooMany => "too-many",
        }
    }

    /// What it says of a record, and what to do.
    const fn said(self) -> [Bilingual; 2] {
        let keep = both("请保留文件并联系技术支持", "keep the file and call support");
        match self {
            Self::Damaged => [both("已损坏", "is damaged"), keep],
            Self::Spliced => [
                both(
                    "不属于这份流水，是拷入或调换的",
                    "does not belong here; it was copied in or exchanged",
                ),
                keep,
            ],
            Self::Missing => [both("缺失", "is missing"), keep],
            Self::TooNew => [
                both(
                    "由更新的版本写入",
                    "was written by a newer version of annul",
                ),
                both("请升级软件", "update the software"),
            ],
            Self::TooOld => [
                both(
                    "在第一个发布版本之前写入",
                    "was written before the first release of annul",
                ),
                both(
                    "请用写入它的版本结清该批次",
                    "finish its batch with the version that wrote it",
                ),
            ],
            Self::Inconsistent => [
                both("与之前的记录矛盾", "contradicts the records before it"),
                keep,
            ],
            Self::Foreign => [
                both("属于其他终端或商户", "is of another terminal or merchant"),
                both("请给出正确的文件", "name the right file"),
            ],
            Self::Unnamed => [
                both("没有说明流水属于谁", "does not say whose journal it is"),
                both("请给出正确的文件", "name the right file"),
            ],
            Self::Unreadable => [
                both(
                    "及其后的记录读不出，数据库已损坏",
                    "and those behind it do not read; the database is damaged",
                ),
                keep,
            ],
            Self::Misplaced => [
                both(
                    "按编号找不到，数据库已损坏",
                    "is not found under its number; the database is damaged",
                ),
                keep,
            ],
            Self::Broken => [
                both(
                    "及其后的记录可能缺失，数据库已损坏",
                    "and those behind it may be lost; the database is damaged",
                ),
                keep,
            ],
            Self::TooMany => [
                both(
                    "使交易超过一万笔",
                    "makes more than ten thousand transactions",
                ),
                both(
                    "终端无法读取，请联系技术支持",
                    "a till does not read that; call support",
                ),
            ],
        }
    }
}

impl Serialize for What {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Fault {
    pub(super) const fn new(record: u32, what: What, offset: Option<usize>) -> Self {
        Self {
            record,
            what,
            offset,
        }
    }

    /// A record that is missing has no bytes; the offset is the next one's.
    fn place(&self) -> Option<usize> {
        self.offset.filter(|_| self.what != What::Missing)
    }

    pub(super) fn chinese(&self) -> String {
        let [said, advice] = self.what.said();
        let place = (self.place()).map_or_else(String::new, |at| format!("（该条第 {at} 字节处）"));
        format!("第 {} 条记录{}{place}；{}", self.record, said.zh, advice.zh)
    }

    pub(super) fn english(&self) -> String {
        let [said, advice] = self.what.said();
        let place = (self.place()).map_or_else(String::new, |at| format!(" (at its byte {at})"));
        format!("record {} {}{place}; {}", self.record, said.en, advice.en)
    }
}

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}
