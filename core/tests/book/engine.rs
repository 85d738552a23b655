//! What the engine says: refusals, states and outcomes with the texts of
//! `annul::text`, and the times it begins with.

use crate::{Table, both, code, say};
use annul::crypto::{SecurityFault, Usage};
use annul::engine::{Refusal, Settings};
use annul::ledger::{Outcome, Status, Undoing};
use annul::text::{self, Language};

/// Every value of an enum, in order. A variant that is missing does not
/// compile.
macro_rules! every {
    ($name:ident: $($variant:ident),* $(; apart from $($other:pat),*)?) => {{
        fn _complete(value: $name) {
            match value {
                $($name::$variant => (),)*
                $($($other => (),)*)?
            }
        }
        [$($name::$variant),*]
    }};
}

fn every_status() -> [Status; 16] {
    every!(Status: Pending, Approved, VoidPending, Voided, CompletionPending, Completed, Declined,
        NotSent, Reversing, Provisional, Confirming, Parked, Unresolved, Reversed, ResolvedApproved, ResolvedReversed)
}

pub(crate) fn refusals(language: Language) -> Table {
    let plain = every!(Refusal: Busy, ReversalPending, TooManyParked, SignInRequired, BatchFull,
        JournalFull, StorageFault, Amount, RequestIdReused, UnknownTrace, UnknownRequest,
        VoidOfVoid, BatchClosed, NoReference, OtherCard, NotParked, Cancelled, Message, VoidByCode,
        ExceedsHold, OtherAmount, VoidOfRefund, Refunded, ExceedsOriginal, KeyedCard, Settling;
        apart from Refusal::NotVoidable(_), Refusal::HoldNotOpen(_), Refusal::NotRefundable(_),
        Refusal::Security(_));
    let voidable = every_status().map(Refusal::NotVoidable);
    let open = [
        Status::CompletionPending,
        Status::VoidPending,
        Status::Completed,
        Status::Voided,
        Status::Reversed,
    ]
    .map(Refusal::HoldNotOpen);
    let refundable = [
        Status::Approved,
        Status::VoidPending,
        Status::Voided,
        Status::Reversing,
        Status::Parked,
        Status::Declined,
    ]
    .map(Refusal::NotRefundable);
    let all = plain
        .into_iter()
        .chain(voidable)
        .chain(open)
        .chain(refundable);
    let rows = all.map(|refusal| {
        let [own, other] = both(language, text::refusal(&refusal));
        [code(format_args!("{refusal:?}")), own, other]
    });
    Table::new(said(language, "refusal", "拒绝"), rows.collect())
}

pub(crate) fn security_faults(language: Language) -> Table {
    let wrong =
        every!(Usage: Master, Pin, Mac, Track).map(|key| SecurityFault::WrongCheckValue { key });
    let others = [
        SecurityFault::NoKeys,
        SecurityFault::UnsupportedKeys,
        SecurityFault::NoPin,
        SecurityFault::PinCancelled,
        SecurityFault::ShortTrack,
        SecurityFault::SealBroken,
        SecurityFault::TimedOut,
    ];
    let device = SecurityFault::Device { code: 0 };
    let name = |fault: SecurityFault| match fault {
        SecurityFault::WrongCheckValue { key } => format!("WrongCheckValue({key:?})"),
        SecurityFault::Device { .. } => "Device".to_owned(),
        other => format!("{other:?}"),
    };
    let rows = (others.into_iter().chain(wrong).chain([device])).map(|fault| {
        let [own, other] = both(language, text::security(fault));
        [code(name(fault)), own, other]
    });
    Table::new(said(language, "fault", "故障"), rows.collect())
}

pub(crate) fn statuses(language: Language) -> Table {
    let heading = [
        say(language, "status", "状态"),
        say(language, "text", "文字"),
        say(language, "文字", "text"),
        say(language, "word in files", "文件用词"),
        say(language, "final", "终态"),
    ];
    let rows = every_status().map(|status| {
        let [own, other] = both(language, text::status(status));
        let last = if status.is_final() {
            say(language, "yes", "是")
        } else {
            say(language, "no", "否")
        };
        let name = code(format_args!("{status:?}"));
        [name, own, other, code(status.word()), last.to_owned()]
    });
    Table::new(heading, rows.to_vec())
}

pub(crate) fn outcomes(language: Language) -> Table {
    let unknown = every!(Undoing: Pending, Done, Parked, Never).map(Outcome::Unknown);
    let known = every!(Outcome: Approved, Declined, NotSent; apart from Outcome::Unknown(_));
    let rows = (known.into_iter().chain(unknown)).map(|outcome| {
        let [own, other] = both(language, text::outcome(outcome));
        [code(format_args!("{outcome:?}")), own, other]
    });
    Table::new(said(language, "outcome", "结果"), rows.collect())
}

pub(crate) fn settings(language: Language) -> Table {
    let Settings {
        response_timeout,
        reversal_attempts,
        reversal_backoff,
        guard,
        park_interval,
        parked_limit,
        amount_limit,
        refund_limit,
    } = Settings::DEFAULT;
    let seconds = |milliseconds: u64| format!("{} s", milliseconds / 1000);
    let row = |name, value, english, chinese| {
        let what = say(language, english, chinese).to_owned();
        [code(name), value, what]
    };
    let rows = vec![
        row(
            "response_timeout",
            seconds(response_timeout),
            "for an answer, connecting included",
            "等待应答，含建立连接",
        ),
        row(
            "reversal_attempts",
            reversal_attempts.to_string(),
            "reversals sent before one is parked",
            "冲正发送次数，用完即挂起",
        ),
        row(
            "reversal_backoff",
            seconds(reversal_backoff),
            "before the second attempt; doubles each time",
            "第二次发送前的等待，每次加倍",
        ),
        row(
            "guard",
            seconds(guard),
            "before a \"not found\" is confirmed",
            "确认“查无原交易”之前的保护时间",
        ),
        row(
            "park_interval",
            seconds(park_interval),
            "between attempts of parked reversals",
            "挂起冲正的重试间隔",
        ),
        row(
            "parked_limit",
            parked_limit.to_string(),
            "transactions without an outcome at which new ones are refused",
            "结果未定的交易达此数目即拒绝新交易",
        ),
        row(
            "amount_limit",
            amount_limit.minor().to_string(),
            "largest amount, in minor units",
            "最大金额，以分计",
        ),
        row(
            "refund_limit",
            refund_limit.minor().to_string(),
            "largest refund, in minor units",
            "最大退货金额，以分计",
        ),
    ];
    let heading = [
        say(language, "setting", "参数"),
        say(language, "default", "缺省值"),
        say(language, "what it is", "含义"),
    ];
    Table::new(heading, rows)
}

/// The heading of a table of texts.
fn said(language: Language, english: &'static str, chinese: &'static str) -> [&'static str; 3] {
    [
        say(language, english, chinese),
        say(language, "text", "文字"),
        say(language, "文字", "text"),
    ]
}
