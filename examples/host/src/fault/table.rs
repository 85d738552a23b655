//! The table of faults and of what they are aimed at; help and parser are made
//! from it.

use super::{Misdeed, Target};
use crate::exchange::Exchange;
use annul::iso8583::Language;
use annul::transaction::Kind;
use annul::transaction::ResponseCode;
use std::fmt::Write as _;
use std::time::Duration;

/// The grammar and the table of faults as plain text.
pub fn help(language: Language) -> String {
    let (head, tail) = match language {
        Language::English => (
            "SPEC is WHAT[=VALUE][@WHERE][#WHICH], such as drop-answer@sale#2 or delay=500ms@void.\n",
            "\nWHERE   any, money (the eight that follow, and their reversals), sign-in, sign-off, echo,\n        \
             settlement, upload, upload-end,\n        \
             sale, void, preauth, preauth-void, complete, complete-void, refund, balance,\n        \
             reversal, or one of them: sale-reversal, void-reversal, preauth-reversal,\n        \
             preauth-void-reversal, complete-reversal, complete-void-reversal; without it: money, for not-found and forget: reversal\n\
             WHICH   #N the Nth such exchange, #N..M from N to M, #N.. from N on, #* each; without it: #1\n\
             DURATION 500ms, 3s, 2m    CODE two characters such as 51\n",
        ),
        Language::Chinese => (
            "SPEC 写作 WHAT[=VALUE][@WHERE][#WHICH],例如 drop-answer@sale#2 或 delay=500ms@void。\n",
            "\nWHERE   any 全部, money 以下八种交易及其冲正, sign-in 签到, sign-off 签退, echo 回响,\n        \
             settlement 批结算, upload 批上送, upload-end 批上送结束,\n        \
             sale 消费, void 撤销, preauth 预授权, preauth-void 预授权撤销,\n        \
             complete 预授权完成, complete-void 预授权完成撤销, refund 退货, balance 余额查询,\n        \
             reversal 冲正,或其中一种:\n        \
             sale-reversal, void-reversal, preauth-reversal, preauth-void-reversal,\n        \
             complete-reversal, complete-void-reversal;不写为 money,not-found 与 forget 为 reversal\n\
             WHICH   #N 第N笔, #N..M 第N至M笔, #N.. 自第N笔起, #* 每一笔;不写为 #1\n\
             DURATION 如 500ms、3s、2m    CODE 两位应答码，如 51\n",
        ),
    };
    let mut text = format!("{head}\n");
    for fault in FAULTS {
        let what = format!("{}{}", fault.word, fault.value.form());
        let says = match language {
            Language::English => fault.english,
            Language::Chinese => fault.chinese,
        };
        let _ = writeln!(text, "  {what:<16} {says}");
    }
    text + tail
}

/// The form of a fault's value, and what it makes.
#[derive(Clone, Copy)]
pub(super) enum Value {
    None(Misdeed),
    Duration(fn(Duration) -> Misdeed),
    Code(fn(ResponseCode) -> Misdeed),
    Pieces(fn(u16) -> Misdeed),
    Bytes(fn(Option<u16>) -> Misdeed),
}

/// A row of the fault table.
pub(super) struct Row {
    pub(super) word: &'static str,
    pub(super) value: Value,
    pub(super) target: Target,
    pub(super) english: &'static str,
    pub(super) chinese: &'static str,
}

const fn row(
    word: &'static str,
    value: Value,
    target: Target,
    english: &'static str,
    chinese: &'static str,
) -> Row {
    Row {
        word,
        value,
        target,
        english,
        chinese,
    }
}

/// Every fault: its word, its value, where it strikes unless told otherwise.
#[rustfmt::skip]
pub(super) const FAULTS: &[Row] = &[
    row("drop-request", Value::None(Misdeed::DropRequest), Target::Money, "the request is lost; the host never sees it", "请求丢失，主机未收到"),
    row("late-request", Value::None(Misdeed::LateRequest), Target::Money, "the request reaches the host after the next exchange", "请求迟到，在下一笔之后才到主机"),
    row("drop-answer", Value::None(Misdeed::DropAnswer), Target::Money, "the host books it; the answer is lost", "主机已记账，应答丢失"),
    row("late-answer", Value::None(Misdeed::LateAnswer), Target::Money, "the answer is held until the next connection opens", "应答迟到，在下一次连接时才送出"),
    row("glue", Value::None(Misdeed::Glue), Target::Money, "the answer is held and glued in front of the next one", "应答被扣住，粘在下一笔应答之前送出"),
    row("delay", Value::Duration(Misdeed::Delay), Target::Money, "the answer comes after this long", "应答延迟该时长"),
    row("close", Value::Bytes(Misdeed::Close), Target::Money, "the line closes after N bytes of the answer (half where N is left out)", "应答发出N字节后断线(不写N则为一半)"),
    row("split", Value::Pieces(Misdeed::Split), Target::Money, "the answer comes in N pieces (2 to 64) with pauses", "应答分N段送出(2至64),段间停顿"),
    row("join", Value::None(Misdeed::Join), Target::Money, "the answer and a copy of it come in one piece", "应答与其副本粘在一起送出"),
    row("twice", Value::None(Misdeed::Twice), Target::Money, "the answer comes twice", "应答重复送出两次"),
    row("wrong-mac", Value::None(Misdeed::WrongMac), Target::Money, "the MAC (F64) of the answer is wrong", "应答的MAC(64域)错误"),
    row("no-mac", Value::None(Misdeed::NoMac), Target::Money, "the answer has no MAC", "应答没有MAC"),
    row("wrong-trace", Value::None(Misdeed::WrongTrace), Target::Money, "the answer bears another trace (F11), with a right MAC", "应答的流水号(11域)不符,MAC正确"),
    row("wrong-amount", Value::None(Misdeed::WrongAmount), Target::Money, "the answer bears one fen more (F4), with a right MAC", "应答金额(4域)多一分,MAC正确"),
    row("garble", Value::None(Misdeed::Garble), Target::Money, "the message of the answer is nothing but FF bytes", "应答报文全为FF"),
    row("decline", Value::Code(Misdeed::Decline), Target::Money, "the host answers this code (F39) and does nothing", "主机以该应答码(39域)拒绝"),
    row("not-found", Value::None(Misdeed::NotFound), Target::Reversal, "the host answers 25 and does nothing", "主机应答25,不作处理"),
    row("forget", Value::None(Misdeed::Forget), Target::Reversal, "a reversal without an original is not remembered", "找不到原交易的冲正不予记录"),
    row("change-keys", Value::None(Misdeed::ChangeKeys), Target::Money, "the host changes its MAC key before it reads the request", "主机在读取请求前更换MAC密钥"),
    row("away", Value::Duration(Misdeed::Away), Target::Money, "the host hangs up unread and refuses connections this long", "主机不读即挂断，并在该时长内拒绝连接"),
];

/// Every target a fault can be aimed at.
pub(super) const TARGETS: &[(&str, Target)] = &[
    ("any", Target::Any),
    ("money", Target::Money),
    ("reversal", Target::Reversal),
    ("sign-in", Target::One(Exchange::SignIn)),
    ("sign-off", Target::One(Exchange::SignOff)),
    ("echo", Target::One(Exchange::Echo)),
    ("settlement", Target::One(Exchange::Settlement)),
    ("upload", Target::One(Exchange::Upload)),
    ("upload-end", Target::One(Exchange::UploadEnd)),
    ("sale", Target::One(Exchange::Money(Kind::Sale))),
    ("void", Target::One(Exchange::Money(Kind::Void))),
    (
        "preauth",
        Target::One(Exchange::Money(Kind::PreAuthorization)),
    ),
    (
        "preauth-void",
        Target::One(Exchange::Money(Kind::PreAuthorizationVoid)),
    ),
    ("complete", Target::One(Exchange::Money(Kind::Completion))),
    (
        "complete-void",
        Target::One(Exchange::Money(Kind::CompletionVoid)),
    ),
    ("refund", Target::One(Exchange::Money(Kind::Refund))),
    (
        "balance",
        Target::One(Exchange::Money(Kind::BalanceInquiry)),
    ),
    ("sale-reversal", Target::One(Exchange::Reversal(Kind::Sale))),
    ("void-reversal", Target::One(Exchange::Reversal(Kind::Void))),
    (
        "preauth-reversal",
        Target::One(Exchange::Reversal(Kind::PreAuthorization)),
    ),
    (
        "preauth-void-reversal",
        Target::One(Exchange::Reversal(Kind::PreAuthorizationVoid)),
    ),
    (
        "complete-reversal",
        Target::One(Exchange::Reversal(Kind::Completion)),
    ),
    (
        "complete-void-reversal",
        Target::One(Exchange::Reversal(Kind::CompletionVoid)),
    ),
];

impl Value {
    /// How the help shows it, after the fault's word.
    const fn form(self) -> &'static str {
        match self {
            Self::None(_) => "",
            Self::Duration(_) => "=DURATION",
            Self::Code(_) => "=CODE",
            Self::Pieces(_) => "=N",
            Self::Bytes(_) => "[=N]",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    #[test]
    fn every_fault_parses_from_its_row_and_is_in_the_help_and_the_crate_documentation() {
        let documentation = include_str!("../lib.rs");
        for row in FAULTS {
            let value = match row.value {
                Value::Duration(_) => "=3s",
                Value::Code(_) => "=51",
                Value::Pieces(_) => "=3",
                Value::None(_) | Value::Bytes(_) => "",
            };
            let fault: Fault = format!("{}{value}", row.word).parse().unwrap();
            assert_eq!(fault.target, row.target);
            assert_eq!(fault.misdeed.word(), row.word);
            assert_eq!(fault.misdeed.says(Language::Chinese), row.chinese);
            let (word, form) = (row.word, row.value.form());
            let line = format!("//! | `{word}` | {form} | {} |", row.english);
            assert!(documentation.contains(&line), "lib.rs lacks: {line}");
            assert!(help(Language::English).contains(row.english));
            assert!(help(Language::Chinese).contains(row.chinese));
        }
    }

    #[test]
    fn every_target_is_its_word() {
        for (word, target) in TARGETS {
            assert_eq!(target.word(), *word);
            let fault: Fault = format!("join@{word}").parse().unwrap();
            assert_eq!(fault.target, *target);
            assert!(help(Language::English).contains(word));
            assert!(help(Language::Chinese).contains(word));
        }
    }
}
