//! What is wrong with a value, in the language asked for.

use crate::output::Manner;
use crate::tlv::fault;
use annul::emv::{ValueError, ValueFault};
use annul::text::Language;

/// The byte and the fault.
pub(super) fn told(error: &ValueError, manner: Manner) -> String {
    match (manner.language, error.fault()) {
        (Language::English, _) => error.to_string(),
        (Language::Chinese, ValueFault::Tlv(inner)) => fault::told(&inner, manner),
        (Language::Chinese, fault) => format!("值的第 {} 字节：{}", error.offset(), chinese(fault)),
    }
}

fn chinese(fault: ValueFault) -> String {
    match fault {
        ValueFault::Length { least, most, found } => {
            let expected = match (least, most) {
                _ if least == most => format!("{least} 字节"),
                (least, usize::MAX) => format!("至少 {least} 字节"),
                (least, most) => format!("{least} 到 {most} 字节"),
            };
            format!("应为 {expected}，实为 {found} 字节")
        }
        ValueFault::Multiple { of, found } => format!("字节数应为 {of} 的倍数，实为 {found}"),
        ValueFault::Digit => "应为数字 0 到 9".to_owned(),
        ValueFault::DigitAfterPad => "填充 F 之后又有数字".to_owned(),
        ValueFault::Date => "没有这一天".to_owned(),
        ValueFault::Time => "没有这个时刻".to_owned(),
        ValueFault::Text => "应为文本".to_owned(),
        ValueFault::FileIdentifier(found) => format!("文件标识符应为 1 到 30，实为 {found}"),
        ValueFault::Reserved { mask, found } => {
            format!("位 {mask:02X} 应为零，实为 {found:02X}")
        }
        ValueFault::Records { first, last } => {
            format!("记录号应从 1 起递增，实为 {first} 到 {last}")
        }
        ValueFault::Authenticated { records, found } => {
            format!("参与认证的记录最多 {records} 条，实为 {found} 条")
        }
        ValueFault::Separator => "8 到 19 位数字之后应为分隔符".to_owned(),
        ValueFault::FormatCode => "应为磁道 1 的格式码 B".to_owned(),
        ValueFault::List => "应为标签列表，每个标签后跟一字节长度".to_owned(),
        ValueFault::Command => "应为命令：CLA INS P1 P2，其后依次为 Lc、数据、Le".to_owned(),
        ValueFault::Code(found) => format!("应为已定义的代码，实为 {found:02X}"),
        other => other.to_string(),
    }
}
