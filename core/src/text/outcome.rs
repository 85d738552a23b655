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
    }
}

/// How a transaction stands (T4).
pub const fn status(status: Status) -> Bilingual {
    match status {
        Status::Pending => both("处理中", "pending"),
        Status::Approved => both("成功", "approved"),
        Status::VoidPending => both("撤销中", "being voided"),
        Status::Voided => both("已撤销", "voided"),
        #[cfg(feature = "holds")]
        Status::CompletionPending => both("完成中", "being completed"),
        #[cfg(feature = "holds")]
        Status::Completed => both("已完成", "completed"),
        Status::Declined => both("被拒绝", "declined"),
        Status::NotSent => both("未发出", "not sent"),
        Status::Reversing => both("冲正中", "being reversed"),
        Status::Provisional => both("冲正待确认", "reversal to be confirmed"),
        Status::Confirming => both("冲正确认中", "reversal being confirmed"),
        Status::Parked => both("冲正挂起", "reversal parked"),
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
        #[cfg(feature = "holds")]
        Kind::PreAuthorization => both("预授权", "pre-authorization"),
        #[cfg(feature = "holds")]
        Kind::PreAuthorizationVoid => both("预授权撤销", "void of a pre-authorization"),
        #[cfg(feature = "holds")]
        Kind::Completion => both("预授权完成", "completion"),
        #[cfg(feature = "holds")]
        Kind::CompletionVoid => both("预授权完成撤销", "void of a completion"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_whole;
    use super::*;

    #[test]
    fn every_outcome_status_and_kind_has_both_texts() {
        let unknown = [Undoing::Pending, Undoing::Done, Undoing::Parked].map(Outcome::Unknown);
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
            #[cfg(feature = "holds")]
            Status::CompletionPending,
            #[cfg(feature = "holds")]
            Status::Completed,
            Status::Declined,
            Status::NotSent,
            Status::Reversing,
            Status::Provisional,
            Status::Confirming,
            Status::Parked,
            Status::Reversed,
            Status::ResolvedApproved,
            Status::ResolvedReversed,
        ] {
            assert_whole(status(value));
        }
    }

    #[test]
    fn only_an_approval_reads_like_one() {
        for value in [
            Outcome::Declined,
            Outcome::NotSent,
            Outcome::Unknown(Undoing::Pending),
            Outcome::Unknown(Undoing::Done),
            Outcome::Unknown(Undoing::Parked),
        ] {
            let text = outcome(value);
            assert!(!text.en.contains("Approved") && !text.zh.contains("交易成功"));
        }
    }
}
