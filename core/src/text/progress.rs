use super::refusal::{refusal, security};
use super::{Bilingual, both};
use crate::engine::Notice;
use crate::ledger::Stage;
use crate::terminal::News;

/// What goes on, in a few words. Numbers that belong to it (which attempt,
/// until when, which batch) stand in the notice; the app adds them.
pub const fn notice(notice: &Notice) -> Bilingual {
    match notice {
        Notice::Outcome(_) => both("结果已登记", "the outcome is recorded"),
        Notice::Reversing { attempt: 1, .. } => both("正在发送冲正", "sending the reversal"),
        Notice::Reversing { .. } => both("正在重发冲正", "sending the reversal again"),
        Notice::Waiting { .. } => both(
            "等待后再次发送冲正",
            "waiting before the reversal is sent again",
        ),
        Notice::SigningIn => both("主机要求签到，正在签到", "the host asks for it: signing in"),
        Notice::SignedIn(_) => both("签到成功", "signed in"),
        Notice::SignInFailed(Some(_)) => both("签到被拒绝", "the host declined the sign-in"),
        Notice::SignInFailed(None) => both(
            "签到无应答，请检查线路后重试",
            "no answer to the sign-in; check the line and try again",
        ),
        Notice::EchoAnswered => both("主机应答正常", "the host answers"),
        Notice::EchoFailed => both(
            "主机无应答，请检查线路",
            "the host does not answer; check the line",
        ),
        Notice::Attention(_) => both(
            "有交易结果未定，请联系收单行",
            "a transaction has no outcome; call the acquirer",
        ),
        #[cfg(feature = "kinds")]
        Notice::Balance { code: Some(_), .. } => {
            both("余额查询已应答", "the host answered the inquiry")
        }
        #[cfg(feature = "kinds")]
        Notice::Balance { code: None, .. } => both(
            "余额查询无应答，请检查线路后重试",
            "no answer to the inquiry; check the line and try again",
        ),
        Notice::Settling(Stage::Comparing) => {
            both("正在核对批总计", "the totals are being compared")
        }
        Notice::Settling(Stage::Balanced) => both("对账平", "the totals are equal"),
        Notice::Settling(Stage::Uploading(_)) => both(
            "对账不平，正在批上送",
            "the totals are not equal; the details are being sent",
        ),
        Notice::BatchClosed(_) => both("结算完成，已换新批次", "settled; a new batch is open"),
        Notice::NotSettled(Some(_)) => both(
            "主机拒绝结算，请联系收单行",
            "the host refused the settlement; call the acquirer",
        ),
        Notice::NotSettled(None) => both(
            "结算未完成，请检查线路后继续结算",
            "not settled; check the line and settle again",
        ),
        Notice::StorageFault => both(
            "流水存储故障，请检查存储后重新启动",
            "the journal failed; check its storage and start again",
        ),
    }
}

/// The same for everything a terminal tells.
pub const fn news(news: &News) -> Bilingual {
    match news {
        News::Notice(what) => notice(what),
        News::Refused(why) => refusal(why),
        News::KeysRefused(fault) => security(*fault),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_whole;
    use super::*;
    use crate::crypto::SecurityFault;
    use crate::engine::{Millis, Refusal};
    use crate::journal::Seq;
    use crate::transaction::{Batch, ResponseCode};

    #[test]
    fn every_notice_has_both_texts() {
        let entry = Seq(1);
        let code = ResponseCode::literal(*b"97");
        let until = Millis(0);
        for value in [
            Notice::Outcome(entry),
            Notice::Reversing { entry, attempt: 1 },
            Notice::Reversing { entry, attempt: 2 },
            Notice::Waiting { entry, until },
            Notice::SigningIn,
            Notice::SignedIn(Batch::NONE),
            Notice::SignInFailed(Some(code)),
            Notice::SignInFailed(None),
            Notice::EchoAnswered,
            Notice::EchoFailed,
            Notice::Attention(entry),
            #[cfg(feature = "kinds")]
            Notice::Balance {
                code: Some(code),
                balance: None,
            },
            #[cfg(feature = "kinds")]
            Notice::Balance {
                code: None,
                balance: None,
            },
            Notice::Settling(Stage::Comparing),
            Notice::Settling(Stage::Balanced),
            Notice::Settling(Stage::Uploading(entry)),
            Notice::BatchClosed(Batch::NONE),
            Notice::NotSettled(Some(code)),
            Notice::NotSettled(None),
            Notice::StorageFault,
        ] {
            assert_whole(notice(&value));
            assert_eq!(news(&News::Notice(value)), notice(&value));
        }
    }

    #[test]
    fn news_pass_on_refusals_and_security_faults() {
        assert_eq!(news(&News::Refused(Refusal::Busy)), refusal(&Refusal::Busy));
        let fault = SecurityFault::NoKeys;
        assert_eq!(news(&News::KeysRefused(fault)), security(fault));
    }
}
