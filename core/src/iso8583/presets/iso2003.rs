use super::iso93::ISO93_FIELDS;
use super::{ans, b, fixed, ll, lll, llll, n, over, table_of};
use crate::iso8583::FieldTable;
use crate::iso8583::Format::{An, Ans, B, N};
use crate::iso8583::Sensitivity::{Chip, Secret, Text};

/// The fields of ISO 8583:2003, digits packed, to be changed for a host that
/// differs. What is not in this list is as in 1993.
pub static ISO2003_FIELDS: FieldTable<'static, 128> = over(&ISO93_FIELDS, FIELDS, GONE);

/// Fields of 1993 that have another meaning or none, and of which no host is
/// known: a table that guessed would misread what follows them.
const GONE: &[u8] = &[50, 51, 97, 109, 110];

table_of! { FIELDS:
    3: fixed(An, 6), "processing code", "交易处理码";
    4: n(16), "amount, transaction", "交易金额";
    5: n(16), "amount, reconciliation", "对账金额";
    6: n(16), "amount, cardholder billing", "持卡人扣账金额";
    8: n(12), "amount, cardholder billing fee", "持卡人扣账手续费";
    11: n(12), "systems trace audit number", "系统跟踪号";
    12: n(14), "date and time, local transaction", "受卡方所在地日期时间";
    13: n(6), "date, effective", "卡生效日期";
    15: n(8), "date, settlement", "清算日期";
    18: lll(Ans, 140).shown(Text), "message error indicator", "报文错误指示";
    21: ans(22), "transaction life cycle id", "交易周期标识数据";
    22: b(12), "point of service data code", "服务点数据码";
    26: n(4), "merchant category code", "商户类别码";
    27: b(25), "point of service capability", "服务点能力";
    28: n(8), "date, reconciliation", "对账日期";
    30: n(32), "amounts, original", "原始金额";
    31: n(23), "acquirer reference number", "受理方参考号";
    34: llll(B, 9999).shown(Secret), "electronic commerce data", "电子商务数据";
    39: n(4), "action code", "应答动作码";
    41: ans(16), "card acceptor terminal", "受卡机终端标识码";
    42: ll(Ans, 35), "card acceptor", "受卡方标识码";
    43: llll(Ans, 9999).shown(Text), "card acceptor name and location", "受卡方名称地址";
    44: llll(Ans, 9999).shown(Text), "additional response data", "附加响应数据";
    46: lll(Ans, 216), "amounts, fees", "费用金额";
    49: lll(Ans, 999).shown(Secret), "verification data", "验证数据";
    54: lll(Ans, 126), "amounts, additional", "附加金额";
    55: lll(B, 255).shown(Chip), "chip data", "IC卡数据域";
    56: ll(N, 41), "original data elements", "原始数据元";
    66: lll(Ans, 216), "amounts, original fees", "原始费用金额";
    72: llll(Ans, 9999).shown(Text), "data record", "数据记录";
    73: n(8), "date, action", "动作日期";
}
