//! What is wrong with data objects, in the language asked for.

use crate::output::Manner;
use annul::text::Language;
use annul::tlv::{Error, Fault};

/// The path, the byte and the fault.
pub(crate) fn told(error: &Error, manner: Manner) -> String {
    let message = match manner.language {
        Language::English => error.to_string(),
        Language::Chinese => {
            let (path, offset) = (error.path(), error.offset());
            format!("{path} 第 {offset} 字节：{}", chinese(error.fault()))
        }
    };
    message.trim_start().to_owned()
}

fn chinese(fault: Fault) -> String {
    match fault {
        Fault::TruncatedTag => "标签不完整，数据已结束".to_owned(),
        Fault::TagTooLong => "标签超过 4 字节".to_owned(),
        Fault::TruncatedLength { expected, left } => {
            format!("长度需要 {expected} 字节，只剩 {left} 字节")
        }
        Fault::LengthTooLong { octets } => format!("长度占 {octets} 字节，最多 4 字节"),
        Fault::TruncatedValue { expected, left } => {
            format!("值需要 {expected} 字节，只剩 {left} 字节")
        }
        Fault::IndefiniteLength => "不定长度，EMV 不允许；ber 模式可读".to_owned(),
        Fault::IndefinitePrimitive => "基本对象不能用不定长度，只有模板可以".to_owned(),
        Fault::MissingEoc => "缺少结束标记 0000，数据已结束".to_owned(),
        Fault::BadEoc => "结束标记应为 0000，只有一个 00".to_owned(),
        Fault::MaxDepth { limit } => format!("嵌套超过 {limit} 层模板"),
        Fault::NonMinimalLength { octets, least } => {
            format!("长度多占 {octets} 字节，{least} 字节即可")
        }
        Fault::Padding => "此处应为标签，却是填充 00；emv 模式会跳过".to_owned(),
        other => other.to_string(),
    }
}
