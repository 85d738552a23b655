use super::{Bilingual, both};
use crate::crypto::{SecurityFault, Usage};
use crate::engine::Refusal;
use crate::ledger::Status;

/// Why a command was not begun, and what to do.
#[allow(clippy::too_many_lines, reason = "a table")]
pub const fn refusal(refusal: &Refusal) -> Bilingual {
    match refusal {
        Refusal::Busy => both(
            "另一笔交易正在进行，请等待",
            "Another transaction is under way; wait for it",
        ),
        Refusal::ReversalPending => both(
            "有未完成的冲正，正在发送，请稍后重试",
            "A reversal is pending; it is being sent, try again after it",
        ),
        Refusal::TooManyParked => both(
            "结果未定的交易过多，请先恢复或联系收单行",
            "Too many transactions have no outcome; run recover, or call the acquirer",
        ),
        Refusal::SignInRequired => both("请先签到", "Not signed in; sign in first"),
        Refusal::BatchFull => both("交易流水满，请结算", "The batch is full; settle first"),
        Refusal::JournalFull => both(
            "流水存储已满，请结算或清理存储",
            "The journal is full; settle, or free storage",
        ),
        Refusal::StorageFault => both(
            "流水存储故障，请检查存储后重新启动",
            "The journal failed; check its storage and restart the terminal",
        ),
        Refusal::Amount => both(
            "金额为零或超限，请重新输入",
            "The amount is zero or above the limit; enter it again",
        ),
        Refusal::RequestIdReused => both(
            "此请求号已用于另一笔交易，请换用新的",
            "This request id was used for another transaction; use a new one",
        ),
        Refusal::UnknownTrace => both(
            "无此凭证号，请核对签购单",
            "No transaction has this trace number; look it up on the slip",
        ),
        Refusal::UnknownRequest => both(
            "无此请求号的交易",
            "No transaction has this request id; check it",
        ),
        Refusal::NotVoidable(status) => not_voidable(*status),
        Refusal::VoidOfVoid => both(
            "撤销交易不能再撤销，请重新消费",
            "A void cannot be voided; make a new sale",
        ),
        Refusal::BatchClosed => both(
            "原交易已结算，不能撤销，请做退货",
            "The sale's batch is closed; make a refund instead",
        ),
        Refusal::NoReference => both(
            "原交易无参考号，不能撤销，请联系收单行",
            "The sale has no reference number, so it cannot be voided; call the acquirer",
        ),
        #[cfg(feature = "kinds")]
        Refusal::VoidByCode => both(
            "此交易是预授权，请凭授权码、日期和金额撤销",
            "This is a pre-authorization; void it by its authorization code, date and amount",
        ),
        #[cfg(feature = "kinds")]
        Refusal::HoldNotOpen(status) => hold_not_open(*status),
        #[cfg(feature = "kinds")]
        Refusal::ExceedsHold => both(
            "金额超过预授权允许的上限，请减少金额，或另做消费",
            "More than the pre-authorization allows; take less, or sell the rest",
        ),
        #[cfg(feature = "kinds")]
        Refusal::OtherAmount => both(
            "撤销须为全额，请输入预授权金额",
            "A void is for the whole amount; enter that of the pre-authorization",
        ),
        #[cfg(feature = "kinds")]
        Refusal::VoidOfRefund => both(
            "退货不能撤销，请重新消费",
            "A refund cannot be voided; make a new sale",
        ),
        #[cfg(feature = "kinds")]
        Refusal::Refunded => both(
            "此交易已有退货，不能撤销，请对余额做退货",
            "A part of it was refunded, or is being; refund the rest instead",
        ),
        #[cfg(feature = "kinds")]
        Refusal::NotRefundable(status) => not_refundable(*status),
        #[cfg(feature = "kinds")]
        Refusal::ExceedsOriginal => both(
            "退货金额超过原交易余额，请减少金额",
            "More than is left of the original transaction; refund less",
        ),
        #[cfg(feature = "kinds")]
        Refusal::KeyedCard => both(
            "退货须刷卡，不接受手工输入卡号",
            "A refund needs the card; swipe it, a keyed number is not taken",
        ),
        Refusal::OtherCard => both(
            "不是原交易的卡，请使用原卡",
            "This is not the card of the sale; use the same card",
        ),
        Refusal::NotParked => both(
            "此交易未挂起，结果已定，无需人工处理",
            "This transaction is not parked and not without an outcome; it cannot be resolved",
        ),
        Refusal::Settling => both(
            "批结算尚未完成，请继续结算",
            "The batch is being settled; finish that first: settle again",
        ),
        Refusal::Security(fault) => security(*fault),
        Refusal::Cancelled => both("已取消，交易未发出", "Cancelled; nothing was sent"),
        Refusal::Message => both(
            "报文无法组成，请检查终端号、商户号和卡数据",
            "The request could not be built; check terminal id, merchant id and card data",
        ),
    }
}

/// Scenario 42, by how the pre-authorization stands.
#[cfg(feature = "kinds")]
const fn hold_not_open(status: Status) -> Bilingual {
    match status {
        Status::CompletionPending | Status::VoidPending => both(
            "此预授权的完成或撤销正在进行，请等待结果",
            "This pre-authorization is being completed or voided already; wait for the outcome",
        ),
        Status::Completed => both(
            "此预授权已完成",
            "This pre-authorization is completed already",
        ),
        Status::Voided => both("此预授权已撤销", "This pre-authorization is voided already"),
        _ => both(
            "此预授权未成功，没有可完成或撤销的金额",
            "This pre-authorization did not succeed; there is nothing to complete or void",
        ),
    }
}

/// Scenario 40, by how the transaction stands.
#[cfg(feature = "kinds")]
const fn not_refundable(status: Status) -> Bilingual {
    match status {
        Status::VoidPending => both(
            "此交易正在撤销，请等待结果",
            "This transaction is being voided; wait for the outcome",
        ),
        Status::Voided => both(
            "此交易已撤销，款已退回",
            "This transaction is voided; the money went back already",
        ),
        Status::Approved | Status::ResolvedApproved => both(
            "此交易未收款，不能退货",
            "This transaction took no money; there is nothing to refund",
        ),
        Status::Pending | Status::Reversing | Status::Provisional | Status::Confirming => both(
            "此交易正在冲正，无需退货",
            "This transaction is being reversed; there is nothing to refund",
        ),
        Status::Parked | Status::Unresolved => both(
            "此交易结果未定，请先恢复或联系收单行",
            "This transaction has no outcome yet; run recover, or call the acquirer",
        ),
        _ => both(
            "此交易未成功，无需退货",
            "This transaction did not succeed; there is nothing to refund",
        ),
    }
}

/// Scenario 16, by how the transaction stands.
const fn not_voidable(status: Status) -> Bilingual {
    match status {
        Status::Approved => both("此交易不能撤销", "This transaction cannot be voided"),
        Status::VoidPending => both(
            "此交易正在撤销，请等待结果",
            "This sale is being voided already; wait for the outcome",
        ),
        Status::Voided => both("此交易已撤销", "This sale is voided already"),
        #[cfg(feature = "kinds")]
        Status::CompletionPending | Status::Completed => hold_not_open(status),
        Status::Declined => both(
            "此交易未成功，无需撤销",
            "This sale was declined; there is nothing to void",
        ),
        Status::NotSent => both(
            "此交易未发出，无需撤销",
            "This sale was never sent; there is nothing to void",
        ),
        Status::Reversed | Status::ResolvedReversed => both(
            "此交易已冲正，无需撤销",
            "This sale was reversed; there is nothing to void",
        ),
        Status::Pending | Status::Reversing | Status::Provisional | Status::Confirming => both(
            "此交易正在冲正，无需撤销",
            "This sale is being reversed; there is nothing to void",
        ),
        Status::Parked => both(
            "此交易的冲正已挂起，请恢复或联系收单行",
            "The reversal of this sale is parked; run recover, or call the acquirer",
        ),
        #[cfg(feature = "kinds")]
        Status::Unresolved => both(
            "此交易结果待核实，请联系收单行",
            "The outcome of this transaction is not known; ask the acquirer",
        ),
        Status::ResolvedApproved => both(
            "此交易经人工确认成功，不能撤销，请做退货",
            "This sale was resolved by hand; make a refund instead",
        ),
    }
}

/// Why the security module refused, and what to do.
pub const fn security(fault: SecurityFault) -> Bilingual {
    match fault {
        SecurityFault::NoKeys => both("无工作密钥，请先签到", "No working keys; sign in first"),
        SecurityFault::WrongCheckValue { key: Usage::Pin } => both(
            "PIN 密钥校验值不符，终端与主机的主密钥不一致，请重新装载主密钥",
            "PIN key: wrong check value; terminal and host hold different master keys, reload it",
        ),
        SecurityFault::WrongCheckValue { key: Usage::Mac } => both(
            "MAC 密钥校验值不符，终端与主机的主密钥不一致，请重新装载主密钥",
            "MAC key: wrong check value; terminal and host hold different master keys, reload it",
        ),
        SecurityFault::WrongCheckValue { .. } => both(
            "密钥校验值不符，终端与主机的主密钥不一致，请重新装载主密钥",
            "Key: wrong check value; terminal and host hold different master keys, reload it",
        ),
        SecurityFault::UnsupportedKeys => both(
            "不支持此种密钥，请核对 MAC 算法和密钥格式",
            "Keys of a kind this device cannot use; check MAC algorithm and key layout",
        ),
        SecurityFault::NoPin => both("未输入密码，请重新输入", "No PIN was entered; ask again"),
        SecurityFault::PinCancelled => both(
            "持卡人取消输入密码，交易未发出",
            "The customer cancelled the PIN; nothing was sent",
        ),
        SecurityFault::ShortTrack => both(
            "磁道数据过短，请重新刷卡",
            "The track is too short; read the card again",
        ),
        SecurityFault::SealBroken => both(
            "卡数据封存无法打开，请装载原主密钥或人工处理",
            "The sealed card does not open; reload the old master key, or resolve by hand",
        ),
        SecurityFault::TimedOut => both(
            "安全模块无应答，请检查连接后重试",
            "The security module did not answer; check its cable or battery, try again",
        ),
        SecurityFault::Device { .. } => both(
            "安全模块故障，请查阅其手册",
            "The security module failed; see its manual",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_whole;
    use super::*;

    const STATUSES: &[Status] = &[
        Status::Pending,
        Status::Approved,
        Status::VoidPending,
        Status::Voided,
        #[cfg(feature = "kinds")]
        Status::CompletionPending,
        #[cfg(feature = "kinds")]
        Status::Completed,
        Status::Declined,
        Status::NotSent,
        Status::Reversing,
        Status::Provisional,
        Status::Confirming,
        Status::Parked,
        #[cfg(feature = "kinds")]
        Status::Unresolved,
        Status::Reversed,
        Status::ResolvedApproved,
        Status::ResolvedReversed,
    ];

    #[test]
    fn every_refusal_has_both_texts() {
        for value in Refusal::ALL {
            assert_whole(refusal(&value));
        }
        for status in STATUSES.iter().copied() {
            assert_whole(refusal(&Refusal::NotVoidable(status)));
            #[cfg(feature = "kinds")]
            assert_whole(refusal(&Refusal::HoldNotOpen(status)));
            #[cfg(feature = "kinds")]
            assert_whole(refusal(&Refusal::NotRefundable(status)));
        }
    }

    #[test]
    fn every_security_fault_has_both_texts() {
        let keys = [Usage::Master, Usage::Pin, Usage::Mac, Usage::Track];
        let wrong = keys.map(|key| SecurityFault::WrongCheckValue { key });
        for value in wrong.into_iter().chain([
            SecurityFault::NoKeys,
            SecurityFault::UnsupportedKeys,
            SecurityFault::NoPin,
            SecurityFault::PinCancelled,
            SecurityFault::ShortTrack,
            SecurityFault::SealBroken,
            SecurityFault::TimedOut,
            SecurityFault::Device { code: 1 },
        ]) {
            assert_whole(security(value));
            assert_eq!(refusal(&Refusal::Security(value)), security(value));
        }
    }
}
