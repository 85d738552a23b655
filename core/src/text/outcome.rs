use super::{Bilingual, both};
use crate::ledger::{Outcome, Status, Undoing};
use crate::transaction::Kind;

/// What a transaction came to, and what the cashier does about it.
pub const fn outcome(outcome: Outcome) -> Bilingual {
    match outcome {
        Outcome::Approved => both("交易成功", "Approved"),
        Outcome::Declined => both("交易未成功", "Declined; nothing was charged"),
        Outcome::NotSent => both(
            "交易未发出，未扣款，请检查线路后重试",
            "Not sent; nothing was charged, check the line and try again",
        ),
        Outcome::Unknown(Undoing::Pending) => both(
            "结果未知，按失败处理，正在冲正，请勿交货",
            "Outcome unknown; treat it as failed, it is being reversed, hand over no goods",
        ),
        Outcome::Unknown(Undoing::Done) => both(
            "结果未知，已冲正，未扣款，可重新交易",
            "Outcome unknown; it was reversed, nothing is charged, you may try again",
        ),
        Outcome::Unknown(Undoing::Parked) => both(
            "结果未知，冲正未完成，已挂起，请联系收单行",
            "Outcome unknown; its reversal could not be finished and is parked, call the acquirer",
        ),
        #[cfg(feature = "kinds")]
        Outcome::Unknown(Undoing::Never) => both(
            "退货结果未知，请勿重复退货，请联系收单行核实",
            "Outcome of the refund unknown; do not repeat it, ask the acquirer",
        ),
    }
}

/// How a transaction stands (T4).
pub const fn status(status: Status) -> Bilingual {
    match status {
        Status::Pending => both("处理中", "pending"),
        Status::Approved => both("成功", "approved"),
        Status::VoidPending => both("撤销中", "being voided"),
        Status::Voided => both("已撤销", "voided"),
        #[cfg(feature = "kinds")]
        Status::CompletionPending => both("完成中", "being completed"),
        #[cfg(feature = "kinds")]
        Status::Completed => both("已完成", "completed"),
        Status::Declined => both("被拒绝", "declined"),
        Status::NotSent => both("未发出", "not sent"),
        Status::Reversing => both("冲正中", "being reversed"),
        Status::Provisional => both("冲正待确认", "reversal to be confirmed"),
        Status::Confirming => both("冲正确认中", "reversal being confirmed"),
        Status::Parked => both("冲正挂起", "reversal parked"),
        #[cfg(feature = "kinds")]
        Status::Unresolved => both("结果待核实", "outcome to be asked for"),
        Status::Reversed => both("已冲正", "reversed"),
        Status::ResolvedApproved => both("人工确认成功", "resolved: it stands"),
        Status::ResolvedReversed => both("人工确认已冲正", "resolved: undone"),
    }
}

/// What kind of transaction it is.
pub const fn kind(kind: Kind) -> Bilingual {
    match kind {
        Kind::Sale => both("消费", "sale"),
        Kind::Void => both("消费撤销", "void"),
        #[cfg(feature = "kinds")]
        Kind::PreAuthorization => both("预授权", "pre-authorization"),
        #[cfg(feature = "kinds")]
        Kind::PreAuthorizationVoid => both("预授权撤销", "void of a pre-authorization"),
        #[cfg(feature = "kinds")]
        Kind::Completion => both("预授权完成", "completion"),
        #[cfg(feature = "kinds")]
        Kind::CompletionVoid => both("预授权完成撤销", "void of a completion"),
        #[cfg(feature = "kinds")]
        Kind::Refund => both("退货", "refund"),
        #[cfg(feature = "kinds")]
        Kind::BalanceInquiry => both("余额查询", "balance inquiry"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_whole;
    use super::*;

    const UNKNOWN: [Undoing; if cfg!(feature = "kinds") { 4 } else { 3 }] = [
        Undoing::Pending,
        Undoing::Done,
        Undoing::Parked,
        #[cfg(feature = "kinds")]
        Undoing::Never,
    ];

    #[test]
    fn every_outcome_status_and_kind_has_both_texts() {
        let unknown = UNKNOWN.map(Outcome::Unknown);
        let known = [Outcome::Approved, Outcome::Declined, Outcome::NotSent];
        for value in known.into_iter().chain(unknown) {
            assert_whole(outcome(value));
        }
        for value in Kind::ALL {
            assert_whole(kind(value));
        }
        for value in [
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
        ] {
            assert_whole(status(value));
        }
    }

    #[test]
    fn only_an_approval_reads_like_one() {
        let known = [Outcome::Declined, Outcome::NotSent];
        for value in known.into_iter().chain(UNKNOWN.map(Outcome::Unknown)) {
            let text = outcome(value);
            assert!(!text.en.contains("Approved") && !text.zh.contains("交易成功"));
        }
    }
}
