//! The parts of fields 60, 61 and 63 (unionpay.md 2.7, 2.8, 2.10).

use super::Name;
use annul::iso8583::{Field, Mti};
use encoding_rs::GBK;
use serde::Serialize;

/// A part of a field.
#[derive(Serialize)]
pub(super) struct Part<'m> {
    #[serde(rename = "part")]
    pub(super) number: String,
    pub(super) name: Name<'m>,
    pub(super) value: String,
}

/// A part's number, its names, and how long it is at most.
type Row = (&'static str, &'static str, &'static str, usize);

const CLASS: &[Row] = &[
    ("60.1", "交易类型码", "transaction type", 2),
    ("60.2", "批次号", "batch", 6),
    ("60.3", "网络管理信息码", "network code", 3),
    ("60.4", "终端读取能力", "reading capability", 1),
    ("60.5", "IC卡条件代码", "chip condition", 1),
    ("60.6", "部分扣款标志", "partial approval", 1),
    ("60.7", "账户类型", "account type", 3),
];
const ORIGINAL: &[Row] = &[
    ("61.1", "原批次号", "original batch", 6),
    ("61.2", "原凭证号", "original trace", 6),
    ("61.3", "原交易日期", "original date", 4),
    ("61.4", "原授权方式", "authorization mode", 2),
    ("61.5", "原授权机构", "authorizing institution", 11),
];
const REQUEST: &[Row] = &[("63.1", "操作员代码", "operator", 3)];
const ANSWER: &[Row] = &[
    ("63.1", "国际信用卡公司代码", "card organisation", 3),
    ("63.2.1", "发卡方保留域", "text of the issuer", 20),
    ("63.2.2", "中国银联保留域", "text of the centre", 20),
    ("63.2.3", "受理机构保留域", "text of the acquirer", 20),
    (
        "63.2.4",
        "POS终端保留域",
        "text for the terminal",
        usize::MAX,
    ),
];

/// The parts of a field that are there, with stars for the characters that are
/// covered; none for other fields.
pub(super) fn of(field: &Field<'_>, mti: Mti, covered: &[bool]) -> Vec<Part<'static>> {
    let rows = match field.number() {
        60 => CLASS,
        61 => ORIGINAL,
        63 if mti.is_request() => REQUEST,
        63 => ANSWER,
        _ => return Vec::new(),
    };
    let mut value: Vec<u8> = field.characters().ascii().collect();
    for (character, _) in value
        .iter_mut()
        .zip(covered)
        .filter(|(_, covered)| **covered)
    {
        *character = b'*';
    }
    let mut left = value.as_slice();
    let mut parts = Vec::new();
    for (number, zh, en, most) in rows {
        let (own, rest) = left.split_at(left.len().min(*most));
        left = rest;
        if !own.is_empty() {
            let (text, _) = GBK.decode_without_bom_handling(own);
            parts.push(Part {
                number: (*number).to_owned(),
                name: Name { zh, en },
                value: text.trim_end().to_owned(),
            });
        }
    }
    parts
}
