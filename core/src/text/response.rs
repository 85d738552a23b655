use super::{Bilingual, both};
use crate::transaction::ResponseCode;

/// What a response code of the host says (field 39).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// The two characters.
    pub code: ResponseCode,
    /// What it means, for whoever looks into it.
    pub meaning: Bilingual,
    /// What the cashier sees; `[code]` stands before it.
    pub display: Bilingual,
}

/// What the cashier sees for a code that is not in the table.
pub const UNKNOWN_RESPONSE: Bilingual = both("交易失败", "Declined");

/// The texts of a code; none where the table does not have it.
///
/// ```
/// use annul::{text, transaction::ResponseCode};
/// let response = text::response(ResponseCode::literal(*b"51")).unwrap();
/// assert_eq!(response.meaning.en, "Insufficient funds");
/// assert_eq!(response.display.zh, "余额不足，请查询");
/// ```
pub fn response(code: ResponseCode) -> Option<&'static Response> {
    RESPONSES.iter().find(|row| row.code == code)
}

const fn row(code: [u8; 2], zh: &'static str, en: &'static str, display: Bilingual) -> Response {
    Response {
        code: ResponseCode::literal(code),
        meaning: both(zh, en),
        display,
    }
}

const SUCCESS: Bilingual = both("交易成功", "Approved");
const ISSUER: Bilingual = both(
    "交易失败，请联系发卡行",
    "Declined; the customer calls the card issuer",
);
const MERCHANT: Bilingual = both("商户未登记", "Merchant not registered; call the acquirer");
const CAPTURE: Bilingual = both("没收卡，请联系收单行", "Keep the card; call the acquirer");
const RETRY: Bilingual = both("交易失败，请重试", "Declined; try again");
const PART: Bilingual = both(
    "显示部分批准金额，提示操作员",
    "Approved in part; see the amount",
);
const VIP: Bilingual = both("成功，VIP 客户", "Approved, VIP customer");
const AMOUNT: Bilingual = both("交易金额超限，请重试", "Amount not allowed; try another");
const NUMBER: Bilingual = both(
    "无效卡号，请联系发卡行",
    "Invalid card number; the customer calls the card issuer",
);
const NOT_TAKEN: Bilingual = both("此卡不能受理", "This card is not accepted");
const OPERATION: Bilingual = both("操作有误，请重试", "Operating error; try again");
const EXPIRED: Bilingual = both(
    "过期卡，请联系发卡行",
    "Expired card; the customer calls the card issuer",
);
const OTHER_CARD: Bilingual = both(
    "此卡有误，请换卡重试",
    "This card has a fault; try another card",
);
const PIN_TRIES: Bilingual = both("密码错误次数超限", "Too many wrong PINs");
const FUNDS: Bilingual = both("余额不足，请查询", "Insufficient funds; check the balance");
const PIN: Bilingual = both("密码错，请重试", "Wrong PIN; try again");
const TERMINAL: Bilingual = both(
    "终端无效，请联系收单行或银联",
    "Terminal not allowed; call the acquirer or UnionPay",
);
const TOO_MUCH: Bilingual = both("金额太大", "The amount is too large");
const TOO_OFTEN: Bilingual = both("超出取款次数限制", "Used too often today");
const ACQUIRER: Bilingual = both(
    "交易失败，请联系收单行或银联",
    "Declined; call the acquirer or UnionPay",
);
const KEEP: Bilingual = both("没收卡", "Keep the card");
const TIMEOUT: Bilingual = both("交易超时，请重试", "Timed out; try again");
const SIGN_IN: Bilingual = both("请向网络中心签到", "Sign in to the host");
const OFFLINE: Bilingual = both("POS终端重传脱机数据", "Send the offline transactions again");
const LATER: Bilingual = both("交易失败，请稍后重试", "Declined; try again later");
const UNREGISTERED: Bilingual = both(
    "终端未登记，请联系收单行或银联",
    "Terminal not registered; call the acquirer or UnionPay",
);
const CHECK: Bilingual = both("校验错，请重新签到", "Check error; sign in again");

/// Table 6 of unionpay.md. It gives no Chinese for 45 and 69; theirs are ours.
#[rustfmt::skip]
pub static RESPONSES: &[Response] = &[
    row(*b"00", "承兑或交易成功", "Approved", SUCCESS),
    row(*b"01", "查发卡行", "Refer to card issuer", ISSUER),
    row(*b"02", "查发卡行的特殊条件", "Refer to issuer's special conditions", ISSUER),
    row(*b"03", "无效商户", "Invalid merchant", MERCHANT),
    row(*b"04", "没收卡", "Pick up card", CAPTURE),
    row(*b"05", "不予承兑", "Do not honour", ISSUER),
    row(*b"06", "出错", "Error", ISSUER),
    row(*b"07", "特殊条件下没收卡", "Pick up card, special condition", CAPTURE),
    row(*b"09", "请求正在处理中", "Request in progress", RETRY),
    row(*b"10", "显示部分批准金额，提示操作员", "Partial approval", PART),
    row(*b"11", "成功，VIP 客户", "Approved (VIP)", VIP),
    row(*b"12", "无效交易", "Invalid transaction", RETRY),
    row(*b"13", "无效金额", "Invalid amount", AMOUNT),
    row(*b"14", "无效卡号", "Invalid card number", NUMBER),
    row(*b"15", "无此发卡行", "No such issuer", NOT_TAKEN),
    row(*b"19", "重新送入交易", "Re-enter transaction", ISSUER),
    row(*b"20", "无效应答", "Invalid response", ISSUER),
    row(*b"21", "不做任何处理", "No action taken / card not initialised", ISSUER),
    row(*b"22", "怀疑操作有误", "Suspected malfunction", OPERATION),
    row(*b"23", "不可接受的交易费", "Unacceptable transaction fee", ISSUER),
    row(*b"25", "未能找到文件上记录", "Unable to locate record", ISSUER),
    row(*b"30", "格式错误", "Format error", RETRY),
    row(*b"31", "银联不支持的银行", "Bank not supported by switch", NOT_TAKEN),
    row(*b"33", "过期的卡", "Expired card, pick up", EXPIRED),
    row(*b"34", "有作弊嫌疑", "Suspected fraud, pick up", CAPTURE),
    row(*b"35", "受卡方与安全保密部门联系", "Contact acquirer security, pick up", CAPTURE),
    row(*b"36", "受限制的卡", "Restricted card, pick up", OTHER_CARD),
    row(*b"37", "受卡方呼受理方安全保密部门（没收卡）", "Call acquirer security, pick up", CAPTURE),
    row(*b"38", "超过允许的PIN试输入", "PIN tries exceeded, pick up", PIN_TRIES),
    row(*b"39", "无此信用卡账户", "No credit account", ISSUER),
    row(*b"40", "请求的功能尚不支持", "Function not supported", ISSUER),
    row(*b"41", "丢失卡", "Lost card", CAPTURE),
    row(*b"42", "无此账户", "No universal account", ISSUER),
    row(*b"43", "被窃卡", "Stolen card", CAPTURE),
    row(*b"44", "无此投资账户", "No investment account", ISSUER),
    row(*b"45", "不允许降级使用磁条，请插入芯片", "Fallback not allowed, use chip", both("请插卡重试", "Insert the chip and try again")),
    row(*b"51", "无足够的存款", "Insufficient funds", FUNDS),
    row(*b"52", "无此支票账户", "No cheque account", ISSUER),
    row(*b"53", "无此储蓄卡账户", "No savings account", ISSUER),
    row(*b"54", "过期的卡", "Expired card", EXPIRED),
    row(*b"55", "不正确的PIN", "Incorrect PIN", PIN),
    row(*b"56", "无此卡记录", "No card record", ISSUER),
    row(*b"57", "不允许持卡人进行的交易", "Transaction not permitted to cardholder", ISSUER),
    row(*b"58", "不允许终端进行的交易", "Transaction not permitted to terminal", TERMINAL),
    row(*b"59", "有作弊嫌疑", "Suspected fraud", ISSUER),
    row(*b"60", "受卡方与安全保密部门联系", "Contact acquirer", ISSUER),
    row(*b"61", "超出取款金额限制", "Exceeds amount limit", TOO_MUCH),
    row(*b"62", "受限制的卡", "Restricted card", ISSUER),
    row(*b"63", "违反安全保密规定", "Security violation", ISSUER),
    row(*b"64", "原始金额不正确", "Original amount incorrect", ISSUER),
    row(*b"65", "超出取款次数限制", "Exceeds frequency limit / (contactless) insert card", TOO_OFTEN),
    row(*b"66", "受卡方呼受理方安全保密部门", "Call acquirer security", ACQUIRER),
    row(*b"67", "捕捉（没收卡）", "Capture card", KEEP),
    row(*b"68", "收到的回答太迟", "Response received too late", TIMEOUT),
    row(*b"69", "账户信息有误（收单行用）", "Account incorrect (acquirer use)", both("交易失败，请联系收单行", "Declined; call the acquirer")),
    row(*b"75", "允许的输入PIN次数超限", "PIN tries exceeded", PIN_TRIES),
    row(*b"77", "需要向网络中心签到", "Sign-in required", SIGN_IN),
    row(*b"79", "脱机交易对账不平", "Offline totals mismatch, resend", OFFLINE),
    row(*b"90", "日期切换正在处理", "Cut-off in progress", LATER),
    row(*b"91", "发卡行或银联不能操作", "Issuer or switch inoperative", LATER),
    row(*b"92", "金融机构或中间网络设施找不到或无法达到", "Facility not found", LATER),
    row(*b"93", "交易违法、不能完成", "Violation of law", ISSUER),
    row(*b"94", "重复交易", "Duplicate transmission", LATER),
    row(*b"95", "调节控制错", "Reconcile error", LATER),
    row(*b"96", "系统异常、失效", "System malfunction", LATER),
    row(*b"97", "POS终端号找不到", "Terminal id not found", UNREGISTERED),
    row(*b"98", "银联收不到发卡行应答", "No response from issuer (switch time-out)", TIMEOUT),
    row(*b"99", "PIN格式错", "PIN format error", CHECK),
    row(*b"A0", "MAC校验错", "MAC verification error", CHECK),
    row(*b"A1", "转账货币不一致", "Transfer currency mismatch", both("转账货币不一致", "Currencies of the transfer differ")),
    row(*b"A2", "交易成功，请向资金转入行确认", "Approved, confirm with receiving bank", both("交易成功，请向资金转入行确认", "Approved; confirm with the receiving bank")),
    row(*b"A3", "资金到账行账号不正确", "Receiving account incorrect", both("资金到账行账号不正确", "The receiving account is wrong")),
    row(*b"A4", "交易成功，请向资金到账行确认", "Approved, confirm with receiving bank", both("交易成功，请向资金到账行确认", "Approved; confirm with the receiving bank")),
    row(*b"A5", "交易成功，请向资金到账行确认", "Approved, confirm with receiving bank", both("交易成功，请向资金到账行确认", "Approved; confirm with the receiving bank")),
    row(*b"A6", "交易成功，请向资金到账行确认", "Approved, confirm with receiving bank", both("交易成功，请向资金到账行确认", "Approved; confirm with the receiving bank")),
    row(*b"A7", "安全处理失败", "Security processing failed", both("安全处理失败", "Security processing failed; call the acquirer")),
    row(*b"D5", "提现超额", "Cash-out limit exceeded (acquirer)", both("提现超额", "Cash-out limit exceeded")),
    row(*b"D6", "未开通，请联系服务商", "Service not opened (acquirer)", both("未开通，请联系服务商", "Service not opened; call the provider")),
    row(*b"D7", "交易时间不在T0结算时间内", "Outside T+0 hours (acquirer)", both("交易时间不在T0结算时间内", "Outside the hours of same-day settlement")),
];

#[cfg(test)]
mod tests {
    use super::super::assert_whole;
    use super::*;
    use crate::profile::UNIONPAY_POS;

    #[test]
    fn every_code_the_profile_answers_has_both_texts() {
        for (code, _) in UNIONPAY_POS.answers {
            let texts = response(*code).unwrap_or_else(|| panic!("{code} has no text"));
            assert_whole(texts.meaning);
            assert_whole(texts.display);
        }
        for (code, _) in UNIONPAY_POS.reversal_answers {
            assert!(response(*code).is_some(), "{code}");
        }
        assert_whole(UNKNOWN_RESPONSE);
    }

    #[test]
    fn each_code_stands_once_and_the_profile_knows_it() {
        for (index, row) in RESPONSES.iter().enumerate() {
            let before = &RESPONSES[..index];
            assert!(before.iter().all(|other| other.code != row.code));
            let known = UNIONPAY_POS
                .answers
                .iter()
                .any(|(code, _)| *code == row.code);
            assert!(known, "{} is in the texts alone", row.code);
        }
    }

    #[test]
    fn a_code_nobody_knows_has_no_text() {
        assert_eq!(response(ResponseCode::literal(*b"ZZ")), None);
    }
}
