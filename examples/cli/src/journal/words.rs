//! What records are called, by a program and by a person.

use annul::journal::{Balance, Record, ReversalStage, Verdict};
use annul::text::Bilingual;
use annul::transaction::ReversalReason;
use serde::Serialize;

/// A text in both languages, for JSON.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) zh: String,
    pub(super) en: String,
}

/// The name of `docs/src/journal.md`, and the words for it.
pub(super) const fn kind(record: &Record) -> (&'static str, Bilingual) {
    match record {
        Record::Opened(_) => ("Opened", both("启用", "opened")),
        Record::KeysChanged(_) => ("KeysChanged", both("更换工作密钥", "new working keys")),
        Record::Intent(_) => ("Intent", both("交易登记", "intent")),
        Record::NotSent { .. } => ("NotSent", both("未发出", "not sent")),
        Record::Approved { .. } => ("Approved", both("批准", "approved")),
        Record::Declined { .. } => ("Declined", both("拒绝", "declined")),
        Record::ReversalQueued { .. } => ("ReversalQueued", both("冲正登记", "reversal queued")),
        Record::ReversalNotFound { .. } => (
            "ReversalNotFound",
            both("主机查无原交易", "not found by the host"),
        ),
        Record::Reversed { .. } => ("Reversed", both("已冲正", "reversed")),
        Record::Parked { .. } => ("Parked", both("冲正挂起", "reversal parked")),
        Record::Unresolved { .. } => (
            "Unresolved",
            both("退货结果未知", "refund without an outcome"),
        ),
        Record::SettlementStarted { .. } => ("SettlementStarted", both("批结算", "settlement")),
        Record::SettlementAnswered { .. } => (
            "SettlementAnswered",
            both("主机对账", "compared by the host"),
        ),
        Record::UploadProgress { .. } => ("UploadProgress", both("批上送", "details told")),
        Record::BatchClosed { .. } => ("BatchClosed", both("结算完成", "batch closed")),
        Record::Resolved { .. } => ("Resolved", both("人工处理", "resolved")),
    }
}

/// A record of a kind that nobody knows and that may be skipped.
pub(super) const SKIPPED: Bilingual = both("未知类型，可跳过", "unknown, skipped");
/// A record that does not read.
pub(super) const NOTHING: Bilingual = both("读不出", "unreadable");

/// Why a reversal is sent.
pub(super) const fn reason(reason: ReversalReason) -> Bilingual {
    match reason {
        ReversalReason::NoAnswer => both("超时未收到应答", "no answer in time"),
        ReversalReason::NotFinished => both(
            "主机已批准，终端未能完成",
            "approved, but the terminal could not finish",
        ),
        ReversalReason::WrongMac => both("应答 MAC 错或缺失", "wrong MAC or none"),
        ReversalReason::Other => both("应答与请求不符等", "answer did not fit, or the like"),
    }
}

pub(super) const fn stage(stage: ReversalStage) -> (&'static str, Bilingual) {
    match stage {
        ReversalStage::First => ("first", both("首次", "first")),
        ReversalStage::Confirmation => ("confirmation", both("再次确认", "confirmation")),
    }
}

pub(super) const fn balance(balance: Balance) -> (&'static str, Bilingual) {
    match balance {
        Balance::Equal => ("equal", both("对账平", "equal")),
        Balance::Unequal => ("unequal", both("对账不平", "not equal")),
    }
}

pub(super) const fn verdict(verdict: Verdict) -> (&'static str, Bilingual) {
    match verdict {
        Verdict::Approved => ("approved", both("确认成功", "it stands")),
        Verdict::Reversed => ("reversed", both("确认已冲正", "undone")),
    }
}

const fn both(zh: &'static str, en: &'static str) -> Bilingual {
    Bilingual { zh, en }
}
